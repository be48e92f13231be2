// The widget of the chapter on what came after: one pixel's filters under seven operators.

import { unpackLayers } from "./js/detection.js";
import { colourBar, describe, help, intro, make, overlay, picture, setAll, showEnds, slide, tile }
  from "./js/elements.js";
import { isIndex, number, range } from "./js/numbers.js";
import { unpackBytes } from "./js/packing.js";
import { DIVERGING, GREY, paint } from "./js/paint.js";
import { widget } from "./js/panel.js";
import { likeness } from "./js/pixel.js";
import { darkened, OPERATORS, taps } from "./js/seven.js";
import { listen, SQUARE_CSS, squares } from "./js/square.js";

const [SIZE, REACH] = [7, 3];
const NAMES = Object.keys(OPERATORS);
const ABOUT = {
  convolution: { title: "Convolution", depends: "nothing in the picture",
    weights: "channel 1 trained; channel 2, for edges, set by hand" },
  mixture: { title: "Mixture per image", depends: "the mean of the whole picture",
    weights: "the convolution’s, mixed with one that changes nothing by a rule set by hand" },
  involution: { title: "Involution", depends: "the pixel in the middle alone",
    weights: "set by hand: the brighter the pixel, the less it averages" },
  kernel_prediction: { title: "Kernel prediction", depends: "the 7×7 pixels in the square",
    weights: "trained: the ACDA layer, folded into one kernel for all channels" },
  acda: { title: "ACDA", depends: "the 7×7 pixels in the square",
    weights: "channel 1 trained; A of channel 2 drawn, untrained, seed 0" },
  deformable: { title: "Deformable", depends: "the 3×3 pixels in the middle, which move its nine taps",
    weights: "the moves untrained, seed 0; the taps’ weights set by hand" },
  attention: { title: "Attention", depends: "the 7×7 pixels in the square, each compared with the middle one",
    weights: "set by hand: a pixel attends to those that are like it" },
};

// The photograph, as it is and darkened, and the filters of its pixels.
function makeLook(model) {
  const { height, width, ...sizes } = model.get("sizes");
  const layer = unpackLayers(sizes, model.get("weights"), model.get("large_weights"));
  const image = { channels: 1, height: height + 2 * REACH, width: width + 2 * REACH,
    values: Float64Array.from(unpackBytes(model.get("noisy")), (level) => level / 255) };
  const images = new Map([[false, image], [true, darkened(image)]]);
  const scene = (dark) => ({ layer, image: images.get(dark) });
  const inner = ({ values, width: wide }) => range(height).flatMap((row) =>
    Array.from(values.subarray((row + REACH) * wide + REACH, (row + REACH) * wide + REACH + width)));
  return { height, width, size: SIZE,
    pixels: (dark) => inner(images.get(dark)),
    taps: (dark, row, column) => taps(scene(dark), row, column),
    filters: ({ operator, dark, row, column, pinned_row: pinnedRow, pinned_column: pinnedColumn }) =>
      [[row, column], [pinnedRow, pinnedColumn]].map((place) => OPERATORS[operator].filters(scene(dark), ...place)) };
}

const isSame = (one, other) => one.every((value, tap) => Math.abs(value - other[tap]) < 1e-12);

// The photograph with both squares and, in blue, the pixels that decide the yellow one's filter.
function photograph(look) {
  const canvas = picture("pixels");
  const seen = make("rect", { class: "seen" });
  const { box, handle, place } = squares(canvas, look, seen);

  function show(state) {
    const { operator, dark } = state;
    paint(canvas, look.pixels(dark), 0, 1, GREY, look.width);
    canvas.setAttribute("aria-label", `Photograph of a cup with noise${dark ? ", its right third darkened" : ""}`);
    place(state);
    const side = OPERATORS[operator].seen;
    setAll([seen], side === Infinity ? { x: 0, y: 0, width: look.width, height: look.height }
      : { x: state.column - (side >> 1), y: state.row - (side >> 1), width: side, height: side });
  }
  return { box, handle, show, node: make("figure", {}, box, make("figcaption", {}, "In the square: where the filter " +
    "is applied. In blue: the pixels that decide it.")) };
}

// The filters of two channels, of this pixel and of the pinned one, all in the same colours.
function filterTiles(look) {
  const dots = () => range(9).map(() => make("circle", { r: 0.3 }));
  const grid = ["Channel 1", "Channel 2"].map((channel) => ["this pixel", "dashed pixel"].map((which) => {
    const circles = dots();
    return { ...tile(`${channel}, ${which}`, { layers: [overlay(SIZE, SIZE, ...circles)] }), circles };
  }));
  const bar = colourBar(DIVERGING);
  for (const [, pinned] of grid) pinned.node.classList.add("pinned");

  function show(state, filters) {
    const limit = Math.max(...filters.flat(2).map(Math.abs));
    const places = [[state.row, state.column], [state.pinned_row, state.pinned_column]];
    grid.forEach((pair, channel) => pair.forEach((one, which) => {
      paint(one.canvas, filters[which][channel], -limit, limit, DIVERGING);
      const moved = state.operator === "deformable" ? look.taps(state.dark, ...places[which]) : [];
      one.circles.forEach((circle, k) => {
        const [down, right] = moved[k] ?? [0, 0];
        setAll([circle], { cx: right + SIZE / 2, cy: down + SIZE / 2, visibility: moved[k] ? "visible" : "hidden" });
      });
      one.fact.textContent = moved.length ? "dots: its taps" : "";
      describe(one);
    }));
    showEnds(bar, number(-limit), "0", number(limit));
  }
  return { show, node: make("div", { class: "filters" },
    make("div", { class: "tiles" }, ...grid.flat().map(({ node }) => node)), bar.node) };
}

// What stands under an operator: what decides its filters, what they share, and where its weights are from.
function facts() {
  const rows = ["Decided by", "Two pixels", "Two channels", "Weights"].map((name) => [name, make("dd")]);
  const values = rows.map(([, value]) => value);
  return { node: make("dl", {}, ...rows.flatMap(([name, value]) => [make("dt", {}, name), value])),
    show: (texts) => texts.forEach((text, index) => { values[index].textContent = text; }) };
}

function factsOf(operator, filters) {
  const [here, pinned] = filters;
  const { depends, weights } = ABOUT[operator];
  const compared = (one, other) =>
    isSame(one, other) ? "one filter for both" : `a filter each, cosine ${number(likeness(one, other))}`;
  return [depends, compared(here[0], pinned[0]), compared(here[0], here[1]), weights];
}

function fromLink([operator, row, column, pinnedRow, pinnedColumn, dark, ...others], { height, width }) {
  const isState = isIndex(operator, NAMES.length) && isIndex(row, height) && isIndex(column, width) &&
    isIndex(pinnedRow, height) && isIndex(pinnedColumn, width) && isIndex(dark, 2) && !others.length;
  return isState ? { operator: NAMES[operator], row, column, pinned_row: pinnedRow, pinned_column: pinnedColumn,
    dark: dark === 1 } : null;
}

const WORDS = [
  "Drag the slider, or focus it and press the arrow keys. Drag the yellow square, tap the photograph, or focus it " +
  "and press the arrow keys. Enter, or a tap on the square, pins the pixel: its square stays, dashed.",
  "Darken the right third, far from both squares, and watch which filters change.",
  "Each operator has one channel in, two out, and is drawn as the 7×7 filter that it amounts to at a pixel. Blue is " +
  "negative, red is positive. Where all channels share a kernel, a 1×1 convolution still weighs it for each.",
  "This shows what a filter can depend on, not how well an operator works: only the first filter of the convolution, " +
  "kernel prediction and the first channel of ACDA are trained, to take noise away.",
  "Photograph: coffee cup by Rachel Michetti, from scikit-image’s data, CC0, in grey and at half its size; the noise " +
  "is synthetic."];

function build(panel) {
  const look = makeLook(panel.model);
  const [photo, tiles, about] = [photograph(look), filterTiles(look), facts()];
  const chooser = slide(panel.id("operator"), "Operator", { max: NAMES.length - 1 },
    (value) => panel.write({ operator: NAMES[value] }));
  const stops = make("div", { class: "stops", "aria-hidden": "true" },
    ...NAMES.map((name) => make("span", {}, ABOUT[name].title)));
  const pixel = listen(panel, photo, look);

  function draw(state) {
    const filters = look.filters(state);
    const { title } = ABOUT[state.operator];
    chooser.show(NAMES.indexOf(state.operator), title);
    chooser.input.setAttribute("aria-valuetext", title);
    [...stops.children].forEach((stop, index) => stop.classList.toggle("on", NAMES[index] === state.operator));
    photo.show(state);
    tiles.show(state, filters);
    about.show(factsOf(state.operator, filters));
    pixel.show(state);
  }

  function sentence(state) {
    const [depends, pixels, channels] = factsOf(state.operator, look.filters(state));
    return `${ABOUT[state.operator].title}, row ${state.row}, column ${state.column}: the filter is decided by ` +
      `${depends}. The two pixels have ${pixels}; the two channels have ${channels}.`;
  }

  return {
    children: [
      intro("One pixel, seven operators. ", "What can the filter of a pixel depend on, and who shares it?"),
      make("div", { class: "chooser" }, chooser.node, stops),
      make("div", { class: "views" }, photo.node, tiles.node, about.node,
        make("div", { class: "controls" },
          panel.choice("The photograph", "dark",
            [{ value: false, label: "As it is" }, { value: true, label: "Right third darkened" }]),
          pixel.sliders, make("div", { class: "buttons" }, pixel.button, panel.reset()))),
      panel.summary, panel.foot(), help("How to use and read this", ...WORDS)],
    draw, sentence,
    toLink: ({ operator, row, column, pinned_row: pinnedRow, pinned_column: pinnedColumn, dark }) =>
      [NAMES.indexOf(operator), row, column, pinnedRow, pinnedColumn, Number(dark)],
    fromLink: (numbers) => fromLink(numbers, look),
    acda: { filters: () => look.filters(panel.read()) },
  };
}

const CSS = `
.acda-operators .chooser { margin-bottom: 8px; padding: 0 34px; }
.acda-operators .chooser .value { font-weight: 600; }
.acda-operators .stops { display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); font-size: 12px;
  line-height: 1.25; text-align: center; margin: 0 calc(9px - 100% / 12); }
.acda-operators .stops .on { font-weight: 700; }
.acda-operators .views { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 16px;
  align-items: start; margin-bottom: 10px; }
.acda-operators .photograph rect.seen { fill: #2f9bff; fill-opacity: 0.4; }
.acda-operators .tiles { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
.acda-operators .tiles circle { fill: none; stroke: #111; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.acda-operators .tiles b { font-weight: 400; }
.acda-operators .pinned .frame { border: 2px dashed var(--text); }
.acda-operators .controls { grid-area: 2 / 1; }
.acda-operators dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 3px 12px; margin: 0;
  font-size: 13px; line-height: 1.35; min-height: 11em; align-content: start; }
.acda-operators dt { font-weight: 600; }
.acda-operators dd { margin: 0; font-variant-numeric: tabular-nums; }
.acda-operators .summary { min-height: 4.4em; }
@container (max-width: 620px) {
  .acda-operators .views { grid-template-columns: minmax(0, 1fr); }
  .acda-operators .chooser { padding: 0; }
  .acda-operators .stops { display: none; }
  .acda-operators .tiles { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 8px; }
  .acda-operators .tiles figcaption { font-size: 12px; }
  .acda-operators .controls { grid-area: auto; }
  .acda-operators .summary { min-height: 7.3em; }
}
`;

export default widget({ title: "One pixel, seven operators", className: "acda-operators", css: SQUARE_CSS + CSS,
  linkText: "Link to these pixels", names: ["operator", "row", "column", "pinned_row", "pinned_column", "dark"],
  build });
