// Telling: the words and numbers of the frame that is shown, for the eye, for a screen reader and as a table.

const HUSH = 600; // ms without a change until the words are read out to a screen reader

function textsAt(view, frame) {
  return view.structure.texts.map((text) => {
    const template = text.templates[text.pick ? view.columns.at(text.pick, frame) : 0];
    return fill(template, (name) => view.columns.at(name, frame));
  });
}

// For a screen reader: once all is quiet, the words go to the live region and into the picture's label.
function readOut(view) {
  if (!view.columns) return;
  const words = [view.structure.title, ...textsAt(view, view.frame)].filter((t) => t).join(" ");
  view.live.textContent = words;
  view.moving.setAttribute("aria-label", words);
  fillTable(view);
}

// Where the picture takes keys, it says which; where it takes none, it is a picture and nothing to stop at.
function tellKeys(view) {
  const { moving, keys, structure } = view, panel = structure.panels.find(({ pointer }) => pointer.length);
  moving.setAttribute("role", panel ? "application" : "img");
  if (panel) moving.tabIndex = 0; else moving.removeAttribute("tabindex");
  if (panel) moving.setAttribute("aria-describedby", keys.id); else moving.removeAttribute("aria-describedby");
  const labels = panel?.pointer.map((name) => `“${view.model.get("settings")[name].label}”`) ?? [];
  const arrows = labels.length > 1 ? "The arrow keys" : "The arrow keys ← and →";
  keys.textContent = !panel ? "" : panel.pointer_adds ? `${arrows} choose a place, Enter steps there.` : `${arrows} move ${labels.join(" and ")}, with Shift in larger steps.`;
}

function fillTable({ table, columns, structure }) {
  if (!table.open || !columns) return;
  const { heads, frames } = structure, row = (tag, cells) => make("tr", {}, ...cells.map((cell) => make(tag, tag === "th" ? { scope: "col" } : {}, cell)));
  const shown = Array.from({ length: frames }, (_, k) => row("td", heads.map(([, name, form]) => writeNumber(columns.at(name, k), form))));
  table.lastElementChild.replaceChildren(make("table", {}, make("thead", {}, row("th", heads.map(([heading]) => heading))), make("tbody", {}, ...shown)));
}
