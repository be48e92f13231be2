// The scale map: which bases the filters of a trained counting network draw on, at every pixel of four pictures.
// shared/*.js stand before this text: together they are one ES module without imports.

// ---------------------------------------------------------------------------------------------- mathematics

const SCALES = [3, 5, 7];
const LARGEST = SCALES.length - 1;
const STEPS = 255; // of a rounded share

// The shares of each scale on the map, from bytes that are steps between a lowest and a highest share.
function sharesOf({ shares, ranges, map: [height, width] }) {
  const bytes = new Uint8Array(bytesOf(shares));
  return ranges.map(([low, high], scale) => Float64Array.from(
    bytes.subarray(scale * height * width, (scale + 1) * height * width),
    (byte) => low + (byte / STEPS) * (high - low)));
}

// The object that the middle of a pixel lies in, or whose centre lies in the pixel; of several the nearest.
function objectAt({ objects, size, map }, row, column) {
  const step = size[0] / map[0];
  const distance = (one) => Math.hypot(one.row - (row + 0.5) * step, one.column - (column + 0.5) * step);
  const holdsCentre = (one) => Math.floor(one.row / step) === row && Math.floor(one.column / step) === column;
  const near = objects.filter((one) => distance(one) <= one.size / 2 || holdsCentre(one));
  return near.sort((one, other) => distance(one) - distance(other))[0];
}

// From 1/2 for the smallest; equal values share the mean of their ranks.
const ranks = (values) => values.map((value) =>
  sum(values.map((other) => (other < value ? 1 : other === value ? 0.5 : 0))));

// Spearman's: the correlation of the ranks; 0 where all are equal.
function rankCorrelation(one, other) {
  const [first, second] = [one, other].map((values) => {
    const ranked = ranks(values);
    const mean = sum(ranked) / ranked.length;
    return ranked.map((rank) => rank - mean);
  });
  const dot = (left, right) => sum(left.map((value, index) => value * right[index]));
  const length = Math.sqrt(dot(first, first) * dot(second, second));
  return length ? dot(first, second) / length : 0;
}

function median(values) {
  const ordered = [...values].sort((one, other) => one - other);
  const middle = ordered.length >> 1;
  return ordered.length % 2 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
}

// The thirds of the smallest and of the largest objects: their sizes from and to, and the median of their shares.
function thirds(objects) {
  const ordered = [...objects].sort((one, other) => one.size - other.size);
  const count = Math.floor(ordered.length / 3);
  return [ordered.slice(0, count), ordered.slice(-count)].map((part) => ({
    from: part[0].size, to: part[count - 1].size, share: median(part.map(({ share }) => share)) }));
}

// --------------------------------------------------------------------------------------------------- the widget

const NAMES = ["picture", "drawn", "row", "column", "circles"];
const DRAWN = ["picture", ...SCALES.map(String)];
const PLOT = { width: 320, height: 150 }; // of the scatter, in its own units

function render({ model, el }) {
  const pictures = model.get("pictures").map((one) => ({ ...one, shares: sharesOf(one), thirds: thirds(one.objects),
    rho: rankCorrelation(one.objects.map(({ size }) => size), one.objects.map(({ share }) => share)) }));
  const initial = readModel();
  const identifier = `acda-scale-map-${Math.random().toString(36).slice(2)}`;
  let [shown, dots] = [null, []]; // the picture that stands there, and its objects in the scatter

  const drawing = oncePerFrame(draw);
  const summary = make("p", { class: "summary", role: "status" });
  const speech = spoken((sentence) => { summary.textContent = sentence; });
  const claim = make("p", { class: "claim", "aria-live": "polite" });
  const link = stateLink(el, "Link to this pixel", takeLink);

  const photo = make("img", { alt: "" });
  const canvas = picture("pixels");
  const rings = make("svg", { "aria-hidden": "true" });
  const marks = ["halo", "line"].map((name) => make("rect", { class: name, width: 1, height: 1 }));
  const cursor = make("svg", { "aria-hidden": "true" }, ...marks);
  const box = make("div", { class: "frame", role: "application" }, photo, canvas, rings, cursor);
  const bar = colourBar(SEQUENTIAL);
  const caption = make("figcaption");

  const place = make("b");
  const bars = SCALES.map((scale) => {
    const [fill, value] = [make("i"), make("span", { class: "value" })];
    return { fill, value, node: make("div", { class: "share" }, make("span", {}, sizeName(scale)),
      make("div", { class: "track", "aria-hidden": "true" }, fill), value) };
  });
  const there = make("p", { class: "there" });

  const slider = (name) => {
    const value = make("span", { class: "value", "aria-hidden": "true" });
    const input = make("input", { type: "range", id: `${identifier}-${name}`, min: 0, step: 1,
      oninput: () => write({ [name]: Number(input.value) }) });
    return { input, value, name, node: make("div", { class: "field" },
      make("label", { for: input.id }, `${name[0].toUpperCase()}${name.slice(1)} of the pixel`), value, input) };
  };
  const sliders = [slider("row"), slider("column")];
  const toggle = make("button", { type: "button", onclick: () => write({ circles: !model.get("circles") }) },
    "Circles around the objects");

  const points = make("svg", { class: "points", role: "img", viewBox: `0 0 ${PLOT.width} ${PLOT.height}` });
  const [highest, lowest, widest] = [make("span"), make("span"), make("span")];
  const keys = make("figcaption", { class: "keys" });
  const scatter = make("figure", { class: "scatter" },
    make("figcaption", {}, "Share of 7×7 at the centre of each object"),
    make("div", { class: "plot" },
      make("div", { class: "ticks", "aria-hidden": "true" }, highest, lowest), points),
    make("div", { class: "axis", "aria-hidden": "true" }, make("span", {}, "0"), make("span", {}, "size"), widest),
    keys);

  const root = make("form", { class: "acda-panel acda-scale-map", "aria-label": "Scale map",
    onsubmit: (event) => event.preventDefault() },
    make("style", {}, CSS),
    make("p", { class: "intro" }, make("b", {}, "Scale map. "),
      "Every pixel has filters of its own. What part of them lies on the 3×3, 5×5 and 7×7 bases? ",
      "Two trained networks answer: one counts heads, one counts blood cells."),
    radioGroup("Picture", `${identifier}-picture`, pictures.map(({ name }, value) => ({ value, label: name })),
      (event) => choosePicture(Number(event.target.value))),
    radioGroup("What is drawn", `${identifier}-drawn`, [{ value: "picture", label: "Picture" },
      ...SCALES.map((scale) => ({ value: String(scale), label: `Share of ${sizeName(scale)}` }))],
      (event) => write({ drawn: event.target.value })),
    make("div", { class: "views" },
      make("figure", {}, box, bar.node, caption),
      make("div", { class: "side" },
        make("p", { class: "heading" }, "The filters at ", place), ...bars.map(({ node }) => node), there,
        ...sliders.map(({ node }) => node), toggle)),
    summary,
    make("section", { "aria-label": "Do larger objects draw more on the 7×7 bases?" },
      make("p", { class: "heading" }, make("b", {}, "Do larger objects draw more on the 7×7 bases?")),
      make("div", { class: "claims" }, scatter, claim)),
    make("div", { class: "foot" },
      make("button", { type: "button", onclick: () => write(initial) }, "Reset"), ...link.nodes),
    make("details", {}, make("summary", {}, "How to use and read this"),
      make("p", {}, "Click a pixel or drag with the mouse, tap it, or focus the picture and press the arrow keys. ",
        "The yellow square is one pixel of the network’s map, 4×4 pixels of the picture."),
      make("p", {}, "A share is the part of the squares of all coefficients of the pixel’s filters that lies on the ",
        "bases of one scale; the three add up to 1. Each scale has colours of its own, from its lowest to its highest ",
        "share in both pictures of the same network: compare places and the two pictures, and read the numbers to ",
        "compare scales. Shares are rounded to 255 steps between these two. At the border the layers see zeros beyond ",
        "the picture, and the shares show it."),
      make("p", {}, "The size of a head is its diameter. The size of a cell is the side of a square as large as its ",
        "box, and its circle is as wide as that. A pixel is in an object if its middle is in the circle, or if the ",
        "object’s centre is in the pixel."),
      make("p", {}, "The crowds are drawn, not photographed. The blood smears are photographs of the BCCD data set ",
        "(MIT licence, 2017 shenggan). The networks saw none of the four in their training.")));

  function readModel() {
    const state = Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
    const [height, width] = pictures[state.picture].map;
    return { ...state, row: Math.min(height - 1, state.row), column: Math.min(width - 1, state.column) };
  }

  function write(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
    drawing.ask();
  }

  function choosePicture(chosen) {
    const { row, column } = readModel();
    const [height, width] = pictures[chosen].map;
    write({ picture: chosen, row: Math.min(height - 1, row), column: Math.min(width - 1, column) });
  }

  function moveTo(row, column) {
    const state = readModel();
    const inside = [row, column].map((index, axis) =>
      Math.max(0, Math.min(pictures[state.picture].map[axis] - 1, index)));
    if (inside[0] !== state.row || inside[1] !== state.column) write({ row: inside[0], column: inside[1] });
  }

  const choose = (event) => {
    const { left, top, width, height } = box.getBoundingClientRect();
    const [rows, columns] = pictures[model.get("picture")].map;
    moveTo(Math.floor(((event.clientY - top) / height) * rows), Math.floor(((event.clientX - left) / width) * columns));
  };
  const drags = (event) => event.pointerType === "mouse"; // a finger that moves scrolls the page
  box.addEventListener("click", choose);
  box.addEventListener("pointerdown", (event) => { if (drags(event)) box.setPointerCapture(event.pointerId); });
  box.addEventListener("pointermove", (event) => { if (drags(event) && event.buttons & 1) choose(event); });
  focusable(box);
  box.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    const { row, column } = readModel();
    moveTo(row + move[0], column + move[1]);
  });

  function draw() {
    const state = readModel();
    const one = pictures[state.picture];
    if (shown !== state.picture) showPicture(one);
    shown = state.picture;
    drawMap(one, state.drawn);
    const pixel = state.row * one.map[1] + state.column;
    const here = one.shares.map((values) => values[pixel]);
    bars.forEach(({ fill, value }, scale) => {
      fill.style.width = `${100 * here[scale]}%`;
      value.textContent = number(here[scale], 3);
    });
    for (const mark of marks) {
      mark.setAttribute("x", state.column);
      mark.setAttribute("y", state.row);
    }
    place.textContent = `row ${state.row}, column ${state.column}`;
    const object = objectAt(one, state.row, state.column);
    const isIn = object ? `in a ${one.kinds[object.kind]} of ${number(object.size, 1)} pixels` : "in no marked object";
    there.textContent = isIn;
    dots.forEach((dot, index) => dot.classList.toggle("here", one.objects[index] === object));
    rings.style.display = state.circles ? "" : "none";
    toggle.setAttribute("aria-pressed", String(state.circles));
    sliders.forEach(({ input, value, name }, axis) => {
      input.max = one.map[axis] - 1;
      if (Number(input.value) !== state[name]) input.value = state[name];
      value.textContent = state[name];
    });
    for (const name of ["picture", "drawn"]) {
      for (const radio of root.querySelectorAll(`input[name="${identifier}-${name}"]`)) {
        radio.checked = radio.value === String(state[name]);
      }
    }
    box.setAttribute("aria-label", `${one.name}, row ${state.row}, column ${state.column}: arrow keys move the pixel`);
    const most = here.indexOf(Math.max(...here));
    const lower = one.shares[LARGEST].filter((share) => share < here[LARGEST]).length / one.shares[LARGEST].length;
    speech.tell(`Row ${state.row}, column ${state.column}, ${isIn}: the largest part of the filters’ weight, ` +
      `${number(here[most], 3)}, lies on the ${sizeName(SCALES[most])} bases. The share of 7×7, ${number(here[LARGEST], 3)}, is larger than at ` +
      `${percent(lower)} of the pixels of this picture.`);
    link.show([state.picture, DRAWN.indexOf(state.drawn), state.row, state.column, Number(state.circles)]);
  }

  function drawMap({ name, shares, ranges, map }, drawn) {
    const scale = SCALES.indexOf(Number(drawn));
    const isMap = scale >= 0;
    canvas.style.display = isMap ? "" : "none";
    bar.node.style.visibility = isMap ? "" : "hidden";
    if (isMap) {
      const [low, high] = ranges[scale];
      paint(canvas, shares[scale], low, high, SEQUENTIAL, map[1]);
      showEnds(bar, number(low, 3), "", number(high, 3));
      canvas.setAttribute("aria-label", `${name}: map of the share of ${sizeName(SCALES[scale])}`);
    }
    caption.textContent = isMap
      ? `Share of the ${sizeName(SCALES[scale])} bases. Colours: its lowest to its highest in both pictures of this network.`
      : `${name}. Its map has ${map[0]} rows and ${map[1]} columns.`;
  }

  function showPicture(one) {
    const { name, image, size, map, objects } = one;
    photo.src = `data:image/jpeg;base64,${image}`;
    photo.alt = name;
    box.style.aspectRatio = `${size[1]} / ${size[0]}`;
    rings.setAttribute("viewBox", `0 0 ${size[1]} ${size[0]}`);
    cursor.setAttribute("viewBox", `0 0 ${map[1]} ${map[0]}`);
    rings.replaceChildren(...["halo", "line"].flatMap((layer) => objects.map(({ row, column, size: across }) =>
      make("circle", { class: layer, cx: column, cy: row, r: across / 2 }))));
    drawScatter(one);
    claim.textContent = verdict(one);
  }

  function drawScatter({ name, objects, ranges, kinds, rho, thirds: groups }) {
    const [low, high] = ranges[LARGEST];
    const most = 5 * Math.ceil((Math.max(...objects.map(({ size }) => size)) + 0.5) / 5);
    const x = (size) => (PLOT.width * size) / most;
    const y = (share) => 6 + (PLOT.height - 12) * (1 - (share - low) / (high - low));
    dots = objects.map(({ size, share, kind }) =>
      make("path", { class: `kind-${kind}`, d: symbol(kind, x(size), y(share)) }));
    points.replaceChildren(...dots, ...groups.map(({ from, to, share }) =>
      make("path", { class: "median", d: `M${x(from) - 4} ${y(share)}H${x(to) + 4}` })));
    points.setAttribute("aria-label", `${name}: ${objects.length} objects, size to the right, share of 7×7 upwards. ` +
      `Rank correlation ${signed(rho)}.`);
    highest.textContent = number(high);
    lowest.textContent = number(low);
    widest.textContent = `${most} pixels`;
    const present = range(kinds.length).filter((index) => objects.some(({ kind }) => kind === index));
    const key = (text, className, d) => make("span", { class: "key" },
      make("svg", { class: "points", viewBox: "0 0 16 12", "aria-hidden": "true" }, make("path", { class: className, d })), text);
    keys.replaceChildren(...present.map((index) => key(kinds[index], `kind-${index}`, symbol(index, 8, 6))),
      key("the object that the pixel is in", "here", symbol(0, 8, 6)),
      key("median of the smaller and of the larger third", "median", "M0 6H16"));
  }

  function takeLink(numbers) {
    const [chosen, drawn, row, column, circles] = numbers;
    const isIndex = (value, count) => Number.isInteger(value) && value >= 0 && value < count;
    if (numbers.length !== NAMES.length || !isIndex(chosen, pictures.length) || !isIndex(drawn, DRAWN.length)) return false;
    const [height, width] = pictures[chosen].map;
    if (!isIndex(row, height) || !isIndex(column, width) || !isIndex(circles, 2)) return false;
    write({ picture: chosen, drawn: DRAWN[drawn], row, column, circles: Boolean(circles) });
    return true;
  }

  el.classList.add("acda-widget");
  el.replaceChildren(root);
  draw();
  link.read();
  el.acda = {
    shares: () => {
      const { picture: chosen, row, column } = readModel();
      return pictures[chosen].shares.map((values) => values[row * pictures[chosen].map[1] + column]);
    },
    objects: () => pictures[model.get("picture")].objects.map(({ size, share }) => [size, share]),
    correlation: () => pictures[model.get("picture")].rho,
    state: readModel,
  };
  const unfollow = follow(model, NAMES, drawing.ask);
  return () => {
    for (const part of [drawing, speech, link]) part.stop();
    unfollow();
  };
}

const signed = (value) => (number(value) === "0.00" || value < 0 ? number(value) : `+${number(value)}`);

// A circle, a square and a diamond, for the kinds of objects in turn.
function symbol(kind, x, y) {
  return [`M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z`, `M${x - 4} ${y - 4}h8v8h-8Z`,
    `M${x} ${y - 5}l5 5l-5 5l-5 -5Z`][kind];
}

const percent = (part) => `${Math.round(100 * part)}\u00a0%`;

// What a picture says about the claim, in words, beside what unrelated numbers would say in 19 cases of 20.
function verdict({ objects, rho, thirds: [small, large] }) {
  const chance = 1.96 / Math.sqrt(objects.length - 1);
  const finding = Math.abs(rho) <= chance
    ? "That may well be chance"
    : rho > 0
      ? "Here larger objects tend to have the larger share, as Figure 7 says"
      : "Here larger objects tend to have the smaller share, against Figure 7";
  return `Rank correlation of size and share in this picture: ${signed(rho)}, from ${objects.length} objects. ${finding}: ` +
    `numbers that have nothing to do with each other stay within ±${number(chance)} in 19 cases of 20. The median share ` +
    `is ${number(small.share, 3)} at the smaller third of the objects and ${number(large.share, 3)} at the larger third. ` +
    "One picture proves nothing; it takes many, and networks from several seeds.";
}

// ------------------------------------------------------------------------------------------------------- style

const CSS = PANEL_CSS + `
.acda-scale-map .views, .acda-scale-map .claims { display: grid; gap: 18px; align-items: start; margin-bottom: 10px;
  grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
.acda-scale-map .claims { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
.acda-scale-map [role=application] { cursor: crosshair; touch-action: manipulation; }
.acda-scale-map .frame img { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; padding: 0; border: 0;
  background: none; }
.acda-scale-map .frame circle, .acda-scale-map .frame rect { fill: none; vector-effect: non-scaling-stroke; }
.acda-scale-map .frame .halo { stroke: #111; stroke-width: 3; opacity: 0.6; }
.acda-scale-map circle.line { stroke: #ffffff; stroke-width: 1.5; }
.acda-scale-map rect.halo { stroke-width: 5; opacity: 1; }
.acda-scale-map rect.line { stroke: #ffd400; stroke-width: 2.5; }
.acda-scale-map .heading { margin: 4px 0 6px; }
.acda-scale-map .share { display: grid; grid-template-columns: 34px 1fr 44px; gap: 8px; align-items: center;
  font-size: 14px; font-variant-numeric: tabular-nums; }
.acda-scale-map .share .value { text-align: right; }
.acda-scale-map .track { height: 14px; border: 1px solid var(--edge); border-radius: 3px; background: var(--soft); }
.acda-scale-map .track i { display: block; height: 100%; background: var(--accent); }
.acda-scale-map .there { font-size: 14px; margin: 6px 0; min-height: 1.45em; }
.acda-scale-map .field { display: grid; grid-template-columns: 1fr auto; font-size: 14px; align-items: center; }
.acda-scale-map .field label { margin: 0; }
.acda-scale-map .field .value { font-variant-numeric: tabular-nums; }
.acda-scale-map .field input { grid-column: 1 / 3; }
.acda-scale-map .plot { display: grid; grid-template-columns: 36px 1fr; }
.acda-scale-map .plot .points { width: 100%; border: 1px solid var(--edge); }
.acda-scale-map .ticks { display: flex; flex-direction: column; justify-content: space-between; font-size: 12px;
  font-variant-numeric: tabular-nums; }
.acda-scale-map .axis { display: flex; justify-content: space-between; font-size: 12px; padding-left: 36px; margin-top: 3px; }
.acda-scale-map .points path { fill: none; stroke: var(--text); stroke-width: 1.5; }
.acda-scale-map .points path.kind-1 { fill: var(--accent); stroke: var(--accent); }
.acda-scale-map .points path.here { stroke: var(--text); stroke-width: 3; fill: #ffd400; }
.acda-scale-map .points path.median { stroke: var(--accent); stroke-width: 4; }
.acda-scale-map .keys { display: flex; flex-wrap: wrap; gap: 0 14px; }
.acda-scale-map .key svg { width: 16px; height: 12px; margin-right: 5px; vertical-align: -1px; }
.acda-scale-map .claim { font-size: 14px; }
@container (max-width: 620px) {
  .acda-scale-map .views, .acda-scale-map .claims { grid-template-columns: minmax(0, 1fr); }
}
`;

export default { render };
