// What both ways to the output of an adaptive convolution cost, and the sizes that this depends on.

import { button, buttons, make, slide } from "./elements.js";
import { number, range, sizeName, sum, symbolName } from "./numbers.js";
import { countsOf, KERNEL_SIZES } from "./ways.js";

export const WAYS = { filters: "Filters first", atoms: "Atoms first" };
const CHANNEL_STOPS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256];
const whole = (low, high) => range(high - low + 1).map((index) => low + index);
const CONTROLS = { // symbol, words, what the slider stops at
  in_channels: ["c′", "input channels", CHANNEL_STOPS],
  out_channels: ["c", "output channels", CHANNEL_STOPS],
  num_atoms: ["m", "atoms", whole(1, 8)],
  height: ["h", "height", whole(8, 48)],
  width: ["w", "width", whole(8, 48)],
};
const PRESETS = {
  "Small": { in_channels: 3, out_channels: 4, num_atoms: 2, kernel_size: 5 },
  "A first layer, 3 → 64": { in_channels: 3, out_channels: 64, num_atoms: 6, kernel_size: 7 },
  "Deep inside, 256 → 256": { in_channels: 256, out_channels: 256, num_atoms: 6, kernel_size: 3 },
};
const grouped = (value) => value.toLocaleString("en");
export const ratio = (value) => (value >= 10 ? grouped(Math.round(value)) : number(value, value >= 1 ? 1 : 2));

// What each way costs, so far and in all, as numbers and bars.
function countersTable() {
  const rows = { pixel: "multiply–adds so far, this pixel", image: "multiply–adds, whole image",
    held: "floats held in the middle, whole image" };
  const ratios = Object.fromEntries(Object.keys(rows).map((key) => [key, make("td")]));
  const pair = () => Object.fromEntries(Object.keys(WAYS).map((name) =>
    [name, { value: make("span"), bar: make("rect", { height: "100%" }) }]));
  const cells = Object.fromEntries(Object.keys(rows).map((key) => [key, pair()]));
  const row = ([key, label]) => make("tr", {}, make("th", { scope: "row" }, label),
    ...Object.entries(WAYS).map(([name, title]) => make("td", { "data-label": title }, cells[key][name].value,
      make("svg", { class: "track", "aria-hidden": "true" }, cells[key][name].bar))), ratios[key]);
  const node = make("table", { class: "counters" },
    make("thead", {}, make("tr", {}, make("td"),
      ...Object.values(WAYS).map((title) => make("th", { scope: "col" }, title)),
      make("th", { scope: "col" }, "filters\u00a0: atoms"))),
    make("tbody", {}, ...Object.entries(rows).map(row)));

  function showRow(key, value, full = value) {
    const longest = Math.log10(Math.max(...Object.keys(WAYS).map(full)) + 1);
    for (const name of Object.keys(WAYS)) {
      cells[key][name].value.textContent = grouped(value(name));
      cells[key][name].bar.setAttribute("width", `${(100 * Math.log10(value(name) + 1)) / longest}%`);
    }
    const [before, after] = [value("filters"), value("atoms")];
    ratios[key].textContent = before === 0 ? "–" : ratio(before / after);
  }

  function show(state) {
    const [counts, pixels] = [countsOf(state), state.height * state.width];
    const all = (name) => sum(counts[name].steps);
    showRow("pixel", (name) => sum(counts[name].steps.slice(0, Math.min(state.step, 2))), all);
    showRow("image", (name) => pixels * all(name));
    showRow("held", (name) => pixels * counts[name].held);
  }
  return { node, show };
}

// A slider over some numbers.
function stopsSlider(panel, name) {
  const [symbol, words, stops] = CONTROLS[name];
  const slider = slide(panel.id(name), [make("b", {}, symbol), ` ${words}`], { max: stops.length - 1 },
    (position) => panel.write({ [name]: stops[position] }));
  slider.node.dataset.symbol = symbolName(symbol);
  const show = (value) => {
    slider.show(stops.reduce((best, stop, index) =>
      (Math.abs(stop - value) < Math.abs(stops[best] - value) ? index : best), 0), value);
    slider.input.setAttribute("aria-valuetext", String(value));
  };
  return { node: slider.node, show };
}

export function costSection(panel) {
  const counters = countersTable();
  const presets = Object.entries(PRESETS).map(([name, values]) =>
    button(name, () => panel.write({ ...values, channel: 0 })));
  const fields = Object.fromEntries(Object.keys(CONTROLS).map((name) => [name, stopsSlider(panel, name)]));
  const node = make("section", { "aria-label": "What it costs" },
    make("p", { class: "step" }, "What each way costs (bars logarithmic)"),
    counters.node, buttons("Start from", ...presets),
    make("div", { class: "pickers" }, panel.choice("Kernel size l × l", "kernel_size",
      KERNEL_SIZES.map((size) => ({ value: size, label: sizeName(size) })), { symbol: "l" })),
    make("div", { class: "fields" }, ...Object.values(fields).map((one) => one.node)));

  function show(state) {
    counters.show(state);
    for (const [name, field] of Object.entries(fields)) field.show(state[name]);
    Object.values(PRESETS).forEach((values, index) => presets[index].setAttribute("aria-pressed",
      Object.entries(values).every(([name, value]) => state[name] === value)));
  }
  return { node, show };
}
