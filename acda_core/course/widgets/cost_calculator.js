// The cost calculator: set the sizes of a layer and read what it costs, in four forms.

import { costsOf } from "./js/costs.js";
import { button, buttons, help, intro, make } from "./js/elements.js";
import { clamp, isIndex, number, range, sizeName, symbolName } from "./js/numbers.js";
import { widget } from "./js/panel.js";

const KERNEL_SIZES = [3, 5, 7, 9];
const CONTROLS = { // name: [symbol, words, largest, whether the slider is logarithmic]
  in_channels: ["c′", "channels in", 1024, true],
  out_channels: ["c", "channels out", 1024, true],
  height: ["h", "height, pixels", 512, true],
  width: ["w", "width, pixels", 512, true],
  images: ["N", "images", 64, true],
  num_atoms: ["m", "atoms", 12, false],
  num_bases: ["m′", "bases a scale", 6, false],
  num_scales: ["S", "scales", 4, false],
  hidden_channels: ["d", "hidden channels of Φ", 256, true],
};
const NAMES = ["in_channels", "out_channels", "kernel_size", "height", "width", "images",
  "num_atoms", "num_bases", "num_scales", "hidden_channels"]; // the order in a link

const FORMS = { conv: "nn.Conv2d", dense: "ACDA, whole filters", unfold: "ACDA by unfold", acda: "ACDA, this course" };
const COLUMNS = { // key: [heading, note below it, unit]
  parameters: ["Parameters", "", ""],
  multiply_adds: ["Multiply–adds", "one image", ""],
  saved_bytes: ["Kept for backward", "all N images, float32", "B"],
};

// What Table 6 prints, in millions, for 3×3, 5×5 and 7×7.
const TABLE_6 = {
  conv: { name: "nn.Conv2d", operations: [5900.8, 16386.6, 32115.2], parameters: [0.59, 1.64, 3.12] },
  two_layers: { name: "ACDA, two convolutions only", operations: [4073.0, 4318.7, 4687.4],
    parameters: [0.39, 0.39, 0.39] },
  acda: { name: "ACDA, with generation", operations: [4311.2, 4557.0, 4925.7], parameters: [0.41, 0.43, 0.45] },
};
const SETTING_6 = { in_channels: 256, out_channels: 256, height: 100, width: 100, images: 1,
  num_atoms: 6, num_bases: 6, hidden_channels: 64 };

const PRESETS = {
  "Table 6": { ...SETTING_6, kernel_size: 7 },
  "First layer": { ...SETTING_6, in_channels: 3, out_channels: 64, height: 224, width: 224, kernel_size: 7 },
  "Late layer": { ...SETTING_6, in_channels: 512, out_channels: 512, height: 7, width: 7, kernel_size: 3 },
  "The paper's Section 3.2": { ...SETTING_6, in_channels: 100, out_channels: 100, kernel_size: 3 },
};

// 46,873,600,000 as 46.9 G: three digits and a prefix.
function short(value, unit) {
  const power = Math.min(5, Math.max(0, Math.floor(Math.log10(value) / 3 + 1e-9)));
  const scaled = value / 1000 ** power;
  const digits = power === 0 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
  return `${number(scaled, digits)} ${["", "k", "M", "G", "T", "P"][power]}${unit}`.trim();
}

const inGroups = (value, digits) =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const inMillions = (count, digits) => (count >= 1e5 ? inGroups(count / 1e6, digits)
  : (count / 1e6).toLocaleString("en", { maximumSignificantDigits: 3 }));

const ratioText = (ratio) => {
  const digits = ratio >= 100 ? 0 : ratio >= 10 ? 1 : 2;
  return ratio < 0.005 ? "under 0.01" : inGroups(ratio, digits);
};

const STEPS = 200; // of a logarithmic slider

// A number box and a slider for one size; `say` tells what was made of a number that is no size.
function makeField(panel, name, say) {
  const [symbol, words, largest, logarithmic] = CONTROLS[name];
  const toPosition = (value) => (logarithmic ? Math.round((STEPS * Math.log(value)) / Math.log(largest)) : value);
  const toValue = (position) => (logarithmic ? Math.round(largest ** (position / STEPS)) : position);
  const box = make("input", { type: "number", id: panel.id(name), min: 1, max: largest, step: 1, inputmode: "numeric",
    oninput: () => { if (box.value !== "" && box.checkValidity()) panel.write({ [name]: Number(box.value) }); },
    onchange: settle });
  const slider = make("input", { type: "range", "aria-label": `${words}, ${symbol}`, step: 1,
    min: logarithmic ? 0 : 1, max: logarithmic ? STEPS : largest,
    oninput: () => {
      const value = nextValue(Number(slider.value));
      slider.value = toPosition(value); // at once: the next key may come before the next frame
      panel.write({ [name]: value });
    } });
  // A number that is no size becomes the nearest one.
  function settle() {
    const typed = box.value === "" ? NaN : Number(box.value);
    const size = clamp(Math.round(typed), 1, Number(box.max));
    if (Number.isNaN(typed)) {
      box.value = panel.model.get(name);
    } else {
      box.value = size;
      panel.write({ [name]: size });
    }
    const isSize = Number.isNaN(typed) || typed === size;
    const was = number(typed, Number.isInteger(typed) ? 0 : 2);
    say(isSize ? "" : `${symbol} is a whole number from 1 to ${box.max}: ${was} became ${size}.`);
  }
  // near the small end several positions mean the same number: then a step of a key goes to the next number
  const nextValue = (position) => {
    const [before, value] = [panel.model.get(name), toValue(position)];
    const step = position - toPosition(before);
    return value === before && Math.abs(step) === 1 ? clamp(before + step, 1, largest) : value;
  };
  const show = (value, most = largest) => {
    const isBeingTyped = document.activeElement === box && !box.checkValidity();
    if (Number(box.value) !== value && !isBeingTyped) box.value = value;
    box.max = most;
    if (!logarithmic) slider.max = most;
    slider.disabled = box.disabled = most === 1;
    if (Number(slider.value) !== toPosition(value)) slider.value = toPosition(value);
    slider.setAttribute("aria-valuetext", String(value));
  };
  return { show, node: make("div", { class: "field", "data-symbol": symbolName(symbol) },
    make("label", { for: box.id }, make("b", {}, symbol), ` ${words}`), box, slider) };
}

// The costs of each form as numbers, ratios and bars.
function formsTable() {
  const cells = {};
  const node = make("table", { class: "forms" },
    make("caption", {},
      "The same layer in four forms. Bars are logarithmic: from one line to the next is a factor of 10."),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Form"),
      ...Object.values(COLUMNS).map(([heading, note]) =>
        make("th", { scope: "col" }, heading, ...(note ? [make("small", {}, note)] : []))))),
    make("tbody", {}, ...Object.entries(FORMS).map(([form, name]) => {
      cells[form] = Object.keys(COLUMNS).map(() => ({ value: make("b"), ratio: make("small"),
        bar: make("rect", { height: "100%" }), decades: make("g") }));
      return make("tr", { class: form }, make("th", { scope: "row" }, name), ...cells[form].map((cell, index) =>
        make("td", { "data-label": Object.values(COLUMNS)[index][0] },
          make("span", { class: "numbers" }, cell.value, cell.ratio),
          make("svg", { class: "track", "aria-hidden": "true" }, cell.bar, cell.decades))));
    })));

  function show(costs) {
    Object.entries(COLUMNS).forEach(([key, [, , unit]], column) => {
      const logs = Object.keys(FORMS).map((form) => Math.log10(costs[form][key]));
      const low = Math.floor(Math.min(...logs) - 0.2);
      const high = Math.max(...logs);
      const place = (log) => `${(100 * (log - low)) / (high - low)}%`;
      for (const form of Object.keys(FORMS)) {
        const value = costs[form][key];
        const cell = cells[form][column];
        cell.value.textContent = short(value, unit);
        cell.ratio.textContent = form === "conv" ? "" : `${ratioText(value / costs.conv[key])} ×`;
        cell.bar.setAttribute("width", place(Math.log10(value)));
        cell.decades.replaceChildren(...range(Math.floor(high) - low + 1).map((decade) =>
          make("line", { x1: place(low + decade), x2: place(low + decade), y1: 0, y2: "100%" })));
      }
    });
  }
  return { node, show };
}

// What the paper prints for its setting beside what is counted here.
function tableSix() {
  const [body, note] = [make("tbody"), make("p", { class: "note" })];
  const node = make("section", { "aria-label": "Beside Table 6" },
    make("p", { class: "step" }, "Beside the paper’s Table 6"),
    make("table", { class: "six" },
      make("thead", {},
        make("tr", {}, make("th", { scope: "col", rowspan: 2 }, "In millions"),
          ...["Multiply–adds", "Parameters"].map((text) => make("th", { scope: "colgroup", colspan: 2 }, text))),
        make("tr", {}, ...["printed", "counted", "printed", "counted"].map((text) =>
          make("th", { scope: "col" }, text)))), body),
    note);

  function show(state, costs) {
    const index = (state.kernel_size >> 1) - 1;
    const isItsSetting = index < 3 && state.num_scales === index + 1 &&
      Object.entries(SETTING_6).every(([name, value]) => name === "images" || state[name] === value);
    body.replaceChildren(...Object.entries(TABLE_6).map(([form, { name, operations, parameters }]) =>
      make("tr", {}, make("th", { scope: "row" }, name), ...[
        isItsSetting ? inGroups(operations[index], 1) : "–", inMillions(costs[form].multiply_adds, 1),
        isItsSetting ? inGroups(parameters[index], 2) : "–", inMillions(costs[form].parameters, 2),
      ].map((text) => make("td", {}, text)))));
    note.textContent = isItsSetting
      ? "The table leaves D = αψ out; its generator costs the same at every kernel size, ours grows with the scales."
      : "The table is for 256 → 256 channels on 100 × 100 pixels at 3×3, 5×5 and 7×7, with every scale: " +
        "choose “Table 6” above to see what it prints.";
  }
  return { node, show };
}

function sentence(state) {
  const { conv, acda } = costsOf(state);
  const times = (key) => `${ratioText(acda[key] / conv[key])} times`;
  return `A ${sizeName(state.kernel_size)} layer ${state.in_channels} → ${state.out_channels} on ` +
    `${state.height} × ${state.width} pixels: this course’s ACDA has ${times("parameters")} the parameters, ` +
    `needs ${times("multiply_adds")} the multiply–adds and keeps ${times("saved_bytes")} the bytes of a convolution.`;
}

const isCheaper = (state) => costsOf(state).acda.multiply_adds < costsOf(state).conv.multiply_adds;
const CHALLENGES = [
  { words: "Beat the convolution at 3×3, 64 → 64 channels, with fewer multiply–adds.",
    isMet: (state) => state.kernel_size === 3 && state.in_channels === 64 && state.out_channels === 64 &&
      isCheaper(state) },
  { words: "Find a 7×7 layer for which the convolution needs fewer.",
    isMet: (state) => state.kernel_size === 7 && !isCheaper(state) },
];

function fromLink(numbers) {
  const values = Object.fromEntries(NAMES.map((name, index) => [name, numbers[index]]));
  const fits = ([name, [, , largest]]) => isIndex(values[name] - 1, largest);
  return numbers.length === NAMES.length && KERNEL_SIZES.includes(values.kernel_size) &&
    Object.entries(CONTROLS).every(fits) && values.num_scales <= values.kernel_size >> 1 ? values : null;
}

function build(panel) {
  const said = make("p", { class: "note", "aria-live": "polite" });
  const say = (words) => { said.textContent = words; };
  const fields = Object.fromEntries(Object.keys(CONTROLS).map((name) => [name, makeField(panel, name, say)]));
  const [forms, six] = [formsTable(), tableSix()];
  const presets = Object.entries(PRESETS).map(([name, values]) =>
    button(name, () => panel.write({ ...values, num_scales: values.kernel_size >> 1 })));

  function draw(state) {
    const costs = costsOf(state);
    for (const name of Object.keys(CONTROLS)) {
      fields[name].show(state[name], name === "num_scales" ? state.kernel_size >> 1 : undefined);
    }
    Object.values(PRESETS).forEach((values, index) => presets[index].setAttribute("aria-pressed",
      Object.entries(values).every(([name, value]) => state[name] === value) &&
      state.num_scales === state.kernel_size >> 1));
    forms.show(costs);
    six.show(state, costs);
  }

  return {
    children: [
      intro("Cost calculator.", " Set the sizes of a layer and read what it costs as a convolution and as ACDA."),
      buttons("Start from", ...presets),
      panel.choice("Kernel size l × l", "kernel_size",
        KERNEL_SIZES.map((size) => ({ value: size, label: sizeName(size) })),
        { symbol: "l", values: (size) => ({ kernel_size: size, num_scales: size >> 1 }) }),
      make("div", { class: "fields" }, ...Object.values(fields).map(({ node }) => node)), said,
      panel.summary, panel.challenges(CHALLENGES), forms.node, six.node, panel.foot(panel.reset()),
      help("How this is counted",
        "One multiply–add is one product and one sum; a bias counts as one. Stride 1, output as large as " +
        "the input. ACDA counts the generator Φ (1×1 to d channels, then 3×3), D = αψ, and both convolutions. " +
        "Whole filters: the same layer with K = A D held for every pixel.",
        "Kept for backward is what PyTorch’s autograd holds between forward and backward besides the " +
        "parameters, when the input needs a gradient too. It is not the peak of a training step.")],
    draw, sentence, fromLink,
    toLink: (state) => NAMES.map((name) => state[name]),
    acda: { costs: () => costsOf(panel.read()) },
  };
}

const CSS = `
.acda-cost .fields { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 6px 20px;
  margin-bottom: 10px; }
.acda-cost .field { display: grid; grid-template-columns: minmax(0, 1fr) 5.2em; align-items: center; gap: 0 8px;
  font-size: 14px; }
.acda-cost .field input[type=range] { grid-column: 1 / 3; }
.acda-cost .field label { line-height: 1.25; margin: 0; }
.acda-cost .field input[type=number] { font: inherit; font-variant-numeric: tabular-nums; height: 36px; width: 100%;
  padding: 2px 6px; color: inherit; background: var(--back); border: 1px solid var(--edge); border-radius: 4px; }
.acda-cost .field input:invalid { border-color: #c2410c; box-shadow: inset 0 0 0 1px #c2410c; }
.acda-cost table { width: 100%; border-collapse: collapse; margin: 0 0 8px; font-size: 14px; display: table;
  table-layout: auto; color: inherit; background: none; }
.acda-cost caption { caption-side: top; text-align: left; color: inherit; padding: 0 0 6px; font-size: 13px; }
.acda-cost :is(th, td) { text-align: left; padding: 5px 10px 5px 0; border: 0; border-top: 1px solid var(--edge);
  vertical-align: top; background: none; color: inherit; font-weight: 400; white-space: normal; }
.acda-cost tr { background: none; }
.acda-cost thead :is(th, td) { border-top: 0; font-weight: 600; vertical-align: bottom; }
.acda-cost th small { display: block; font-weight: 400; font-size: 12px; }
.acda-cost .forms td { width: 25%; }
.acda-cost .numbers { display: flex; justify-content: space-between; gap: 8px; flex-wrap: wrap;
  font-variant-numeric: tabular-nums; }
.acda-cost .numbers small { font-size: 13px; }
.acda-cost .track { display: block; width: 100%; height: 9px; margin-top: 3px; overflow: hidden; }
.acda-cost .track rect { fill: var(--accent); fill-opacity: 0.85; }
.acda-cost .track line { stroke: var(--edge); stroke-width: 1.5; }
.acda-cost .forms .conv .track rect { fill: var(--text); fill-opacity: 0.55; }
.acda-cost .forms .acda th { font-weight: 600; }
.acda-cost .six th[scope=colgroup] { padding-bottom: 0; }
.acda-cost .six td { white-space: nowrap; font-variant-numeric: tabular-nums; }
.acda-cost .note { font-size: 13px; }
.acda-cost .note:empty { display: none; }
@container (max-width: 620px) {
  .acda-cost .fields { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 6px 14px; }
  .acda-cost .forms thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .acda-cost .forms tr { display: grid; grid-template-columns: 1fr 1.05fr 1.35fr; gap: 0 10px; align-items: end;
    border-top: 1px solid var(--edge); padding: 6px 0; }
  .acda-cost .forms tbody th { grid-column: 1 / 4; border: 0; padding: 0; font-weight: 600; }
  .acda-cost .forms td { border: 0; padding: 0; width: auto; min-width: 0; }
  .acda-cost .numbers { flex-direction: column; gap: 0; line-height: 1.3; }
  .acda-cost .forms td::before { content: attr(data-label); display: block; font-size: 12px; line-height: 1.4; }
  .acda-cost .six { font-size: 12px; }
  .acda-cost .six :is(th, td) { padding-right: 6px; }
}
@container (max-width: 330px) {
  .acda-cost .fields { grid-template-columns: minmax(0, 1fr); }
  .acda-cost .six { font-size: 11px; }
  .acda-cost .six :is(th, td) { padding-right: 4px; }
}
`;

export default widget({ title: "Cost calculator", className: "acda-cost", css: CSS, linkText: "Link to this layer",
  names: NAMES,
  fit: (state) => ({ ...state, num_scales: Math.min(state.num_scales, state.kernel_size >> 1) }), build });
