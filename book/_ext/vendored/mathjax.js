// MathJax with what the book needs of it: TeX with AMS's commands, drawn by style sheets, and MathML for screen readers.
import { AssistiveMmlHandler } from "mathjax-full/ts/a11y/assistive-mml.ts";
import { browserAdaptor } from "mathjax-full/ts/adaptors/browserAdaptor.ts";
import { RegisterHTMLHandler } from "mathjax-full/ts/handlers/html.ts";
import { TeX } from "mathjax-full/ts/input/tex.ts";
import "mathjax-full/ts/input/tex/ams/AmsConfiguration.ts";
import "mathjax-full/ts/input/tex/base/BaseConfiguration.ts";
import { mathjax } from "mathjax-full/ts/mathjax.ts";
import { CHTML } from "mathjax-full/ts/output/chtml.ts";

const fontURL = new URL("output/chtml/fonts/woff-v2", document.currentScript.src).href;
const { options = {}, tex = {} } = globalThis.MathJax ?? {};
AssistiveMmlHandler(RegisterHTMLHandler(browserAdaptor()));

const loaded = new Promise((done) => {
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", done);
  else done();
});
const promise = loaded.then(() => {
  const InputJax = new TeX({ packages: ["base", "ams"], ...tex });
  mathjax.document(document, { ...options, InputJax, OutputJax: new CHTML({ fontURL }) }).render();
});
globalThis.MathJax = { startup: { promise } };
