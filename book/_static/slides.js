// The sections of the page as slides: the button begins, arrow keys and the two buttons move, Escape ends.
const slides = [...document.querySelectorAll(".bd-article section > section")];
const root = document.documentElement;
const own = "input, select, textarea, summary, a, [role=application], [role=slider], .acda-panel button";
let at = 0;

const button = (text, label, act) => {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, onclick: act });
  made.setAttribute("aria-label", label);
  return made;
};

const turnTo = (number) => {
  at = Math.min(Math.max(number, 0), slides.length - 1);
  slides.forEach((slide, index) => slide.classList.toggle("shown", index === at));
  place.textContent = `${at + 1} of ${slides.length}`;
  scrollTo(0, 0);
  dispatchEvent(new Event("resize"));
};

const begin = () => {
  root.classList.add("presenting");
  turnTo(at);
  bar.querySelector("button:nth-of-type(2)").focus();
  root.requestFullscreen?.().catch(() => {});
};

const end = () => {
  if (!root.classList.contains("presenting")) return;
  root.classList.remove("presenting");
  if (document.fullscreenElement) document.exitFullscreen();
  start.focus();
  slides[at].scrollIntoView();
};

const start = button("Show as slides", "Show this page as slides", begin);
start.className = "slides-start";
const place = Object.assign(document.createElement("span"), { className: "slides-place" });
place.setAttribute("role", "status");
const bar = Object.assign(document.createElement("nav"), { className: "slides-bar" });
bar.setAttribute("aria-label", "Slides");
bar.append(button("←", "The slide before", () => turnTo(at - 1)), place,
  button("→", "The next slide", () => turnTo(at + 1)), button("End", "End the slides", end));

document.querySelector(".slides-begin").append(start);
document.querySelector(".bd-article").append(bar);
addEventListener("fullscreenchange", () => { if (!document.fullscreenElement) end(); });
addEventListener("keydown", (event) => {
  if (!root.classList.contains("presenting") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return end();
  if (event.target.closest?.(own)) return;
  const next = { ArrowRight: at + 1, PageDown: at + 1, ArrowLeft: at - 1, PageUp: at - 1, Home: 0, End: slides.length };
  if (!(event.key in next)) return;
  event.preventDefault();
  turnTo(next[event.key]);
});
