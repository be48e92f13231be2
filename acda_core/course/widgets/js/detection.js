// A trained convolution and a trained ACDA layer of one channel, their answers to a map, and a drawing as runs.

import { composeAtom, multiscaleBases, NUM_BASES } from "./bases.js";
import { convolve, extend } from "./layer.js";
import { isIndex, range } from "./numbers.js";
import { taker, unpackRounded } from "./packing.js";

// The parameters in the order in which Python packs them; the largest tensor has 8 bits a number.
export function unpackLayers({ kernel, atoms, hidden, first, second, scale }, weights, large) {
  const take = taker(weights);
  const bases = multiscaleBases(kernel);
  const coefficients = atoms * bases.length;
  const layer = {
    kernelSize: kernel,
    bases,
    conv: { weight: take(kernel * kernel), bias: take(1), size: kernel },
    first: { weight: take(hidden * first * first), bias: take(hidden), size: first },
    second: { weight: unpackRounded(large, scale), bias: take(coefficients), size: second },
    A: take(atoms),
    bias: take(1),
  };
  return { ...layer, mixed: mixSecond(layer) };
}

// The last convolution of Phi with A folded in: it gives the coefficients of K itself, Σ_b A_b α_bk, for each k.
export function mixSecond({ bases, second, A }) {
  const inputs = second.weight.length / second.bias.length;
  const [weight, bias] = [new Float64Array(bases.length * inputs), new Float64Array(bases.length)];
  A.forEach((factor, b) => {
    for (let k = 0; k < bases.length; k++) {
      const from = b * bases.length + k;
      bias[k] += factor * second.bias[from];
      for (let tap = 0; tap < inputs; tap++) weight[k * inputs + tap] += factor * second.weight[from * inputs + tap];
    }
  });
  return { weight, bias, size: second.size };
}

// What Phi's first layer and the ReLU behind it make of a field.
export function hiddenOf(layer, context) {
  const hidden = convolve(context, layer.first);
  hidden.values.forEach((value, index) => { if (value < 0) hidden.values[index] = 0; });
  return hidden;
}

// What the ACDA layer answers without padding, and the coefficients of each pixel's filter: S m' planes.
export function answerInside({ kernelSize: size, bases, mixed, bias }, hidden, image) {
  const coefficients = convolve(hidden, mixed);
  const pixels = coefficients.height * coefficients.width;
  const acda = new Float64Array(pixels).fill(bias[0]);
  bases.forEach((basis, k) => {
    const seen = convolve(image, { weight: basis, bias: [0], size });
    for (let p = 0; p < pixels; p++) acda[p] += coefficients.values[k * pixels + p] * seen.values[p];
  });
  return { coefficients, acda };
}

// What both layers answer, at the size of the image.
export function answer(layer, image) {
  // Outside of the map Phi sees zeros but its first layer still answers, as in acda_core.
  const hidden = hiddenOf(layer, extend(image, (layer.first.size >> 1) + (layer.second.size >> 1), "zero"));
  const extended = extend(image, layer.kernelSize >> 1, "zero");
  return { hidden, ...answerInside(layer, hidden, extended), conv: convolve(extended, layer.conv).values };
}

// The part of the weight of each pixel's filter that lies on each scale: squares of its coefficients there.
export function scaleShares({ values, height, width, channels }) {
  const [pixels, scales] = [height * width, channels / NUM_BASES];
  const shares = range(scales).map(() => new Float64Array(pixels));
  for (let p = 0; p < pixels; p++) {
    let total = 0;
    for (let k = 0; k < channels; k++) {
      const squared = values[k * pixels + p] ** 2;
      shares[Math.floor(k / NUM_BASES)][p] += squared;
      total += squared;
    }
    for (const share of shares) share[p] /= total;
  }
  return shares;
}

// alpha of one pixel, its atoms and its filter.
export function lookAt(layer, { hidden }, row, column) {
  const { second, bases, A } = layer;
  const taps = second.size * second.size;
  const inputs = hidden.channels * taps;
  const seen = range(inputs).map((tap) => {
    const [c, u, v] = [Math.floor(tap / taps), Math.floor((tap % taps) / second.size), tap % second.size];
    return hidden.values[(c * hidden.height + row + u) * hidden.width + column + v];
  });
  const alpha = range(A.length).map((b) => range(bases.length).map((k) => {
    const output = b * bases.length + k;
    let total = second.bias[output];
    for (let tap = 0; tap < inputs; tap++) total += second.weight[output * inputs + tap] * seen[tap];
    return total;
  }));
  const atoms = alpha.map((coefficients) => composeAtom(coefficients, bases));
  return { alpha, atoms, filter: composeAtom(Array.from(A), atoms) };
}

// Bits as the lengths of their runs, zeros first; the zeros at the end are left out.
export function toRuns(bits) {
  const runs = [];
  let [value, length] = [0, 0];
  for (const bit of bits) {
    if (bit !== value) {
      runs.push(length);
      [value, length] = [bit, 0];
    }
    length++;
  }
  if (value === 1) runs.push(length);
  return runs;
}

export function fromRuns(runs, count) {
  const bits = new Uint8Array(count);
  let position = 0;
  runs.forEach((length, index) => {
    if (index % 2 === 1) bits.fill(1, position, position + length);
    position += length;
  });
  return bits;
}

// The pixels from one to another, the last one included.
export function line([fromRow, fromColumn], [row, column]) {
  const steps = Math.max(Math.abs(row - fromRow), Math.abs(column - fromColumn), 1);
  return range(steps).map((index) => [fromRow + Math.round(((index + 1) * (row - fromRow)) / steps),
    fromColumn + Math.round(((index + 1) * (column - fromColumn)) / steps)]);
}

// Where an answer on a square map is above 1/2 and not below any of its eight neighbours; of equal ones the first.
export function peaks(values) {
  const size = Math.sqrt(values.length);
  return range(size * size).filter((index) => {
    const [row, column] = [Math.floor(index / size), index % size];
    if (!(values[index] > 0.5)) return false;
    return range(9).every((near) => {
      const [r, c] = [row + Math.floor(near / 3) - 1, column + (near % 3) - 1];
      if (near === 4 || !isIndex(r, size) || !isIndex(c, size)) return true;
      const other = values[r * size + c];
      return near < 4 ? values[index] > other : values[index] >= other;
    });
  });
}
