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

// Hand on the events of a pointer from its going down on the box, which `begin` gets, until it goes up. Where there is
// a handle a finger has to take it; elsewhere it scrolls the page.
export function onDrag(box, move, begin = move, handle = null) {
  let held = false;
  box.addEventListener("pointerdown", (event) => {
    if (handle && event.pointerType === "touch" && event.target !== handle) return;
    held = true;
    box.setPointerCapture(event.pointerId);
    begin(event);
  });
  box.addEventListener("pointermove", (event) => { if (held) move(event); });
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { held = false; });
}

// Choose a pixel of a box that shows size() = [rows, columns] of them. A mouse takes it from anywhere. A finger taps,
// or drags the handle, by which the pixel at() is grasped; elsewhere it scrolls the page. `move` gets row and column,
// which may lie outside, and says whether the pixel changed; `use` hears of a press on the handle that moved nothing.
export function onPlace(box, { size, move, at = () => [0, 0], handle = null, use = () => {} }) {
  let held = null; // from the pointer to the pixel, whether that was moved, and whether the pointer may yet scroll
  const follow = (event) => {
    const [row, column] = pixelAt(box, event, ...size());
    if (move(row + held.down, column + held.right)) held.moved = true;
  };
  box.addEventListener("pointerdown", (event) => {
    if (handle && event.target === handle) {
      const [[row, column], [ownRow, ownColumn]] = [pixelAt(box, event, ...size()), at()];
      held = { down: ownRow - row, right: ownColumn - column, moved: false, waits: false };
    } else {
      held = { down: 0, right: 0, moved: true, waits: event.pointerType === "touch" };
    }
    if (held.waits) return;
    box.setPointerCapture(event.pointerId);
    follow(event);
  });
  box.addEventListener("pointermove", (event) => { if (held && !held.waits) follow(event); });
  box.addEventListener("pointercancel", () => { held = null; });
  box.addEventListener("pointerup", (event) => {
    if (held?.waits) follow(event);
    else if (held && !held.moved) use();
    held = null;
  });
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
