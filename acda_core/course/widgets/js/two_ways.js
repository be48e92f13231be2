// What stands between a pixel and its output, by both ways.

import { composeAtom } from "./bases.js";
import { make, picture } from "./elements.js";
import { clamp, number, range, scientific, subscript, sum } from "./numbers.js";
import { DIVERGING, GREY, paint } from "./paint.js";
import { WAYS } from "./way_costs.js";

export const SHOWN = 3; // channels and atoms that are drawn; the others are only computed
const exact = (value) => number(value, 12);

export const MAP_COLOURS = [-0.3, 1.3, GREY];
export const captioned = (...layers) => {
  const [canvas, caption] = [picture("pixels"), make("figcaption")];
  const box = make("div", { class: layers.length ? "frame map" : "frame" }, canvas, ...layers);
  return { canvas, caption, box, node: make("figure", {}, box, caption) };
};

// A row of pictures on one scale of colours; `words` are caption and description of one of them.
function pictureRow(label = "") {
  const tiles = range(SHOWN).map(() => captioned());
  const node = make("div", { class: "three", ...(label && { role: "group", "aria-label": label }) },
    ...tiles.map((one) => one.node));
  const show = (fields, words, whole = fields, colours = null) => {
    const limit = Math.max(...whole.slice(0, SHOWN).flat().map(Math.abs)) || 1;
    tiles.forEach(({ canvas, caption, node: figure }, index) => {
      figure.hidden = index >= fields.length;
      if (figure.hidden) return;
      paint(canvas, fields[index], ...(colours ?? [-limit, limit, DIVERGING]));
      const [title, description] = words(index);
      caption.textContent = title;
      canvas.setAttribute("aria-label", description);
    });
  };
  return { node, show, captions: tiles.map(({ caption }) => caption) };
}

// What both ways start from: the pixels around, and the atoms.
export function startSection() {
  const [patches, atoms] = [pictureRow("Pixels around it"), pictureRow("Its atoms")];
  patches.node.dataset.symbol = "Z'";
  atoms.node.dataset.symbol = "D";
  const note = make("p", { class: "note" });
  const node = make("section", { "aria-label": "What both ways start from" },
    make("p", { class: "step" }, "Around this pixel"),
    make("div", { class: "start" }, patches.node, atoms.node), note);
  const show = ({ num_atoms: m }, now) => {
    patches.show(now.patches, (a) => [`Z′${subscript(a + 1)}`, `Pixels of input channel ${a + 1} around it`],
      now.patches, MAP_COLOURS);
    atoms.show(now.atoms, (b) => [`atom D${subscript(b + 1)}`, `Atom ${b + 1} of this pixel`]);
    note.textContent = m > SHOWN ? `${SHOWN} of ${m} atoms are drawn.` : "";
  };
  return { node, show };
}

// One way: its first step, whose result stands in `content`, and its second, a sum over the input channels.
function way(title, words, [firstWords, secondWords], content) {
  const [sums, result] = [make("div", { class: "sums" }), make("b")];
  const one = make("div", { class: "one" }, make("p", {}, make("b", {}, "1 "), firstWords),
    make("div", { class: "first" }, content));
  const two = make("div", { class: "two" }, make("p", {}, make("b", {}, "2 "), secondWords), sums,
    make("p", { class: "result", "data-symbol": "Z" }, result));
  const node = make("section", { class: "way", "aria-label": title },
    make("p", { class: "step" }, title), make("p", { class: "note" }, words), one, two);

  // `part` of the second step is done: so many of the lines stand there, and their sum.
  function show({ step, channel }, parts, partWords, total, part) {
    const lines = parts.slice(0, SHOWN).map((value, index) => [partWords(index), value]);
    if (parts.length > SHOWN) lines.push([`${parts.length - SHOWN} more`, sum(parts.slice(SHOWN))]);
    const ready = step === 2 && part < 1 ? Math.floor(part * (lines.length + 1)) : lines.length;
    sums.replaceChildren(...lines.map(([text, value], index) => make("p", { class: index < ready ? "" : "coming" },
      make("span", {}, text), make("span", {}, number(value, 4)))));
    const soFar = ready < lines.length ? sum(lines.slice(0, ready).map(([, value]) => value)) : total;
    result.textContent = `Z${subscript(channel + 1)} = ${number(soFar, 6)}`;
    one.classList.toggle("waiting", step < 1);
    two.classList.toggle("waiting", step < 2);
  }
  return { node, show };
}

const mixture = (weights) => weights.slice(0, SHOWN).map((weight, b) =>
  `${weight < 0 ? "−" : b > 0 ? "+" : ""}${b > 0 ? "\u00a0" : ""}${Math.abs(weight).toFixed(2)}\u00a0` +
  `D${subscript(b + 1)}`).join(" ") + (weights.length > SHOWN ? " + …" : "");

// The filters of some input channels, with the first atoms mixed in already: all of them where `part` is 1.
const mixedSoFar = ({ A, atoms, K }, part) => (part === 1 ? K : A.slice(0, SHOWN).map((weights) =>
  composeAtom(weights.map((weight, b) => weight * clamp(part * atoms.length - b, 0, 1)), atoms)));

export function bothWaysView() {
  const [filters, table, meeting] = [pictureRow(), make("table"), make("p", { class: "meeting" })];
  filters.node.dataset.symbol = "K";
  for (const caption of filters.captions) caption.dataset.symbol = "A"; // its row of A is what they say
  table.dataset.symbol = "tildeZ";
  const filtersFirst = way(WAYS.filters, "K = A D, then K applied", ["Compose K = A D", "Apply K and add"],
    filters.node);
  const atomsFirst = way(WAYS.atoms, "Z̃ = D applied, then A", ["Apply the atoms: Z̃", "Mix with A and add"], table);

  function showTable({ num_atoms: m }, { zTilde }) {
    const more = (tag, attributes = {}) => (m > SHOWN ? [make(tag, attributes, "…")] : []);
    table.replaceChildren(
      make("thead", {}, make("tr", {}, make("td"), ...range(Math.min(m, SHOWN)).map((b) =>
        make("th", { scope: "col" }, `D${subscript(b + 1)}`)), ...more("th", { scope: "col" }))),
      make("tbody", {}, ...zTilde.slice(0, SHOWN).map((values, a) => make("tr", {},
        make("th", { scope: "row" }, `Z′${subscript(a + 1)}`),
        ...values.slice(0, SHOWN).map((value) => make("td", {}, number(value, 3))), ...more("td")))));
  }

  // `part` says how far the step that stands there has come.
  function show(state, now, part) {
    filters.show(mixedSoFar(now, state.step === 1 ? part : 1), (a) => [`K${subscript(a + 1)} = ${mixture(now.A[a])}`,
      `Filter from input channel ${a + 1} to output channel ${state.channel + 1}`], now.K);
    showTable(state, now);
    filtersFirst.show(state, now.parts, (a) => `K${subscript(a + 1)} on Z′${subscript(a + 1)}`, now.filters, part);
    atomsFirst.show(state, now.mixedParts, (a) => `A on row Z′${subscript(a + 1)}`, now.atomsFirst,
      part);
    const difference = Math.abs(now.filters - now.atomsFirst);
    meeting.textContent = state.step < 3 ? "Here the two numbers will meet."
      : `${exact(now.filters)} and ${exact(now.atomsFirst)}: they differ by ` +
        `${difference === 0 ? "0" : scientific(difference)}`;
  }
  return { show, nodes: [make("div", { class: "ways" }, filtersFirst.node, atomsFirst.node), meeting] };
}
