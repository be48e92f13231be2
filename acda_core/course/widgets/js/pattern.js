// One basis in numbers and pictures.

import { ELEMENTS, fourierBessel, norm, NUM_BASES, sample, scalesOf } from "./bases.js";
import { make, overlay, picture, radioGroup, setAll } from "./elements.js";
import { number, range, sizeName, subscript } from "./numbers.js";
import { paintSigned } from "./paint.js";

const DISC_PIXELS = 120; // enough for a smooth function, which the browser enlarges smoothly

export const elementName = ({ k, q, angular }) => `(${k},${q})${angular === "none" ? "" : ` ${angular}`}`;

const MEANING_OF_K = ["the same in every direction", "one full wave round the circle",
  "two full waves round the circle"];
const MEANING_OF_Q = ["its first zero is at the rim", "one zero inside, the next at the rim"];

// The formula of a sampled basis, for people: ψ = J₁(3.832 ρ) cos θ / 0.71
function formula({ k, root, angular }, length) {
  const wave = angular === "none" ? "" : ` ${angular} ${k === 1 ? "" : k}θ`;
  return `ψ = J${subscript(k)}(${number(root, 3)} ρ)${wave} / ${number(length)}`;
}

// A basis function, smooth on its disc.
function smoothOf(element, size, kernelSize, length) {
  const toDisc = (pixel) => (((pixel + 0.5) / DISC_PIXELS - 0.5) * kernelSize) / (size / 2);
  return Float64Array.from(range(DISC_PIXELS ** 2), (index) =>
    fourierBessel(element, toDisc(Math.floor(index / DISC_PIXELS)), toDisc(index % DISC_PIXELS)) / length);
}

// One basis in numbers and pictures: what is picked by scale and element. `pick` gets the index of another one.
export function patternSection(panel, pick) {
  const [continuous, sampled] = [picture("smooth"), picture("pixels")];
  const rims = [continuous, sampled].map(() => make("circle", { class: "rim", cx: 0.5, cy: 0.5 }));
  const facts = make("div", { class: "facts" });
  const scaleBox = make("div");
  const icons = ELEMENTS.map(() => make("canvas", { "aria-hidden": "true", class: "pixels" }));
  const elements = radioGroup("Element (k,q)", panel.id("element"),
    ELEMENTS.map((element, index) => ({ value: index, label: elementName(element), icon: icons[index] })),
    (index) => pick({ element: index }), "icons");
  const figures = [[continuous, "the smooth function on its disc"], [sampled, "sampled at the pixel centres"]].map(
    ([canvas, words], index) => make("figure", { "data-symbol": "psi" },
      make("div", { class: "frame" }, canvas, overlay(1, 1, rims[index])), make("figcaption", {}, words)));
  let scales;

  function fitTo(kernelSize) {
    scales = radioGroup("Scale", panel.id("scale"),
      scalesOf(kernelSize).map((size, index) => ({ value: index, label: sizeName(size) })),
      (scale) => pick({ scale }));
    scaleBox.replaceChildren(scales.node);
  }

  function show(index, basis, kernelSize) {
    const [scale, element] = [Math.floor(index / NUM_BASES), ELEMENTS[index % NUM_BASES]];
    const size = scalesOf(kernelSize)[scale];
    const length = norm(sample(element, size));
    icons.forEach((icon, position) => paintSigned(icon, sample(ELEMENTS[position], size)));
    scales.show(scale);
    elements.show(index % NUM_BASES);
    setAll(rims, { r: size / kernelSize / 2 });
    const limit = paintSigned(sampled, basis);
    paintSigned(continuous, smoothOf(element, size, kernelSize, length));
    const name = `${elementName(element)} at scale ${sizeName(size)}`;
    continuous.setAttribute("aria-label",
      `Smooth basis function ${name}, on a disc of radius ${number(size / 2, 1)} pixels`);
    sampled.setAttribute("aria-label",
      `Basis ${name} sampled on ${sizeName(kernelSize)} pixels, largest value ${number(limit)}`);
    facts.replaceChildren(make("p", { class: "formula" }, formula(element, length)),
      make("dl", {}, ...factsOf(element, size, length).flatMap(([term, text]) =>
        [make("dt", {}, term), make("dd", {}, text)])));
  }
  return { fitTo, show, node: make("section", { class: "one", "aria-label": "One pattern" },
    make("p", { class: "step" }, make("span", {}, "1"), " Look at one pattern ψ"),
    make("div", { class: "pickers" }, scaleBox, elements.node),
    make("div", { class: "detail" }, ...figures, facts)) };
}

const factsOf = ({ k, q, root }, size, length) => [
  ["order k", `${k} — ${MEANING_OF_K[k]}`],
  ["number q", `${q} — ${MEANING_OF_Q[q - 1]}`],
  [`root j${subscript(k)},${subscript(q)}`, number(root, 6)],
  ["disc", `radius ${number(size / 2, 1)} pixels (ρ = 1)`],
  ["norm", `${number(length, 4)} on the grid, 1 after dividing by it`],
];
