// The sliders that mix an atom.

import { ELEMENTS, NUM_BASES, scalesOf } from "./bases.js";
import { make } from "./elements.js";
import { number, sizeName } from "./numbers.js";
import { paintSigned } from "./paint.js";
import { elementName } from "./pattern.js";

// A slider for every coefficient; `move` gets its index and its new value.
export function coefficientSliders(move) {
  const node = make("div", { class: "mixer", "data-symbol": "alpha" });
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
