// alpha of one pixel as a picture with axes: a row for each atom, a column for each basis, scale by scale.

import { NUM_BASES } from "./bases.js";
import { make, overlay, picture } from "./elements.js";
import { number, range, sizeName, subscript } from "./numbers.js";
import { DIVERGING, paint } from "./paint.js";

/**
 * @param {number} count of the atoms
 * @param {number[]} scales
 */
export function alphaPicture(count, scales) {
  const [canvas, width] = [picture("pixels"), NUM_BASES * scales.length];
  const lines = scales.slice(1).map((_, index) =>
    make("line", { x1: NUM_BASES * (index + 1), x2: NUM_BASES * (index + 1), y1: 0, y2: count }));
  const box = make("div", { class: "frame" }, canvas, overlay(count, width, ...lines));
  box.style.aspectRatio = `${width} / ${count}`;
  const names = (words, className) =>
    make("div", { class: className, "aria-hidden": "true" }, ...words.map((word) => make("span", {}, word)));

  function show(alpha) {
    const most = Math.max(...alpha.flat().map(Math.abs)) || 1;
    paint(canvas, alpha.flat(), -most, most, DIVERGING, width);
    canvas.setAttribute("aria-label", `α, a row for each of ${count} atoms, a column for each of ${width} bases, ` +
      `from ${number(-most)} to ${number(most)}`);
    return most;
  }
  return { show, node: make("div", { class: "alpha-grid", "data-symbol": "alpha" },
    names(range(count).map((m) => `D${subscript(m + 1)}`), "rows"), box, names(scales.map(sizeName), "columns")) };
}
