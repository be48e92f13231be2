// Three shares that add up to 1, as a point of a triangle.

import { make, overlay } from "./elements.js";
import { clamp, sum } from "./numbers.js";

// Rows and columns of the corners, in parts of the box.
const CORNERS = [[0.9, 0.1], [0.1, 0.5], [0.9, 0.9]];

/**
 * The shares of a point; one outside of the triangle gets those of a point on its rim.
 * @param {number[]} point row and column, in parts of the box
 */
export function sharesAt([row, column]) {
  const [[r0, c0], [r1, c1], [r2, c2]] = CORNERS;
  const whole = (r1 - r2) * (c0 - c2) + (c2 - c1) * (r0 - r2);
  const first = ((r1 - r2) * (column - c2) + (c2 - c1) * (row - r2)) / whole;
  const second = ((r2 - r0) * (column - c2) + (c0 - c2) * (row - r2)) / whole;
  const inside = [first, second, 1 - first - second].map((share) => clamp(share, 0, 1));
  return inside.map((share) => share / sum(inside));
}

// The point of these shares; the middle where all are 0.
export function pointOf(shares) {
  const total = sum(shares);
  const parts = shares.map((share) => (total > 0 ? share / total : 1 / 3));
  return [0, 1].map((axis) => sum(parts.map((part, index) => part * CORNERS[index][axis])));
}

// A triangle with a name at each corner; `move` gets the shares of the point that a pointer drags.
export function triangle(names, label, move) {
  const knob = make("div", { class: "handle knob" });
  const path = CORNERS.map(([row, column], index) => `${index ? "L" : "M"}${column} ${row}`).join("");
  const box = make("div", { class: "triangle", role: "img", "aria-label": label },
    overlay(1, 1, make("path", { d: `${path}Z` })),
    ...names.map((name, index) => make("span", { "aria-hidden": "true",
      style: `top: ${100 * CORNERS[index][0]}%; left: ${100 * CORNERS[index][1]}%` }, name)), knob);
  const at = (event) => {
    const { left, top, width, height } = box.getBoundingClientRect();
    return [(event.clientY - top) / height, (event.clientX - left) / width];
  };
  let held = false;
  box.addEventListener("pointerdown", (event) => {
    held = event.target === knob || event.pointerType !== "touch";
    if (!held) return;
    box.setPointerCapture(event.pointerId);
    move(sharesAt(at(event)));
  });
  box.addEventListener("pointermove", (event) => { if (held) move(sharesAt(at(event))); });
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { held = false; });
  box.addEventListener("click", (event) => move(sharesAt(at(event)))); // of a finger that tapped

  function show(shares) {
    const [row, column] = pointOf(shares);
    Object.assign(knob.style, { top: `${100 * row}%`, left: `${100 * column}%` });
  }
  return { node: box, show };
}
