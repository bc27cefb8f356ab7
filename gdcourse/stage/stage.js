// The stage: one view that shows any scene. Tabled settings are answered here; the kernel is asked for the others.

const REST = 150; // ms without a change until the hand is taken to rest and the kernel hears the value
const PATIENCE = 9; // torn answers until the stage asks no more

let stages = 0; // so far on this page: each has ids of its own

class View {
  constructor(model, el) {
    Object.assign(this, { model, el, frame: model.get("frame"), answers: new Answers(), values: {}, untold: {}, told: {}, undo: [], hand: "", cursor: null });
    this.build();
    this.listen();
    this.take();
  }

  build() {
    const canvas = (name) => make("canvas", { class: name });
    [this.still, this.moving] = [canvas("gd-still"), canvas("gd-moving")];
    this.moving.dataset.lmSuppressShortcuts = "true";
    this.keys = make("div", { class: "gd-keys", id: `gd-keys-${++stages}` });
    this.picture = make("div", { class: "gd-picture" }, this.still, this.moving, this.keys);
    this.legend = make("ul", { class: "gd-legend", "aria-hidden": "true" });
    this.title = make("div", { class: "gd-title" });
    this.words = make("div", { class: "gd-words" });
    this.live = make("div", { class: "gd-live", role: "status", "aria-live": "polite" });
    this.notice = make("div", { class: "gd-notice", role: "alert" });
    this.table = make("details", { class: "gd-table" }, make("summary", {}, "Table of the steps"), make("div"));
    this.table.addEventListener("toggle", () => fillTable(this));
    this.controls = {};
    const settings = this.model.get("settings"), box = make("div", { class: "gd-controls" });
    for (const [name, setting] of Object.entries(settings)) {
      this.values[name] = this.model.get(name);
      if (!setting.shown) continue;
      this.controls[name] = controlFor(setting, (value, done, said) => this.change({ [name]: value }, done, said));
      box.append(this.controls[name].element);
    }
    this.presets = presetButtons(this.model.get("presets"), (chosen) => { this.go(0); this.change(chosen, true); });
    this.player = playerControl((frame) => this.go(frame), () => this.reset());
    this.root = make("div", { class: "gd-stage" }, this.title, this.picture, this.legend, this.words, this.notice, this.player.element, this.presets, box, this.table, this.live);
    this.el.append(this.root);
  }

  on(event, handle) { this.model.on(event, handle); this.undo.push(() => this.model.off(event, handle)); }

  listen() {
    this.on("change:now", () => this.take());
    this.on("change:heard", () => { this.hear(); this.refresh(); });
    this.on("change:frame", () => { if (this.model.get("frame") !== this.frame) this.go(this.model.get("frame")); });
    for (const name of this.model.get("tabled")) this.on(`change:table_${name}`, () => { this.takeTables(); this.refresh(); });
    for (const name of Object.keys(this.values)) {
      this.on(`change:${name}`, () => {
        if (this.open(name)) return; // the hand knows better than an older value on its way back
        this.values[name] = this.model.get(name);
        this.begin([name]);
        this.refresh();
      });
    }
    const size = new ResizeObserver(() => this.resize());
    size.observe(this.picture);
    const turn = () => requestAnimationFrame(() => this.resize(true)); // JupyterLab hides all for a moment while it changes its theme
    const theme = new MutationObserver(turn);
    theme.observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-light", "data-theme"] });
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", turn);
    this.undo.push(() => { size.disconnect(); theme.disconnect(); dark.removeEventListener("change", turn); this.player.pause(); [this.resting, this.telling, this.reading].forEach(clearTimeout); });
    pointAt(this);
    gateOf(this);
  }

  // Whether a setting's value here is newer than any that the kernel has answered.
  open(name) { return name in this.untold || name in this.told; }

  // What the kernel has heard is settled, taken or refused: `now` says which.
  hear() {
    for (const [name, count] of Object.entries(this.told)) if (count <= this.model.get("heard")) delete this.told[name];
    for (const [name, value] of Object.entries(this.model.get("now").fixed)) if (!this.open(name)) this.values[name] = value;
  }

  // The kernel's answer: structure, ground and columns came in one message and are taken together.
  take() {
    const now = this.model.get("now"), structure = this.model.get("structure"), fresh = structure !== this.structure;
    if (!this.answers.keep("now", now)) this.askAgain();
    this.takeTables();
    this.notice.textContent = now.notice;
    if (fresh) this.takeStructure(structure);
    if (fresh) this.resize(true);
    this.hear();
    this.refresh(true);
  }

  // An answer that came torn is asked for once more, a few times at most; the picture stays as it was meanwhile.
  askAgain() {
    if (this.model.get("torn") >= PATIENCE) return;
    this.model.set("torn", this.model.get("torn") + 1);
    this.model.save_changes();
  }

  takeTables() {
    for (const name of this.model.get("tabled")) this.answers.keep(name, this.model.get(`table_${name}`));
  }

  takeStructure(structure) {
    this.structure = structure;
    this.columns = this.shown = null; // the old numbers do not fit the new layers
    this.grounds = readGrounds(this.model.get("grounds"));
    if (Object.values(this.grounds).includes(null)) this.askAgain();
    this.title.textContent = structure.title;
    this.legend.replaceChildren(...structure.layers.filter((l) => l.name).map((l) =>
      make("li", {}, make("span", { class: `gd-swatch gd-${l.kind}${l.dashed ? " gd-dashed" : ""}`, "data-color": l.color }), l.name)));
    tellKeys(this);
    const walking = structure.panels.some((panel) => panel.pointer_adds);
    if (walking) this.frame = structure.frames - 1; // a walk is shown where it stands
    else if (this.frames !== structure.frames) this.frame = Math.min(this.frames === undefined ? this.frame : 0, structure.frames - 1);
    this.frames = structure.frames;
  }

  // Another landscape is another walk: it is shown from its first step.
  begin(names) {
    if (!names.some((name) => this.model.get("settings")[name].restarts)) return;
    this.player.pause();
    this.go(0);
  }

  // Settings under the hand: from a table at once; else the kernel is asked, and the newest values win.
  // `said` tells of a value that is not quite the one that came.
  change(moved, done, said = "") {
    if (this.hand && !Object.keys(moved).includes(this.hand)) this.tell(false); // another one was held: that one rests now
    Object.assign(this.values, moved);
    Object.assign(this.untold, moved);
    this.hand = Object.keys(moved)[0];
    if (said || this.noted) this.notice.textContent = this.noted = said;
    this.begin(Object.keys(moved));
    clearTimeout(this.resting);
    if (done) this.tell(false);
    else {
      this.resting = setTimeout(() => this.tell(false), REST);
      if (!this.answers.find(this.values)) this.tell(true);
    }
    this.refresh();
  }

  // Each telling has a number, so that an answer says which of them it has heard.
  tell(moving) {
    const count = this.model.get("told") + 1;
    this.hand = moving ? this.hand : "";
    const { frame, hand } = this; // the frame too: a lab may go on from where its setting was moved
    for (const [name, value] of Object.entries({ ...this.untold, frame, hand, told: count })) this.model.set(name, value);
    for (const name of Object.keys(this.untold)) this.told[name] = count;
    this.untold = {};
    this.model.save_changes();
  }

  go(frame) {
    this.frame = Math.max(0, Math.min(this.structure.frames - 1, frame));
    this.draw();
    clearTimeout(this.telling);
    this.telling = setTimeout(() => { this.model.set("frame", this.frame); this.model.save_changes(); }, REST);
  }

  reset() {
    for (const panel of this.structure.panels) if (panel.pointer_adds) this.change({ [panel.pointer[0]]: [] }, true);
    this.go(0);
  }

  refresh(answered = false) {
    const settings = this.model.get("settings");
    for (const [name, control] of Object.entries(this.controls)) {
      control.show(this.values[name], this.structure.tracks[name]);
      const { needs } = settings[name];
      control.element.hidden = needs && !needs.some(([other, value]) => this.values[other] === value);
    }
    const asked = JSON.stringify(this.values);
    if (asked === this.shown) return; // the same settings are the same picture
    let found = this.answers.find(this.values);
    this.shown = found ? asked : "";
    if (!found && answered) found = this.answers.latest(); // the hand has moved on: the newest answer there is
    if (!found) return;
    this.columns = new Columns(found, this.structure.frames);
    this.draw();
  }

  resize(always = false) {
    const width = Math.floor(this.picture.clientWidth);
    if (width === this.width && !always) return;
    this.width = width; // 0 while hidden: what comes into sight again is drawn again
    if (!width) return;
    [this.dark, this.colors] = themeOf(this.root, this.model.get("colors"));
    const ratio = window.devicePixelRatio || 1, { boxes, height } = layOut(this.structure.panels, width);
    for (const canvas of [this.still, this.moving]) {
      Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
      canvas.style.width = width + "px";
      canvas.style.height = height + "px";
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.picture.style.height = height + "px";
    this.axes = this.structure.panels.map((panel, i) => axesOf(panel, boxes[i]));
    const ctx = this.still.getContext("2d");
    ctx.clearRect(0, 0, width, height);
    this.axes.forEach((axes) => {
      drawAxes(ctx, axes, this.colors);
      const ground = this.grounds[axes.panel.name];
      if (ground) drawGround(ctx, axes, ground, this.colors, this.dark);
    });
    for (const [role, color] of Object.entries(this.colors)) this.root.style.setProperty(`--gd-role-${role}`, color);
    for (const swatch of this.legend.querySelectorAll("[data-color]")) swatch.style.color = this.colors[swatch.dataset.color];
    this.draw();
  }

  draw() {
    if (!this.columns || !this.axes) return;
    const ctx = this.moving.getContext("2d"), { structure, columns, colors } = this, frame = this.frame;
    ctx.clearRect(0, 0, this.width, this.still.height);
    for (const layer of structure.layers) {
      drawLayer(ctx, layer, this.axes.find((a) => a.panel.name === layer.panel), columns, frame, colors, this.dark);
    }
    if (this.cursor) drawCursor(ctx, this);
    this.player.show(frame, structure.frames);
    const texts = textsAt(this, frame);
    if (texts.join("\n") !== this.said) {
      this.said = texts.join("\n");
      clearTimeout(this.reading);
      this.reading = setTimeout(() => readOut(this), HUSH);
      this.words.replaceChildren(...texts.map((text, i) => make("div", { class: "gd-text", "data-text": structure.texts[i].name }, text || " ")));
    }
  }
}

function readGrounds(grounds) {
  const read = {};
  for (const [panel, ground] of Object.entries(grounds)) {
    const columns = unpack(ground);
    read[panel] = columns && { ...ground, x: columns.x.numbers, y: columns.y.numbers, z: columns.z?.numbers };
  }
  return read;
}

function renderStage({ model, el }) {
  const view = new View(model, el);
  return () => { view.undo.forEach((undo) => undo()); view.root.remove(); };
}
