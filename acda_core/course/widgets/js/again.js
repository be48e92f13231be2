// What trained layers answer to a map of which a part has changed: only what can see that part is computed again.

import { answerInside, hiddenOf } from "./detection.js";
import { convolve, extend } from "./layer.js";

// The rectangle of all planes of a field that begins at this row and column.
function cropped(field, top, left, height, width) {
  const values = new Float64Array(field.channels * height * width);
  for (let line = 0; line < field.channels * height; line++) {
    const row = Math.floor(line / height) * field.height + top + (line % height);
    const from = row * field.width + left;
    values.set(field.values.subarray(from, from + width), line * width);
  }
  return { channels: field.channels, height, width, values };
}

// The field with a part in its place.
function pasted(field, part, top, left) {
  const values = field.values.slice();
  for (let line = 0; line < part.channels * part.height; line++) {
    const row = Math.floor(line / part.height) * field.height + top + (line % part.height);
    values.set(part.values.subarray(line * part.width, (line + 1) * part.width), row * field.width + left);
  }
  return { ...field, values };
}

/**
 * The answers to an image that differs from that of `before` only from row `top` to `bottom`, column `left` to `right`.
 * @param {any} layer
 * @param {any} image of one channel
 * @param {any} before what `answer` or this function gave
 * @param {{ top: number, bottom: number, left: number, right: number }} changed
 */
export function answerAgain(layer, image, before, { top, bottom, left, right }) {
  const [reach, margin] = [layer.kernelSize >> 1, (layer.first.size >> 1) + (layer.second.size >> 1)];
  const far = Math.max(reach, margin);
  const [row, column] = [Math.max(0, top - far), Math.max(0, left - far)];
  const height = Math.min(image.height - 1, bottom + far) - row + 1;
  const width = Math.min(image.width - 1, right + far) - column + 1;
  const around = (wide) => cropped(extend(image, wide, "zero"), row, column, height + 2 * wide, width + 2 * wide);
  const hidden = hiddenOf(layer, around(margin));
  const seen = around(reach);
  const { coefficients, acda } = answerInside(layer, hidden, seen);
  const map = (values) => ({ channels: 1, height: image.height, width: image.width, values });
  const part = (values) => ({ channels: 1, height, width, values });
  return { hidden: pasted(before.hidden, hidden, row, column),
    coefficients: pasted(before.coefficients, coefficients, row, column),
    acda: pasted(map(before.acda), part(acda), row, column).values,
    conv: pasted(map(before.conv), convolve(seen, layer.conv), row, column).values };
}
