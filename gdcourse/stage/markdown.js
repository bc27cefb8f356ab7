// Statements and messages: paragraphs, lists, bold, italics, code and fenced code, built as nodes and never as HTML.

function inline(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(/\*\*(.+?)\*\*|`([^`]+)`|\*([^*\s][^*]*?)\*/g)) {
    if (found.index > at) parts.push(text.slice(at, found.index));
    const [all, bold, code, italic] = found;
    parts.push(bold !== undefined ? make("strong", {}, bold) : code !== undefined ? make("code", {}, code) : make("em", {}, italic));
    at = found.index + all.length;
  }
  return [...parts, text.slice(at)];
}

function block(text) {
  const lines = text.split("\n");
  if (text.startsWith("```")) return make("pre", {}, make("code", {}, lines.slice(1, lines.at(-1).startsWith("```") ? -1 : undefined).join("\n")));
  if (lines.every((line) => line.startsWith("| "))) {
    const cells = (line) => line.split("|").slice(1, -1).map((cell) => cell.trim());
    const rows = lines.filter((line) => !/^[|\s:-]+$/.test(line)).map((line, i) => make("tr", {}, ...cells(line).map((cell) => make(i ? "td" : "th", {}, ...inline(cell)))));
    return make("table", {}, ...rows);
  }
  if (lines.every((line) => /^(- |\s)/.test(line))) {
    return make("ul", {}, ...text.split(/\n?^- /m).filter((item) => item.trim()).map((item) => make("li", {}, ...inline(item.replace(/\s+/g, " ")))));
  }
  return make("p", {}, ...lines.flatMap((line, i) => (i ? [line.startsWith("Step ") || line.startsWith("  ") ? make("br") : " ", ...inline(line.trim())] : inline(line))));
}

// Fenced code may hold blank lines, so the fences are cut out first.
const markdown = (text) => text.split(/(^```[\s\S]*?^```$)/m).flatMap((piece) => (piece.startsWith("```") ? [piece] : piece.split(/\n\s*\n/)))
  .filter((piece) => piece.trim()).map((piece) => block(piece.replace(/^\n+|\n+$/g, "")));
