// A reader's hand on a picture: the pointer and the arrow keys.

import { focusable } from "./elements.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * Row and column under the pointer, of a box that shows rows × columns pixels; they may lie outside.
 * @returns {[number, number]}
 */
export function pixelAt(box, event, rows, columns = rows) {
  const { left, top, width, height } = box.getBoundingClientRect();
  return [Math.floor(((event.clientY - top) / height) * rows), Math.floor(((event.clientX - left) / width) * columns)];
}

// Hand on the events of a pointer from its going down on the box, which `begin` gets, until it goes up.
export function onDrag(box, move, begin = move) {
  let held = false;
  box.addEventListener("pointerdown", (event) => {
    held = true;
    box.setPointerCapture(event.pointerId);
    begin(event);
  });
  box.addEventListener("pointermove", (event) => { if (held) move(event); });
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { held = false; });
}

// Make the box focusable: arrow keys give steps (rows, columns), Enter and the space bar use it.
export function onKeys(box, step, use = null) {
  box.setAttribute("role", "application");
  focusable(box);
  box.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (arrow) step(...arrow);
    else if (use && (event.key === "Enter" || event.key === " ")) use();
    else return;
    event.preventDefault();
  });
}
