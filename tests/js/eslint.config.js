import js from "@eslint/js";

const IN_THE_PAGE = ["addEventListener", "atob", "Blob", "btoa", "cancelAnimationFrame", "clearInterval",
  "clearTimeout", "createImageBitmap", "CSS", "CustomEvent", "dispatchEvent", "document", "Event", "getComputedStyle",
  "history", "ImageData", "innerHeight", "IntersectionObserver", "location", "matchMedia", "MutationObserver",
  "navigator", "performance", "reportError", "requestAnimationFrame", "ResizeObserver", "scrollTo", "scrollX",
  "scrollY", "self", "sessionStorage", "setTimeout", "structuredClone", "URL", "window", "Worker"];

export default [
  js.configs.recommended,
  {
    languageOptions: { globals: Object.fromEntries(IN_THE_PAGE.map((name) => [name, "readonly"])) },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-shadow": "error",
      "no-var": "error",
      "require-yield": "off", // a computation in one part has the form of those in several
      "prefer-const": ["error", { destructuring: "all" }],
      "eqeqeq": "error",
      "max-len": ["error", 120],
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 80],
    },
  },
];
