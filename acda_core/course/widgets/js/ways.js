// One pixel of an adaptive convolution over its filters and over its atoms, from synthetic numbers.

import { composeAtom, multiscaleBases } from "./bases.js";
import { isIndex, range, sum } from "./numbers.js";
import { integer, uniform } from "./random.js";

export const KERNEL_SIZES = [3, 5, 7];
const BASES = new Map(KERNEL_SIZES.map((size) => [size, multiscaleBases(size)]));
const [FEATURES, COEFFICIENTS, PHASES] = [0, 1, 2]; // streams of random numbers

// Z'_a at a pixel, 0 outside of the image.
export function feature({ height, width, seed }, a, row, column) {
  if (!isIndex(row, height) || !isIndex(column, width)) return 0;
  const across = Math.floor((Math.min(height, width) * 3) / 4); // of the disc
  const drawn = [
    () => (2 * row - height + 1) ** 2 + (2 * column - width + 1) ** 2 < across ** 2,
    () => Math.floor((row + column + a) / 3) % 2 === 1,
    () => 3 * column > width + a,
    () => (Math.floor(row / 4) + Math.floor(column / 4)) % 2 === 1,
  ][a % 4]();
  return (100 * Number(drawn) + integer(seed, FEATURES, (a * height + row) * width + column, 61) - 30) / 100;
}

// The l × l values of a channel around a pixel.
function patchAt(state, a, row, column) {
  const size = state.kernel_size;
  return range(size * size).map((tap) =>
    feature(state, a, row + Math.floor(tap / size) - (size >> 1), column + (tap % size) - (size >> 1)));
}

const coefficient = ({ in_channels: inputs, num_atoms: atoms, seed }, o, a, b) =>
  (integer(seed, COEFFICIENTS, (o * inputs + a) * atoms + b, 201) - 100) / 100;

// Atom b of a pixel; its basis coefficients turn slowly from pixel to pixel.
function atomAt({ kernel_size: size, seed }, b, row, column) {
  const bases = BASES.get(size);
  const alpha = bases.map((_, k) => {
    const [phase, down, right] = range(3).map((part) => uniform(seed, PHASES, (b * bases.length + k) * 3 + part));
    return Math.cos(2 * Math.PI * (phase + ((down - 0.5) * row) / 16 + ((right - 0.5) * column) / 16)) / 2;
  });
  return composeAtom(alpha, bases);
}

const dot = (left, right) => left.reduce((total, value, index) => total + value * right[index], 0);

// Everything about one output channel at one pixel, by both ways.
export function bothWays(state) {
  const { in_channels: inputs, num_atoms: m, row, column, channel } = state;
  const patches = range(inputs).map((a) => patchAt(state, a, row, column));
  const atoms = range(m).map((b) => atomAt(state, b, row, column));
  const A = range(inputs).map((a) => range(m).map((b) => coefficient(state, channel, a, b)));
  // filters first: K_oa = Σ_b A_oab D_b, then the sum over channels and offsets
  const K = A.map((weights) => composeAtom(weights, atoms));
  const parts = K.map((filter, a) => dot(filter, patches[a]));
  // atoms first: Z̃_ab = D_b · Z'_a, then the sum over channels and atoms
  const zTilde = patches.map((patch) => atoms.map((atom) => dot(atom, patch)));
  const mixedParts = zTilde.map((answers, a) => dot(A[a], answers));
  return { patches, atoms, A, K, parts, zTilde, mixedParts, filters: sum(parts), atomsFirst: sum(mixedParts) };
}

// Multiply-adds of the two steps of each way and the numbers that stand between them, for one pixel.
export function countsOf({ in_channels: inputs, out_channels: outputs, num_atoms: m, kernel_size: size }) {
  const taps = size * size;
  return {
    filters: { steps: [outputs * inputs * m * taps, outputs * inputs * taps], held: outputs * inputs * taps },
    atoms: { steps: [inputs * m * taps, outputs * inputs * m], held: inputs * m },
  };
}
