// The training widget: a convolution and an ACDA layer that learn the reader's map in the browser.

import { CHART_CSS, LEAST, lossChart } from "./js/chart.js";
import { makeCourse } from "./js/course.js";
import { button, help, intro, make, slide } from "./js/elements.js";
import { capital, counted, figure, isIndex, number, range, sizeName, sum } from "./js/numbers.js";
import { widget } from "./js/panel.js";
import { KNOWN } from "./js/patterns.js";
import { KIND, MAP } from "./js/trainer.js";
import { foundBy, mapViews } from "./js/training_map.js";

const SCALES = [3, 5, 7];
const CHOICES = {
  rate: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3],
  momentum: [0, 0.5, 0.9, 0.99],
  num_atoms: [1, 2, 4, 6],
  num_bases: [1, 3, 6],
  first_size: [1, 3],
  hidden_channels: [8, 16, 32, 64],
  tool: ["square", "diamond", "target", "erase"],
};
const FIELDS = {
  rate: "Learning rate", momentum: "Momentum", num_atoms: "Atoms m", num_bases: "Bases a scale, m′",
  first_size: "First layer of Φ", hidden_channels: "Width of Φ, d",
};
const SYMBOLS = { num_atoms: "m", num_bases: "m'", first_size: "l_a", hidden_channels: "d" };
const NAMES = ["places", "noise", "seed", "scales", ...Object.keys(CHOICES)];
const LAST_SEED = 9999;
const MOST_NOISE = 0.5;

const count = (weights) =>
  sum(Object.values(weights).map((array) => array.length)).toLocaleString("en-GB");
const optionName = (name, value) =>
  (name === "first_size" ? (value === 1 ? "1×1 (the paper’s)" : "3×3") : String(value));
const toolName = (tool) => (tool === "erase" ? "Erase" : `${capital(tool)} ${sizeName(KNOWN[tool])}`);

// Everything that is chosen from a list, and the noise.
function settings(panel) {
  const selects = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, make("select",
    { id: panel.id(name), onchange: (event) => panel.write({ [name]: Number(event.target.value) }) },
    ...CHOICES[name].map((value) => make("option", { value }, optionName(name, value))))]));
  const boxes = SCALES.map((scale) => make("input", { type: "checkbox", value: scale, onchange: (event) => {
    const scales = SCALES.filter((_, index) => boxes[index].checked);
    if (scales.length) panel.write({ scales });
    else event.target.checked = true; // one has to stay
  } }));
  const noise = slide(panel.id("noise"), "Noise of the map", { max: MOST_NOISE, step: 0.05 },
    (value) => panel.write({ noise: value }));
  noise.node.classList.add("field");
  const node = make("div", { class: "fields" },
    ...Object.entries(FIELDS).map(([name, label]) => make("div",
      { class: "field", "data-symbol": SYMBOLS[name] ?? false },
      make("label", { for: selects[name].id }, label), selects[name])),
    make("fieldset", { class: "choices", "data-symbol": "S" }, make("legend", {}, "Scales of the bases"),
      ...boxes.map((box, index) => make("label", {}, box, make("span", {}, sizeName(SCALES[index]))))),
    noise.node);

  function show(state) {
    for (const [name, select] of Object.entries(selects)) select.value = String(state[name]);
    boxes.forEach((box, index) => { box.checked = state.scales.includes(SCALES[index]); });
    noise.show(state.noise, number(state.noise));
    noise.input.setAttribute("aria-valuetext", `standard deviation ${number(state.noise)}`);
  }
  return { node, show };
}

// The buttons that start, pause and go back.
function controls(course, reset) {
  const { trainer } = course;
  const start = button("", () => (course.isRunning() ? course.pause() : course.go()), { class: "go" });
  const single = button("One step", () => course.takeSteps(1));
  const progress = make("span", { class: "count" });
  const show = () => {
    const isRunning = course.isRunning();
    start.textContent = isRunning ? "Pause" : trainer.steps ? "Go on" : "Start";
    start.disabled = single.disabled = trainer.diverged !== "";
    progress.textContent = `Step ${trainer.steps}` +
      (isRunning && trainer.clock.length > 1 ? `, ${Math.round(trainer.speed())} a second` : "");
  };
  return { show, node: make("div", { class: "buttons" }, start, single, button("Back to step 0", course.restart),
    reset, progress) };
}

// While the layers learn nothing new is spoken; what they say then changes with every frame.
function sentence({ steps, weights, layers: { conv, acda }, centres, floor, diverged }, found, isRunning) {
  if (isRunning) return "Both layers are learning. Press Pause to hear how far they are.";
  if (diverged) {
    return `${diverged} has run away at step ${steps}: its loss grows without end, because the steps are ` +
      "too large. Choose a smaller learning rate or less momentum, then press Back to step 0.";
  }
  return `After ${counted(steps, "step")} ACDA, with ${count(weights.acda)} parameters, has the loss ` +
    `${figure(acda.loss)} and finds ${found.acda.hits} of ${counted(centres.length, "pattern")}. The convolution, ` +
    `with ${count(weights.conv)}, has ${figure(conv.loss)} and finds ${found.conv.hits}` +
    (floor > LEAST ? `; no 7×7 convolution has less than ${figure(floor)} on this map.` : ".");
}

const toLink = (state) => [state.noise, state.seed,
  ...Object.keys(CHOICES).map((name) => CHOICES[name].indexOf(state[name])),
  sum(SCALES.map((scale, index) => (state.scales.includes(scale) ? 2 ** index : 0))), ...state.places.flat()];

function fromLink([noise, seed, ...rest]) {
  const names = Object.keys(CHOICES);
  const [picks, mask, places] = [rest.slice(0, names.length), rest[names.length], rest.slice(names.length + 1)];
  const triples = range(Math.ceil(places.length / 3)).map((index) => places.slice(3 * index, 3 * index + 3));
  const fits = ([row, column, side]) => side in KIND &&
    [row, column].every((index) => isIndex(index - (side >> 1), MAP - side + 1));
  const areSettings = noise >= 0 && noise <= MOST_NOISE && isIndex(seed, LAST_SEED + 1) &&
    picks.length === names.length && picks.every((pick, index) => isIndex(pick, CHOICES[names[index]].length));
  if (!areSettings || !isIndex(mask - 1, 7) || !triples.every(fits)) return null;
  const chosen = Object.fromEntries(names.map((name, index) => [name, CHOICES[name][picks[index]]]));
  return { noise, seed, ...chosen, scales: SCALES.filter((_, index) => mask & (2 ** index)), places: triples };
}

const WORDS = [
  "A click on the map places the chosen pattern, whole, and takes away those that it would overlap. " +
  "Or focus the map: the arrow keys move the yellow pixel, Enter or the space bar uses the tool there.",
  "Rings stand at the centres. On the answers a whole ring is a pattern that was found, an answer above ½ " +
  "at its centre; a broken one was missed. Any other pixel above ½ is a false alarm. Answers below 0 are black, " +
  "above 1 white.",
  "The loss is the mean squared error over the map. The dotted line is the least that any 7×7 " +
  "convolution can reach on it, by solving for its weights. Both layers take the same steps of SGD with momentum. " +
  "The learning rate, the momentum and the map may change while they learn; other settings start over.",
  "All of it is computed here, in 64-bit numbers, with the gradients that PyTorch gives."];

// What tests ask.
function answersOf({ trainer, takeSteps }, panel) {
  const plain = (arrays) => Object.fromEntries(Object.entries(arrays).map(([key, array]) => [key, Array.from(array)]));
  const both = (one) => ({ conv: plain(one("conv")), acda: plain(one("acda")) });
  return {
    image: () => Array.from(trainer.image), target: () => Array.from(trainer.target),
    conv: () => Array.from(trainer.layers.conv.output), acda: () => Array.from(trainer.layers.acda.output),
    gradients: () => both((name) => trainer.gradients(name)), weights: () => both((name) => trainer.weights[name]),
    losses: () => trainer.losses, floor: () => trainer.floor, step: takeSteps,
    state: () => ({ ...panel.read(), steps: panel.model.get("steps"), weights: panel.model.get("weights") }),
  };
}

function build(panel) {
  const course = makeCourse(panel);
  const { trainer } = course;
  const [maps, choices] = [mapViews(panel), settings(panel)];
  const chart = lossChart(["ACDA", "the convolution"], "steps since the start");
  const progress = controls(course, panel.reset("Reset all", () => {
    course.pause();
    panel.write(panel.initial);
    course.restart();
  }));

  function draw(state) {
    course.prepare();
    if (!course.isRunning()) trainer.answer(); // else it is that of the last step
    maps.show(state, trainer, foundBy(trainer));
    chart.show({ floor: trainer.floor, total: Math.max(50, trainer.losses.conv.length),
      curves: ["acda", "conv"].map((name) => ({ now: trainer.layers[name].loss,
        points: trainer.losses[name].map((loss, index) => [index, loss]) })) });
    progress.show();
    choices.show(state);
  }

  return {
    children: [
      intro("Train it here. ", "Two layers learn, in your browser, to mark the centre of every pattern on the map. " +
        "Press Start and watch; then change the map or the settings."),
      progress.node, maps.node, chart.node, panel.summary,
      panel.choice("What a click on the map does", "tool",
        CHOICES.tool.map((tool) => ({ value: tool, label: toolName(tool) }))),
      choices.node,
      panel.foot(
        button("New noise and first weights",
          () => panel.write({ seed: (panel.model.get("seed") + 1) % (LAST_SEED + 1) })),
        button("Clear the map", () => panel.write({ places: [] }))),
      help("How to use and read this", ...WORDS)],
    draw, toLink, fromLink,
    sentence: () => sentence(trainer, foundBy(trainer), course.isRunning()),
    stop: course.stop, bringBack: course.bringBack,
    acda: answersOf(course, panel),
  };
}

const CSS = `${CHART_CSS}
.acda-train .views { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px; margin-bottom: 10px; }
.acda-train [role=application] { cursor: crosshair; touch-action: manipulation; }
.acda-train circle, .acda-train rect { fill: none; vector-effect: non-scaling-stroke; }
.acda-train circle { stroke: #2196f3; stroke-width: 2; }
.acda-train circle.missed { stroke: #9aa3ad; stroke-width: 1.5; stroke-dasharray: 3 3; }
.acda-train rect.cursor { stroke: #ffd400; stroke-width: 2; visibility: hidden; }
.acda-train [role=application]:focus-visible rect.cursor { visibility: visible; }
.acda-train button:disabled { opacity: 0.55; cursor: default; }
.acda-train .count { font-size: 14px; font-variant-numeric: tabular-nums; }
.acda-train .fields { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px 16px;
  align-items: end; }
.acda-train .field { font-size: 14px; }
.acda-train .field label { display: block; margin: 0 0 3px; font-size: 13px; }
.acda-train .slide label { margin: 0; }
.acda-train select { width: 100%; height: 40px; padding: 0 8px; font: inherit; font-size: 14px; color: inherit;
  background: var(--back); border: 1px solid var(--edge); border-radius: 6px; }
.acda-train select:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.acda-train .fields fieldset { margin: 0; }
.acda-train .summary { min-height: 4.4em; }
@container (max-width: 620px) {
  .acda-train .views, .acda-train .fields { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .acda-train .views .input { grid-column: 1 / 3; }
  .acda-train .fields fieldset, .acda-train .slide { grid-column: 1 / 3; }
}
`;

export default widget({ title: "Train it here", className: "acda-train", css: CSS,
  linkText: "Link to this map and these settings", names: NAMES, followed: [...NAMES, "weights"], build });
