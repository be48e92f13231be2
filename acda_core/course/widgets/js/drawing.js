// Drawings of bits, told as the lengths of their runs.

import { fromRuns, toRuns } from "./detection.js";
import { extremes, isIndex, range, sum } from "./numbers.js";
import { stamp } from "./patterns.js";

const ERASER = stamp("square", 3);

// A drawing after the use of a tool at some pixels.
export function drawnAt(pixels, { tool, side, runs }, size) {
  const shape = tool === "paint" ? [[0, 0]] : tool === "erase" ? ERASER : stamp(tool, side);
  const bits = fromRuns(runs, size * size);
  for (const [row, column] of pixels) {
    for (const [down, right] of shape) {
      const [r, c] = [row + down, column + right];
      if (isIndex(r, size) && isIndex(c, size)) bits[r * size + c] = tool === "erase" ? 0 : 1;
    }
  }
  return toRuns(bits);
}

// Runs of the pixels in which two drawings differ: what the reader changed makes a short link.
export const changedRuns = (one, other, size) => {
  const bits = fromRuns(other, size * size);
  return toRuns(fromRuns(one, size * size).map((bit, index) => bit ^ bits[index]));
};

// The smallest rectangle in which two drawings differ, null where they are the same.
export function changedPart(one, other, size) {
  const places = range(size * size).filter((index) => one[index] !== other[index]);
  if (!places.length) return null;
  const columns = extremes(places.map((index) => index % size));
  return { top: Math.floor(places[0] / size), bottom: Math.floor(places[places.length - 1] / size), left: columns[0],
    right: columns[1] };
}

// The brighter part of a picture as a drawing.
export function drawingOf(levels) {
  const middle = sum(levels) / levels.length;
  return toRuns(Array.from(levels, (level) => Number(level > middle)));
}
