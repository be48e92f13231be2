// Plotly with the two kinds of traces that the book's figures have: lines (of its core) and heat maps.
import plotly from "plotly.js/lib/core";
import heatmap from "plotly.js/lib/heatmap";

plotly.register(heatmap);
globalThis.Plotly = plotly;
