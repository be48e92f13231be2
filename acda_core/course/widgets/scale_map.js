// The scale map: which bases the filters of a trained counting network draw on, at every pixel of four pictures.

import { button, colourBar, haloed, help, intro, make, picture, setAll, showEnds, slide } from "./js/elements.js";
import { onKeys, pixelAt } from "./js/hand.js";
import { capital, clamp, isIndex, number, percent, range, sizeName } from "./js/numbers.js";
import { paint, SEQUENTIAL } from "./js/paint.js";
import { widget } from "./js/panel.js";
import { objectAt, rankCorrelation, sharesOf, signed, thirds, verdict } from "./js/shares.js";

const SCALES = [3, 5, 7];
const LARGEST = SCALES.length - 1;
const DRAWN = ["picture", ...SCALES.map(String)];
const PLOT = { width: 320, height: 150 }; // of the scatter, in its own units

// The picture, or a map of the shares of one scale, with the objects and the pixel that is looked at.
function mapView() {
  const [photo, canvas] = [make("img", { alt: "" }), picture("pixels")];
  const [bar, caption] = [colourBar(SEQUENTIAL), make("figcaption")];
  const marks = haloed("rect", { width: 1, height: 1 });
  const [rings, cursor] = [make("svg", { "aria-hidden": "true" }), make("svg", { "aria-hidden": "true" }, ...marks)];
  const box = make("div", { class: "frame" }, photo, canvas, rings, cursor);

  function showPicture({ name, image, size, map, objects }) {
    photo.src = `data:image/jpeg;base64,${image}`;
    photo.alt = name;
    box.style.aspectRatio = `${size[1]} / ${size[0]}`;
    rings.setAttribute("viewBox", `0 0 ${size[1]} ${size[0]}`);
    cursor.setAttribute("viewBox", `0 0 ${map[1]} ${map[0]}`);
    rings.replaceChildren(...["halo", "line"].flatMap((layer) => objects.map(({ row, column, size: across }) =>
      make("circle", { class: layer, cx: column, cy: row, r: across / 2 }))));
  }

  function showMap({ name, shares, ranges, map }, drawn) {
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
      ? `Share of the ${sizeName(SCALES[scale])} bases. Colours: its lowest to its highest in both pictures ` +
        "of this network."
      : `${name}. Its map has ${map[0]} rows and ${map[1]} columns.`;
  }

  function show(one, { drawn, row, column, circles }) {
    showMap(one, drawn);
    setAll(marks, { x: column, y: row });
    rings.style.display = circles ? "" : "none";
    box.setAttribute("aria-label", `${one.name}, row ${row}, column ${column}: arrow keys move the pixel`);
  }
  return { box, showPicture, show, node: make("figure", {}, box, bar.node, caption) };
}

// A circle, a square and a diamond, for the kinds of objects in turn.
function symbol(kind, x, y) {
  return [`M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z`, `M${x - 4} ${y - 4}h8v8h-8Z`,
    `M${x} ${y - 5}l5 5l-5 5l-5 -5Z`][kind];
}

// Size and share of every object of a picture.
function scatterPlot() {
  const points = make("svg", { class: "points", role: "img", viewBox: `0 0 ${PLOT.width} ${PLOT.height}` });
  const [highest, lowest, widest] = [make("span"), make("span"), make("span")];
  const keys = make("figcaption", { class: "keys" });
  const node = make("figure", { class: "scatter" },
    make("figcaption", {}, "Share of 7×7 at the centre of each object"),
    make("div", { class: "plot" },
      make("div", { class: "ticks", "aria-hidden": "true" }, highest, lowest), points),
    make("div", { class: "axis", "aria-hidden": "true" }, make("span", {}, "0"), make("span", {}, "size"), widest),
    keys);
  let dots = [];

  function showPicture({ name, objects, ranges, kinds, rho, thirds: groups }) {
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
      make("svg", { class: "points", viewBox: "0 0 16 12", "aria-hidden": "true" },
        make("path", { class: className, d })), text);
    keys.replaceChildren(...present.map((index) => key(kinds[index], `kind-${index}`, symbol(index, 8, 6))),
      key("the object that the pixel is in", "here", symbol(0, 8, 6)),
      key("median of the smaller and of the larger third", "median", "M0 6H16"));
  }
  const mark = (place) => dots.forEach((dot, index) => dot.classList.toggle("here", index === place));
  return { node, showPicture, mark };
}

// The shares of the pixel as bars, the object that it is in, and sliders for its place.
function pixelSide(panel) {
  const place = make("b");
  const bars = SCALES.map((scale) => {
    const [fill, value] = [make("i"), make("span", { class: "value" })];
    return { fill, value, node: make("div", { class: "share", "data-symbol": "w" }, make("span", {}, sizeName(scale)),
      make("div", { class: "track", "aria-hidden": "true" }, fill), value) };
  });
  const there = make("p", { class: "there" });
  const sliders = ["row", "column"].map((name) => ({ name,
    ...slide(panel.id(name), `${capital(name)} of the pixel`, {}, (value) => panel.write({ [name]: value })) }));
  const toggle = button("Circles around the objects", () => panel.write({ circles: !panel.model.get("circles") }));

  function show(one, state, here, isIn) {
    bars.forEach(({ fill, value }, scale) => {
      fill.style.width = `${100 * here[scale]}%`;
      value.textContent = number(here[scale], 3);
    });
    place.textContent = `row ${state.row}, column ${state.column}`;
    there.textContent = isIn;
    toggle.setAttribute("aria-pressed", String(state.circles));
    sliders.forEach(({ input, name, show: showSlider }, axis) => {
      input.max = one.map[axis] - 1;
      showSlider(state[name], state[name]);
    });
  }
  return { show, node: make("div", { class: "side" },
    make("p", { class: "heading" }, "The filters at ", place), ...bars.map(({ node }) => node), there,
    ...sliders.map(({ node }) => node), toggle) };
}

const WORDS = [
  "Click a pixel or drag with the mouse, tap it, or focus the picture and press the arrow keys. " +
  "The yellow square is one pixel of the network’s map, 4×4 pixels of the picture.",
  "A share is the part of the squares of all coefficients of the pixel’s filters that lies on the " +
  "bases of one scale; the three add up to 1. Each scale has its own colours, from its lowest to its highest " +
  "share in both pictures of the same network: compare places and the two pictures, and read the numbers to " +
  "compare scales. Shares are rounded to 255 steps between these two. At the border the layers see zeros beyond " +
  "the picture, and the shares show it.",
  "The size of a head is its diameter. The size of a cell is the side of a square as large as its " +
  "box, and its circle is as wide as that. A pixel is in an object if its middle is in the circle, or if the " +
  "object’s centre is in the pixel.",
  "The crowds are drawn, not photographed. The blood smears are photographs of the BCCD data set " +
  "(MIT licence, 2017 shenggan). The networks saw none of the four in their training."];

function listen(panel, { box }) {
  const moveTo = (row, column) => {
    const state = panel.read();
    const [rows, columns] = mapOf(state, panel.model);
    const next = { row: clamp(row, 0, rows - 1), column: clamp(column, 0, columns - 1) };
    if (next.row !== state.row || next.column !== state.column) panel.write(next);
  };
  const choose = (event) => moveTo(...pixelAt(box, event, ...mapOf(panel.read(), panel.model)));
  const drags = (event) => event.pointerType === "mouse"; // a finger that moves scrolls the page
  box.addEventListener("click", choose);
  box.addEventListener("pointerdown", (event) => { if (drags(event)) box.setPointerCapture(event.pointerId); });
  box.addEventListener("pointermove", (event) => { if (drags(event) && event.buttons & 1) choose(event); });
  onKeys(box, (down, right) => {
    const { row, column } = panel.read();
    moveTo(row + down, column + right);
  });
}

// Rows and columns of the chosen picture's map.
const mapOf = ({ picture: chosen }, model) => model.get("pictures")[chosen].map;

function inside(state, model) {
  const [rows, columns] = mapOf(state, model);
  return { ...state, row: Math.min(rows - 1, state.row), column: Math.min(columns - 1, state.column) };
}

function fromLink([chosen, drawn, row, column, circles, ...others], pictures) {
  const isChoice = isIndex(chosen, pictures.length) && isIndex(drawn, DRAWN.length) && isIndex(circles, 2);
  if (!isChoice || others.length) return null;
  const [rows, columns] = pictures[chosen].map;
  return isIndex(row, rows) && isIndex(column, columns)
    ? { picture: chosen, drawn: DRAWN[drawn], row, column, circles: circles === 1 } : null;
}

function build(panel) {
  const pictures = panel.model.get("pictures").map((one) => ({ ...one,
    shares: sharesOf(one), thirds: thirds(one.objects),
    rho: rankCorrelation(one.objects.map(({ size }) => size), one.objects.map(({ share }) => share)) }));
  const [map, side, scatter] = [mapView(), pixelSide(panel), scatterPlot()];
  const claim = make("p", { class: "claim", "aria-live": "polite" });
  let shown = null; // the picture that stands there
  listen(panel, map);

  const sharesAt = ({ picture: chosen, row, column }) =>
    pictures[chosen].shares.map((values) => values[row * pictures[chosen].map[1] + column]);

  function whatIsThere({ picture: chosen, row, column }) {
    const one = pictures[chosen];
    const object = objectAt(one, row, column);
    return { object, words: object
      ? `in a ${one.kinds[object.kind]} of ${number(object.size, 1)} pixels` : "in no marked object" };
  }

  function draw(state) {
    const one = pictures[state.picture];
    if (shown !== one) {
      shown = one;
      map.showPicture(one);
      scatter.showPicture(one);
      claim.textContent = verdict(one);
    }
    const { object, words } = whatIsThere(state);
    map.show(one, state);
    side.show(one, state, sharesAt(state), words);
    scatter.mark(one.objects.indexOf(object));
  }

  function sentence(state) {
    const [here, largest] = [sharesAt(state), pictures[state.picture].shares[LARGEST]];
    const most = here.indexOf(Math.max(...here));
    const lower = largest.filter((share) => share < here[LARGEST]).length / largest.length;
    return `Row ${state.row}, column ${state.column}, ${whatIsThere(state).words}: the largest part of the filters’ ` +
      `weight, ${number(here[most], 3)}, lies on the ${sizeName(SCALES[most])} bases. The share of 7×7, ` +
      `${number(here[LARGEST], 3)}, is larger than at ${percent(lower)} of the pixels of this picture.`;
  }

  return {
    children: [
      intro("Scale map. ",
        "Every pixel has its own filters. How much of them lies on the 3×3, 5×5 and 7×7 bases? " +
        "Two trained networks answer: one counts heads, one counts blood cells."),
      panel.choice("Picture", "picture", pictures.map(({ name }, value) => ({ value, label: name }))),
      panel.choice("What is drawn", "drawn", [{ value: "picture", label: "Picture" },
        ...SCALES.map((scale) => ({ value: String(scale), label: `Share of ${sizeName(scale)}` }))]),
      make("div", { class: "views" }, map.node, side.node),
      panel.summary,
      make("section", { "aria-label": "Do larger objects draw more on the 7×7 bases?" },
        make("p", { class: "heading" }, make("b", {}, "Do larger objects draw more on the 7×7 bases?")),
        make("div", { class: "claims" }, scatter.node, claim)),
      panel.foot(panel.reset()), help("How to use and read this", ...WORDS)],
    draw, sentence,
    toLink: ({ picture: chosen, drawn, row, column, circles }) =>
      [chosen, DRAWN.indexOf(drawn), row, column, Number(circles)],
    fromLink: (numbers) => fromLink(numbers, pictures),
    acda: {
      shares: () => sharesAt(panel.read()),
      objects: () => pictures[panel.model.get("picture")].objects.map(({ size, share }) => [size, share]),
      correlation: () => pictures[panel.model.get("picture")].rho,
    },
  };
}

const CSS = `
.acda-scale-map .views, .acda-scale-map .claims { display: grid; gap: 18px; align-items: start; margin-bottom: 10px;
  grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
.acda-scale-map .claims { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
.acda-scale-map [role=application] { cursor: crosshair; touch-action: manipulation; }
.acda-scale-map .frame img { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; padding: 0; border: 0;
  background: none; }
.acda-scale-map .frame circle, .acda-scale-map .frame rect { fill: none; vector-effect: non-scaling-stroke; }
.acda-scale-map .frame .halo { stroke: #111; stroke-width: 3; opacity: 0.6; }
.acda-scale-map circle.line { stroke: #ffffff; stroke-width: 1.5; }
.acda-scale-map .frame rect.halo { stroke-width: 5; opacity: 1; }
.acda-scale-map rect.line { stroke: #ffd400; stroke-width: 2.5; }
.acda-scale-map .heading { margin: 4px 0 6px; }
.acda-scale-map .share { display: grid; grid-template-columns: 34px 1fr 44px; gap: 8px; align-items: center;
  font-size: 14px; font-variant-numeric: tabular-nums; }
.acda-scale-map .share .value { text-align: right; }
.acda-scale-map .track { height: 14px; border: 1px solid var(--edge); border-radius: 3px; background: var(--soft); }
.acda-scale-map .track i { display: block; height: 100%; background: var(--accent); }
.acda-scale-map .there { font-size: 14px; margin: 6px 0; min-height: 1.45em; }
.acda-scale-map .plot { display: grid; grid-template-columns: 36px 1fr; }
.acda-scale-map .plot .points { width: 100%; border: 1px solid var(--edge); }
.acda-scale-map .ticks { display: flex; flex-direction: column; justify-content: space-between; font-size: 12px;
  font-variant-numeric: tabular-nums; }
.acda-scale-map .axis { display: flex; justify-content: space-between; font-size: 12px; padding-left: 36px;
  margin-top: 3px; }
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

export default widget({ title: "Scale map", className: "acda-scale-map", css: CSS, linkText: "Link to this pixel",
  names: ["picture", "drawn", "row", "column", "circles"], fit: inside, build });
