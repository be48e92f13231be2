// The training widget: a convolution and an ACDA layer that learn the reader's map in the browser.
// shared/*.js stand before this text: together they are one ES module without imports.

const MAP = 40; // pixels a side
const KERNEL = 7;
const KIND = { 3: "square", 5: "diamond", 7: "target" };
const SCALES = [3, 5, 7];
const CHOICES = {
  rate: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3],
  momentum: [0, 0.5, 0.9, 0.99],
  num_atoms: [1, 2, 4, 6],
  num_bases: [1, 3, 6],
  first_size: [1, 3],
  hidden_channels: [8, 16, 32, 64],
  tool: ["square", "diamond", "target", "erase"],
};
const FIELDS = {
  rate: "Learning rate", momentum: "Momentum", num_atoms: "Atoms m", num_bases: "Bases a scale, m′",
  first_size: "First layer of Φ", hidden_channels: "Width of Φ, d",
};
const NAMES = ["places", "noise", "seed", "scales", ...Object.keys(CHOICES)];
const ARCHITECTURE = ["seed", "scales", "num_atoms", "num_bases", "first_size", "hidden_channels"];
const LAST_SEED = 9999;
const MOST_NOISE = 0.5;
const SLICE = 15; // ms of training between two frames
const FAR = 1000; // times its first value: a loss that has run away

// The first weights, drawn as in PyTorch but from numbers that the Python face can draw too.
function firstWeights({ seed, scales, num_atoms: atoms, num_bases: bases, first_size: first, hidden_channels: width }) {
  const coefficients = bases * scales.length;
  const evenly = (stream, count, bound) =>
    Float64Array.from(range(count), (index) => bound * (2 * uniform(seed, stream, index) - 1));
  const normally = (stream, count, spread) =>
    Float64Array.from(range(count), (index) => spread * normal(seed, stream, index));
  return {
    conv: { weight: evenly(1, KERNEL * KERNEL, 1 / KERNEL), bias: evenly(2, 1, 1 / KERNEL) },
    acda: {
      weightA: normally(3, width * first * first, Math.SQRT2 / first),
      biasA: new Float64Array(width),
      weightB: normally(5, atoms * coefficients * width * 9, Math.sqrt(0.25 / coefficients / (9 * width))),
      biasB: normally(6, atoms * coefficients, Math.sqrt(0.75 / coefficients)),
      A: evenly(7, atoms, 1 / Math.sqrt(atoms)),
      bias: evenly(8, 1, 1 / Math.sqrt(atoms)),
    },
  };
}

const flat = ({ conv, acda }) => [...Object.values(conv), ...Object.values(acda)];
const count = (weights) =>
  sum(Object.values(weights).map((array) => array.length)).toLocaleString("en-GB");

function render({ model, el }) {
  const initial = readModel();
  const identifier = `acda-train-${Math.random().toString(36).slice(2)}`;
  const layers = { conv: { model: convModel, word: "The convolution" }, acda: { model: acdaModel, word: "ACDA" } };
  const pixels = range(KERNEL * KERNEL).map((tap) => range(KERNEL * KERNEL).map((at) => Number(at === tap)));

  let architecture = "";
  let about = "";
  let packed = "";
  let weights, velocities, losses, image, target, centres, floor, steps;
  let work = null; // a step that is under way
  let running = 0; // the frame that was asked for
  let diverged = "";
  let clock = []; // when the last steps ended
  let cursor = [MAP >> 1, MAP >> 1];

  const drawing = oncePerFrame(draw);
  const summary = make("p", { class: "summary", role: "status" });
  const speech = spoken((sentence) => { summary.textContent = sentence; });
  const link = stateLink(el, "Link to this map and these settings", takeLink);

  const view = (title, className = "") => {
    const [canvas, bar, fact] = [picture("pixels"), colourBar(GREY), make("b")];
    const rings = make("svg", { "aria-hidden": "true", viewBox: `0 0 ${MAP} ${MAP}` });
    const box = make("div", { class: "frame" }, canvas, rings);
    return { canvas, bar, fact, rings, box, title,
      node: make("figure", { class: className }, box, bar.node, make("figcaption", {}, title, make("br"), fact)) };
  };
  const input = view("Your map: click to draw", "input");
  const answers = { conv: view("The convolution answers"), acda: view("ACDA answers") };
  const mark = make("rect", { class: "cursor", width: 1, height: 1 });
  input.box.append(make("svg", { "aria-hidden": "true", viewBox: `0 0 ${MAP} ${MAP}` }, mark));

  const chart = lossChart(["ACDA", "the convolution"], "steps since the start");
  const start = make("button", { type: "button", class: "start", onclick: () => (running ? pause() : go()) });
  const single = make("button", { type: "button", onclick: () => { stopClock(); takeStep(); settle(); } }, "One step");
  const progress = make("span", { class: "count" });
  const noiseValue = make("span", { class: "value", "aria-hidden": "true" });
  const noiseSlider = make("input", { type: "range", id: `${identifier}-noise`, min: 0, max: MOST_NOISE, step: 0.05,
    oninput: () => write({ noise: Number(noiseSlider.value) }) });
  const words = (name, value) => (name === "first_size" ? (value === 1 ? "1×1 (the paper’s)" : "3×3") : String(value));
  const selects = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, make("select",
    { id: `${identifier}-${name}`, onchange: (event) => write({ [name]: Number(event.target.value) }) },
    ...CHOICES[name].map((value) => make("option", { value }, words(name, value))))]));
  const boxes = SCALES.map((scale) => make("input", { type: "checkbox", value: scale, onchange: takeScales }));

  const root = make("form", { class: "acda-panel acda-train", "aria-label": "Train it here",
    onsubmit: (event) => event.preventDefault() },
    make("style", {}, CSS),
    make("p", { class: "intro" }, make("b", {}, "Train it here. "),
      "Two layers learn, in your browser, to mark the centre of every pattern on the map. ",
      "Press Start and watch; then change the map or the settings."),
    make("div", { class: "buttons" }, start, single,
      make("button", { type: "button", onclick: () => { restart(); drawing.ask(); } }, "Back to step 0"),
      make("button", { type: "button", onclick: reset }, "Reset all"), progress),
    make("div", { class: "views" }, input.node, answers.conv.node, answers.acda.node),
    chart.node,
    summary,
    radioGroup("What a click on the map does", `${identifier}-tool`,
      CHOICES.tool.map((tool) => ({ value: tool,
        label: tool === "erase" ? "Erase" : `${tool[0].toUpperCase()}${tool.slice(1)} ${sizeName(KNOWN[tool])}` })),
      (event) => write({ tool: event.target.value })),
    make("div", { class: "fields" },
      ...Object.entries(FIELDS).map(([name, label]) => make("div", { class: "field" },
        make("label", { for: selects[name].id }, label), selects[name])),
      make("fieldset", { class: "choices" }, make("legend", {}, "Scales of the bases"),
        ...boxes.map((box, index) => make("label", {}, box, make("span", {}, sizeName(SCALES[index]))))),
      make("div", { class: "field slide" },
        make("label", { for: `${identifier}-noise` }, "Noise of the map"), noiseValue, noiseSlider)),
    make("div", { class: "foot" },
      make("button", { type: "button", onclick: () => write({ seed: (model.get("seed") + 1) % (LAST_SEED + 1) }) },
        "New noise and first weights"),
      make("button", { type: "button", onclick: () => write({ places: [] }) }, "Clear the map"), ...link.nodes),
    make("details", {}, make("summary", {}, "How to use and read this"),
      make("p", {}, "A click on the map places the chosen pattern, whole, and takes away those that it would overlap. ",
        "Or focus the map: the arrow keys move the yellow pixel, Enter or the space bar uses the tool there."),
      make("p", {}, "Rings stand at the centres. On the answers a whole ring is a pattern that was found, an answer above ½ ",
        "at its centre; a broken one was missed. Any other pixel above ½ is a false alarm. Answers below 0 are black, ",
        "above 1 white."),
      make("p", {}, "The loss is the mean squared error over the map. The dotted line is the least that any 7×7 ",
        "convolution can reach on it, by solving for its weights. Both layers take the same steps of SGD with momentum. ",
        "The learning rate, the momentum and the map may change while they learn; other settings start over."),
      make("p", {}, "All of it is computed here, in 64-bit numbers, with the gradients that PyTorch gives.")));

  function readModel() {
    return Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  }

  function write(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
    drawing.ask();
  }

  function reset() {
    pause();
    write(initial);
    restart();
  }

  function takeScales(event) {
    const scales = SCALES.filter((_, index) => boxes[index].checked);
    if (scales.length) write({ scales });
    else event.target.checked = true; // one has to stay
  }

  // ------------------------------------------------------------------------------------------------- training

  function restart() {
    weights = firstWeights(readModel());
    forget();
    packed = "";
    model.set("weights", packed);
    model.set("steps", 0);
    model.save_changes();
  }

  // Begin the curves and the velocities anew.
  function forget() {
    velocities = Object.fromEntries(Object.entries(weights).map(([name, arrays]) =>
      [name, Object.fromEntries(Object.entries(arrays).map(([key, array]) => [key, new Float64Array(array.length)]))]));
    losses = { conv: [], acda: [] };
    work = null;
    steps = 0;
    diverged = "";
    stopClock();
  }

  // Weights that Python has set, or those of an earlier look at the same model.
  function takeWeights(text) {
    const numbers = new Float32Array(bytesOf(text));
    if (numbers.length !== sum(flat(weights).map((array) => array.length))) return;
    let used = 0;
    for (const array of flat(weights)) array.set(numbers.subarray(used, (used += array.length)));
    forget();
    steps = model.get("steps");
    packed = text;
  }

  // What follows from the model: a new start where the layers have changed, new views where the map has.
  function prepare() {
    const state = readModel();
    const newArchitecture = JSON.stringify(ARCHITECTURE.map((name) => state[name]));
    if (newArchitecture !== architecture) {
      const isFirst = architecture === "";
      architecture = newArchitecture;
      if (isFirst) {
        weights = firstWeights(state);
        forget();
      } else restart();
    }
    if (model.get("weights") !== packed) {
      if (model.get("weights")) takeWeights(model.get("weights"));
      else restart();
    }
    const newAbout = JSON.stringify([state.places, state.noise, state.seed, state.scales, state.num_bases]);
    if (newAbout === about) return;
    about = newAbout;
    image = new Float64Array(MAP * MAP);
    target = new Float64Array(MAP * MAP);
    centres = state.places.map(([row, column]) => row * MAP + column);
    for (const [row, column, side] of state.places) {
      for (const [down, right] of stamp(KIND[side], side)) image[(row + down) * MAP + column + right] = 1;
      target[row * MAP + column] = 1;
    }
    image.forEach((_, index) => { image[index] += state.noise * normal(state.seed, 0, index); });
    layers.conv.about = lesson(image, target, MAP, pixels);
    layers.acda.about = lesson(image, target, MAP, multiscaleBases(KERNEL, state.scales, state.num_bases));
    floor = leastError(layers.conv.about);
  }

  // One step of both layers, in parts.
  function* step() {
    prepare();
    const [rate, momentum] = [model.get("rate"), model.get("momentum")];
    const [held, speeds, curves, lessons] = [weights, velocities, losses,
      Object.fromEntries(Object.keys(layers).map((name) => [name, layers[name].about]))];
    for (const [name, layer] of Object.entries(layers)) {
      const { loss, gradients, output } = yield* study(layer.model, held[name], lessons[name]);
      curves[name].push(loss);
      Object.assign(layer, { loss, output });
      if (!(loss <= FAR * Math.max(curves[name][0], 1e-9))) diverged = layer.word;
      descend(held[name], speeds[name], gradients, rate, momentum);
    }
    steps++;
    clock.push(performance.now());
    if (clock.length > 60) clock.shift();
  }

  function takeStep() {
    finish(work ?? step());
    work = null;
  }

  function runSlice() {
    const before = steps;
    const end = performance.now() + SLICE;
    do {
      work ??= step();
      if (work.next().done) work = null;
    } while (performance.now() < end && (work || !diverged));
    if (diverged && !work) return pause();
    running = requestAnimationFrame(runSlice);
    return steps === before ? undefined : draw(); // a step may take more than one slice
  }

  function go() {
    stopClock();
    running = requestAnimationFrame(runSlice);
    drawing.ask();
  }

  function pause() {
    const wasRunning = running;
    cancelAnimationFrame(running);
    running = 0;
    if (work) takeStep();
    if (wasRunning) settle();
  }

  // Tell Python how far it came.
  function settle() {
    packed = toText(flat(weights));
    model.set("steps", steps);
    model.set("weights", packed);
    model.save_changes();
    drawing.ask();
  }

  function stopClock() { clock = []; }

  const speed = () => (clock.length < 2 ? 0 : (1000 * (clock.length - 1)) / (clock[clock.length - 1] - clock[0]));

  // --------------------------------------------------------------------------------------------------- the hand

  // Use the tool at a pixel.
  function use([row, column]) {
    const [tool, places] = [model.get("tool"), model.get("places")];
    const away = (place) => Math.max(Math.abs(place[0] - row), Math.abs(place[1] - column));
    if (tool === "erase") return write({ places: places.filter((place) => away(place) > place[2] >> 1) });
    const side = KNOWN[tool];
    const reach = side >> 1;
    [row, column] = [row, column].map((index) => Math.max(reach, Math.min(MAP - 1 - reach, index)));
    const others = places.filter((place) => away(place) > reach + (place[2] >> 1));
    return write({ places: [...others, [row, column, side]] });
  }

  input.box.setAttribute("role", "application");
  focusable(input.box);
  input.box.addEventListener("click", (event) => {
    const { left, top, width } = input.box.getBoundingClientRect();
    const place = [event.clientY - top, event.clientX - left].map((distance) => Math.floor((distance / width) * MAP));
    cursor = place.map((index) => Math.max(0, Math.min(MAP - 1, index)));
    use(cursor);
  });
  input.box.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (move) {
      cursor = cursor.map((index, axis) => Math.max(0, Math.min(MAP - 1, index + move[axis])));
      drawing.ask();
    } else if (event.key === "Enter" || event.key === " ") use(cursor);
    else return;
    event.preventDefault();
  });

  // ------------------------------------------------------------------------------------------------- the pictures

  function draw() {
    prepare();
    const state = readModel();
    paint(input.canvas, image, -0.3, 1.3, GREY);
    showEnds(input.bar, "−0.3", "", "1.3");
    ring(input, () => true);
    input.fact.textContent = `${centres.length} patterns`;
    for (const [name, one] of Object.entries(answers)) {
      const layer = layers[name];
      if (!running) { // else it is that of the last step
        layer.output = layer.model.answer(weights[name], layer.about).output;
        layer.loss = sum(Array.from(layer.output, (value, index) => (value - target[index]) ** 2)) / layer.output.length;
      }
      paint(one.canvas, layer.output, 0, 1, GREY);
      showEnds(one.bar, "0", "½", "1");
      ring(one, (index) => layer.output[index] > 0.5);
      layer.found = centres.filter((index) => layer.output[index] > 0.5).length;
      layer.alarms = layer.output.filter((value, index) => value > 0.5 && !target[index]).length;
      one.fact.textContent = `finds ${layer.found} of ${centres.length}; false alarms: ${layer.alarms}`;
    }
    mark.setAttribute("x", cursor[1]);
    mark.setAttribute("y", cursor[0]);
    chart.show({ floor, total: Math.max(50, losses.conv.length), curves: ["acda", "conv"].map((name) =>
      ({ points: losses[name].map((loss, index) => [index, loss]), now: layers[name].loss })) });
    start.textContent = running ? "Pause" : steps ? "Go on" : "Start";
    start.disabled = single.disabled = diverged !== "";
    progress.textContent = `Step ${steps}` + (running && clock.length > 1 ? `, ${Math.round(speed())} a second` : "");
    noiseValue.textContent = number(state.noise);
    noiseSlider.setAttribute("aria-valuetext", `standard deviation ${number(state.noise)}`);
    if (Number(noiseSlider.value) !== state.noise) noiseSlider.value = state.noise;
    for (const [name, select] of Object.entries(selects)) select.value = String(state[name]);
    boxes.forEach((box, index) => { box.checked = state.scales.includes(SCALES[index]); });
    for (const radio of root.querySelectorAll(`input[name="${identifier}-tool"]`)) radio.checked = radio.value === state.tool;
    input.box.setAttribute("aria-label", `Your map, row ${cursor[0]}, column ${cursor[1]}: arrow keys move, Enter ` +
      (state.tool === "erase" ? "erases" : `places a ${state.tool}`));
    for (const one of [input, ...Object.values(answers)]) {
      one.canvas.setAttribute("aria-label", `${one.title}: ${one.fact.textContent}`);
    }
    tell();
    link.show([state.noise, state.seed, ...Object.keys(CHOICES).map((name) => CHOICES[name].indexOf(state[name])),
      sum(SCALES.map((scale, index) => 2 ** index * state.scales.includes(scale))), ...state.places.flat()]);
  }

  function ring(one, isWhole) {
    one.rings.replaceChildren(...centres.map((index) => make("circle", { class: isWhole(index) ? "found" : "missed",
      cx: (index % MAP) + 0.5, cy: Math.floor(index / MAP) + 0.5, r: 2 })));
  }

  // While the layers learn nothing new is spoken; what they say then changes with every frame.
  function tell() {
    if (running) return speech.tell("Both layers are learning. Press Pause to hear how far they are.");
    if (diverged) {
      return speech.tell(`${diverged} has run away at step ${steps}: its loss grows without end, because the steps are ` +
        "too large. Choose a smaller learning rate or less momentum, then press Back to step 0.");
    }
    const { conv, acda } = layers;
    return speech.tell(`After ${steps} steps ACDA, with ${count(weights.acda)} parameters, has the loss ` +
      `${figure(acda.loss)} and finds ${acda.found} of ${centres.length} patterns. The convolution, with ` +
      `${count(weights.conv)}, has ${figure(conv.loss)} and finds ${conv.found}; no 7×7 convolution has less than ` +
      `${figure(floor)} on this map.`);
  }

  function takeLink([noise, seed, ...rest]) {
    const names = Object.keys(CHOICES);
    const [picks, mask, places] = [rest.slice(0, names.length), rest[names.length], rest.slice(names.length + 1)];
    if (!(noise >= 0 && noise <= MOST_NOISE) || !Number.isInteger(seed) || seed < 0 || seed > LAST_SEED) return false;
    if (picks.length !== names.length || !picks.every((pick, index) => pick in CHOICES[names[index]])) return false;
    if (!Number.isInteger(mask) || mask < 1 || mask > 7 || places.length % 3) return false;
    const triples = range(places.length / 3).map((index) => places.slice(3 * index, 3 * index + 3));
    const fits = ([row, column, side]) => side in KIND && [row, column].every((index) =>
      Number.isInteger(index) && index >= side >> 1 && index < MAP - (side >> 1));
    if (!triples.every(fits)) return false;
    const chosen = Object.fromEntries(names.map((name, index) => [name, CHOICES[name][picks[index]]]));
    write({ noise, seed, ...chosen, scales: SCALES.filter((_, index) => mask & (2 ** index)), places: triples });
    return true;
  }

  el.classList.add("acda-widget");
  el.replaceChildren(root);
  draw();
  link.read();
  const gradients = (name) => finish(study(layers[name].model, weights[name], layers[name].about)).gradients;
  const plain = (arrays) => Object.fromEntries(Object.entries(arrays).map(([key, array]) => [key, Array.from(array)]));
  el.acda = {
    image: () => Array.from(image),
    target: () => Array.from(target),
    conv: () => Array.from(layers.conv.output),
    acda: () => Array.from(layers.acda.output),
    gradients: () => ({ conv: plain(gradients("conv")), acda: plain(gradients("acda")) }),
    weights: () => ({ conv: plain(weights.conv), acda: plain(weights.acda) }),
    losses: () => losses,
    floor: () => floor,
    speed,
    step: (number) => { for (let taken = 0; taken < number; taken++) takeStep(); settle(); },
    state: () => ({ ...readModel(), steps: model.get("steps"), weights: model.get("weights") }),
  };
  const unfollow = follow(model, [...NAMES, "weights"], drawing.ask);
  return () => {
    cancelAnimationFrame(running);
    for (const part of [drawing, speech, link]) part.stop();
    unfollow();
  };
}

// ------------------------------------------------------------------------------------------------------- style

const CSS = PANEL_CSS + CHART_CSS + `
.acda-train .views { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px; margin-bottom: 10px; }
.acda-train [role=application] { cursor: crosshair; touch-action: manipulation; }
.acda-train circle, .acda-train rect { fill: none; vector-effect: non-scaling-stroke; }
.acda-train circle { stroke: #2196f3; stroke-width: 2; }
.acda-train circle.missed { stroke: #9aa3ad; stroke-width: 1.5; stroke-dasharray: 3 3; }
.acda-train rect.cursor { stroke: #ffd400; stroke-width: 2; visibility: hidden; }
.acda-train [role=application]:focus-visible rect.cursor { visibility: visible; }
.acda-train button:disabled { opacity: 0.55; cursor: default; }
.acda-train .start { font-weight: 600; border-color: var(--accent); min-width: 84px; justify-content: center; }
.acda-train .count { font-size: 14px; font-variant-numeric: tabular-nums; }
.acda-train .fields { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px 16px; align-items: end; }
.acda-train .field { font-size: 14px; }
.acda-train .field label { display: block; margin: 0 0 3px; font-size: 13px; }
.acda-train select { width: 100%; height: 40px; padding: 0 8px; font: inherit; font-size: 14px; color: inherit;
  background: var(--back); border: 1px solid var(--edge); border-radius: 6px; }
.acda-train select:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.acda-train .fields fieldset { margin: 0; }
.acda-train .slide { display: grid; grid-template-columns: 1fr auto; }
.acda-train .slide input { grid-column: 1 / 3; }
.acda-train .slide .value { font-variant-numeric: tabular-nums; }
.acda-train .summary { min-height: 4.4em; }
@container (max-width: 620px) {
  .acda-train .views, .acda-train .fields { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .acda-train .views .input { grid-column: 1 / 3; }
  .acda-train .fields fieldset, .acda-train .slide { grid-column: 1 / 3; }
}
`;

export default { render };
