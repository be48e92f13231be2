// The widget of the front page: a pixel of a noisy photograph, and the filter that a trained ACDA layer makes for it.

import { alphaPicture } from "./js/alpha.js";
import { scalesOf } from "./js/bases.js";
import { brush } from "./js/brush.js";
import { hiddenOf, lookAt, unpackLayers } from "./js/detection.js";
import { button, colourBar, describe, help, intro, make, picture, showEnds, tile } from "./js/elements.js";
import { pixelAt } from "./js/hand.js";
import { capital, clamp, isIndex, number, percent, range, sizeName, subscript } from "./js/numbers.js";
import { ownPicture } from "./js/own_picture.js";
import { unpackBytes } from "./js/packing.js";
import { DIVERGING, GREY, paint } from "./js/paint.js";
import { widget } from "./js/panel.js";
import { likeness, lookThrough, meanWindow, noisePassed, noisyOf, outputOf, weigh } from "./js/pixel.js";
import { listen, SQUARE_CSS, squares } from "./js/square.js";

const DRAWN = { input: "noisy input", output: "output", truth: "without noise" };
const greys = (text) => Float64Array.from(unpackBytes(text), (level) => level / 255);
const largest = (values) => Math.max(...Array.from(values, Math.abs)) || 1;

// What the layers make of pixels, and of the whole picture once it is asked for; `take` puts the grey levels of another
// picture in its place, null the first one.
function makeLook(model) {
  const { height, width, noise, ...sizes } = model.get("sizes");
  const layer = unpackLayers(sizes, model.get("weights"), model.get("large_weights"));
  const [size, reach] = [sizes.kernel, sizes.kernel >> 1];
  const whole = [height + 2 * reach, width + 2 * reach];
  const inner = (values) => Float64Array.from(range(height * width), (pixel) =>
    values[(Math.floor(pixel / width) + reach) * whole[1] + (pixel % width) + reach]);
  const first = greys(model.get("clean"));
  const outer = (values) => Float64Array.from(range(whole[0] * whole[1]), (pixel) =>
    values[clamp(Math.floor(pixel / whole[1]) - reach, 0, height - 1) * width +
      clamp((pixel % whole[1]) - reach, 0, width - 1)]);
  let [image, pictures, words, mean] = [null, null, "", null];

  function take(levels) {
    const values = levels ? noisyOf(levels, noise) : greys(model.get("noisy"));
    image = { channels: 1, height: whole[0], width: whole[1], values };
    pictures = { input: inner(values), truth: levels ? inner(levels) : first };
    words = levels ? "Your picture" : "Photograph of a cup";
    mean = null;
  }

  // The picture without noise, 3×3 pixels of it painted around each of these.
  function painted(pixels, grey) {
    const levels = outer(pictures.truth);
    for (const [row, column] of pixels) {
      for (const near of range(9)) {
        const [r, c] = [row + Math.floor(near / 3) - 1 + reach, column + (near % 3) - 1 + reach];
        if (isIndex(r, whole[0]) && isIndex(c, whole[1])) levels[r * whole[1] + c] = grey;
      }
    }
    return levels;
  }

  function pixelsOf(name) {
    pictures[name] ??= outputOf(layer, image);
    return pictures[name];
  }
  // The mean of alpha over all pixels: Φ's last layer is linear, so it may take the mean of what it sees.
  function meanAlpha() {
    mean ??= lookAt(layer, { hidden: meanWindow(hiddenOf(layer, image), layer.second.size) }, 0, 0).alpha;
    return mean;
  }
  take(null);
  return { layer, size, height, width, whole, take, painted, pixelsOf, meanAlpha,
    words: () => words,
    at: (row, column) => lookThrough(layer, image, row, column),
    convolved: ({ patch }) => layer.conv.bias[0] + weigh(layer.conv.weight, patch) };
}

// The photograph with the squares of the two pixels.
function photograph(look) {
  const canvas = picture("pixels");
  const { box, handle, place } = squares(canvas, look);
  const fact = make("b");
  let shown;

  function show(state, { output, patch }) {
    const { row, column, drawn } = state;
    const pixels = look.pixelsOf(drawn);
    if (shown !== pixels) paint(canvas, pixels, 0, 1, GREY, look.width);
    shown = pixels;
    place(state);
    const [before, truth] = [patch.values[patch.values.length >> 1], look.pixelsOf("truth")[row * look.width + column]];
    fact.textContent = `${number(before)} → ${number(output)}; without noise ${number(truth)}`;
    canvas.setAttribute("aria-label", `${look.words()}, ${DRAWN[drawn]}`);
  }
  return { box, handle, show, node: make("figure", {}, box,
    make("figcaption", {}, "Input → output of this pixel: ", fact)) };
}

// What the pixel sees, and the three filters, all in the same colours.
function filterTiles(look) {
  const [here, pinned, shared, seen] = ["This pixel’s filter K", "The pinned pixel’s", "An ordinary convolution’s",
    "What this pixel sees"].map((title) => tile(title));
  const bar = colourBar(DIVERGING);
  pinned.node.classList.add("pinned");
  here.node.dataset.symbol = "K";

  function show(found, other) {
    const filters = [[here, found.filter], [pinned, other.filter], [shared, look.layer.conv.weight]];
    const limit = Math.max(...filters.map(([, values]) => largest(values)));
    for (const [one, values] of filters) {
      paint(one.canvas, values, -limit, limit, DIVERGING);
      one.fact.textContent = `noise × ${number(noisePassed(values))}`;
    }
    paint(seen.canvas, found.patch.values, 0, 1, GREY);
    seen.fact.textContent = `${sizeName(look.size)} pixels`;
    showEnds(bar, number(-limit), "0", number(limit));
    describe(here, pinned, shared, seen);
  }
  return { show, node: make("div", { class: "filters" },
    make("div", { class: "tiles" }, ...[here, pinned, seen, shared].map(({ node }) => node)), bar.node) };
}

// alpha, the atoms, and their weights in the filter.
function makingOf({ layer, size, meanAlpha }, redraw) {
  const alpha = alphaPicture(layer.A.length, scalesOf(size));
  const atoms = range(layer.A.length).map((m) => tile(`D${subscript(m + 1)}`));
  for (const { fact } of atoms) fact.dataset.symbol = "A";
  const caption = make("figcaption");
  const less = button("Less its mean over the photograph", () => set(!isLess()), { "aria-pressed": "false" });
  const isLess = () => less.getAttribute("aria-pressed") === "true";
  function set(on) {
    less.setAttribute("aria-pressed", String(on));
    redraw();
  }

  function show(found) {
    const mean = isLess() ? meanAlpha() : null;
    alpha.show(mean ? found.alpha.map((row, m) => row.map((value, k) => value - mean[m][k])) : found.alpha);
    caption.textContent = mean ? "α less its mean over all pixels: what is this pixel’s own"
      : "α = Φ(what it sees): how much of each fixed pattern is in each atom";
    const limit = largest(found.atoms.flat());
    atoms.forEach(({ canvas, fact, title }, m) => {
      paint(canvas, found.atoms[m], -limit, limit, DIVERGING);
      fact.textContent = `× ${number(layer.A[m])}`;
      canvas.setAttribute("aria-label", `Atom ${title}: ${fact.textContent}`);
    });
  }
  return { show, rest: () => set(false), node: make("section", { "aria-label": "How this pixel’s filter is made" },
    make("p", { class: "step" }, "How its filter is made"),
    make("div", { class: "making" },
      make("figure", {}, alpha.node, caption, less),
      make("div", {}, make("div", { class: "atoms", "data-symbol": "D" }, ...atoms.map(({ node }) => node)),
        make("p", { class: "note" }, "Six atoms, D = α ψ, and how much of each is in the filter: K = Σ A D. " +
          "A is the same for all pixels.")))) };
}

function fromLink([row, column, pinnedRow, pinnedColumn, drawn, ...others], { height, width }) {
  const isState = isIndex(row, height) && isIndex(column, width) && isIndex(pinnedRow, height) &&
    isIndex(pinnedColumn, width) && isIndex(drawn, Object.keys(DRAWN).length) && !others.length;
  return isState ? { row, column, pinned_row: pinnedRow, pinned_column: pinnedColumn,
    drawn: Object.keys(DRAWN)[drawn] } : null;
}

const WORDS = [
  "Drag the yellow square, tap the photograph, or focus it and press the arrow keys. Enter, or a tap on the square, " +
  "pins the pixel: its square stays, dashed, and so does its filter.",
  "Φ is a small network, two convolutions with a ReLU between. It sees the 7×7 pixels in the square and gives α, the " +
  "weights of 18 fixed patterns ψ, six at each of three scales, in each of six atoms. α and the atoms have colours " +
  "of their own; the three filters share theirs. Blue is negative, red is positive.",
  "“noise × 0.05” says that the filter, held fixed, leaves a twentieth of the noise’s variance: the sum of its " +
  "squared weights. In flat areas a filter can average widely; at an edge it must not reach over to the other side. " +
  "Where the noise happens to be small, an output can be farther from the truth than its input.",
  "Paint on the photograph to see what becomes of an edge or a dot of your own: white or black takes the place of " +
  "the truth, and synthetic noise is added.",
  "Your own picture stays on this page: it is turned as it was taken, cut to the form of the photograph, made as " +
  "small and grey as that, and gets synthetic noise of the same strength.",
  "Photograph: coffee cup by Rachel Michetti, from scikit-image’s data, CC0, in grey and at half its size; the noise " +
  "is synthetic. Both layers were trained on other photographs."];

function build(panel) {
  const look = makeLook(panel.model);
  const [photo, filters, making] = [photograph(look), filterTiles(look), makingOf(look, panel.ask)];
  const pixel = listen(panel, photo, look);
  const own = ownPicture(panel, look.whole, (levels) => {
    look.take(levels);
    panel.ask();
  });
  const ink = brush(photo.box, (event) => pixelAt(photo.box, event, look.height, look.width),
    () => [panel.model.get("row"), panel.model.get("column")],
    (pixels, grey, begins) => own.put(look.painted(pixels, grey), begins));
  const reset = panel.reset("Reset", () => {
    ink.rest();
    making.rest();
    own.back();
    panel.write(panel.initial);
  });
  const here = ({ row, column }) => look.at(row, column);
  const pinned = ({ pinned_row: row, pinned_column: column }) => look.at(row, column);

  function draw(state) {
    const found = here(state);
    photo.show(state, found);
    filters.show(found, pinned(state));
    making.show(found);
    pixel.show(state);
  }

  function sentence(state) {
    const [found, other] = [here(state), pinned(state)];
    const truth = look.pixelsOf("truth")[state.row * look.width + state.column];
    const before = found.patch.values[look.size ** 2 >> 1];
    return `Row ${state.row}, column ${state.column}: the noisy input ${number(before)} becomes ` +
      `${number(found.output)}; without noise it is ${number(truth)}, and the ordinary convolution says ` +
      `${number(look.convolved(found))}. This pixel’s filter leaves ${percent(noisePassed(found.filter))} of the ` +
      `noise’s variance, the pinned one’s ${percent(noisePassed(other.filter))}. The cosine of the two filters is ` +
      `${number(likeness(found.filter, other.filter))}; 1 is the same shape.`;
  }

  return {
    children: [
      intro("One pixel, one filter. ", "A trained layer makes the filter of each pixel from the 7×7 pixels around " +
        "it. The dashed square is a pinned pixel, to compare with."),
      panel.choice("The photograph", "drawn", Object.entries(DRAWN).map(([value, label]) =>
        ({ value, label: capital(label) }))),
      make("div", { class: "views" },
        make("div", {}, photo.node, pixel.sliders, make("div", { class: "buttons" }, pixel.button, reset), own.node,
          ink.node),
        filters.node),
      panel.summary, making.node, panel.foot(), help("How to use and read this", ...WORDS)],
    draw, sentence,
    toLink: ({ row, column, pinned_row: pinnedRow, pinned_column: pinnedColumn, drawn }) =>
      [row, column, pinnedRow, pinnedColumn, Object.keys(DRAWN).indexOf(drawn)],
    fromLink: (numbers) => fromLink(numbers, look),
    acda: { looked: () => here(panel.read()), meanAlpha: look.meanAlpha,
      output: () => Array.from(look.pixelsOf("output")) },
  };
}

const CSS = `
.acda-hero .views { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 16px; align-items: start;
  margin-bottom: 10px; }
.acda-hero .tiles { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
.acda-hero figcaption { font-variant-numeric: tabular-nums; }
.acda-hero .pinned .frame { border: 2px dashed var(--text); }
.acda-hero .making { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 16px;
  align-items: start; }
.acda-hero .atoms { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 8px; }
.acda-hero .atoms figcaption { font-size: 12px; white-space: nowrap; }
.acda-hero .note { font-size: 13px; margin: 6px 0; }
.acda-hero .summary { min-height: 4.4em; }
@container (max-width: 620px) {
  .acda-hero .views, .acda-hero .making { grid-template-columns: minmax(0, 1fr); }
  .acda-hero .atoms { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .acda-hero .summary { min-height: 7.3em; }
}
`;

export default widget({ title: "One pixel, one filter", className: "acda-hero", css: SQUARE_CSS + CSS,
  linkText: "Link to these pixels", names: ["row", "column", "pinned_row", "pinned_column", "drawn"], build });
