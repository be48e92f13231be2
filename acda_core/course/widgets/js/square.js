// A square around a pixel of a photograph, by which it can be dragged, and the square of a pinned pixel, dashed.

import { haloed, make, overlay, setAll } from "./elements.js";
import { onKeys, pixelAt } from "./hand.js";
import { clamp } from "./numbers.js";

// The canvas in a box with both squares, above whatever `layers` mark; `place` puts them where a state says.
export function squares(canvas, { height, width, size }, ...layers) {
  const around = { width: size, height: size };
  const [pins, marks] = [haloed("rect", { ...around, "data-pin": "" }), haloed("rect", around)];
  const handle = make("div", { class: "handle" });
  const box = make("div", { class: "frame photograph" }, canvas,
    overlay(height, width, ...layers, ...pins, ...marks), handle);

  function place({ row, column, pinned_row: pinnedRow, pinned_column: pinnedColumn }) {
    setAll(marks, { x: column - (size >> 1), y: row - (size >> 1) });
    setAll(pins, { x: pinnedColumn - (size >> 1), y: pinnedRow - (size >> 1) });
    Object.assign(handle.style, { left: `${(100 * (column + 0.5)) / width}%`, top: `${(100 * (row + 0.5)) / height}%`,
      width: `${(100 * size) / width}%` });
    box.setAttribute("aria-label",
      `Photograph, row ${row}, column ${column}: arrow keys move the pixel, Enter pins it`);
  }
  return { box, handle, place };
}

// A mouse takes the pixel from anywhere. A finger drags the square, or taps; elsewhere it scrolls the page.
export function listen(panel, { box, handle }, { height, width }, pin) {
  let held = null; // from the pointer to the pixel, whether that was moved, and whether the pointer may yet scroll
  const moveTo = (row, column) => {
    const next = { row: clamp(row, 0, height - 1), column: clamp(column, 0, width - 1) };
    const isNew = next.row !== panel.model.get("row") || next.column !== panel.model.get("column");
    if (isNew) panel.write(next);
    return isNew;
  };
  const follow = (event) => {
    const [row, column] = pixelAt(box, event, height, width);
    if (moveTo(row + held.down, column + held.right)) held.moved = true;
  };
  box.addEventListener("pointerdown", (event) => {
    if (event.target === handle) {
      const [row, column] = pixelAt(box, event, height, width);
      const { row: ownRow, column: ownColumn } = panel.read();
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
    else if (held && !held.moved) pin();
    held = null;
  });
  onKeys(box, (down, right) => moveTo(panel.model.get("row") + down, panel.model.get("column") + right), pin);
}

export const SQUARE_CSS = `
.acda-panel .photograph { aspect-ratio: 3 / 2; cursor: crosshair; touch-action: manipulation; }
.acda-panel .photograph .handle { position: absolute; aspect-ratio: 1; transform: translate(-50%, -50%); cursor: move;
  touch-action: none; }
@media (pointer: coarse) { .acda-panel .photograph .handle { min-width: 44px; } }
.acda-panel .photograph rect { fill: none; vector-effect: non-scaling-stroke; }
.acda-panel .photograph rect.halo { stroke: #111; stroke-width: 5; }
.acda-panel .photograph rect.line { stroke: #ffd400; stroke-width: 2.5; }
.acda-panel .photograph rect.line[data-pin] { stroke: #fff; stroke-dasharray: 4 3; }
`;
