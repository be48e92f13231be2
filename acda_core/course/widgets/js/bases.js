// The Fourier-Bessel bases, with the numbers of acda_core.bases.

import { range, sum } from "./numbers.js";

export const NUM_BASES = 6; // m', the number that every scale can carry (a 3×3 grid carries no more)

// J_k(x) = Σ_n (-1)^n / (n! (n+k)!) (x/2)^(2n+k), accurate to rounding for the small x needed here.
function besselJ(k, x) {
  let term = 1;
  for (let n = 1; n <= k; n++) term *= x / (2 * n);
  let total = term;
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= -(x * x) / (4 * n * (n + k));
    total += term;
  }
  return total;
}

// j_{k,q}, the q-th positive root of J_k: step until the sign changes, then halve the bracket.
function besselRoot(k, q) {
  const step = 0.1;
  let low = step;
  for (let found = 0; ; low += step) {
    if (besselJ(k, low) * besselJ(k, low + step) <= 0 && ++found === q) break;
  }
  let high = low + step;
  const sign = Math.sign(besselJ(k, low));
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (besselJ(k, middle) * sign > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

// The first `count` functions ordered by their root, cosine before sine: [{ k, q, angular, root }, …].
function firstElements(count) {
  const pairs = range(4).flatMap((k) => [1, 2, 3].map((q) => ({ k, q, root: besselRoot(k, q) })));
  pairs.sort((a, b) => a.root - b.root);
  const elements = pairs.flatMap(({ k, q, root }) =>
    (k === 0 ? ["none"] : ["cos", "sin"]).map((angular) => ({ k, q, angular, root })),
  );
  return elements.slice(0, count);
}

export const ELEMENTS = firstElements(NUM_BASES);

// J_k(j_{k,q} ρ) · {1, cos kθ, sin kθ} inside the unit disc, 0 outside; θ is measured from the row axis.
export function fourierBessel({ k, root, angular }, row, column) {
  const rho = Math.hypot(row, column);
  if (rho >= 1) return 0;
  const theta = Math.atan2(column, row);
  const wave = { none: 1, cos: Math.cos(k * theta), sin: Math.sin(k * theta) }[angular];
  return besselJ(k, root * rho) * wave;
}

// The element sampled at the centres of size × size pixels, on the disc of radius size/2.
export function sample(element, size) {
  const radius = size >> 1;
  return range(size * size).map((index) =>
    fourierBessel(
      element,
      (Math.floor(index / size) - radius) / (radius + 0.5),
      ((index % size) - radius) / (radius + 0.5),
    ),
  );
}

export const norm = (values) => Math.sqrt(sum(values.map((value) => value * value)));

function padCentrally(values, size, outerSize) {
  const margin = (outerSize - size) / 2;
  const padded = new Array(outerSize * outerSize).fill(0);
  values.forEach((value, index) => {
    padded[(Math.floor(index / size) + margin) * outerSize + (index % size) + margin] = value;
  });
  return padded;
}

export const scalesOf = (kernelSize) => range(kernelSize >> 1).map((index) => 2 * index + 3);

// ψ for the scales 3, 5, …, l: unit norm, zero-padded to l × l, scale-major, small scales first.
export function multiscaleBases(kernelSize, scales = scalesOf(kernelSize), count = NUM_BASES) {
  return scales.flatMap((size) =>
    ELEMENTS.slice(0, count).map((element) => {
      const sampled = sample(element, size);
      const length = norm(sampled);
      return padCentrally(sampled.map((value) => value / length), size, kernelSize);
    }),
  );
}

// D = Σ_k α_k ψ_k
export function composeAtom(coefficients, bases) {
  return bases[0].map((_, pixel) => sum(bases.map((basis, k) => coefficients[k] * basis[pixel])));
}
