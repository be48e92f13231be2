// Two losses over the steps, on a logarithmic axis, and a level to compare them with.

import { make } from "./elements.js";
import { extremes, figure, range, superscript } from "./numbers.js";

export const LEAST = 1e-8; // what is smaller is drawn at the floor of the chart
const MOST_POINTS = 400; // of a curve

// `names` of the two curves; `unit` stands at the end of the axis; `levelName` is what the level is.
export function lossChart(names, unit, levelName = "the best convolution") {
  const classes = ["first", "second"];
  const labels = make("div", { class: "ticks", "aria-hidden": "true" });
  const grid = make("path", { class: "grid" });
  const level = make("path", { class: "floor" });
  const cursorLine = make("path", { class: "cursor" });
  const lines = classes.map((name) => make("path", { class: name }));
  const [last, levelFact] = [make("span"), make("b")];
  const facts = names.map(() => make("b"));
  const key = (name, text, fact) => make("span", { class: "key" },
    make("svg", { viewBox: "0 0 24 8", "aria-hidden": "true" }, make("path", { class: name, d: "M0 4H24" })),
    text, " ", fact);
  const levelKey = key("floor", levelName, levelFact);
  const svg = make("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img" }, grid, level, cursorLine,
    ...lines);
  const node = make("figure", { class: "loss-chart" },
    make("figcaption", {}, "Loss: ", ...names.map((name, index) => key(classes[index], name, facts[index])),
      levelKey),
    make("div", { class: "plot" }, labels, make("div", { class: "area" }, svg)),
    make("div", { class: "axis", "aria-hidden": "true" }, make("span", {}, "step 0"), last));

  // curves: [{ points: [[step, loss], …], now }, …]; a loss that is no number leaves a gap. `floor` is the level,
  // `total` the end of the axis, `at` a marked step.
  function show({ curves, floor, total, at = undefined }) {
    const all = curves.flatMap(({ points, now }) => [...points.map(([, loss]) => loss), now]);
    const { low, high } = decadesOf([floor, ...all]);
    const place = (value) => 100 * (1 - (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low));
    const decades = range(high - low + 1).map((index) => low + index);
    const shown = decades.filter((decade) => (decade - low) % Math.ceil(decades.length / 6) === 0);
    grid.setAttribute("d", shown.map((decade) => `M0 ${place(10 ** decade)}H100`).join(""));
    labels.replaceChildren(...shown.map((decade) => make("span", { style: `top: ${place(10 ** decade)}%` },
      decade >= -3 && decade < 3 ? String(Number((10 ** decade).toFixed(3))) : `10${superscript(decade)}`)));
    curves.forEach(({ points, now }, index) => {
      lines[index].setAttribute("d", curvePath(points, (step) => (100 * step) / total, place));
      facts[index].textContent = figure(now);
    });
    level.setAttribute("d", floor > LEAST ? `M0 ${place(floor)}H100` : "");
    cursorLine.setAttribute("d", at === undefined ? "" : `M${(100 * at) / total} 0V100`);
    levelFact.textContent = figure(floor);
    levelKey.hidden = !(floor > LEAST);
    last.textContent = `${total} ${unit}`;
    svg.setAttribute("aria-label", `Loss over the steps: ${names.map((name, index) =>
      `${name} ${facts[index].textContent}`).join(", ")}, ${levelName} ${figure(floor)}`);
  }
  return { node, show };
}

// The powers of ten between which these values lie, at least one apart.
export function decadesOf(values) {
  const logs = values.filter((value) => value > LEAST && Number.isFinite(value)).map(Math.log10);
  const [lowest, highest] = extremes(logs.length ? logs : [0]);
  return { low: Math.floor(Math.min(lowest, highest - 1)), high: Math.ceil(highest + 1e-9) };
}

// A line through some four hundred of the points; where one has no number it ends, and another begins.
export function curvePath(points, x, y) {
  const stride = Math.ceil(points.length / MOST_POINTS);
  let pen = "M";
  return points.map(([step, loss], order) => {
    const isDrawn = order % stride === 0 || order === points.length - 1;
    const mark = isDrawn && Number.isFinite(loss) ? `${pen}${x(step).toFixed(2)} ${y(loss).toFixed(2)}` : "";
    if (mark) pen = "L";
    else if (!Number.isFinite(loss)) pen = "M";
    return mark;
  }).join("");
}

export const CHART_CSS = `
.acda-panel .loss-chart { margin-bottom: 10px; }
.acda-panel .loss-chart figcaption { display: flex; flex-wrap: wrap; gap: 0 14px; margin-bottom: 6px;
  font-variant-numeric: tabular-nums; }
.loss-chart .key[hidden] { display: none; }
.loss-chart .key svg { width: 24px; height: 8px; margin-right: 5px; }
.loss-chart .plot { display: grid; grid-template: 150px / 44px 1fr; }
.loss-chart .area { position: relative; border: 1px solid var(--edge); }
.loss-chart .area svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.loss-chart .ticks { position: relative; font-size: 12px; font-variant-numeric: tabular-nums; }
.loss-chart .ticks span { position: absolute; right: 6px; transform: translateY(-50%); }
.loss-chart .axis { display: flex; justify-content: space-between; font-size: 12px; padding-left: 44px;
  margin-top: 3px; }
.loss-chart path { fill: none; vector-effect: non-scaling-stroke; stroke-width: 2; stroke: var(--text); }
.loss-chart path.grid { stroke: var(--edge); stroke-width: 1; }
.loss-chart path.first { stroke: var(--accent); stroke-width: 2.5; }
.loss-chart path.second { stroke-dasharray: 7 4; }
.loss-chart path.floor { stroke-dasharray: 2 3; stroke-width: 1.5; }
.loss-chart path.cursor { stroke: #ffa000; stroke-width: 2.5; }
`;
