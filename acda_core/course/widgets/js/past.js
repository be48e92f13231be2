// The states that a reader comes from, and the way back.

import { button } from "./elements.js";

const APART = 400; // ms between two changes that are undone one after the other

// `read` gives what stands there, `bring` shows another one.
export function makePast(read, bring) {
  const states = [];
  let [last, goesBack] = [-Infinity, false];
  const back = () => {
    const state = states.pop();
    [last, goesBack] = [-Infinity, true];
    if (state) bring(state);
    goesBack = false;
  };
  const undo = button("Undo", back);
  return {
    note: () => {
      if (goesBack) return;
      if (performance.now() - last > APART) states.push(read());
      last = performance.now();
    },
    button: undo,
    show: () => undo.setAttribute("aria-disabled", String(states.length === 0)),
    onKey: (event) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
      if (!isUndo || event.target.type === "number") return;
      event.preventDefault();
      back();
    },
  };
}
