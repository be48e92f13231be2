// Keyboard readers can scroll whatever scrolls by itself.
const makeScrollable = () => {
  const scrolling = "pre, .cell_output, .acda-widget, .acda-table, div.math, mjx-container";
  for (const el of document.querySelectorAll(`.bd-article :is(${scrolling}, .pst-scrollable-table-container)`)) {
    if (el.scrollWidth > el.clientWidth && getComputedStyle(el).overflowX !== "visible") el.tabIndex = 0;
  }
};
addEventListener("load", () => (globalThis.MathJax?.startup?.promise ?? Promise.resolve()).then(makeScrollable));
addEventListener("resize", makeScrollable);

// A browser may show a notebook as text, where a reader wants the file.
for (const link of document.querySelectorAll('a[href^="../notebooks/"]')) link.download = "";

// On the way to a widget the Tab key meets neither the list of chapters nor a button at every cell.
document.querySelector("main")?.after(document.getElementById("pst-primary-sidebar") ?? "");
addEventListener("load", () => document.querySelectorAll(".copybtn").forEach((button) => { button.tabIndex = -1; }));
