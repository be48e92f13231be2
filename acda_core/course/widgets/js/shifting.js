// What an ACDA layer of one channel makes of a picture and of the same picture shifted.

import { multiscaleBases } from "./bases.js";
import { mixSecond } from "./detection.js";
import { acdaLayer } from "./layer.js";
import { range } from "./numbers.js";
import { taker } from "./packing.js";
import { plane } from "./patterns.js";

export const NUM_MARKS = 8; // pixels that can be marked
const MARK_DISTANCE = 5; // between two of them

// The parameters in the order in which Python packs them, then the picture. With one channel in and out the filter is
// one atom: A goes into Phi's last convolution.
export function unpackLayer({ picture: size, kernel, atoms, hidden, first, second }, weights) {
  const take = taker(weights);
  const bases = multiscaleBases(kernel);
  const coefficients = atoms * bases.length;
  const firstLayer = { weight: take(hidden * 3 * first * first), bias: take(hidden), size: first };
  const secondLayer = { weight: take(coefficients * hidden * second * second), bias: take(coefficients), size: second };
  const A = take(atoms);
  return {
    kernelSize: kernel,
    bases,
    first: firstLayer,
    second: mixSecond({ bases, second: secondLayer, A }),
    last: { weight: [1], bias: take(1), size: 1 },
    picture: plane(take(size * size), size),
  };
}

// The same layer with one filter for all pixels, whatever Phi sees.
export const constantLayer = (layer, { size, values }) => ({ ...layer, kernelSize: size, bases: [values],
  second: { ...layer.second, weight: new Float64Array(layer.second.weight.length / layer.bases.length), bias: [1] } });

// T_t: the field moved down and to the right; what comes in is `fill`, or the other side.
export function shifted({ channels, height, width, values }, rows, columns, circular, fill = 0) {
  const moved = new Float64Array(values.length).fill(fill);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      let [row, column] = [i - rows, j - columns];
      if (circular) [row, column] = [(row + 2 * height) % height, (column + 2 * width) % width];
      else if (row < 0 || row >= height || column < 0 || column >= width) continue;
      for (let c = 0; c < channels; c++) {
        moved[(c * height + i) * width + j] = values[(c * height + row) * width + column];
      }
    }
  }
  return { channels, height, width, values: moved };
}

// What Phi looks at: the picture, and row and column of each pixel from -1 to 1, or zeros in their place.
function withPosition({ height, width, values }, position) {
  const context = new Float64Array(3 * height * width);
  context.set(values);
  for (let i = 0; position && i < height; i++) {
    for (let j = 0; j < width; j++) {
      context[(height + i) * width + j] = (2 * i) / (height - 1) - 1;
      context[(2 * height + i) * width + j] = (2 * j) / (width - 1) - 1;
    }
  }
  return { channels: 3, height, width, values: context };
}

// The output of the layer, the filter K of every pixel, and how far each reaches: the root mean square
// distance of its energy from the centre.
export function look(layer, picture, { stride, padding, position }) {
  const { atoms, output } = acdaLayer(layer, picture, withPosition(picture, position), stride, padding);
  const { height, width } = output;
  const [size, pixels] = [layer.kernelSize, height * width];
  const [taps, centre] = [size * size, size >> 1];
  const filters = atoms.values;
  const radius = new Float64Array(pixels);
  for (let p = 0; p < pixels; p++) {
    let [energy, moment] = [0, 0];
    for (let tap = 0; tap < taps; tap++) {
      const squared = filters[tap * pixels + p] ** 2;
      energy += squared;
      moment += squared * ((Math.floor(tap / size) - centre) ** 2 + ((tap % size) - centre) ** 2);
    }
    radius[p] = Math.sqrt(moment / (energy || 1));
  }
  const filterAt = (row, column) => range(taps).map((tap) => filters[tap * pixels + row * width + column]);
  return { output, radius: { channels: 1, height, width, values: radius }, filterAt };
}

// The strongest answers, one a neighbourhood: [[row, column], …].
export function strongest({ height, width, values }) {
  const order = range(height * width).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]));
  const found = [];
  for (const index of order) {
    const [row, column] = [Math.floor(index / width), index % width];
    if (found.every(([r, c]) => Math.max(Math.abs(r - row), Math.abs(c - column)) >= MARK_DISTANCE)) {
      found.push([row, column]);
      if (found.length === NUM_MARKS) break;
    }
  }
  return found;
}

// How many pixels of the output the border can reach.
export const frameOf = ({ kernelSize, first, second }, { stride, padding }) => (padding === "circular" ? 0
  : Math.ceil(Math.max(kernelSize >> 1, (first.size >> 1) + stride * (second.size >> 1)) / stride));

// The largest |difference| where neither position is nearer to the border than `frame`, and in the rest; NaN counts as
// nothing, and is the answer where no pixel is that far inside.
export function largestDifferences(values, { height, width }, down, right, frame) {
  const found = { inside: NaN, frame: 0 };
  const deep = (index, length) => index >= frame && index < length - frame;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const value = Math.abs(values[i * width + j]);
      if (Number.isNaN(value)) continue;
      const isDeep = frame === 0 ||
        (deep(i, height) && deep(j, width) && deep(i - down, height) && deep(j - right, width));
      const key = isDeep ? "inside" : "frame";
      if (!(found[key] >= value)) found[key] = value;
    }
  }
  return found;
}
