// Two losses over the steps, on a logarithmic axis, and a level to compare them with.

const LEAST = 1e-8; // what is smaller is drawn at the floor of the chart

// `names` of the two curves; `unit` stands at the end of the axis; `levelName` is what the level is.
function lossChart(names, unit, levelName = "the best convolution") {
  const classes = ["first", "second"];
  const labels = make("div", { class: "ticks", "aria-hidden": "true" });
  const grid = make("path", { class: "grid" });
  const level = make("path", { class: "floor" });
  const cursorLine = make("path", { class: "cursor" });
  const lines = classes.map((name) => make("path", { class: name }));
  const [last, levelFact] = [make("span"), make("b")];
  const facts = names.map(() => make("b"));
  const key = (name, text, fact) => make("span", { class: "key" }, make("svg", { viewBox: "0 0 24 8", "aria-hidden": "true" },
    make("path", { class: name, d: "M0 4H24" })), text, " ", fact);
  const levelKey = key("floor", levelName, levelFact);
  const svg = make("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img" }, grid, level, cursorLine,
    ...lines);
  const node = make("figure", { class: "loss-chart" },
    make("figcaption", {}, "Loss: ", ...names.map((name, index) => key(classes[index], name, facts[index])),
      levelKey),
    make("div", { class: "plot" }, labels, make("div", { class: "area" }, svg)),
    make("div", { class: "axis", "aria-hidden": "true" }, make("span", {}, "step 0"), last));

  // curves: [{ points: [[step, loss], …], now }, …]; `floor` the level, `total` the end of the axis, `at` a marked step.
  function show({ curves, floor, total, at }) {
    const all = [floor, ...curves.flatMap(({ points, now }) => [...points.map(([, loss]) => loss), now])]
      .filter((value) => value > LEAST && Number.isFinite(value));
    const [lowest, highest] = extremes((all.length ? all : [1]).map(Math.log10));
    const [low, high] = [Math.floor(Math.min(lowest, highest - 1)), Math.ceil(highest + 1e-9)];
    const decades = range(high - low + 1).map((index) => low + index);
    const shown = decades.filter((decade) => (decade - low) % Math.ceil(decades.length / 6) === 0);
    const place = (value) => 100 * (1 - (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low));
    grid.setAttribute("d", shown.map((decade) => `M0 ${place(10 ** decade)}H100`).join(""));
    labels.replaceChildren(...shown.map((decade) => make("span", { style: `top: ${place(10 ** decade)}%` },
      decade >= -3 && decade < 3 ? String(Number((10 ** decade).toFixed(3))) : `10${superscript(decade)}`)));
    curves.forEach(({ points, now }, index) => {
      const stride = Math.ceil(points.length / 400);
      const drawn = points.filter(([, loss], order) =>
        Number.isFinite(loss) && (order % stride === 0 || order === points.length - 1));
      lines[index].setAttribute("d", drawn.map(([step, loss], first) =>
        `${first ? "L" : "M"}${((100 * step) / total).toFixed(2)} ${place(loss).toFixed(2)}`).join(""));
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

// Two significant digits.
const figure = (value) => (!Number.isFinite(value) ? "not a number" : value === 0 ? "0"
  : Math.abs(value) < 1e-4 || value >= 1000 ? scientific(value, 1) : String(Number(value.toPrecision(2))));

const CHART_CSS = `
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
.loss-chart .axis { display: flex; justify-content: space-between; font-size: 12px; padding-left: 44px; margin-top: 3px; }
.loss-chart path { fill: none; vector-effect: non-scaling-stroke; stroke-width: 2; stroke: var(--text); }
.loss-chart path.grid { stroke: var(--edge); stroke-width: 1; }
.loss-chart path.first { stroke: var(--accent); stroke-width: 2.5; }
.loss-chart path.second { stroke-dasharray: 7 4; }
.loss-chart path.floor { stroke-dasharray: 2 3; stroke-width: 1.5; }
.loss-chart path.cursor { stroke: #ffa000; stroke-width: 2.5; }
`;
