// The detector widget: draw on a noisy map and see what a trained convolution and a trained ACDA layer answer.
// shared/*.js stand before this text: together they are one ES module without imports.

// ---------------------------------------------------------------------------------------------- mathematics

// The parameters in the order in which Python packs them; the largest tensor has 8 bits a number.
function unpack({ kernel, atoms, hidden, first, second, scale }, weights, large) {
  const numbers = Float64Array.from(new Float32Array(bytesOf(weights)));
  let used = 0;
  const take = (count) => numbers.subarray(used, (used += count));
  const bases = multiscaleBases(kernel);
  const coefficients = atoms * bases.length;
  const layer = {
    kernelSize: kernel,
    bases,
    conv: { weight: take(kernel * kernel), bias: take(1), size: kernel },
    first: { weight: take(hidden * first * first), bias: take(hidden), size: first },
    second: { weight: Float64Array.from(new Int8Array(bytesOf(large)), (value) => value * scale),
      bias: take(coefficients), size: second },
    A: take(atoms),
    bias: take(1),
  };
  return { ...layer, mixed: mixSecond(layer) };
}

// The last convolution of Phi with A folded in: it gives the coefficients of K itself, Σ_b A_b α_bk, for each k.
function mixSecond({ bases, second, A }) {
  const inputs = second.weight.length / second.bias.length;
  const [weight, bias] = [new Float64Array(bases.length * inputs), new Float64Array(bases.length)];
  A.forEach((factor, b) => {
    for (let k = 0; k < bases.length; k++) {
      const from = b * bases.length + k;
      bias[k] += factor * second.bias[from];
      for (let tap = 0; tap < inputs; tap++) weight[k * inputs + tap] += factor * second.weight[from * inputs + tap];
    }
  });
  return { weight, bias, size: second.size };
}

// What both layers answer, and the coefficients of each pixel's filter: S m' planes.
function answer(layer, image) {
  const { kernelSize: size, bases } = layer;
  const context = extend(image, (layer.first.size >> 1) + (layer.second.size >> 1), "zero");
  const hidden = convolve(context, layer.first);
  hidden.values.forEach((value, index) => { if (value < 0) hidden.values[index] = 0; });
  // Outside of the map Phi sees zeros but its first layer still answers, as in acda_core.
  const coefficients = convolve(hidden, layer.mixed);
  const extended = extend(image, size >> 1, "zero");
  const pixels = image.height * image.width;
  const acda = new Float64Array(pixels).fill(layer.bias[0]);
  bases.forEach((basis, k) => {
    const seen = convolve(extended, { weight: basis, bias: [0], size });
    for (let p = 0; p < pixels; p++) acda[p] += coefficients.values[k * pixels + p] * seen.values[p];
  });
  return { hidden, coefficients, acda, conv: convolve(extended, layer.conv).values };
}

// The part of the weight of each pixel's filter that lies on each scale: squares of its coefficients there.
function scaleShares({ values, height, width, channels }) {
  const [pixels, scales] = [height * width, channels / NUM_BASES];
  const shares = range(scales).map(() => new Float64Array(pixels));
  for (let p = 0; p < pixels; p++) {
    let total = 0;
    for (let k = 0; k < channels; k++) {
      const squared = values[k * pixels + p] ** 2;
      shares[Math.floor(k / NUM_BASES)][p] += squared;
      total += squared;
    }
    for (const share of shares) share[p] /= total;
  }
  return shares;
}

// alpha of one pixel, its atoms and its filter.
function lookAt(layer, { hidden }, size, row, column) {
  const { second, bases, A } = layer;
  const taps = second.size * second.size;
  const inputs = hidden.channels * taps;
  const seen = range(inputs).map((tap) => {
    const [c, u, v] = [Math.floor(tap / taps), Math.floor((tap % taps) / second.size), tap % second.size];
    return hidden.values[(c * hidden.height + row + u) * hidden.width + column + v];
  });
  const alpha = range(A.length).map((b) => range(bases.length).map((k) => {
    const output = b * bases.length + k;
    let total = second.bias[output];
    for (let tap = 0; tap < inputs; tap++) total += second.weight[output * inputs + tap] * seen[tap];
    return total;
  }));
  const atoms = alpha.map((coefficients) => composeAtom(coefficients, bases));
  return { alpha, atoms, filter: composeAtom(Array.from(A), atoms) };
}

// Bits as the lengths of their runs, zeros first; the zeros at the end are left out.
function toRuns(bits) {
  const runs = [];
  let [value, length] = [0, 0];
  for (const bit of bits) {
    if (bit !== value) {
      runs.push(length);
      [value, length] = [bit, 0];
    }
    length++;
  }
  if (value === 1) runs.push(length);
  return runs;
}

function fromRuns(runs, count) {
  const bits = new Uint8Array(count);
  let position = 0;
  runs.forEach((length, index) => {
    if (index % 2 === 1) bits.fill(1, position, position + length);
    position += length;
  });
  return bits;
}

// The pixels from one to another, the last one included.
function line([fromRow, fromColumn], [row, column]) {
  const steps = Math.max(Math.abs(row - fromRow), Math.abs(column - fromColumn), 1);
  return range(steps).map((index) => [fromRow + Math.round(((index + 1) * (row - fromRow)) / steps),
    fromColumn + Math.round(((index + 1) * (column - fromColumn)) / steps)]);
}

// --------------------------------------------------------------------------------------------------- the widget

const NAMES = ["runs", "noise", "seed", "row", "column", "tool", "side"];
const TOOLS = ["look", "paint", "erase", "square", "diamond", "target"];
const SIDES = [3, 5, 7, 9, 11];
const LAST_SEED = 9999;
const MOST_NOISE = 0.5;
const ERASER = stamp("square", 3);
const percent = (value) => `${Math.round(100 * value)}\u00a0%`;

function render({ model, el }) {
  const sizes = model.get("sizes");
  const size = sizes.map;
  const layer = unpack(sizes, model.get("weights"), model.get("large_weights"));
  const scales = scalesOf(sizes.kernel);
  const initial = readModel();
  const identifier = `acda-detector-${Math.random().toString(36).slice(2)}`;
  const unit = new Map(); // noise of standard deviation 1, by seed
  let seen = { key: null };
  let looked;
  let bits;

  const drawing = oncePerFrame(draw);
  const summary = make("p", { class: "summary", role: "status" });
  const speech = spoken((sentence) => { summary.textContent = sentence; });
  const link = stateLink(el, "Link to this map", takeLink);

  const view = (title, stops, className = "") => {
    const [canvas, bar, fact] = [picture("pixels"), colourBar(stops), make("b")];
    const rings = make("svg", { "aria-hidden": "true", viewBox: `0 0 ${size} ${size}` });
    const marks = ["halo", "line"].map((name) =>
      make("rect", { class: name, width: sizes.kernel, height: sizes.kernel }));
    const box = make("div", { class: "frame" }, canvas, rings,
      make("svg", { "aria-hidden": "true", viewBox: `0 0 ${size} ${size}` }, ...marks));
    return { canvas, bar, fact, rings, marks, box, stops, title,
      node: make("figure", { class: className }, box, bar.node, make("figcaption", {}, title, make("br"), fact)) };
  };
  const input = view("Input: draw here", GREY, "input");
  const conv = view("A convolution answers", GREY);
  const acda = view("ACDA answers", GREY);
  const shares = scales.map((scale) => view(`Weight on the ${sizeName(scale)} bases`, SEQUENTIAL));
  const views = [input, conv, acda, ...shares];

  const small = (title, className) => {
    const [canvas, fact] = [picture("pixels"), make("b")];
    return { canvas, fact, title, node: make("figure", {}, make("div", { class: `frame ${className}` }, canvas),
      make("figcaption", {}, title, make("br"), fact)) };
  };
  const filters = [small("The convolution’s filter", ""), small("ACDA’s filter here", "")];
  const atoms = range(sizes.atoms).map((b) => small(`D${"₁₂₃₄₅₆₇₈₉"[b] ?? b + 1}`, ""));
  const alphas = scales.map((scale) => small(`α on ${sizeName(scale)}`, "alpha"));
  const noiseValue = make("span", { class: "value", "aria-hidden": "true" });
  const noiseSlider = make("input", { type: "range", id: `${identifier}-noise`, min: 0, max: MOST_NOISE, step: 0.05,
    oninput: () => write({ noise: Number(noiseSlider.value) }) });

  const root = make("form", { class: "acda-panel acda-detector", "aria-label": "Detector",
    onsubmit: (event) => event.preventDefault() },
    make("style", {}, CSS),
    make("p", { class: "intro" }, make("b", {}, "Detector. "),
      "Both layers were trained to mark the centres of squares of 3 pixels, diamonds of 5 and targets of 7. ",
      "Draw on the map and see what they answer."),
    radioGroup("What a click on the input does", `${identifier}-tool`,
      TOOLS.map((tool) => ({ value: tool, label: tool[0].toUpperCase() + tool.slice(1) })),
      (event) => { const tool = event.target.value; write({ tool, side: KNOWN[tool] ?? model.get("side") }); }),
    radioGroup("Size of a placed pattern", `${identifier}-side`,
      SIDES.map((side) => ({ value: side, label: sizeName(side) })),
      (event) => write({ side: Number(event.target.value) }), "sides"),
    make("div", { class: "views" }, ...views.map(({ node }) => node)),
    make("div", { class: "tools" },
      make("div", { class: "field" }, make("label", { for: `${identifier}-noise` }, "Noise"), noiseValue, noiseSlider),
      make("div", { class: "buttons" },
        make("button", { type: "button", onclick: () => write({ seed: (model.get("seed") + 1) % (LAST_SEED + 1) }) },
          "New noise"),
        make("button", { type: "button", onclick: () => write({ runs: [] }) }, "Clear the map"),
        make("button", { type: "button", onclick: () => write(initial) }, "Reset"))),
    summary,
    make("section", { "aria-label": "The filter of this pixel" },
      make("p", { class: "step" }, "Inside the yellow frame"),
      make("div", { class: "tiles" }, ...[...filters, ...alphas].map(({ node }) => node)),
      make("p", { class: "note" }, "Its atoms, each with its weight in the filter:"),
      make("div", { class: "tiles" }, ...atoms.map(({ node }) => node))),
    make("div", { class: "foot" }, ...link.nodes),
    make("details", {}, make("summary", {}, "How to use and read this"),
      make("p", {}, "Move the pointer over any map, tap one, or focus the input and press the arrow keys to look at ",
        "a pixel; Enter or the space bar uses the tool there. Rings mark where an answer is above ½ and highest ",
        "among its neighbours. Answers below 0 are black, above 1 white."),
      make("p", {}, "α has a row for each atom and a column for each of the six bases of a scale. The weight on a scale ",
        "is the part of the squared coefficients of the filter K = A D that lies in its bases. Atoms and α are ",
        "coloured alike: red positive, blue negative, each kind of picture with one scale."),
      make("p", {}, "The weights were trained in PyTorch on one synthetic map of 100×100 pixels with 25 patterns and ",
        "are rounded to 8 bits here.")));

  function readModel() {
    return Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  }

  function write(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
    drawing.ask();
  }

  const inside = (index) => Math.max(0, Math.min(size - 1, index));

  // Use the tool at some pixels; the last one is looked at.
  function use(tool, pixels) {
    const [row, column] = pixels[pixels.length - 1];
    const values = { row: inside(row), column: inside(column) };
    if (tool !== "look") {
      const shape = tool === "paint" ? [[0, 0]] : tool === "erase" ? ERASER : stamp(tool, model.get("side"));
      const changed = fromRuns(model.get("runs"), size * size);
      for (const [atRow, atColumn] of pixels) {
        for (const [down, right] of shape) {
          const [r, c] = [atRow + down, atColumn + right];
          if (r >= 0 && r < size && c >= 0 && c < size) changed[r * size + c] = tool === "erase" ? 0 : 1;
        }
      }
      values.runs = toRuns(changed);
    }
    write(values);
  }

  const place = (box, event) => {
    const { left, top, width } = box.getBoundingClientRect();
    return [event.clientY - top, event.clientX - left].map((distance) => Math.floor((distance / width) * size));
  };
  const stamps = (box) => box === input.box && model.get("tool") in KNOWN;
  for (const { box } of views) {
    let last = null;
    box.addEventListener("click", (event) => { if (stamps(box)) use(model.get("tool"), [place(box, event)]); });
    box.addEventListener("pointerdown", (event) => {
      if (stamps(box)) return; // it may be the start of a swipe that scrolls the page
      last = place(box, event);
      box.setPointerCapture(event.pointerId);
      use(box === input.box ? model.get("tool") : "look", [last]);
    });
    box.addEventListener("pointermove", (event) => {
      if (!last && event.pointerType === "touch") return;
      const now = place(box, event);
      const isStroke = last && box === input.box && ["paint", "erase"].includes(model.get("tool"));
      if (isStroke && String(now) !== String(last)) use(model.get("tool"), line(last, now));
      else if (now[0] !== model.get("row") || now[1] !== model.get("column")) use("look", [now]);
      if (last) last = now;
    });
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { last = null; });
  }
  input.box.setAttribute("role", "application");
  focusable(input.box);
  input.box.addEventListener("keydown", (event) => {
    const [row, column] = [model.get("row"), model.get("column")];
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (move) use("look", [[row + move[0], column + move[1]]]);
    else if (event.key === "Enter" || event.key === " ") use(model.get("tool"), [[row, column]]);
    else return;
    event.preventDefault();
  });

  function imageOf({ noise, seed }) {
    if (!unit.has(seed)) {
      unit.clear();
      unit.set(seed, Float64Array.from(range(size * size), (index) => normal(seed, 0, index)));
    }
    return unit.get(seed).map((value, index) => noise * value + bits[index]);
  }

  // The answers to the map, computed again only where the map has changed.
  function see(state) {
    const key = [state.noise, state.seed, ...state.runs].join();
    if (key === seen.key) return false;
    bits = fromRuns(state.runs, size * size);
    const image = imageOf(state);
    const answers = answer(layer, plane(image, size));
    seen = { key, image, ...answers, shares: scaleShares(answers.coefficients) };
    return true;
  }

  function draw() {
    const state = readModel();
    const { row, column, noise, tool, side } = state;
    if (see(state)) {
      paint(input.canvas, seen.image, -0.3, 1.3, GREY);
      for (const [one, values] of [[conv, seen.conv], [acda, seen.acda]]) {
        paint(one.canvas, values, 0, 1, GREY);
        const rings = peaks(values);
        one.rings.replaceChildren(...rings.map((index) => make("circle",
          { cx: (index % size) + 0.5, cy: Math.floor(index / size) + 0.5, r: 2.5 })));
        one.count = rings.length;
      }
      shares.forEach(({ canvas }, scale) => paint(canvas, seen.shares[scale], 0, 1, SEQUENTIAL));
      showEnds(input.bar, "−0.3", "", "1.3");
      for (const one of [conv, acda]) showEnds(one.bar, "0", "½", "1");
      for (const one of shares) showEnds(one.bar, "0", "", "all");
    }
    looked = lookAt(layer, seen, size, row, column);
    const at = row * size + column;
    for (const { marks } of views) {
      for (const mark of marks) {
        mark.setAttribute("x", column - (sizes.kernel >> 1));
        mark.setAttribute("y", row - (sizes.kernel >> 1));
      }
    }
    input.fact.textContent = `${number(seen.image[at])} in the frame’s middle`;
    for (const [one, values] of [[conv, seen.conv], [acda, seen.acda]]) {
      one.fact.textContent = `${number(values[at])} here; above ½: ${one.count}`;
    }
    shares.forEach(({ fact }, scale) => { fact.textContent = `${percent(seen.shares[scale][at])} here`; });

    const pair = [Array.from(layer.conv.weight), looked.filter];
    pair.forEach((values, index) => {
      const limit = paintSigned(filters[index].canvas, values);
      filters[index].fact.textContent = `largest ${number(limit, 3)}`;
    });
    const atomLimit = Math.max(...looked.atoms.flat().map(Math.abs)) || 1;
    looked.atoms.forEach((values, b) => {
      paint(atoms[b].canvas, values, -atomLimit, atomLimit, DIVERGING);
      atoms[b].fact.textContent = `A = ${number(layer.A[b], 3)}`;
    });
    const alphaLimit = Math.max(...looked.alpha.flat().map(Math.abs)) || 1;
    alphas.forEach(({ canvas, fact }, scale) => {
      const part = looked.alpha.flatMap((values) => values.slice(scale * NUM_BASES, (scale + 1) * NUM_BASES));
      paint(canvas, part, -alphaLimit, alphaLimit, DIVERGING, NUM_BASES);
      fact.textContent = `largest ${number(Math.max(...part.map(Math.abs)))}`;
    });

    noiseValue.textContent = number(noise);
    if (Number(noiseSlider.value) !== noise) noiseSlider.value = noise;
    noiseSlider.setAttribute("aria-valuetext", `standard deviation ${number(noise)}`);
    for (const [name, value] of [["tool", tool], ["side", side]]) {
      for (const radio of root.querySelectorAll(`input[name="${identifier}-${name}"]`)) {
        radio.checked = radio.value === String(value);
      }
    }
    root.querySelector(".sides").disabled = !(tool in KNOWN);
    input.box.style.touchAction = tool in KNOWN ? "manipulation" : "none";
    label(state, at);
    link.show([...NAMES.slice(1, 5).map((name) => state[name]), TOOLS.indexOf(tool), side, ...state.runs]);
  }

  function label({ row, column, tool }, at) {
    input.box.setAttribute("aria-label", `Input map, row ${row}, column ${column}: arrow keys look around, Enter ` +
      (tool === "look" ? "looks" : tool in KNOWN ? `places a ${tool}` : `${tool}s`));
    for (const one of views) one.canvas.setAttribute("aria-label", `${one.title}: ${one.fact.textContent}`);
    for (const one of [...filters, ...alphas]) one.canvas.setAttribute("aria-label", `${one.title}: ${one.fact.textContent}`);
    atoms.forEach((one, b) => one.canvas.setAttribute("aria-label", `Atom ${b + 1}: ${one.fact.textContent}`));
    const strongest = seen.shares.reduce((best, share, scale) => (share[at] > seen.shares[best][at] ? scale : best), 0);
    speech.tell(`ACDA answers above one half in ${acda.count} places, the convolution in ${conv.count}. At row ${row}, ` +
      `column ${column}, ACDA says ${number(seen.acda[at])} and the convolution ${number(seen.conv[at])}; most of the ` +
      `weight of ACDA’s filter there, ${percent(seen.shares[strongest][at])}, lies on the ` +
      `${sizeName(scales[strongest])} bases.`);
  }

  // Where an answer is above 1/2 and not below any of its eight neighbours; of equal ones the first.
  function peaks(values) {
    return range(size * size).filter((index) => {
      const [row, column] = [Math.floor(index / size), index % size];
      if (!(values[index] > 0.5)) return false;
      return range(9).every((near) => {
        const [r, c] = [row + Math.floor(near / 3) - 1, column + (near % 3) - 1];
        if (near === 4 || r < 0 || r >= size || c < 0 || c >= size) return true;
        const other = values[r * size + c];
        return near < 4 ? values[index] > other : values[index] >= other;
      });
    });
  }

  function takeLink([noise, seed, row, column, tool, side, ...runs]) {
    const isIndex = (value, count) => Number.isInteger(value) && value >= 0 && value < count;
    if (!(noise >= 0 && noise <= MOST_NOISE) || !isIndex(seed, LAST_SEED + 1)) return false;
    if (![row, column].every((value) => isIndex(value, size)) || !isIndex(tool, TOOLS.length)) return false;
    if (!SIDES.includes(side) || !runs.every((length) => isIndex(length, size * size + 1))) return false;
    if (sum(runs) > size * size) return false;
    write({ noise, seed, row, column, tool: TOOLS[tool], side, runs });
    return true;
  }

  el.classList.add("acda-widget");
  el.replaceChildren(root);
  draw();
  link.read();
  el.acda = {
    image: () => Array.from(seen.image),
    conv: () => Array.from(seen.conv),
    acda: () => Array.from(seen.acda),
    shares: () => seen.shares.map((share) => Array.from(share)),
    looked: () => looked,
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
.acda-detector .views { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px; margin-bottom: 10px; }
.acda-detector .views .frame { cursor: crosshair; }
.acda-detector .views rect, .acda-detector .views circle { fill: none; vector-effect: non-scaling-stroke; }
.acda-detector rect.halo { stroke: #111; stroke-width: 4; }
.acda-detector rect.line { stroke: #ffd400; stroke-width: 2; }
.acda-detector circle { stroke: #2196f3; stroke-width: 2; }
.acda-detector .tools { display: flex; flex-wrap: wrap; gap: 6px 22px; align-items: end; }
.acda-detector .field { display: grid; grid-template-columns: 1fr auto; font-size: 14px; flex: 1 1 200px; }
.acda-detector .field label { margin: 0; }
.acda-detector .field .value { font-variant-numeric: tabular-nums; }
.acda-detector .field input { grid-column: 1 / 3; }
.acda-detector .tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 10px; align-items: start;
  margin-bottom: 8px; }
.acda-detector .tiles figcaption { font-variant-numeric: tabular-nums; }
.acda-detector .note { font-size: 13px; margin: 0 0 4px; }
.acda-detector .sides:disabled { opacity: 0.55; }
.acda-detector .summary { min-height: 4.4em; }
@container (max-width: 620px) {
  .acda-detector .views { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .acda-detector .views .input { grid-column: 1 / 3; }
  .acda-detector .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
}
`;

export default { render };
