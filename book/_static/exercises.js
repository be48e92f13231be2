// Exercises answer here: what was chosen or typed is compared, and the words that belong to it are said.
function typedNumber(text) {
  const plain = text.trim().replaceAll("−", "-").replace(/[\s ]/g, "")
    .replace(/,(?=\d{3}(\D|$))/g, "").replace(",", ".");
  const [above, below = "1", more] = plain.replace(/%$/, "").split("/");
  return above && below && more === undefined ? Number(above) / Number(below) : NaN;
}

const isNear = (value, right, tolerance) => Math.abs(value - right) <= tolerance + 1e-9 * Math.abs(right);

function say(form, verdict, words, reason) {
  form.dataset.verdict = verdict;
  const strong = document.createElement("strong");
  strong.textContent = words;
  form.querySelector(".verdict").replaceChildren(strong, ...(reason ? [" ", ...reason] : []));
}

const copied = (element) => [...element.childNodes].map((node) => node.cloneNode(true));

function answerChoice(form) {
  const chosen = form.querySelector("input:checked");
  if (!chosen) return say(form, "", "Choose one first.");
  const isRight = chosen.closest("label").dataset.right === "yes";
  const [, ...reason] = copied(form.nextElementSibling.querySelector(`[data-for="${chosen.value}"]`));
  const isGuess = form.classList.contains("predict");
  say(form, isRight ? "right" : "wrong", isRight ? "Right." : isGuess ? "It comes out otherwise." : "Not so.", reason);
  uncover(form.dataset.reveals);
}

function answerNumber(form) {
  const value = typedNumber(form.querySelector("input").value);
  if (Number.isNaN(value)) return say(form, "", "Type a number, such as 12, 0.5 or 2/3.");
  if (isNear(value, Number(form.dataset.right), Number(form.dataset.tolerance))) return say(form, "right", "Right.");
  const known = [...form.querySelectorAll("[data-for]")]
    .find((hint) => isNear(value, typedNumber(hint.dataset.for), 0));
  const general = form.nextElementSibling?.matches(".hint") && form.nextElementSibling.querySelector("p");
  const reason = known ?? general;
  return say(form, "wrong", "Not so.", reason ? copied(reason) : undefined);
}

// A figure that is to be predicted is covered, and keeps its place.
function cover(id) {
  const figure = document.getElementById(id);
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "acda-cover", textContent: "Predict first, or show it" });
  button.onclick = () => uncover(id);
  figure.classList.add("acda-covered");
  figure.prepend(button);
}

function uncover(id) {
  const figure = id && document.getElementById(id);
  if (!figure?.classList.contains("acda-covered")) return;
  figure.classList.remove("acda-covered");
  const button = figure.querySelector(".acda-cover");
  if (button === document.activeElement) {
    figure.tabIndex = -1;
    figure.focus();
  }
  button.remove();
}

for (const form of document.querySelectorAll(".acda-ask")) {
  form.onsubmit = (event) => {
    event.preventDefault();
    if (form.classList.contains("number")) answerNumber(form);
    else answerChoice(form);
  };
  if (form.dataset.reveals) cover(form.dataset.reveals);
}
