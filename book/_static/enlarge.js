// On a narrow screen a tap shows a figure at its full size, where two fingers and scrolling do the rest.
const narrow = matchMedia("(width < 600px)");

function enlarge(picture) {
  const dialog = document.createElement("dialog");
  dialog.className = "acda-large";
  dialog.setAttribute("aria-label", "Figure in full size");
  const close = document.createElement("button");
  Object.assign(close, { type: "button", textContent: "Close", onclick: () => dialog.close() });
  const copy = picture.cloneNode();
  copy.loading = "eager";
  dialog.append(close, copy);
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
}

// The keyboard scrolls what is wider than the page.
const scrolled = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

for (const picture of document.querySelectorAll(".bd-article img[style*='--least']")) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "acda-enlarge", textContent: "⤢", title: "Show in full size" });
  button.setAttribute("aria-label", "Show the figure in full size");
  button.onclick = () => enlarge(picture);
  for (let around = picture.parentElement; around.closest("div.cell_output, figure"); around = around.parentElement) {
    scrolled.observe(around);
  }
  picture.after(button);
  picture.addEventListener("click", () => narrow.matches && enlarge(picture));
}
