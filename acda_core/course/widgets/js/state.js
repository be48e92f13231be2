// When to draw, what to say, and a link that carries the state.

import { make } from "./elements.js";

// Call `draw` at most once a frame.
export function oncePerFrame(draw) {
  let frame = 0;
  const run = () => { frame = 0; draw(); };
  return { ask: () => { if (!frame) frame = requestAnimationFrame(run); }, stop: () => cancelAnimationFrame(frame) };
}

// Listen to some values of the model; returns what ends it.
export function follow(model, names, changed) {
  for (const name of names) model.on(`change:${name}`, changed);
  return () => { for (const name of names) model.off?.(`change:${name}`, changed); };
}

const REST = 500; // ms of rest before a screen reader hears the new summary; between two changes of the address

// Say the newest sentence, once, when the reader's hand rests: at once the first time. A sentence that is told again
// and again, with every frame of a training, does not have to wait for its end.
export function spoken(say) {
  let [timer, begun, newest] = [0, false, null];
  return {
    tell: (sentence) => {
      if (sentence === newest) return;
      newest = sentence;
      clearTimeout(timer);
      timer = setTimeout(() => { begun = true; say(sentence); }, begun ? REST : 0);
    },
    stop: () => clearTimeout(timer),
  };
}

// The numbers of a fragment #name=1,2.5,…, or null where it has another name or holds something else.
export function numbersOf(fragment, prefix) {
  if (!fragment.startsWith(prefix) || fragment === prefix) return null;
  const numbers = fragment.slice(prefix.length).split(",").map(Number);
  return numbers.every(Number.isFinite) ? numbers : null;
}

// What the widgets of a page stand at goes with the page's entry in the browser's history: reload and Back bring it
// back.
const kept = () => history.state?.acda ?? {};
const keep = (prefix, numbers, address) =>
  history.replaceState({ ...history.state, acda: { ...kept(), [prefix]: numbers } }, "", address);

const COPIED = 3000; // ms that a word about the link stands there

// On a page: a link whose fragment carries the state in numbers, and which copies itself. The address follows the
// state, once the reader changed it; `take` gets the numbers of a fragment that was followed and says whether they mean
// something. The first widget of a kind has the bare name, the next are numbered. In a notebook there is no link.
export function stateLink(el, text, take) {
  const holder = el.closest("[data-widget]");
  if (!holder) {
    return { nodes: [], show: () => {}, read: () => {}, stop: () => {}, remember: () => {}, remembered: () => null };
  }
  const kind = holder.dataset.widget;
  const position = [...document.querySelectorAll(`[data-widget="${kind}"]`)].indexOf(holder);
  const prefix = `#${kind}${position > 0 ? `-${position + 1}` : ""}=`;
  const said = make("span", { class: "copied", "aria-live": "polite" });
  const node = make("a", { onclick: copy }, text);
  const textOf = (numbers) => prefix + numbers.map((value) => Number(value.toFixed(4))).join(",");
  let [fragment, stands, timer, written] = ["", null, 0, -Infinity];
  const also = new Map(); // what else goes with the entry, by name

  function write() {
    clearTimeout(timer);
    [timer, written] = [0, performance.now()];
    keep(prefix, stands, fragment);
  }

  function remember(name, value) {
    also.set(name, value);
    keep(prefix + name, value);
  }

  const remembered = (name) => {
    if (!also.has(name)) also.set(name, kept()[prefix + name] ?? null);
    return also.get(name);
  };

  function copy(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // opens it elsewhere
    event.preventDefault();
    write();
    const say = (words) => {
      said.textContent = words;
      setTimeout(() => { said.textContent = ""; }, COPIED);
    };
    const inAddress = () => say("it stands in the address bar");
    if (navigator.clipboard) navigator.clipboard.writeText(node.href).then(() => say("copied"), inAddress);
    else inAddress();
  }

  function show(numbers) {
    const isFirst = stands === null;
    stands = numbers;
    node.setAttribute("href", textOf(numbers));
    if (textOf(numbers) === fragment) return;
    fragment = textOf(numbers);
    if (isFirst) return;
    if (performance.now() - written > REST) write();
    else timer ||= setTimeout(write, REST);
  }

  function followed() {
    const numbers = numbersOf(location.hash, prefix);
    if (numbers && take(numbers)) el.scrollIntoView();
  }

  function read() {
    const numbers = kept()[prefix];
    if (!numbers) return followed();
    fragment = textOf(numbers);
    return take(numbers) ? undefined : followed();
  }

  // Another entry of the history, of the same page: it has to hold what stands there.
  const changed = () => {
    followed();
    if (stands) keep(prefix, stands);
    for (const [name, value] of also) keep(prefix + name, value);
  };
  window.addEventListener("hashchange", changed);
  return { nodes: [node, said], show, read, remember, remembered,
    stop: () => {
      clearTimeout(timer);
      window.removeEventListener("hashchange", changed);
    } };
}
