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

const SUMMARY_DELAY = 500; // ms of rest before a screen reader hears the new summary

// Say the newest sentence, once, when the reader's hand rests: at once the first time. A sentence that is told again
// and again, with every frame of a training, does not have to wait for its end.
export function spoken(say) {
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

// The numbers of a fragment #name=1,2.5,…, or null where it has another name or holds something else.
export function numbersOf(fragment, prefix) {
  if (!fragment.startsWith(prefix) || fragment === prefix) return null;
  const numbers = fragment.slice(prefix.length).split(",").map(Number);
  return numbers.every(Number.isFinite) ? numbers : null;
}

// On a page: a link whose fragment carries the state in numbers; `take` gets those of a fragment that was followed and
// says whether they mean something. The first widget of a kind has the bare name, the next are numbered.
// In a notebook there is no link.
export function stateLink(el, text, take) {
  const holder = el.closest("[data-widget]");
  if (!holder) return { nodes: [], show: () => {}, read: () => {}, stop: () => {} };
  const kind = holder.dataset.widget;
  const position = [...document.querySelectorAll(`[data-widget="${kind}"]`)].indexOf(holder);
  const prefix = `#${kind}${position > 0 ? `-${position + 1}` : ""}=`;
  const node = make("a", {}, text);
  const read = () => {
    const numbers = numbersOf(location.hash, prefix);
    if (numbers && take(numbers)) el.scrollIntoView();
  };
  window.addEventListener("hashchange", read);
  return {
    nodes: [node],
    show: (numbers) => node.setAttribute("href", prefix + numbers.map((value) => Number(value.toFixed(4))).join(",")),
    read,
    stop: () => window.removeEventListener("hashchange", read),
  };
}
