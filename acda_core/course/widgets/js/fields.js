// Which pixels a filter looks at, and how far; the layers have one channel and one atom.

import { multiscaleBases, NUM_BASES } from "./bases.js";
import { convolve, extend, generate } from "./layer.js";
import { range, sum } from "./numbers.js";
import { taker, unpackRounded } from "./packing.js";
import { plane } from "./patterns.js";

export const SIDE = 96; // of the photograph
export const KERNEL = 7;
export const WHOLE = 2 * KERNEL - 1; // side of the field of two layers
const BASES = multiscaleBases(KERNEL);

// The parameters in the order in which Python packs them; Phi's last weights have 8 bits a number.
export function unpackLayer({ hidden, first, second, scale }, weights, large) {
  const take = taker(weights);
  return {
    first: { weight: take(hidden * first * first), bias: take(hidden), size: first },
    second: { weight: unpackRounded(large, scale), bias: take(BASES.length), size: second },
    bias: take(1),
  };
}

// What the layer gives, and the size of the weights of every pixel's filter, 49 numbers a pixel.
export function apply(layer, field) {
  const coefficients = generate(layer, field, 1, "zero");
  const extended = extend(field, KERNEL >> 1, "zero");
  const output = new Float64Array(SIDE * SIDE).fill(layer.bias[0]);
  const filters = new Float64Array(KERNEL * KERNEL * SIDE * SIDE);
  BASES.forEach((basis, k) => {
    const view = convolve(extended, { weight: basis, bias: [0], size: KERNEL }).values;
    for (let p = 0; p < output.length; p++) {
      const coefficient = coefficients.values[k * output.length + p];
      output[p] += coefficient * view[p];
      for (let tap = 0; tap < basis.length; tap++) filters[p * basis.length + tap] += coefficient * basis[tap];
    }
  });
  return { output: plane(output, SIDE), filters: filters.map(Math.abs) };
}

// The root mean square of filters whose coefficients are normal, with these deviations on the scales.
export const averageFilter = (weights) => Float64Array.from(range(KERNEL * KERNEL), (tap) =>
  Math.sqrt(sum(BASES.map((basis, k) => (weights[Math.floor(k / NUM_BASES)] * basis[tap]) ** 2))));

export const filterAt = (filters, pixel, taps = KERNEL * KERNEL) =>
  (filters.length === taps ? filters : filters.subarray(pixel * taps, (pixel + 1) * taps));

// All ways from a pixel of the second layer through those of the first, with the sizes of their weights.
export function compose(last, first, row, column) {
  const field = new Float64Array(WHOLE * WHOLE);
  last.forEach((weight, tap) => {
    const [u, v] = [Math.floor(tap / KERNEL), tap % KERNEL];
    const [r, c] = [row + u - (KERNEL >> 1), column + v - (KERNEL >> 1)];
    if (r < 0 || r >= SIDE || c < 0 || c >= SIDE) return;
    filterAt(first, r * SIDE + c).forEach((other, at) => {
      field[(u + Math.floor(at / KERNEL)) * WHOLE + v + (at % KERNEL)] += weight * other;
    });
  });
  return field;
}

// Root mean square distance of the energy from the middle.
export function radiusOf(field) {
  const side = Math.sqrt(field.length);
  let [energy, moment] = [0, 0];
  field.forEach((value, index) => {
    const [u, v] = [Math.floor(index / side) - (side >> 1), (index % side) - (side >> 1)];
    energy += value * value;
    moment += value * value * (u * u + v * v);
  });
  return energy > 0 ? Math.sqrt(moment / energy) : 0;
}

// The side of the smallest square around the middle that holds all of it.
export function extentOf(field) {
  const side = Math.sqrt(field.length);
  let most = -1;
  field.forEach((value, index) => {
    const [u, v] = [Math.floor(index / side) - (side >> 1), (index % side) - (side >> 1)];
    if (value > 0) most = Math.max(most, Math.abs(u), Math.abs(v));
  });
  return most < 0 ? 0 : 2 * most + 1;
}
