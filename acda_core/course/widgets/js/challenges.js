// What a reader may try, with a tick once it is done.

import { make } from "./elements.js";

// tasks: [{ words, isMet }, …]; `isMet` gets the state.
export function challengeList(tasks) {
  const items = tasks.map(({ words, isMet }) => {
    const mark = make("span", { class: "mark", "aria-hidden": "true" });
    const told = make("b", { "aria-live": "polite" });
    return { isMet, mark, told, node: make("li", {}, mark, make("span", {}, words, " ", told)) };
  });
  function show(state) {
    for (const { isMet, mark, told, node } of items) {
      if (node.classList.contains("met") || !isMet(state)) continue;
      node.classList.add("met");
      mark.textContent = "✓";
      told.textContent = "Done.";
    }
  }
  return { show, node: make("section", { class: "challenges", "aria-label": "Try it" },
    make("p", { class: "step" }, "Can you?"), make("ul", {}, ...items.map(({ node }) => node))) };
}
