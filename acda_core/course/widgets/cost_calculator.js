// The cost calculator: set the sizes of a layer and read what it costs, in four forms.
// shared/*.js stand before this text: together they are one ES module without imports.

// ---------------------------------------------------------------------------------------------- mathematics

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

// The formulas of acda_core.cost for one image at stride 1, and of expected_saved_bytes for N of them.
function costsOf({ in_channels: inputs, out_channels: outputs, kernel_size: size, height, width, images,
  num_atoms: atoms, num_bases: bases, num_scales: scales, hidden_channels: hidden }) {
  const [pixels, area, coefficients] = [height * width, size * size, scales * bases];
  const conv = outputs * (inputs * area + 1);
  const phi = hidden * (inputs + 1) + atoms * coefficients * (hidden * 9 + 1);
  const composition = atoms * coefficients * area;
  const mixing = outputs * (inputs * atoms + 1);
  const atomConv = inputs * atoms * area;
  const filters = outputs * inputs * area;
  const ours = phi + composition + atomConv + mixing;
  const wholeFilters = phi + composition + (atoms + 1) * filters + outputs;
  const hiddenKept = hidden * (height + 2) * (width + 2);
  const kept = (floatsAPixel, others) => 4 * images * ((inputs + floatsAPixel) * pixels + others);
  const form = (parameters, multiplyAddsAPixel, savedBytes) =>
    ({ parameters, multiply_adds: multiplyAddsAPixel * pixels, saved_bytes: savedBytes });
  return {
    conv: form(conv, conv, kept(0, 0)),
    dense: form(phi + mixing, wholeFilters, kept((atoms + inputs) * area + filters, hiddenKept)),
    unfold: form(phi + mixing, ours, kept((atoms + inputs) * area + inputs * atoms, hiddenKept)),
    acda: form(phi + mixing, ours, kept(atoms * coefficients, hiddenKept)),
    two_layers: form(mixing, atomConv + mixing, NaN),
  };
}

const FORMS = { conv: "nn.Conv2d", dense: "ACDA, whole filters", unfold: "ACDA by unfold", acda: "ACDA, this course" };
const COLUMNS = { // key: [heading, note below it, unit]
  parameters: ["Parameters", "", ""],
  multiply_adds: ["Multiply–adds", "one image", ""],
  saved_bytes: ["Kept for backward", "all N images, float32", "B"],
};

// What Table 6 prints, in millions, for 3×3, 5×5 and 7×7.
const TABLE_6 = {
  conv: ["nn.Conv2d", [5900.8, 16386.6, 32115.2], [0.59, 1.64, 3.12]],
  two_layers: ["ACDA, two convolutions only", [4073.0, 4318.7, 4687.4], [0.39, 0.39, 0.39]],
  acda: ["ACDA, with generation", [4311.2, 4557.0, 4925.7], [0.41, 0.43, 0.45]],
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

const ratioText = (ratio) => {
  const digits = ratio >= 100 ? 0 : ratio >= 10 ? 1 : 2;
  return ratio < 0.005 ? "under 0.01" : inGroups(ratio, digits);
};

// --------------------------------------------------------------------------------------------------- the widget

const STEPS = 200; // of a logarithmic slider

function render({ model, el }) {
  const initial = readModel();
  const drawing = oncePerFrame(draw);
  const summary = make("p", { class: "summary", role: "status" });
  const speech = spoken((sentence) => { summary.textContent = sentence; });
  const link = stateLink(el, "Link to this layer", takeLink);
  const identifier = `acda-cost-${Math.random().toString(36).slice(2)}`;
  let costs;

  const fields = Object.fromEntries(Object.keys(CONTROLS).map((name) => [name, field(name)]));
  const cells = {};
  const table = make("table", { class: "forms" },
    make("caption", {}, "The same layer in four forms. Bars are logarithmic: from one line to the next is a factor of 10."),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Form"),
      ...Object.values(COLUMNS).map(([heading, note]) =>
        make("th", { scope: "col" }, heading, ...(note ? [make("small", {}, note)] : []))))),
    make("tbody", {}, ...Object.entries(FORMS).map(([form, name]) => {
      cells[form] = Object.keys(COLUMNS).map(() => ({ value: make("b"), ratio: make("small"),
        bar: make("svg", { class: "track", "aria-hidden": "true" }) }));
      return make("tr", { class: form }, make("th", { scope: "row" }, name), ...cells[form].map((cell, index) =>
        make("td", { "data-label": Object.values(COLUMNS)[index][0] },
          make("span", { class: "numbers" }, cell.value, cell.ratio), cell.bar)));
    })));
  const tableBody6 = make("tbody");
  const note6 = make("p", { class: "note" });
  const presetButtons = Object.entries(PRESETS).map(([name, values]) =>
    make("button", { type: "button", onclick: () => writeModel({ ...values, num_scales: values.kernel_size >> 1 }) },
      name));

  const root = make("form", { class: "acda-panel acda-cost", "aria-label": "Cost calculator",
    onsubmit: (event) => event.preventDefault() },
    make("style", {}, CSS),
    make("p", { class: "intro" }, make("b", {}, "Cost calculator."),
      " Set the sizes of a layer and read what it costs as a convolution and as ACDA."),
    make("div", { class: "buttons", role: "group", "aria-label": "Start from" }, ...presetButtons),
    radioGroup("Kernel size l × l", `${identifier}-kernel`,
      KERNEL_SIZES.map((size) => ({ value: size, label: sizeName(size) })),
      (event) => { const size = Number(event.target.value);
        writeModel({ kernel_size: size, num_scales: size >> 1 }); }),
    make("div", { class: "fields" }, ...Object.values(fields).map(({ node }) => node)),
    summary,
    table,
    make("section", { "aria-label": "Beside Table 6" },
      make("p", { class: "step" }, "Beside the paper’s Table 6"),
      make("table", { class: "six" },
        make("thead", {},
          make("tr", {}, make("th", { scope: "col", rowspan: 2 }, "In millions"),
            ...["Multiply–adds", "Parameters"].map((text) => make("th", { scope: "colgroup", colspan: 2 }, text))),
          make("tr", {}, ...["printed", "counted", "printed", "counted"].map((text) =>
            make("th", { scope: "col" }, text)))), tableBody6),
      note6),
    make("div", { class: "foot" },
      make("button", { type: "button", onclick: () => writeModel(initial) }, "Reset"), ...link.nodes),
    make("details", {}, make("summary", {}, "How this is counted"),
      make("p", {}, "One multiply–add is one product and one sum; a bias counts as one. Stride 1, output as large as ",
        "the input. ACDA counts the generator Φ (1×1 to d channels, then 3×3), D = αψ, and both convolutions. ",
        "Whole filters: the same layer with K = A D held for every pixel."),
      make("p", {}, "Kept for backward is what PyTorch’s autograd holds between forward and backward besides the ",
        "parameters, when the input needs a gradient too. It is not the peak of a training step.")));

  function field(name) {
    const [symbol, words, largest, logarithmic] = CONTROLS[name];
    const toPosition = (value) => (logarithmic ? Math.round((STEPS * Math.log(value)) / Math.log(largest)) : value);
    const toValue = (position) => (logarithmic ? Math.round(largest ** (position / STEPS)) : position);
    const box = make("input", { type: "number", id: `${identifier}-${name}`, min: 1, max: largest, step: 1,
      inputmode: "numeric",
      oninput: () => { if (box.value !== "" && box.checkValidity()) writeModel({ [name]: Number(box.value) }); },
      onchange: () => { box.value = model.get(name); } });
    const slider = make("input", { type: "range", "aria-label": `${words}, ${symbol}`, step: 1,
      min: logarithmic ? 0 : 1, max: logarithmic ? STEPS : largest,
      oninput: () => {
        const value = nextValue(Number(slider.value));
        slider.value = toPosition(value); // at once: the next key may come before the next frame
        writeModel({ [name]: value });
      } });
    // near the small end several positions mean the same number: then a step of a key goes to the next number
    const nextValue = (position) => {
      const [before, value] = [model.get(name), toValue(position)];
      const step = position - toPosition(before);
      return value === before && Math.abs(step) === 1 ? Math.min(largest, Math.max(1, before + step)) : value;
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
    return { show, node: make("div", { class: "field" },
      make("label", { for: `${identifier}-${name}` }, make("b", {}, symbol), ` ${words}`), box, slider) };
  }

  function readModel() {
    return Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  }

  function writeModel(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
    drawing.ask();
  }

  function draw() {
    const state = readModel();
    state.num_scales = Math.min(state.num_scales, state.kernel_size >> 1);
    costs = costsOf(state);
    for (const name of Object.keys(CONTROLS)) {
      fields[name].show(state[name], name === "num_scales" ? state.kernel_size >> 1 : undefined);
    }
    for (const input of root.querySelectorAll(`input[name="${identifier}-kernel"]`)) {
      input.checked = Number(input.value) === state.kernel_size;
    }
    Object.values(PRESETS).forEach((values, index) => presetButtons[index].setAttribute("aria-pressed",
      Object.entries(values).every(([name, value]) => state[name] === value) &&
      state.num_scales === state.kernel_size >> 1));
    Object.entries(COLUMNS).forEach(([key, [, , unit]], column) => {
      const logs = Object.keys(FORMS).map((form) => Math.log10(costs[form][key]));
      const low = Math.floor(Math.min(...logs) - 0.2);
      const high = Math.max(...logs);
      for (const form of Object.keys(FORMS)) {
        const value = costs[form][key];
        const cell = cells[form][column];
        cell.value.textContent = short(value, unit);
        cell.ratio.textContent = form === "conv" ? "" : `${ratioText(value / costs.conv[key])} ×`;
        const place = (log) => `${(100 * (log - low)) / (high - low)}%`;
        cell.bar.replaceChildren(make("rect", { width: place(Math.log10(value)), height: "100%" }),
          ...range(Math.floor(high) - low + 1).map((decade) =>
            make("line", { x1: place(low + decade), x2: place(low + decade), y1: 0, y2: "100%" })));
      }
    });
    showTable6(state);
    const [conv, ours] = [costs.conv, costs.acda];
    const times = (key) => `${ratioText(ours[key] / conv[key])} times`;
    speech.tell(`A ${sizeName(state.kernel_size)} layer ${state.in_channels} → ${state.out_channels} on ` +
      `${state.height} × ${state.width} pixels: this course’s ACDA has ${times("parameters")} the parameters, ` +
      `needs ${times("multiply_adds")} the multiply–adds and keeps ${times("saved_bytes")} the bytes of a convolution.`);
    link.show(NAMES.map((name) => state[name]));
  }

  function showTable6(state) {
    const index = (state.kernel_size >> 1) - 1;
    const isItsSetting = index < 3 && state.num_scales === index + 1 &&
      Object.entries(SETTING_6).every(([name, value]) => name === "images" || state[name] === value);
    tableBody6.replaceChildren(...Object.entries(TABLE_6).map(([form, [name, operations, parameters]]) =>
      make("tr", {}, make("th", { scope: "row" }, name), ...[
        isItsSetting ? inGroups(operations[index], 1) : "–", inGroups(costs[form].multiply_adds / 1e6, 1),
        isItsSetting ? inGroups(parameters[index], 2) : "–", inGroups(costs[form].parameters / 1e6, 2),
      ].map((text) => make("td", {}, text)))));
    note6.textContent = isItsSetting
      ? "The table leaves D = αψ out; its generator costs the same at every kernel size, ours grows with the scales."
      : "The table is for 256 → 256 channels on 100 × 100 pixels at 3×3, 5×5 and 7×7, with every scale: " +
        "choose “Table 6” above to see what it prints.";
  }

  function takeLink(numbers) {
    const values = Object.fromEntries(NAMES.map((name, index) => [name, numbers[index]]));
    const fits = (name, value) => Number.isInteger(value) && value >= 1 && value <= CONTROLS[name][2];
    if (numbers.length !== NAMES.length || !KERNEL_SIZES.includes(values.kernel_size)) return false;
    if (!Object.keys(CONTROLS).every((name) => fits(name, values[name]))) return false;
    if (values.num_scales > values.kernel_size >> 1) return false;
    writeModel(values);
    return true;
  }

  el.classList.add("acda-widget");
  el.replaceChildren(root);
  draw();
  link.read();
  el.acda = { costs: () => costs };
  const unfollow = follow(model, NAMES, drawing.ask);
  return () => {
    for (const part of [drawing, speech, link]) part.stop();
    unfollow();
  };
}

// ------------------------------------------------------------------------------------------------------- style

const CSS = PANEL_CSS + `
.acda-cost .fields { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 6px 20px; margin-bottom: 10px; }
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
@container (max-width: 620px) {
  .acda-cost .fields { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 6px 14px; }
  .acda-cost .forms thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .acda-cost .forms tr { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0 10px;
    border-top: 1px solid var(--edge); padding: 6px 0; }
  .acda-cost .forms tbody th { grid-column: 1 / 4; border: 0; padding: 0; font-weight: 600; }
  .acda-cost .forms td { border: 0; padding: 0; width: auto; }
  .acda-cost .forms td::before { content: attr(data-label); display: block; font-size: 12px; line-height: 1.4; }
  .acda-cost .six { font-size: 12px; }
  .acda-cost .six :is(th, td) { padding-right: 6px; }
}
`;

export default { render };
