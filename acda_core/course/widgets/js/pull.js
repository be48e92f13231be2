// A reader's hand on an atom: it pulls at a pixel.

import { make, setAll } from "./elements.js";
import { onKeys, pixelAt } from "./hand.js";
import { clamp, number } from "./numbers.js";

const STEP = 0.02; // of a pixel's value, by a key

// Pull at a pixel of the atom: up or to the right for more, down or to the left for less; a finger to the sides, as it
// scrolls the page up and down. `set` gets a pixel and its new value.
export function onPull({ box }, sizeOf, atom, set) {
  const cursor = make("rect", { class: "cursor", width: 1, height: 1 });
  const layer = make("svg", { "aria-hidden": "true" }, cursor);
  box.append(layer);
  let [row, column, pull] = [0, 0, null];
  const pixel = () => row * sizeOf() + column;

  function moveTo(...place) {
    [row, column] = place.map((index) => clamp(index, 0, sizeOf() - 1));
    layer.setAttribute("viewBox", `0 0 ${sizeOf()} ${sizeOf()}`);
    setAll([cursor], { x: column, y: row });
    box.setAttribute("aria-label", `The atom, row ${row}, column ${column}, ${number(atom()[pixel()])}: ` +
      "arrow keys move, plus and minus change it");
  }

  box.addEventListener("pointerdown", (event) => {
    moveTo(...pixelAt(box, event, sizeOf()));
    pull = { x: event.clientX, y: event.clientY, value: atom()[pixel()],
      unit: (2 * Math.max(0.2, ...atom().map(Math.abs))) / box.clientHeight };
    box.setPointerCapture(event.pointerId);
  });
  box.addEventListener("pointermove", (event) => {
    if (pull) set(pixel(), pull.value + (event.clientX - pull.x - event.clientY + pull.y) * pull.unit);
  });
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { pull = null; });
  onKeys(box, (down, right) => moveTo(row + down, column + right));
  box.addEventListener("keydown", ({ key }) => {
    if ("+-=".includes(key)) set(pixel(), atom()[pixel()] + (key === "-" ? -STEP : STEP));
  });
  return () => moveTo(row, column);
}
