// The shift widget: drag a picture and see the filters and the output of an ACDA layer move along.

import { button, haloed, help, intro, make, overlay, setAll, showEnds, slide, tile, view } from "./js/elements.js";
import { handed, onHanded } from "./js/handed.js";
import { onDrag, onKeys } from "./js/hand.js";
import { clamp, extremes, isIndex, number, scientific, sizeName } from "./js/numbers.js";
import { DIVERGING, GREY, paint, SEQUENTIAL } from "./js/paint.js";
import { widget } from "./js/panel.js";
import { constantLayer, frameOf, largestDifferences, look, NUM_MARKS, shifted, strongest, unpackLayer }
  from "./js/shifting.js";

const PADDINGS = ["zero", "circular"];

const direction = (shift, forwards, backwards) => `${Math.abs(shift)} ${shift < 0 ? backwards : forwards}`;
const place = ({ rows, columns }) => `${direction(rows, "down", "up")}, ${direction(columns, "right", "left")}`;
const sizeOf = (value) => (value === 0 ? "0" : value < 0.001 ? scientific(value) : number(value, 3));

// What the layer makes of the shifted picture, beside what it makes of the picture where it is. `layerOf` gives the
// layer and a name for it.
function makeCompare(layerOf) {
  const reference = new Map(); // of the picture where it is, for each way of looking
  let [seen, key] = [null, ""];
  return (state) => {
    const { rows, columns, stride, padding, position } = state;
    const { layer, name } = layerOf();
    const way = [name, stride, padding, position].join();
    if (key === [way, rows, columns].join()) return seen;
    key = [way, rows, columns].join();
    if (!reference.has(way)) {
      const before = look(layer, layer.picture, state);
      reference.set(way, { ...before, marks: strongest(before.output) });
    }
    const circular = padding === "circular";
    const before = reference.get(way);
    const moved = shifted(layer.picture, rows, columns, circular);
    const now = look(layer, moved, state);
    const [down, right] = [rows, columns].map((shift) => Math.trunc(shift / stride));
    const expected = shifted(before.output, down, right, circular, NaN);
    const difference = now.output.values.map((value, index) => value - expected.values[index]);
    const frame = frameOf(layer, state);
    const worst = largestDifferences(difference, now.output, down, right, frame);
    seen = { before, moved, now, down, right, difference, frame, worst };
    return seen;
  };
}

/**
 * Where a marked pixel of the unshifted output was, where it is now, and whether that is in the picture.
 * @returns {{ was: [number, number], is: [number, number], isInside: boolean }}
 */
function markedPixel({ before, now, down, right }, { marked, padding }) {
  const { height, width } = now.output;
  const [row, column] = before.marks[Math.min(marked, before.marks.length - 1)];
  let [newRow, newColumn] = [row + down, column + right];
  if (padding === "circular") {
    [newRow, newColumn] = [(newRow + 2 * height) % height, (newColumn + 2 * width) % width];
  }
  const isInside = isIndex(newRow, height) && isIndex(newColumn, width);
  return { was: [row, column], is: [newRow, newColumn], isInside };
}

function mapViews(layer, size) {
  const mapView = (title, stops) => {
    const marks = haloed("circle", { r: size / 16 });
    return { ...view(title, { stops, layers: [overlay(size, size, ...marks)] }), marks };
  };
  const input = mapView("Input: drag it", GREY);
  const output = mapView("Output", GREY);
  output.node.dataset.symbol = "Z";
  const reach = mapView("How far each filter reaches", SEQUENTIAL);
  const error = mapView("Differs from the shifted output", SEQUENTIAL);
  const all = [input, output, reach, error];
  input.box.setAttribute("aria-label", "Input picture: arrow keys shift it by one pixel");
  const handle = make("div", { class: "handle" }, "✥"); // by which a finger drags the picture
  input.box.append(handle);

  const show = ({ canvas, bar, stops }, values, low, high) => {
    paint(canvas, values, low, high, stops);
    showEnds(bar, number(low), "", number(high));
  };

  function showAll(state, { before, moved, now, difference, worst }, [row, column]) {
    const limits = extremes(before.output.values);
    const largest = Math.max(worst.inside || 0, worst.frame);
    show(input, moved.values, ...extremes(layer.picture.values));
    show(output, now.output.values, ...limits);
    show(reach, now.radius.values, ...extremes(before.radius.values));
    show(error, difference.map(Math.abs), 0, Math.max(largest, 0.01 * (limits[1] - limits[0])));
    input.fact.textContent = place(state);
    Object.assign(handle.style, { left: `${50 + (100 * state.columns) / size}%`,
      top: `${50 + (100 * state.rows) / size}%` });
    output.fact.textContent = sizeName(now.output.height);
    reach.fact.textContent = "in pixels";
    error.fact.textContent = `at most ${sizeOf(largest)}`;
    for (const { marks } of all) setAll(marks, { cx: (column + 0.5) * state.stride, cy: (row + 0.5) * state.stride });
    input.canvas.setAttribute("aria-label", `The picture, ${input.fact.textContent}`);
    output.canvas.setAttribute("aria-label", `Output of the layer, ${output.fact.textContent} pixels`);
    reach.canvas.setAttribute("aria-label", "Map of how far the filter of each pixel reaches");
    error.canvas.setAttribute("aria-label", `Map of the difference from the shifted output, ${error.fact.textContent}`);
  }
  return { input, all, handle, show: showAll };
}

// The filter of the marked pixel before and after the shift.
function filterPair() {
  const tiles = ["where it was", "where it is now"].map((title) => tile(title));
  for (const { node } of tiles) node.dataset.symbol = "K";

  function show({ before, now }, { was, is, isInside }) {
    const old = before.filterAt(...was);
    const limit = Math.max(...old.map(Math.abs));
    const current = isInside ? now.filterAt(...is) : old.map(() => NaN);
    const change = Math.max(...current.map((value, tap) => Math.abs(value - old[tap])));
    [old, current].forEach((values, index) => paint(tiles[index].canvas, values, -limit, limit, DIVERGING));
    tiles[0].fact.textContent = `largest weight ${number(limit, 3)}`;
    tiles[1].fact.textContent = isInside ? (change === 0 ? "the same" : `differs by ${sizeOf(change)}`)
      : "has left the picture";
    for (const { canvas, title, fact } of tiles) {
      canvas.setAttribute("aria-label", `Filter of the marked pixel ${title}: ${fact.textContent}`);
    }
  }
  return { show, node: make("section", { class: "filters", "aria-label": "Filter of the marked pixel" },
    make("p", { class: "step" }, "The filter of the marked pixel"),
    make("div", { class: "pair" }, ...tiles.map(({ node }) => node))) };
}

function sentence(state, { worst, frame }) {
  const circular = state.padding === "circular";
  const where = circular ? "anywhere" : `more than ${frame} pixels from the border`;
  return `The picture is shifted ${place(state)}. ` +
    (Number.isNaN(worst.inside) ? "No pixel is far enough from the border to compare. "
      : `The largest difference from the shifted output ${where} is ${sizeOf(worst.inside)}` +
        (circular ? ". " : `, and nearer to the border ${sizeOf(worst.frame)}. `)) +
    (worst.inside === 0 ? "Inside, the output moved along exactly." : "");
}

// Drag the picture, or press the arrow keys on it.
function listen(panel, { input: { box }, handle }, size) {
  const clip = (pixels) => clamp(pixels, -(size >> 1), size >> 1);
  const shiftTo = (rows, columns) => panel.write({ rows: clip(rows), columns: clip(columns) });
  onKeys(box, (down, right) => shiftTo(panel.model.get("rows") + down, panel.model.get("columns") + right));
  let grip; // where the pointer took hold, and the shift at that moment
  onDrag(box, (event) => {
    const scale = size / box.getBoundingClientRect().width;
    shiftTo(Math.round(grip.rows + (event.clientY - grip.y) * scale),
      Math.round(grip.columns + (event.clientX - grip.x) * scale));
  }, (event) => { grip = { ...panel.read(), x: event.clientX, y: event.clientY }; }, handle);
}

function fromLink([rows, columns, stride, padding, position, marked, ...others], most) {
  const isShift = (pixels) => isIndex(pixels + most, 2 * most + 1);
  return others.length === 0 && isShift(rows) && isShift(columns) && [1, 2].includes(stride) && isIndex(padding, 2) &&
    isIndex(position, 2) && isIndex(marked, NUM_MARKS)
    ? { rows, columns, stride, padding: PADDINGS[padding], position: position === 1, marked } : null;
}

const WORDS = [
  "The reach of a filter is the root mean square distance of its energy from its centre, in pixels. " +
  "The last picture is the size of the difference between the output of the shifted picture and the shifted " +
  "output of the unshifted one; dark means equal, hatched that the shifted output says nothing there. Its " +
  "colours end at the largest difference, or at 1 % of the output’s range where that is more. " +
  "Near the border means: as near as filters or Φ can see beyond it.",
  "At stride 2 the output is half as large and an odd shift has no counterpart in it: it is compared " +
  "with the next smaller even shift."];

function build(panel) {
  const sizes = panel.model.get("sizes");
  const layer = unpackLayer(sizes, panel.model.get("weights"));
  const most = sizes.picture >> 1;
  const paper = Math.min(20, most);
  let isYours = false; // whether the filters are the atom that was handed on
  const compare = makeCompare(() => (isYours && handed()
    ? { layer: constantLayer(layer, handed()), name: handed().values } : { layer, name: "" }));
  const yours = button("Your atom as the filter of all pixels", () => {
    isYours = !isYours;
    panel.ask();
  });
  const unhear = onHanded(panel.ask);
  const [views, filters] = [mapViews(layer, sizes.picture), filterPair()];
  const sliders = [["rows", "down"], ["columns", "right"]].map(([name, word]) => ({ name,
    ...slide(panel.id(name), `Pixels ${word}`, { min: -most, max: most },
      (shift) => panel.write({ [name]: shift })) }));
  listen(panel, views, sizes.picture);

  function draw(state) {
    yours.hidden = !handed();
    yours.setAttribute("aria-pressed", String(isYours));
    const seen = compare(state);
    const marked = markedPixel(seen, state);
    views.show(state, seen, marked.is);
    filters.show(seen, marked);
    for (const { name, show } of sliders) show(state[name], number(state[name], 0));
  }

  const seen = () => compare(panel.read());
  const isShifted = ({ rows, columns }) => rows !== 0 || columns !== 0;
  const challenges = [
    { words: "Make a shift that leaves no difference at all, not even at the border.",
      isMet: (state) => isShifted(state) && Math.max(compare(state).worst.inside, compare(state).worst.frame) === 0 },
    { words: "Break equivariance: make a shift with a difference far from the border.",
      isMet: (state) => isShifted(state) && compare(state).worst.inside > 0.001 },
  ];
  return {
    children: [
      intro("Shift the picture. ", "Drag it: each pixel’s filter is made from what the pixel sees, so filters and " +
        "output move along, and the last map stays dark, until one of the switches below breaks it."),
      make("div", { class: "views" }, ...views.all.map(({ node }) => node)),
      make("div", { class: "fields" }, ...sliders.map(({ node }) => node)),
      make("div", { class: "pickers" },
        panel.choice("Stride", "stride", [{ value: 1, label: "1" }, { value: 2, label: "2" }]),
        panel.choice("Beyond the border", "padding",
          [{ value: "zero", label: "zeros" }, { value: "circular", label: "the other side" }]),
        panel.choice("Φ is told the position", "position",
          [{ value: false, label: "no" }, { value: true, label: "yes" }], { symbol: "Phi" })),
      make("div", { class: "buttons" },
        button(`Shift by ${paper}, as in the paper`, () => panel.write({ rows: paper, columns: paper })),
        button("Shift by 0", () => panel.write({ rows: 0, columns: 0 })),
        button("Mark another pixel", () => panel.write({ marked: (panel.model.get("marked") + 1) % NUM_MARKS })),
        yours),
      panel.summary, panel.challenges(challenges), filters.node, panel.foot(panel.reset()),
      help("How to read the pictures", ...WORDS)],
    draw, stop: unhear,
    sentence: (state) => sentence(state, compare(state)),
    toLink: ({ rows, columns, stride, padding, position, marked }) =>
      [rows, columns, stride, PADDINGS.indexOf(padding), Number(position), marked],
    fromLink: (numbers) => fromLink(numbers, most),
    acda: {
      picture: () => Array.from(layer.picture.values),
      output: () => Array.from(seen().now.output.values),
      difference: () => Array.from(seen().difference),
      radius: () => Array.from(seen().now.radius.values),
      filter: (row, column) => seen().now.filterAt(row, column),
      worst: () => seen().worst,
      frame: () => seen().frame,
    },
  };
}

const CSS = `
.acda-shift .views { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 12px; margin-bottom: 10px; }
.acda-shift .views .frame { background: repeating-linear-gradient(45deg, var(--back) 0 4px, var(--edge) 4px 5px); }
.acda-shift [role=application] { cursor: grab; touch-action: manipulation; }
.acda-shift .handle { display: none; width: 44px; line-height: 40px; text-align: center; font-size: 22px;
  color: #ffd400; background: #1119; border: 2px solid #ffd400; border-radius: 50%; }
@media (any-pointer: coarse) { .acda-shift .handle { display: block; } }
.acda-shift [role=application]:active { cursor: grabbing; }
.acda-shift circle { fill: none; vector-effect: non-scaling-stroke; }
.acda-shift circle.halo { stroke: #111; stroke-width: 4; }
.acda-shift circle.line { stroke: #ffd400; stroke-width: 2; }
.acda-shift .fields { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 20px; }
.acda-shift .pickers { display: flex; flex-wrap: wrap; gap: 0 22px; }
.acda-shift .filters .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 150px)); gap: 16px; }
@container (max-width: 620px) {
  .acda-shift .views { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .acda-shift .handle { display: block; }
}
`;

export default widget({ title: "Shift", className: "acda-shift", css: CSS, linkText: "Link to this shift",
  names: ["rows", "columns", "stride", "padding", "position", "marked"], build });
