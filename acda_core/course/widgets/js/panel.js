// What every widget repeats: its state, a link that carries it, one spoken sentence, and an end.

import { button, make, radioGroup } from "./elements.js";
import { follow, oncePerFrame, spoken, stateLink } from "./state.js";
import { PANEL_CSS } from "./style.js";

/**
 * @typedef {Object<string, any>} Values some of a widget's state, by name
 *
 * @typedef {object} Model what anywidget hands over
 * @property {(name: string) => any} get
 * @property {(name: string, value: any) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, call: () => void) => void} on
 * @property {(event: string, call: () => void) => void} off
 *
 * @typedef {object} View what one element shows
 * @property {(Node | string)[]} children of the form
 * @property {(state: Values) => void} draw
 * @property {(state: Values) => string} sentence what a screen reader hears when the hand rests
 * @property {(state: Values) => number[]} toLink
 * @property {(numbers: number[]) => Values | null} fromLink null where the numbers mean nothing
 * @property {(values: Values) => void} [take] what is done with the values of a link; by default they are written
 * @property {() => void} [stop] ends what the view began
 * @property {Object<string, (...given: any[]) => any>} acda what tests ask
 *
 * @typedef {ReturnType<typeof makePanel>} Panel
 *
 * @typedef {object} About
 * @property {string} title
 * @property {string} className
 * @property {string} css
 * @property {string} linkText
 * @property {string[]} names of the values that make up the state
 * @property {string[]} [followed] names of the values whose change is drawn; by default the same
 * @property {(state: Values, model: Model) => Values} [fit] a state as it can be shown
 * @property {(panel: Panel) => View} build
 */

/**
 * A widget for anywidget, and for `mountAll`.
 * @param {About} about
 */
export function widget(about) {
  return { render: ({ model, el }) => makePanel(about, model, el).start() };
}

/**
 * @param {About} about
 * @param {Model} model
 * @param {HTMLElement} el
 */
function makePanel(about, model, el) {
  const { title, className, css, linkText, names, followed = names, fit = (state) => state, build } = about;
  const identifier = `${className}-${Math.random().toString(36).slice(2)}`;
  const summary = make("p", { class: "summary", role: "status" });
  const speech = spoken((sentence) => { summary.textContent = sentence; });
  const link = stateLink(el, linkText, take);
  const drawing = oncePerFrame(draw);
  const groups = []; // of radio buttons: the name of their value, and what checks one of them
  const initial = read();
  /** @type {View} */
  let view;

  function read() {
    return fit(Object.fromEntries(names.map((name) => [name, model.get(name)])), model);
  }

  function write(values) {
    const next = fit({ ...read(), ...values }, model);
    for (const name of names) if (next[name] !== model.get(name)) model.set(name, next[name]);
    model.save_changes();
    drawing.ask();
  }

  function draw() {
    const state = read();
    view.draw(state);
    for (const { name, show } of groups) show(state[name]);
    speech.tell(view.sentence(state));
    link.show(view.toLink(state));
  }

  function take(numbers) {
    const values = view.fromLink(numbers);
    if (values) (view.take ?? write)(values);
    return values !== null;
  }

  function start() {
    view = build(panel);
    el.classList.add("acda-widget");
    el.replaceChildren(make("form", { class: `acda-panel ${className}`, "aria-label": title,
      onsubmit: (event) => event.preventDefault() }, make("style", {}, PANEL_CSS + css), ...view.children));
    draw();
    link.read();
    Object.assign(el, { acda: { state: read, ...view.acda } });
    const unfollow = follow(model, followed, drawing.ask);
    return () => {
      view.stop?.();
      for (const part of [drawing, speech, link]) part.stop();
      unfollow();
    };
  }

  const panel = {
    model, initial, summary, read, write, draw, start,
    ask: drawing.ask, // to draw in the next frame
    id: (name) => `${identifier}-${name}`,
    // A choice of one value of the state; `values` says what is written for it.
    choice: (legend, name, options, { values = (value) => ({ [name]: value }), className: group = "" } = {}) => {
      const { node, show } = radioGroup(legend, `${identifier}-${name}`, options,
        (value) => write(values(value)), group);
      groups.push({ name, show });
      return node;
    },
    reset: (label = "Reset", onclick = () => write(initial)) => button(label, onclick),
    foot: (...nodes) => make("div", { class: "foot" }, ...nodes, ...link.nodes),
  };
  return panel;
}
