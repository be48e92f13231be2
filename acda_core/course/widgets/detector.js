// The detector widget: draw on a noisy map and see what a trained convolution and a trained ACDA layer answer.

import { answerAgain } from "./js/again.js";
import { alphaPicture } from "./js/alpha.js";
import { scalesOf } from "./js/bases.js";
import { answer, fromRuns, line, lookAt, peaks, scaleShares, unpackLayers } from "./js/detection.js";
import { changedPart, changedRuns, drawingOf, drawnAt } from "./js/drawing.js";
import { button, describe, haloed, help, intro, make, overlay, setAll, showEnds, slide, tile, view }
  from "./js/elements.js";
import { handed, onHanded } from "./js/handed.js";
import { onKeys, pixelAt } from "./js/hand.js";
import { convolve, extend } from "./js/layer.js";
import { capital, clamp, counted, isIndex, number, percent, range, sizeName, subscript, sum } from "./js/numbers.js";
import { ownPicture } from "./js/own_picture.js";
import { DIVERGING, GREY, paint, paintSigned, SEQUENTIAL } from "./js/paint.js";
import { widget } from "./js/panel.js";
import { isKnownAt, KNOWN, plane } from "./js/patterns.js";
import { normal } from "./js/random.js";

const NAMES = ["runs", "noise", "seed", "row", "column", "tool", "side"];
const TOOLS = ["look", "paint", "erase", "square", "diamond", "target"];
const SIDES = [3, 5, 7, 9, 11];
const LAST_SEED = 9999;
const MOST_NOISE = 0.5;

// What the layers see and answer; computed again only where the map has changed.
function makeLook(layer, size) {
  const unit = new Map(); // noise of standard deviation 1, by seed
  /** @type {any} */
  let seen = { key: "" };
  return ({ runs, noise, seed }) => {
    const key = [noise, seed, ...runs].join();
    if (key === seen.key) return seen;
    if (!unit.has(seed)) {
      unit.clear();
      unit.set(seed, Float64Array.from(range(size * size), (index) => normal(seed, 0, index)));
    }
    const bits = fromRuns(runs, size * size);
    const image = unit.get(seed).map((value, index) => noise * value + bits[index]);
    const changed = seen.noise === noise && seen.seed === seed ? changedPart(seen.bits, bits, size) : null;
    const answers = changed ? answerAgain(layer, plane(image, size), seen, changed) : answer(layer, plane(image, size));
    seen = { key, noise, seed, bits, image, ...answers, shares: scaleShares(answers.coefficients),
      rings: { conv: peaks(answers.conv), acda: peaks(answers.acda) } };
    return seen;
  };
}

// The maps: the input, both answers, and the weight on each scale, all with a frame around the pixel that is looked at.
function mapViews({ map: size, kernel }) {
  const mapView = (title, stops) => {
    const [rings, marks] = [overlay(size, size), haloed("rect", { width: kernel, height: kernel })];
    return { ...view(title, { stops, layers: [rings, overlay(size, size, ...marks)] }), rings, marks };
  };
  const [input, conv, acda] = ["Input: draw here", "A convolution answers", "ACDA answers"]
    .map((title) => mapView(title, GREY));
  const shares = scalesOf(kernel).map((scale) => mapView(`Weight on the ${sizeName(scale)} bases`, SEQUENTIAL));
  for (const { node } of shares) node.classList.add("share");
  const yours = mapView("Your atom answers", DIVERGING);
  const all = [input, conv, acda, ...shares, yours];
  input.node.classList.add("input");
  let shown;

  function showMaps(seen) {
    paint(input.canvas, seen.image, -0.3, 1.3, GREY);
    for (const [name, one] of Object.entries({ conv, acda })) {
      paint(one.canvas, seen[name], 0, 1, GREY);
      one.rings.replaceChildren(...seen.rings[name].map((index) => make("circle",
        { cx: (index % size) + 0.5, cy: Math.floor(index / size) + 0.5, r: 2.5 })));
    }
    shares.forEach(({ canvas }, scale) => paint(canvas, seen.shares[scale], 0, 1, SEQUENTIAL));
    showEnds(input.bar, "−0.3", "", "1.3");
    for (const one of [conv, acda]) showEnds(one.bar, "0", "½", "1");
    for (const one of shares) showEnds(one.bar, "0", "", "all");
  }

  // What an atom that was handed on answers, as a filter of all pixels.
  function showYours({ image }, at) {
    const atom = handed();
    yours.node.hidden = !atom;
    if (!atom) return;
    const extended = extend(plane(image, size), atom.size >> 1, "zero");
    const { values } = convolve(extended, { weight: atom.values, bias: [0], size: atom.size });
    const limit = paintSigned(yours.canvas, values);
    showEnds(yours.bar, number(-limit), "0", number(limit));
    yours.fact.textContent = `${number(values[at])} here`;
  }

  function show(seen, row, column) {
    if (seen !== shown) showMaps(seen);
    shown = seen;
    const at = row * size + column;
    showYours(seen, at);
    for (const { marks } of all) setAll(marks, { x: column - (kernel >> 1), y: row - (kernel >> 1) });
    input.fact.textContent = `${number(seen.image[at])} in the frame’s middle`;
    for (const [name, { fact }] of Object.entries({ conv, acda })) {
      fact.textContent = `${number(seen[name][at])} here; above ½: ${seen.rings[name].length}`;
    }
    shares.forEach(({ fact }, scale) => { fact.textContent = `${percent(seen.shares[scale][at])} here`; });
    describe(...all);
  }
  return { input, all, show };
}

// What the layers hold at one pixel: both filters, alpha on each scale, and the atoms.
function pixelTiles(layer, { atoms: numAtoms, kernel }) {
  const filters = [tile("The convolution’s filter"), tile("ACDA’s filter K here")];
  const atoms = range(numAtoms).map((b) => tile(`D${subscript(b + 1)}`));
  const alpha = alphaPicture(numAtoms, scalesOf(kernel));
  filters[1].node.dataset.symbol = "K";
  for (const { fact } of atoms) fact.dataset.symbol = "A";

  function show(looked) {
    [Array.from(layer.conv.weight), looked.filter].forEach((values, index) => {
      filters[index].fact.textContent = `largest ${number(paintSigned(filters[index].canvas, values), 3)}`;
    });
    const atomLimit = Math.max(...looked.atoms.flat().map(Math.abs)) || 1;
    looked.atoms.forEach((values, b) => {
      paint(atoms[b].canvas, values, -atomLimit, atomLimit, DIVERGING);
      atoms[b].fact.textContent = `A = ${number(layer.A[b], 3)}`;
      atoms[b].canvas.setAttribute("aria-label", `Atom ${b + 1}: ${atoms[b].fact.textContent}`);
    });
    alpha.show(looked.alpha);
    describe(...filters);
  }
  return { show, node: make("section", { "aria-label": "The filter of this pixel" },
    make("p", { class: "step" }, "Inside the yellow frame"),
    make("div", { class: "inside" }, ...filters.map(({ node }) => node),
      make("figure", {}, alpha.node, make("figcaption", {}, "α: a row for each atom, six bases for each scale"))),
    make("p", { class: "note" }, "Its atoms, each with its weight in the filter:"),
    make("div", { class: "tiles", "data-symbol": "D" }, ...atoms.map(({ node }) => node))) };
}

// Pointer and keys: any map can be looked at, the input drawn on.
function listen(panel, { input, all }, size) {
  const { model } = panel;
  // Use the tool at some pixels; the last one is looked at.
  const use = (tool, pixels) => {
    const [row, column] = pixels[pixels.length - 1].map((index) => clamp(index, 0, size - 1));
    panel.write({ row, column, ...(tool !== "look" && { runs: drawnAt(pixels, { ...panel.read(), tool }, size) }) });
  };
  for (const { box } of all) {
    const tool = () => (box === input.box ? model.get("tool") : "look");
    let [last, waits] = [null, false];
    box.addEventListener("click", (event) => { if (waits) use(tool(), [pixelAt(box, event, size)]); });
    box.addEventListener("pointerdown", (event) => {
      waits = tool() in KNOWN || (tool() === "look" && event.pointerType === "touch");
      if (waits) return; // it may be the start of a swipe that scrolls the page
      last = pixelAt(box, event, size);
      box.setPointerCapture(event.pointerId);
      use(tool(), [last]);
    });
    box.addEventListener("pointermove", (event) => {
      if (!last && event.pointerType === "touch") return;
      const now = pixelAt(box, event, size);
      const isStroke = last && box === input.box && ["paint", "erase"].includes(model.get("tool"));
      if (isStroke && String(now) !== String(last)) use(model.get("tool"), line(last, now));
      else if (now[0] !== model.get("row") || now[1] !== model.get("column")) use("look", [now]);
      if (last) last = now;
    });
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { last = null; });
  }
  onKeys(input.box, (down, right) => use("look", [[model.get("row") + down, model.get("column") + right]]),
    () => use(model.get("tool"), [[model.get("row"), model.get("column")]]));
}

function fromLink([noise, seed, row, column, tool, side, ...runs], size, drawn) {
  const isState = noise >= 0 && noise <= MOST_NOISE && isIndex(seed, LAST_SEED + 1) && isIndex(row, size) &&
    isIndex(column, size) && isIndex(tool, TOOLS.length) && SIDES.includes(side);
  const areRuns = runs.every((length) => isIndex(length, size * size + 1)) && sum(runs) <= size * size;
  return isState && areRuns
    ? { noise, seed, row, column, tool: TOOLS[tool], side, runs: changedRuns(runs, drawn, size) } : null;
}

const WORDS = [
  "Move the pointer over any map, tap one, or focus the input and press the arrow keys to look at " +
  "a pixel; Enter or the space bar uses the tool there. Rings mark where an answer is above ½ and highest " +
  "among its neighbours. Answers below 0 are black, above 1 white.",
  "α has a row for each atom and a column for each of the six bases of a scale. The weight on a scale " +
  "is the part of the squared coefficients of the filter K = A D that lies in its bases. Atoms and α are " +
  "coloured alike: red positive, blue negative, each kind of picture with one scale.",
  "Of your own picture the pixels that are brighter than its mean are drawn. It stays on this page.",
  "The weights were trained in PyTorch on one synthetic map of 100×100 pixels with 25 patterns and " +
  "are rounded to 8 bits here."];

function build(panel) {
  const sizes = panel.model.get("sizes");
  const size = sizes.map;
  const layer = unpackLayers(sizes, panel.model.get("weights"), panel.model.get("large_weights"));
  const scales = scalesOf(sizes.kernel);
  const look = makeLook(layer, size);
  const lookedAt = (state) => lookAt(layer, look(state), state.row, state.column);
  const [maps, tiles] = [mapViews(sizes), pixelTiles(layer, sizes)];
  const noiseSlider = slide(panel.id("noise"), "Noise", { max: MOST_NOISE, step: 0.05 },
    (noise) => panel.write({ noise }));
  const sides = panel.choice("Size of a placed pattern", "side",
    SIDES.map((side) => ({ value: side, label: sizeName(side) })), { className: "sides" });
  listen(panel, maps, size);
  const stop = onHanded(panel.ask);

  function draw(state) {
    const { row, column, noise, tool } = state;
    maps.show(look(state), row, column);
    tiles.show(lookedAt(state));
    noiseSlider.show(noise, number(noise));
    noiseSlider.input.setAttribute("aria-valuetext", `standard deviation ${number(noise)}`);
    sides.disabled = !(tool in KNOWN);
    maps.input.box.style.touchAction = ["paint", "erase"].includes(tool) ? "none" : "manipulation";
    const use = tool === "look" ? "looks" : tool in KNOWN ? `places a ${tool}` : `${tool}s`;
    maps.input.box.setAttribute("aria-label",
      `Input map, row ${row}, column ${column}: arrow keys look around, Enter ${use}`);
  }

  function sentence(state) {
    const [{ conv, acda, shares, rings }, at] = [look(state), state.row * size + state.column];
    const strongest = shares.reduce((best, share, scale) => (share[at] > shares[best][at] ? scale : best), 0);
    return `ACDA answers above one half in ${counted(rings.acda.length, "place")}, the convolution in ` +
      `${rings.conv.length}. ` +
      `At row ${state.row}, column ${state.column}, ACDA says ${number(acda[at])} and the convolution ` +
      `${number(conv[at])}; most of the weight of ACDA’s filter there, ${percent(shares[strongest][at])}, lies on ` +
      `the ${sizeName(scales[strongest])} bases.`;
  }

  const seen = () => look(panel.read());
  const own = ownPicture(panel, [size, size], (levels) =>
    panel.write({ runs: levels ? drawingOf(levels) : panel.initial.runs }));
  const fooled = (state) => {
    const bits = fromRuns(state.runs, size * size);
    return state.noise <= 0.1 && look(state).rings.acda.some((index) =>
      !isKnownAt(bits, size, Math.floor(index / size), index % size));
  };
  return {
    children: [
      intro("Detector. ", "Draw on the noisy map, and see which of two trained layers answers white at the centre of " +
        "every square of 3 pixels, diamond of 5 and target of 7, as both were trained to."),
      panel.choice("What a click on the input does", "tool",
        TOOLS.map((tool) => ({ value: tool, label: capital(tool) })),
        { values: (tool) => ({ tool, side: KNOWN[tool] ?? panel.model.get("side") }) }),
      sides,
      make("div", { class: "views" }, ...maps.all.map(({ node }) => node)),
      make("div", { class: "tools" }, noiseSlider.node,
        make("div", { class: "buttons" },
          button("New noise", () => panel.write({ seed: (panel.model.get("seed") + 1) % (LAST_SEED + 1) })),
          button("Clear the map", () => panel.write({ runs: [] })), panel.reset())), own.node,
      panel.summary,
      panel.challenges([{ isMet: fooled, words: "Fool ACDA: with noise of at most 0.1, draw something that is none " +
        "of the three patterns, and that it answers above ½ to." }]),
      tiles.node, panel.foot(), help("How to use and read this", ...WORDS)],
    draw, sentence, stop,
    toLink: ({ noise, seed, row, column, tool, side, runs }) =>
      [noise, seed, row, column, TOOLS.indexOf(tool), side, ...changedRuns(runs, panel.initial.runs, size)],
    fromLink: (numbers) => fromLink(numbers, size, panel.initial.runs),
    acda: {
      image: () => Array.from(seen().image), conv: () => Array.from(seen().conv), acda: () => Array.from(seen().acda),
      shares: () => seen().shares.map((share) => Array.from(share)),
      looked: () => lookedAt(panel.read()),
    },
  };
}

const CSS = `
.acda-detector .views { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px;
  margin-bottom: 10px; }
.acda-detector .views .frame { cursor: crosshair; }
.acda-detector .views rect, .acda-detector .views circle { fill: none; vector-effect: non-scaling-stroke; }
.acda-detector rect.halo { stroke: #111; stroke-width: 4; }
.acda-detector rect.line { stroke: #ffd400; stroke-width: 2; }
.acda-detector circle { stroke: #2196f3; stroke-width: 2; }
.acda-detector figure[hidden] { display: none; }
.acda-detector .tools { display: flex; flex-wrap: wrap; gap: 6px 22px; align-items: end; }
.acda-detector .slide { flex: 1 1 200px; }
.acda-detector .tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 10px; align-items: start;
  margin-bottom: 8px; }
.acda-detector .tiles figcaption { font-variant-numeric: tabular-nums; }
.acda-detector .inside { display: grid; grid-template-columns: 1fr 1fr 4fr; gap: 10px; align-items: start;
  margin-bottom: 8px; }
.acda-detector .note { font-size: 13px; margin: 0 0 4px; }
.acda-detector .sides:disabled { opacity: 0.55; }
.acda-detector .summary { min-height: 4.4em; }
@container (max-width: 620px) {
  .acda-detector .views { grid-template-columns: repeat(6, minmax(0, 1fr)); }
  .acda-detector .views figure { grid-column: span 3; }
  .acda-detector .views .input { grid-column: 1 / 7; }
  .acda-detector .views .share { grid-column: span 2; }
  .acda-detector .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .acda-detector .inside { grid-template-columns: 1fr 1fr; }
  .acda-detector .inside > :last-child { grid-column: 1 / 3; }
}
`;

export default widget({ title: "Detector", className: "acda-detector", css: CSS, linkText: "Link to this map",
  names: NAMES, build });
