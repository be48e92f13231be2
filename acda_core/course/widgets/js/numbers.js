// Numbers in rows, and numbers for people.

export const range = (count) => Array.from({ length: count }, (_, index) => index);
export const sum = (values) => values.reduce((total, value) => total + value, 0);

export function extremes(values) {
  let [low, high] = [values[0], values[0]];
  for (const value of values) {
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  return [low, high];
}

export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
export const isIndex = (value, count) => Number.isInteger(value) && value >= 0 && value < count;

// A number for people: a true minus sign, and none before zero.
export const number = (value, digits = 2) => {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
};
export const superscript = (integer) =>
  String(integer).replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]);
// A very small or large one: 5.6·10⁻⁵
export const scientific = (value, digits = 0) => {
  const [factor, exponent] = value.toExponential(digits).split("e");
  return `${factor.replace("-", "−")}·10${superscript(Number(exponent))}`;
};
export const sizeName = (size) => `${size}×${size}`;
export const percent = (part) => `${Math.round(100 * part)}\u00a0%`;
export const subscript = (integer) => String(integer).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]);
// A symbol as the pages name it: m' for m′.
export const symbolName = (symbol) => symbol.replace("′", "'");
export const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
export const capital = (word) => word[0].toUpperCase() + word.slice(1);

// Two significant digits.
export const figure = (value) => (!Number.isFinite(value) ? "not a number" : value === 0 ? "0"
  : Math.abs(value) < 1e-4 || value >= 1000 ? scientific(value, 1) : String(Number(value.toPrecision(2))));
