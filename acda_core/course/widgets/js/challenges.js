// What a reader may try, with a tick once it is done.

import { make } from "./elements.js";

// tasks: [{ words, isMet }, …]; `isMet` gets the state. The page's link remembers the numbers of those that are done.
export function challengeList(tasks, { remember, remembered }) {
  const done = new Set();
  const items = tasks.map(({ words, isMet }) => {
    const mark = make("span", { class: "mark", "aria-hidden": "true" });
    const told = make("b", { "aria-live": "polite" });
    return { isMet, mark, told, node: make("li", {}, mark, make("span", {}, words, " ", told)) };
  });

  function showDone(index) {
    const { mark, told, node } = items[index];
    done.add(index);
    node.classList.add("met");
    mark.textContent = "✓";
    told.textContent = "Done.";
  }

  function show(state) {
    const before = done.size;
    items.forEach(({ isMet }, index) => { if (!done.has(index) && isMet(state)) showDone(index); });
    if (done.size > before) remember("ticks", [...done]);
  }
  for (const index of remembered("ticks") ?? []) if (index in items) showDone(index);
  return { show, node: make("section", { class: "challenges", "aria-label": "Try it" },
    make("p", { class: "step" }, "Can you?"), make("ul", {}, ...items.map(({ node }) => node))) };
}
