// A square around a pixel of a photograph, by which it can be dragged, and the square of a pinned pixel, dashed.

import { button, haloed, make, overlay, setAll, slide } from "./elements.js";
import { onKeys, onPlace } from "./hand.js";
import { capital, clamp } from "./numbers.js";

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

// Pointer, keys and sliders move the pixel; Enter, a press on its square or a button pins it.
export function listen(panel, { box, handle }, { height, width }) {
  const at = () => [panel.model.get("row"), panel.model.get("column")];
  const pin = () => panel.write({ pinned_row: at()[0], pinned_column: at()[1] });
  const move = (row, column) => {
    const next = { row: clamp(row, 0, height - 1), column: clamp(column, 0, width - 1) };
    const isNew = next.row !== at()[0] || next.column !== at()[1];
    if (isNew) panel.write(next);
    return isNew;
  };
  onPlace(box, { size: () => [height, width], move, at, handle, use: pin });
  onKeys(box, (down, right) => move(at()[0] + down, at()[1] + right), pin);
  const sliders = [["row", height], ["column", width]].map(([name, count]) => ({ name,
    ...slide(panel.id(name), `${capital(String(name))} of the pixel`, { max: Number(count) - 1 },
      (value) => panel.write({ [name]: value })) }));
  return { sliders: make("div", { class: "sliders" }, ...sliders.map(({ node }) => node)),
    button: button("Pin this pixel", pin),
    show: (state) => { for (const { name, show } of sliders) show(state[name], state[name]); } };
}

export const SQUARE_CSS = `
.acda-panel .frame.photograph { aspect-ratio: 3 / 2; cursor: crosshair; touch-action: manipulation; }
.acda-panel .sliders { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 0 16px; }
.acda-panel .photograph rect { fill: none; vector-effect: non-scaling-stroke; }
.acda-panel .photograph rect.halo { stroke: #111; stroke-width: 5; }
.acda-panel .photograph rect.line { stroke: #ffd400; stroke-width: 2.5; }
.acda-panel .photograph rect.line[data-pin] { stroke: #fff; stroke-dasharray: 4 3; }
`;
