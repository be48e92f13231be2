// What every widget needs of a page: numbers as text, pictures, controls, a link that carries the state, the theme.

const range = (count) => Array.from({ length: count }, (_, index) => index);
const sum = (values) => values.reduce((total, value) => total + value, 0);

function extremes(values) {
  let [low, high] = [values[0], values[0]];
  for (const value of values) {
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  return [low, high];
}

// -------------------------------------------------------------------------------------------------- pictures

const DIVERGING = ["#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7",
  "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f"]; // negative · zero · positive, safe for colour-blind readers
const SEQUENTIAL = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"];
const GREY = ["#000000", "#ffffff"];

// 256 colours interpolated between the stops, each as the four bytes of one opaque pixel.
function palette(stops) {
  const channels = stops.map((stop) => [1, 3, 5].map((start) => parseInt(stop.slice(start, start + 2), 16)));
  return range(256).map((index) => {
    const position = (index / 255) * (stops.length - 1);
    const left = Math.min(Math.floor(position), stops.length - 2);
    const [red, green, blue] = channels[left].map((value, channel) =>
      Math.round(value + (position - left) * (channels[left + 1][channel] - value)));
    return new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer)[0];
  });
}

const PALETTES = new Map([DIVERGING, SEQUENTIAL, GREY].map((stops) => [stops, palette(stops)]));

// One canvas pixel a value, coloured from `low` to `high`; CSS enlarges it, so that it is sharp on every screen.
function paint(canvas, values, low, high, stops, width = Math.sqrt(values.length)) {
  const height = values.length / width;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const colours = PALETTES.get(stops);
  const scale = 255 / (high - low || 1);
  const pixels = new Uint32Array(image.data.buffer);
  for (let index = 0; index < values.length; index++) {
    pixels[index] = colours[Math.max(0, Math.min(255, Math.round((values[index] - low) * scale)))];
  }
  context.putImageData(image, 0, 0);
}

function paintSigned(canvas, values) {
  const limit = Math.max(...extremes(values).map(Math.abs)) || 1;
  paint(canvas, values, -limit, limit, DIVERGING);
  return limit;
}

// --------------------------------------------------------------------------------------------------- elements

const SVG_TAGS = ["svg", "circle", "rect", "line", "path"];
const HOLD_KEYS = ["input", "select", "button", "summary"];

function make(tag, attributes = {}, ...children) {
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

function focusable(node) {
  node.setAttribute("tabindex", "0");
  keepKeys(node);
}

const picture = (className) => make("canvas", { class: className, role: "img", width: 1, height: 1 });

function colourBar(stops) {
  const ends = [make("span"), make("span"), make("span")];
  return { node: make("div", { class: "bar", "aria-hidden": "true" },
    make("i", { style: `background: linear-gradient(90deg, ${stops.join(", ")})` }), make("div", {}, ...ends)), ends };
}

function showEnds(bar, ...labels) {
  bar.ends.forEach((end, index) => { end.textContent = labels[index] ?? ""; });
}

function radioGroup(legend, name, options, onchange, className = "") {
  return make("fieldset", { class: `choices ${className}` }, make("legend", {}, legend),
    ...options.map(({ value, label, icon }) => make("label", {},
      make("input", { type: "radio", name, value, "aria-label": icon ? label : false, onchange }),
      make("span", {}, ...(icon ? [icon] : []), label))));
}

// A number for people: a true minus sign, and none before zero.
const number = (value, digits = 2) => {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
};
const superscript = (integer) => String(integer).replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
// A very small or large one: 5.6·10⁻⁵
const scientific = (value, digits = 0) => {
  const [factor, exponent] = value.toExponential(digits).split("e");
  return `${factor.replace("-", "−")}·10${superscript(Number(exponent))}`;
};
const sizeName = (size) => `${size}×${size}`;

// ----------------------------------------------------------------------------------------------------- state

// Call `draw` at most once a frame.
function oncePerFrame(draw) {
  let frame = 0;
  const run = () => { frame = 0; draw(); };
  return { ask: () => { if (!frame) frame = requestAnimationFrame(run); }, stop: () => cancelAnimationFrame(frame) };
}

// Listen to some values of the model; returns what ends it.
function follow(model, names, changed) {
  for (const name of names) model.on(`change:${name}`, changed);
  return () => { for (const name of names) model.off?.(`change:${name}`, changed); };
}

const SUMMARY_DELAY = 500; // ms of rest before a screen reader hears the new summary

// Say the newest sentence, once, when the reader's hand rests: at once the first time. A sentence that is told again
// and again, with every frame of a training, does not have to wait for its end.
function spoken(say) {
  let [timer, begun, newest] = [0, false, null];
  return {
    tell: (sentence) => {
      if (sentence === newest) return;
      newest = sentence;
      clearTimeout(timer);
      timer = setTimeout(() => { begun = true; say(sentence); }, begun ? SUMMARY_DELAY : 0);
    },
    stop: () => clearTimeout(timer),
  };
}

// On a page: a link whose fragment, #name=1,2.5,…, carries the state; `take` gets the numbers of a fragment that was
// followed and says whether they mean something. The first widget of a kind has the bare name, the next are numbered.
// In a notebook there is no link.
function stateLink(el, text, take) {
  const holder = el.closest("[data-widget]");
  if (!holder) return { nodes: [], show: () => {}, read: () => {}, stop: () => {} };
  const kind = holder.dataset.widget;
  const position = [...document.querySelectorAll(`[data-widget="${kind}"]`)].indexOf(holder);
  const prefix = `#${kind}${position > 0 ? `-${position + 1}` : ""}=`;
  const node = make("a", {}, text);
  const read = () => {
    if (!location.hash.startsWith(prefix) || location.hash === prefix) return;
    const numbers = location.hash.slice(prefix.length).split(",").map(Number);
    if (numbers.every(Number.isFinite) && take(numbers)) el.scrollIntoView();
  };
  window.addEventListener("hashchange", read);
  return {
    nodes: [node],
    show: (numbers) => node.setAttribute("href", prefix + numbers.map((value) => Number(value.toFixed(4))).join(",")),
    read,
    stop: () => window.removeEventListener("hashchange", read),
  };
}

// ----------------------------------------------------------------------------------------------------- style

// Colours follow the page: sphinx-book-theme, JupyterLab, VS Code or Colab, else the reader's system.
const PANEL_CSS = `
.acda-widget { --light: 1; --plain-text: #1f2328; --plain-back: #ffffff; --plain-edge: #c8ccd1; --plain-accent: #0969a8;
  container-type: inline-size; display: block; }
@media (prefers-color-scheme: dark) { .acda-widget { --plain-text: #e3e6ea; --plain-back: #16191d;
  --plain-edge: #4a5058; --plain-accent: #6cb6ff; } }
html[data-theme=light] .acda-widget, [data-jp-theme-light=true] .acda-widget {
  --plain-text: #1f2328; --plain-back: #ffffff; --plain-edge: #c8ccd1; --plain-accent: #0969a8; }
html[data-theme=dark] .acda-widget, html[theme=dark] .acda-widget, [data-jp-theme-light=false] .acda-widget {
  --plain-text: #e3e6ea; --plain-back: #16191d; --plain-edge: #4a5058; --plain-accent: #6cb6ff; }
.acda-panel {
  --text: var(--pst-color-text-base, var(--jp-content-font-color1, var(--vscode-editor-foreground, var(--plain-text))));
  --back: var(--pst-color-background, var(--jp-layout-color0, var(--vscode-editor-background, var(--plain-back))));
  --edge: var(--plain-edge);
  --accent: var(--plain-accent);
  --soft: color-mix(in srgb, var(--text) 7%, var(--back));
  color: var(--text); background: var(--back); font: 15px/1.45 system-ui, sans-serif;
  border: 1px solid var(--edge); border-radius: 8px; padding: 14px; margin: 0; }
.acda-panel *, .acda-panel *::before { box-sizing: border-box; }
.acda-panel p { margin: 0 0 10px; color: inherit; }
.acda-panel .step { font: 600 16px/1.3 system-ui, sans-serif; margin: 14px 0 8px; color: inherit; }
.acda-panel .step span { display: inline-block; width: 1.6em; line-height: 1.6em; border-radius: 50%;
  text-align: center; font-size: 13px; background: var(--text); color: var(--back); margin-right: 4px; }
.acda-panel section { border-top: 1px solid var(--edge); margin-top: 12px; }
.acda-panel fieldset { border: 0; padding: 0; margin: 0 0 8px; min-width: 0; }
.acda-panel legend { font-size: 13px; line-height: 1.4; padding: 0; margin: 0 0 3px; color: inherit; width: auto;
  float: none; }
.acda-panel .choices label { position: relative; display: inline-block; margin: 0 4px 4px 0; }
.acda-panel .choices input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0;
  cursor: pointer; }
.acda-panel .choices span, .acda-panel button { display: inline-flex; align-items: center; gap: 6px;
  min-height: 40px;
  padding: 4px 12px; border: 1px solid var(--edge); border-radius: 6px; background: var(--back); color: inherit;
  font: inherit; font-size: 14px; cursor: pointer; white-space: nowrap; }
.acda-panel .choices input:hover + span, .acda-panel button:hover { background: var(--soft); }
.acda-panel .choices input:checked + span, .acda-panel button[aria-pressed=true] { border-color: var(--accent);
  box-shadow: inset 0 0 0 1.5px var(--accent); font-weight: 600; }
.acda-panel .choices input:focus-visible + span, .acda-panel button:focus-visible, .acda-panel a:focus-visible,
.acda-panel summary:focus-visible, .acda-panel input:focus-visible, .acda-panel [tabindex]:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 2px; }
.acda-panel input[type=range]:focus-visible { outline-offset: -3px; } /* not over the label above */
.acda-panel input[type=range] { width: 100%; min-width: 0; height: 40px; margin: 0; padding: 0;
  accent-color: var(--accent); cursor: pointer; touch-action: pan-y; }
.acda-panel .pixels { image-rendering: pixelated; }
.acda-panel canvas { background: none; padding: 0; max-width: none; }
.acda-panel figure { margin: 0; padding: 0; min-width: 0; text-align: left; }
.acda-panel .frame { position: relative; aspect-ratio: 1; border: 1px solid var(--edge); border-radius: 3px;
  overflow: hidden; }
.acda-panel .frame canvas, .acda-panel .frame svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.acda-panel figcaption { font-size: 13px; line-height: 1.35; margin: 3px 0 0; padding: 0; color: inherit;
  text-align: left; }
.acda-panel .buttons, .acda-panel .foot { display: flex; flex-wrap: wrap; gap: 6px; align-items: center;
  margin-bottom: 10px; }
.acda-panel .foot { gap: 14px; margin: 10px 0; }
.acda-panel .foot a { color: var(--accent); display: inline-block; line-height: 40px; text-decoration: underline; }
.acda-panel .bar { margin-top: 4px; font-size: 12px; line-height: 1.3; font-variant-numeric: tabular-nums; }
.acda-panel .bar i { display: block; height: 7px; border: 1px solid var(--edge); border-radius: 2px; }
.acda-panel .bar div { display: flex; justify-content: space-between; }
.acda-panel .summary { font-size: 14px; min-height: 2.9em; flex: 1; }
.acda-panel details { font-size: 14px; }
.acda-panel details summary { cursor: pointer; min-height: 32px; }
html[data-theme=dark] .acda-panel, html[theme=dark] .acda-panel, [data-jp-theme-light=false] .acda-panel {
  color-scheme: dark; }
@container (max-width: 620px) { .acda-panel { padding: 10px; } }
`;
