// The basis explorer: mix Fourier-Bessel functions into an atom and see what the atom does.

import { correlate, DRAWS, effectiveRadius, frequencyResponse, PRESETS, same, strongest } from "./js/atoms.js";
import { composeAtom, ELEMENTS, multiscaleBases, NUM_BASES } from "./js/bases.js";
import { button, buttons, help, intro, make, overlay, picture, setAll, showEnds, view } from "./js/elements.js";
import { makeGlide } from "./js/glide.js";
import { handOn } from "./js/handed.js";
import { coefficientSliders } from "./js/mixer.js";
import { makePull } from "./js/nearest.js";
import { extremes, isIndex, number, range, sizeName, sum } from "./js/numbers.js";
import { unpackPhotograph } from "./js/packing.js";
import { GREY, paint, paintSigned, SEQUENTIAL, DIVERGING } from "./js/paint.js";
import { widget } from "./js/panel.js";
import { patternSection } from "./js/pattern.js";
import { onPull } from "./js/pull.js";

const KERNEL_SIZES = [3, 5, 7, 9];
const FREQUENCIES = 65;

// What an atom does, in numbers.
function study(atom, size) {
  const response = frequencyResponse(atom, size, FREQUENCIES);
  const peak = response.indexOf(extremes(response)[1]);
  const cycles = Math.hypot(...[Math.floor(peak / FREQUENCIES), peak % FREQUENCIES]
    .map((index) => index / (FREQUENCIES - 1) - 0.5));
  return { response, largest: response[peak], cycles, radius: effectiveRadius(atom, size),
    isZero: atom.every((value) => value === 0) };
}

function sentenceOf(atom, size, { isZero, radius, cycles }) {
  if (isZero) return "All weights are zero, so the atom is zero and nothing of the photograph passes. Move a slider.";
  const total = number(sum(atom));
  const flat = total === "0.00" ? "flat areas of the picture become zero" : `flat areas are multiplied by ${total}`;
  return `This ${sizeName(size)} atom holds 90 % of its squared weight within ${number(radius, 1)} pixels ` +
    `of its centre, sums to ${total} (${flat}) and answers most strongly to ${number(cycles)} cycles per pixel.`;
}

// The atom, its frequency response, and the photograph before and after it.
function resultViews(photo) {
  const circles = [make("circle", { class: "halo" }), make("circle", { class: "line" })];
  const circleLayer = overlay(1, 1, ...circles);
  const smooth = () => ({ canvas: picture("smooth") });
  const result = (one, className) => {
    one.node.classList.add(className);
    return one;
  };
  const atomView = result(view("Your atom D: pull a pixel", { stops: DIVERGING, layers: [circleLayer] }), "atom");
  atomView.node.dataset.symbol = "D";
  const frequencyView = result(view("Frequency response", { stops: SEQUENTIAL, ...smooth() }), "frequency");
  const afterView = result(view("Photograph", smooth()), "after");
  afterView.fact.textContent = "after";
  // Narrow layouts move the untouched photograph below the pictures that change: one of two is displayed.
  const before = (className) => {
    const one = result(view("Photograph", smooth()), className);
    one.fact.textContent = "before";
    paint(one.canvas, correlate(photo, [1], 1), 0, 1, GREY);
    one.canvas.setAttribute("aria-label", "Photograph of a cat's face");
    showEnds(one.bar, "0", "", "1");
    return one.node;
  };

  function show(atom, size, found, sentence) {
    const largest = paintSigned(atomView.canvas, atom);
    showEnds(atomView.bar, number(-largest), "0", number(largest));
    circleLayer.setAttribute("viewBox", `0 0 ${size} ${size}`);
    setAll(circles, { cx: size / 2, cy: size / 2, r: found.radius ?? 0 });
    atomView.fact.textContent = found.radius === null ? "all zero" : `90 % within ${number(found.radius, 1)} px`;
    paint(frequencyView.canvas, found.response, 0, found.largest, SEQUENTIAL);
    showEnds(frequencyView.bar, "0", "", number(found.largest));
    frequencyView.fact.textContent = found.isZero ? "nothing passes" : `peak at ${number(found.cycles)} cycles/px`;
    const filtered = correlate(photo, atom, size);
    const ends = extremes(filtered);
    paint(afterView.canvas, filtered, ...ends, GREY);
    showEnds(afterView.bar, number(ends[0]), "", number(ends[1]));
    atomView.canvas.setAttribute("aria-label", `The atom. ${sentence}`);
    frequencyView.canvas.setAttribute("aria-label",
      `Frequency response of the atom; ${frequencyView.fact.textContent}`);
    afterView.canvas.setAttribute("aria-label",
      `The photograph filtered with the atom, values from ${number(ends[0])} to ${number(ends[1])}`);
  }
  return { show, atomView, beside: before("beside"), node: make("div", { class: "results" },
    atomView.node, frequencyView.node, afterView.node, before("before")) };
}

// Recipes to start from; `mix` gets one.
function startButtons(mix) {
  const presets = Object.entries(PRESETS).map(([name, recipe]) => button(name, () => mix(recipe)));
  const draws = Object.entries(DRAWS).map(([name, recipe]) => button(name, () => mix(recipe)));
  const show = (bases, coefficients) => Object.values(PRESETS).forEach((recipe, index) =>
    presets[index].setAttribute("aria-pressed", same(recipe(bases), coefficients)));
  return { show, node: buttons("Start from", ...presets, ...draws) };
}

// Gives the atom to other widgets.
function handing(atom) {
  const told = make("span", { "aria-live": "polite" });
  const handIt = () => {
    told.textContent = handOn(atom())
      ? "The widgets Detector and Shift can use it now, on this page and on others." : "This browser keeps nothing.";
  };
  return make("div", { class: "buttons" }, button("Hand this atom on", handIt), told);
}

// Fewer coefficients than the kernel needs mean zeros at the larger scales; more are dropped.
const padded = ({ kernel_size: size, coefficients }) => ({ kernel_size: size,
  coefficients: range((size >> 1) * NUM_BASES).map((index) => coefficients[index] ?? 0) });

// The last number says which element is looked at; a link of before it was added ends with the coefficients.
function fromLink([size, ...numbers]) {
  if (!KERNEL_SIZES.includes(size)) return null;
  const count = (size >> 1) * NUM_BASES;
  const [coefficients, index = strongest(coefficients)] = [numbers.slice(0, count), ...numbers.slice(count)];
  return isIndex(index, count) ? { kernel_size: size, coefficients, looked: index } : null;
}

const atomOf = ({ kernel_size: size, coefficients }) => composeAtom(coefficients, multiscaleBases(size));
const CHALLENGES = [
  { words: "Turn the edge: an atom whose middle column is 0, and which is not 0 itself.",
    isMet: (state) => {
      const [atom, size] = [atomOf(state), state.kernel_size];
      return atom.every((value, index) => index % size !== size >> 1 || Math.abs(value) < 1e-9) &&
        Math.max(...atom) > 0.1;
    } },
  { words: "Find dots: an atom that sums to 0, so that flat areas vanish, with a positive middle.",
    isMet: (state) => {
      const atom = atomOf(state);
      return Math.abs(sum(atom)) < 0.005 && atom[atom.length >> 1] > 0.1;
    } },
];

const WORDS = [
  "Pull a pixel of the atom up or to the right for more, down or to the left for less (a finger to the sides; the " +
  "keyboard by arrow keys, plus and minus). Not every picture is a sum of these patterns: of all atoms with that " +
  "value at that pixel, the one nearest to the old atom is taken. Corners that no pattern reaches stay 0.",
  "Blue is negative, white is zero, red is positive. The circle is the effective receptive field: " +
  "the smallest one about the centre whose pixels hold 90 % of the sum of D²; its radius counts half a pixel " +
  "beyond the farthest of them. The frequency response |H| runs from −½ to ½ cycles per pixel on both axes, " +
  "with slow changes in the middle. The photograph, with values from 0 to 1, is cross-correlated with the atom; " +
  "black and white are the smallest and the largest value that come out.",
  "Photograph: Chelsea the cat by Stéfan van der Walt, from scikit-image's data, CC0."];

// A preset stays that preset at the new size; anything else keeps the scales that fit.
function atSize(size, bases, coefficients) {
  const preset = Object.values(PRESETS).find((candidate) => same(candidate(bases), coefficients));
  return { kernel_size: size, coefficients: preset ? preset(multiscaleBases(size)) : coefficients };
}

// What tests ask.
const answersOf = (photo, atom, bases) => ({
  bases, atom, elements: () => ELEMENTS, photo: () => Array.from(photo),
  radius: () => effectiveRadius(atom(), Math.sqrt(atom().length)),
  response: () => Array.from(frequencyResponse(atom(), Math.sqrt(atom().length), FREQUENCIES)),
  filtered: () => Array.from(correlate(photo, atom(), Math.sqrt(atom().length))),
});

function build(panel) {
  const photo = unpackPhotograph(panel.model.get("photograph")).map((level) => level / 63);
  let [kernelSize, bases, looked, sentence] = [0, [], 0, ""]; // of what stands there; `looked` is one of the bases
  let pull = null;
  const glide = makeGlide((coefficients) => panel.write({ kernel_size: kernelSize, coefficients }));
  const pattern = patternSection(panel, ({ scale = Math.floor(looked / NUM_BASES), element = looked % NUM_BASES }) =>
    lookAt(NUM_BASES * scale + element));
  const mixer = coefficientSliders(setCoefficient);
  const results = resultViews(photo);
  const starts = startButtons((recipe) => glide.go(panel.read().coefficients, recipe(bases)));

  function lookAt(index) {
    looked = index;
    pattern.show(looked, bases[looked], kernelSize);
    panel.ask();
  }

  function pullAt(pixel, value) {
    glide.stop();
    const coefficients = pull(panel.read().coefficients, pixel, value);
    if (coefficients) panel.write({ kernel_size: kernelSize, coefficients });
  }

  function setCoefficient(index, value) {
    glide.stop();
    const { coefficients } = panel.read();
    coefficients[index] = value;
    if (index !== looked) lookAt(index);
    panel.write({ kernel_size: kernelSize, coefficients });
  }

  // An atom and the element that is looked at.
  function showAtom({ looked: index, ...values }) {
    glide.stop();
    panel.write(values);
    panel.draw();
    lookAt(index);
  }

  function draw({ kernel_size: size, coefficients }) {
    if (size !== kernelSize) {
      glide.stop();
      [kernelSize, bases] = [size, multiscaleBases(size)];
      pull = makePull(bases);
      pattern.fitTo(size);
      mixer.fitTo(size, bases);
      lookAt(strongest(coefficients));
    }
    mixer.show(coefficients);
    starts.show(bases, coefficients);
    const found = study(atom(), size);
    sentence = sentenceOf(atom(), size, found);
    results.show(atom(), size, found, sentence);
    showCursor();
  }
  const atom = () => composeAtom(panel.read().coefficients, bases);
  const showCursor = onPull(results.atomView, () => kernelSize, atom, pullAt);
  return {
    children: [
      intro("Basis explorer.", " An atom is a weighted sum of fixed wave patterns. " +
        "Look at one pattern, then pull at the pixels of your own atom, or mix it with the sliders."),
      panel.choice("Kernel size", "kernel_size", KERNEL_SIZES.map((size) => ({ value: size, label: sizeName(size) })),
        { symbol: "l", values: (size) => atSize(size, bases, panel.read().coefficients) }),
      pattern.node,
      make("section", { class: "mix", "aria-label": "Your atom" },
        make("p", { class: "step" }, make("span", {}, "2"), " Mix an atom D = Σ α ψ"),
        starts.node,
        results.node, make("div", { class: "said" }, panel.summary, results.beside), mixer.node),
      panel.challenges(CHALLENGES),
      handing(() => ({ size: kernelSize, values: atom() })),
      panel.foot(panel.reset("Reset", () =>
        showAtom({ ...panel.initial, looked: strongest(panel.initial.coefficients) }))),
      help("How to read the pictures", ...WORDS)],
    draw,
    sentence: () => sentence,
    toLink: ({ kernel_size: size, coefficients }) => [size, ...coefficients, looked],
    fromLink, take: showAtom, stop: glide.stop,
    acda: answersOf(photo, atom, () => bases),
  };
}

const CSS = `
.acda-explorer [role=application] { cursor: ns-resize; touch-action: pan-y; }
.acda-explorer rect.cursor { fill: none; stroke: #ffd400; stroke-width: 3; vector-effect: non-scaling-stroke;
  visibility: hidden; }
.acda-explorer [role=application]:is(:focus-visible, :active) rect.cursor { visibility: visible; }
.acda-explorer .pickers { display: flex; flex-wrap: wrap; gap: 0 22px; }
.acda-explorer .choices.icons span { padding: 4px 8px 4px 5px; }
.acda-explorer .choices canvas, .acda-explorer .cell canvas { width: 28px; height: 28px;
  border: 1px solid var(--edge); border-radius: 2px; }
.acda-explorer circle { fill: none; vector-effect: non-scaling-stroke; }
.acda-explorer circle.rim { stroke: #6e7781; stroke-width: 1; }
.acda-explorer circle.halo { stroke: #fff; stroke-width: 4.5; }
.acda-explorer circle.line { stroke: #111; stroke-width: 2; stroke-dasharray: 6 4; }
.acda-explorer .detail { display: grid; grid-template-columns: 1fr 1fr 1.8fr; gap: 14px; align-items: start; }
.acda-explorer .facts { font-size: 14px; }
.acda-explorer .formula { font: italic 17px/1.3 Georgia, "Times New Roman", serif; margin-bottom: 8px; }
.acda-explorer dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 10px; margin: 0; }
.acda-explorer dt { font-weight: 600; margin: 0; }
.acda-explorer dd { margin: 0; }
.acda-explorer .results { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 12px;
  background: var(--back); padding-bottom: 8px; }
.acda-explorer .before { order: 1; }
.acda-explorer .after { order: 2; }
.acda-explorer .said { display: flex; gap: 12px; margin-bottom: 6px; }
.acda-explorer .beside { display: none; }
.acda-explorer .mixer fieldset { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 4px 14px;
  border-top: 1px solid var(--edge); padding-top: 4px; }
.acda-explorer .mixer legend { font-weight: 600; padding-right: 8px; }
.acda-explorer .cell { display: grid; grid-template-columns: 28px minmax(0, 1fr); gap: 0 6px; align-items: center;
  font-size: 13px; }
.acda-explorer .cell > span:first-child { grid-column: 1 / 3; grid-row: 1; white-space: nowrap; }
.acda-explorer .cell .value { grid-column: 1 / 3; grid-row: 1; justify-self: end; font-variant-numeric: tabular-nums; }
/* for position: sticky */
.bd-article section > .acda-widget:has(.acda-explorer), div.cell_output .output:has(.acda-explorer),
div.cell_output:has(.acda-explorer) { overflow: visible; }
body:has(.bd-header-article) .acda-explorer { --below-header: 3.5rem; }
@container (max-width: 620px) {
  .acda-explorer .detail { grid-template-columns: 1fr 1fr; }
  .acda-explorer .facts { grid-column: 1 / 3; }
  .acda-explorer .results { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px; position: sticky;
    top: var(--below-header, 0px); z-index: 2; }
  .acda-explorer .before { display: none; }
  .acda-explorer .beside { display: block; flex: 0 0 30%; }
  .acda-explorer .mixer fieldset { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .acda-explorer .mixer input { scroll-margin-top: 320px; }
}
@container (max-width: 480px) { .acda-explorer .mixer fieldset { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-height: 500px) { .acda-explorer .results { position: static !important; } }
`;

export default widget({ title: "Basis explorer", className: "acda-explorer", css: CSS, linkText: "Link to this atom",
  names: ["kernel_size", "coefficients"], fit: padded, build });
