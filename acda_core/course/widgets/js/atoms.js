// What an atom does: how far it reaches, which waves it answers, what it makes of a photograph; and some to start from.

import { composeAtom, ELEMENTS, NUM_BASES } from "./bases.js";
import { range, sum } from "./numbers.js";

const EFFECTIVE_SHARE = 0.9; // share of Σ D² inside the effective receptive field
const PHOTO_SIZE = 136;
const MARGIN = 4; // of the photograph, around what is shown: a 9×9 atom reaches into it
const SHOWN = PHOTO_SIZE - 2 * MARGIN;

// Half a pixel more than the smallest distance d such that the pixels within d of the centre
// hold 90 % of Σ D². null for the zero atom.
export function effectiveRadius(atom, size) {
  const centre = size >> 1;
  const energyAt = new Map();
  atom.forEach((value, index) => {
    const squared = (Math.floor(index / size) - centre) ** 2 + ((index % size) - centre) ** 2;
    energyAt.set(squared, (energyAt.get(squared) ?? 0) + value * value);
  });
  const total = sum([...energyAt.values()]);
  if (total === 0) return null;
  let held = 0;
  const reached = [...energyAt.keys()].sort((a, b) => a - b)
    .find((squared) => (held += energyAt.get(squared)) >= EFFECTIVE_SHARE * total);
  return Math.sqrt(reached) + 0.5;
}

// |H(f)|, H(f) = Σ_{u,v} D_{uv} exp(-2πi (f_row u + f_column v)), at `count`² frequencies from -1/2 to 1/2:
// first the sum over v for every row u of the atom, then the sum over u.
export function frequencyResponse(atom, size, count) {
  const centre = size >> 1;
  const angle = (index, offset) => -2 * Math.PI * (index / (count - 1) - 0.5) * (offset - centre);
  const cosine = range(count).map((index) => range(size).map((offset) => Math.cos(angle(index, offset))));
  const sine = range(count).map((index) => range(size).map((offset) => Math.sin(angle(index, offset))));
  const weighted = (row, wave) => wave.reduce((total, value, column) => total + atom[row * size + column] * value, 0);
  const magnitude = new Float64Array(count * count);
  for (let j = 0; j < count; j++) {
    const rowReal = range(size).map((row) => weighted(row, cosine[j]));
    const rowImaginary = range(size).map((row) => weighted(row, sine[j]));
    for (let i = 0; i < count; i++) {
      let real = 0;
      let imaginary = 0;
      for (let row = 0; row < size; row++) {
        real += rowReal[row] * cosine[i][row] - rowImaginary[row] * sine[i][row];
        imaginary += rowReal[row] * sine[i][row] + rowImaginary[row] * cosine[i][row];
      }
      magnitude[i * count + j] = Math.sqrt(real * real + imaginary * imaginary);
    }
  }
  return magnitude;
}

// Cross-correlation Z(i, j) = Σ_{u,v} D_{uv} X(i+u, j+v) of the photograph with the atom; the photograph
// is larger than what is shown by a margin of 4 pixels, so that no padding is needed.
export function correlate(photo, atom, size) {
  const centre = size >> 1;
  const filtered = new Float64Array(SHOWN * SHOWN);
  for (let u = 0; u < size; u++) {
    for (let v = 0; v < size; v++) {
      const weight = atom[u * size + v];
      if (weight === 0) continue;
      for (let i = 0; i < SHOWN; i++) {
        const from = (i + MARGIN + u - centre) * PHOTO_SIZE + MARGIN + v - centre;
        for (let j = 0; j < SHOWN; j++) filtered[i * SHOWN + j] += weight * photo[from + j];
      }
    }
  }
  return filtered;
}

// Starting points: each gives the S · m' coefficients for the bases of a kernel size;
// index 0 of a scale is (0,1), 1 is (1,1) cos, 5 is (0,2).
export const PRESETS = {
  // a positive bump of every scale, scaled so that the atom sums to 1
  Blur: (bases) => {
    const bump = bases.map((_, index) => (index % NUM_BASES === 0 ? 1 : 0));
    const total = sum(composeAtom(bump, bases));
    return bump.map((value) => value / total);
  },
  // a slope: positive below, negative above
  Edge: (bases) => onLargestScale(bases, { 1: 1 }),
  // a ring about a dark centre, balanced so that the atom sums to 0
  Ring: (bases) => {
    const [bump, ring] = [bases[bases.length - 6], bases[bases.length - 1]];
    return onLargestScale(bases, { 0: (0.8 * sum(ring)) / sum(bump), 5: -0.8 });
  },
  "All zero": (bases) => bases.map(() => 0),
};
export const DRAWS = {
  Random: (bases) => bases.map(randomCoefficient),
  "Random, large scale only": (bases) => onLargestScale(bases, ELEMENTS.map(randomCoefficient)),
};

const randomCoefficient = () => Math.round(200 * Math.random() - 100) / 100;

function onLargestScale(bases, values) {
  const first = bases.length - NUM_BASES;
  return bases.map((_, index) => values[index - first] ?? 0);
}

// The coefficient of the largest size.
export const strongest = (coefficients) => coefficients.reduce((best, value, index) =>
  (Math.abs(value) > Math.abs(coefficients[best]) ? index : best), 0);
export const same = (a, b) => a.length === b.length && a.every((value, index) => Math.abs(value - b[index]) < 1e-6);
