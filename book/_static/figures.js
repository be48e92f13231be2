// Plotly, and with it the interactive figures, come when one of them nears the view.
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

async function draw(figure) {
  const place = figure.querySelector(".plot");
  const content = JSON.parse(place.querySelector("script").textContent);
  const plotly = await load();
  const graph = document.createElement("div");
  graph.style.height = place.style.minHeight;
  place.append(graph);
  await plotly.newPlot(graph, { ...content, config: { responsive: true, displaylogo: false, displayModeBar: false } });
  figure.classList.add("drawn");
}

const watch = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watch.unobserve(target);
    draw(target);
  }
}, { rootMargin: "800px" });
document.querySelectorAll(".acda-plotly").forEach((figure) => watch.observe(figure));
