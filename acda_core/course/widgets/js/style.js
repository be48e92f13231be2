// What every widget looks like.

// Colours follow the page: sphinx-book-theme, JupyterLab, VS Code or Colab, else the reader's system.
export const PANEL_CSS = `
.acda-widget { --light: 1; --plain-text: #1f2328; --plain-back: #ffffff; --plain-edge: #c8ccd1; --plain-accent: #0969a8;
  container-type: inline-size; display: block; width: 100%; }
@media (prefers-color-scheme: dark) { .acda-widget { --plain-text: #e3e6ea; --plain-back: #16191d;
  --plain-edge: #4a5058; --plain-accent: #6cb6ff; } }
html[data-theme=light] .acda-widget, [data-jp-theme-light=true] .acda-widget {
  --plain-text: #1f2328; --plain-back: #ffffff; --plain-edge: #c8ccd1; --plain-accent: #0969a8; }
html[data-theme=dark] .acda-widget, html[theme=dark] .acda-widget, [data-jp-theme-light=false] .acda-widget {
  --plain-text: #e3e6ea; --plain-back: #16191d; --plain-edge: #4a5058; --plain-accent: #6cb6ff; }
.acda-panel {
  --text: var(--pst-color-text-base, var(--jp-content-font-color1, var(--vscode-editor-foreground, var(--plain-text))));
  --back: var(--pst-color-background, var(--jp-layout-color0, var(--vscode-editor-background, var(--plain-back))));
  --edge: var(--plain-edge);
  --accent: var(--plain-accent);
  --soft: color-mix(in srgb, var(--text) 7%, var(--back));
  color: var(--text); background: var(--back); font: 15px/1.45 system-ui, sans-serif;
  border: 1px solid var(--edge); border-radius: 8px; padding: 14px; margin: 0; }
.acda-panel *, .acda-panel *::before { box-sizing: border-box; }
.acda-panel p { margin: 0 0 10px; color: inherit; }
.acda-panel .step { font: 600 16px/1.3 system-ui, sans-serif; margin: 14px 0 8px; color: inherit; }
.acda-panel .step span { display: inline-block; width: 1.6em; line-height: 1.6em; border-radius: 50%;
  text-align: center; font-size: 13px; background: var(--text); color: var(--back); margin-right: 4px; }
.acda-panel section { border-top: 1px solid var(--edge); margin-top: 12px; }
.acda-panel fieldset { border: 0; padding: 0; margin: 0 0 8px; min-width: 0; }
.acda-panel legend { font-size: 13px; line-height: 1.4; padding: 0; margin: 0 0 3px; color: inherit; width: auto;
  float: none; }
.acda-panel .choices label { position: relative; display: inline-block; margin: 0 4px 4px 0; }
.acda-panel .choices input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0;
  cursor: pointer; }
.acda-panel .choices span, .acda-panel button { display: inline-flex; align-items: center; gap: 6px;
  min-height: 40px;
  padding: 4px 12px; border: 1px solid var(--edge); border-radius: 6px; background: var(--back); color: inherit;
  font: inherit; font-size: 14px; cursor: pointer; white-space: nowrap; }
.acda-panel .choices input:hover + span, .acda-panel button:hover { background: var(--soft); }
.acda-panel .choices input:checked + span, .acda-panel button[aria-pressed=true] { border-color: var(--accent);
  box-shadow: inset 0 0 0 1.5px var(--accent); font-weight: 600; }
.acda-panel .choices input:focus-visible + span, .acda-panel button:focus-visible, .acda-panel a:focus-visible,
.acda-panel summary:focus-visible, .acda-panel input:focus-visible, .acda-panel [tabindex]:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 2px; }
.acda-panel input[type=range]:focus-visible { outline-offset: -3px; } /* not over the label above */
.acda-panel input[type=range] { width: 100%; min-width: 0; height: 40px; margin: 0; padding: 0;
  accent-color: var(--accent); cursor: pointer; touch-action: pan-y; }
.acda-panel .slide { display: grid; grid-template-columns: 1fr auto; font-size: 14px; align-items: center; }
.acda-panel .slide label { margin: 0; }
.acda-panel .slide .value { font-variant-numeric: tabular-nums; }
.acda-panel .slide input { grid-column: 1 / 3; }
.acda-panel .pixels { image-rendering: pixelated; }
.acda-panel :is(.frame, .triangle) { user-select: none; -webkit-user-select: none; }
.acda-panel .handle { position: absolute; aspect-ratio: 1; transform: translate(-50%, -50%); cursor: move;
  touch-action: none; }
@media (pointer: coarse) { .acda-panel .handle { min-width: 44px; } }
.acda-panel canvas { background: none; padding: 0; max-width: none; }
.acda-panel figure { margin: 0; padding: 0; min-width: 0; text-align: left; overflow: visible; }
.acda-panel .frame { position: relative; aspect-ratio: 1; border: 1px solid var(--edge); border-radius: 3px;
  overflow: hidden; }
.acda-panel .frame canvas, .acda-panel .frame svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.acda-panel figcaption { font-size: 13px; line-height: 1.35; margin: 3px 0 0; padding: 0; color: inherit;
  text-align: left; }
.acda-panel .alpha-grid { display: grid; grid-template-columns: 24px minmax(0, 1fr); }
.acda-panel .alpha-grid > :is(.rows, .columns) { display: grid; font-size: 11px; line-height: 1.3; }
.acda-panel .alpha-grid > .rows { align-items: center; line-height: 1; }
.acda-panel .alpha-grid > .columns { grid-column: 2; grid-auto-flow: column; grid-auto-columns: 1fr;
  text-align: center; }
.acda-panel .alpha-grid line { stroke: #111; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.acda-panel .buttons, .acda-panel .foot { display: flex; flex-wrap: wrap; gap: 6px; align-items: center;
  margin-bottom: 10px; }
.acda-panel .foot { gap: 14px; margin: 10px 0; }
.acda-panel .foot a { color: var(--accent); display: inline-block; line-height: 40px; text-decoration: underline; }
.acda-panel .play { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: center;
  margin-bottom: 6px; }
.acda-panel .play fieldset { display: flex; align-items: center; margin: 0; }
.acda-panel .play legend { float: left; margin: 0 8px 0 0; }
.acda-panel .play label { margin: 0 4px 0 0; }
.acda-panel .go { font-weight: 600; border-color: var(--accent); min-width: 84px; justify-content: center; }
.acda-panel .bar { margin-top: 4px; font-size: 12px; line-height: 1.3; font-variant-numeric: tabular-nums; }
.acda-panel .bar i { display: block; height: 7px; border: 1px solid var(--edge); border-radius: 2px; }
.acda-panel .bar div { display: flex; justify-content: space-between; }
.acda-panel .track :is(rect, i) { transition: width 0.25s, left 0.25s; }
@media (prefers-reduced-motion: reduce) { .acda-panel .track :is(rect, i) { transition: none; } }
.acda-panel .summary { position: relative; font-size: 14px; min-height: 2.9em; flex: 1; margin-bottom: 10px; }
.acda-panel .summary p { margin: 0; }
.acda-panel .heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.acda-panel button[aria-disabled=true] { opacity: 0.55; cursor: default; }
.acda-panel .copied { font-size: 14px; margin-left: -6px; }
.acda-panel .challenges ul { list-style: none; margin: 0 0 8px; padding: 0; font-size: 14px; }
.acda-panel .challenges li { display: flex; gap: 8px; margin: 0 0 4px; padding: 0; color: inherit; }
.acda-panel .challenges .mark { flex: 0 0 22px; height: 22px; line-height: 20px; text-align: center;
  border: 1.5px solid var(--edge); border-radius: 50%; padding: 0; background: none; color: inherit; }
.acda-panel .challenges .met .mark { background: var(--accent); border-color: var(--accent); color: var(--back); }
.acda-panel .acda-lit { outline: 3px solid #ffa000; outline-offset: 2px; border-radius: 2px; background: none; }
.acda-panel .own { display: flex; flex-wrap: wrap; gap: 4px; align-items: center; margin-bottom: 6px; }
.acda-panel .own label { margin: 0; }
.acda-panel .own .told { display: inline; border: 0; padding: 0 6px; min-height: 0; background: none; cursor: auto;
  white-space: normal; }
.acda-panel button[hidden] { display: none; }
.acda-panel details { font-size: 14px; }
.acda-panel details summary { cursor: pointer; min-height: 32px; }
html[data-theme=dark] .acda-panel, html[theme=dark] .acda-panel, [data-jp-theme-light=false] .acda-panel {
  color-scheme: dark; }
@container (max-width: 620px) { .acda-panel { padding: 10px; } }
`;
