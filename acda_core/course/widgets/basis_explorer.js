// The basis explorer: mix Fourier-Bessel functions into an atom and see what the atom does.

import { correlate, DRAWS, effectiveRadius, frequencyResponse, PRESETS, same, strongest } from "./js/atoms.js";
import { composeAtom, ELEMENTS, multiscaleBases, NUM_BASES, scalesOf } from "./js/bases.js";
import { button, buttons, help, intro, make, overlay, picture, setAll, showEnds, view } from "./js/elements.js";
import { extremes, isIndex, number, range, sizeName, sum } from "./js/numbers.js";
import { unpackPhotograph } from "./js/packing.js";
import { GREY, paint, paintSigned, SEQUENTIAL, DIVERGING } from "./js/paint.js";
import { widget } from "./js/panel.js";
import { elementName, patternSection } from "./js/pattern.js";

const KERNEL_SIZES = [3, 5, 7, 9];
const FREQUENCIES = 65;

// A slider for every coefficient; `move` gets its index and its new value.
function coefficientSliders(move) {
  const node = make("div", { class: "mixer" });
  let sliders = [];

  function slider(basis, index, scale) {
    const name = elementName(ELEMENTS[index % NUM_BASES]);
    const thumbnail = make("canvas", { class: "pixels", "aria-hidden": "true" });
    paintSigned(thumbnail, basis);
    const input = make("input", { type: "range", step: 0.01, "aria-label": `α of ${name} at scale ${sizeName(scale)}`,
      oninput: () => move(index, Number(input.value)) });
    const output = make("span", { class: "value", "aria-hidden": "true" });
    return { input, output, node: make("div", { class: "cell" },
      make("span", { "aria-hidden": "true" }, name), output, thumbnail, input) };
  }

  function fitTo(kernelSize, bases) {
    const scales = scalesOf(kernelSize);
    sliders = bases.map((basis, index) => slider(basis, index, scales[Math.floor(index / NUM_BASES)]));
    node.replaceChildren(...scales.map((scale, index) => make("fieldset", {},
      make("legend", {}, `Weights α at scale ${sizeName(scale)}`),
      ...sliders.slice(index * NUM_BASES, (index + 1) * NUM_BASES).map((one) => one.node))));
  }

  function show(coefficients) {
    const limit = Math.max(1, Math.ceil(Math.max(...coefficients.map(Math.abs))));
    sliders.forEach(({ input, output }, index) => {
      if (Number(input.max) !== limit) [input.min, input.max] = [-limit, limit];
      if (Number(input.value) !== coefficients[index]) input.value = coefficients[index];
      const text = number(coefficients[index]);
      if (output.textContent !== text) output.textContent = text;
    });
  }
  return { node, fitTo, show };
}

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
  const atomView = result(view("Your atom D", { stops: DIVERGING, layers: [circleLayer] }), "atom");
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
  return { show, beside: before("beside"), node: make("div", { class: "results" },
    atomView.node, frequencyView.node, afterView.node, before("before")) };
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

const WORDS = [
  "Blue is negative, white is zero, red is positive. The circle is the effective receptive field: " +
  "the smallest one about the centre whose pixels hold 90 % of the sum of D²; its radius counts half a pixel " +
  "beyond the farthest of them. The frequency response |H| runs from −½ to ½ cycles per pixel on both axes, " +
  "with slow changes in the middle. The photograph, with values from 0 to 1, is cross-correlated with the atom; " +
  "black and white are the smallest and the largest value that come out.",
  "Photograph: Chelsea the cat by Stéfan van der Walt, from scikit-image's data, CC0."];

function build(panel) {
  const photo = unpackPhotograph(panel.model.get("photograph")).map((level) => level / 63);
  let [kernelSize, bases, looked, sentence] = [0, [], 0, ""]; // of what stands there; `looked` is one of the bases
  const pattern = patternSection(panel, ({ scale = Math.floor(looked / NUM_BASES), element = looked % NUM_BASES }) =>
    lookAt(NUM_BASES * scale + element));
  const mixer = coefficientSliders(setCoefficient);
  const results = resultViews(photo);
  const presets = Object.entries(PRESETS).map(([name, preset]) => button(name, () => mix(preset)));
  const draws = Object.entries(DRAWS).map(([name, drawn]) => button(name, () => mix(drawn)));

  const mix = (recipe) => panel.write({ kernel_size: kernelSize, coefficients: recipe(bases) });

  function lookAt(index) {
    looked = index;
    pattern.show(looked, bases[looked], kernelSize);
    panel.ask();
  }

  function setCoefficient(index, value) {
    const { coefficients } = panel.read();
    coefficients[index] = value;
    if (index !== looked) lookAt(index);
    panel.write({ kernel_size: kernelSize, coefficients });
  }

  // An atom and the element that is looked at.
  function showAtom({ looked: index, ...values }) {
    panel.write(values);
    panel.draw();
    lookAt(index);
  }

  // A preset stays that preset at the new size; anything else keeps the scales that fit.
  function atSize(size) {
    const { coefficients } = panel.read();
    const preset = Object.values(PRESETS).find((candidate) => same(candidate(bases), coefficients));
    return { kernel_size: size, coefficients: preset ? preset(multiscaleBases(size)) : coefficients };
  }

  function draw({ kernel_size: size, coefficients }) {
    if (size !== kernelSize) {
      [kernelSize, bases] = [size, multiscaleBases(size)];
      pattern.fitTo(size);
      mixer.fitTo(size, bases);
      lookAt(strongest(coefficients));
    }
    mixer.show(coefficients);
    Object.values(PRESETS).forEach((preset, index) =>
      presets[index].setAttribute("aria-pressed", same(preset(bases), coefficients)));
    const found = study(atom(), size);
    sentence = sentenceOf(atom(), size, found);
    results.show(atom(), size, found, sentence);
  }
  const atom = () => composeAtom(panel.read().coefficients, bases);
  return {
    children: [
      intro("Basis explorer.", " An atom is a weighted sum of fixed wave patterns. " +
        "Look at one pattern, then move the sliders to mix your own atom."),
      panel.choice("Kernel size", "kernel_size", KERNEL_SIZES.map((size) => ({ value: size, label: sizeName(size) })),
        { values: atSize }),
      pattern.node,
      make("section", { class: "mix", "aria-label": "Your atom" },
        make("p", { class: "step" }, make("span", {}, "2"), " Mix an atom D = Σ α ψ"),
        buttons("Start from", ...presets, ...draws),
        results.node, make("div", { class: "said" }, panel.summary, results.beside), mixer.node),
      panel.foot(panel.reset("Reset", () =>
        showAtom({ ...panel.initial, looked: strongest(panel.initial.coefficients) }))),
      help("How to read the pictures", ...WORDS)],
    draw,
    sentence: () => sentence,
    toLink: ({ kernel_size: size, coefficients }) => [size, ...coefficients, looked],
    fromLink, take: showAtom,
    acda: {
      bases: () => bases, atom, elements: () => ELEMENTS,
      radius: () => effectiveRadius(atom(), kernelSize),
      response: () => Array.from(frequencyResponse(atom(), kernelSize, FREQUENCIES)),
      photo: () => Array.from(photo), filtered: () => Array.from(correlate(photo, atom(), kernelSize)),
    },
  };
}

const CSS = `
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
div.cell_output .output:has(.acda-explorer), div.cell_output:has(.acda-explorer) { overflow: visible; }
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
@media (max-height: 500px) { .acda-explorer .results { position: static !important; } }
`;

export default widget({ title: "Basis explorer", className: "acda-explorer", css: CSS, linkText: "Link to this atom",
  names: ["kernel_size", "coefficients"], fit: padded, build });
