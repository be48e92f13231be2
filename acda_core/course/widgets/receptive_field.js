// The receptive-field widget: which pixels of a photograph a filter looks at, by hand or by a trained layer.
// shared/*.js stand before this text: together they are one ES module without imports.

// ---------------------------------------------------------------------------------------------- mathematics

const SIDE = 96; // of the photograph
const KERNEL = 7;
const WHOLE = 2 * KERNEL - 1; // side of the field of two layers
const SCALES = [3, 5, 7];
const BASES = multiscaleBases(KERNEL);

// The parameters in the order in which Python packs them; Phi's last weights have 8 bits a number. There is one atom.
function unpack({ hidden, first, second, scale }, weights, large) {
  const numbers = Float64Array.from(new Float32Array(bytesOf(weights)));
  let used = 0;
  const take = (count) => numbers.subarray(used, (used += count));
  return {
    first: { weight: take(hidden * first * first), bias: take(hidden), size: first },
    second: { weight: Float64Array.from(new Int8Array(bytesOf(large)), (value) => value * scale),
      bias: take(BASES.length), size: second },
    bias: take(1),
  };
}

// What the layer gives, and the size of the weights of every pixel's filter, 49 numbers a pixel.
function apply(layer, field) {
  const coefficients = generate(layer, field, 1, "zero");
  const extended = extend(field, KERNEL >> 1, "zero");
  const output = new Float64Array(SIDE * SIDE).fill(layer.bias[0]);
  const filters = new Float64Array(KERNEL * KERNEL * SIDE * SIDE);
  BASES.forEach((basis, k) => {
    const view = convolve(extended, { weight: basis, bias: [0], size: KERNEL }).values;
    for (let p = 0; p < output.length; p++) {
      const coefficient = coefficients.values[k * output.length + p];
      output[p] += coefficient * view[p];
      for (let tap = 0; tap < basis.length; tap++) filters[p * basis.length + tap] += coefficient * basis[tap];
    }
  });
  return { output: plane(output, SIDE), filters: filters.map(Math.abs) };
}

// The root mean square of filters whose coefficients are normal, with these deviations on the scales.
const averageFilter = (weights) => Float64Array.from(range(KERNEL * KERNEL), (tap) =>
  Math.sqrt(sum(BASES.map((basis, k) => (weights[Math.floor(k / NUM_BASES)] * basis[tap]) ** 2))));

const filterAt = (filters, pixel) =>
  (filters.length === KERNEL * KERNEL ? filters : filters.subarray(pixel * KERNEL * KERNEL, (pixel + 1) * KERNEL * KERNEL));

// All ways from a pixel of the second layer through those of the first, with the sizes of their weights.
function compose(last, first, row, column) {
  const field = new Float64Array(WHOLE * WHOLE);
  last.forEach((weight, tap) => {
    const [u, v] = [Math.floor(tap / KERNEL), tap % KERNEL];
    const [r, c] = [row + u - (KERNEL >> 1), column + v - (KERNEL >> 1)];
    if (r < 0 || r >= SIDE || c < 0 || c >= SIDE) return;
    filterAt(first, r * SIDE + c).forEach((other, at) => {
      field[(u + Math.floor(at / KERNEL)) * WHOLE + v + (at % KERNEL)] += weight * other;
    });
  });
  return field;
}

// Root mean square distance of the energy from the middle.
function radiusOf(field) {
  const side = Math.sqrt(field.length);
  let [energy, moment] = [0, 0];
  field.forEach((value, index) => {
    const [u, v] = [Math.floor(index / side) - (side >> 1), (index % side) - (side >> 1)];
    energy += value * value;
    moment += value * value * (u * u + v * v);
  });
  return energy > 0 ? Math.sqrt(moment / energy) : 0;
}

// The side of the smallest square around the middle that holds all of it.
function extentOf(field) {
  const side = Math.sqrt(field.length);
  let most = -1;
  field.forEach((value, index) => {
    if (value > 0) most = Math.max(most, Math.abs(Math.floor(index / side) - (side >> 1)), Math.abs((index % side) - (side >> 1)));
  });
  return most < 0 ? 0 : 2 * most + 1;
}

// --------------------------------------------------------------------------------------------------- the widget

const NAMES = ["mode", "depth", "scale_weights", "row", "column"];
const MODES = ["weights", "trained"];
const FIELD_COLOUR = [255, 152, 0];

function render({ model, el }) {
  const layer = unpack(model.get("sizes"), model.get("weights"), model.get("large_weights"));
  const photograph = plane(Float64Array.from(new Uint8Array(bytesOf(model.get("photograph"))), (level) => level / 255), SIDE);
  const initial = readModel();
  const identifier = `acda-field-${Math.random().toString(36).slice(2)}`;
  const ready = new Map(); // what the trained layer makes of the photograph, after one layer and two
  const reaches = new Map(); // the radius of each pixel's own filter in the last layer
  let field, radius, extent;

  const drawing = oncePerFrame(draw);
  const summary = make("p", { class: "summary", role: "status" });
  const speech = spoken((sentence) => { summary.textContent = sentence; });
  const link = stateLink(el, "Link to this field", takeLink);

  const view = (title, size, stops, layers = []) => {
    const [canvas, bar, fact] = [picture("pixels"), colourBar(stops), make("b")];
    const circles = ["halo", "line"].map((name) => make("circle", { class: name }));
    const squares = ["halo", "line"].map((name) => make("rect", { class: name }));
    const box = make("div", { class: "frame" }, canvas, ...layers,
      make("svg", { "aria-hidden": "true", viewBox: `0 0 ${size} ${size}` }, ...squares, ...circles));
    return { canvas, bar, fact, circles, squares, box, title,
      node: make("figure", {}, box, bar.node, make("figcaption", {}, title, make("br"), fact)) };
  };
  const overlay = make("canvas", { class: "pixels overlay", role: "img", width: SIDE, height: SIDE });
  const photo = view("Photograph: choose a pixel", SIDE, GREY, [overlay]);
  const close = view("The field, enlarged", WHOLE, SEQUENTIAL);
  const reach = view("Radius of every pixel’s filter", SIDE, SEQUENTIAL);

  const sliders = SCALES.map((scale, index) => {
    const value = make("span", { class: "value", "aria-hidden": "true" });
    const slider = make("input", { type: "range", id: `${identifier}-${scale}`, min: 0, max: 1, step: 0.05,
      oninput: () => write({ scale_weights: model.get("scale_weights").map((old, at) =>
        (at === index ? Number(slider.value) : old)) }) });
    return { slider, value, node: make("div", { class: "field" },
      make("label", { for: slider.id }, `Weight of scale ${sizeName(scale)}`), value, slider) };
  });
  const choice = (legend, name, options) => radioGroup(legend, `${identifier}-${name}`, options,
    (event) => write({ [name]: JSON.parse(event.target.value) }));
  const only = (index) => make("button", { type: "button",
    onclick: () => write({ scale_weights: SCALES.map((_, at) => Number(at === index)) }) },
    `All on ${sizeName(SCALES[index])}`);
  const byHand = make("div", { class: "hand" }, make("div", { class: "fields" }, ...sliders.map(({ node }) => node)),
    make("div", { class: "buttons" }, ...SCALES.map((_, index) => only(index))));

  const root = make("form", { class: "acda-panel acda-field", "aria-label": "Receptive field",
    onsubmit: (event) => event.preventDefault() },
    make("style", {}, CSS),
    make("p", { class: "intro" }, make("b", {}, "Receptive field. "),
      "The orange pixels are those that the chosen pixel’s output looks at. ",
      "Move weight between the scales, stack a second layer, or let a trained layer decide."),
    make("div", { class: "pickers" },
      choice("The filter comes from", "mode", [{ value: '"weights"', label: "weights on the scales" },
        { value: '"trained"', label: "a trained layer" }]),
      choice("Layers", "depth", [{ value: 1, label: "one" }, { value: 2, label: "two stacked" }])),
    make("div", { class: "views" }, photo.node, close.node, reach.node),
    byHand,
    summary,
    make("div", { class: "foot" },
      make("button", { type: "button", onclick: () => write(initial) }, "Reset"), ...link.nodes),
    make("details", {}, make("summary", {}, "How to use and read this"),
      make("p", {}, "Click the photograph or drag over it, or focus it and press the arrow keys. The square holds all ",
        "pixels that the output can see at all. The circle has the radius of the field: the root mean square distance ",
        "of its energy from the pixel."),
      make("p", {}, "With weights on the scales, the field is the root mean square of all filters whose coefficients ",
        "are random, as large on each scale as its weight; it is the same at every pixel."),
      make("p", {}, "The trained layer learned to find patterns on a synthetic noisy map (the toy experiment). It has ",
        "never seen a photograph; but its filters follow what they see here too. Its field is the size of the weights ",
        "of the pixel’s filter; of two layers it is the sum over all ways from the output through the first layer to an ",
        "input pixel, without signs. The second layer is the same one once more.")));

  function readModel() {
    return Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  }

  function write(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
    drawing.ask();
  }

  const inside = (index) => Math.max(0, Math.min(SIDE - 1, index));

  function trained(depth) {
    if (!ready.has(depth)) ready.set(depth, apply(layer, depth === 1 ? photograph : trained(1).output));
    return ready.get(depth);
  }

  function radii(depth) {
    if (!reaches.has(depth)) {
      const { filters } = trained(depth);
      reaches.set(depth, Float64Array.from(range(SIDE * SIDE), (pixel) => radiusOf(filterAt(filters, pixel))));
    }
    return reaches.get(depth);
  }

  for (const { box } of [photo, reach]) {
    let held = false;
    const choose = (event) => {
      const { left, top, width } = box.getBoundingClientRect();
      const [row, column] = [event.clientY - top, event.clientX - left].map((distance) =>
        inside(Math.floor((distance / width) * SIDE)));
      if (row !== model.get("row") || column !== model.get("column")) write({ row, column });
    };
    box.addEventListener("pointerdown", (event) => {
      held = true;
      box.setPointerCapture(event.pointerId);
      choose(event);
    });
    box.addEventListener("pointermove", (event) => { if (held) choose(event); });
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { held = false; });
  }
  photo.box.setAttribute("role", "application");
  focusable(photo.box);
  photo.box.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    write({ row: inside(model.get("row") + move[0]), column: inside(model.get("column") + move[1]) });
  });

  function draw() {
    const { mode, depth, scale_weights: weights, row, column } = readModel();
    const isTrained = mode === "trained";
    const filters = isTrained ? [trained(1).filters, trained(depth).filters] : [1, 2].map(() => averageFilter(weights));
    const last = filterAt(filters[1], row * SIDE + column);
    field = depth === 1 ? Float64Array.from(last) : compose(last, filters[0], row, column);
    radius = radiusOf(field);
    extent = extentOf(field);

    paint(photo.canvas, photograph.values, 0, 1, GREY);
    const side = Math.sqrt(field.length);
    const most = Math.max(...field) || 1;
    const tint = new ImageData(SIDE, SIDE);
    const enlarged = new Float64Array(WHOLE * WHOLE);
    field.forEach((value, index) => {
      const [u, v] = [Math.floor(index / side) - (side >> 1), (index % side) - (side >> 1)];
      enlarged[(u + (WHOLE >> 1)) * WHOLE + v + (WHOLE >> 1)] = value / most;
      const [r, c] = [row + u, column + v];
      if (r < 0 || r >= SIDE || c < 0 || c >= SIDE) return;
      tint.data.set([...FIELD_COLOUR, Math.round(255 * Math.sqrt(value / most))], 4 * (r * SIDE + c));
    });
    overlay.getContext("2d").putImageData(tint, 0, 0);
    paint(close.canvas, enlarged, 0, 1, SEQUENTIAL);
    showEnds(photo.bar, "black", "", "white");
    showEnds(close.bar, "0", "", "largest");
    encircle(photo, row + 0.5, column + 0.5);
    encircle(close, WHOLE / 2, WHOLE / 2);
    reach.node.hidden = !isTrained;
    byHand.hidden = isTrained;
    if (isTrained) {
      const values = radii(depth);
      const [low, high] = extremes(values);
      paint(reach.canvas, values, low, high, SEQUENTIAL);
      showEnds(reach.bar, number(low, 1), "", `${number(high, 1)} pixels`);
      encircle(reach, row + 0.5, column + 0.5);
      reach.title = depth === 1 ? "Radius of every pixel’s filter" : "Radius of every pixel’s filter, second layer";
      reach.node.querySelector("figcaption").firstChild.textContent = reach.title;
      reach.fact.textContent = `${number(values[row * SIDE + column])} pixels here`;
    }
    photo.fact.textContent = `row ${row}, column ${column}`;
    close.fact.textContent = extent ? `${sizeName(extent)} pixels, radius ${number(radius)}` : "empty: no scale has weight";
    sliders.forEach(({ slider, value }, index) => {
      value.textContent = number(weights[index]);
      if (Number(slider.value) !== weights[index]) slider.value = weights[index];
    });
    for (const [name, value] of [["mode", JSON.stringify(mode)], ["depth", String(depth)]]) {
      for (const radio of root.querySelectorAll(`input[name="${identifier}-${name}"]`)) radio.checked = radio.value === value;
    }
    label({ isTrained, depth, row, column });
    link.show([MODES.indexOf(mode), depth, row, column, ...weights]);
  }

  // The circle of the radius and the square that holds all of the field.
  function encircle({ circles, squares }, row, column) {
    for (const circle of circles) {
      circle.setAttribute("cx", column);
      circle.setAttribute("cy", row);
      circle.setAttribute("r", radius);
    }
    for (const square of squares) {
      square.setAttribute("x", column - extent / 2);
      square.setAttribute("y", row - extent / 2);
      square.setAttribute("width", extent);
      square.setAttribute("height", extent);
    }
  }

  function label({ isTrained, depth, row, column }) {
    photo.box.setAttribute("aria-label", `Photograph, row ${row}, column ${column}: arrow keys move the pixel`);
    photo.canvas.setAttribute("aria-label", "A man with a camera on a lawn");
    overlay.setAttribute("aria-label", `Field at row ${row}, column ${column}`);
    close.canvas.setAttribute("aria-label", `${close.title}: ${close.fact.textContent}`);
    reach.canvas.setAttribute("aria-label", `${reach.title}: ${reach.fact.textContent}`);
    const layers = depth === 1 ? "One layer" : "Two layers";
    const by = isTrained ? `, with the filters that the trained layer makes at row ${row}, column ${column},` : "";
    speech.tell(extent === 0 ? "No scale has any weight: the filter is zero. Give one of them some."
      : `${layers}${by} ${depth === 1 ? "sees" : "see"} ${sizeName(extent)} pixels. The radius of ` +
        `the field is ${number(radius)} pixels.`);
  }

  function takeLink([mode, depth, row, column, ...weights]) {
    const isIndex = (value, count) => Number.isInteger(value) && value >= 0 && value < count;
    if (!(mode in MODES) || ![1, 2].includes(depth) || ![row, column].every((value) => isIndex(value, SIDE))) return false;
    if (weights.length !== SCALES.length || !weights.every((weight) => weight >= 0 && weight <= 1)) return false;
    write({ mode: MODES[mode], depth, row, column, scale_weights: weights });
    return true;
  }

  el.classList.add("acda-widget");
  el.replaceChildren(root);
  draw();
  link.read();
  el.acda = {
    field: () => Array.from(field),
    radius: () => radius,
    extent: () => extent,
    radii: () => Array.from(radii(model.get("depth"))),
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
.acda-field .views { display: grid; grid-template-columns: minmax(0, 9fr) minmax(0, 4fr); gap: 12px; align-items: start;
  margin-bottom: 10px; }
.acda-field .views figure:first-child { grid-row: 1 / 3; }
.acda-field figure[hidden], .acda-field .hand[hidden] { display: none; }
.acda-field [role=application] { cursor: crosshair; touch-action: none; }
.acda-field circle, .acda-field rect { fill: none; vector-effect: non-scaling-stroke; }
.acda-field circle.halo, .acda-field rect.halo { stroke: #111; stroke-width: 3; opacity: 0.6; }
.acda-field circle.line { stroke: #ffffff; stroke-width: 1.5; }
.acda-field rect.line { stroke: #ffd400; stroke-width: 1.5; }
.acda-field .pickers { display: flex; flex-wrap: wrap; gap: 0 22px; }
.acda-field .fields { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0 20px; }
.acda-field .field { display: grid; grid-template-columns: 1fr auto; font-size: 14px; align-items: center; }
.acda-field .field label { margin: 0; }
.acda-field .field .value { font-variant-numeric: tabular-nums; }
.acda-field .field input { grid-column: 1 / 3; }
@container (max-width: 620px) {
  .acda-field .views { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .acda-field .views figure:first-child { grid-area: auto / 1 / auto / 3; }
  .acda-field .fields { grid-template-columns: minmax(0, 1fr); }
}
`;

export default { render };
