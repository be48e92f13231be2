// A brush on a picture.

import { line } from "./detection.js";
import { button, buttons } from "./elements.js";

const INKS = { "Paint white": 1, "Paint black": 0 };

/**
 * Buttons that choose an ink; while one is chosen the hand paints in the box, and Enter at the pixel here(). `at` gives
 * the pixel under a pointer, `paint` gets pixels, as rows and columns, a grey level, and whether a stroke begins there.
 * @param {HTMLElement} box
 * @param {(event: PointerEvent) => [number, number]} at
 * @param {() => [number, number]} here
 * @param {(pixels: number[][], grey: number, begins: boolean) => void} paint
 */
export function brush(box, at, here, paint) {
  let [ink, last] = [null, null];
  const nodes = Object.entries(INKS).map(([name, grey]) => button(name, () => choose(ink === grey ? null : grey),
    { "aria-pressed": "false" }));

  function choose(grey) {
    ink = grey;
    nodes.forEach((node, index) => node.setAttribute("aria-pressed", String(Object.values(INKS)[index] === ink)));
    box.style.touchAction = ink === null ? "" : "none";
  }

  function use(event) {
    event.stopImmediatePropagation(); // the pixel stays where it is
    const now = at(event);
    paint(line(last ?? now, now), ink, last === null);
    last = now;
  }
  box.addEventListener("pointerdown", (event) => {
    if (ink === null) return;
    box.setPointerCapture(event.pointerId);
    use(event);
  }, true);
  box.addEventListener("pointermove", (event) => { if (last) use(event); }, true);
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { last = null; }, true);
  box.addEventListener("keydown", (event) => {
    if (ink === null || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    paint([here()], ink, true);
  }, true);
  return { rest: () => choose(null), node: buttons("Brush", ...nodes) };
}
