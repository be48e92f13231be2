// Dose and response: what takes most noise out, by how much the noise varies within a picture.

import { help, intro, make, slide, tile } from "./js/elements.js";
import { isIndex, number, range, sum } from "./js/numbers.js";
import { unpackBytes } from "./js/packing.js";
import { GREY, paint } from "./js/paint.js";
import { widget } from "./js/panel.js";

// Thirds as fractions, other numbers as they are.
const inWords = (h) => (Number.isInteger(3 * h) && h % 1 ? `${Math.round(3 * h)}/3` : String(h));
// The index of the largest; -1 where the next one is as large in the digits that are shown.
function leader(means) {
  const [first, second] = [...means].sort((one, other) => other - one);
  return number(first) === number(second) ? -1 : means.indexOf(first);
}
const mean = (values) => sum(values) / values.length;

// A row for each method: a dot for each seed on an axis of decibels that all levels share, and the mean in words.
function dotPlot(methods, values) {
  const all = values.flat(2);
  const [low, high] = [Math.floor(2 * Math.min(...all)) / 2, Math.ceil(2 * Math.max(...all)) / 2];
  const place = (decibels) => (100 * (decibels - low)) / (high - low);
  const rows = methods.map((name) => {
    const [track, fact, lead] = [make("div", { class: "track", "aria-hidden": "true" }), make("b"),
      make("span", { class: "ahead" })];
    return { track, fact, lead, node: make("li", {}, make("div", { class: "name" }, name, " ", lead), track, fact) };
  });
  const axis = make("div", { class: "axis", "aria-hidden": "true" }, make("span", {}, `${number(low, 1)} dB`),
    make("span", {}, `${number(high, 1)} dB`));

  function show(level) {
    const means = values[level].map(mean);
    const best = leader(means);
    rows.forEach(({ track, fact, lead, node }, index) => {
      track.replaceChildren(...values[level][index].map((decibels) =>
        make("i", { style: `left: ${place(decibels)}%` })));
      fact.textContent = `${number(means[index])} dB`;
      lead.textContent = index === best ? "leads" : "";
      node.className = index === best ? "best" : "";
    });
  }
  return { show, node: make("figure", { class: "dots" }, make("ul", {}, ...rows.map(({ node }) => node)), axis,
    make("figcaption", {}, "PSNR on the test tiles, a dot for each seed; higher is better.")) };
}

function build(panel) {
  const [doses, methods, values] = ["doses", "methods", "values"].map((name) => panel.model.get(name));
  const names = doses.map(inWords);
  const tiles = panel.model.get("tiles").map(unpackBytes);
  const strong = unpackBytes(panel.model.get("strong"));
  const [photo, strength] = [tile("A test tile with its noise"), tile("Strength of the noise")];
  const dots = dotPlot(methods, values);
  const slider = slide(panel.id("level"), "h, how much the noise varies within the tile", { max: doses.length - 1 },
    (level) => panel.write({ level }));
  slider.node.dataset.symbol = "h";
  const means = (level) => values[level].map(mean);

  function draw({ level }) {
    const h = doses[level];
    paint(photo.canvas, tiles[level], 0, 255, GREY);
    paint(strength.canvas, Float64Array.from(strong, (is) => Math.sqrt(is ? 1 + h : 1 - h)), 0, Math.SQRT2, GREY);
    photo.canvas.setAttribute("aria-label", `A tile of a photograph under noise, h = ${names[level]}`);
    strength.canvas.setAttribute("aria-label", h ? "One half of the tile is lighter: stronger noise" : "All grey");
    photo.fact.textContent = `h = ${names[level]}`;
    strength.fact.textContent = h ? "lighter is stronger" : "the same everywhere";
    slider.show(level, names[level]);
    slider.input.setAttribute("aria-valuetext", `h = ${names[level]}`);
    dots.show(level);
  }

  function sentence({ level }) {
    const found = means(level);
    const order = range(methods.length).sort((one, other) => found[other] - found[one]);
    const gap = found[order[0]] - found[order[1]];
    if (leader(found) < 0) {
      return `h = ${names[level]}: ${number(found[order[0]])} dB with ${methods[order[0]]} and with ` +
        `${methods[order[1]]}.`;
    }
    return `h = ${names[level]}: ${methods[order[0]]} leads with ${number(found[order[0]])} dB, ` +
      `${number(gap)} dB ahead of ${methods[order[1]]}.`;
  }

  return {
    children: [
      intro("Turn up the dose. ", "The mean variance of the noise stays; how unevenly it lies within a tile grows. " +
        "What leads?"),
      slider.node, make("div", { class: "pair" }, photo.node, strength.node), dots.node, panel.summary,
      panel.foot(panel.reset()),
      help("What is shown", "A dot is one fit or one training at this h, with its own seed. Nothing is computed " +
        "here but means and differences.")],
    draw,
    sentence,
    toLink: ({ level }) => [level],
    fromLink: ([level, ...others]) => (others.length === 0 && isIndex(level, doses.length) ? { level } : null),
    acda: { means },
  };
}

const CSS = `
.acda-dose-response .slide, .acda-dose-response .dots { max-width: 620px; }
.acda-dose-response .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; max-width: 380px;
  margin-bottom: 12px; }
.acda-dose-response .dots ul { list-style: none; margin: 0; padding: 0; }
.acda-dose-response .dots li { display: grid; grid-template-columns: 12em 1fr 5em; gap: 2px 10px; align-items: center;
  margin: 0 0 6px; padding: 2px 4px; border-left: 4px solid transparent; font-size: 14px; line-height: 1.3; }
.acda-dose-response .dots li.best { border-color: var(--accent); background: var(--soft); }
.acda-dose-response .dots b { font-weight: 400; text-align: right; font-variant-numeric: tabular-nums; }
.acda-dose-response .dots .best b, .acda-dose-response .ahead { font-weight: 700; }
.acda-dose-response .track { position: relative; height: 20px; border-bottom: 1px solid var(--edge); margin: 0 8px; }
.acda-dose-response .track i { position: absolute; top: 6px; width: 11px; height: 11px; margin-left: -5px;
  border: 2px solid var(--text); border-radius: 50%; }
.acda-dose-response .best .track i { background: var(--accent); }
.acda-dose-response .axis { display: flex; justify-content: space-between; font-size: 12px;
  padding: 0 calc(5em + 12px) 0 calc(12em + 12px); }
@container (max-width: 520px) {
  .acda-dose-response .dots li { grid-template-columns: 1fr 5em; }
  .acda-dose-response .dots .name { grid-column: 1 / 3; }
  .acda-dose-response .axis { padding: 0 calc(5em + 12px) 0 12px; }
}
`;

export default widget({ title: "Dose and response", className: "acda-dose-response", css: CSS,
  linkText: "Link to this view", names: ["level"], build });
