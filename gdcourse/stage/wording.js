// Numbers and templates in words: the browser's half of gdcourse/labs/wording.py, which says what the forms mean.
// The scripts of this folder are joined in the order that stage.py names; the last one renders.

const MINUS = "−", NOT_A_NUMBER = "beyond all numbers", LARGEST_FIXED = 1e6;

const superscript = (power) => [...String(power)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[+c])).join("");

function writeNumber(number, form) {
  if (form.includes("|")) {
    const [bare, one, others] = form.split("|"), text = writeNumber(number, bare);
    return `${text} ${text === "1" ? one : others}`;
  }
  if (form.startsWith("(")) {
    const text = writeNumber(number, form.slice(1, -1));
    return text.startsWith(MINUS) ? `(${text})` : text;
  }
  if (Number.isNaN(number)) return NOT_A_NUMBER;
  const sign = number < 0 ? MINUS : "", size = Math.abs(number);
  if (size === Infinity) return sign + "∞";
  const signed = (digits) => (/[1-9]/.test(digits) ? sign + digits : digits);
  if (form === "d") return signed(fixed(size, 0));
  if (form === "r") return sign + allDigits(size);
  const decimals = +form.slice(1);
  if (size === 0 || (10 ** -decimals <= size && size < LARGEST_FIXED)) return signed(fixed(size, decimals));
  let [digits, power] = size.toExponential(decimals).split("e");
  return `${sign}${digits} × 10${superscript(+power)}`;
}

// toFixed rounds the exact value, halves up; from 1e21 on it would turn to scientific notation, so big whole numbers are spelled.
const fixed = (size, decimals) =>
  size < 1e21 ? size.toFixed(decimals) : BigInt(size) + (decimals ? "." + "0".repeat(decimals) : "");

function allDigits(size) {
  let text = String(size);
  const [digits, power] = text.split("e");
  if (power !== undefined) {
    const [whole, rest = ""] = digits.split(".");
    text = +power < 0
      ? "0." + "0".repeat(-power - 1) + whole + rest
      : whole + rest.padEnd(+power, "0").slice(0, +power);
  }
  const [whole, rest = ""] = text.split(".");
  return `${whole}.${rest.padEnd(2, "0")}`;
}

const fill = (template, value) =>
  template.replace(/\{(\w+):([^}]*)\}/g, (_, name, form) => writeNumber(value(name), form));
