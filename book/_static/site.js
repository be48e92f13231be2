// Keyboard readers can scroll whatever scrolls by itself.
const makeScrollable = () => {
  const scrolling = "pre, .cell_output, .acda-table, div.math, mjx-container, .pst-scrollable-table-container";
  for (const el of document.querySelectorAll(`.bd-article :is(${scrolling})`)) {
    if (el.scrollWidth > el.clientWidth) el.tabIndex = 0;
  }
};
addEventListener("load", () => (globalThis.MathJax?.startup?.promise ?? Promise.resolve()).then(makeScrollable));
addEventListener("resize", makeScrollable);
