// What every widget repeats: its state, a link that carries it, one spoken sentence, and an end.

import { challengeList } from "./challenges.js";
import { button, make, radioGroup } from "./elements.js";
import { makePast } from "./past.js";
import { watchSight } from "./sight.js";
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
 * @property {() => void} [bringBack] is called once, when the state is what reload or a link made it
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

const text = JSON.stringify;

// A widget's own rules count for more than those of all panels, which the style of another one repeats further down.
const ownRules = ({ className, css }) => css.replaceAll(`.${className}`, `.acda-panel.${className}`);

/**
 * The state that the model holds, and the way back to those of before; `changed` hears of each change.
 * @param {About} about
 * @param {Model} model
 * @param {() => void} changed
 */
function makeState({ names, fit = (state) => state }, model, changed) {
  const read = () => fit(Object.fromEntries(names.map((name) => [name, model.get(name)])), model);

  function bring(next) {
    for (const name of names) if (next[name] !== model.get(name)) model.set(name, next[name]);
    model.save_changes();
    changed();
  }
  const held = []; // what a view holds beside the model
  const past = makePast(() => ({ state: read(), others: held.map((one) => one.read()) }), ({ state, others }) => {
    held.forEach((one, index) => one.bring(others[index]));
    bring(state);
  });

  // `isStep` says whether it is one that a reader may want to undo.
  function write(values, isStep = true) {
    const next = fit({ ...read(), ...values }, model);
    const changes = (name) => next[name] !== model.get(name) && text(next[name]) !== text(model.get(name));
    if (isStep && names.some(changes)) past.note();
    bring(next);
  }
  return { read, write, past, hold: (one) => { held.push(one); } };
}

// One sentence: for the eye at once, for a screen reader when the hand rests.
function makeSummary() {
  const seen = make("p", { class: "seen", "aria-hidden": "true" });
  const heard = make("p", { class: "heard", role: "status" });
  const speech = spoken((sentence) => { heard.textContent = sentence; });
  const tell = (sentence) => {
    seen.textContent = sentence;
    speech.tell(sentence);
  };
  return { tell, stop: speech.stop, node: make("div", { class: "summary" }, seen, heard) };
}

/**
 * @param {About} about
 * @param {Model} model
 * @param {HTMLElement} el
 */
function makePanel(about, model, el) {
  const { title, className, linkText, names, followed = names, build } = about;
  const identifier = `${className}-${Math.random().toString(36).slice(2)}`;
  const drawing = oncePerFrame(draw);
  const { read, write, past, hold } = makeState(about, model, drawing.ask);
  const [summary, link] = [makeSummary(), stateLink(el, linkText, take)];
  const groups = []; // of radio buttons: the name of their value, and what checks one of them
  /** @type {{ stop: () => void }[]} */
  const parts = [drawing, summary, link]; // to stop at the end
  const initial = read();
  let challenges = null;
  /** @type {View} */
  let view;

  function draw() {
    const state = read();
    view.draw(state);
    for (const { name, show } of groups) show(state[name]);
    challenges?.show(state);
    past.show();
    summary.tell(view.sentence(state));
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
    const form = make("form", { class: `acda-panel ${className}`, "aria-label": title, autocomplete: "off",
      onsubmit: (event) => event.preventDefault(), onkeydown: past.onKey },
    make("style", {}, PANEL_CSS + ownRules(about)), ...view.children);
    el.replaceChildren(form);
    draw();
    link.read();
    view.bringBack?.();
    Object.assign(el, { acda: { state: read, ...view.acda } });
    const unfollow = follow(model, followed, drawing.ask);
    return () => {
      view.stop?.();
      for (const part of parts) part.stop();
      unfollow();
    };
  }

  const panel = {
    model, initial, summary: summary.node, read, write, draw, start,
    ask: drawing.ask, // to draw in the next frame
    hold, note: past.note, // { read, bring } of what undo brings back too; to be called before it changes
    memory: link, // `remember` a value by a name, and after reload or Back it is `remembered`; on a page
    id: (name) => `${identifier}-${name}`,
    // A choice of one value of the state; `values` says what is written for it, `symbol` what it stands for.
    choice: (legend, name, options,
      { values = (value) => ({ [name]: value }), className: group = "", symbol = undefined } = {}) => {
      const { node, show } = radioGroup(legend, `${identifier}-${name}`, options,
        (value) => write(values(value)), group);
      if (symbol) node.dataset.symbol = symbol;
      groups.push({ name, show });
      return node;
    },
    reset: (label = "Reset", onclick = () => write(initial)) => button(label, onclick),
    // Whether the reader sees the widget; `changed` hears when that changes.
    watch: (changed) => {
      const sight = watchSight(el, changed);
      parts.push(sight);
      return sight;
    },
    // What a reader may try: [{ words, isMet }, …]; a tick stays.
    challenges: (tasks) => {
      challenges = challengeList(tasks, link);
      return challenges.node;
    },
    foot: (...nodes) => make("div", { class: "foot" }, past.button, ...nodes, ...link.nodes),
  };
  return panel;
}
