// The patterns of the toy.

import { range } from "./numbers.js";

export const KNOWN = { square: 3, diamond: 5, target: 7 }; // the patterns that the layers learn, and their sides

// A square, a diamond or a target of any odd side, as offsets from its centre; the layers know 3, 5 and 7 of them.
export function stamp(kind, side) {
  const reach = side >> 1;
  const isDrawn = {
    square: () => true,
    diamond: (row, column) => Math.abs(row) + Math.abs(column) === reach,
    target: (row, column) => {
      const distance = Math.max(Math.abs(row), Math.abs(column));
      return distance === reach || distance <= reach - 2;
    },
  }[kind];
  return range(side * side).map((index) => [Math.floor(index / side) - reach, (index % side) - reach])
    .filter(([row, column]) => isDrawn(row, column));
}

// A field of one channel, as layer.js has them.
export const plane = (values, size) => ({ channels: 1, height: size, width: size, values });
