// The map of patterns that the reader draws, and the answers of two layers to it.

import { describe, make, overlay, setAll, showEnds, view } from "./elements.js";
import { onKeys, pixelAt } from "./hand.js";
import { clamp, counted } from "./numbers.js";
import { GREY, paint } from "./paint.js";
import { KNOWN } from "./patterns.js";
import { MAP } from "./trainer.js";

/**
 * The patterns after the use of a tool at a pixel: a new one is whole and takes away those that it would overlap.
 * @param {Object<string, any>} state
 * @param {number[]} pixel row and column
 */
export function placesAfter({ tool, places }, pixel) {
  const away = (place, at) => Math.max(Math.abs(place[0] - at[0]), Math.abs(place[1] - at[1]));
  if (tool === "erase") return places.filter((place) => away(place, pixel) > place[2] >> 1);
  const side = KNOWN[tool];
  const reach = side >> 1;
  const centre = pixel.map((index) => clamp(index, reach, MAP - 1 - reach));
  return [...places.filter((place) => away(place, centre) > reach + (place[2] >> 1)), [...centre, side]];
}

// What each answer finds: centres above 1/2, and other pixels above it.
export const foundBy = ({ layers, centres, target }) =>
  Object.fromEntries(Object.entries(layers).map(([name, { output }]) => [name, {
    hits: centres.filter((index) => output[index] > 0.5).length,
    alarms: output.filter((value, index) => value > 0.5 && !target[index]).length }]));

// The map to draw on, and both answers with rings at the centres of the patterns.
export function mapViews(panel) {
  const mapView = (title, ...layers) => {
    const rings = overlay(MAP, MAP);
    return { ...view(title, { layers: [rings, ...layers] }), rings };
  };
  const mark = make("rect", { class: "cursor", width: 1, height: 1 });
  const input = mapView("Your map: click to draw", overlay(MAP, MAP, mark));
  const answers = { conv: mapView("The convolution answers"), acda: mapView("ACDA answers") };
  input.node.classList.add("input");
  let cursor = [MAP >> 1, MAP >> 1];

  const use = () => panel.write({ places: placesAfter(panel.read(), cursor) });
  input.box.addEventListener("click", (event) => {
    cursor = pixelAt(input.box, event, MAP).map((index) => clamp(index, 0, MAP - 1));
    use();
  });
  onKeys(input.box, (...steps) => {
    cursor = cursor.map((index, axis) => clamp(index + steps[axis], 0, MAP - 1));
    panel.ask();
  }, use);

  const ring = ({ rings }, centres, isWhole) => rings.replaceChildren(...centres.map((index) =>
    make("circle", { class: isWhole(index) ? "found" : "missed",
      cx: (index % MAP) + 0.5, cy: Math.floor(index / MAP) + 0.5, r: 2 })));

  function show({ tool }, { image, centres, layers }, found) {
    paint(input.canvas, image, -0.3, 1.3, GREY);
    showEnds(input.bar, "−0.3", "", "1.3");
    ring(input, centres, () => true);
    input.fact.textContent = counted(centres.length, "pattern");
    for (const [name, one] of Object.entries(answers)) {
      const { output } = layers[name];
      paint(one.canvas, output, 0, 1, GREY);
      showEnds(one.bar, "0", "½", "1");
      ring(one, centres, (index) => output[index] > 0.5);
      one.fact.textContent = `finds ${found[name].hits} of ${centres.length}; false alarms: ${found[name].alarms}`;
    }
    setAll([mark], { x: cursor[1], y: cursor[0] });
    input.box.setAttribute("aria-label", `Your map, row ${cursor[0]}, column ${cursor[1]}: arrow keys move, Enter ` +
      (tool === "erase" ? "erases" : `places a ${tool}`));
    describe(input, ...Object.values(answers));
  }
  return { show, node: make("div", { class: "views" }, input.node, answers.conv.node, answers.acda.node) };
}
