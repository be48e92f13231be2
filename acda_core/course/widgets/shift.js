// The shift widget: drag a picture and see the filters and the output of an ACDA layer move along.
// shared/*.js stand before this text: together they are one ES module without imports.

// ---------------------------------------------------------------------------------------------- mathematics

const NUM_MARKS = 8; // pixels that can be marked
const MARK_DISTANCE = 5; // between two of them

// The parameters in the order in which Python packs them, then the picture.
function unpack({ picture: size, kernel, atoms, hidden, first, second }, weights) {
  const planes = new Uint8Array(bytesOf(weights)); // the first bytes of all numbers, then the second ones, …
  const bytes = planes.map((_, index) => planes[(index % 4) * (planes.length / 4) + (index >> 2)]);
  const numbers = Float64Array.from(new Float32Array(bytes.buffer));
  let used = 0;
  const take = (count) => numbers.subarray(used, (used += count));
  const bases = multiscaleBases(kernel);
  const coefficients = atoms * bases.length;
  return {
    kernelSize: kernel,
    bases,
    first: { weight: take(hidden * 3 * first * first), bias: take(hidden), size: first },
    second: { weight: take(coefficients * hidden * second * second), bias: take(coefficients), size: second },
    last: { weight: take(atoms), bias: take(1), size: 1 },
    picture: { channels: 1, height: size, width: size, values: take(size * size) },
  };
}

// T_t: the field moved down and to the right; what comes in is `fill`, or the other side.
function shifted({ channels, height, width, values }, rows, columns, circular, fill = 0) {
  const moved = new Float64Array(values.length).fill(fill);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      let [row, column] = [i - rows, j - columns];
      if (circular) [row, column] = [(row + 2 * height) % height, (column + 2 * width) % width];
      else if (row < 0 || row >= height || column < 0 || column >= width) continue;
      for (let c = 0; c < channels; c++) {
        moved[(c * height + i) * width + j] = values[(c * height + row) * width + column];
      }
    }
  }
  return { channels, height, width, values: moved };
}

// What Phi looks at: the picture, and row and column of each pixel from -1 to 1, or zeros in their place.
function withPosition({ height, width, values }, position) {
  const context = new Float64Array(3 * height * width);
  context.set(values);
  for (let i = 0; position && i < height; i++) {
    for (let j = 0; j < width; j++) {
      context[(height + i) * width + j] = (2 * i) / (height - 1) - 1;
      context[(2 * height + i) * width + j] = (2 * j) / (width - 1) - 1;
    }
  }
  return { channels: 3, height, width, values: context };
}

// The output of the layer, the filter K = Σ A D of every pixel, and how far each reaches: the root mean square
// distance of its energy from the centre.
function look(layer, picture, { stride, padding, position }) {
  const { atoms, output } = acdaLayer(layer, picture, withPosition(picture, position), stride, padding);
  const { height, width } = output;
  const [size, pixels] = [layer.kernelSize, height * width];
  const [taps, centre] = [size * size, size >> 1];
  const filters = new Float64Array(taps * pixels);
  layer.last.weight.forEach((weight, m) => {
    for (let index = 0; index < taps * pixels; index++) filters[index] += weight * atoms.values[m * taps * pixels + index];
  });
  const radius = new Float64Array(pixels);
  for (let p = 0; p < pixels; p++) {
    let [energy, moment] = [0, 0];
    for (let tap = 0; tap < taps; tap++) {
      const squared = filters[tap * pixels + p] ** 2;
      energy += squared;
      moment += squared * ((Math.floor(tap / size) - centre) ** 2 + ((tap % size) - centre) ** 2);
    }
    radius[p] = Math.sqrt(moment / (energy || 1));
  }
  const filterAt = (row, column) => range(taps).map((tap) => filters[tap * pixels + row * width + column]);
  return { output, radius: { channels: 1, height, width, values: radius }, filterAt };
}

// The strongest answers, one a neighbourhood: [[row, column], …].
function strongest({ height, width, values }) {
  const order = range(height * width).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]));
  const found = [];
  for (const index of order) {
    const [row, column] = [Math.floor(index / width), index % width];
    if (found.every(([r, c]) => Math.max(Math.abs(r - row), Math.abs(c - column)) >= MARK_DISTANCE)) {
      found.push([row, column]);
      if (found.length === NUM_MARKS) break;
    }
  }
  return found;
}

// --------------------------------------------------------------------------------------------------- the widget

const NAMES = ["rows", "columns", "stride", "padding", "position", "marked"];
const PADDINGS = ["zero", "circular"];

function render({ model, el }) {
  const sizes = model.get("sizes");
  const layer = unpack(sizes, model.get("weights"));
  const most = sizes.picture >> 1;
  const paper = Math.min(20, most);
  const initial = readModel();
  const identifier = `acda-shift-${Math.random().toString(36).slice(2)}`;
  const reference = new Map(); // what the layer makes of the picture where it is, for each way of looking
  let now;
  let frame; // how many pixels of the output the border can reach
  let difference;
  let worst;

  const drawing = oncePerFrame(draw);
  const summary = make("p", { class: "summary", role: "status" });
  const speech = spoken((sentence) => { summary.textContent = sentence; });
  const link = stateLink(el, "Link to this shift", takeLink);

  const view = (title, stops) => {
    const [canvas, bar, fact] = [picture("pixels"), colourBar(stops), make("b")];
    const marks = [make("circle", { class: "halo" }), make("circle", { class: "line" })];
    const box = make("div", { class: "frame" }, canvas, make("svg", { "aria-hidden": "true",
      viewBox: `0 0 ${sizes.picture} ${sizes.picture}` }, ...marks));
    return { canvas, bar, fact, marks, box, stops,
      node: make("figure", {}, box, bar.node, make("figcaption", {}, title, make("br"), fact)) };
  };
  const input = view("Input: drag it", GREY);
  const output = view("Output", GREY);
  const reach = view("How far each filter reaches", SEQUENTIAL);
  const error = view("Differs from the shifted output", SEQUENTIAL);
  const views = [input, output, reach, error];
  const filters = ["where it was", "where it is now"].map((title) => {
    const canvas = picture("pixels");
    const fact = make("b");
    return { canvas, fact, node: make("figure", {}, make("div", { class: "frame" }, canvas),
      make("figcaption", {}, title, make("br"), fact)) };
  });

  const sliders = Object.fromEntries([["rows", "down"], ["columns", "right"]].map(([name, word]) => {
    const value = make("span", { class: "value", "aria-hidden": "true" });
    const slider = make("input", { type: "range", id: `${identifier}-${name}`, min: -most, max: most, step: 1,
      oninput: () => write({ [name]: Number(slider.value) }) });
    return [name, { slider, value, node: make("div", { class: "field" },
      make("label", { for: `${identifier}-${name}` }, `Pixels ${word}`), value, slider) }];
  }));
  const choice = (legend, name, options) => radioGroup(legend, `${identifier}-${name}`, options,
    (event) => write({ [name]: JSON.parse(event.target.value) }));

  const root = make("form", { class: "acda-panel acda-shift", "aria-label": "Shift",
    onsubmit: (event) => event.preventDefault() },
    make("style", {}, CSS),
    make("p", { class: "intro" }, make("b", {}, "Shift the picture. "),
      "Each pixel’s filter is made from what it sees, so filters and output move along. ",
      "Then change a switch and see what breaks it."),
    make("div", { class: "views" }, ...views.map(({ node }) => node)),
    make("div", { class: "fields" }, sliders.rows.node, sliders.columns.node),
    make("div", { class: "pickers" },
      choice("Stride", "stride", [{ value: 1, label: "1" }, { value: 2, label: "2" }]),
      choice("Beyond the border", "padding",
        [{ value: '"zero"', label: "zeros" }, { value: '"circular"', label: "the other side" }]),
      choice("Φ is told the position", "position", [{ value: "false", label: "no" }, { value: "true", label: "yes" }])),
    make("div", { class: "buttons" },
      make("button", { type: "button", onclick: () => write({ rows: paper, columns: paper }) },
        `Shift by ${paper}, as in the paper`),
      make("button", { type: "button", onclick: () => write({ rows: 0, columns: 0 }) }, "Shift by 0"),
      make("button", { type: "button",
        onclick: () => write({ marked: (model.get("marked") + 1) % NUM_MARKS }) }, "Mark another pixel")),
    summary,
    make("section", { class: "filters", "aria-label": "Filter of the marked pixel" },
      make("p", { class: "step" }, "The filter of the marked pixel"),
      make("div", { class: "pair" }, ...filters.map(({ node }) => node))),
    make("div", { class: "foot" },
      make("button", { type: "button", onclick: () => write(initial) }, "Reset"), ...link.nodes),
    make("details", {}, make("summary", {}, "How to read the pictures"),
      make("p", {}, "The reach of a filter is the root mean square distance of its energy from its centre, in pixels. ",
        "The last picture is the size of the difference between the output of the shifted picture and the shifted ",
        "output of the unshifted one; dark means equal, hatched that the shifted output says nothing there. Its ",
        "colours end at the largest difference, or at 1 % of the output’s range where that is more. ",
        "Near the border means: as near as filters or Φ can see beyond it."),
      make("p", {}, "At stride 2 the output is half as large and an odd shift has no counterpart in it: it is compared ",
        "with the next smaller even shift.")));

  function readModel() {
    return Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  }

  function write(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
    drawing.ask();
  }

  const clip = (shift) => Math.max(-most, Math.min(most, shift));

  input.box.setAttribute("role", "application");
  focusable(input.box);
  input.box.setAttribute("aria-label", "Input picture: arrow keys shift it by one pixel");
  input.box.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    write({ rows: clip(model.get("rows") + step[0]), columns: clip(model.get("columns") + step[1]) });
  });
  let grip = null; // where the pointer took hold, and the shift at that moment
  input.box.addEventListener("pointerdown", (event) => {
    grip = { x: event.clientX, y: event.clientY, rows: model.get("rows"), columns: model.get("columns") };
    input.box.setPointerCapture(event.pointerId);
  });
  input.box.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const scale = sizes.picture / input.box.getBoundingClientRect().width;
    write({ rows: clip(Math.round(grip.rows + (event.clientY - grip.y) * scale)),
      columns: clip(Math.round(grip.columns + (event.clientX - grip.x) * scale)) });
  });
  for (const end of ["pointerup", "pointercancel"]) input.box.addEventListener(end, () => { grip = null; });

  function draw() {
    const state = readModel();
    const { rows, columns, stride, padding, position, marked } = state;
    const circular = padding === "circular";
    const key = [stride, padding, position].join();
    if (!reference.has(key)) {
      const seen = look(layer, layer.picture, state);
      reference.set(key, { ...seen, marks: strongest(seen.output) });
    }
    const before = reference.get(key);
    const moved = shifted(layer.picture, rows, columns, circular);
    now = look(layer, moved, state);
    const [down, right] = [rows, columns].map((shift) => Math.trunc(shift / stride));
    const expected = shifted(before.output, down, right, circular, NaN);
    difference = now.output.values.map((value, index) => value - expected.values[index]);
    frame = circular ? 0 : Math.ceil(Math.max(layer.kernelSize >> 1,
      (layer.first.size >> 1) + stride * (layer.second.size >> 1)) / stride);
    worst = largest(difference, now.output, down, right);

    const limits = extremes(before.output.values);
    const magnitudes = difference.map(Math.abs);
    show(input, moved.values, ...extremes(layer.picture.values));
    show(output, now.output.values, ...limits);
    show(reach, now.radius.values, ...extremes(before.radius.values));
    const largestError = Math.max(worst.inside || 0, worst.frame);
    show(error, magnitudes, 0, Math.max(largestError, 0.01 * (limits[1] - limits[0])));
    input.fact.textContent = `${direction(rows, "down", "up")}, ${direction(columns, "right", "left")}`;
    output.fact.textContent = sizeName(now.output.height);
    reach.fact.textContent = "in pixels";
    error.fact.textContent = `at most ${size(largestError)}`;

    const [row, column] = before.marks[Math.min(marked, before.marks.length - 1)];
    let [newRow, newColumn] = [row + down, column + right];
    if (circular) {
      newRow = (newRow + 2 * now.output.height) % now.output.height;
      newColumn = (newColumn + 2 * now.output.width) % now.output.width;
    }
    const { height, width } = now.output;
    const inPicture = newRow >= 0 && newRow < height && newColumn >= 0 && newColumn < width;
    for (const { marks } of views) {
      for (const circle of marks) {
        circle.setAttribute("cx", (newColumn + 0.5) * stride);
        circle.setAttribute("cy", (newRow + 0.5) * stride);
        circle.setAttribute("r", sizes.picture / 16);
      }
    }
    const old = before.filterAt(row, column);
    const limit = Math.max(...old.map(Math.abs));
    paint(filters[0].canvas, old, -limit, limit, DIVERGING);
    filters[0].fact.textContent = `largest weight ${number(limit, 3)}`;
    const current = inPicture ? now.filterAt(newRow, newColumn) : old.map(() => NaN);
    paint(filters[1].canvas, current, -limit, limit, DIVERGING);
    const change = Math.max(...current.map((value, tap) => Math.abs(value - old[tap])));
    filters[1].fact.textContent = inPicture ? (change === 0 ? "the same" : `differs by ${size(change)}`)
      : "has left the picture";

    for (const [name, value] of [["rows", rows], ["columns", columns]]) {
      sliders[name].value.textContent = number(value, 0);
      if (Number(sliders[name].slider.value) !== value) sliders[name].slider.value = value;
    }
    for (const [name, value] of [["stride", stride], ["padding", `"${padding}"`], ["position", position]]) {
      for (const radio of root.querySelectorAll(`input[name="${identifier}-${name}"]`)) {
        radio.checked = radio.value === String(value);
      }
    }
    const where = circular ? "anywhere" : `more than ${frame} pixels from the border`;
    speech.tell(`The picture stands ${direction(rows, "down", "up")}, ${direction(columns, "right", "left")}. ` +
      (Number.isNaN(worst.inside) ? "No pixel is far enough from the border to compare. "
        : `The largest difference from the shifted output ${where} is ${size(worst.inside)}` +
          (circular ? ". " : `, and nearer to the border ${size(worst.frame)}. `)) +
      (worst.inside === 0 ? "Inside, the output moved along exactly." : ""));
    input.canvas.setAttribute("aria-label", `The picture, ${input.fact.textContent}`);
    output.canvas.setAttribute("aria-label", `Output of the layer, ${output.fact.textContent} pixels`);
    reach.canvas.setAttribute("aria-label", "Map of how far the filter of each pixel reaches");
    error.canvas.setAttribute("aria-label", `Map of the difference from the shifted output, ${error.fact.textContent}`);
    filters.forEach(({ canvas, fact }, index) => canvas.setAttribute("aria-label",
      `Filter of the marked pixel ${["where it was", "where it is now"][index]}: ${fact.textContent}`));
    link.show([rows, columns, stride, PADDINGS.indexOf(padding), Number(position), marked]);
  }

  function show({ canvas, bar, stops }, values, low, high) {
    paint(canvas, values, low, high, stops);
    showEnds(bar, number(low), "", number(high));
  }

  const direction = (shift, forwards, backwards) =>
    `${Math.abs(shift)} ${shift < 0 ? backwards : forwards}`;

  const size = (value) => (value === 0 ? "0" : value < 0.001 ? scientific(value) : number(value, 3));

  // The largest |difference| where neither position is nearer to the border than `frame`, and in the rest.
  function largest(values, { height, width }, down, right) {
    const found = { inside: NaN, frame: 0 };
    const deep = (index, length) => index >= frame && index < length - frame;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const value = Math.abs(values[i * width + j]);
        if (Number.isNaN(value)) continue;
        const isDeep = frame === 0 ||
          (deep(i, height) && deep(j, width) && deep(i - down, height) && deep(j - right, width));
        const key = isDeep ? "inside" : "frame";
        if (!(found[key] >= value)) found[key] = value;
      }
    }
    return found;
  }

  function takeLink(numbers) {
    const [rows, columns, stride, padding, position, marked] = numbers;
    if (numbers.length !== NAMES.length || !numbers.every(Number.isInteger)) return false;
    if (Math.abs(rows) > most || Math.abs(columns) > most || ![1, 2].includes(stride)) return false;
    if (!(padding in PADDINGS) || ![0, 1].includes(position) || marked < 0 || marked >= NUM_MARKS) return false;
    write({ rows, columns, stride, padding: PADDINGS[padding], position: position === 1, marked });
    return true;
  }

  el.classList.add("acda-widget");
  el.replaceChildren(root);
  draw();
  link.read();
  el.acda = {
    picture: () => Array.from(layer.picture.values),
    output: () => Array.from(now.output.values),
    difference: () => Array.from(difference),
    radius: () => Array.from(now.radius.values),
    filter: (row, column) => now.filterAt(row, column),
    worst: () => worst,
    frame: () => frame,
  };
  const unfollow = follow(model, NAMES, drawing.ask);
  return () => {
    for (const part of [drawing, speech, link]) part.stop();
    unfollow();
  };
}

// ------------------------------------------------------------------------------------------------------- style

const CSS = PANEL_CSS + `
.acda-shift .views { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 12px; margin-bottom: 10px; }
.acda-shift .views .frame { background: repeating-linear-gradient(45deg, var(--back) 0 4px, var(--edge) 4px 5px); }
.acda-shift [role=application] { cursor: grab; touch-action: none; }
.acda-shift [role=application]:active { cursor: grabbing; }
.acda-shift circle { fill: none; vector-effect: non-scaling-stroke; }
.acda-shift circle.halo { stroke: #111; stroke-width: 4; }
.acda-shift circle.line { stroke: #ffd400; stroke-width: 2; }
.acda-shift .fields { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 20px; }
.acda-shift .field { display: grid; grid-template-columns: 1fr auto; font-size: 14px; align-items: center; }
.acda-shift .field label { margin: 0; }
.acda-shift .field .value { font-variant-numeric: tabular-nums; }
.acda-shift .field input { grid-column: 1 / 3; }
.acda-shift .pickers { display: flex; flex-wrap: wrap; gap: 0 22px; }
.acda-shift .filters .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 150px)); gap: 16px; }
@container (max-width: 620px) {
  .acda-shift .views { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
`;

export default { render };
