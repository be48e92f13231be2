// The basis explorer: mix Fourier-Bessel functions into an atom and see what the atom does.
// shared/*.js stand before this text: together they are one ES module without imports. `render` draws the widget from
// a model with get, set, save_changes and on, which is an anywidget model in a notebook and a shim on the page.

// ---------------------------------------------------------------------------------------------- mathematics

const KERNEL_SIZES = [3, 5, 7, 9];
const EFFECTIVE_SHARE = 0.9; // share of Σ D² inside the effective receptive field

// Half a pixel more than the smallest distance d such that the pixels within d of the centre
// hold 90 % of Σ D². null for the zero atom.
function effectiveRadius(atom, size) {
  const centre = size >> 1;
  const energyAt = new Map();
  atom.forEach((value, index) => {
    const squared = (Math.floor(index / size) - centre) ** 2 + ((index % size) - centre) ** 2;
    energyAt.set(squared, (energyAt.get(squared) ?? 0) + value * value);
  });
  const total = sum([...energyAt.values()]);
  if (total === 0) return null;
  let held = 0;
  for (const squared of [...energyAt.keys()].sort((a, b) => a - b)) {
    held += energyAt.get(squared);
    if (held >= EFFECTIVE_SHARE * total) return Math.sqrt(squared) + 0.5;
  }
}

// |H(f)|, H(f) = Σ_{u,v} D_{uv} exp(-2πi (f_row u + f_column v)), at `count`² frequencies from -1/2 to 1/2:
// first the sum over v for every row u of the atom, then the sum over u.
function frequencyResponse(atom, size, count) {
  const centre = size >> 1;
  const angle = (index, offset) => -2 * Math.PI * (index / (count - 1) - 0.5) * (offset - centre);
  const cosine = range(count).map((index) => range(size).map((offset) => Math.cos(angle(index, offset))));
  const sine = range(count).map((index) => range(size).map((offset) => Math.sin(angle(index, offset))));
  const weighted = (row, wave) => wave.reduce((total, value, column) => total + atom[row * size + column] * value, 0);
  const magnitude = new Float64Array(count * count);
  for (let j = 0; j < count; j++) {
    const rowReal = range(size).map((row) => weighted(row, cosine[j]));
    const rowImaginary = range(size).map((row) => weighted(row, sine[j]));
    for (let i = 0; i < count; i++) {
      let real = 0;
      let imaginary = 0;
      for (let row = 0; row < size; row++) {
        real += rowReal[row] * cosine[i][row] - rowImaginary[row] * sine[i][row];
        imaginary += rowReal[row] * sine[i][row] + rowImaginary[row] * cosine[i][row];
      }
      magnitude[i * count + j] = Math.sqrt(real * real + imaginary * imaginary);
    }
  }
  return magnitude;
}

// Cross-correlation Z(i, j) = Σ_{u,v} D_{uv} X(i+u, j+v) of the photograph with the atom; the photograph
// is larger than what is shown by a margin of 4 pixels, so that no padding is needed.
function correlate(photo, atom, size) {
  const centre = size >> 1;
  const filtered = new Float64Array(SHOWN * SHOWN);
  for (let u = 0; u < size; u++) {
    for (let v = 0; v < size; v++) {
      const weight = atom[u * size + v];
      if (weight === 0) continue;
      for (let i = 0; i < SHOWN; i++) {
        const from = (i + MARGIN + u - centre) * PHOTO_SIZE + MARGIN + v - centre;
        for (let j = 0; j < SHOWN; j++) filtered[i * SHOWN + j] += weight * photo[from + j];
      }
    }
  }
  return filtered;
}

// Starting points: each gives the S · m' coefficients for the bases of a kernel size;
// index 0 of a scale is (0,1), 1 is (1,1) cos, 5 is (0,2).
const PRESETS = {
  // a positive bump of every scale, scaled so that the atom sums to 1
  Blur: (bases) => {
    const bump = bases.map((_, index) => (index % NUM_BASES === 0 ? 1 : 0));
    const total = sum(composeAtom(bump, bases));
    return bump.map((value) => value / total);
  },
  // a slope: positive below, negative above
  Edge: (bases) => onLargestScale(bases, { 1: 1 }),
  // a ring about a dark centre, balanced so that the atom sums to 0
  Ring: (bases) => {
    const [bump, ring] = [bases[bases.length - 6], bases[bases.length - 1]];
    return onLargestScale(bases, { 0: (0.8 * sum(ring)) / sum(bump), 5: -0.8 });
  },
  "All zero": (bases) => bases.map(() => 0),
};
const DRAWS = {
  Random: (bases) => bases.map(randomCoefficient),
  "Random, large scale only": (bases) => onLargestScale(bases, ELEMENTS.map(randomCoefficient)),
};

const randomCoefficient = () => Math.round(200 * Math.random() - 100) / 100;

function onLargestScale(bases, values) {
  const first = bases.length - NUM_BASES;
  return bases.map((_, index) => values[index - first] ?? 0);
}

const elementName = ({ k, q, angular }) => `(${k},${q})${angular === "none" ? "" : ` ${angular}`}`;
const subscript = (value) => String(value).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

const MEANING_OF_K = ["the same in every direction", "one full wave round the circle", "two full waves round the circle"];
const MEANING_OF_Q = ["its first zero is at the rim", "one zero inside, the next at the rim"];

// The formula of a sampled basis, for people: ψ = J₁(3.832 ρ) cos θ / 0.71
function formula({ k, root, angular }, length) {
  const wave = angular === "none" ? "" : ` ${angular} ${k === 1 ? "" : k}θ`;
  return `ψ = J${subscript(k)}(${number(root, 3)} ρ)${wave} / ${number(length)}`;
}

// --------------------------------------------------------------------------------------------------- the widget

const FREQUENCIES = 65;
const DISC_PIXELS = 120; // enough for a smooth function, which the browser enlarges smoothly

function render({ model, el }) {
  const photo = readPhoto();
  const initial = readModel();
  let kernelSize;
  let bases;
  let presets; // the coefficients of every preset at this kernel size
  let atom;
  let sliders = [];
  let selected = 0;
  const drawing = oncePerFrame(draw);
  const speech = spoken(describe);
  const link = stateLink(el, "Link to this atom", takeLink);

  const atomView = { canvas: picture("pixels"), bar: colourBar(DIVERGING), fact: make("b") };
  const circle = make("circle", { class: "halo" });
  const circleLine = make("circle", { class: "line" });
  const overlay = make("svg", { "aria-hidden": "true" }, circle, circleLine);
  const frequencyView = { canvas: picture("smooth"), bar: colourBar(SEQUENTIAL), fact: make("b") };
  const afterView = { canvas: picture("smooth"), bar: colourBar(GREY), fact: make("b", {}, "after") };
  const figure = (view, title, className, ...layers) => make("figure", { class: className },
    make("div", { class: "frame" }, view.canvas, ...layers), view.bar.node,
    make("figcaption", {}, title, make("br"), view.fact));

  // Narrow layouts move the untouched photograph below the pictures that change: one of two is displayed.
  const before = (className) => {
    const view = { canvas: picture("smooth"), bar: colourBar(GREY), fact: make("b", {}, "before") };
    paint(view.canvas, correlate(photo, [1], 1), 0, 1, GREY);
    view.canvas.setAttribute("aria-label", "Photograph of a cat's face");
    showEnds(view.bar, "0", "", "1");
    return figure(view, "Photograph", className);
  };

  const continuous = picture("smooth");
  const sampled = picture("pixels");
  const facts = make("div", { class: "facts" });
  const rims = [continuous, sampled].map(() => make("circle", { class: "rim", cx: 0.5, cy: 0.5 }));
  const rimLayer = (rim) => make("svg", { "aria-hidden": "true", viewBox: "0 0 1 1" }, rim);
  const scaleBox = make("div");
  const elementIcons = ELEMENTS.map(() => make("canvas", { "aria-hidden": "true", class: "pixels" }));
  const mixer = make("div", { class: "mixer" });
  const summary = make("p", { class: "summary", role: "status" });
  const button = (label, onclick) => make("button", { type: "button", onclick }, label);
  const presetButtons = Object.keys(PRESETS).map((name, index) =>
    button(name, () => writeModel(kernelSize, presets[index])));
  const drawButtons = Object.entries(DRAWS).map(([name, drawn]) =>
    button(name, () => writeModel(kernelSize, drawn(bases))));

  const root = make("form", { class: "acda-panel acda-explorer", "aria-label": "Basis explorer",
    onsubmit: (event) => event.preventDefault() },
    make("style", {}, CSS),
    make("p", { class: "intro" }, make("b", {}, "Basis explorer."),
      " An atom is a weighted sum of fixed wave patterns. ",
      "Look at one pattern, then move the sliders to mix your own atom."),
    radioGroup("Kernel size", "kernel-size",
      KERNEL_SIZES.map((size) => ({ value: size, label: sizeName(size) })),
      (event) => changeKernelSize(Number(event.target.value))),
    make("section", { class: "one", "aria-label": "One pattern" },
      make("p", { class: "step" }, make("span", {}, "1"), " Look at one pattern ψ"),
      make("div", { class: "pickers" }, scaleBox,
        radioGroup("Element (k,q)", "element",
          ELEMENTS.map((element, index) => ({ value: index, label: elementName(element), icon: elementIcons[index] })),
          (event) => select(selected - (selected % NUM_BASES) + Number(event.target.value)), "icons")),
      make("div", { class: "detail" },
        make("figure", {}, make("div", { class: "frame" }, continuous, rimLayer(rims[0])),
          make("figcaption", {}, "the smooth function on its disc")),
        make("figure", {}, make("div", { class: "frame" }, sampled, rimLayer(rims[1])),
          make("figcaption", {}, "sampled at the pixel centres")),
        facts)),
    make("section", { class: "mix", "aria-label": "Your atom" },
      make("p", { class: "step" }, make("span", {}, "2"), " Mix an atom D = Σ α ψ"),
      make("div", { class: "buttons", role: "group", "aria-label": "Start from" }, ...presetButtons, ...drawButtons),
      make("div", { class: "results" },
        figure(atomView, "Your atom D", "atom", overlay),
        figure(frequencyView, "Frequency response", "frequency"),
        figure(afterView, "Photograph", "after"),
        before("before")),
      make("div", { class: "said" }, summary, before("beside")),
      mixer),
    make("div", { class: "foot" },
      button("Reset", () => writeModel(initial.kernelSize, initial.coefficients)),
      ...link.nodes),
    make("details", {}, make("summary", {}, "How to read the pictures"), make("p", {},
      "Blue is negative, white is zero, red is positive. The circle is the effective receptive field: ",
      "the smallest one about the centre whose pixels hold 90 % of the sum of D²; its radius counts half a pixel ",
      "beyond the farthest of them. The frequency response |H| runs from −½ to ½ cycles per pixel on both axes, ",
      "with slow changes in the middle. The photograph, with values from 0 to 1, is cross-correlated with the atom; ",
      "black and white are the smallest and the largest value that come out."),
    make("p", {}, "Photograph: Chelsea the cat by Stéfan van der Walt, from scikit-image's data, CC0.")));

  // Fewer coefficients than the kernel needs mean zeros at the larger scales; more are dropped.
  function readModel() {
    const size = model.get("kernel_size");
    const given = model.get("coefficients");
    return { kernelSize: size, coefficients: range((size >> 1) * NUM_BASES).map((index) => given[index] ?? 0) };
  }

  function writeModel(size, coefficients) {
    model.set("kernel_size", size);
    model.set("coefficients", coefficients);
    model.save_changes();
    drawing.ask();
  }

  // A preset stays that preset at the new size; anything else keeps the scales that fit.
  function changeKernelSize(size) {
    const { coefficients } = readModel();
    const preset = Object.values(PRESETS)[presets.findIndex((candidate) => same(candidate, coefficients))];
    const atNewSize = range((size >> 1) * NUM_BASES).map((index) => coefficients[index] ?? 0);
    writeModel(size, preset ? preset(multiscaleBases(size)) : atNewSize);
  }

  function setCoefficient(index, value) {
    const { coefficients } = readModel();
    coefficients[index] = value;
    if (index !== selected) select(index);
    writeModel(kernelSize, coefficients);
  }

  // What depends on the kernel size alone: the bases, the radio buttons and the sliders.
  function buildForSize(size, coefficients) {
    kernelSize = size;
    bases = multiscaleBases(size);
    presets = Object.values(PRESETS).map((preset) => preset(bases));
    scaleBox.replaceChildren(radioGroup("Scale", "scale",
      scalesOf(size).map((scale, index) => ({ value: index, label: sizeName(scale) })),
      (event) => select(NUM_BASES * Number(event.target.value) + (selected % NUM_BASES))));
    sliders = bases.map((basis, index) => slider(basis, index));
    mixer.replaceChildren(...scalesOf(size).map((scale, index) => make("fieldset", {},
      make("legend", {}, `Weights α at scale ${sizeName(scale)}`),
      ...sliders.slice(index * NUM_BASES, (index + 1) * NUM_BASES).map(({ node }) => node))));
    const sizes = coefficients.map(Math.abs);
    const strongest = Math.max(...sizes);
    select(strongest > 0 ? sizes.indexOf(strongest) : 0);
    overlay.setAttribute("viewBox", `0 0 ${size} ${size}`);
    for (const ring of [circle, circleLine]) {
      ring.setAttribute("cx", size / 2);
      ring.setAttribute("cy", size / 2);
    }
  }

  function slider(basis, index) {
    const name = elementName(ELEMENTS[index % NUM_BASES]);
    const scale = scalesOf(kernelSize)[Math.floor(index / NUM_BASES)];
    const thumbnail = make("canvas", { class: "pixels", "aria-hidden": "true" });
    paintSigned(thumbnail, basis);
    const input = make("input", { type: "range", step: 0.01, "aria-label": `α of ${name} at scale ${sizeName(scale)}`,
      oninput: () => setCoefficient(index, Number(input.value)) });
    const output = make("span", { class: "value", "aria-hidden": "true" });
    return { input, output, node: make("div", { class: "cell" },
      make("span", { "aria-hidden": "true" }, name), output, thumbnail, input) };
  }

  function select(index) {
    selected = index;
    const scaleIndex = Math.floor(index / NUM_BASES);
    const size = scalesOf(kernelSize)[scaleIndex];
    const element = ELEMENTS[index % NUM_BASES];
    elementIcons.forEach((icon, position) => paintSigned(icon, sample(ELEMENTS[position], size)));
    check("scale", scaleIndex);
    check("element", index % NUM_BASES);

    const limit = paintSigned(sampled, bases[index]);
    for (const rim of rims) rim.setAttribute("r", size / kernelSize / 2);
    const length = norm(sample(element, size));
    const smooth = new Float64Array(DISC_PIXELS ** 2);
    const toDisc = (pixel) => (((pixel + 0.5) / DISC_PIXELS - 0.5) * kernelSize) / (size / 2);
    for (let i = 0; i < DISC_PIXELS; i++) {
      for (let j = 0; j < DISC_PIXELS; j++) {
        smooth[i * DISC_PIXELS + j] = fourierBessel(element, toDisc(i), toDisc(j)) / length;
      }
    }
    paintSigned(continuous, smooth);
    const name = `${elementName(element)} at scale ${sizeName(size)}`;
    continuous.setAttribute("aria-label",
      `Smooth basis function ${name}, on a disc of radius ${number(size / 2, 1)} pixels`);
    sampled.setAttribute("aria-label",
      `Basis ${name} sampled on ${sizeName(kernelSize)} pixels, largest value ${number(limit)}`);
    facts.replaceChildren(
      make("p", { class: "formula" }, formula(element, length)),
      make("dl", {}, ...Object.entries({
        "order k": `${element.k} — ${MEANING_OF_K[element.k]}`,
        "number q": `${element.q} — ${MEANING_OF_Q[element.q - 1]}`,
        [`root j${subscript(element.k)},${subscript(element.q)}`]: number(element.root, 6),
        "disc": `radius ${number(size / 2, 1)} pixels (ρ = 1)`,
        "norm": `${number(length, 4)} on the grid, 1 after dividing by it`,
      }).flatMap(([term, text]) => [make("dt", {}, term), make("dd", {}, text)])));
  }

  function check(name, value) {
    for (const input of root.querySelectorAll(`input[name="${name}"]`)) input.checked = Number(input.value) === value;
  }

  function draw() {
    const { kernelSize: size, coefficients } = readModel();
    if (size !== kernelSize) buildForSize(size, coefficients);
    check("kernel-size", size);
    const limit = Math.max(1, Math.ceil(Math.max(...coefficients.map(Math.abs))));
    sliders.forEach(({ input, output }, index) => {
      if (Number(input.max) !== limit) [input.min, input.max] = [-limit, limit];
      if (Number(input.value) !== coefficients[index]) input.value = coefficients[index];
      const text = number(coefficients[index]);
      if (output.textContent !== text) output.textContent = text;
    });
    presets.forEach((preset, index) => presetButtons[index].setAttribute("aria-pressed", same(preset, coefficients)));

    atom = composeAtom(coefficients, bases);
    const largest = paintSigned(atomView.canvas, atom);
    const isZero = atom.every((value) => value === 0);
    showEnds(atomView.bar, number(-largest), "0", number(largest));
    const radius = effectiveRadius(atom, size);
    for (const ring of [circle, circleLine]) ring.setAttribute("r", radius ?? 0);
    atomView.fact.textContent = radius === null ? "all zero" : `90 % within ${number(radius, 1)} px`;

    const response = frequencyResponse(atom, size, FREQUENCIES);
    const peak = response.indexOf(extremes(response)[1]);
    const cycles = Math.hypot(...[Math.floor(peak / FREQUENCIES), peak % FREQUENCIES]
      .map((index) => index / (FREQUENCIES - 1) - 0.5));
    paint(frequencyView.canvas, response, 0, response[peak], SEQUENTIAL);
    showEnds(frequencyView.bar, "0", "", number(response[peak]));
    frequencyView.fact.textContent = isZero ? "nothing passes" : `peak at ${number(cycles)} cycles/px`;

    const filtered = correlate(photo, atom, size);
    const [low, high] = extremes(filtered);
    paint(afterView.canvas, filtered, low, high, GREY);
    showEnds(afterView.bar, number(low), "", number(high));

    const total = number(sum(atom));
    const flat = total === "0.00" ? "flat areas of the picture become zero" : `flat areas are multiplied by ${total}`;
    const sentence = isZero
      ? "All weights are zero, so the atom is zero and nothing of the photograph passes. Move a slider."
      : `This ${sizeName(size)} atom holds 90 % of its squared weight within ${number(radius, 1)} pixels ` +
        `of its centre, sums to ${total} (${flat}) and answers most strongly to ${number(cycles)} cycles per pixel.`;
    speech.tell(sentence);
    link.show([size, ...coefficients]);
  }

  function describe(sentence) {
    summary.textContent = sentence;
    atomView.canvas.setAttribute("aria-label", `The atom. ${sentence}`);
    frequencyView.canvas.setAttribute("aria-label", "Frequency response of the atom; " + frequencyView.fact.textContent);
    afterView.canvas.setAttribute("aria-label", "The photograph filtered with the atom, values from " +
      afterView.bar.ends[0].textContent + " to " + afterView.bar.ends[2].textContent);
  }

  function takeLink([size, ...coefficients]) {
    if (!KERNEL_SIZES.includes(size)) return false;
    writeModel(size, coefficients);
    return true;
  }

  el.classList.add("acda-widget");
  el.replaceChildren(root);
  for (const view of [atomView, frequencyView, afterView]) view.canvas.setAttribute("aria-label", "Being drawn");
  draw();
  link.read();
  el.acda = {
    bases: () => bases,
    atom: () => atom,
    elements: () => ELEMENTS,
    radius: () => effectiveRadius(atom, kernelSize),
    response: () => Array.from(frequencyResponse(atom, kernelSize, FREQUENCIES)),
    photo: () => Array.from(photo),
    filtered: () => Array.from(correlate(photo, atom, kernelSize)),
  };

  const unfollow = follow(model, ["kernel_size", "coefficients"], drawing.ask);
  return () => {
    for (const part of [drawing, speech, link]) part.stop();
    unfollow();
  };
}

const same = (a, b) => a.length === b.length && a.every((value, index) => Math.abs(value - b[index]) < 1e-6);

// ------------------------------------------------------------------------------------------------------- style

const CSS = PANEL_CSS + `
.acda-explorer .pickers { display: flex; flex-wrap: wrap; gap: 0 22px; }
.acda-explorer .choices.icons span { padding: 4px 8px 4px 5px; }
.acda-explorer .choices canvas, .acda-explorer .cell canvas { width: 28px; height: 28px;
  border: 1px solid var(--edge); border-radius: 2px; }
.acda-explorer circle { fill: none; vector-effect: non-scaling-stroke; }
.acda-explorer circle.rim { stroke: #6e7781; stroke-width: 1; }
.acda-explorer circle.halo { stroke: #fff; stroke-width: 4.5; }
.acda-explorer circle.line { stroke: #111; stroke-width: 2; stroke-dasharray: 6 4; }
.acda-explorer .detail { display: grid; grid-template-columns: 1fr 1fr 1.8fr; gap: 14px; align-items: start; }
.acda-explorer .facts { font-size: 14px; }
.acda-explorer .formula { font: italic 17px/1.3 Georgia, "Times New Roman", serif; margin-bottom: 8px; }
.acda-explorer dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 10px; margin: 0; }
.acda-explorer dt { font-weight: 600; margin: 0; }
.acda-explorer dd { margin: 0; }
.acda-explorer .results { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 12px;
  background: var(--back); padding-bottom: 8px; }
.acda-explorer .before { order: 1; }
.acda-explorer .after { order: 2; }
.acda-explorer .said { display: flex; gap: 12px; margin-bottom: 6px; }
.acda-explorer .beside { display: none; }
.acda-explorer .mixer fieldset { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 4px 14px;
  border-top: 1px solid var(--edge); padding-top: 4px; }
.acda-explorer .mixer legend { font-weight: 600; padding-right: 8px; }
.acda-explorer .cell { display: grid; grid-template-columns: 28px minmax(0, 1fr); gap: 0 6px; align-items: center;
  font-size: 13px; }
.acda-explorer .cell > span:first-child { grid-column: 1 / 3; grid-row: 1; white-space: nowrap; }
.acda-explorer .cell .value { grid-column: 1 / 3; grid-row: 1; justify-self: end; font-variant-numeric: tabular-nums; }
div.cell_output .output:has(.acda-explorer), div.cell_output:has(.acda-explorer) { overflow: visible; } /* for position: sticky */
body:has(.bd-header-article) .acda-explorer { --below-header: 3.5rem; }
@container (max-width: 620px) {
  .acda-explorer .detail { grid-template-columns: 1fr 1fr; }
  .acda-explorer .facts { grid-column: 1 / 3; }
  .acda-explorer .results { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px; position: sticky;
    top: var(--below-header, 0px); z-index: 2; }
  .acda-explorer .before { display: none; }
  .acda-explorer .beside { display: block; flex: 0 0 30%; }
  .acda-explorer .mixer fieldset { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .acda-explorer .mixer input { scroll-margin-top: 320px; }
}
@media (max-height: 500px) { .acda-explorer .results { position: static !important; } }
`;

// -------------------------------------------------------------------------------------------------- photograph

// "Chelsea the cat" by Stéfan van der Walt, CC0, from scikit-image: the square data.chelsea()[0:300, 80:380],
// in grey, shrunk to 168 × 168 and stretched to the full range, one byte a pixel.
// The outer 4 pixels are the margin that a 9×9 atom reaches into.
const PHOTO_SIZE = 168;
const MARGIN = 4;
const SHOWN = PHOTO_SIZE - 2 * MARGIN;
const PHOTO = "c6O5wb65tb3Jx7u6uLa0uqutwq+BmLG5xL6vr7C4s7m5wLa6lJuln6CKc25inJSej1BPZoR9gHGMfoyCbYKEZo2RloBgmZptp6m9tKuwjn9mOjt0qJ7CwKyFhl06LDU+a1tQdH1ZU2FwfpqXhZKZpKWzsqOdmZWPjpykq7StoaClnqWmoqepq62ytra9wsXIyMbI0tLIw7y1srGurbK1sq+qqa20uK6lcISmvtDRycHNyr6/w7+3wMKxtsC4nq23wbSqo62ys7CsuLOxlo+khpaIb25roJGSfUQ7dH91c2+GnY5+gJmEfpOgp3l4unVzrbHFwb+qgI5gQDVzi5C7uLGqmG85JS43ZWNSY3poV1JYdYyLd21siZWssaKfqKSno6inpKajm5qZnKWprK+vqqittLa6vb/BwL/CzsjMzsm+tK6urbG1tbGxr7a1raimiHOWtczR1s/Py8TGzMrAxcjFt7bJvbOwurWfj62us6GepaGSlYqde5aKfHVygnh5XkRSdmeGbo2Ij4qFhaeAqGSqnY2onZWgtq3MwKmQkZB4ODJPZ5mjrZ6dmHg9MkpTamxwT2RhYEE3Z3yKdVY/Y3ijraOesqWioaOipKChmpyYnKautLKuqKWlqq6wsbKysq22uLO8xcnIwr21sa6rrLG5wbqsqqinl4mDp8TO1dnXz8PEw8zDx8fIyMC8xsOxprmkl6Stsp+nh4qEiYachpOTknuBcWJvWV1pdllogo+Aa4J2lHqTkX2jkY+Hobm4m67Cmop0nYtgOy0+XqWsp6GSpI1PZ2lXXWyMa2BcWycmSW9+gmAvOkyAnaCesJ2Ok5ypq6Wtn52cn5+ss7Grqqejo6Oipaempqa1o6GnrrO7wcbGv7iyrLW6sKyppKGfpqSEmrnM0NXW1MzKv8jNx8HIyMS4u7i1mqqYloWeq5aghHl/hZSjiJmbmHqNal+Fi3JycERzjJNud05RgYqYX5aReoaapqBvope0pJCeo5RxMiNAXZKZnaKQtKNqdXRkQF2LhVFiXjwxOmN+h28nKTVSeoydr6OGhpimqqCrop6moZylrq6pp6ampKGhoqOnqrC1paSlpKSpsLe9wcTFxr6up6SlpJ+boa6Jjq3C0NHT1tLRzsnLy8XEyb+3uqqvlZGMknuMrZWZkW+ImKepja2koI+JWW6SlHmWZ2GCp41qaTpnhZ17UZF+cn6KdIN4mqLLppahr5p6IxosRWl6mIiVuKN2iIFtTVt5gG1mUmNKO2SJgm4wJig5WICYn6eNio+dm5KanqWkmpigpqWhoaKioaCfnp+jrLqwrq6tq6mpqqqtsrzKx7ywp6OkpqelmaeTk6W50dDO09HI0Mm+xsK/yb6lt56alYqBioaUto2gmXiSo6agi7GfqLZ4XHqShaumgV6SrnJnYYV0k5pxapJ9emqMc6iwlLbIrIzBu4pSMC0mN2Nud4mlqZ+Olop2TFNTf31jXW5JTGiChHpWJSUuRHGJhZ+RkpGXlYyNnKWclZufpZeSnqSkoaCio6Ons7ywr7CxsrGvrq2prb21r7GxraekpqqssaysrbS2ys/Iys/HwMm/wriyvrunmZWImYODjIqctIyrnZujoJqigK2MqLx7aISEhLOrfmK2iXhsfZaGjZ2Em6J5a5qWobyirKzEp53FpYpVci4mLVplcpOssauelnRRW0A6cnN3f3peTGh9fH1jJBwiNVhoYYmVk5iWlYyMmJiTlZuhqZeTnaGgo6mutbe7w8G7vb69vby8v7u6xLOpp6enqa2vr66twLm4vcXCwsrGycjJub/Cxb2YrK6mj6CUlJCYopOjr5GujaanmJ2ok6dxmr+LaHJxqqCvbnSfbY+NiYh4lLyjtpV6p66ys8WMtJG/l6qwp4mGXyMkN1RxiY6praWtjUFNYWhBVExxlIl5Ylt9gH5uNx0mNFBaTnGUjo+LfIyRlIyOj5eosKKZnJ+kqa+0uLzBx7/CxsfHyMfGyc/Txrq0sK6rrK2wsbCwvMfBwsfIw8fFvLrEu7K9useWi5SclpmlkaqirqKvqo+xk5+ulqOpm5RhgLR1Y26GrbChb3Ryip6ZiVSDsqKzqp2Urr2aw6imrqG5oK6kf5l/SjEvOWiYvYyqqJKjd0E/ZH9nRVNvioiPeU1qeXtwPyM0PmZuYXGMgoV6ZYKNgXOBiZOmrqekpqmuqKmxtLbDvbW5u7/Dw8LDzNDEu7a0srGtqqipqaqtt8XMycvLyMHCs6ezu7Gvtbmyi3WLoZGmk62np6Gyq4ipl4aniqWLjINYc6d0YXqPrLCYY2pUqqCdk1urn4iqmpGeooahopO+wIm1pqmFh5RuP180U3jAxpmjp5queDxAV4GEXHNsbnWXgEZNZWltQyg1PXmJgX6JfH9zaHx7amaAhoukrKusrq+roKGnrrTJu7ewr7S1tbO+xLGpp6WkpaalpKOjo6Spw7vKzs3Py7ipsKOgtLifoq+qnYGAsaOtpKm2pJ+MgoCkn2iQepBdcHxpcZOVb4Ocj6KcYHSPo52nhHywf5uCjF2IcXqVpqbMoZO1sJmQr6p5b3JGeI/IsbCvtJavYSxWS31+amtpYV2hkk43VGSGYEAqMmmNlIyReX2La3d8bXR/gIuep6aorrWtpZ+hqcXIv7u2ubu4tbzDr6Wgm5eYnaKjo6OjpairxcXAwL/CzL6gmqedoaqjip6WmZeVtq24o6a8pqx/VXScrHJwjoxea1t1X4Gnh5CkcZmgWIyOjK26gpqLhItrdlaAYoSdibO5nmu1rZrCw6ipk4SJkqm9n6u/yaCrPUZuQmlcgXplXE6fk15CXWeOiXs+RV97h4SPgXmReXFwc3aCfo2doJ2nubqyr6qvu9DCwsDAvLm5w8i1rq+vrKekpaepqamqrbGxssXKvKyns7mhiZiknaOsnoiUmJ2jq7CyoI+npaqZVHSZsG9flXhiiViFc2iXiKKWcaSTaZGciLmtiI93m32CXHuJf59neIO3gWa6np27vL2qoHuRjnqSnq/DzbyyXF90Sndrfn12bFeTk1VnXmqAiJlpblVbdX2QjXqFdmdsdG6Afo6Vk5uvv7q1t7fBzsrFx8C8trK8yLWsqaussbGwrqysrq+ws7WwtL2/t6aWna2MdoadlqCysZebnqCYpLe0sIqVjZWba3qZoIZih29opG2Oi3aGlqSNe6WbiKCQmLOeoHl4lnice5qCmZNWZYejR2fEkmK1wb6xmXB1alJnt8fCube7hHFnVoBveYl5YFeLhk5kU210iaSMhlVMWoCLlHJvdGxscnCEhIqGjaS0vLq5v8PN2cvMyL6zrbjGtqunpaOnrrGxr62tr7Cxsa6mvLq1pJaQi5qgkYSJkpSmvKynrpyLmb69noSAnJCSg2uVjpZulIpwq4ubpISslK6japejpZZXh52Sb2WOjJuRnqh4hIBqcV6VN4izYqStwayoiUtfT114rreupbK4oYSGWISEiKZrUkx2aVhrbl5ij6qOjl1XV36DiXFxe4dya3J9g4B2hZ+tsri6u8PW18vMx7uxuMi4qaSnpKGnrrCwr66trq2rpZ6TvsCvo5iQgnyVrayllYqZt76urp2TiKzCmHlwnZiGpHiUiY91mZl7oZuhrpevhJuqfI6sjohUkop8Y1Sbk6uttJN7g5d9gn6WW4OIpaijiaSRWDVGTG1ObKOpwaexqreWZouVkZFRTklcTmZWXFVTgJ6Vn2FZYoKHdXqGgJF2a3h3fnxzhZqnr7Oztcbe08nJxsLCz7yqpqurpaCkp6usra6wr6ujloyExcS+rJuamouPprnAtp2euMiznJWGh5WjiV9th3h2gpWLhZuCi5aXn6OmnbeRiHeQjoKlfnB6dW9icEd0gpKytHt0hZZ7i4eDlHOktaJvka92TS0yT29GU5yztqOkuM6dfZ2Pe3ZZdWNOT2Q/QV1NeJeMpW55eniSd2+Hd4l2cIR8f3p1j5aZpqmrtc3SyMDDyMrUyLSurrCsopyfo6iqrK6xr6aZi4OA08W7taiQkY2Fkay7y8Krs8zPqJSJmZSGc1tigXNnW56OjIuQmaWsr6Smkrxze2h8f2eOjm14aWBfZVhHaZymvIJpkKaAp4KLt6CvrHKLsZWVYjwoYIE+UYmlpKeMsMy2mpyKfUFmgG1HTnxhR2FHgYiHqIigkH2Jb3GEdXp7d4Nwg3p3j4qNn6Wnt8q+vr7Cxs7Su7m8t66koZ+enqSoq66wraCOg4GDvbWwp7Clg3yHjZqas8TBusHIvZmZpKOIeWRhgnl9epGHjm2Ts7Krnq2lnZWQbWVrh2BrjoVdhVhfVGFaZaCcqYJrjr9qqIaezYyhsHyZqquSelBIX4VGapmRn42It8LEtZmMnGVhaGhPQYBufW9emYKXsJitkYt+c355ZnByeIJwgHx/iH2Jl6Gkv7muub3Ax9XDurq3sqyppZ+WlZ2mrK+wqpqHf4OGqpqij5WfjIKJma2jnbGyp6Gqn4l5pqeThHhja4qKjISemoN2pqmogKemrHiLc25sj21sgZJxg1NnZ3yQgJCdqpJ1pr9wnI6s0YS0pYynp6ORl2eEfJdefJaQrWeJtcPWupyOr5JafmNRVHNnlI59sIyftp6ohoRqeoWLanB6cn5wbIODhXiHkpqkwaSmsbm/1c++vbKrq6+vqZuOipOdp62upZOEg4iKl5CVk3xucYuTpbS8q6SkioKEgolseZibkaB9gZeYqI2hkbiam3uxkYmanYtVXXVomJNpZXiEeXR+lYWnp5WlqrGLs7OEoZenz4KypJu1f6C2e5GZlHyMd5h2hWaNrsW4wauek4GKkHRGWnKAraaIsZGwtKaZkXJYc46Xj4eLenR3bIiEfnOHk5a0tJmhrrXM08G+t7KwsK6qpJmOiIuUoamroI2CiJCPiYChrZZ0d4marri5taGchYB6d29ufI1/iZF9kZeJn6axs6KxrHaOnpuUlKqVbWJli4tqZ3mBaG91m6CprKGkprh7tr12pp+1vnCrvZ+Wbre6sJuYn3iVmphnbGSFoKi5xL6PWWucmpFJXnWOro+MlJCysLSbg1tPZJCWlaOWfH+Bf4+Je3iJkZ/CppWgr7zUwLq8uLu4tq2lnZeQi42SnKeqoJCFjJOPi4iUqq6ikpqbrsLJq5KZk4KHf3BweoF7e4iCipqOiaOosqikh3pyeJ2MhIugjXBsfn9/dmN4a2eApKucsLmpprict7xfl5yuvYmunZWPgqevvJuioaCvnYlqWFtxnaHMzMqMUnOTnZhXZnuSrIeHkJ6kuLKQd1FaYHKOjrCaeIeQk4qDhIKLlLS0mZahr87Gub28vcC9t6idk5GQkI6RmaWsqJyQj5OOhpKMlK23saOlo7C6xqifpaeWmoN3dYKEiqOQjJ2mm6WzoZekk3N3cZJ/b2SCjIVyhHx3al12ZmWBoZaZsKeerLaipMCBjJa9zZ22iIZwfH2Cua2ttK/Cn4t9QExui5PFx9CiXXN9i4NbVnGLkHR9mqyjqJOAaUVcRFF6fbOVcoaVmYaJlYmEoMSinKGru9C3vL/AwL62rJyVlJaVkIyMlKKrrqiflpKNe4iSjpqtvL7Auquew7qfhKmno6qfgIeIjZillZervLG9sZ6Lg4BqdnN6d2twloiFg4NshIFyZWSIlYZ0lJ+MrKSgn7OccqfFxq6wlmFxamhvs7Ontsbeho6KbjRcf5m5vdayXUNrbVthanSLkVpWjre4rIVwUjI4L1J1dKSHd456iYGWpYyCtcOmqLK60723u8HAurGnoJeXm5uWkIqKk6KrsrGqn5SNs6yimZ+hsLCepLSfnbiylX+Ij5mojICQiaGboKWfosG4qKqNhnpjfHWDb2+HmY+Yh32IgJmAd214eXN9gXKGnaGxwpi+kLW7uaCTlk96W12FmoymvtDRgKaviidFbIqTstitSUFeWFBZanqdjEtVlLPLsXRkRSsuPmRxgYN6d59niYueoH+Nwbals7rOzbK6vcDAs6mioqGhoJuVkI2NlqSvtrauopWOo7G5sKOmrp+bh3+fl5m1o5iLhYCClJaWhZWelJaglY+jnp6PfoGAdHFudYB7fJeXlIyOiZONXl59g1yPon2Tnai0yJ3Do7Cuv5eLkmttUWd9n2O0pdPChK3BjCowXGVetsWZXzZASUNodIagfzRqn7PPw3NcRTJWToOKnnFrc6lxgZeelYirxLCit8bWuLW7vb+2sKunqqiknpmWlJSWn6y3vbqwn5SRi5i3wLawsqWOiHx6gKe3tKiqo5R5f5aempudmpiXjoaKjIuFdXiOf2hqcnqYjXRpg5SAdoxtWH54onB0rql6tq6ns7vFtqufwJp/jFNPZGt5n2qxrtLGnL62gCkiXmt+s7Wehzw8bGFtfomTZzJplqnCyoNFOi9ogJmbuohkaqSKiJ+mlZvGu6SlvNTHq7a7vryzr6yqqKKdmZWVl5yhqrW+w7ytnZKQl5aYqa6sr6OTfHSDhYl9i5eoqqGsn5WXqLGuqaefnoODiIyIY2h+hIB0gIeOlaB3cH1+ZnVdWXeHb5dknbJ0va+Yfce+sJ2utndqfVROaGuPcnywwtPAo87BkCsiW5R6mZqeoUtcl3x5iISKd0dyiqnAxGgzN0yFlZ+vxJ9pY5SZl6Wum6zKs5mkyM+wpbS/wbu3sK2onpeUlJWWmKGosbvDx7yrm5KPiYWOp6eapKuxqplxgIiQloKGhaCnooyJkaq9wrq1r6SVgIKHiX9vgIV9b3OFeJith4Vxb2deaW93WoySjZqBrMCoeIqymJu7tJh9f09YcXieYH+or9C+y9bHqVlFgHefnpCmumuRkXV0n2OVji2JoLa5slMoKGiQipu9z65/dp6XlqKypsK/w6Ci1aufoKvAwsC8s6ielpKRk5SYnqWstr7HxbiomZKOmouYoKCWna+utrOojoB7f3CJm6uljYmPkZuco6uahp+nmYqHf35kVHCJkHVeW2p7kGdwgH6BX2x3bWuHjKahi8a5qGq4opu6raGDflpSbH+AeYqpnc/I3dTFqJBRdHJ6k4GqwaWJYHh+hnWZhUOEh6+3oWImP1qfhqy4zLqLf6GYmautssHAxay7vp+cnLC/xcXEuaicmpiXl5eXnqiyvMTJwbOhlZGLnZmmrKajn5mdnpOFlKuhhYeLkpGcmIuTkJOjoKu4sqSOgn6JeXqEamRreZGVhX12Y15LZ3+BjWN3fFaAia+qgqrIwXOqrqy4mZV7dXNOfIN0e5ermc3WxsvFqoxranRudm2yurVhNH6Ikp+RbmB7k6avmXdNTmusoMPA0q6Pipiera+yyqjCurrQtKiVn6+8xMvKvq6mpaKfmpaao6+4wsrJvaqYj4+KoaWrsra2r6SoqZSCj5WWp5yiqaWYjpyfsLGsmJiYo6irnI2Xk4qIiG1bc3yNkZunn4hsSF5oaJN9c1x4iKO5gY3AzIytsrG3kpJtXnlmdn59epaUosXVvNfZp5CHflpwXF23xa9cM36apqaaYWtzp6quloBXSXSYrs3JzqWfj5iqrqzJxKW+t8vAubKeo6OuvsrLwbezsKiln5ugqrS+x8vDs6CSjIuHsaavtrS1wL2okIeTn5WOgZeSjZ2qqbWhk5acobCqmo+MiHqNinycuJR5fZePgoGan7+qeVlcZHKLc3lrfn6qk4qrx62xvbO8qIp4b3Vzc411hYymssqjvd/Jo6SDVkNmT2HCuod6RYS4pqWpXlZzqLOjk2U6TXqZusfKw5ybhpWVpqjPpZ6qv8u6v7amo5+kusrFxMG9ta2rpaKnrrjCx8G1ppWKiYiFrrGzsJ2Tr6iut7O5s6+gfXGausDGr7OolrTEw76moKajo52AmKGorKmTcYK0uJqSiaHBupJ2a4p7aWSbmHuLrIWWxKygwLq2tIJ/aXd3Z45mjpSpvbmuyOXZrax/NzJXWpnLrpp9SY63m6Sqi254s7SOdzwgTHylvMvPpoaLeX1oobW3jp+ryci5wbKdqJaXtb/HysfDu7Svpaass7rBvbGllouHhIN/qKyop6a1w8G+vJ6Bg5WWnqKlmJGXnKmxtrfFwcTHvZyXnaKkiYeXlJeBaXSQtMSyq5aSs5WFfXOamYqFrq+WkKeTw7uvtcC6uIh5aGiKf4duk5ivwby51ePfxbZxQkNIU428qLd2ZJKTiqKillyHtbadWzMfV4e3tdDKwpaaeG5dl7ajlZa5xMbGurOpooSRqbzIxsfJwbSppaiwtr26sKCRiIOCgIB7v8Gqn5qXmZWTkoV+c3aCjpiqoaGeprXGxrypqrO5nIJ6iKGrtLayt6+ijoB/m6i8taeTiZdmbF90goiWmK65rbKnr7m8pbi9spRrbGJxf3t9lJS61L3K1t/fxMh6P1hNdYuxrMOYWJBjmKKio2CRvL6nUjsraIy7utXNyaGkeWlwpJ6SmJW0vcrCw8S5poyMpLC4vMfLwbKsqayztreuoJGEf399fHx3sLqUhIF/f46akHJ7kJKloqKloZ+clamrqa2hoKCVhpKousTL1dbZzq+dlX97h42strGhhXx4V1xtenWSr6enrLS2pbq8qK64tYxkaGFOf3yPnq7E1sfcy9/Wws13Rl5Ef4ymtbmAYYlCfoGZlm6evMirYEw5bYS0w9nExLS0iW9+p4SJjLCbs8K308/CrI+inKKuu8rLwbWxr7OysKidkIR/fHl6enZwssbEx72fj3NfaHZ4k6a0trzLt5h9fpawytHMvbzGyauZqsva083My7y1o6mQrau5wby1uK1seGZDW46KmqqtkrS9p8C7sqmzsY5qXmtNeX6Ms7/Fz8nmzN3Mzsp5XWZaW4ixwMGFc4I2Y4aFhGKyrsinfktKboS5ztnEucq5iXKaioSQmbSdra7I0sCsmq+il52ltL/Lxbq4ubqxppeMgXp5d3d4d3Nrure8wLy5mYigpn1yb4GUpKi4w7qVoaaoqaGhra+nlY6dsrvS397X2tq7kpWzt66xqqa7zL6sqJxyQ3GJnqe7oJW5pbO1saW1oYFjZ15pZnWKnKfAwdPe0tbYzdmZa3NVb3a3yLWTfXMzTYxogFa3qsunoFdKZ36z0N3IzNOygHSSeICXsqiturvNu7yepKudlZ+RorvGv7/Ew7yqmomAfHh3enh4d3Bnr7u3r6+5zM7RzaeWjpysobe+uLWmq6yemK+sqp2is7/J1crBwsnHt7ueb46YkZiksaqqu77CqZ6oj3iYg6W2vZatu77At7K1moVTU2NrXX+Wo7HDwd/V1NbP082fZms9Y57Ex7eRcn1TR5KHfXa5sMKUp3Bka3ar09jU28ywko55d4anoaW6x8C/z721tbKhrKGVqLO1vMbIw7ymjYR/fnx+fnx6dW5nr6umorq3rKK0vsTSzb+cjpqUlqaurq2rsbOwsLW4rrjAysbI0tTMyL6zvszRzLyomJN6g73OxbmsnKiXpJ23naqZusLFsbSqm4deTmF3bIWWtsHBy9ne4trR28Goc2NGXaW9tLieeIJ7U4OYbIXGwbCFuH1ubH+pz9TY2sevpIZ1eJejmKS6u67T2dHJwbS7rJ2lsqq3yMvKyb2mkYuGhoSDgX9/e3ZvqqelsMLQw8K7t7q2rqqopJ+ao5aqvbK5vcbJz9bd2MvHy72xo7DV397bysPBvqm0ycOqmJK9vaq9vrqmlsCnsrOstsfBqLOmmYdtZ2R8gI6ut8nD1Nvj4MvS0b2pkWVIVqu5k6qia4GPQXGYbqDW2LekqYNndoWjzNrax8O3oXR+gaCSmZqjpb7e3uTLu7asoqCysa66x83KxriomZWTj4yJiImJh4F6pKKZmam6x8DKuKW3qX2HoLi4qqaWoaeju8fBvbyvrsTS0s3L5OPe0sG6vr3Rz8W8vbvKupGKwMrEqavCt5upusK0xsa6p66jpXtrcW9ogaiqwc3Q2uTl18rIvaW2lmVXcrW6o6ueV5+VcIecdKLW4s3Cr5dfdXuHutPc0dHEnIh8gJGVi3qTrsTX6cO7uK64q7Guq7O8wcrLxbWppqiopqepp6Wko56akpWPfnZrkqvH0Mq/sKurqKW6xLq1wcbFucHAxMnLyNLCx8fIycK0o6Oqo6mbnKGts7arsaSUjKu7ssW4wKKhpr65xsGwuKmjoHdgZW1wirCyytHX2+TS2M7Txbe8jI17jbW7q7iTa6CaeouLb6zU5MTCrKZ0gX52tM7c4NrLp6Jph36QgZKsvcTbssK7uM3Cua6urLW0uMrNw7myqqekpKSjoaCgnZiVcWtmWVVMTFxqip6mmaGrsamYmaOvtqiqr7q+yMvIysTL0czIx8bFwsO2sqGSk4Z1gI6orri3hnifxsnCuK2Rr7K9vsjCv62dm3FnU2qAmrS2y9Hb3ODO3dTbw9GvoaSLmLi3qqiThJevjJOKebHZ1rrFq7melIKQxsvb3tjOuaxwjHyJlqqyycq3w8S2x8jBr6aqq7KusLq+urq2r62rqqmoqKiop6WjQ0pKQ1dKPT5MVVhhd5SlrIx2j5mVnJqqwMjN0s7GwdDg3MrGz7qfj4+VlZ+akod/eoWGdnWYq7iij6G4ua+snba+vr7DwLealnFkSWqRlqu+zNTX2dXS2M/Iw8y3sL+krcGelY+OhoqtrKicirjg1MfFqsG5pIamysXW3dLR0aF4iXaCn6u8w77Qz8TCvr28qK2spKqwtLe8u7e0sLCxsLG0tLW0srCuPDU8PDs9TEhBVGJaSlRic4OHmq28vMS8vMvHw77I09XQuKGOdFZIPUJITjMvKTYmJygyN0lQcn6OlYqSrLizvbLCubTDubemon1pW2mPkqW7yMbKzs3Pyci3t83Arruyu8WPioiIhXWnvLqvmcTi2NbRwMGolpnE0rrY4NPU2rCMjGxzlKuzsM7i0dDM18O3t7mypq21ubnAubOxsbO3urq6uLq4uLe1QUxFPj9IPVJlZmhwb05FVGhmfo+gqqGnv8bHysS6tpt1XlRBJxsTFB0qOD1CPzo6ODY2NjUsKi4zRmJ7hqurrMPBwL3JuLiuoYR5Wm6GkaW+yczMxMnJxMXEts2zv6m3xtCvpqGUi5WTuMa+ocrY197gzsesp5y90rHV4dXa2rasfmB2kJmpwM3Bzt3c1Mm7qq27uri9v7iys7m8vL6/wbu+wcK/v7/BSktnU0pUYVZlbnp1Z3lvaHaMioacl5KLi5e1sJiNZEc6MCkcFBYkLkVRVlhSUkxGQkI9PT04LCslHRcfN2+WobfBwsLLv6+xooqEdHODjaS4zcbFxdDEwcjAxdPHxZO+1cW7oKiGjJeUvr/AsM7P1uXn39S6t6yqyLrY4NXg1seuam95hJWsu8LE193KwMS+v760pa28vry5vby+wMTFw7+/xMjLy8vKWUxcbGNYW25yhY6Nh4GHh5CWp6KQg4KKkpeamoZ4WEUqKBsTGjdLYmxwbWpkYlxVTUlCPTEuKSoqJyMbDRhchJG5ucHBwrKropuJe32HjK/Czs7Bv8Gwwc2xxdjCwanG1Le8la2NnqOovsfBwNPW2uTq58nDxci7wcjc29vl2NSodnV5d5WeuMLFvcnLzNLLu6issbLAxLu7wMXGytDPzczNzs7Ozs3NWUxGW35yYWiDjouplJuasrm0rbmqtrOtqKOhmJOBakwwIxMaQGBqgoWCfHt7d3FlWlFGNRMIFCAkJycrJhcQR4CTsbK7u7qonZuMf56irr29ycK9xq6uwb3Atsy7wr/O1rvHpr2aoa2sw8zBw9jW1Nnh3crHzdHHwdPW0+Dh2syjhH57jZWqw87AztTSyK2ko6OtubKws7S1t7q/xsnJy83Q0NHP0dPUbW52ZHiBa215ioeYtpScr8DGt8bFurnGxMi1qJqLc1A8GxY7aHSEloyIgomQlYqCYmBXKwsHAxYjJCYrLjAnDzZ7mLO3uLuuppKhgqm2t8DCwLa8vLTEvK3F1MOsysPG0MXLq8WzpKWxwM3DyNTTvsve5NPGycLAxM3Pz97e2ci4nZKGjKu7xszVyr6vmam5tquywr21rqqurq62xcjLzM3P1NfY19fZcnp4hH6Ce2pzhoucnaOJo87DyL/Vzb/FzcbBs6iTbksvGixgcIORkJWWjoWGioh/fXthQC4bDQobJycnNDg1KxQyZ6KrsbGzrpatmba7vLzBt8C9trTJvK3DxbOlwsbawMS6ysW8tbi7yMXBxsbHqLDb4tbGz8S+zc3HyNzW09G3poZui6e3wszOxby9ucDDyMrIxbuysLCyra61usTJz9PV19ja2trcc3aFmpKEfmZ1kZitj56ijLXAycrA1dDJ09XGvbOcZ0YjG0twiJuhn5yblYiOi3xzXk5OUGNiRSEXJikoMTw6Oy8ZJ3KaqaiquKmuqrzAuLvAxbu0uLO/rpWuu7WosrjPqruiyMK3s7zCxcPCzMbEqbfZ5N7Lz8y50MrMxdfO18+2kmx5jqO4wMnCxNXZ1NDNzcbGxsTBurCusre8v8XHys7R1Njb3d7fk5CTm6eLgmRrjaClqp6goJS5z9fL0tja09fOxbakZjYeLGKQn6qqpqKgl5acpJWGV4J5KS48OygaKC4rMjw+QkExEzBymKKltquvtcTCtL29yLq7sb6xqJCuqqyGmsS+u8Klv8a4sbzCwr3A0MHIwsXW3enW1Muxy8XLycvI2MaydnmJjrG6wMnN1Nrb29jRycjIzs3Kw7i1t7e5wsbHyczP1Nne4OHikaahn6adkWVrfpCcqqKfsKbA0tXbw9re2c7PxLaoYyocO36hrbCxsKmdl5qnr52KRJSJPTUlFB4XJDg5OT9DSUtHJxM6eJSmtaapvcPCs7nCu7q6tLevuJe4oJuIp7+yyb6/x8Ksur7IwMLDy7jO08zY3t/VzLqrv7vBu8XJ0cm4jYyVpby8xNLWzNbR08rIx8XAyM/S087Gvrm7wsjLzdDT2Nvg4ePjoq2rrbWwk4x7foqMt7WdjbfI19bSzNHd1NnUy76hTyMiUI+hr7CsrKmfnKCxr6KAJBYUK05EJBgYHjxMSUVGUFlQQRISS3GWqa+wuL7CusDHwb68u6m1qrCylo+Stqu1r8XLx6uiwsHAwMXHy8HNy8/W29bOwK6oq7W7uL/Oyca2npGer7vDwsvR0sjDx8PEwMLEyczR0djT0MO1ucLHzdDV19vd4OLiqKq9t7iwopuHe5R8hbqpjqnCwtLGzc/Z3tbQ0MahUCQlV4ahp6ippaKioKi3r6F3FAkGFFRXMx0YGzdSWVJMVltVSB8NGFCBnbKvs7y+w7/IzLnBwbK5tb+/lXmsu7TLq7qtyJ6sv8DKw8/N1s3Mw9PT29bPrLGkq7e7uMHDwcO2n5Knr7G3wcPCtra/u7q/ws7S1tbW1NjV0cjAwMTHys7R1dnc3uDitK6lrrmwm5OXgoKbdYaqp4OzxrvLxdTR2dzRz8qqRiQpV4SgpqKhnJufmqa1q55rEQUGCzdWRx0YGj1ZYVpXXGBdVjIODCtiiaeps7a/wMTIyMHHuLzAxcm4qH+5r769uLGryLPBv8HTzs7I1MrJytvY1sTOra+frrCzsMO9xLyxlZaZsLS7vbattLSvo6ezv8nO1dTU193b2M3Ly8vLzc7R09fZ3N7fpqmtt7a6qZmYlYyNjoWfrZaauMG40dHSy9fX1MurTiMrU42lp6egmJSalp6xqJZcDAQEBQxIURwWFkVeYl1jaGxxYDsUCRU8dJyis7nBwcjOu8W/uLO9ubq4m6K8rLynubGro57At8PP0s/J0b7Jw9nY08TLv6WwtaWctb/ExcCurJyjsLWso52XlYdvYGN0iZurvcHEy9PV19XSy8jKy8vM0NLU1tnbmaW0ubq+uaifoZeLiIGfoJOyr77LwtLd4NjZ0tCsYyEvW4isrKuooZeUlJ2uonEhCAIDBAcsURsVGkdaZ2hpb3l7Y0IcCw8lZJKkur3AvsPNu8a6s7i1o8Cnj6+fr7WUt6aVnqysrb/C0tfN1cPEx9HW18jOyaOxsqWJwb/FwsCwqaGpp5qFblxUT0g/MSIlKjdIZoalu8fOz9TZ0MbBw8HByc7Q0tTWoaS4wr68uaehl5CaeYOQq6mpsqqyvb3N3uPg2c20fC0sVnuss7O0ppuUk52kg0cKBwQDBAclRxYTHFBdaWxldYB7akslCw4bVpapurnDvcbQt8W4t8K4t7yarrSUuK2LqoOhuKaCtbOz2OHR3829yMjP1su2xKerr6uWwMLBwbuxq6qXhGNDQUpRVlRQRjIhHSYzRmGFnrXIzs/T083Fvbq/wsXJzM7OnKmyy8vEv7Wqno2JdXCXkKW8v6inusTF1drf4NG3fTIoSnGfq6ugo56alZiCdkkIBQYGBwYKFhASJ1Zhbmxvf3x8clgpDA4VPoOkubfAvsfGwLe3vcTFwa6WgJahp6emt5OitMKPv7C819bW3s/LyczEys+wv6astrG1wL67wry1pIldNyoyP01XXFxeXU82HSc/VGh6kKe6ys/R1NHJwLq9v8LExsfHuLe6wczEwreyvKqTfnCDkJKguK+ausrIy9HW3NbIoUslNmmZo6Kin5uQlY58eFINBgcGCCYWEAweSWVkb2xzfYB5b1srDhETL2matLjCxMXEyr7ByMuuxKWNkpmjpbOlxquEubybt6y+4tbW1dDLyczMxsurnqqvtrTAv77AxLOhdTkVCxYwQU5YYWVsb2hTLiY/XHmIlZ+mt8PO0tDIwLa2u76+wMLBxMLKvrm9uri1t72mhHVykY2Bm5+jqLnF0cPc3NzWumUqLFGMoaWknJWYk4V7dF4YBQQEDB0LBwsdT2NaZ256foKGdlInDxIVH2CTsL/KxsjKzsTEysq6uayRuaGLoLaqv6qMxa2cqbvH4svc0NbDycbTxsi5pLKxtrfBw8HJuJVeIw0SFxgqRFJWY2pxd3RoSCo9WHePm56YpbvFyMjAtKyorba7vb69xbGzu7yvr7K3sLW4o5CChYSRhYqbrK+gtdPQ2NvYy4o+J0V9p7GxqqGalIR8cmEsBgUGCAQDBAgxTVFfaHN5f4eNckkhDRQVHFOPsb7H0MfRyM3FzMjMu7mkwZilm6unsqWzuJikisHJ3cvcwdbI0MzSzc3EprKvtrvAwMi5jkohFhsdHxoiQlZbZ25ze390XTU0TWuFlpmYnrTByMS5trSrqKqtt7q6y8G3sbO5saCktry6p6ikoo2InqCfoqqqlLjT3NPLzK1tKDtvmLexnpiYkY6FfXJCBQMDAgMDAyRBTFZkbXWGjZaRck0hDhUZHz2AqrjAz8fRv8jOx72+xr28orKUqLOktYa1raWsh7vF18zQw9LC08fQzMfAsrCsu8LEwL6NTTUzPzsnHBceOFlibHV4f4d+bD0pPV9/jpSWm6a0vLmuqrG3uLW1tbi519HGtLesrKumrayyo5yTop+alJKQmJ+wr7nF0NjSzcGMQydbfZKjnpiOjomFe3FTDwIAAgMEJEdLUGBlcHmKk56LZkYiKx0bIjZxpLnDxcnZztDSzsjFuraumLKwp56WkI6ymayUjMLO2MjPx9jHzMbKxbS9sKO1w8XCu5haRC86V1A8HhodMllpbnp8gYqJeEgqRWiAhYmLipSfoZydpKuyvL29vb+/0dPPvq6ws7Wtta2loaqWjZWhqZOOlnuTqKqvw83T186ubiozZYmXoqSRjomIhXpmLwMDAwkqR0tVY2VteIiTm5B6WTRIVSQbIi9lnr7Hvdjc08nUz869v6+lrcSttI+ekrCQkcqisdbP1MvNyc3ExcnDyK23rqC/xsG8omNPQSAjUl1NJRkZLlZub3yAiJCQf1IvUHmKiYaDen+HgoSOnqWssre+w8PDzc3SyLelqK+xuriukYOIkH+SlJmMcYV2i5q9vrvPztDDnEsiRHWKnqekn5WXkoN5UhYHEDNMT1RhaHB6jKCmnIxrQi9vaCkeHy5XmLTB0tzW0c/c1s3PwJqcvKuvsKierKKboa+mscfPyczN0sTMzNS5w6enpajHyb+yblZNPBQOLVpXLBcXKVZxdICJjZOWiFszU4KbnJeUk5GIf4SYqq62v8PExcfM1c7Iv7qvkZKjqbi1joNna2GEgoSnmXN+d2yLvMvO1tzVvIcsJlJ8p7e5s6ufj4F2bk5AQkhSVFtkb32KoKiqo31MNEZ2WSgZHipJhbbHytTO3dTY19jYpJmps6e9nLO1rpiPoZKvnLHOvtLWzr7Iy8y9ua2uobjOz8GUXVlRPRMHGk9ZLhgXKFNxd4GNk5aakmI0WY2nrbCvrKuimaS0wcPDycrJz9XVy83Mxb+0opOIkJmbfo5+eGZnhoqDnoV3eHB+hKrDxs/Px6xkJTNoh6C0vrSlnY2Bbl1PTVNdYGVvfY6cpKOciVY7NFtjOiIZHSpDfbOuzc7U28fJ1eXJvLWzsarDrL+Tg5GZuq2ko7TVu9HZzNHKxcqzwq+xssrR0K9wWVlVPBIFDjhQLBMXKlZxdoCMkpqgnGY5X5KtuMDDw7+3tb7FxczT0tPY2Njay8zMy7+1saCenpusln13aHx5dYaWen1jXmZwfHyluMbM0MCfVSQ7co6hrLO2r6GKeG5nYWdqeoCKlpybpamWXz0tRldNJR4YGyY1XqC+ys/g0Nnf593VyLiyta+9ubmTj6mhqKypn7LLu8jQzNLNx8i5vrq6vc7UzppgWFhWQBQGCRYqHBAYLlducoCOlqOppGQ/Y5e1v8XNz8jGxsXK0tfa2tze4uLi2dPIycW5rKGSm6Oor5J4boB+gnNzoYZfYnleaIqdlq3DzNO9pmEpOXKUoZyst7anlIqFfH+Ml52mra+zsZtnPio3UXA1HhwZGyU7WpW/x9zY0tvm4N3cy725qqyytredqrSPoaq4ira1wMfTzdLPxsXFub+4tc3TxoJbWVdWRhkJGxIPDhghOl1udISUoK+xo1xGap+9xMvU19LP0NDT2Nfe4uXp6+vs1NjMyb60p6WZlYmit6SGhnuSiHt6d5p4eGl7ZXeTjpyy09bbzKxpLThkiZetqra3rqajn6asrq6ys7axj2M+KzBHa10jHBwaGic3VJC0yNnL2dri1N3bycW2rbvHuaKmvK2NfqinkLW7xsTP2dTQw8PDtLi3s9DTu3JdV1daTyQMGQwIDRgoQmB0gIyZp7K2m1JPdazHztPW19XT1dTW2dvm6O7y8vP03NPQ0Mq2rpaGjYmIoK2Ti5B9hWyGk6OifIWTh4J5hIimwdHc2MGqfUcuVHqTnqKpp6apr727sq+0ubOKUTcnMkNaSSAeHB0ZGSo6WpG5w8/U3sfK3+LMybiywsK+tra3rJuGuKSfx7u90MvO3MfNx763sqmtwNPQqm5kXVxcVy8HAwMDBAshQlxygY+erbe4iUpZgrXL09XW2drV1NHS2+Tl7vX2+Pr819nYz83Br7Cpm5mamJ2TlJKAeIBmgpKXmnaCoZWBbWdlfbzS1s7AtaFkNzNTepOfraqtsaCOj6GlhmFCKSQyQWFZIhsZGxoXGyk7UourxdjVyNTW3NTez7/AuL27w6u+ubS7z6qrtrW10NHM18HHyLKdoaCdwtjUomxmYWJiWzoJAQICBAwsSVxxg5Ont8K1bEhdi7zP19zh4t/X1Nbc4+Hm7/f6/P3/zc7PysTEu7KtqaegnqObkJWWj4WGeIiNiYdhdJmfdFZoeXquytXLwMO0dD0rNEdaa3iKjIJ1aGRUOygcHyksNDgkGhkZGxoaHyw7T3mew9XO4M/V3dnbz8XCrrTGrbC6pKWsqIu+pLSkyM7Mx828uJ+pmqaQvNzWn21nZ2hkX0gXAwECBx8/UF91ipuwwcSZTk5mnMXU2+Hh5N/Y1drc2dvn8vn8/f7/1dHLycW+sqWpqZyakJukqIqBko6Jn4KVoYede3mDenFphn1oirDO0NHCooFSQCYgJCovNTY5MiQdIRkZGxsaGRseHBsdHh4ZIjEzSW6YwMzey8/b4uDf28fEvMLCsKipo6Cus72lsp2tuLvAuMaqrKKona+iv9vUlW5ta2plYls1CgEEGDhMXW6Emai7xLNrO011qsjU297b3tnV1NTU0t3o7/P29/r63NnU19HHwLSmpaanm5uqmqOWhIqOk5SDkKeYorGqd312XXCifZqlxtbUvratom5HJBsaGhoXGhcWFBkaHR0cISMrLzUvLi0jLjE4RmOUtr26yOHk3OLd0L29u87Fqbuhrae4rZ2wq6WtqbfBwcyusqCfprW3ytrWkXBycG1oaWhUHwgWOkpXaXuRp7XAvI9BNlSNuMfS2t7d3NjUzsnM1Nzh5Onv8PLzz8jO1dXKvr64qpykrK2rmIySjaCweWeHlIKXmW1nh6BodZmdpoySm7DL0NHPwLCRcmFINSghHx4hIyYsLjQyPD0+QT01NDUuNzRBTWKYosDC19XY1+He0MTAwbnKwbe6s72uoaWppKirrcG7y82yqp+hp6y+1NzVkXF4endya2FZPig4SlFidYyktLm6qFovQ22mxtLZ4eTl4NTKyMnNzs7V3eLk5ens0MzOzc3MzMa7rJWSoKy0tKuZip+zlIlqbYWDe418gXKCi4aKoJOEj5apu87Z08nAt6SUeWdVUlRSR1xPU1dZa31tWVNANC89OzU6QFqAkLrM2NXV4d7Sy8m4ur+2t7q2srOtsaOmp6avwMK90cSvpp6boLK3ztrQkXF5f4F+cmliVExNVGR2ip+ztq6icTA2W4u509zf5ePg2c3KxsK/wMbQ1NXY29/h29nSzcbFxMO9s6KSnJ6inZ6qoJ6jm5CDZnuUi4CVkI+BeKiYobCimYt+nLbIy87MzLywpqGYk42Vio6BgY+TmqaNeWVKOTNFOzE2QGCAorbL2M/c4t3Lyr/JtL67trW7r6urspK3rK26tcLAx8Knsqy1pra5ytfNlXJ5foOJh39vZmBfZ3yNm62+s5lsNSNFeanH2uHl5uDZ08rIvrKwsrjBxcnO0tXW29vZ2dHPy8O9rqSXhoKXoKugmJmZfJqBkYGRn4qSp4aEj3OMioKZnpiQeJS3xM3W1tXNxsXCwba/wLWqrrmqsqeWimpGOzpFRzAzNld5k7q+udfe39vIxsbMx7GrnbS7prW3pr+msKyjoMHCuredsLC0pri5ztTLmnF4foiWmZODfHZ1g5Khr7y8mWk0IS5dl77T3eLl49/XzsS+s6Wmqq6zucDGyMrMztLO0s/QzcfFwrukjIN6fIWeqZCbfaq1nbiphYZohpyWm3uMiYyHl6ikjJOforPI0NbY1dbUzMLa1M/JxLq4pqyle2NZSUFJTTAkLUpqm6vByt3V2NLEucC3zba9uMCwyrS1uaasvp6ks7e0wLCsp6mjqrK50NDEmVxjeYiTnJyVjoqWn6ayurSVXy0cLUl6q8vW297d2dTPwbmwpZ6boKits7e6vLy909LPysbHzMnCube4pYt8iIKBnZ+Rm5qnnZmvrY5+d4OUsKaBmpWNipGKmqybo5qiu8jQ2dve3tfZ29TT18C1vKmVaGRUSktVSEIpKVBkgZrA2t/a1snAs8u4s7qyubu6qK2pvLm2ramusry1wMSen6Cfsqm7z9LAhEdPa4KPk5eYlpihpKqqm39PJhglRXGhwM7W3+Pa0czBsKqlmo6RnqSnqqyur6+vz9HPyMC4sba7vbizrJ57bYuHlJiTlp+QkKSXl4+JnpOesrGsiJSHZX+dlY+Plo+XmrDGzNbb2NnZ297ezcOwoZKIdmNcWWFiX0A0MUxmiKm/xMfLysq9w8jDtbC7srG8uK+7vLm4ur6xq7K4trWkmbSwurS+0s6xcDcxRWJveYWNk5SSjH5wVzggHCZBZJC1yM/Y39/Wy7+smpiRh4uVnKGipKWlpKOjxcbIxbuyq6qrrrOwpp6DZ298kKOhipCwqZqZemuJipOgmaW5rJySlnl6f3l7kIuRn6ifqrm8w8jOzM7KzMKwnYyDZF1kZGpyVz80MjpYeZqtuLO7t7zIzsm7ybK3t662srC7vMDHwcC/v8jFwbmopbCssrm2ycWgWjw6KzA6SFpna2dkUz8sIBklNlV4lau6xtHW19PHuaONiIaDhI2VmZ2goaGfnZ2btbm3tbKvrqumm5+lp5x9XV54eXCMuZuctbOkm6SxnXppb6CkmI6gr7eijHp6kYJzcpeZr7OwyMTGxrrOxbSdjYuBbmJedXZdUUU+O0hVao+oraOrrqi+w7vDvKO2r7W0ure7srHDwMO4q77Ow7u6sKmhlp+uxb2ZTEpXRDAjICUsKiolHxwbHy5Laoqvxs7N0dHR0MStnouCiIyLipCTl5udnp2cnJuXsK6vra22sauno6KcmpaUiGtgbZCdoJmjkI2XjaKxnpqGg4eYiIOHimqPprqokY19kIyatLOmqqicqKe7tKqkjox9gG50aHtmW0VgTj5UXXuQmaSUoJWhxr+6rcCdqre3u7i7v7XFxsu/wb/Au7OzuJ2qo6+vv7iEQ1hzdWNLMSMeHR0fJS49Tm6OoLTI197d2M7BvaWUlIt+i5WUjpCVmJybm5yamZiWsrCtqqOjpKKlpqiekoiCd2tUXWhthI2arZR0cX2bpruqiZOQl5OFfnmEiIabq7GjlJF+fIOSnZucoKKpo56UhJaAf3Z8dGVmYVBgVEpOTmZ5hXqDqZ6sw7O2taSip7bCvLW0u8PIzL6wsb3G1dXGrKKjoa+nraN1P2WKmpKDc2BXTVBWZnSElaK1w87b4uLazb2zpo6Ign1/j5SPjZCWl5iYmJiXmJaUsbSrpZiRlI6EfYCCg4N6dHNxaGJtaWVidJGMiJKWiJeIcIeuuaSVn42Hop6arZWRqKmbhIZwj6CclKKlmpScpZGUiHx/d2ZtYmtPUU9FS1ZlbnShppqxs7m4p5ybrrm+wrywtcG2t7irvcDO4tvVt6minK+kmoNWQGCLqLCnoJ2ckJKbpq+0wsfJztjk49zNu6mZj4WFf3uKk4+KjpGSk5OTkpOVk5KQo6OglYyHiYZ/e3dvbGdiZWVpdm5lcW5mVVJyjpaTn62hjZmro7qmipqXlaemrrW2pqqtqa2ohpigoaacpamkoZt5iYlzdnVxaG1UXUpNPkNQYH2diJacraOsraywuK60s7m6xMO+zbe3vMvX3t/bwqGfoamaiYBPP16LrLe6u7i8vLy7wsvQ1dXW1NbVybShlI16d3+HgoWTlY2LjpCPj5CQkJCPjo6OgYaGg4WBgHp6eHhqW11lcHZxbXFxaF5YZlxYbH+PqZCcpJdJYpm2g2N2ioaVhnZ1g6enpqGcfn6Ng3eHhYiNmKaWnZqAcm11WU5WWj49PERmcYmPh4ukiZiar5mjnKOgrcfMyLe9urLAvMzS2tTdx6ygl6GLfHBUOlV9prfCxsnJztDR0NTT1djQx7+7q5GEgoiRj4uDgIeMioiLjo2NjIqMjI2MiouLc4OEeHt1cWVeXGBnXllNSFFgdXt/h3xpZ3FiVVNRanZzio6FdYGztpGOkopthpiYjXx/kqixr6yUho6KkouEbImOkn94dHRpZ19kXElBPEprbYCIf4uVq6ygpKWvrq66ssbAu8PGzLy8zM7Q3unZzLuylZyRhWZYRVFqoL7KzdHW19TZ18/Jx8e8tbCkmJWTkZidnpOIfXZ9g4iOjo2MioqJhoaGhYeGWmdrYl1aZGRqZl9laGtlVlpdZXqLmZWJioqJi4mYlouLkouLgHqNnqynnZSTn42grZqVcXaYjqSanaWfl3yHnoOdj4R3fG1hbFR3VklBVFtfeHiAfYOboZqapZSpu7/Bwca8v7a6zMfJws/b4OXl38eznZmZe2hSU1dll7XF0M7P0MrGvrm0s7i/va2SiIuCh4qJmpmRgHeAio+Oi4uJiIiGhISEhYWDX19oamZlZlxdWFxhYWhvb2lzcXN/kJqQoaCVlJGDmqqZpZ6bpYuFnqWFiZJ1a2aaxayttq6iqq+xvradi6Oxp6mlkZl6kH9sdG1yU0pXUV5lZXSTh46jqZ6SopimprWotcK2tbi6zMXJwMvg4+vp386smI+Rc25UVVVhiqezxMfEv7mtoaOjpa2+uaqgl458gYmDk52ShoeKkZGMjIyJh4WFg4KCgoODb2NhX1dWU0pHSFZdYmZrdoaKhoOBj5eRkJippImJj5KFiYaaloR9dIVnb5C+r5eQrqKXm6+qmaevt62cl5Wlq6iflZOHl5B/mGFmX1FYTGdye4CLkoqaiZeMoKK1qqyrsby8vrenv8zPyczg5+fl5ePHqouSf2pmWVFbe5ejtL65q6OZmJSYnaeqr7SrmqOgnI5/gpGRkZCRl5ORjo2Jh4SDgYF/gIGDioR+cmlgY2hrYmRrZWptaGVtd4OOk42LgoWPprCii4aUgYN6Y3WDc3uGk4mTq5t2iYGinoqLjY2vmJinn5bDu6iGpZSUjZSYZ2xyY01QS2Z+kY+QkoaJnbOipLG0sZqzsri6tsO3q8XI0dTh5uzf5NHJs6+qknpnX15ijJehqKajlYuXmp6cm52bn6SblZmMlI6ChoaPlZGUl5eWk4+LiIWDgYCAf3+Bn5qQi4WAenN0dnV5fIGFiomBf4SHg4RxWm18hYyPlqSUfXx4fXpuaYyfr6qIgpWKlqN8eYuUnZiWm6ago5ixsKiwp6uZg5Gcl2xwYVhvVlSJj5KKhXaMiZmfopKYs7O0vrmtvb+3u8DEyuPs6Ozl2s3Drq6phXdkYF5mh6OmrbKpm4uUnKaroZ2cl5KOjI2SoJWLh4WNlpaXmpmYkpGNioeEgYGAf39+sa+rpaOelIyIi4qBeXx+f4B+f4aQkZCJeGhda32Ng3V9g3dbYoGNi46IgpCNiIaKg5WarKOJlbe+tZiVrLO2pqqfpaKmjoKMZHpocG5tX2d6hIB1dm2SkYaMlq2goLi0trK5sa+yv7rGzubs3uLn29HErqGsiXZiWmJohJ+nqaqol4yRjo6Tj5KVoJyUiouPlZKWlZeWlZOWmZqZlpKPi4eFgoB/gH59trOwrqqloqGblZSNh4SGgH19gH+CiIySjol8fX+Ag35+dnt6XGFviIyKdWxlbId7cZeeiYikvM/Qu725s7enqZeUrKqUjHqDl3hwhmlsbW9/cWtsZWiBhIyHipekp6a3qqm8sra3ucHV2eXm6OPd2dDXupudkYl/aWhsh4qXnZuRi5KLe2xwk6Ken6CjnICBi5ago6GZlZeanJubmJSQjYmGg4GAf35/trO0squrqqqopKOjnJ6al5WRi4N9fICJkY+NeW13hXZmY26EcVtriqqViZSfhpSTeWByobCZn6G7ra28vLmwsaKkm356gWSfjoZ0e21vZmJTZ11gYHSFfJCSc3aGmaKnrLqtrrm8s7vc3uLl5+Tc2czOua6ikoFvUlxhi4+KnJqLgIGHj4qnsKmhm5SglYKOl5uXjZGTlZmbm5ucmZaRj4uIhYOBgH+BsrKytbKysK6sqaepqqmlopyak46HgX5/jZSWmI15dG9qbXFxa1xceIymnYt4mZeVYXd5c4SBlZ+fudnKtK+2qKisnZaHdoCUkXRoX3J6d149STJRT3BtcHuKm4qdk5Gymp2jqaq2vLfJ39ri4d3c2N3Durmwnn1ld2JahYWTlKCbmpqNkKOunYN+iIOUnZSVmZeEen+JlJaYmZiZmJeTkIyIhIKAf3+AsLG1uLi5uri0sbCtrKunp6WhmpSPj4mIkJyjoJmYl4+HenJ1fH59fIqUqq2Yb4G0q42pmJiPlqavsbGhkaGYrq2enJelkYV+eXVycHiEeEctHzlfV1ddbn2OlI+ZjpORmZ+WrZ+rvK/Aw9zg4trd2NnQxbexsI9tbFlcdnyQn6CnlpqMhJCZkoWZnIiQnJCZnZB+g4ySmJqZmZiYlpaUkIyJhYKBgICBsrW5vLq6uLW0tbWxrq6sq6qpo52Xk5eZnKKpqKKipZuSk5WJgoqUjZ2aipGTmKa/xqieqZmnmJCakamvm56Zmq+ZnZKakX2Jh25xf4x4YT8jPVdjXktFYHWOlYmTjpKcpKKboamwr7O2vtTk5+Xh3N7Lu62alYZtdHdwc4iUrqOknJuUjZKWi4qalJadkYOJgoSGkpyfnp+enJqZmJaUkY2IhYKBf4GEtba2t7m4tLCvrq6qp6qqq6amqKmkop+eo66vr66noaOkl5Wan5uhlYySg4SSmqKrj46gn6OiiZOgraWxtaeenJmJlJSZlpx5d3V+f4ZxXlBLWG1lXUo6TFhqhZ2QkpWWkaGvqKOwt7e0udPe5+fh1dbJtaeLho6Cb3puiJWco6uqk6Kin5WJh4eVlpycinl0dYeTn6Wpp6Wkop6bmZeVk42LhoSDg4eMmqKrrrGwr62pp6mno6esrbK2tbKxsq+tra61tbGvq6aqp6Waj5aPkY2KlYKLsK6yqq+9w6eWjoqRjoqlsaibsIt/npOWnFdlaYSGe3yBf31sdG1sYlxMWV5ddoiPlJqUh5ycp6utq7SuwMnh5uHdzMa1rKCXmI5+Z3Bre5SnopSmmo2PhpOLhY2SiYyMgn15hpairK+wsK6sqaeinpyYlpCMiIiIjJKXe4KLl6WpqaakpqKalpqirbW6vLe4ubm4uLe2uLq6trOvq6iuraehoqCbh5OdmZmgqqydnpeQjIWas7u8oJ6usqWmq4KEkYJ6iXRzhJd+fYB9dHtsYVtcYFhZYnp5hoSIm6Oora2zr6uut8nc2ObZyrWonaaVm3VXVmtpZXyVnp6lpZ+gkpKPioWKkIiTk4iHmqSwtbe4ube1sq+rpqOem5aTkJGUmJ2jdHuEjpmhqKqoq6ein56iqLC2ubi5urq8vb27urq7urmzsrCuq6assrWzoJigk561sqqdk5abqLK0nKGls7Ounpefqqi+qYmBiniDhZSOdn2FeXNjVFRbU1hVWnR0d4iblZugo6SuqauwuMfX4Nnh0Merr6mHg2NGXXVycnKOj56ho5mHgYmIioeMfH2Ki4qYp661uLu+v7++vLe1sKyoo5+dnJ6hpquwhYiNjY2XpaywsK+ooZ2kp62xtbS0t7vCwr/Avr27u7u3t7e1raanqLnEv6aeopeLo62ZmpqTkaq9sq21uaGKiKGolayPnoqaoHaDioKSfGd4cVxNR1ZbV1RRX298fYB/hJOgnaexq6W+s8nV4efm1s2pp5aPhmNEXmltfneDlqCfoJGNgXt/ipN+cHR0fYubp620ub7GycrIxcK+urWwraqoqayvsre7gHp4fYGPnKOpqqysqaWfnaKsrrS4t7i7vcLGxcTDwL26u7u8tbOvrba6wrq8urm3vbmeraKlprO5saqNnrWwtqiduJyboYSZj3iClISTiHdmakxHS09YVFZfX2xqf36NgJido62ro7W5vsLQ5OPU28q4nZiHbmZRWmNxjH98iainpZ2WiXaFk5R9anBwfZOfp6+3wcnP09LS0MzIxL+7uba1trm9wcTIaWpufI6bnJ2ipKepqauqp6Onqq21t7i6urq9wcPFwMC+uMC/vLa7wri9y9fKwb2/w6Scsq3DwZeCmZeYpJqedpqvraCurHuGm4artJ2aen6BaV9kX1lXSVhSZ3d0gYyMl4eRnZ+aq7e0r7XM4tng29C0naSFcmpQX2Juhn6KlKWpnJiGe3qKf3h+enlugpynr7fBydDV2dnZ2NXRzsrGxMLDxMfLzdDTbHiKkY+Qk5ibn6asrK2trqqtsrS4t7i7uri6ur7AwcC+wL2/xLq1xM7Ax8LCw7err7upoLC4r6qRlKyuxLqerrukp7akl52omqOmp6egk4CFbW5ybF9XVlJRW21xfX6JgZKPm6WVrLKzu7nV5+Le0te/rp+ReFZGcXRtcX17fJOgi4uFfJqYhoaDhX+AlaOqsrnDy9LY3N7f3tzZ1tPR0M/P0dLV2NveeoOEf4CBgYaQmKOtsLG1tbKxsra7vb2+wMDAvr6/wMG+wMS/vr69vc3bzcG5vrvIx7eqn62srq2ppqKhrKOtt5ecpKWapqixqKOYmZ6Qk3t3c3p1YltZVlBZW2t9dWuKgY2bmZCXqamdpcLS4+Lo39PJrJCFdFhFYGVwd3p4f3yOjoiHiJmUhX95eouZn6WrsbnBytLZ3uHi4+Lh3tza2drZ293f4uXmfnRyc3d7eXiBjpegp6moqaqssbW6urq6ubq9u7m8v8K/vLvCxMLEwLzK1drT1NHDwbagpb+yn5mfn5eWl6CooqSyrMG2sbKytbCZpKmahnSHgoN0ZVBfR0pTTVZvbH2ah5OWmaSeoZ6hqrXI5Nns39TArJaFfVVLXHp9fHqDkpCJn5uKe4iGg396jqOoqautsbjAx9HY3uHk5ubl5OTj4uPj5Ofn6u3udmVfYmdvc3Z7iJGaoKeprK6vs7i7u7q6uby8vcDBvb3Aw8DBxcLDv8bGztfUztLIv7nDxsa2paqwlpiJlJ6hoKayvry5t73Nv6SusJ6JkYFufIJuZ1hkTk5UVWFsc26MlJWOopmhrKS0tLHI3eDh08LDpIyOe1hnb4KBgYWLjox8iI6LhZKJhoyZq7Gxrqyusba9xs7V2+Dl6Orr6+nq6unr6+3u8fLzhnZqZmluc3+Ik5idpK60tLW1s7S1tLS3ub/AvsHDx8O/ur7Cv8bGxLi9vsPHt7G4wbulnqeut623rKCZo6ainIGVqLult77Gs6ixsK2Yh3p4gXlkX11bT1RYTmNaXV15ioWNh56inaOmprDByNzn2L22qZmUh3hsbXt/iIeRg3GHk5GblpCLkqCwuLm2sa6srrO5wcnQ193j5urs7O/v7/Hx8fLz9fX3uLSxtLa5vMDEy8vNzc3MyMK9uLOwsLGyt7y9wMLAxMTGw73Cwr/Cwby/saehqbiuq6eor6qkq6Okr6ifoYFxYlx2kpGMra2rs7KipKqhm4d/c2Vma1pUSUhEUGNpbnCEjZqLipaao6ubna+wvcfaz8GnoZWFf25hbXuLfHyNiXKDlpmnl56coK+4u7m3s7CtrrC2vsTL0tfe4ufs7vHy8vX19fb39/j4mJGLh4F+fYGFiI6Ypa+3wMbLz9TX2NnZ3N3Z19bU0c7LycDBw8PDv7+2qqW6tra9uLewurKwr66sn6WppamTakw5PneVmp2dmKGlrJyQnJ2NgHptb11QTkJKYlxfcXJ4h4qVmaClrpGaqam5vLi7yKirqZaJgGBUYXKMk4uLiYB+i4uUk52hrri7urq2s66tra+yuL/Ey9LX3eLo7PDz9fb3+Pj4+Pj3mZOMhH98eHd2eX2HlJeaoKOmqq6xuLzAwsjO09jb3+Tn6OTg29rTyMO9ubOsqa2rqq2ooqWxtbmvsbS/r6mUe29PO0p9maCcl4yWq6KfmI+RiHp5clVNTkNWVFtgc3RzfoGMm5mZnIy1qKO5w8DCuKamn56EhntiX21/oZ+SjY5/hoOToaSps7q8vLm2sq2rq6yus7e8wsnP1Nvh5uvv8/X3+Pj3+Pj4n5uSh4F7eHNvc3iCj5eZnaKoq62xuL7Av8PFxsbIxsTEx8fFzdTV3drb1c+xm6mprLeqn6mltqWotbe2vreql46KhJOXmaWlq7GtsaantJiGjHxxZlxIU0RQW1ZeYWhpbH+Mk6GLhpisqLG1uq/Eua2nioNxgmlfYHGHoKGVh5KPgYmapaext7y8urezr6ypp6mrrLG0uL/FytDX3OPp7fH19vf3+Pf3o5+Zj4mAe3Zyc3eCiZGTl5uiq7C3uLm7vMHEw8HAu7q7ub3FxsnHwsDCxL+/vbmuno2Fl4Wbrq6upJqnlaKYlJ+dn6alrry5sqaflYSYpqCdeWxiXlphTFNJTE9ZWVdpZnd6iHiGmpiZobSvsq62s6KkopaDg3NcWW9+laCjloV/houbs7a5vb+9uraxrainpqeop6msr7S3u8TK0drh5uvw8fT09PLxnaGfm5WNh4B4cnVucHN2foqXo6uxtba4vcPEwcDAubvAwsPFz9fZ3N3UzMzWycG0qKORfHN/lIR5YU1bgZWXjp6jsKmupKabnZygsbO7tKehhWpOUFldU0BBRTxOVUpYYFNaaHiAgnqJoKyrn6GquJmfnJSOhHFlZH6KmqmsnYmBepKovb68v7+9t7OuqaempqampaSkpKapr7W9xtDW3ODk5+rr7vDwnKGioJ2akYmBe3FlXl5kcYGNmaSxtbS3t7y8wsTGxsjKyMPCwcLDy83N0c3Iv7Srno9/dX6ko6KOYkE4aXuAnKeyu8u+u7i0tbu3vLrAur+yhGBCL0pZSDtBRT4+OjhERTtQWl9pc29/nJWrp42hrJuSk4WJhHhpbIOVn5afnYtwZYKkuLy8vr25trGtqaWlpaakop+dnJyfpKmvuMDHztbd5Onr7e/wop6bmpmWjouHhHRqY2ZpcX6NmJ+orrO2v8bJx8TDxMTBv8bBxMvQ19/i5uTb39jNwLOVfXmMnLmumnFKSElxi4mLjIqVqLK7ub63u73DyMSyk247IR9KQz47MjYyNTc3Qzo/SEZaYVtydYSWkaOIk4qMgHZvcnFrc4ianZGLk4JoYniWsbi2tbOwqqehn56goqWmpaKblI2Ji5KdqrXAydLa3+Pn6uvtqaWfmpeUkpCOi4V5cGZmbHmGmqqzsa6yur65uL/FwL29wMbL2uXm5eLk4NfS2NnV1c26qKy4vqSnmXqBd4yjgHRnWmhvlpumpr7IxM3Sy8q7p4hTLRElOjczOTIwOz5NUU5PV1ZJUU1Md3xyZXl7i3ZyVVVYXG1qboWTm35zW2llSG2Io7Ows7SxraeioKKjpaSkn5qSiYJ9f4aSnqu2wcrQ19zg4+bpqKajop6enp+Zk4p+dXV/iISEi5mptMHM1trh5+fk4N3Y0s3R1tXX3eHa29zu8eni3trLu8XKycbEuKyOepV3eGdVQzlebaXDw8S/yNfTxL61spxjPicUHDg5LiUuTVZZWmFiYl9ZWU5XaWZwfYFxU1BGPD48RVhkeJOTkXtWXnNxVHOXq7S1uLe0r6qloqOlpqakoZuRiHt2dnyHlqOuucHJ0dXZ3eDko56fo6SmqaimqKqzvb+8uLe4uLm+w72+vbm5vL29vLi5uLzI19zh4NvW1tHN0NHX0M/K1t3Z19fRxLWkqqm0ppyHYT1PgqajrKyqusW/ycrPyrCcdEkxIiMnODhMV1pcXmVnZV1cW1pcW05UV3hVV1BKRUI5Oktjg5WeqJt7dH6FgI2esLm3uLe1r6mmo6WnqKino52TiH93dnuEkJ6qtL3Eys/S1tvfqq2zvMXM0NHQysCyo5eHc2NeYniNj5mgoKSttLi6vsDExsTE09vY1MvLzMfKw8jSzczU0t7c0c/PyrCxu8HDrZeSemZ2iI6rqrC3xsfE09fY1tDDtYRcRC0gQ05RVVVWWWBiYV1eWVlbXllbWGVWXFVQUU1OTkxyn7Gpo56Vio+SkZOXpbO6wb25s66qqamrrKyrpZ6Ui4N/foOKk56psbm+w8jM0NXZ183Gwb26sqqnopyVjImCdGhndXR0g46Vn6estLW1t7m4vs7W19bV0NnVzMK1srvPyM/Z18nGxc3O0dHIvMTJx7+3rpqitLmymZa5wsy7yN3i2tnWyamYd0sxKEdIQ0VKT1FXV1VXVVVSU1hRT1RSTk1NSk9RVlqJpa2np6aVpJ2Wh4yPpLa/y8vKxsLAv7y7ure0raadlIyJiY6Um6Srsba5vcLGys7Tube4ub23trGurKiimJGMgn58a2ZncYCQm6KnrK+xt7/EvsfT0tTVxbeqopqZnqy9xcTCrqW9z8DE1MTRy8S0qqytqZ+otcTCuKGmsszNtLjO1Nja1NWxemdHNiYXGhQTIj9JTE5NT05LT1NPTklKSUpKTU9UXoCYsbqwoZaTmpOAbIyeori/v7u6ubi5vr/ExsXEv7uzq6SgnZ2iqKyys7a3uLu+wsbLvLm5uba0trKxrqunn5iRjoZ5bmNeYXKEjpmfpauxsLO7ydHOxMK/sqios8K/r6Cflo6So7KnrZuaq66urbG6r6Kmr7i0t8DCvLO4v8bU1OLn6unl397LuZtzSz4iHRYLCw0mREdISkpLWFVNSEdJR0hHSFBVgq23rrOrond2jYFhZISGjKCpqaqtsK+vsrK2uLq5trSysbCxsrK1t7q7ubm4t7i5u7/Dwb25uLe3uLe0sK2po56clYmAdWpjX2dyfoaSn6Wqq7LAys7U09DM1t3byq+kpammm5OSqJmfnqegkoKGi6Wlo52hpa60tLe9xM3X2tva1tnZ3Nrh59zLxaaHdVJBIxwPEQkMJ0NIS1NRUU9LRkRFRENGUmeEq8LGvrKrh15qiod3kqquq7m8tq+ws7i4uru7uri0r6mmpKWpr7S6vsLDw8G9ube2tLi8xMLAv7/Av7y3tbKwrKmknZeOhXxxaGRlanSGl6S0xdXe19Hb4/Hw1cO3rrK0t72zrZumop2RioKCbXh4l6Cbo5uLh5S3wbvEyNTSwr3R1tvj397k2s/PvL64m25WMSAVGQ8RFDpETU5HREZGREI9P0ROa5CvvcrLvaidjGh/h5GRpbm6vcrMwrm2trm+wcPDwsTDubCppqOmq7G3u7/Bwb+9ure2tLe5yMfGxcTEwb27vLm2s7CsqKWel4yAd21laHifz9/Oubvb9PHa1tbUysjMv8PGwcG4ttLWqIyIl4x1bHJ0n4RydXh9c32bkpuovM3V183Q3OXS6ebW0eLM08XGsINdRyYhIhYXFDVCRkY+ODs+QD5DQ0Znj6u+zdHOvaymhX6anaGfq8XHytHSzL+3srOztre5urq+xMfBt7KvsLO4vL2+u7azsK2rrLC1zMvIx8fHxMO/v7y6trSxr6uloJaKg4qw0MunjJfL5NG9u8LMz8zV2tXU0ta8wbzX27uzqKSWmZOQd22ReWB1pKJ/bGh4np2loqGxu8jT2dja1dXg7fDl39PJwqGTYzwdKy8uNEJFRD83ODpAQz86YXaMqrvIz8vEwbewpKOxtbimsMHJzs7Oy8PCu7e1tra1tLOxsLO7v7+/vr6+v768ubWvqKOcnJ2jzszKyMjIx8bCwb++u7m3tK6pqbTIzsOqlaDBxLCXjZqmtcC+zMzLzc3Qyb/J3uDPvLelsbK5q6yeoLWZgJG7pJeGgGyXm5CIiIqducDRy9LZ1dnd4d7W1tTUxrmte0olMz1ISkpHQz8zOT1COjhUeJKnuMPKy87Cua6xsK21urm1u73BwsXExsK9vb+9ubW0srCtrKiprLO5vr/DxcO+uLKrpZ6WkpOW0dDOy8nIx8bFxMTDv768vcbR2MyyoK2/y7aLcmxveIGYp666v8HSzcXI1eTqz8TBvrS2uMK8vL7FuJ6enammqKacg5WnpKevoJu3xdDM0M/UyMjNy8nX1NLMxca1l18vNUFHSUdEPTQ2PkFAL1Blkai1xcbGwbu/uLKrrq6nqq6zsKyzu7+6u7u3tre6vLu4sqyppqalp6qutru7u77AvraupJyVkI6R1NHRz83KycnHx8jFx8/c5dC6sbjO37qViYB9d3ZzbHyDjp+3xszBu9Lk6Me7sr2+sbm3ubPE2cm4tqWbnqamta2bm7Cvtr2wrbK20dHPyM/T0Njg4NPT0NLS087Am2M8MD1DR0Q+NDE7Q0YxSXiVqbS4v8rJxsK8rKKTjpuPiZGcmaCuuLu6uLi1s7KysrO0tq+ppaOlp6msrrK4ura2t7i1rKKZlJCQ1NPU0c/MzMrLzNXp5NLDvL3Z5MOpn5iTj42Ig3x1dX+GoNnSqae76+bCs6efo6einL63tNLJt66kpIONqb+ws7C5r6m8w8m8vbzFy77AwsjXxLnIydHRtMnIx8XFpn9TJzg+Pzw3LjlCRz8rb5Ovs7nDxLy+uby2n4l3dHl6iIKThY+ltby7t7O0s7Oxrq2qqquuqaalpaiqq66ws7WxraqtsbGpnpeT1NTT0tDO0Njj39bNyMrd4M+/tK2oo6OenJeTjYeFjbHUxqySqdvSva6wppyToqqnopzDsZaMjY2AhaOspqy0ucO1tMTIzdDR1NTN1dbW1tTSz8rFzdbc18zMzsPBppddHCMxOzsnMD1COClKkq23ucDCv8K6vLahinVsYXyDh4eVm5qisbvBv7izs7Kwq6ikoqGip6ipp6WnqKqqq6qvrqmoqKywsaqh1dTT1t3i3tnRzc7d4NzLwLy5t7OwrKuppaKcl5y92MShlqbKw6iiqK6sq6SyvqyTpLaXg39/foWBiYWCjIyiq6SquLq1sbC9zdDMysvIy8jEwMTS1dPV0tHRx8y4vKZ5IhcjNSUZMjwtIUaGprK6ubjAt6yvsqycin52hHx8go6psLazt7q7wcO7s7GtqKShnJqanaSnqqilpKSkpKiqr7KusLGzs7Sy2d7i5NvSzdDY4eXSysbEwb+9u7i3tLGvq6eqxN3GoZaqycOZmpygraqxtMjQr6m4rZ2NiZCMkI6Khn+HeISBe4mOi6ebp626urnFx8rKwry5wcLCw8G/yby9xrHCvbWaMRMeJBMaIR8aTIGkrqu1vry6xL+4qqedm4+RlpCDiZejtsPJyL62uLzCvreup6CbmJaVl5qepaelo6GhpKisr7S6vLy+ubi06t7X09PW3ezYzsrKyMfGwsG/v727ubW0ts/ow6eipdXHm5eanZmoqLi828uyuMSvrqCVqKGnnY6RmKB8ipGUnYyJdn6UuKiipLGytMCvy8TNzb22uL/CsrfCvMy7tLOiTBQSChEYEx9SlZ6qsra6vbuxr7G4saSjoaOkoJePkp+orrfBz9TDt7W3u7+6rKCYk5KSlJWXm52ipaWkqKyxtrzBx8fGxcK729nZ2+ri19LOzcvLy8jFwsTCw8G/vL3a5cCwqq3YxaSbm5mZnZypu9LavrDCxrqwpaa3s6mjqKa9qZWCmaSZlIaOkY2loJ2Zj5Cjt7K6t6ihpaWzu76wsravs6m4sKCgVS8PCg4WIlqOoaeprra0tra3sqimp6yqp6ejqKGfoZyhqbO7vcDLyLiwr6+1uK6dkpCQkJKSlZmepKeprbO4v8bM0NLQzsvF3OXp39fU09HRz87My8nIxsfFxMPH4d7Ht7O00c2xo6Gdm5menqnG4L6trcLBu7GpubuuqKWdr8CjlpGTnJ+qp6igm6GeoqChnpeKjZCgoJ+jpZ2foqi0p6CVk62rm6STXEEREh4wUHqdpqipqaq0qKquqqeioZ2ampeWmJSan52epqu1t7e4vsO7railqrGvoJONjY+RlpmfpayytbvCyc7U19nY1dDL5+DY19XU09HRz87Ly8vJycfG0ODhy726u8/Xva2ppaShnp2isNXXqqKqvra0uaiys6uiopi4tKGgl42VnJGjtaCZpKqoo6Wkl5yZk52boZ2UlICMlKuhmYiNmp6GlZeCYUglIT1PXoiKnp6moKGgo5qdpJ2TlI+Kj4SGhoOLmJyhqKyysbW2tLjDwK2hm5ujrKWZj5GUmp6lq7K4wMbL09fc3t/f3dbP3NrZ19bV09DQz87NzM3LytDh5szDwb/K3MW1sa6rqaimoaG748SioKa7ra/Eq6+wqaClorWonaKXjpKJgJKgl5OenJKToaehrammr6Cak5mWlp2bn5Wai5GblpOLl3l7U0IqNF9piJGFn5KYpKCampuOjZGVjYh/k46Ce3uFj5uipaqwr7CxtLGxv8KtmJGOlaOroZqZoqettLzEy9DV2+Dj5OXj4NrT29nZ2tbU09HS0dHR0M/R6OTNx8TExOLNvLq4s7GvqqynpcPksqWlpbypttCqtq2mo6ezwZ6dlaOLlYiJmoeIlJKOfoqTmJOgmaWnk5d/k52co5icjpOUipiMkJmAgnxuUzw0SWF7kY6QnZybn52YlpGTgYmPjYeIkJWQhIeNlp2mqKqrqq6ssLGuq7PBrJGKipGfra+rrLG5wcnP1tvf4uXp6Ofl4tzW29vb2dfW1dfW1dTT1urh0svJx8nc1cS+vLq5trGysK+z3MquqKeqvqu906+1qainqcm7pqGku5qVlJGjl4ySlpiCh4qMjpSQlZKcmIyflpKRnYyMlpqLlpOQi3x9hH1iUEJIWmF1jJSQk56bn5aWkZSQio6RjIqLkI+UnKOgoqiuqKqrqqqqqqyvqaGnubGSjpKapbS8vr7GztTb4OXm5+jq6unn4t7Y3dzc29va2tzZ2dvo5NfRz8zL19rNxsK/vr68t7S1tcrhwa2qqay7rMPRtrKlpqmuyrWopKvFqJqZnayhlZeYlYaKin6PkIKHlJ2VjZuVkJChgZKMjYmNiJKOjnyAgXJkUlNaaGOKfIyWjpGelJWVkIyLipGQkY+Pk5CRnquurKyysKupqKenqKimp6Oan7aynZ2jq7fBy8zS2N7k5+vt7Ovp6eno5ODZ397e3d3d3t3e5+nZ1dLQztPd0snKxsO/wMG9uLe82t/AsK2sq7qxxdO5tKinp7PGsKuqqcC2oaKiqK6am5mbkImMgJKHhX2Hko+OjIePkpaIjIV5e4J/j5GKhGt8cmFhXGZpcniNjX6SjouNkouOj4+EgomMiYuNjJKSmaavs6+vt7CopaOjoqGhn6Kfm6Gzs7Cxt8LK09fa3+Xq7O7v7+3q6Ojn5ODZ4eHh4ODe4efr3drX1NPR3NvOy83JxcLBw8K+usXmzr+0srGsurbE17m1qaqpssyvr6qotsWqqKOnt5ybmZmWlIqKjIyCe3uBfIN9eYSHg4uEgXNxc26LhYOCcmd0Z2ReaW5ueoKLjYmDjIyHjIaJhIiCeYWOiYaLi5GXnaGntLettLirpKCfnJmcnaCkpaOotsLExc/V3OHk5ebr8PDw8O7s6ebm5ODZ4eDh4eHo8Nzb29nX1Nnh0c7Ozs3Iw8LDxMPA2eDHwre2ta+2vMvTubSvrKuxzrewrqiry62rqai2p6KhnKCZlJCSlIiCfIB8dXp1eHyDeoZ0cHF0bWuAcHh1ampsYmhmaHByeIGMio+IhouJjYiLiISFg4iRko+Plpuio6WqsbezrLa1pJ2blpaZnaGprrC0vMXO0drg5enr7Onp7e/x8O7t6+jj4t/a4d/g5u3i29na2tjY4NrS09DPz8zHxMLEw8fk0MbHvLq5tbW/0NC5sbSvrbXGubC0rKzNtKqtqLC2p6Wjo6Obm5WYkZCJi4iGgYGBgIJ9entxeHd3cXR0bW90cnBwcWxscXR3eYCKioqNjI6OjYySkI6OkJOVmaCco6OpqaqttLO1sau0r5uWlpiaoaivtbzAxs7V2uDl6uvu7u7s6ezw8O7t6+jj3t3a4OPp5Nzb2drY2Nzh1tPT0tDPy8nGxsXG1uLHxMm/vbu5uMPU0LmytLGwtsW7r7KxrMa+q6ysrLmrp6mmqKWgoZ6cl5ORjpKMjYuIh4Z6goF9fHd+d3h3c3Z5dnl5fH15eXt7foOOj46Vl5icmZycnJycoKKfoqWjqq6trKursrSxta2ps6aamp6iqrG5v8fL0Njf4uLm6+7w8PHx7uvr7u7s6+fj3tvX5ufc29zb3NnY3d3V1NTV0tHLyMjIyMve3MPCyMG+vrq6wdnQu7WztrO3w72vr7SwuMmurauttLCqqqqoq6WopaagnpuZmpeVlYyJjoWIjISFhH6Bf3+Ae398gH+AgYaGg4aDhYmSlJaeoaWop62rp6mnp6qop6muqq+wsKqpqrKxsLGmqLKmoqastb3HzNLW2N7j6ejn6+3w8fDx8O/s6err6ubj3tnU393c3d3b29vg19XU19TT0szLycnM0OrQxMPKwcG/vb2928y8uLa2s7bDurKvtbS11a6ura6tvKypq6uqrKiop6ahnpymn5ubk4qSkomKjo2MiYWKiYqHg4SDiIiJg4uJio+JipCanqCmqq2wrrKzrq+ura2qqauuqqyxsKqlpKq0q66uprC3rrK5wsnS1tzg4OHk6u3s6uru8fHy8PDu6ubo6Ofj3tnS4N3c29zb3d3W19fY19bS0M7Ly8za4MvHyMzGwsK/vr3az768ube3t8e8t7GutbLItaytrq60saqqq6yprquoqKSdoKehnJubkJaZk5GRmJCSj4qKiomHi4iKkJCMi4uPkZOUk5qhpKiurq+wsrK1s7GvrayqqaeorKetrquioKCssKuvsa65vb7GztXa4eTm5uTk6e7x7e3s7vHw7/Du7erm4+Ph3NbP4ODd3Nvg29fY2trY1tXR0M7O0uTXycfIy8nFw8LAvdvUvry9vLm6xbm6sbCytcLEr62vsLG/q6qqrKysr6qnqqKho6Ggnp+Xl5qYm5mamZaTj4uOjY+KkIyKlJORkpGTm5iam6Knq6+wsbGytLS0s7KvrqypqKamq6KjqquinJ2gr6+tt7i9xsvR2d/j5+jr7Orn5+zw8O7t7Ozv7u/t7erm4eDf29XN39/d3uHb2drb3NvZ1tTSz8/X49LMysjMzMbFxcPB2dfDvby+vLvCvL20srK3t8m0sK2vsbWzrKuqqqytr6yqqKWkoqCfoJmXm5mcm52hmKCak46TjpSRk5GOmZaYlZeWnqCgo6mrrrCwsa+xs7OysbCurKuopKKfp5yVo6eknJ2eqrO0ucHFzdLa4OXn6+zt7u/s6Ont8e7t7+vq7e/t7Oro49/c2dPL3d3f4drb3eDd3dva19XR0dvhz8zNy8zOyMbFxcbZ1MjAvr6/vMLDvbe0tLW1y7qzsK6xs7yvrqyqqq2sr62pqaimop+inZufmpygnqGfo6KXk4yVkZaWlpOWnJqcnJ6jo6alp6utsLCxsK6wsLCurKuqqKegmpeYnpmOk6KlnZ2jqbW+wMfN1dnc5enq7O3v8PHx7Ojp7/Dt7e7q6Ozs6+jo5OHb09DI3N7j29vd4eHe3drZ19XT5NbQzM3Nzc/LysfGx9zQy8PAv8HAvsa+u7a0tLi9wLKyr66xtL6xsa6rq7CvsrCrrKqopKWioJ+gn6Kfn6KipqCVmI2Zk5GblpKdoqOeoaanqqurq62vsLGxr6+xr6yrqqako6CalZKVmZuNjZymoaGosLjEyMzS2uDf5Ort7u7w8fLz8e3p7O7v7O7u6ejp6ejn5ODc083E397c2tze4N3b29rX1Nrk1M/Ozc/Qz87LycnI3tHHycPCwsLAx77Btre1s73LtbOzsbCxuLazsK2srbCwsbGwrKqpqaqioqKjpJ6dnaGjo5+WlZKXlJKhnZidoailp6ipq6ysrayvsbGxsbCxr62rqqakoaGcmpmXm52Qj5qnqaastsDHz9PY2ePj4uns7u7x8vPz9PLv7e3w7uzt7enm5+jm5OHc1czB4drZ29zd3dva2djV3ODT0M7OztDQz87Mysre1MbLyMTFxMLFwcK7urm2uMi5tbKzsrCyvLW0sK6srK+xs7Kyrq2rrKipqKqmpqGgoaOoo6GZmpeYmZuloqGkpq2qq6ytra6ur62wsrCwsbCvrq6srailoaKfn6Cfn6GWk5uprq+1v8fN1Nje2d/n4+Xs7vDx8/P09fTy7Ort8Ovs7u3m5ebl49/a1MzA";

function readPhoto() {
  return Float64Array.from(atob(PHOTO), (byte) => byte.charCodeAt(0) / 255);
}

export default { render };
