// Long tables of results are sorted by a press on a heading; a second press turns the order round.
const numberIn = (text) => parseFloat(text.replaceAll(",", "").replace("−", "-"));

function compare(one, other) {
  const difference = numberIn(one) - numberIn(other);
  return Number.isNaN(difference) ? one.localeCompare(other) : difference;
}

function sort(table, heading) {
  const column = heading.cellIndex;
  const turn = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", turn === 1 ? "ascending" : "descending");
  const [body] = table.tBodies;
  const text = (row) => row.cells[column].textContent;
  body.append(...[...body.rows].sort((one, other) => turn * compare(text(one), text(other))));
}

for (const table of document.querySelectorAll(".acda-table.sortable table")) {
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.append(...heading.childNodes);
    button.onclick = () => sort(table, heading);
    heading.append(button);
  }
}
