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
  const speech = spoken((sentence) => { summary.textContent = sentence; });
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
      button("Reset", () => show(initial.kernelSize, initial.coefficients, strongest(initial.coefficients))),
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

  // An atom and the element that is looked at.
  function show(size, coefficients, index) {
    writeModel(size, coefficients);
    draw();
    select(index);
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
    select(strongest(coefficients));
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
    showLink();
  }

  function showLink() {
    const { kernelSize: size, coefficients } = readModel();
    link.show([size, ...coefficients, selected]);
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
    showLink();
    atomView.canvas.setAttribute("aria-label", `The atom. ${sentence}`);
    frequencyView.canvas.setAttribute("aria-label", "Frequency response of the atom; " + frequencyView.fact.textContent);
    afterView.canvas.setAttribute("aria-label", "The photograph filtered with the atom, values from " +
      afterView.bar.ends[0].textContent + " to " + afterView.bar.ends[2].textContent);
  }

  // The last number says which element is looked at; a link of before it was added ends with the coefficients.
  function takeLink([size, ...numbers]) {
    if (!KERNEL_SIZES.includes(size)) return false;
    const count = (size >> 1) * NUM_BASES;
    const [coefficients, index = strongest(coefficients)] = [numbers.slice(0, count), ...numbers.slice(count)];
    if (!Number.isInteger(index) || index < 0 || index >= count) return false;
    show(size, coefficients, index);
    return true;
  }

  el.classList.add("acda-widget");
  el.replaceChildren(root);
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

const strongest = (coefficients) => coefficients.reduce((best, value, index) =>
  (Math.abs(value) > Math.abs(coefficients[best]) ? index : best), 0);
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
// in grey, shrunk to 168 × 168 and stretched to the full range of 64 levels: of each pixel the step from the one before,
// modulo 64, as one digit: gzip makes more of that than of bytes in base64.
// The outer 4 pixels are the margin that a 9×9 atom reaches into.
const PHOTO_SIZE = 168;
const MARGIN = 4;
const SHOWN = PHOTO_SIZE - 2 * MARGIN;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PHOTO = "cMGC///CD/9A/A/C8BF71GGCC/8AAC/CAB+B3BD+B66/9P+C8xAFI+B8H8E97FB4KBB74OA1OBF9+B4861BON9J/73A239CCL8+JC3/DEDH/8DCDADA8///+AECBC/9AB+CA/BBABBBACBBAAAADA9/+//A/ABB///ABBB++zFIGEB++D/9AB/+CB8BC+6ECD8++DBA//D/A5+G4E95A/O8A7y+OC+//GG88BG7+FEB1AQv/PBF//72D149PGCK//+81z7CDL/8EG87/CHG/7+AHDFC8/D/A/C/AA/+AABCBABA/ABBBBBAB/ABD+BB/99/AABBA/A/CA+//56JIFCB+A/+BBA9CAA8AF99/D/68IAB8/C/8B9F3H99+/E+A56DJ8I6I/B//AI3KvR98H9+DF+H976AA6w+IFNCD8A/4x9GDFBB4F/A4+LGD747IGKD9/F9/AAAB/A+B/BCCBA///ABBABAAA/CA/CDB///+///ACCC+8AA/89+JHDCB/+9AAC+BAAA+/D/89F78ECB7C4B/B/G6DAA6C88D7BDD5EGD96G9I5GA7J8/+HG/5FF287K7238EISB//8F6xFB7CEI3+//0/JJEB40CFNHB/E88BDDA/C8AAAADCA+A//AAABAAAAE7ABCBCCBA++/+DB9/A///CA4FIEBCA/+A9CC+/BA/9B/A5E8/8GD7D59BCED6EAA4F39KB6AA1LHB3C2BMCExO/6DFD/zN9H97DB93w9HHNCBB8I8yDA83HL/zE/49CKHC6vADHKFEE95AFDB+C+/C//CCA//AAA/AAABBBC8AAAABBCCBABA+8+AAA+/CD3BIFDBAB/A//AA//C9+B8B6//B6FI6B+3HEDB5I+/7/0FJB5H0/IJ63A0LIG32Q79DD7D+ICK38DD74r9FGJEI8DI71F+74DIC7+7E69KJ+7x9BEIKGBC6/BE/+CBCA9ACBA/AAAAA/AABCE9AAA/AAAABBCE/99+/BAAA9D7AFFG/ABA9C/9C//D96E6//9+C/EI2F+4GEB/6K7DDx5HG9J/33NHx9/J8HC2+K7/8J5OB6IE55N+0y4/+FKDCFHB98C972CAKA5/E3BHGB930ACGLG/G9AABA+AEC++BBC8/DCA/AAAABDC9AABAA/AA/BE++BA/+AABAC+ABBBFB+BB++D9B9/D/79/9E6AD/FF3H9/CA+C4L4HEw8HAAL+15V189EG8CE6FC28M/DG6CAG5+K45zHv+CLDDIGC+9+43C6+OABC/58HFAA5x+BFJE+KD/C/A+ADA+BBCC7/DBAACBCABCA+BAAA/AB/AC8+/AABBAAAAE//CC/AC/B/B8BBB+3EB+6F9A/CC8ED5H4GA9BD6FzKJz4CAO+DwCK0IA/A8HJ6F45LCBAFyJ4L2FB+5/2yAFHHGBHB+C4tDFC2F+JJ986+JB/8z5CEHC9JJ+A/9EBB+AACFB9+BACBBBBBCB+BBAAAAABBB99+/A/ABAB/ADD/ABA/BA9AC++D/D09DC+BD7G+D9D/5J4DE6DC8/zIMx7DGKA9zC/GF/8zLM8E+9+GE3K6/C9G6D+2H5z6ACMMJ0HA6E1zAJG64EGHAB71HEA+05ECKC9EH9B97HD98ECCFC+AABB/ACABD/+BABBAAACB9+//AA//AAAABCEBAAA//A89DC+/CB+27FG8F7H+A/E+4I78I5H5B92GN07GFHB7yC7V+/9yU97I8+DB5HA8LAzL8B3AE21H2IJRC1CB9FzxBFLB2F/ACI7xCGBB25DCPE+/D9A9+F/8/HBBHBAABA/+ABCBG8/+ABBA/DB8+/AAAAAA/AABBG+EBAA/79B9AEB6BD/95AM8D+BD8+89AJ+zK6GzFD7CIB2FH8F/xFGF/C4+M0H6D0L6CHEAJ28J+7+H/09B1NFO7/AB5GtzK+MA7AA+/R8v7HEI346COJC+B6BD4DC8CCBCFCABBC+++BCHA+//BA/ABC7+/+/BBBAAAABBAHA+AABC95+D+BC+6F+B/AI+C7BF7B12IKDyAHA0D8H6JJ4DFzKCuNAAIDyG8/B4D4L4JG7KC5zT+7KA6A69BCGF4DFD2ClCK1K9J+7+8U9z5HCK/8xCGHDAC9+G6+AABD/EEB/CFA+//BDF9A/A/AACB8+AA//AAABAAABBAAFB88/DC66ED+BC97DBBBCBB87GAB8vIJFw8O56K0L7+L9G93N72KD7M93B6J5B3HE9IyFCNz5V5AHAB7+2G/7GDEFD7+rAG1L9FA++6PAxE+DGCE0B6BHCF/7D88CC+F/EC/CFE//AADD//A+///CD89AAACA/A/ABAABB+BDA+88CE46EG+DEA5BBB+DE//3D+CB0EIC53J6/PyI/7EEE67L98G8CG7B2AH5J3I6G+xEIHqHX00VD/962B96FUE/+/Bz798L7DE869N/yG8GCFH6+0+DKCD3/C+ABAFAB/CGDCAABBDD8A/+9/CE89/A/BCBA/AAAABA/+FA/88/+EC89BCBEF8/C87EJA46/H9A86L+C2K96O4ED4J7G9yLDB8wMG93+KAD+DD0D/6C7OpUKsRCF6A4xE9DHNC++DB75A1LABHx6/K98EB8BLH5A0+AKBC6ACD7+CDBA9EGEBBBACFA9A/9+BE89/AA/BCAAAAAAA//+9LA89++8/GG//89EHC8A89+IG24+L/7I1H9B6JA4K+CD6G2FE1EH5/zP+959R+GBB46CF6B/GxKCHB+6H7y3ECI4INCG5D+D40JD/Aw//F8G8C+ALH+Cx+CIB8BD/E59E/CA9FFDCBABEG9+A//AD78/BA//BABABAAA/+9++Q//78AA8BGFB+6AGE77+8AED61EG9/DF9/F6CDACBB+G3+7H/9J29C/+9E2LDEIAy/EE5E//F3NE7zJHy24BIH2ESFB7BEG04I87/5H77BF3AH8LH+GyDAAG5+G8F7/F+A//GCBDBADGB9+BBBC97/AA/+/ABCAABB/+98+AU99/96A/+DGEE+6CGB379E/876CI899R8A/CCDBB+A7KuC8FA6KA4D8+/C98INCFy6KF3J3CL7D/yGK5Az37OIvFOHAA6IH75B79xJH73BM56G6OC/J4G87D5BF8BA/D8E+/G/BECAEF9AABBCB6AA/++//AACBABAA979AAP+++C+3/CCDAGEA+CB+3AD/687/I+B/G9C4JIA+9E+++/3+BH3CJ+2K1B+D+DP/D26JMrQ3GMwFD0HEA662+FKwJM+D8/LDA959Ey/CA68Q7E88P6FG7F5+99D/7DACC8E/AD9DDDBG/9DBACE7+A//+A/++ACCBBA/87+BBJ8C7CC89CEF9/FA9/C978LA7996CIAB+G/69MBA2JAB0E6/AI4AFE4E1EAGF8EDD65MGtL8HKtL96GA/8B0I+GyIG/HuJLDF558I5yJ58BH9M+8M4EG6D3A5EDB4CC+D9/FAB9DDCDH5ADCBG+8A9+ABA/89/CDCCA+79/CAD/B/78BGCFDC8/A5+B/C5DIA+E3BFBE5F8J5A4O4+EB7zCG9M+2/FD9/CG8IA8EBC2KA1H9EKtM99HyJFxGC/6E6J3E4KIG8D6998CC50FGEL+5K4HB99+46GHC++B8/A+H/+9FDBHA6CDCFC8/+//AA//99/ADDCA+79CC//+ID64AFEFCB/7/6/+/+AEE8DC7FB9FCDA8E+zGE//AF729BJA4/FC6BCJCCA+BAExPCuM+GCtOF4+2SB97AB3HBAzC+IHCEC/0zEN/+uFGGI4AC/I/B662+FLBAD96AB/E/8AECDJ58DDDG7/A/B/A++++/+BBDCB+89CB//ADFB98CAFFC46C+8B+9ACC+AE+CE9/GCC+/49+CJ8+BG75/EAA+7G8/HJB9ED8/E6GBpOCEEzJ8++9JCD4CAAD8748AGLBKAAxxIID/vEFGG3ADDCE/453CCEHAI74DDA++B/CDHA6/DDI+9B/BAA+999AAA/BCDBA99/B/+D/CGC/8B/DDD59CA8B69ADBBG8/EC9DD89E74B/I78+HD+7F++99G8AHI9BF++DD7BGxDCKE0G1/7DABO9AB/F379xDIHCNAC1vFDD+2/HGC5CHE+C6863G6DKBN53FEB7BD9/HI4/BCEF6BBAAA+99+AAA//ACDCB/9+//7EC/DFDBA/89J+56J//C95BBBDD8AFE+D977+A6D/C/9CJ9//A7G/89AJD88IC8H///F71NIA6A6zE+ABRA9EEGqC/5yKIHIBG3r6JB7CCDFCy/OKA93744C+IJAM48G7E+FE69ND5BCCG7+BC//+9/9ABA//+ACECCA+9++J+++BBDA8CD7AG/56DBDE59E+G+CB+BI99A5+96H+D7AGF9D7+D+G69+DA+DB8FGBEE2J1JBA68BvK4BKF9GGEBsJC3oHKHCIJ2n+H/+CEEJ8wCQHG6x846AEKDEA+/KyJAFB3EN98DCFA5CBAA9++AAAA+///ACECCA+99+FEC99BC8/7+I+BH7+8//AFAA8EC+AD9+F/A88BA9//CD+BGAA+A/C/0AIB3MF3FDDCF2J4DAE29C2B5FGIxU9L8xKFznCLC+WE1x2DC/JDEH3uNNFH9s767J+NCF1+COyEFC+9IG79FEE4ABBA++//BA/+//AAACDDC/98+/+EHC++B96/9/CJE/+A+95BGC/AB/A/++BB//8BF87ACCI969GF79G47J/K0BO/0P++DCD899I35Ey/FBEJzS/J92I+zq+PDFNB66uAM9DEDC1zOLFGCux9+OGGAI03BP5AFC8BL97AFG95DBB/+//AA+///AACBCDCB+989ABABEB/B987+DBB9DDFA+C9+AFC///+A5ACB/2CFC/9DBCCD1/DA6E6/HE6K0OFxS875S+88ECw9F2+HAJ5DMFE75L90n9OP5IABBrEO6/E/B71KGIFBqzBFOECEF3z+NB/EC7EI66DIC4+DDB+/+A/9+AAAABCCCCCB988+///CGA9DBC+82ECCB7BAHB/7/CGFB+/++87ABB98FB+8BF9IF2A7/++DBC5NB/D6KF70EK6AI+65A1CGCJxHLBI8DD85s7P9KA9FFsKA5AKxN+oXGFB+p1AQK+EJE40+K+ADE9H/B4AN19BCFB//++9+/AABBBCBDCCA898+/D8ECA9CEAC/+59+B9GEE/6/BBCBBC87GC98/+A68HGC56/EEG1DE/B3EC+/HCG/6P98wT7+I994/3+HEB+EI9M+G9956wJ/CG8KG552GBC8J7wQAKC7wxHGR6JDF809J+AEBBE/C5EB4AAEECA/+89/A/AAACDCCCC+889/+F/DB////BA99EF+5ABCAD/8CAAEACD/969/D8AD5/BEGB8++7/8GGBD1FC2LCJ/2KH/sOB/D5/5//3MB9BHF8NC8B/553AD+C+RC/r1SDCD939GGFC732AHQ+I/F34/EBEABG4G+AF5+7CEDCCA98+A////BCDCDCA9789A/GBBCBA++BA77DCAE+BC/99EAEB+8AACCA98C/+AA57GDEBCD+753FDAK797HEGGyDMDxIBAB3A38H7ECA/HADJE5HBz79+3G7AWE6s2SHDA9yCCNBB6719LJFI/B2+8DEB/I+5G+F9/+7BADEDA+9////+/CCCDCB+888///L9CC/BCA769DD++9F//EDAD78BCBD/89A/8F/9IG45BG+9AGBI704BCDG6C8FAL6+IH6BD9C8489C/AH6ECGDG2HI72B318I7EY+z9zQM8ABt+HOC8811FLIIDB+3/7EAEBJ2+DFD8B+8//CFE//A/++///BCCDB/9889AA/KBA/89H/BC/C+/939KIBC6B+7HEA/6/B/A/5GCCAA64EMB5++GI+259I88/NA4EI3EL6+H///0/7DA8K2KCFF/9GI91/1v+JBQM575zRK5DB45DOA36y5LMKFEB24B8B7OFA2EDI/9C87D7AICCB//++/+ABCCC/9989/A//LAA/AEDA//55AFACBB9+BCDCBAE/AB+4+CBB5/EAA76DHIE8+7/I58+9KA8/KA6/F7M+9CC//188AI9C6JCFF+AHD/68v0BBDOL8Dw8LA+GA9yKMA6v37NMMAG/+1B498OI79AJCBA9+++5DGEDAAB+8+/BBCC/998++AAA+RB69//B//A9+9BDDDE+A/CEEA98ACC55+EGCCB/B+979/HEE/87+D0C8GDCDBFD9B9CDA7EC951B9ED/BGAJG7DDCA5BtyG9KFK+G2wO0OCAAwMKB6r78PJLAH+/2B18CN+9C/HDD+AA+76AGCCBDB+8+AACBA+989+AAAA+OD38//AED+4CGAF/AB//A+FAAB9AA98DGECCDAB948+6/DCHD/85+/3CED/HH+ABCB8FA8BCA22B+7MAEEEFF8F8F+7Dq0G6OEGEBy4KuPBG/2MHD5u77NGLEG6A8A25EK4BBI7GE9H/965F/BDDEA+9//BA//999+A/AA//QF/B+4857DDBGFDBBE755AGGHC+9/DB48EIE+//A8/7C6H/EC+/A+wD74FN/EEB5ID6G/++CA339D5LBEJDCC/H5F7B/s5C9AMKDBx7EtLJAA3U/G420/JGNFD6+E806K8/DCG7EAGD778F99CCDDD/9/BA+98+9+A/AB//+U/BB/A48GB29/FFEBDD+3DBBA+ADA+8+EFCGDA+BA42BHB+B+/FE97A911LGFCF69J7DB/9E744B+D/EFFCGBED9BA+Dw0C5GCQE8379xGQ3G1Y9I3/t9HGNHE6BC409H6CFH+BDAF7A5CB9+C9EGD+ABA+888+///BAA//9SD/+ADEBB/28+ED+FC+A8BA9/F/A9BEDDD9+AC/8B50ID+CDD+AEBB69D57I6JEC2GDBA+/B570ADC9IGDEEAH+/B+B/0yB1JPJB834D29S9++R9F1Ez9BDNKB/C855/7/EI/BFD+AE8+A/8C+9FCBBDA/+76++AAAAA//++S///G/9+EDBE/848D/AECAA/CA/ACA+CCD/ADA+/+9DDC+888+6CPE+989D7E+G6D8ICB7A+8728FF+GEIDACEBB++C66y85GSG9B63C+3LG1GQ/72My8AELJBBB76+48BHD+DFA9JC+++8C89CD+DEBAA967+/AA/A/A//+P/ACFD9A+/B/+/A/+/C9FF9CBCBBCC+9/B998DKCA/8+A/7CG+68+LA7FA/78K6DA+DE/6C9976+AGBDICF+ECC/7CA77615DVE2G+yGDtMK1NNA48B25EEHKEA7/971CBI8CACBGIAB68/9+AEA/DDC//898///A/AAA//+L/+AEED+D78E91CHFA9/8DB/GD///9AFEA//GA/98+BAF/+9B/E82+ND+6AG95EEC8FA97C9B18C//GKAGDADCB89/+6E408HRB6C9uS+3FG2LND7976yGBDNGC+A8379BEB98GHFFF2+/+C9C//CCCCA/89/BA/AB/AA///+B+8+9KGHC/98/AA/FC+/DBA9C/BCA/D8BAAB+88AC+C8BBDBB9C98+HE+F8C5ABG/D/7C9+A17BCBGJBGCBBC8B+B98B1A7FKB8D32O+4EA5PKE4A6/0D/+PHDB/83/yH+F8EGFBG2E+/G9+9A/D/BFB9+++/AAA/AAA///3+/9/+AEDIFC9CCC+8ACDC9ABDBCB/B+CC+/AAA/A9/88A98DDHBCA09JKB+9+5HBDAC//88/298FGGGBFCCAB8E9C6E39B5EHA9A69EG4B+8OK/5D5E5+7ENBEB++78yH8DDFCGA7DA9EA/7+BAC/ADB/A/+A/AAAAAA/A/pBA/E99AECBCFIEB56GD/C/EFCCB/+/DE/8/C758ACAC/+9+/DA8AJED77FFB9/9GCAAB/+5/395IKBFFDCBB//B++/C7+E6CF3++A+BJ/A97LK99A5G+74IJ/EC9AA02E7DHDEC/EA9A/A/8B//BBBBBA///AB/BAAB/A/Ak+CAAAE/+FD+8DDEEBFFDAC+AE///CDB+6776499BCB6/+D8BACCECIDEC9CGD/D9E++E+/8/378EJBFFDABBAA//8AG88D+CDy/AA/8MFA97KI9A/7B67BKE6HC9AC14A4BJFC/IF8//D79AB+9CCBAB/+AAABBAA/B/AAAjD++BC9FFABC/4+EF/GEFC+BGCAB++/536+769+ACDEBBA+AA/AAA+/BCEHGDJAAGA/AD7A+9594FGDFGDAA+CA+B/9G5D7DEC4+/99D/JE+5KDACA8+5/+IF4JD9BA3915FHCEFE9DE/++88BDA/CA+/ACAABAB+BBA/AABiBG89DD9ECD/8F9/DG//G+/+ADI+79258++9+AECGDBB+A/+/A/AA/9A++/CGNKDFDAAC98B86/8/EDGEG+AAC9AB+CD9AzLG896C3CCAKAA8IACEA+96/9AH9HC+C+86vBDDEFECAFC79B/AA99CDB/AB/BABB//ABBBAAAk9EE9+AFBFCA+/BADBE/88ACCBBA79475A9+BIFFDB/////++/+/9//AAA/+8DRKDKACAA8+++88BCCIFDA9/B7FD5FE7A6HD5B3G4EBCFC//FBBCC/5+BA9CBFAAD8/2zAB/ICGDB+DAAC+88ACADB+ABCABBAA/BAAAAAAj9+FJ98CGD/I7BAGC+/D8D///+A++865598BKICGB///A//99+9849DDBBAB+9+OOEIACAA89/98IBDEAD+/C6AF/A+F8C/EC5D4G3CD/GC+AFA/CC/7/CB9/EB/DB+825+/FCFGD8EBA96+/ADD+/BABABBCBAABAAB/BAAnAC8FC6BDE/FH4CEEC8EA9AD/B89886474+KLDEE+/+CCB9+4A924//EEAACAB+6JRIGBAB9+7E4KDACB/+BA+E+9GD86I+BC+B4H79ADDE9BDA7DFB89B+/BDAAEA/78699CHEDBD9987EE/9CE/++/BAACEABABABBAAABmCAD+B+8CFBFAB6GL9B+G+8CC+/8+63456FNEEEABA++ABA9A/64788/FDAADB/+6HNPCCAA/6G7HBAAC9CA+/G89FB79HBF5B+E/9/ABDA/BAA5BLC98C9/EA+AF//A5846HHEDCB+9B/BBBB/A9+/AB/ACBCCBBBAABAAAmBEF+9+6EHCF4EB7KCDA9G+/CB8+97y44+MJGEC/A//9B/9978ABEA53+DBACD/B96ESKEAAD9B/EB+BBC9+B/D86GD/9CBG3E6J/9/CCB/AC//6DJC/7B/8F/A/E+C+633DFFFCD+AFB+/AA+AA/A+9ABBBBCABBBABBBAAtAACD5+5BJFBB9BA9JFC9CBB+B++88w06ENMDDA//A9ACC880L+sBEA78EBABDABA85HQKCBE9BCDA8DAC9A+D9+6H/A3FK//C5GC8/CCA/AE9B/BECD7/+6G/BAA/E87xBEBJCBDBBCAA//+/ACA/+9AAABCBABABBCBABAsF//C+91BFFDD+/E+GFBB6GB/9A999uy9IQJDAB//9+BDC87vU9t+88C/DFAACBBB/47JQHEE8BFBA8CC+AA+B+C4I7+8HG9G9AC/6EBC+BAC7GB+DCA+988F/C+DBC+72ACEFACEB9D/A+/AA+CCBA/++/ACBBBABBBBBAAwD/BC+5/7BDBKA68KEEA/+CD9C++95s1/MPFDA/AA9ABE/94p8AGI+49ABIE//ADC+80APJJFBACCB+BC///A8D9BB5+BJ9D+GB/5+IA/ACAB+D/BCB/+88/ADB/CE//869DEDCACCA9/B/A/BACACAB//99BCBCACABBABAyAF+A+9+79H6CN85HGAE9CADB++A+3s1AMMHBBA//AACD+91o9/EQA46/BHGC+/CB/927DOMHF/BCBB/CB8CA8C/CA25ME+G4E9G2DFAD+DAC+/+EAC/+3C9BDB/DAAA969FCBBDAA9AC/ABBDBBAA/BA/9+ABBBBBBBABAB0/+CD97+B7AG3EJ/3MF9E/DACA+//4n4BLMHB/A//B/DE99zq9ACLH91/AJHC+/CB/+33AINKHBCBCABBA/B8BBCB791P9EA+/+H7E/BE/A+D+AAE/A7D4A8EAB/F/B++5ABFBCB++BA/9BDDDBC/ABC//+/AAABABABBABAyBBCAB88A/+AA+GE6BHD9HAA+DA/+4p2CKOGAA/+/B/CF+7ys+AACPCz+AMGB/BCBB8329DKOKBECCABC7D++/D/A/5CG8E7F+++/I+DDB//C7D+G//8C96CC8+GCBB+8/9BDC9+/+A869AFFEEFBACCBAA/+/BAAABBABBAwDDCAB/89B99A+HB8I/ED+EDA+B+/3uwEKMIAAA+9AACE90s6+BABJJz+BMEDBABDA6438BFQLFFBAABD7D9+BA7H66I8EC4I88CDABEBEB+C7ABDBA8C/2EA95O/C//8/+C/9768+/++88BBEEHIIFDCABC9+/AAACBABABzBED//A7/9/C4CEGAAC+CDAEEB//95zsAKJMCAA99//DC3ywA/AABHJzACNDDB+ED+8526AEOQFEAC/CC6E8AD9AB4FB5I+3I2IF83N/AJD8D88CACC97D5BB/7KBAA+++A7835/CCBA/978/CEEHJGGECABA/++/BBBBABA0DCGA+/+998/7/J/FFB7/FCBEBBA95yt+IKLDA+A///B691w/AAB/BD/AGLDDAAEAA9605ACKRJF/CACA++ACBB/767FDBAAE3EEEzM8DHAAC8/AA+CB4E6BD/BCA/C+/85138CEDCCAAA956DGFFEGFFEBBAA+9/BABABAA8ABCC+A9/C8679EEAEF+7IE/BCBB/83r2ENMCAA//+B+8/2v+B/BH8//ELHACABDB+9714BBHOMGBDAB/C9BBB5F56BCCBD9I53NA4H9FJ9AA+/AAA/B49DBC/DAAAB881x3+CHEDDCBCA/72+HHHEDCCEDDB/+++ABBAABAAAC9/B//AAC648/I/9GBBCEDD8GAA/5rxBJPFBA++B+99/6v7AACE8/BENE+DCDBBB8326ABDQMHED/ABB9ACA8A86K66GF9F75O68DEDH6E9C7C/D9A97DABADAAC74yy6BCAEHDBDCCBA944FHHGDB/DFDAA+9+ABCBBAAC7ACA9ABB+CA788BAD9BEEB9FH/CB/9wt7HOKDA+++/8+98z2AAB/AABKHBDDCCBCC5227CACOOJDCC+D9C+B/B8A7H2D9E/D9DB5D5OCF7E6F8C/C/A95D/CBBAC91v29CAB+CIFBDCBCB+62AGHHEBABFEB/+//+AABCBAE+9/AC+8BEBA7B//7/FB/BCA7IHC++A5wvFMLH/7/A+/++90xAA/BAAIHDCECCECC/4317CBCHRKDCE+D7CC++AC+/6E5FC9E0M++B3NDE9B9E8E9C//+9//ECA/A0w6AD/79/BHICDCBBC+807FIIECABDDCA9/CBAAAAABH/97B9AA/C/C8/9E////ACBEADDCC//9zu5MJFE//9A//9+5v8AABAIJBBEBDCECD7343D8ABFPNFCBBE9AB/+A9/+7G/+++//J6E7+NDC8C+E8B/B/7D89FDB/+4w77CH/74/BFKEBDBBCA804HJGBBAADCB/ACBCCBAAAAFA/88ABB+C++/C7+CDC6/C5GGABFDBB+4wvDMJDDB7//A/97z1AABIIBCDBCDECC+643FD0+BENOIC+GB++C/A8A8+CF7B3E9H5AO2EJ+B+B/B9BB+B6C+9HC/+6w884BLD829AFKGAEBCCA714IKEA//+BC/BCECBCBCBAADAB988BBBC/+58CC7FBB95F8FEJA/FAA93s1JMFFCA++A/8+2x9CJGBBDCCCFFB+8328P/w9BDKRGEEC///D/+A83BH8BA/9D++CD+DFC/ABB8CAC6C5AABHB99v6+82+IL/27AELHBDCBBB903ILGB+A/A+9CFEBCCBABABD+++/95AECDA295B+J/BI92D++HMEBCB/5zq+LLKEB++9899+49ACCBBDCEDGCA+306EM508BDIPMEBC/E9BAAA09EC9G4FB+79F8H8FH8FB+8CBA9/9A9FGA91y/+729EOC17AELHBDDBBB+01JNGCAA/A++DDEAACAABCA9B//+988+CCA5E8/7AIB+H68B+DCJGBCA+5vwENHHED99+89789/CCBBCEEEC//7z6+JC26+BDHON/IABC7BDE58//A+G6F18ECI9+/EJ5GC8C+/B6E7BAGC/4x6A/619CLG36BELHBDDBCC/y1JNHCCBA/+ACCABCAABAAB8AAA9+/8/A/E76+9F//EE5B5/CDDAKEEBB84u0GNHFCCB+9689+/BBECCDC/DB7y48GE+2+/BCEKRHDBE8DBC++88/B+E/A2/H+CAA9FG8DC/C/+A9B/ABEB/zy+A/718BDF99CFKGBEDCDC/w3INICCCA+AAABCBBAABBAA++9B/98+8CCCB569F/B8AM52BG5DIF+GFCC76vyEOJD/DDA889/+AECCCCABA6z27EGIx6A/BCGHPKCF//CD+A/89/8ACBA6DC3FCD1LACCD/B/+AA9B+AGB9v2A/A818F9A/DCGJECEEDDB8v6JNIBCCB//AABBACBBBAAA6B9A999A9/9GF84A9G+8A/J4A8E7EH/EFIBB84wxDLJDG/DA++//CBBABAB/3138BGI9y+A/AEEHPIFF8EAC8D/8/8+DD96BF948L/7JBD/DD+/9AA8BA/HB6u7+AB+16D9/BDEGIFDDDDDB5uAJNHCBBAA/B/BBADACBAAA6+/A/7+68C/AGD5+C7C6GDEA3CD9/+DBHHEC/761z5KJGDBC/ABBE/+/BC+2y68CFF82/AA/AEEIOKCDBD6BFB6A7/EA/+AA987M8+K9BE/BD7C+++/+BEF/3x++AA+32/AAACFIHFEDEECA1wEKNFCBABA//AACCBCCAABA3B/+A97A/8AAAB9B/8+C5HEBB3DI977+AGPGB+8+7x1/IJGDE/BB87AFB4346/DEI+y//B/ABDFFOIHEA8DBB+D88A+C/C6F/+CF3ADAAGB+D7BA77BA/JF/0z+/AA+40+AABCIHFFEEFED9u3FLMFCBCA/+/BBCABCCBABA0AA/+A++/////B++BA++A9EB//3FJB24FEANHD99B8xy8CFEEEEB999/8679BCBCB79AAB/ACDEFKJJF+E8CC/A9+/7BF6AD7ABA4N6D9IC//C7/6D8D7KI/y0+AB/+707/ACGIEDGFEFFA2tAGOKDCCAA/+ABAAADDCABAA2/+A/+99BA9/+CDB4+E//F5FD5G3AC+++H+7IJIAB844085/BBCBAB+9+B+ABA/ABAAAAAA/CEBFJLJDF7BDC/A/7/+CA7/A+ADBD6D7ECBB+E5A+C9E9HH+x2A/A//+31+BFIFEEGFEEC8u1EKNHDCB/B///AAADCCBBABA4A+B/9+99AAA9AE8C98BBBB7EF9CE+zC+6FM3HDIE/7++9z33+/AAAAA/ABABAABBCBB//A+CBCDHNIC/DHA+C/88A/F+5E6D+E+8E//C/DDAC5B8/CEAFE/v4AA//AA7z6DJEDFEGFEC/1t9IOKEDCBA/////ACCCACBABA3+CCA99A+99CBB/89B/FDz7IE7FB1+IHyDJBC6BCFHBB/88548679+A/BBACAC/DAAB/+AA+D/DDFOCHBFAAAD/89/B+E+9B+D89BB/BABF+EB5+9BBBFFC/v4CA//+++57EECEFGGDCA8s2FKOIDCCAB+9+/BBAACCBABBA5/BAA/A/987/ECCA+88FF594BG/+F8B8EC/BG89CCFEFD++9+88578/B/+F9BABEF87/79/DA+BCGKEKEDAAD/9+A7BB+AB//A/B8BAACEB/F87++/CEBGD9x4CBB/9++9+ACEEFFFB+90wBJMMGCBC///9////ACCBBABBB+A+/+A/A/988DAB/AD+/B++85FH9+F//9+M8CD9+89IGEBB/A89+/++/C9B9ADBCD67758/E+9BDIIIFFD+DC/7A9D6D//AB9/AC4J9BD/D/C/5D+D8EBED+y3CBBC/+8+//CGEDFE961y8INMHFCBA+/++/+9/BBDBBBBBABAAA+//+/8+88/FDC++AA5H6E8ED7CF4AC5H/+GB/+6HIDDCAA++A/A9CA+9BD8C98943+/DB6BAIJGKB/HCA/7AAB/7+9FC7EA8G6C/+AIA+/6EAB9EBFB+02CBDDB+8/+ADEEDDA40z7DMOKFDBB//++9/99ABBBCBCABABB/B/AA+A/+769+BCGD6C5LD6G93A5HG+B4F/B+EF/6BDBEFCCAAA/++G+//++/8B/16+8+CB59CHIMEGCF+A/8+B+G6C+C8H6BB7BF4CDB/D8//B+CCCFA92xBGECDA++/DCCDC+5y08EHMMIDBBA/+/9+9++/CCBBBBAABFA///ABA++/A859D+AHA9CAD+/FA48+DFG+3G/+/C+EE8C+CGDCDABA+BA+AB6+B871/89BC9+6AKFHGJHB//999G7/C+CAA8B/EA/+/BBC/CB3AB/F+EFB7yxCGGDBBB/BCBBA85119DILMHECCB++++7//99BDCABABAAAIB/+++/BBB+/+939H/EB+BC9AF8A+/F9DFA+4D84GI++AC+CBFGBDB/BAABA89798+77//CA/59/HGJIFBBBAA9BB/9+D+AC/+DAA/BB9+CBAA89G/D+DF/5wy+FHDDDCBB//89556/CHJLJECCCA+9978A+9BDCBABAAA/AJAAA9++AABB/++55CEFEA6CH/8A48IACE+DF899B5AB/AG+CDD9DEACBC/B/A+78895+CABC579/CIIIFC/C/BDC/8E6BA+C//DABC//AACA/+8/C/CC/F/3u5/9BCEEDB/A8779+DEIJHFEDDBA/9967///BCCBBBAA/AA/HB/A//A//9BCA+44AHA+HL4BG/99DD738BNB99FDC777AG88AJBFB/G/BA9F+778/+79/GA699+ADDFJHB9CB/FB+C+6F+C/C/B+AE/B99FE9+A9/+9CEG+3t/D879/BC/A///ABDIHIJGCABAA/9787+CB/ACABBBAAAA//GAAAAC/+//A///A94+DJDB+C8/C+FE7/7/BF8+BB4JGF86/8F/DGA9BA9D/F++/6A8B7C9E797H78GCHGCD8D9DJ+/9E4DDAB/BB+EAB9B/A/+AB6D+DAE+0wFGB7759+AABBCEEIIFEFECA++9/68A99DDA+BBBB/AB/AA/H/A/+AB/BAB99++997CDBGCDF64/DHDF84CAB/9+/DB/FEC89/7ABED/BBAC+/+8E7/+C+8A/8E99BAGFD9CK9DG8BA8/BED+//CCBB98BDCEA85+AAD+C91zJJE+8889+BBEEEEDFDDDCA+98996/+/AEC+ABBABAAA/B/AHA+/9+B+++BAAA+//A++D///FH//CB9D96FKD78C8+H//F6/GA87A7HF/+DB9/CC7B99A+8C9C6AA9CCECCLB9GAC/8+/FDBB+9CD9AA9FAEF+/49+/E+9617IKIB+//A9ACDCBEBBBCDA+97889+A+/EC//BBAAAAAAB/AAEAA9++B/+//+A+/BABD++D/+8/IHC/DE97DE+G75E/AEACCA8BB/B/3FCAB+CB//+4EA6BA/+B6C7B8CDEHI7DCE9CB/BC+BACACA/E6ABEDCA/64/BC88+08HLIDBA/BAAACCBCAA/BA9689+7/CC/BDB+/BB/ABAAA/AAA9BA/B/A+AAA88BCDB//BA+9/D+/FEEH6DC8tGOHz4FF/E88ADJAA//4AE99EABBDD8C/68/C59CB5AACIDGB+BH5EAF7C/BADGB/8C/+D/ECC+D65+9D69955HKKEDBBABAB/BABA+++/869/CC//+ABC/AABAAA/BAAA/AA6EB9A//9+ABB+/9/CEFBBC+7/D89A/GD/GB+8DMB3/B+5GFA98AFGC//78C/C+/6HBB7//A9/+C+7+/DIBFC9DDFA+BACAAD+F+/CBB8AEBAED888+5C99497DGOHDBBBA/C/+//A9/++9//ACBA9+9+CBCBAAA/AA/AAAAA1DB+//DAB/+CBA/8BBCFEE/9AAAAAE/9AC+A++FED/++/D8FD7/3BJ9G9BC++6CG5H8+8C89D6I49+FBBHAC/BGC+AD8FEBBAB9B+BE/B+DDBCA+677/A486BAEMIECAAA//+/+ABCA85+A+BBAEA+89DCBA/AAAA/AAAAA/3ADA/AA+A/BBACBA/CAADFC+EA9A/8GE8D+/D5/GC4BC59/NL5BC+9CBBD+67GE9B/7C4G78C+B59D/DCAEH9CFC99E+DAE9DD9AABE/B9DFBCA98389B4/6AADKHDEB///99AABCE/8+9+8BC+ED99ABCA/AA//AA/AAAAA79A/+AA9AADCBBBDEB//ADC/ACE/5ABB9B/F/8++E4CJL86/H99BF/8DCC+8+AEBA9+/9E/7HyB+9C9GDCCCC+E8D+FAF9AACCAB+8GDB/AFCAAA/554C77/9+CIHDED/8++A/BBCBBB+8CA/88BEAAAAB/A/A//A/AA/BAAC/+9++ACA+BB/BB//CCDDB//+BCGC96/E7A+6FD8CDD+CG83F+I/7ABAI7AD++L+83I8A+CBzCB87B/GGF/BA9BFF8BDAA6GABB/D99HADAEBB9B8+6//667+ABLCDC//99DBBA/B/BC9/B9C+9BACC/BAAA///A//AAA/ABH/++//++BAABBBBBA+/CA/B76FECCACE86A/B/9/JEE/4+F9DD3/EDC//BD/A+G//B+B86ED+2B8+F6ANBB+/8G/EBB8CGAAD/9EA+BBBCGC/B/9997A/388//CIHBCB+88DCCB+/A+//AABE99/ACCAABAA+A///A/AA/AAN/////++/AA++BAAB/ACDAA+889DFE99CB95CID/B/+E///B+FBE+6DIC+5/FCB8B9C/B69D2F8C/A8CFD/9A+JA9CCG9AF/B/C+/BD/DCGB9BB9+879C477+CCHGCBAA7+B/AB/BBD/+9ABC/BAAAA/BBAA/////A/A/B/AO//A///A+/A++AA//AB/BCBB//9AABA/A+BA5BDHB/7++CG9+JC7AHFFA7B/+B8B7AFA7+7CF5+F5BAAE9+B+BGBC+BDEAAE9AE+BABCFBDAA///9C54B9+97ABGBDC/++C+89BIE/ABA/5ACDDAA+/ABB/AA//////AA/AAO/AA+AAAA//A/A//A/++/ABCC/A79CE88/DG76EII79DC6E/66EMD7BBG9ADAA9B8B95/C5O8+8B9A+/9E+BAFE+FA4BEFCBBE9ADA+CIBBBA/+A8B7998875DBKB/F/8+ABC/HC/++/D97DCB/+BABBAAAB/////A//AA/BMAAB/A/A/A/BAA////+/+//AECAB97/+/BBA+9AHFG+78I/AzFB+F/FCAHI86/C9AA9+88DF/599FC/64D6IAI/BCEE8F9AI6BBCADB/FF/CA///C5+A9846E7+LADBD+AA9BED85/D+FC+AB/89BDDABAAAA//A////A/ABLBBAABA//A/A/A/AA/+/+A/ACDBA+A/++9+BCAAADDFB71FM+5H8A9CECBA88E+FA8A+E79+///ACD9059GJ+ACEEEC+D9BACB+G8DE9EBGBB+B+B9+8//44A7BGCFDBB8B9+DC+9FB7CD9CB97BDBCAAAAA/AA/////AAAAMBBAAA/A/BA//A/AAA+/+/BBBBCA+AB9+AB9+CD+E/8CACDGC59D8D9+C+GB7B/AF7B9C+7D/6BDE7645GGD/8+HFGC9C/BDC/+CCBABBCFEBA/+B7897/86CA/AGDG9B+//+BB9AE/AC98C+BADDAAAAA/AA/A/////A/BBMAAAB///AAA//BAA/ABA///ABDAAA+/AB8ABB/C9+B8BDCCC5AF/BA6CED+DB8+A/8DAB/C3/ACAC779/DF++78FDEHG9ABA/ED/+DCA/CGDCA/9A9785/C97D9HDCBCA6EA/+9/AEACA78/AEDDCB/AA///A/A////A/ABCDCCBB/AA//B//BBBBBA/AA/AAACA////B/A99C+B//D7CJAB+BEB58+/C//HD+8F39I9BCuEBHA9BB/A8C+A9/8DBAGFBCB/8GACBB/C/EDGB//7/89+9B986D+EHE/9E99A+D+/CB+BA9//DEDCBAAA/A///A/////AABBB5CCDEBA/AA/+/BCDCBA/ABA/AAAABA////ABA+/AA+7DD/ACCA9A+//+FGCA6/EB9AB2BD8+E7/FE6AB/+B99+BB+ACGADABECCBAB//BCFE/E98799C8B34AFA/GGCACA+B8A///BC+CA+/FDCCAAB/A/////////AABBBB1BDCDCCAAA///ABCBCB/BAAABA/AAAAA+A/A//BCB/8+C8DG/+99BBECA7BBDA/8+CDAF74+C8CBE+6CC9+89AB/B/BHAAFE/BCABC/ABCEEC/C7+5B/3/45GG/AAHAEBA+7/CAA/C8ADAAEDCCABBAAA//A+/A+/AAABBBB2BBAACEBBAA/+/CACBB/ABBCA/AAA/AA/AAA++ABEC/6+B99GD7AA+AGF9/CB66AGC7F5E7EC1DC+E76F+78/DB/A/DEEAB/CDE/CD+/G9GDDBA8+3/8++35GDBE+DFD/B8/9+BDC79BACDEDCBCBCBA/A////+A/AAABBBBy+ABBDEBCAAAA/+ABCBBBAABBBBA/A/A/AAA///ACBC+AAA/C/5E9BADC++5EG+C99G6/C5F97CF8D+78B5/BBC/ACAE/FAE9GBBD/+FBBBDFA8C876/76+7CCEH8ADI/A++97EDB67CADFDCCCDCBBAA//////A/AABBBABpABEEDBABBABAAA//BBBCAABAABBAB+AA+CA//BC9CDD9+/AB5+F/FA17G/BD9B2JFA9D/0DF7JC7/4BB69C+//9E+FEADDAC8DDA/ED//CFG+B/957C47+6DBDG+DDEB9/79AE9/B/A9FHCCCDCBCBAA/A/////AAABBBABnDEC/BACABCBABAA/BBABAABA/BABAB/AAAAB+/DD8C/AA99BD8+DC+/6BFBF+5ED7AE88CD8CBAA/88B6AB/8+A/ACFBDAD+E/DD8FCACAHE//9B6889638LB+BD/BFE6A/+HA7A/B+BFDCCCCCCBBBAA/A//A/AABABABBnCB+BAABDCCDABBA/AABBBAAAAAAAAAB/AB/AAAAED99+B/DA899E/BA///AC+DC4CCA9DBC+++AB9A6//C/7+A//CAEF+9I+DDA+BFA9CHEEAB+9+469857HBDBBABAEA//BE/8+/AEEBCBCCCCCCBBAAAA//AAAAABABBAm+/ABBAACDCDBBAAAACBBAAAAAB/AABB//ACAAA//EDB+AA8A97BG97/BA+AADC+BD+G9/AAB+7DB878E/A987D7AD+CGAEH7DBBD+B/BCDEH+E997778+2+EHBA/CEA+F/88E////FFCAABBBCCDBCBABAA/AAAAAABABBAi8+BBCBBBECCCBBABABBBAAAAAABAB/AAB/BB/A/CACC//B9+/CBA88BB6B8DCBABDD/A/CE86CA87C87EB7+9D6ACADDB/ICA+F+CC/DAAFGAB88A56A74DCFAABBBA8DB//D+/CDECA//BBBCCCCBBCABAAAAAAAABABAAl89/BBBDDCCBCCBABA/AB/ABBBAABAB///BB/CA/9CABB8/BD+7+CCC+C9++CB//5FFE7ECC7+C/A779AC+7+A/+BB9F+BAHE/C+GB/BBACFBFD86+98/899ADBD/D88FDAC//+CEDCB////BBCCCBCCBBBAABAABAAAABAAw/AABBABBCABAA////+//ABABBBAB/BAB//BA/BA+B99/CD+//BB//B+BC/9B488/GHA/IA/CA8BB++7+99AB8/9A/DECBBFCD8ADBCC8BEAECF995/98+89DDE9AE/6EFBD8CABDCBA///AAACCBCCBCBBBBBAABAAAAAAAp++///ABBBBDDCCCCBBBBABAAB//A/A//A9BAAA/A+9/F/AC+A+D+/AA/9CB/B6257BOIBBA/CBB99DA89+9A89/9CG/AFACDBDBCBC5CEAEA/BD5AA79+49DEHB+AA+/DAD/DBDCBAA///AAABBCBCCBCBBBBBBAAAAAAAAp+/++A//ABBCEABCABBBBBBBBBCBBBBBBA///A+9///++AB/AB/+BDBB9BAD8/75957DNHC/++CF+//9B+8A+5+A+EABCEB/DBDDAAB8K9+GC/B98A+A6A96/EEJ/9/A8C/EEBBCCAAA////AABBBBCCBBCCBBBBBAAAAAAAq/+9/+A+/BCCDCBBBCABBBCAABBAAAA/ABAACBBC/A/+56EAAD99D/E8BDAAC+97+//DBBDABC/B9AD67C899+7D8DC/CBCABEEBE6/FEACBB9F+9+5+8E69BEFHA98D/9CEDADBBAA////A/BAACABCCBBCBCCBBBAAAAAAr//9/++//ABDCCABBCCBCABAACAAA//AAABCAB///BA/AA/988+E8FFAA+9D8D+/CAACACDA+9++8FD//399//C7C9BBCA/F/EBE8DFAACE/B/C/8B/97A87/FEGDA98+CBEGBBBAA//////AAB/BABBBBCCCCCBBBBAAAAArB///++/++B+BABCDDDCCBAACBAA/A/ABBABCCBAB9+AD9+8++879DG8967DKFA+EBD/B+A9BABEAC+9/555BCB+7AB+EC9EC9BEECA+EGCA9BCD5BA+++79AGDEEA97++GGFA/BAA+////AAAAAAAAABBCCCCCBBBBBABAAsBAA//+++++9+ACDEDDDDB/BABACABAAB//AAAACBAB/++9+988+CK/A714+MECHCDCE9///BB/BAB/B91348GE89BB+A/ADA+FCBDC/EI+F/6FC8+A9B/98BFFC+CA769HJEBABA//////AAAA//AAAACBBCCCCCCBCABAAt//AA/+//A89+BBCDEDBDBBBCCB//AAAA/C/ACBCCBB/+B++8956/FEH9722AAKGAAB/DFCCAB+BBBB/84305AK/+A9B/BBAD9CC/FC+GBEE/E6C+B99+BA+CGEB9+C86+GHHBAA//////ABABAA/+/+/ACDDDCDCCBBBBABv/+//A/A///9+9ACDDFECA/BCB//CC+AAACBEDAA/A/+/BB/A+78ADC6A94C9GF4989EBKBDAGC/DB+A875z25FFA/B+ADAEB/BBA9C/AKC99FAE7/5ABBE/BGDC596E/5JHGE/BAA/+/AAABAA+/+++/ACDDDDDCBCBBBBBw//A/AAA/++9+ACD/ABEECECDBCBA//A+//BBAACB+AAFB++//88DBA//9957H4B7889JEOHAA/CE/8/+/7x377CHA9+CICBACAA//A9CF/DDB85/9+AACFDFGAA63CFA5HJFCBAA/////ABAAA/+++8/ACCEDDDCCCBBBABw/ABBABA/BACDA//AAABBB/AA/AABA//B/BDEBC///A//ABB+A/DC//A/898BAC9+633FMJ/CAAED+DAB/582168BBEAFCBBACAA+A/AB/9CAJ3A/+//+AFFIFCD84/CC/DEED/AAA+///BABA///9+9+ABDDDDCDBCBBBBBzBBCDBBB//9989878/BGFADCABCBBBBABB/AEC//+AA/B+BD//CAD/+/A/5BCCA76/67EFBHABCEA/EBAA+9902669JCBBAABCAA/A/AAB/AAD8C+/A/AAAJLF++/+9BBAABEDCC//+//AAAAAA/++9+/ABCCDDCCBBBBBCB/++///++///++/+99/EAADDCCCBCBAAB/CECAAA+D/9+9/CF+CD/9/ACABA99CC/+++7CEC+6/JCC8DGB+A/948325+IA/ABCABAAAAA/BB+AB//AA/CABBMHC+AA8E++8CAGECDAA///A/AA///++++/ABCBDBCBBBBBBBB6/ABB+A///A+++/9/A7/ADEECCBBBBBCB/CDAAB889++ABDFC/A7+GE8BE8E++8+AB/9DDDA97BDGB5BGBBB+B3y75789A/ADICBAAB/ABB///AAAABBBCJGGC999/C+87IEBFCA/AA/BBABBA///++///ABCACABAABBBBB8AAA//B/A///+/+/+999/BEFCDBCBC/BCEC/9A/9+ACE/89/++BEE9C7AEBAABC99BCC/BCB++BCCDAEBBA/+A7842385/++AAGIBAAABD/+/AAAAAACBLLC+B++1AG94BIACFCAABAAABABABA//AA/BAABABAAA/AABABBA///AAAA//A/+/A+9+99+/CDDCDDCBACDDBBA//DC/85+AB/9+AG8BAC/88BBHA//BBCBABCBDCBAA/BAAACB98/448385+9A+BHHBBC/AA/+AAAAADFIJGB+9+32DI/8HGB/EA/+ABBABAAA/////AABBBCBBAAA///A/BBCA/AAAA//A///A/+++++9+/ABDEEEDFEC+/CCE/679+BABC9/7D//9++A7DAHD+C+8/EID+CBDA8/FBBC/AB+9A7B+516389B+ABJDCA//AAA//BBCHKHEDA97983FCDAFFABDA++/ABBBAAAAA+9///BBCBBBBA/A//A/BBDAAA/AA//AA////A/+++99++BEJME87AIGA6/A/+/B9BB/A9AHB15/D+6+BBK67BBB9DH+CEEFCA+ADD7G/8/E6C9A61373/A9B/IDBA+/BAB/CAAIKHFEB/87/4+HBB/DHABCA+9+/AABABAABBB/9//ABBBBA////A/ABCFA/AAA/A/A/A//A////99+CJI/36CNG87/CCB/DB//AB5C+HB4++/8B+A5+J66FM/38/EJAC/AECDDC/B/ACEA++9++48034EB/CDBA/+AACB/+KFGHEDC/+A9++/EBA8CFCBAA/+A+/AAAA/AA/BCBAAAAAAA/A/+/+/AABL/A/AAAA/A/A/A////ACFC967DIA76+DDECADAABAA/9DFA87/8DAC8A9BF56EK788/7KB++AAFHBF+CC/BBB/+A/A999z03ECDAAA//9BBB+AHJGFEDCAB9+9B/ACBA/BBBAB/B//AAA///A/A/AAACCBABB//+/+/++/ABP/A/A/AAA/AA/A/BCDB968DED716/ADCGDCDBBE/+AEDC59A/9BAD+ABC86AAD/B/+5FEAAC9+HEC/BAB9AC/AD/A+/A84y1BDCAA/++ACBA8IFLGDEAA/+B+/+BA+BBB//CCB/AA/AABAA//+A/AAABBCBAABAA+++++//BQAA/A/AA/AAAACDD67+BGE339+/+A//EBDEGEB++GEB49+DA9C/B+EG87A89BCAE+7AFACC8ABBHA/+CB/CCA9A/BAA/83y39DCB/++/DCA7GMHFCBCDA//+8+8/D9/CD/CDCBA/AA/AAAAAB+///BABABBBB/AAAA9++//AQAAA//AAAADF+88+BHC469/+/A/+/+ACCHO+2/FM/389+BB//I+/I+7++A3DHF8B/D9/ECC8B/DB9ABBE7+DBCA4G/AAA4221EBB//9DCC+7QJHBCCA+B/A/677ABAE+E9CGEBA//AAAA/A/AAB//AABAABABB///BBA+9+/QAAA/AACD/+++BFA889//+A/A+//+ACJI956GM+78A++9EC///J85+AA9BHC/BCCC9/EBCABAA/CAAA/A///CCB/9AB9A58ywCDDA7CDB+8ISHCBBB/B+A/767+9HBBAEBACECC/+/AA//A//AABBA/AABAAAABA/AAABB++N/ABCB//+/AEA/89/A////AA///+CIG749EJ+6+CB/A/DD76FE47/AAC/C//DAFC/BDB///EEA/AA/B///BEB/B/AA9B7B71q+DE89GD89JQIDCA/C+9BB+979+E+ABDHBC/BBACA++A//////ABCABA/AAAABABB/ABAAAAKBBA++/ACDB7+//A/A//A/A///BGH639FI+2ABBD/CAFC4/D+88/C/B///+C9D/+EB/H9DCDAADABA++ACAAAA/D8BC7E/+5m5CC8BCA+NNJC/DC/AC/+9/+/9BB/8CDDFDC/++ABC/+++/+A/AABBCAA/AABBABBCAAB///O9+/ABCD7+/A/AA/A/AA/A//BGG35/BM81/BB/EADBI86BD7A99F+B+8BCC3DCBC8/7CGI9+BDAAD8H+DA8+ACB8BD+E8+A8ry/+CC/DMRCDCBBB/+/BB/9/AAB/9+BDDBCDDB89AABB/8+++AABAABBBBAABACBBCBAAA/+IAAAE+9//A/AA/A/AAAA//BHD28/BK849AAABADEGC58FB99+AE/++C/G777GD9/8CB/G///9BEF/C/9+BADCB8BB+B+D+9At34+BCDONFBBBC/BAA/+/ABA/A/C+/B/BCCCBAD/8+AACA+89AAAAABBBCABBBBCCBBB/A//FDB9+/AAA/A/AA/AAA/ABH/68/AI/58A//ABADHG48AFA+++EA9//+EE59/ADAD/B++C/BAA/+9BBEA/BB+ABCC9/9/H/8D7z50ADFIKJCBAAAC+AB///A//A/AB/BBAACBDAAACB+9//BC/98/AABBBBCBCBBCCBBBB/A+/H++AA/AAA/A/AAAA/ACEB69/AFC68//A//ABDKA1+CF+/C8CA++A+H/8A9+CC9EF7+DBA+BA8C/+D/C/+A7DCF++8BDB6EA7463/HFDLAFAC/AAA+BC+9B+/B+AA/CEBBCACABA/BD/89+ACC/99BBBBCBCBCCBCBBBAAA++DAA/AA//AAAA/B/ABFB5+A/DE78///AA//AGK44ABF9AF6BA/+B/F99B9+B++EE9/DA9AEB/D//C9++C/AC/B+B8CC//+D5A376DKDIC9G9CD/+AA9ABB+/9F/9+ADCDCBBBAABAAADB77+/CDC++ACBCBCCCBCBBBAB///+CAAA//AAAAAA/ABF/7+/AAI77A//A//A/AHI09AAF8DG3D++/BDE3A+D6D9AE7BD//8DCC+E+DA7B6FDAB+B8BB9E9BC6A/866+FGGG/BDA/BA///A8CBA+BCB/9ACCCCBAAAB/BB//CE66+ACDEA/ACCCCBCBBBBB/AA/+/BAAA/AAAAA/ABF+8+A/BE/7//AA//A/ABK85//BF7FF3C9A/BI87/BF4/A/E9+BBB6BBBAC/B/D/9E+/AD8ACB8D/A+9AC+588CECFGC/AD/B+A/B/+BB//AC/CCBAACB/AAAAAAAB/+BF+4/BCDDCBACCBCBCAAABAA///+C/AAAAAAAAAD/9///ADB9+//AA///BAFG47/AAE8GE5/9ABBH79/BH58ABD+9AB/8BA9EB8BEC++D//AE4E/A/B/C/A8BA897BBE+K9EC+BD+AA///ACAA/ABAADDB/AC//AA/ABA/A/+BG/7ABCDDCACBCBBBB/AAAA////BAAAAAAAACB8///ABD9+A///AB/+ABIB48A/AE+FD6++/ADF6/AAF+7AACB7AAA++B9E9A+CD/AA+CBB9B+9AC/EB+/5F98A/CBCCFA8F//BB+BAA+/CB/ABABACDCB/AC+///AAAA/B//CEA/BBDCCBBBCBABAAA//AA///CAA/AABBB9///AACA9/B///AAA//DI689AA+E/DF5/9AACG5A/ADE5A+BE6/AA/A9ABA9+AC/B//DA/C//8AA/H//A89E8A+DBADCCB/+DA+C+B/B++DC//BACBCBBDB+BB9///A/BABBA/CDDABCCBCABABBAAAA/A/A///C/BAABC7AAA//CC8/AAA+/AAAA/HB6/9AA+CBEC6+//ACH6+A/AI5/AAD8/A/B+//AB9+/B/+B/BBB+D8/AB+/G8C/9AB9C/BCACCD/B//BAB/AA/A/CCA/ACBCABBCB/+DA8+//ABBBCBABCDCBCBCBAAAABAB/AA///A//C/ACC9+AAA/AC/+A/AA///AAABH7+A9AA/ACEA7+A/ACE99B+AJ5+B/BC8A/AA+A/B+A+AA//AAAA//A+C/A/BA+AC/AAA/ABBABCCAABAAAAABA/ABABBC/BACAABBAB/+C/7/ABACCBCBBCCCBBCBABAA/AABAAA////A/BBC++AAA/ABC9/AA/A/A/AAAED5/C9A/A/DE/7+AA/CE99BA+H+7AAAE8/B/B//A/A+/A/B/A/A/A9CA/A+C+B//BB/BABA/AAABBDAACABB/BAAAABA/BB/CBA/AACAAB+/C99ABBCCCBCBBCCBABBBAABA//ABA/A/////EA9AAAAA/CA+/AB/A+/AAABF/6AB//A/ACG97//B/BD/8AB/CF5A/BB//AAAA/B/A///AA/AA+/B+BB+AA+B/AB+BAB/BABA/B/BBCBACBBB/C//B/ABA/BB/BAA/AACA/B9BC9/BBDCCBCBACBC/ABBAB/B/A/AAAA////+DA/BA/AAB+A/B/AA+AAAABH59AC+A/AAAH88/AA/BD++/C/BI2AAAAD8AAAAAAA/A//AC+/A++CA+ABAA//BAA//B/CAA+CAAB/ACCBBBBBAABA/AAAA/AAB/AC///ABC+BA+CC+BCCCCBBBABACB/AABBAA/AA//AAA///+DA/AAABA+AAAAA//A/AAEB7/AB//A/AAH98/A/AAE9///C/F89BAABA+AAAAB/AA/+BB///A+BB+AAC+A//AAA/BAACA//ABBAB/CCBBBAAABAB/A/A/AA/BA/CA/+AACB/BB/DBACCCBCABA/ACBB/A/BB/AAAA///AA+/+EAA/AB//ABA/AA//AABE99/ABA//A/AH+7/B/AAD9A+/BBDA7AAABD7AAAAAB//B+AAAA/A+ABAAAAA////BAA/C//D/AAAACAAACBBBABAAAAAAA/A/AA/AB+ACA+/ABDAACACCBCCBBBABAA/ABBAAA/ABAAAA////A//+EAAAB+AAAAAA//A/ACD8+A/BA/AA/AG/7//B/AC+B9AABAF6/AABB/+AAAABA/AA/A/A/B+/BAB/BB+C++/B/C/AA/D/B/AACBAACABAAB/BAAAA/A/AA///C++DBA+AADCACCBCBCBCABABAA//BBB/AA/ABAA/A////A++FAAB+ABAAA/A/A/ACC7/B/AB+AAAAF+9+AAA/CA/+/ABAF8+/ABAC9A/AAB/BA/AA///B//B/BB/B/BA9//C/BAA/BC/BAABABAABBAAB/AAAAA/AAA//+/BB/9BEB+ABCDCACCCBADBAABAABA+/BBAAAA//BAA/A/A++/+FBB+ABBA/A/A/A/E9+/BAAA/A/AAF9/+/AB/AC+///ABCA9A/ABAD9A//ABAB//AAA/A/A/B/B/ABAB/9B9D+AC//DBA/BBABAAABAABA/AB//AA/A/A+//BBA9AEC/ACBCDBBCCBABCBAAABAAA//ABA/BA//BA/A///+/9HA/AABAA/AA//CC8/AAAAAA/AA/G99B+AAA/C+B9AA/DD7/AA/BBA//A/BAABA//AAAA+AAAB+AABAA/+A/BA/E//BBC/ABAAAAB/BBAAA/B/A/A/A/A//A/BB9/DDB/BDCCCBBBCAACABABAAAAA/AAAA/BA//AAA/A+/9+I+AAABA/AA/ABB9/AAAAAAA/AAF99B//B/AB/A+AA/AE9//AA/BC///A/ABBAAA/A/AAAAA/A/AAAC+A+A/BAAD/ABAC/AABAAAAAAB/AB/AAA/B///A/AB/AB9/CEBACCCCBBC/BC/BBBABAAAB/A+ABA/ABA+AAA///++9";

function readPhoto() {
  let level = 0;
  return Float64Array.from(PHOTO, (digit) => {
    level = (level + DIGITS.indexOf(digit)) % 64;
    return level / 63;
  });
}

export default { render };
