// One pixel of a picture, seen by trained layers of one channel without padding.

import { answerInside, hiddenOf, lookAt } from "./detection.js";
import { clamp, sum } from "./numbers.js";
import { normal } from "./random.js";

// The size × size pixels of a field whose first one is at this row and column.
export function patchOf({ width, values }, row, column, size) {
  const patch = new Float64Array(size * size);
  for (let u = 0; u < size; u++) {
    const from = (row + u) * width + column;
    patch.set(values.subarray(from, from + size), u * size);
  }
  return { channels: 1, height: size, width: size, values: patch };
}

export const weigh = (filter, { values }) => sum(filter.map((weight, tap) => weight * values[tap]));

// What the layer makes of a pixel, from the pixels around it alone: alpha, atoms, filter and output.
export function lookThrough(layer, image, row, column) {
  const patch = patchOf(image, row, column, layer.kernelSize);
  const looked = lookAt(layer, { hidden: hiddenOf(layer, patch) }, 0, 0);
  return { ...looked, patch, output: layer.bias[0] + weigh(looked.filter, patch) };
}

// What the ACDA layer makes of the whole image.
export const outputOf = (layer, image) => answerInside(layer, hiddenOf(layer, image), image).acda;

// What a window of size × size values sees of a field on average, over all its places inside.
export function meanWindow({ channels, height, width, values }, size) {
  const [high, wide] = [height - size + 1, width - size + 1];
  const mean = new Float64Array(channels * size * size);
  mean.forEach((_, tap) => {
    const [c, u, v] = [Math.floor(tap / size ** 2), Math.floor(tap / size) % size, tap % size];
    for (let row = 0; row < high; row++) {
      const from = (c * height + row + u) * width + v;
      for (let column = 0; column < wide; column++) mean[tap] += values[from + column];
    }
    mean[tap] /= high * wide;
  });
  return { channels, height: size, width: size, values: mean };
}

// The variance of what a filter makes of noise of variance 1.
export const noisePassed = (filter) => sum(Array.from(filter, (weight) => weight * weight));

// 1 where two filters are multiples of each other, 0 where they have nothing in common.
export const likeness = (one, other) =>
  sum(Array.from(one, (weight, tap) => weight * other[tap])) / Math.sqrt(noisePassed(one) * noisePassed(other));

// Grey levels with normal noise of this standard deviation, cut off at black and white.
export const noisyOf = (levels, deviation) =>
  levels.map((level, index) => clamp(level + deviation * normal(0, 0, index), 0, 1));
