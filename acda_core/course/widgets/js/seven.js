// Seven operators on one photograph, with the numbers of acda_core.course.widgets.seven_operators: the filters that
// each gives to a pixel, one for each of two channels, and the pixels that decide them.

import { composeAtom } from "./bases.js";
import { range, sum } from "./numbers.js";
import { lookThrough, patchOf } from "./pixel.js";
import { normal } from "./random.js";

const [SIZE, REACH] = [7, 3];
const [SLOPE, MIDDLE, SHARPNESS] = [40, 0.48, 25];
const [SEED, OFFSETS, SECOND_A] = [0, 0, 3];
const STEPS = range(SIZE).map((index) => index - REACH);
const DELTA = range(SIZE * SIZE).map((tap) => Number(tap === (SIZE * SIZE) >> 1));

// The 7×7 numbers f(u, v).
const square = (f) => STEPS.flatMap((u) => STEPS.map((v) => f(u, v)));
const scaled = (values, total) => values.map((value) => value / total);
const mixed = (one, weight, other) => Array.from(one, (value, tap) => weight * value + (1 - weight) * other[tap]);

const EDGE = (() => {
  const raw = square((u, v) => v * Math.exp(-(u * u + v * v) / 4));
  return scaled(raw, sum(raw.map(Math.abs)));
})();
const BINOMIAL = [1, 2, 1].flatMap((a) => [1, 2, 1].map((b) => (a * b) / 16));
const SOBEL = [1, 2, 1].flatMap((a) => [-1, 0, 1].map((b) => (a * b) / 8));

export function darkened({ width, values, ...rest }) {
  const first = Math.floor((2 * width) / 3);
  return { ...rest, width, values: values.map((value, index) => (index % width >= first ? value / 3 : value)) };
}

// The size × size pixels around a pixel of the photograph, which the image surrounds with 3 pixels more.
const around = (image, row, column, size) =>
  patchOf(image, row + REACH - (size >> 1), column + REACH - (size >> 1), size).values;

const convolution = ({ layer }) => [Array.from(layer.conv.weight), EDGE];

function mixture(scene) {
  const { values } = scene.image;
  const weight = 1 / (1 + Math.exp(-SLOPE * (sum(Array.from(values)) / values.length - MIDDLE)));
  return convolution(scene).map((filter) => mixed(filter, weight, DELTA));
}

function involution({ image }, row, column) {
  const [x] = around(image, row, column, 1);
  const filter = mixed(DELTA, x, new Array(SIZE * SIZE).fill(1 / (SIZE * SIZE)));
  return [filter, filter];
}

function kernelPrediction({ layer, image }, row, column) {
  const { filter } = lookThrough(layer, image, row, column);
  return [filter, filter];
}

// A of ACDA's second channel: drawn, with the length of the trained first one.
function secondRow(first) {
  const length = (values) => Math.sqrt(sum(Array.from(values, (value) => value * value)));
  const drawn = range(first.length).map((m) => normal(SEED, SECOND_A, m));
  return drawn.map((value) => (value * length(first)) / length(drawn));
}

function acda({ layer, image }, row, column) {
  const { atoms, filter } = lookThrough(layer, image, row, column);
  return [filter, composeAtom(secondRow(layer.A), atoms)];
}

// Where a deformable convolution of 3×3 looks, nine offsets (u, v): every second pixel, moved by less than one pixel.
export function taps({ image }, row, column) {
  const seen = around(image, row, column, 3);
  const move = (output) => Math.tanh(sum(Array.from(seen, (value, tap) =>
    value * normal(SEED, OFFSETS, output * 9 + tap))));
  return range(9).map((k) => [2 * (Math.floor(k / 3) - 1) + move(2 * k), 2 * ((k % 3) - 1) + move(2 * k + 1)]);
}

// Each tap's weight falls to the four pixels around its place.
function deformable(scene, row, column) {
  const near = (distance) => Math.max(0, 1 - Math.abs(distance));
  const places = taps(scene, row, column);
  return [BINOMIAL, SOBEL].map((weights) => square((u, v) =>
    sum(places.map(([down, right], k) => weights[k] * near(down - u) * near(right - v)))));
}

function attention({ image }, row, column) {
  const seen = around(image, row, column, SIZE);
  const own = seen[seen.length >> 1];
  const raw = Array.from(seen, (value) => Math.exp(-SHARPNESS * (value - own) ** 2));
  const filter = scaled(raw, sum(raw));
  return [filter, filter];
}

// By name: what makes the filters, and how many pixels around the pixel decide them, none or the whole picture.
export const OPERATORS = {
  convolution: { filters: convolution, seen: 0 },
  mixture: { filters: mixture, seen: Infinity },
  involution: { filters: involution, seen: 1 },
  kernel_prediction: { filters: kernelPrediction, seen: 7 },
  acda: { filters: acda, seen: 7 },
  deformable: { filters: deformable, seen: 3 },
  attention: { filters: attention, seen: 7 },
};
