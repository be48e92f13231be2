// The two-layers widget: one pixel of an adaptive convolution, computed over its filters and over its atoms.
// shared/*.js stand before this text: together they are one ES module without imports.

// ---------------------------------------------------------------------------------------------- mathematics

const KERNEL_SIZES = [3, 5, 7];
const BASES = new Map(KERNEL_SIZES.map((size) => [size, multiscaleBases(size)]));
const [FEATURES, COEFFICIENTS, PHASES] = [0, 1, 2]; // streams of random numbers

// Z'_a at a pixel, 0 outside of the image.
function feature({ height, width, seed }, a, row, column) {
  if (row < 0 || row >= height || column < 0 || column >= width) return 0;
  const drawn = [
    () => (2 * row - height + 1) ** 2 + (2 * column - width + 1) ** 2 < Math.floor((Math.min(height, width) * 3) / 4) ** 2,
    () => Math.floor((row + column + a) / 3) % 2 === 1,
    () => 3 * column > width + a,
    () => (Math.floor(row / 4) + Math.floor(column / 4)) % 2 === 1,
  ][a % 4]();
  return (100 * drawn + integer(seed, FEATURES, (a * height + row) * width + column, 61) - 30) / 100;
}

// The l × l values of a channel around a pixel.
function patchAt(state, a, row, column) {
  const size = state.kernel_size;
  return range(size * size).map((tap) =>
    feature(state, a, row + Math.floor(tap / size) - (size >> 1), column + (tap % size) - (size >> 1)));
}

const coefficient = ({ in_channels: inputs, num_atoms: atoms, seed }, o, a, b) =>
  (integer(seed, COEFFICIENTS, (o * inputs + a) * atoms + b, 201) - 100) / 100;

// Atom b of a pixel; its basis coefficients turn slowly from pixel to pixel.
function atomAt({ kernel_size: size, seed }, b, row, column) {
  const bases = BASES.get(size);
  const alpha = bases.map((_, k) => {
    const [phase, down, right] = range(3).map((part) => uniform(seed, PHASES, (b * bases.length + k) * 3 + part));
    return Math.cos(2 * Math.PI * (phase + ((down - 0.5) * row) / 16 + ((right - 0.5) * column) / 16)) / 2;
  });
  return composeAtom(alpha, bases);
}

const dot = (left, right) => left.reduce((total, value, index) => total + value * right[index], 0);

// Everything about one output channel at one pixel, by both ways.
function bothWays(state) {
  const { in_channels: inputs, num_atoms: m, row, column, channel } = state;
  const patches = range(inputs).map((a) => patchAt(state, a, row, column));
  const atoms = range(m).map((b) => atomAt(state, b, row, column));
  const A = patches.map((_, a) => atoms.map((_, b) => coefficient(state, channel, a, b)));
  // filters first: K_oa = Σ_b A_oab D_b, then the sum over channels and offsets
  const K = A.map((weights) => composeAtom(weights, atoms));
  const parts = K.map((filter, a) => dot(filter, patches[a]));
  // atoms first: Z̃_ab = D_b · Z'_a, then the sum over channels and atoms
  const zTilde = patches.map((patch) => atoms.map((atom) => dot(atom, patch)));
  const mixedParts = zTilde.map((row, a) => dot(A[a], row));
  return { patches, atoms, A, K, parts, zTilde, mixedParts, filters: sum(parts), atomsFirst: sum(mixedParts) };
}

// Multiply-adds of the two steps of each way and the numbers that stand between them, for one pixel.
function countsOf({ in_channels: inputs, out_channels: outputs, num_atoms: m, kernel_size: size }) {
  const taps = size * size;
  return {
    filters: { steps: [outputs * inputs * m * taps, outputs * inputs * taps], held: outputs * inputs * taps },
    atoms: { steps: [inputs * m * taps, outputs * inputs * m], held: inputs * m },
  };
}

// --------------------------------------------------------------------------------------------------- the widget

const RANGES = { // smallest and largest
  in_channels: [1, 256], out_channels: [1, 256], num_atoms: [1, 8], height: [8, 48], width: [8, 48],
  seed: [0, 9999], step: [0, 3],
};
const NAMES = ["in_channels", "out_channels", "num_atoms", "kernel_size", "height", "width", "row", "column", "channel",
  "step", "seed"];
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
const SHOWN = 3; // channels and atoms that are drawn; the others are only computed
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const subscript = (value) => [...String(value)].map((digit) => SUBSCRIPTS[digit]).join("");
const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
const ratio = (value) => (value >= 10 ? grouped(Math.round(value)) : number(value, value >= 1 ? 1 : 2));

const STEPS = [
  "Pick a pixel: both ways start from the pixels around it and from its atoms.",
  "Left: the atoms are mixed into a filter for each pair of channels. Right: each atom looks at each input channel.",
  "Left: each filter is applied to its input channel, and all are added. Right: the atom outputs are mixed.",
  "The two numbers are the same sum in another order. They agree but for rounding.",
];

function render({ model, el }) {
  const initial = readModel();
  const identifier = `acda-two-${Math.random().toString(36).slice(2)}`;
  let now;
  const drawing = oncePerFrame(draw);
  const summary = make("p", { class: "summary", role: "status" });
  const speech = spoken((sentence) => { summary.textContent = sentence; });
  const link = stateLink(el, "Link to this pixel and these sizes", takeLink);

  const tile = () => {
    const canvas = picture("pixels");
    const caption = make("figcaption");
    return { canvas, caption, node: make("figure", {}, make("div", { class: "frame" }, canvas), caption) };
  };
  const tiles = (count) => range(count).map(tile);
  const maps = tiles(SHOWN).map(({ canvas, caption }) => {
    const marks = ["halo", "line"].map((name) => make("rect", { class: name }));
    const svg = make("svg", { "aria-hidden": "true", preserveAspectRatio: "none" }, ...marks);
    const box = make("div", { class: "frame map" }, canvas, svg);
    return { canvas, caption, svg, marks, box, node: make("figure", {}, box, caption) };
  });
  const patches = tiles(SHOWN);
  const atoms = tiles(SHOWN);
  const filters = tiles(SHOWN);
  const notes = { maps: make("p", { class: "note" }), atoms: make("p", { class: "note" }) };
  const zTable = make("table");
  const ways = {
    filters: way("Filters first", "K = A D, then K applied", ["Compose K = A D", "Apply K and add"]),
    atoms: way("Atoms first", "Z̃ = D applied, then A", ["Apply the atoms: Z̃", "Mix with A and add"]),
  };
  ways.filters.first.append(make("div", { class: "three" }, ...filters.map(({ node }) => node)));
  ways.atoms.first.append(zTable);
  const meeting = make("p", { class: "meeting" });
  const stepButtons = STEPS.map((_, index) => make("button", { type: "button",
    "aria-label": ["0, pick a pixel", "1, first step", "2, second step", "3, compare"][index],
    onclick: () => write({ step: index }) }, ["Pixel", "Step 1", "Step 2", "Compare"][index]));
  const next = make("button", { type: "button", class: "next",
    onclick: () => write({ step: (model.get("step") + 1) % 4 }) });
  const explained = make("p", { class: "explained" });
  const presetButtons = Object.entries(PRESETS).map(([name, values]) =>
    make("button", { type: "button", onclick: () => write({ ...values, channel: 0 }) }, name));
  const fields = Object.fromEntries(Object.keys(CONTROLS).map((name) => [name, field(name)]));
  const counters = Object.fromEntries(["pixel", "image", "held"].map((key) => [key,
    Object.fromEntries(Object.keys(ways).map((name) => [name, { value: make("span"), bar: make("rect", { height: "100%" }) }]))]));
  const ratios = Object.fromEntries(Object.keys(counters).map((key) => [key, make("td")]));

  const counterRow = (key, label) => make("tr", {}, make("th", { scope: "row" }, label),
    ...Object.keys(ways).map((name) => make("td", { "data-label": ways[name].title }, counters[key][name].value,
      make("svg", { class: "track", "aria-hidden": "true" }, counters[key][name].bar))), ratios[key]);

  const root = make("form", { class: "acda-panel acda-two", "aria-label": "Two layers are one",
    onsubmit: (event) => event.preventDefault() },
    make("style", {}, CSS),
    make("p", { class: "intro" }, make("b", {}, "Two layers are one. "),
      "Pick a pixel and follow both ways to its output: make its filters and apply them, or apply its atoms and mix."),
    make("div", { class: "maps" }, ...maps.map(({ node }) => node)),
    notes.maps,
    make("div", { class: "buttons", role: "group", "aria-label": "Step" }, ...stepButtons, next),
    explained,
    make("section", { "aria-label": "What both ways start from" },
      make("p", { class: "step" }, "Around this pixel"),
      make("div", { class: "start" },
        make("div", { class: "three", role: "group", "aria-label": "Pixels around it" }, ...patches.map(({ node }) => node)),
        make("div", { class: "three", role: "group", "aria-label": "Its atoms" }, ...atoms.map(({ node }) => node))),
      notes.atoms),
    make("div", { class: "ways" }, ways.filters.node, ways.atoms.node),
    meeting,
    summary,
    make("section", { "aria-label": "What it costs" },
      make("p", { class: "step" }, "What each way costs (bars logarithmic)"),
      make("table", { class: "counters" },
        make("thead", {}, make("tr", {}, make("td"),
          ...Object.values(ways).map(({ title }) => make("th", { scope: "col" }, title)),
          make("th", { scope: "col" }, "filters : atoms"))),
        make("tbody", {}, counterRow("pixel", "multiply–adds so far, this pixel"),
          counterRow("image", "multiply–adds, whole image"), counterRow("held", "floats held in the middle, whole image"))),
      make("div", { class: "buttons", role: "group", "aria-label": "Start from" }, ...presetButtons),
      make("div", { class: "pickers" },
        radioGroup("Kernel size l × l", `${identifier}-kernel`,
          KERNEL_SIZES.map((size) => ({ value: size, label: sizeName(size) })),
          (event) => write({ kernel_size: Number(event.target.value) }))),
      make("div", { class: "fields" }, ...Object.values(fields).map(({ node }) => node))),
    make("div", { class: "foot" },
      make("button", { type: "button", onclick: () => write(initial) }, "Reset"),
      make("button", { type: "button",
        onclick: () => write({ seed: (model.get("seed") + 1) % (RANGES.seed[1] + 1) }) }, "New numbers"),
      make("button", { type: "button",
        onclick: () => write({ channel: (model.get("channel") + 1) % model.get("out_channels") }) },
        "Another output channel"),
      ...link.nodes),
    make("details", {}, make("summary", {}, "How this is counted"),
      make("p", {}, "One multiply–add is one product and one sum. Both ways get the atoms and give all output channels: ",
        "filters first needs c c′ m l² to compose and c c′ l² to apply; atoms first needs c′ m l² and c c′ m. Held in the ",
        "middle are the filters, c c′ l² h w floats, or the atom outputs, c′ m h w."),
      make("p", {}, "The numbers are synthetic. Red is positive, blue negative, pale is near zero; the pictures of a row ",
        "share one scale. Pixels outside of the image are zero.")));

  function way(title, words, [firstWords, secondWords]) {
    const [first, second, result] = [make("div", { class: "first" }), make("div", { class: "sums" }), make("b")];
    const node = make("section", { class: "way", "aria-label": title },
      make("p", { class: "step" }, title), make("p", { class: "note" }, words),
      make("div", { class: "one" }, make("p", {}, make("b", {}, "1 "), firstWords), first),
      make("div", { class: "two" }, make("p", {}, make("b", {}, "2 "), secondWords), second,
        make("p", { class: "result" }, result)));
    return { title, node, first, second, result };
  }

  function field(name) {
    const [symbol, words, stops] = CONTROLS[name];
    const value = make("span", { class: "value", "aria-hidden": "true" });
    const slider = make("input", { type: "range", id: `${identifier}-${name}`, min: 0, max: stops.length - 1, step: 1,
      oninput: () => write({ [name]: stops[Number(slider.value)] }) });
    const show = (current) => {
      const position = stops.reduce((best, stop, index) =>
        (Math.abs(stop - current) < Math.abs(stops[best] - current) ? index : best), 0);
      if (Number(slider.value) !== position) slider.value = position;
      slider.setAttribute("aria-valuetext", String(current));
      value.textContent = current;
    };
    return { show, node: make("div", { class: "field" },
      make("label", { for: `${identifier}-${name}` }, make("b", {}, symbol), ` ${words}`), value, slider) };
  }

  function readModel() {
    return Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  }

  function write(values) {
    const state = { ...readModel(), ...values };
    for (const [name, limit] of [["row", "height"], ["column", "width"], ["channel", "out_channels"]]) {
      state[name] = Math.max(0, Math.min(state[limit] - 1, state[name]));
    }
    for (const name of NAMES) if (model.get(name) !== state[name]) model.set(name, state[name]);
    model.save_changes();
    drawing.ask();
  }

  // Pick a pixel: pointer and finger on any map, arrow keys on the first.
  const first = maps[0].box;
  first.setAttribute("role", "application");
  focusable(first);
  first.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    write({ row: model.get("row") + move[0], column: model.get("column") + move[1] });
  });
  for (const { box } of maps) {
    let held = false;
    const pick = (event) => {
      const { left, top, width, height } = box.getBoundingClientRect();
      write({ row: Math.floor(((event.clientY - top) / height) * model.get("height")),
        column: Math.floor(((event.clientX - left) / width) * model.get("width")) });
    };
    box.addEventListener("pointerdown", (event) => { held = true; box.setPointerCapture(event.pointerId); pick(event); });
    box.addEventListener("pointermove", (event) => { if (held) pick(event); });
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { held = false; });
  }

  function draw() {
    const state = readModel();
    const { in_channels: inputs, out_channels: outputs, num_atoms: m, kernel_size: size, height, width } = state;
    const { row, column, channel, step } = state;
    now = bothWays(state);
    maps.forEach((view, a) => {
      view.node.hidden = a >= inputs;
      if (view.node.hidden) return;
      view.box.style.aspectRatio = `${width} / ${height}`;
      view.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      for (const mark of view.marks) {
        for (const [name, value] of Object.entries({ x: column - (size >> 1), y: row - (size >> 1), width: size, height: size })) {
          mark.setAttribute(name, value);
        }
      }
      const values = range(height * width).map((index) => feature(state, a, Math.floor(index / width), index % width));
      paint(view.canvas, values, -0.3, 1.3, GREY, width);
      view.canvas.setAttribute("aria-label", `Input channel ${a + 1}, ${height} by ${width} pixels`);
      view.caption.textContent = `Input Z′, channel ${a + 1}`;
    });
    first.setAttribute("aria-label", `Input: arrow keys move the pixel; it is at row ${row}, column ${column}`);
    notes.maps.textContent = `Row ${row}, column ${column}; output channel ${channel + 1} of ${outputs}. ` +
      (inputs > SHOWN ? `${SHOWN} of ${inputs} input channels are drawn.` : "");
    showTiles(patches, now.patches, (a) => [`Z′${subscript(a + 1)} around it`, `Pixels of input channel ${a + 1} around it`]);
    showTiles(atoms, now.atoms, (b) => [`atom D${subscript(b + 1)}`, `Atom ${b + 1} of this pixel`]);
    notes.atoms.textContent = m > SHOWN ? `${SHOWN} of ${m} atoms are drawn.` : "";
    showTiles(filters, now.K, (a) => [
      `K${subscript(a + 1)} = ${mixture(now.A[a])}`, `Filter from input channel ${a + 1} to output channel ${channel + 1}`]);
    zTable.replaceChildren(
      make("thead", {}, make("tr", {}, make("td"), ...shownTitles(m, (b) => `D${subscript(b + 1)}`, "col"))),
      make("tbody", {}, ...now.zTilde.slice(0, SHOWN).map((values, a) => make("tr", {},
        make("th", { scope: "row" }, `Z′${subscript(a + 1)}`),
        ...values.slice(0, SHOWN).map((value) => make("td", {}, number(value, 3))), ...(m > SHOWN ? [make("td", {}, "…")] : [])))));
    showSum(ways.filters, now.parts, (a) => `K${subscript(a + 1)} on Z′${subscript(a + 1)}`, now.filters);
    showSum(ways.atoms, now.mixedParts, (a) => `A on row Z′${subscript(a + 1)}`, now.atomsFirst);
    for (const { node } of Object.values(ways)) {
      node.querySelector(".one").classList.toggle("waiting", step < 1);
      node.querySelector(".two").classList.toggle("waiting", step < 2);
    }
    stepButtons.forEach((button, index) => button.setAttribute("aria-pressed", index === step));
    next.textContent = step < 3 ? "Next ›" : "‹ From the start";
    explained.textContent = STEPS[step];
    const difference = Math.abs(now.filters - now.atomsFirst);
    meeting.textContent = step < 3 ? "Here the two numbers will meet." : `${exact(now.filters)} and ${exact(now.atomsFirst)}: they differ by ` +
      `${difference === 0 ? "0" : scientific(difference)}`;

    const counts = countsOf(state);
    const done = (name) => sum(counts[name].steps.slice(0, Math.min(step, 2)));
    const pixels = height * width;
    showCounter("pixel", done, (name) => sum(counts[name].steps));
    showCounter("image", (name) => pixels * sum(counts[name].steps));
    showCounter("held", (name) => pixels * counts[name].held);

    for (const name of Object.keys(CONTROLS)) fields[name].show(state[name]);
    for (const input of root.querySelectorAll(`input[name="${identifier}-kernel"]`)) {
      input.checked = Number(input.value) === size;
    }
    Object.values(PRESETS).forEach((values, index) => presetButtons[index].setAttribute("aria-pressed",
      Object.entries(values).every(([name, value]) => state[name] === value)));
    const held = counts.filters.held / counts.atoms.held;
    speech.tell(`Row ${row}, column ${column}. ${STEPS[step]} ` +
      (step === 3 ? `Both give ${number(now.filters, 4)}. ` : "") +
      `In the middle, filters first holds ${ratio(held)} times as many floats as atoms first.`);
    link.show(NAMES.map((name) => state[name]));
  }

  const exact = (value) => number(value, 12);

  const mixture = (weights) => weights.slice(0, SHOWN).map((weight, b) =>
    `${weight < 0 ? "−" : b > 0 ? "+" : ""}${b > 0 ? " " : ""}${Math.abs(weight).toFixed(2)} D${subscript(b + 1)}`)
    .join(" ") + (weights.length > SHOWN ? " + …" : "");

  const shownTitles = (count, title, scope) => [
    ...range(Math.min(count, SHOWN)).map((index) => make("th", { scope }, title(index))),
    ...(count > SHOWN ? [make("th", { scope }, "…")] : [])];

  function showTiles(views, fields, words) {
    const limit = Math.max(...fields.slice(0, SHOWN).flat().map(Math.abs)) || 1;
    views.forEach(({ canvas, caption, node }, index) => {
      node.hidden = index >= fields.length;
      if (node.hidden) return;
      paint(canvas, fields[index], -limit, limit, DIVERGING);
      const [title, label] = words(index);
      caption.textContent = title;
      canvas.setAttribute("aria-label", label);
    });
  }

  function showSum({ second, result }, parts, words, total) {
    const lines = parts.slice(0, SHOWN).map((part, index) => [words(index), part]);
    if (parts.length > SHOWN) lines.push([`${parts.length - SHOWN} more`, sum(parts.slice(SHOWN))]);
    second.replaceChildren(...lines.map(([text, value]) =>
      make("p", {}, make("span", {}, text), make("span", {}, number(value, 4)))));
    result.textContent = `Z${subscript(model.get("channel") + 1)} = ${number(total, 6)}`;
  }

  function showCounter(key, value, full = value) {
    const longest = Math.log10(Math.max(...Object.keys(ways).map(full)) + 1);
    for (const name of Object.keys(ways)) {
      counters[key][name].value.textContent = grouped(value(name));
      counters[key][name].bar.setAttribute("width", `${(100 * Math.log10(value(name) + 1)) / longest}%`);
    }
    const [before, after] = [value("filters"), value("atoms")];
    ratios[key].textContent = before === 0 ? "–" : ratio(before / after);
  }

  function takeLink(numbers) {
    const values = Object.fromEntries(NAMES.map((name, index) => [name, numbers[index]]));
    const inside = (name, low, high) => Number.isInteger(values[name]) && values[name] >= low && values[name] <= high;
    if (numbers.length !== NAMES.length || !KERNEL_SIZES.includes(values.kernel_size)) return false;
    if (!Object.entries(RANGES).every(([name, [low, high]]) => inside(name, low, high))) return false;
    if (!inside("row", 0, values.height - 1) || !inside("column", 0, values.width - 1)) return false;
    if (!inside("channel", 0, values.out_channels - 1)) return false;
    write(values);
    return true;
  }

  el.classList.add("acda-widget");
  el.replaceChildren(root);
  draw();
  link.read();
  el.acda = {
    now: () => now,
    counts: () => countsOf(readModel()),
    state: readModel,
  };
  const unfollow = follow(model, NAMES, drawing.ask);
  return () => {
    for (const part of [drawing, speech, link]) part.stop();
    unfollow();
  };
}

// ------------------------------------------------------------------------------------------------------- style

const CSS = PANEL_CSS + `
.acda-two .maps { display: grid; grid-template-columns: repeat(3, minmax(0, 200px)); gap: 12px; }
.acda-two .map { cursor: crosshair; touch-action: none; }
.acda-two .map rect { fill: none; vector-effect: non-scaling-stroke; }
.acda-two .map rect.halo { stroke: #111; stroke-width: 4; }
.acda-two .map rect.line { stroke: #ffd400; stroke-width: 2; }
.acda-two .note { font-size: 13px; margin: 4px 0 10px; min-height: 1.4em; }
.acda-two .explained { min-height: 2.9em; }
.acda-two .next { border-color: var(--accent); font-weight: 600; }
.acda-two .start { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px 24px; }
.acda-two .three { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px; align-items: start; }
.acda-two .ways { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 24px; }
.acda-two .way p { margin: 0 0 6px; }
.acda-two .way .step { margin-top: 12px; }
.acda-two .way .note { margin-top: -6px; }
.acda-two .way .one { min-height: 150px; margin-bottom: 8px; }
.acda-two .waiting > :not(:first-child) { visibility: hidden; }
.acda-two .sums p { display: flex; justify-content: space-between; gap: 10px; margin: 0; font-size: 14px;
  font-variant-numeric: tabular-nums; border-bottom: 1px solid var(--edge); }
.acda-two .result { font-size: 17px; text-align: right; margin-top: 6px; font-variant-numeric: tabular-nums; }
.acda-two .meeting { min-height: 3em; font-size: 16px; text-align: center; font-variant-numeric: tabular-nums;
  border: 2px solid var(--accent); border-radius: 6px; padding: 10px; }
.acda-two table { width: 100%; border-collapse: collapse; margin: 0 0 10px; font-size: 14px; display: table;
  color: inherit; background: none; }
.acda-two tr { background: none; }
.acda-two :is(th, td) { text-align: left; padding: 5px 8px 5px 0; border: 0; border-top: 1px solid var(--edge);
  background: none; color: inherit; font-weight: 400; font-variant-numeric: tabular-nums; vertical-align: top; }
.acda-two thead :is(th, td) { border-top: 0; font-weight: 600; }
.acda-two .track { display: block; width: 100%; height: 8px; margin-top: 3px; }
.acda-two .track rect { fill: var(--accent); }
.acda-two .fields { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0 20px; }
.acda-two .field { display: grid; grid-template-columns: 1fr auto; font-size: 14px; align-items: center; }
.acda-two .field label { margin: 0; }
.acda-two .field .value { font-variant-numeric: tabular-nums; }
.acda-two .field input { grid-column: 1 / 3; }
@container (max-width: 620px) {
  .acda-two .maps { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px; }
  .acda-two :is(.start, .ways) { grid-template-columns: minmax(0, 1fr); }
  .acda-two .way .one { min-height: 0; }
  .acda-two .fields { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 14px; }
  .acda-two .counters { font-size: 12px; }
}
`;

export default { render };
