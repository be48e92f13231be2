// The receptive-field widget: which pixels of a photograph a filter looks at, by hand or by a trained layer.

import { button, describe, haloed, help, intro, make, overlay, setAll, showEnds, slide, view } from "./js/elements.js";
import { apply, averageFilter, compose, extentOf, filterAt, radiusOf, SIDE, unpackLayer, WHOLE }
  from "./js/fields.js";
import { onKeys, onPlace } from "./js/hand.js";
import { clamp, extremes, isIndex, number, range, sizeName } from "./js/numbers.js";
import { ownPicture } from "./js/own_picture.js";
import { unpackPhotograph } from "./js/packing.js";
import { GREY, paint, SEQUENTIAL } from "./js/paint.js";
import { widget } from "./js/panel.js";
import { plane } from "./js/patterns.js";
import { triangle } from "./js/triangle.js";

const SCALES = [3, 5, 7];
const MODES = ["weights", "trained"];
const FIELD_COLOUR = [255, 152, 0];

// The field of a pixel in each state; what the trained layer makes of the photograph is computed once.
function makeLook(model) {
  const layer = unpackLayer(model.get("sizes"), model.get("weights"), model.get("large_weights"));
  const first = unpackPhotograph(model.get("photograph")).map((level) => (4 * level) / 255);
  const ready = new Map(); // what the layer makes of the photograph, after one layer and two
  const reaches = new Map(); // the radius of each pixel's own filter in the last layer
  let [levels, words] = [first, ""];

  function take(other) {
    levels = other ?? first;
    words = other ? "Your picture" : "A man with a camera on a lawn";
    ready.clear();
    reaches.clear();
  }

  function trained(depth) {
    if (!ready.has(depth)) ready.set(depth, apply(layer, depth === 1 ? plane(levels, SIDE) : trained(1).output));
    return ready.get(depth);
  }

  function radii(depth) {
    if (!reaches.has(depth)) {
      const { filters } = trained(depth);
      reaches.set(depth, Float64Array.from(range(SIDE * SIDE), (pixel) => radiusOf(filterAt(filters, pixel))));
    }
    return reaches.get(depth);
  }

  function fieldOf({ mode, depth, scale_weights: weights, row, column }) {
    const [before, after] = mode === "trained" ? [trained(1).filters, trained(depth).filters]
      : [averageFilter(weights), averageFilter(weights)];
    const last = filterAt(after, row * SIDE + column);
    const field = depth === 1 ? Float64Array.from(last) : compose(last, before, row, column);
    return { field, radius: radiusOf(field), extent: extentOf(field) };
  }
  take(null);
  return { take, levels: () => levels, words: () => words, radii, fieldOf };
}

// A map of some size with room for the circle of a field and for the square that holds all of it.
function fieldView(title, size, stops, layers = []) {
  const [circles, squares] = [haloed("circle"), haloed("rect")];
  const one = view(title, { stops, layers: [...layers, overlay(size, size, ...squares, ...circles)] });
  const encircle = ({ radius, extent }, row, column) => {
    setAll(circles, { cx: column, cy: row, r: radius });
    setAll(squares, { x: column - extent / 2, y: row - extent / 2, width: extent, height: extent });
  };
  return { ...one, encircle };
}

// The photograph under the field of a pixel, the field enlarged, and the radii of all pixels' filters.
function fieldViews(look) {
  const tint = make("canvas", { class: "pixels overlay", role: "img", width: SIDE, height: SIDE });
  const photo = fieldView("Photograph: choose a pixel", SIDE, GREY, [tint]);
  const handle = make("div", { class: "handle" }); // by which a finger drags the pixel
  photo.box.append(handle);
  photo.node.dataset.symbol = "Z'";
  const close = fieldView("The field, enlarged", WHOLE, SEQUENTIAL);
  const reach = fieldView("Radius of every pixel’s filter", SIDE, SEQUENTIAL);

  function showField({ field, radius, extent }, { row, column }) {
    const side = Math.sqrt(field.length);
    const most = Math.max(...field) || 1;
    const image = new ImageData(SIDE, SIDE);
    const enlarged = new Float64Array(WHOLE * WHOLE);
    field.forEach((value, index) => {
      const [u, v] = [Math.floor(index / side) - (side >> 1), (index % side) - (side >> 1)];
      enlarged[(u + (WHOLE >> 1)) * WHOLE + v + (WHOLE >> 1)] = value / most;
      const [r, c] = [row + u, column + v];
      if (!isIndex(r, SIDE) || !isIndex(c, SIDE)) return;
      image.data.set([...FIELD_COLOUR, Math.round(255 * Math.sqrt(value / most))], 4 * (r * SIDE + c));
    });
    tint.getContext("2d").putImageData(image, 0, 0);
    paint(close.canvas, enlarged, 0, 1, SEQUENTIAL);
    close.fact.textContent = extent ? `${sizeName(extent)} pixels, radius ${number(radius)}`
      : "empty: no scale has weight";
  }

  function showReach({ mode, depth, row, column }) {
    reach.node.hidden = mode !== "trained";
    if (reach.node.hidden) return;
    const values = look.radii(depth);
    const [low, high] = extremes(values);
    paint(reach.canvas, values, low, high, SEQUENTIAL);
    showEnds(reach.bar, number(low, 1), "", `${number(high, 1)} pixels`);
    reach.title = depth === 1 ? "Radius of every pixel’s filter" : "Radius of every pixel’s filter, second layer";
    reach.node.querySelector("figcaption").firstChild.textContent = reach.title;
    reach.fact.textContent = `${number(values[row * SIDE + column])} pixels here`;
  }

  function show(state, found) {
    const { row, column } = state;
    paint(photo.canvas, look.levels(), 0, 1, GREY);
    showEnds(photo.bar, "black", "", "white");
    showEnds(close.bar, "0", "", "largest");
    photo.fact.textContent = `row ${row}, column ${column}`;
    showField(found, state);
    showReach(state);
    close.encircle(found, WHOLE / 2, WHOLE / 2);
    for (const one of [photo, reach]) one.encircle(found, row + 0.5, column + 0.5);
    photo.box.setAttribute("aria-label", `Photograph, row ${row}, column ${column}: arrow keys move the pixel`);
    photo.canvas.setAttribute("aria-label", look.words());
    const part = (index) => `${(100 * (index + 0.5)) / SIDE}%`;
    Object.assign(handle.style, { left: part(column), top: part(row), width: `${(100 * found.extent) / SIDE}%` });
    tint.setAttribute("aria-label", `Field at row ${row}, column ${column}`);
    describe(close, reach);
  }
  return { photo, close, reach, handle, show };
}

// Sliders and buttons for the weights on the scales.
function weightControls(panel) {
  const sliders = SCALES.map((scale, index) =>
    slide(panel.id(scale), `Weight of scale ${sizeName(scale)}`, { step: 0.05 }, (weight) => panel.write({
      scale_weights: panel.model.get("scale_weights").map((old, at) => (at === index ? weight : old)) })));
  const shares = triangle(SCALES.map(sizeName), "Shares of the scales: drag the point, or use the sliders", (parts) =>
    panel.write({ scale_weights: parts.map((part) => Math.round(100 * part) / 100) }));
  const node = make("div", { class: "hand", "data-symbol": "alpha" },
    make("div", { class: "both" }, shares.node, make("div", {}, ...sliders.map((one) => one.node))),
    make("div", { class: "buttons" }, ...SCALES.map((scale, index) => button(`All on ${sizeName(scale)}`,
      () => panel.write({ scale_weights: SCALES.map((_, at) => Number(at === index)) })))));
  return { node, show: ({ mode, scale_weights: weights }) => {
    node.hidden = mode === "trained";
    shares.show(weights);
    sliders.forEach(({ show }, index) => show(weights[index], number(weights[index])));
  } };
}

function sentence({ mode, depth, row, column }, { radius, extent }) {
  const layers = depth === 1 ? "One layer" : "Two layers";
  const by = mode === "trained" ? ", with the filters that the trained layer makes there," : "";
  return extent === 0 ? "No scale has any weight: the filter is zero. Give one of them some."
    : `Row ${row}, column ${column}. ${layers}${by} ${depth === 1 ? "sees" : "see"} ${sizeName(extent)} pixels. The ` +
      `radius of the field is ${number(radius)} pixels.`;
}

function fromLink([mode, depth, row, column, ...weights]) {
  const isState = isIndex(mode, MODES.length) && [1, 2].includes(depth) && isIndex(row, SIDE) && isIndex(column, SIDE);
  const areWeights = weights.length === SCALES.length && weights.every((weight) => weight >= 0 && weight <= 1);
  return isState && areWeights ? { mode: MODES[mode], depth, row, column, scale_weights: weights } : null;
}

const WORDS = [
  "Click the photograph or drag over it, or focus it and press the arrow keys. The square holds all " +
  "pixels that the output can see at all. The circle has the radius of the field: the root mean square distance " +
  "of its energy from the pixel.",
  "The triangle holds all shares that add up to 1: each corner is one scale alone, the middle is a third of each.",
  "With weights on the scales, the field is the root mean square of all filters whose coefficients " +
  "are random, as large on each scale as its weight; it is the same at every pixel.",
  "The trained layer learned to find patterns on a synthetic noisy map (the toy experiment). It has " +
  "never seen a photograph; but its filters follow what they see here too. Its field is the size of the weights " +
  "of the pixel’s filter; of two layers it is the sum over all ways from the output through the first layer to an " +
  "input pixel, without signs. The second layer is the same one once more."];

function build(panel) {
  const look = makeLook(panel.model);
  const views = fieldViews(look);
  const byHand = weightControls(panel);
  const at = () => [panel.model.get("row"), panel.model.get("column")];
  const move = (...place) => {
    const [row, column] = place.map((index) => clamp(index, 0, SIDE - 1));
    const isNew = row !== at()[0] || column !== at()[1];
    if (isNew) panel.write({ row, column });
    return isNew;
  };
  onPlace(views.photo.box, { size: () => [SIDE, SIDE], move, at, handle: views.handle });
  onPlace(views.reach.box, { size: () => [SIDE, SIDE], move });
  onKeys(views.photo.box, (down, right) => move(at()[0] + down, at()[1] + right));
  const found = () => look.fieldOf(panel.read());
  const own = ownPicture(panel, [SIDE, SIDE], (levels) => {
    look.take(levels);
    panel.ask();
  });
  const reset = panel.reset("Reset", () => {
    own.back();
    panel.write(panel.initial);
  });

  return {
    children: [
      intro("Receptive field. ", "The orange pixels are those that the chosen pixel’s output looks at. " +
        "Move weight between the scales, stack a second layer, or let a trained layer decide."),
      make("div", { class: "pickers" },
        panel.choice("The filter comes from", "mode",
          [{ value: "weights", label: "weights on the scales" }, { value: "trained", label: "a trained layer" }]),
        panel.choice("Layers", "depth", [{ value: 1, label: "one" }, { value: 2, label: "two stacked" }])),
      make("div", { class: "views" }, views.photo.node, views.close.node, views.reach.node),
      panel.summary, byHand.node, own.node, panel.foot(reset), help("How to use and read this", ...WORDS)],
    draw: (state) => {
      views.show(state, found());
      byHand.show(state);
    },
    sentence: (state) => sentence(state, found()),
    toLink: ({ mode, depth, row, column, scale_weights: weights }) =>
      [MODES.indexOf(mode), depth, row, column, ...weights],
    fromLink,
    acda: {
      field: () => Array.from(found().field), radius: () => found().radius, extent: () => found().extent,
      radii: () => Array.from(look.radii(panel.model.get("depth"))),
    },
  };
}

const CSS = `
.acda-field .views { display: grid; grid-template-columns: minmax(0, 9fr) minmax(0, 4fr); gap: 12px; align-items: start;
  margin-bottom: 10px; }
.acda-field .views figure:first-child { grid-row: 1 / 3; }
.acda-field figure[hidden], .acda-field .hand[hidden] { display: none; }
.acda-field [role=application] { cursor: crosshair; touch-action: manipulation; }
.acda-field circle, .acda-field rect { fill: none; vector-effect: non-scaling-stroke; }
.acda-field circle.halo, .acda-field rect.halo { stroke: #111; stroke-width: 3; opacity: 0.6; }
.acda-field circle.line { stroke: #ffffff; stroke-width: 1.5; }
.acda-field rect.line { stroke: #ffd400; stroke-width: 1.5; }
.acda-field .pickers { display: flex; flex-wrap: wrap; gap: 0 22px; }
.acda-field .both { display: grid; grid-template-columns: minmax(0, 240px) minmax(0, 1fr); gap: 20px; }
.acda-field .triangle { position: relative; aspect-ratio: 6 / 5; align-self: center; cursor: crosshair; }
.acda-field .triangle svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.acda-field .triangle path { fill: var(--soft); stroke: var(--text); stroke-width: 1.5;
  vector-effect: non-scaling-stroke; }
.acda-field .triangle span { position: absolute; transform: translate(-50%, -50%); padding: 1px 5px; font-size: 13px;
  background: var(--back); border: 1px solid var(--edge); border-radius: 4px; pointer-events: none; }
.acda-field .knob { width: 28px; border: 2px solid #111; border-radius: 50%; background: rgb(255 152 0);
  box-shadow: inset 0 0 0 2px #fff; cursor: grab; }
@container (max-width: 620px) {
  .acda-field .views { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .acda-field .views figure:first-child { grid-area: auto / 1 / auto / 3; }
  .acda-field .both { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 12px; }
}
`;

export default widget({ title: "Receptive field", className: "acda-field", css: CSS, linkText: "Link to this field",
  names: ["mode", "depth", "scale_weights", "row", "column"], build });
