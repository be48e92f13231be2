// The two-layers widget: one pixel of an adaptive convolution, computed over its filters and over its atoms.

import { button, buttons, haloed, help, intro, make, setAll } from "./js/elements.js";
import { makeGlide } from "./js/glide.js";
import { onKeys, onPlace } from "./js/hand.js";
import { clamp, isIndex, number, range } from "./js/numbers.js";
import { paint } from "./js/paint.js";
import { widget } from "./js/panel.js";
import { playBar } from "./js/play.js";
import { bothWaysView, captioned, MAP_COLOURS, SHOWN, startSection } from "./js/two_ways.js";
import { costSection, ratio } from "./js/way_costs.js";
import { bothWays, countsOf, feature, KERNEL_SIZES } from "./js/ways.js";

const RANGES = { // smallest and largest
  in_channels: [1, 256], out_channels: [1, 256], num_atoms: [1, 8], height: [8, 48], width: [8, 48],
  seed: [0, 9999], step: [0, 3],
};
const NAMES = ["in_channels", "out_channels", "num_atoms", "kernel_size", "height", "width", "row", "column", "channel",
  "step", "seed"];

const STEPS = [
  "Pick a pixel: both ways start from the pixels around it and from its atoms.",
  "Left: the atoms are mixed into a filter for each pair of channels. Right: each atom looks at each input channel.",
  "Left: each filter is applied to its input channel, and all are added. Right: the atom outputs are mixed.",
  "The two numbers are the same sum in another order. They agree but for rounding.",
];

// The first input channels as maps, with a frame around the pixel.
function channelMaps(panel) {
  const note = make("p", { class: "note" });
  const maps = range(SHOWN).map(() => {
    const marks = haloed("rect");
    const svg = make("svg", { "aria-hidden": "true", preserveAspectRatio: "none" }, ...marks);
    return { ...captioned(svg), svg, marks };
  });
  for (const { box } of maps) {
    onPlace(box, {
      size: () => [panel.model.get("height"), panel.model.get("width")],
      move: (row, column) => { panel.write({ row, column }); },
    });
  }
  const first = maps[0].box;
  onKeys(first, (down, right) => {
    const { row, column } = panel.read();
    panel.write({ row: row + down, column: column + right });
  });

  function show(state) {
    const { in_channels: inputs, kernel_size: size, height, width, row, column } = state;
    maps.forEach(({ node, box, svg, marks, canvas, caption }, a) => {
      node.hidden = a >= inputs;
      if (node.hidden) return;
      box.style.aspectRatio = `${width} / ${height}`;
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      setAll(marks, { x: column - (size >> 1), y: row - (size >> 1), width: size, height: size });
      const values = range(height * width).map((index) => feature(state, a, Math.floor(index / width), index % width));
      paint(canvas, values, ...MAP_COLOURS, width);
      canvas.setAttribute("aria-label", `Input channel ${a + 1}, ${height} by ${width} pixels`);
      caption.textContent = `Input Z′, channel ${a + 1}`;
    });
    first.setAttribute("aria-label", `Input: arrow keys move the pixel; it is at row ${row}, column ${column}`);
    note.textContent = `Row ${row}, column ${column}; output channel ${state.channel + 1} of ${state.out_channels}. ` +
      (inputs > SHOWN ? `${SHOWN} of ${inputs} input channels are drawn.` : "");
  }
  return { show, nodes: [make("div", { class: "maps" }, ...maps.map(({ node }) => node)), note] };
}

function stepButtons(panel) {
  const names = [["0, pick a pixel", "Pixel"], ["1, first step", "Step 1"], ["2, second step", "Step 2"],
    ["3, compare", "Compare"]];
  const steps = names.map(([label, text], step) => button(text, () => panel.write({ step }), { "aria-label": label }));
  const next = button("", () => panel.write({ step: (panel.model.get("step") + 1) % STEPS.length }), { class: "next" });
  const explained = make("p", { class: "explained" });
  const show = ({ step }) => {
    steps.forEach((one, index) => one.setAttribute("aria-pressed", index === step));
    next.textContent = step < 3 ? "Next ›" : "‹ Again";
    explained.textContent = STEPS[step];
  };
  return { show, nodes: [make("div", { class: "stepper" }, buttons("Step", ...steps, next)), explained] };
}

const BEAT = 1600; // ms a step, when it plays
const FLOW = 900; // ms in which atoms mix and sums flow

// Plays the steps of one pixel after the other: the window slides along the rows.
function playing(panel) {
  return playBar(panel, BEAT, () => {
    const { step, row, column, height, width } = panel.read();
    const next = (row * width + column + 1) % (height * width);
    panel.write(step < 3 ? { step: step + 1 }
      : { step: 1, row: Math.floor(next / width), column: next % width }, false);
    return true;
  });
}

// How far the step that stands there has come: from 0 to 1 after a step forward, else 1.
function flowing(panel) {
  let [before, part] = [null, 1];
  const glide = makeGlide(([value]) => {
    part = value;
    panel.ask();
  }, FLOW);
  return { stop: glide.stop,
    at: ({ step, row, column }) => {
      const isNew = before && before !== `${step},${row},${column}`;
      before = `${step},${row},${column}`;
      if (isNew && (step === 1 || step === 2)) {
        part = 0;
        glide.go([0], [1]);
      } else if (isNew) {
        glide.stop();
        part = 1;
      }
      return part;
    } };
}

function inside(state) {
  const limit = (name, count) => clamp(state[name], 0, state[count] - 1);
  return { ...state, row: limit("row", "height"), column: limit("column", "width"),
    channel: limit("channel", "out_channels") };
}

function fromLink(numbers) {
  const values = Object.fromEntries(NAMES.map((name, index) => [name, numbers[index]]));
  const fits = ([name, [low, high]]) => isIndex(values[name] - low, high - low + 1);
  return numbers.length === NAMES.length && KERNEL_SIZES.includes(values.kernel_size) &&
    Object.entries(RANGES).every(fits) && isIndex(values.row, values.height) && isIndex(values.column, values.width) &&
    isIndex(values.channel, values.out_channels) ? values : null;
}

function sentence(state) {
  const counts = countsOf(state);
  return `Row ${state.row}, column ${state.column}. ${STEPS[state.step]} ` +
    (state.step === 3 ? `Both give ${number(bothWays(state).filters, 4)}. ` : "") +
    `In the middle, filters first holds ${ratio(counts.filters.held / counts.atoms.held)} times as many floats as ` +
    "atoms first.";
}

const WORDS = [
  "One multiply–add is one product and one sum. Both ways get the atoms and give all output channels: " +
  "filters first needs c c′ m l² to compose and c c′ l² to apply; atoms first needs c′ m l² and c c′ m. Held in the " +
  "middle are the filters, c c′ l² h w floats, or the atom outputs, c′ m h w.",
  "The numbers are synthetic. Red is positive, blue negative, pale is near zero; the pictures of a row " +
  "share one scale. Pixels outside of the image are zero."];

function build(panel) {
  const [maps, steps, start, ways, cost] =
    [channelMaps(panel), stepButtons(panel), startSection(), bothWaysView(), costSection(panel)];
  const [bar, flow] = [playing(panel), flowing(panel)];
  const turn = (name, count) => () => panel.write({ [name]: (panel.model.get(name) + 1) % count() });
  return {
    children: [
      intro("Two layers are one. ",
        "Pick a pixel and follow both ways to its output: make its filters and apply them, or apply its atoms " +
        "and mix."),
      ...maps.nodes, make("div", { class: "flow" }, bar.node, ...steps.nodes, start.node, ...ways.nodes),
      panel.summary, cost.node,
      panel.foot(panel.reset(), button("New numbers", turn("seed", () => RANGES.seed[1] + 1)),
        button("Another output channel", turn("channel", () => panel.model.get("out_channels")))),
      help("How this is counted", ...WORDS)],
    draw: (state) => {
      const now = bothWays(state);
      for (const part of [maps, steps, cost]) part.show(state);
      start.show(state, now);
      ways.show(state, now, flow.at(state));
    },
    sentence, fromLink,
    stop: () => {
      bar.pause();
      flow.stop();
    },
    toLink: (state) => NAMES.map((name) => state[name]),
    acda: { now: () => bothWays(panel.read()), counts: () => countsOf(panel.read()) },
  };
}

const CSS = `
.acda-two .maps { display: grid; grid-template-columns: repeat(3, minmax(0, 200px)); gap: 12px; }
.acda-two .map { cursor: crosshair; touch-action: manipulation; }
.acda-two .map rect { fill: none; vector-effect: non-scaling-stroke; }
.acda-two .map rect.halo { stroke: #111; stroke-width: 4; }
.acda-two .map rect.line { stroke: #ffd400; stroke-width: 2; }
.acda-two .note { font-size: 13px; margin: 4px 0 10px; min-height: 1.4em; }
.acda-two .explained { min-height: 2.9em; }
.acda-two .next { border-color: var(--accent); font-weight: 600; }
.acda-two .start { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px 24px; }
.acda-two .three { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px; align-items: start; }
.acda-two .ways { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 24px; }
.acda-two .way p { margin: 0 0 6px; }
.acda-two .way .step { margin-top: 12px; }
.acda-two .way .note { margin-top: -6px; }
.acda-two .way .one { min-height: 150px; margin-bottom: 8px; }
.acda-two .coming { visibility: hidden; }
.acda-two .waiting > :not(:first-child) { visibility: hidden; }
.acda-two .sums p { display: flex; justify-content: space-between; gap: 10px; margin: 0; font-size: 14px;
  font-variant-numeric: tabular-nums; border-bottom: 1px solid var(--edge); }
.acda-two .result { font-size: 17px; text-align: right; margin-top: 6px; font-variant-numeric: tabular-nums; }
.acda-two .meeting { min-height: 3em; font-size: 16px; text-align: center; font-variant-numeric: tabular-nums;
  border: 2px solid var(--accent); border-radius: 6px; padding: 10px; }
.acda-two table { width: 100%; border-collapse: collapse; margin: 0 0 10px; font-size: 14px; display: table;
  color: inherit; background: none; }
.acda-two tr { background: none; }
.acda-two :is(th, td) { text-align: left; padding: 5px 8px 5px 0; border: 0; border-top: 1px solid var(--edge);
  background: none; color: inherit; font-weight: 400; font-variant-numeric: tabular-nums; vertical-align: top; }
.acda-two thead :is(th, td) { border-top: 0; font-weight: 600; }
.acda-two .track { display: block; width: 100%; height: 8px; margin-top: 3px; }
.acda-two .track rect { fill: var(--accent); }
.acda-two .fields { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0 20px; }
/* for position: sticky */
.bd-article section > .acda-widget:has(.acda-two), div.cell_output .output:has(.acda-two),
div.cell_output:has(.acda-two) { overflow: visible; }
body:has(.bd-header-article) .acda-two { --below-header: 3.5rem; }
@container (max-width: 620px) {
  .acda-two :is(.stepper, .meeting) { position: sticky; z-index: 2; background: var(--back); }
  .acda-two .stepper { top: var(--below-header, 0px); padding-top: 6px; }
  .acda-two .meeting { bottom: 0; min-height: 0; font-size: 14px; padding: 6px; }
  .acda-two .stepper .buttons { gap: 4px; }
  .acda-two .stepper button { padding: 4px 6px; font-size: 13px; }
  .acda-two .ways { gap: 0 12px; }
  .acda-two .ways .three { grid-template-columns: minmax(0, 1fr); gap: 4px; }
  .acda-two .ways figure:not([hidden]) { display: flex; gap: 6px; align-items: center; }
  .acda-two .ways .frame { flex: 0 0 44px; }
  .acda-two .ways figcaption { font-size: 12px; overflow-wrap: anywhere; }
  .acda-two .sums p { font-size: 12px; gap: 4px; }
  .acda-two .result { font-size: 14px; }
  .acda-two .ways table { font-size: 12px; }
  .acda-two .ways :is(th, td) { padding-right: 4px; }
  .acda-two .maps { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px; }
  .acda-two .start { gap: 12px; }
  .acda-two .way .one { min-height: 0; }
  .acda-two .note { font-size: 12px; }
  .acda-two .fields { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 14px; }
  .acda-two .counters { font-size: 12px; }
}
@media (max-height: 500px) { .acda-two :is(.stepper, .meeting) { position: static !important; } }
`;

export default widget({ title: "Two layers are one", className: "acda-two", css: CSS,
  linkText: "Link to this pixel and these sizes", names: NAMES, fit: inside, build });
