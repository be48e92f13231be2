// Plotly, and with it the interactive figures, come when one of them nears the view. They take the colours of the page.
const library = new URL("plotly/plotly.js", document.currentScript.src).href;
let loaded;

function load() {
  loaded ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: library, onload: () => done(globalThis.Plotly), onerror: failed });
    document.head.append(script);
  });
  return loaded;
}

function inColoursOfThePage({ data, layout }) {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--pst-color-text-base").trim();
  const rule = style.getPropertyValue("--pst-color-border").trim();
  const clear = "rgba(0, 0, 0, 0)";
  const themed = { ...layout, paper_bgcolor: clear, plot_bgcolor: clear, font: { ...layout.font, color: ink } };
  for (const name of new Set([...Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key)), "xaxis", "yaxis"])) {
    themed[name] = { ...layout[name], gridcolor: rule, zerolinecolor: rule, linecolor: rule };
  }
  const visible = (trace) =>
    trace.line?.color === "#000000" ? { ...trace, line: { ...trace.line, color: ink } } : trace;
  return { data: data.map(visible), layout: themed };
}

async function draw(figure) {
  const place = figure.querySelector(".plot");
  const content = JSON.parse(place.querySelector("script").textContent);
  const plotly = await load();
  const graph = document.createElement("div");
  graph.style.height = place.style.minHeight;
  place.append(graph);
  const config = { responsive: true, displaylogo: false, displayModeBar: false };
  await plotly.newPlot(graph, { ...content, ...inColoursOfThePage(content), config });
  figure.classList.add("drawn");
  new MutationObserver(() => {
    const { layout } = inColoursOfThePage(graph);
    plotly.relayout(graph, { font: layout.font, xaxis: layout.xaxis, yaxis: layout.yaxis });
  }).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

const watch = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watch.unobserve(target);
    draw(target);
  }
}, { rootMargin: "800px" });
document.querySelectorAll(".acda-plotly").forEach((figure) => watch.observe(figure));
