// Keyboard readers can scroll whatever scrolls by itself.
const makeScrollable = () => {
  for (const el of document.querySelectorAll(".bd-article pre, .bd-article .cell_output, .bd-article div.math, .pst-scrollable-table-container")) {
    if (el.scrollWidth > el.clientWidth) el.tabIndex = 0;
  }
};
addEventListener("load", () => (globalThis.MathJax?.startup?.promise ?? Promise.resolve()).then(makeScrollable));
addEventListener("resize", makeScrollable);
