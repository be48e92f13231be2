// Symbols in formulas and words of the glossary show what the list on this page says of them. What has the same
// data-symbol lights up together: in formulas, and in widgets that mark their parts so.
const meanings = document.querySelector(".acda-meanings");
const tip = document.createElement("div");
Object.assign(tip, { className: "acda-tip", hidden: true });
tip.setAttribute("role", "tooltip");
tip.id = "acda-tip";
document.body.append(tip);
const compound = "mjx-msub, mjx-msup, mjx-msubsup, mjx-mover";

// How a part of a typeset formula looks: what kind of part it is, and its letters.
function look(part) {
  const letters = [...part.querySelectorAll("mjx-c")].map((letter) => letter.className.split(" ")[0]).join(" ");
  return part.matches(compound) ? `${part.localName} ${letters}` : letters;
}

function markSymbols() {
  const names = new Map();
  for (const term of meanings.querySelectorAll("dt[data-symbol]")) {
    const whole = term.querySelector(compound) ?? term.querySelector("mjx-mi");
    if (!whole) continue;
    names.set(look(whole), term.dataset.symbol);
    const base = whole.querySelector("mjx-mi");
    const isIndex = /^[a-z](_|'|$)/.test(term.dataset.symbol);
    if (base && !isIndex && !names.has(look(base))) names.set(look(base), term.dataset.symbol);
  }
  for (const part of document.querySelectorAll(`.bd-article :is(mjx-mi, ${compound})`)) {
    const name = names.get(look(part));
    if (name && !part.closest(".acda-meanings, [data-symbol]")) part.dataset.symbol = name;
  }
}

let lit;

function light(name) {
  if (name === lit) return;
  lit = name;
  for (const part of document.querySelectorAll(".acda-lit")) part.classList.remove("acda-lit");
  if (!name) return;
  const parts = document.querySelectorAll(`[data-symbol="${CSS.escape(name)}"]`);
  if (parts.length > 1) for (const part of parts) part.classList.add("acda-lit");
}

const termOf = (part) => part.dataset.symbol
  ? meanings.querySelector(`dt[data-symbol="${CSS.escape(part.dataset.symbol)}"]`)
  : meanings.querySelector(`dt[data-word="${CSS.escape(part.hash.slice(1))}"]`);

let shownFor;
let tapped;
let leaving;

function show(part) {
  clearTimeout(leaving);
  const term = termOf(part);
  if (!term || shownFor === part) return;
  hide();
  const name = document.createElement("strong");
  const copies = (from) => [...from.childNodes].map((node) => node.cloneNode(true));
  name.append(...copies(term));
  tip.replaceChildren(name, " ", ...copies(term.nextElementSibling));
  tip.hidden = false;
  const at = part.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const left = Math.max(8, Math.min(at.left, width - tip.offsetWidth - 8));
  const below = at.bottom + tip.offsetHeight + 8 < innerHeight;
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${(below ? at.bottom + 4 : at.top - tip.offsetHeight - 4) + scrollY}px`;
  shownFor = part;
  if (part.localName === "a") part.setAttribute("aria-describedby", tip.id);
}

function hide() {
  clearTimeout(leaving);
  shownFor?.removeAttribute("aria-describedby");
  shownFor = tapped = undefined;
  tip.hidden = true;
}

const explained = ".acda-word, .bd-article mjx-container [data-symbol]";
const marked = "[data-symbol]";

addEventListener("pointerover", (event) => {
  const part = event.target.closest?.(explained);
  light(event.target.closest?.(marked)?.dataset.symbol);
  if (event.pointerType === "touch") return;
  if (part) show(part);
  else if (tip.contains(event.target)) clearTimeout(leaving);
  else if (shownFor && shownFor !== document.activeElement) {
    clearTimeout(leaving);
    leaving = setTimeout(hide, 250);
  }
});
addEventListener("click", (event) => {
  const part = event.target.closest?.(explained);
  if (!part) {
    if (!tip.contains(event.target)) hide();
    return;
  }
  if (part.localName === "a" && (event.pointerType !== "touch" || tapped === part)) return;
  event.preventDefault(); // a first tap explains the word, a second one follows its link
  light(part.dataset.symbol);
  show(part);
  tapped = part;
});
addEventListener("focusin", (event) => {
  light(event.target.closest(marked)?.dataset.symbol);
  if (event.target.matches(".acda-word")) show(event.target);
});
addEventListener("focusout", (event) => {
  light();
  if (event.target === shownFor) hide();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
addEventListener("load", () => globalThis.MathJax?.startup?.promise.then(markSymbols));
