// Keyboard readers can scroll whatever scrolls by itself.
const makeScrollable = () => {
  const scrolling = "pre, .cell_output, div.math, mjx-container, .pst-scrollable-table-container";
  for (const el of document.querySelectorAll(`.bd-article :is(${scrolling})`)) {
    if (el.scrollWidth > el.clientWidth) el.tabIndex = 0;
  }
};
addEventListener("load", () => (globalThis.MathJax?.startup?.promise ?? Promise.resolve()).then(makeScrollable));
addEventListener("resize", makeScrollable);

// A browser may show a notebook as text, where a reader wants the file.
for (const link of document.querySelectorAll('a[href^="../notebooks/"]')) link.download = "";
