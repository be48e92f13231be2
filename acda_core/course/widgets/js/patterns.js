// The patterns of the toy.

import { isIndex, range } from "./numbers.js";

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

// Whether one of the patterns that the layers know, and nothing else in its square, is drawn on a size × size map with
// its centre at most one pixel away.
export function isKnownAt(bits, size, row, column) {
  const drawn = (r, c) => (isIndex(r, size) && isIndex(c, size) ? bits[r * size + c] : -1);
  const isThere = (kind, r, c) => {
    const side = KNOWN[kind];
    const wanted = new Set(stamp(kind, side).map(String));
    return range(side * side).every((index) => {
      const [down, right] = [Math.floor(index / side) - (side >> 1), (index % side) - (side >> 1)];
      return drawn(r + down, c + right) === Number(wanted.has(String([down, right])));
    });
  };
  return range(9).some((near) => Object.keys(KNOWN).some((kind) =>
    isThere(kind, row + Math.floor(near / 3) - 1, column + (near % 3) - 1)));
}
