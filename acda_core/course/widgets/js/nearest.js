// An atom that is pulled at one pixel: of all that the bases can make, the nearest one with that pixel's new value.

import { range, sum } from "./numbers.js";

const dot = (one, other) => sum(one.map((value, index) => value * other[index]));

// The inverse of a symmetric, positive matrix, by elimination.
function inverseOf(matrix) {
  const rows = matrix.map((row, index) => [...row, ...row.map((_, at) => Number(at === index))]);
  for (const k of range(rows.length)) {
    const pivot = rows[k][k];
    rows[k] = rows[k].map((value) => value / pivot);
    rows.forEach((row, index) => {
      const factor = row[k];
      if (index !== k && factor !== 0) rows[index] = row.map((value, at) => value - factor * rows[k][at]);
    });
  }
  return rows.map((row) => row.slice(rows.length));
}

// With the bases as the columns of ψ, ψ_p their values at pixel p and G = ψᵀψ, the smallest change of the atom that
// adds Δ at p is ψ G⁻¹ ψ_p Δ / (ψ_pᵀ G⁻¹ ψ_p). Returns new coefficients; null where all bases are 0 at p.
export function makePull(bases) {
  const inverse = inverseOf(bases.map((one) => bases.map((other) => dot(one, other))));
  return (coefficients, pixel, value) => {
    const there = bases.map((basis) => basis[pixel]);
    const direction = inverse.map((row) => dot(row, there));
    const reach = dot(there, direction);
    if (!(reach > 1e-9)) return null;
    const missing = (value - dot(coefficients, there)) / reach;
    return coefficients.map((coefficient, k) => coefficient + missing * direction[k]);
  };
}
