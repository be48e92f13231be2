// Elements of a page, and what several widgets make of them.

import { GREY } from "./paint.js";

const SVG_TAGS = ["svg", "circle", "rect", "line", "path"];
const HOLD_KEYS = ["input", "select", "button", "summary"];

/**
 * An element with these attributes and children. An attribute "on…" listens to an event; false leaves one out.
 * @param {string} tag
 * @param {Object<string, any>} attributes
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function make(tag, attributes = {}, ...children) {
  const node = SVG_TAGS.includes(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  if (HOLD_KEYS.includes(tag)) keepKeys(node);
  node.append(...children);
  return node;
}

// JupyterLab takes arrows, Enter and Space as commands of the notebook, unless the focused element says no.
function keepKeys(node) {
  node.dataset.lmSuppressShortcuts = "true";
}

export function focusable(node) {
  node.setAttribute("tabindex", "0");
  keepKeys(node);
}

export function setAll(nodes, attributes) {
  for (const node of nodes) for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

export const button = (label, onclick, attributes = {}) =>
  make("button", { type: "button", onclick, ...attributes }, label);
export const buttons = (label, ...nodes) =>
  make("div", { class: "buttons", role: "group", "aria-label": label }, ...nodes);
export const intro = (name, ...words) => make("p", { class: "intro" }, make("b", {}, name), ...words);
export const help = (title, ...paragraphs) =>
  make("details", {}, make("summary", {}, title), ...paragraphs.map((text) => make("p", {}, text)));

// One of some options, { value, label, icon }; `choose` gets the value of the one that was taken.
export function radioGroup(legend, name, options, choose, className = "") {
  const inputs = options.map(({ value, label, icon }) => make("input", { type: "radio", name, value: String(value),
    "aria-label": icon ? label : false, onchange: () => choose(value) }));
  const node = make("fieldset", { class: `choices ${className}` }, make("legend", {}, legend),
    ...options.map(({ label, icon }, index) => make("label", {}, inputs[index],
      make("span", {}, ...(icon ? [icon] : []), label))));
  const show = (value) => inputs.forEach((input, index) => { input.checked = options[index].value === value; });
  return { node, show };
}

// A slider with its label above it and its value in words; `move` gets its number.
export function slide(id, label, { min = 0, max = 1, step = 1 }, move) {
  const value = make("span", { class: "value", "aria-hidden": "true" });
  const input = make("input", { type: "range", id, min, max, step, oninput: () => move(Number(input.value)) });
  const show = (position, text) => {
    if (Number(input.value) !== position) input.value = position;
    value.textContent = text;
  };
  return { input, show,
    node: make("div", { class: "slide" }, make("label", { for: id }, ...[label].flat()), value, input) };
}

// ------------------------------------------------------------------------------------------------------- pictures

export const picture = (className) => make("canvas", { class: className, role: "img", width: 1, height: 1 });
// A layer over a picture whose units are the picture's pixels.
export const overlay = (height, width, ...shapes) =>
  make("svg", { "aria-hidden": "true", viewBox: `0 0 ${width} ${height}` }, ...shapes);
// The same shape twice: a dark one and, over it, a narrow bright one.
export const haloed = (tag, attributes = {}) =>
  ["halo", "line"].map((name) => make(tag, { class: name, ...attributes }));

export function colourBar(stops) {
  const ends = [make("span"), make("span"), make("span")];
  return { node: make("div", { class: "bar", "aria-hidden": "true" },
    make("i", { style: `background: linear-gradient(90deg, ${stops.join(", ")})` }), make("div", {}, ...ends)), ends };
}

export function showEnds(bar, ...labels) {
  bar.ends.forEach((end, index) => { end.textContent = labels[index] ?? ""; });
}

/**
 * A picture in a frame under some layers, its name, and a fact about it.
 * @param {string} title
 * @param {{ canvas?: Element, layers?: Element[], frame?: string }} options
 */
export function tile(title, { canvas = picture("pixels"), layers = [], frame = "frame" } = {}) {
  const [fact, box] = [make("b"), make("div", { class: frame }, canvas, ...layers)];
  return { title, canvas, fact, box,
    node: make("figure", {}, box, make("figcaption", {}, title, make("br"), fact)) };
}

/**
 * The same with a bar of its colours.
 * @param {string} title
 * @param {{ stops?: string[], canvas?: Element, layers?: Element[] }} options
 */
export function view(title, { stops = GREY, ...options } = {}) {
  const [one, bar] = [tile(title, options), colourBar(stops)];
  one.box.after(bar.node);
  return { ...one, bar, stops };
}

export function describe(...tiles) {
  for (const { canvas, title, fact } of tiles) canvas.setAttribute("aria-label", `${title}: ${fact.textContent}`);
}
