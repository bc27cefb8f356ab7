// The sheet: draws the form of any exercise, sends what was typed, shows what the check says.

const SAVE = 700; // ms without typing until what was typed is kept
const CROWDED = 3; // so many choices in one sheet are shown as menus, to keep them in sight together
const NARROW = 600; // pixels: below this a table of more than two columns has its cells under one another
const SHORT = 80; // characters: options that fit into one line stand in one
const SIGNS = { right: "✓", rounded: "✓", "right-from-your-own": "(✓)", wrong: "✗", "known-mistake": "✗", unreadable: "?", "not-attempted": "", "to-compare": "≈" };
const TO_MEND = ["wrong", "known-mistake", "unreadable"];
const DONE = ["right", "rounded"];
let sheets = 0; // so far on this page: each has ids of its own

class Form {
  constructor(model, el) {
    Object.assign(this, { model, content: model.get("content"), values: { ...model.get("values") }, fields: {}, said: {}, ends: [], count: 0, id: `gd-sheet-${++sheets}` });
    const { words } = this.content;
    this.message = make("div", { class: "gd-message", id: `${this.id}-message`, role: "status", "aria-live": "polite" });
    const button = (name, press) => make("button", { type: "button", "data-button": name, onclick: press }, words[`button-${name}`]);
    this.main = button("check", () => this.press(this.main.dataset.button));
    this.main.classList.add("gd-main");
    this.solution = button("solution", () => this.press(this.locked ? "anyway" : "solution"));
    this.root = make("form", { class: "gd-sheet", "aria-label": this.content.title, "data-exercise": this.content.key },
      make("h4", {}, this.content.title), make("div", { class: "gd-statement" }, ...markdown(this.content.statement)),
      ...this.exhibit(), ...this.table(), ...this.others(),
      make("div", { class: "gd-buttons" }, this.main, ...(this.content.hints ? [button("hint", () => this.press("hint"))] : []), this.solution, ...this.pages(button)), this.message);
    this.root.addEventListener("submit", (event) => event.preventDefault());
    this.root.addEventListener("keydown", (event) => this.enter(event));
    el.append(this.root);
    for (const [key, field] of Object.entries(this.fields)) if (this.values[key] !== undefined) field.show(this.values[key]);
    for (const key of Object.keys(this.fields)) this.describe(key, this.said[key]);
    this.on("change:reply", () => this.answer());
    this.on("change:values", () => this.takeValues());
    const theme = new MutationObserver(() => requestAnimationFrame(() => this.redraw()));
    theme.observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-light", "data-theme"] });
    const width = new ResizeObserver(() => this.look());
    width.observe(this.root);
    this.ends.push(() => { theme.disconnect(); width.disconnect(); });
    this.answer();
  }

  // Enter in a field checks. JupyterLab cancels the event, so that the browser's own way from there to "submit" is shut.
  enter(event) {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
    event.preventDefault();
    this.press(this.main.dataset.button);
  }

  on(event, handle) { this.model.on(event, handle); this.ends.push(() => this.model.off(event, handle)); }

  look() {
    if (!this.root.isConnected) return; // a sheet that JupyterLab takes off the page has no width and no colour
    this.root.classList.toggle("gd-narrow", this.root.clientWidth < NARROW);
    this.root.classList.toggle("gd-dark", themeOf(this.root, {})[0]);
  }

  redraw() {
    this.look();
    for (const field of [...Object.values(this.fields), ...(this.curves ?? [])]) field.redraw?.();
  }

  // Several exercises in one sheet: where we are, and on to the next.
  pages(button) {
    const { page, pages } = this.content;
    if (pages < 2) return [];
    return [button("next", () => this.press("next")), make("span", { class: "gd-soft gd-page" }, `${page + 1} / ${pages}`)];
  }

  end() {
    if (this.saving) this.save();
    this.ends.forEach((end) => end());
    this.root.remove();
  }

  exhibit() {
    const { exhibit } = this.content;
    if (!exhibit) return [];
    this.curves = exhibit.curves.map((curve) => curvePicture(curve, exhibit, this.model.get("colors")));
    this.curves.forEach((curve) => this.ends.push(curve.end));
    const cells = (tag, row) => make("tr", {}, ...row.map((cell) => make(tag, tag === "th" ? { scope: "col" } : {}, cell)));
    const table = exhibit.rows.length ? [make("table", {}, cells("th", exhibit.heads), ...exhibit.rows.map((row) => cells("td", row)))] : [];
    const told = `${this.content.words["exhibit-numbers"]} (${exhibit.x_label}, ${exhibit.y_label})`;
    const numbers = this.curves.length ? [make("details", {}, make("summary", {}, told), ...markdown(exhibit.text))] : [];
    return [make("div", { class: "gd-exhibit" }, ...this.curves.map((curve) => curve.element), ...table), ...numbers];
  }

  table() {
    const { rows, columns, fields } = this.content, placed = fields.filter((field) => field.place);
    if (!placed.length) return [];
    const head = make("tr", {}, make("td"), ...columns.map((column) => make("th", { scope: "col" }, column)), make("td", { class: "gd-rest" }));
    const body = rows.flatMap((row, r) => {
      const own = placed.filter((field) => field.place[0] === r);
      const cells = columns.map((column, c) => make("td", { "data-column": column }, ...own.filter((field) => field.place[1] === c).map((field) => this.field(field, true))));
      const under = make("td", { colspan: columns.length + 2 }, this.message_of(own));
      return [make("tr", {}, make("th", { scope: "row" }, row), ...cells, make("td", { class: "gd-rest" })), make("tr", { class: "gd-under" }, under)];
    });
    return [make("table", { class: `gd-grid ${columns.length > 4 ? "gd-wide" : ""} ${columns.length > 2 ? "gd-many" : ""}` }, make("thead", {}, head), make("tbody", {}, ...body))];
  }

  others() {
    return this.content.fields.filter((field) => !field.place).map((field) => {
      const said = this.message_of([field]), many = ["choice", "multi", "graph"].includes(field.kind);
      const input = this.field(field, false), { mark } = this.fields[field.key];
      const told = make("span", { class: field.label === this.content.title ? "gd-live" : "" }, field.label + " "); // the title has said it already
      return make(many ? "fieldset" : "div", { class: `gd-field gd-${field.kind}` }, make(many ? "legend" : "div", { class: "gd-label" }, told, mark), input, said);
    });
  }

  // The place for what is said of some fields together; each of them points to it.
  message_of(fields) {
    const said = make("div", { class: "gd-row-message", id: `${this.id}-said-${Object.keys(this.said).length}` });
    for (const { key } of fields) this.said[key] = said;
    return said;
  }

  describe(key, message) {
    const { inputs, note } = this.fields[key], told = note ? `${note.id} ${message.id}` : message.id;
    for (const input of inputs) input.setAttribute("aria-describedby", told);
  }

  field(field, narrow) {
    if (field.kind === "given") return make("span", { class: "gd-given" }, field.value);
    const made = this.input(field, narrow);
    const mark = make("span", { class: "gd-mark" });
    const note = field.note && make("span", { class: "gd-soft", id: `${this.id}-note-${field.key}` }, field.note);
    this.fields[field.key] = { ...made, mark, note };
    if (made.end) this.ends.push(made.end);
    return make("span", { class: "gd-cell", "data-field": field.key }, made.element, note ?? "", mark);
  }

  input(field, narrow) {
    const typed = (value) => this.typed(field.key, value);
    if (field.kind === "graph") return graphField(field, this.content.words, this.model.get("colors"), typed);
    const crowded = this.content.fields.filter((other) => other.kind === "choice").length >= CROWDED;
    if (field.kind === "choice" && crowded) return menuField(field, this.content.words, typed);
    if (field.kind === "choice" || field.kind === "multi") return optionsField(field, this.content.key, typed);
    const long = field.kind === "essay" || field.kind === "code";
    const input = long ? make("textarea", { rows: field.kind === "code" ? 2 + field.value.split("\n").length : 3, spellcheck: field.kind === "essay", class: field.kind === "code" ? "gd-code-box" : "" })
      : make("input", { type: "text", inputmode: field.kind === "number" ? "decimal" : "text", size: narrow ? 9 : field.kind === "number" ? 12 : 40, autocomplete: "off" });
    input.setAttribute("aria-label", field.label);
    if (field.value) input.value = field.value;
    input.addEventListener("input", () => typed(input.value));
    return { element: input, inputs: [input], show: (value) => { if (input.value !== String(value ?? "")) input.value = value ?? ""; } };
  }

  typed(key, value) {
    this.values = { ...this.values, [key]: value };
    this.mark(key, null);
    this.outdate();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), SAVE);
  }

  // What was said of another answer: praise goes, an explanation stays to be read but judges no more.
  outdate() {
    const outcome = this.judged;
    this.judged = "";
    if (!outcome) return;
    this.message.className = "gd-message";
    if (DONE.includes(outcome)) this.message.replaceChildren();
  }

  save() {
    this.saving = clearTimeout(this.saving);
    this.model.set("values", this.values);
    this.model.save_changes();
  }

  // Values changed elsewhere (another view, Python) are shown, but never over what is being typed here.
  takeValues() {
    for (const [key, value] of Object.entries(this.model.get("values"))) {
      const field = this.fields[key];
      if (!field || same(this.values[key], value) || field.element.contains(document.activeElement)) continue;
      this.values[key] = value;
      field.show(value);
    }
  }

  press(button) {
    this.saving = clearTimeout(this.saving);
    this.count = Math.max(this.count, this.model.get("press").count ?? 0) + 1;
    this.model.set("values", this.values);
    this.model.set("press", { button, count: this.count });
    this.model.save_changes();
  }

  answer() {
    const { message, outcome, marks, rows, locked, button, main } = this.model.get("reply");
    if (message === undefined) return;
    this.main.dataset.button = main;
    this.main.textContent = this.content.words[`button-${main}`];
    this.freeze(main === "compare"); // the first prediction counts
    this.locked = Boolean(locked);
    this.solution.textContent = this.content.words[locked ? "button-solution-anyway" : "button-solution"];
    this.judged = outcome ?? "";
    this.message.className = `gd-message ${outcome ? "gd-is-" + outcome : ""}`;
    this.message.replaceChildren(...markdown(message));
    if (marks === undefined) return;
    for (const key of Object.keys(this.fields)) this.mark(key, marks[key]);
    for (const said of new Set(Object.values(this.said))) said.replaceChildren();
    for (const row of rows) {
      const place = this.said[row.keys[0]], above = row.message === message; // what the sheet itself says is not said twice
      if (place && row.outcome !== "right" && !above) place.replaceChildren(...markdown(row.message));
      for (const key of row.keys) if (this.fields[key]) this.describe(key, above ? this.message : this.said[key]);
    }
  }

  // What may no longer be changed can still be read, and the focus is not lost on it.
  freeze(frozen) {
    if (frozen && this.root.contains(document.activeElement) && document.activeElement.matches("input, select")) this.main.focus();
    for (const input of this.root.querySelectorAll("input, select")) if (input.type === "text") input.readOnly = frozen; else input.disabled = frozen;
  }

  mark(key, mark) {
    const field = this.fields[key];
    if (!field) return;
    const outcome = mark?.outcome ?? "";
    field.mark.textContent = SIGNS[outcome] ?? "";
    field.mark.className = `gd-mark ${outcome ? "gd-is-" + outcome : ""}`;
    field.mark.title = this.content.words[outcome] ?? "";
    if (outcome && SIGNS[outcome]) { field.mark.setAttribute("role", "img"); field.mark.setAttribute("aria-label", this.content.words[outcome]); }
    else { field.mark.removeAttribute("role"); field.mark.removeAttribute("aria-label"); }
    for (const input of field.inputs) if (TO_MEND.includes(outcome)) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  }
}

const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

// One of several (radio buttons) or several of several (check boxes).
function optionsField(field, group, typed) {
  const many = field.kind === "multi", name = `${group}-${field.key}-${Math.random().toString(36).slice(2)}`;
  const boxes = field.options.map((option) => make("input", { type: many ? "checkbox" : "radio", name, value: option.key }));
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  boxes.forEach((box) => box.addEventListener("change", () => typed(many ? chosen() : chosen()[0])));
  const short = field.options.reduce((sum, option) => sum + option.label.length, 0) < SHORT;
  const element = make("span", { class: `gd-options ${short ? "gd-short" : ""}`, role: many ? "group" : "radiogroup", "aria-label": field.label }, ...field.options.map((option, i) => make("label", {}, boxes[i], make("span", {}, ...inline(option.label)))));
  return { element, inputs: [element], show: (value) => { const keys = [value].flat(); boxes.forEach((box) => { box.checked = keys.includes(box.value); }); } };
}

function menuField(field, words, typed) {
  const option = (value, text) => make("option", { value }, text);
  const select = make("select", { "aria-label": field.label }, option("", words.choose), ...field.options.map(({ key, label }) => option(key, label)));
  select.addEventListener("change", () => typed(select.value));
  return { element: select, inputs: [select], show: (value) => { select.value = value ?? ""; } };
}

function renderSheet({ model, el }) {
  let form = new Form(model, el);
  const turn = () => { form.saving = clearTimeout(form.saving); form.end(); form = new Form(model, el); form.root.querySelector("input, select, textarea")?.focus(); };
  model.on("change:content", turn);
  return () => { model.off("change:content", turn); form.end(); };
}
