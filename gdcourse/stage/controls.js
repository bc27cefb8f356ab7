// Controls: native inputs with labels, one for each setting, and the player.

// JupyterLab takes keys (the arrows of a range input, Enter on a button) unless the element itself carries this.
const KEEP_KEYS = { "data-lm-suppress-shortcuts": "true" };
const KEYED = new Set(["input", "select", "textarea", "button", "summary"]);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (KEYED.has(tag)) attributes = { ...KEEP_KEYS, ...attributes };
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function nearest(positions, value) {
  let best = 0;
  positions.forEach((p, i) => { if (Math.abs(p - value) < Math.abs(positions[best] - value)) best = i; });
  return best;
}

// Where a value lies on a track, from 0 to 1, between its neighbours if it is no position itself.
function placeOn(positions, value) {
  const last = positions.length - 1;
  if (value <= positions[0]) return 0;
  if (value >= positions[last]) return 1;
  const i = positions.findIndex((p) => p > value) - 1;
  return (i + (value - positions[i]) / (positions[i + 1] - positions[i])) / last;
}

const along = (share) => `calc(8px + (100% - 16px) * ${share})`; // half a thumb stays free at both ends

// Marks under a slider. Of those that stand close together the first has its words before its tick and the last behind
// it, and what lies between stands a row lower: so no words cover others, and no tick runs through them.
function marksOn({ positions, marks }) {
  const placed = marks.map(([at, text]) => [placeOn(positions, at), text]).sort((a, b) => a[0] - b[0]);
  const close = (i) => i > 0 && i < placed.length && placed[i][0] - placed[i - 1][0] < 0.14;
  return placed.map(([place, text], i) => {
    const [left, right] = [close(i), close(i + 1)]; // whether a neighbour is near
    const side = left && right ? "gd-low" : right || (left && place > 0.96) ? "gd-before" : left && "gd-behind";
    const mark = make("span", { class: side }, text);
    mark.style.left = along(place);
    return mark;
  });
}

// Shaded zones along a slider, each in the colour of a role (see the custom properties that the stage sets).
function zonesOn({ positions, zones }) {
  return zones.map(([from, to, role]) => {
    const [a, b] = [placeOn(positions, from), placeOn(positions, to)], zone = make("span", { "data-zone": role });
    Object.assign(zone.style, { left: along(a), width: `calc((100% - 16px) * ${b - a})`, background: `var(--gd-role-${role})` });
    return zone;
  });
}

// Each control has {element, show(value, track)}; `change(value, done)` tells the stage, done where no more will follow.
function sliderControl(setting, change) {
  let positions = [];
  const value = (text) => writeNumber(text, setting.whole ? "d" : "r");
  const range = make("input", { type: "range", min: 0, step: 1, "aria-label": setting.label });
  const box = make("input", { type: "text", inputmode: "decimal", size: 7, "aria-label": setting.label + ", typed" });
  const marks = make("div", { class: "gd-marks", "aria-hidden": "true" }), zones = make("div", { class: "gd-zones", "aria-hidden": "true" });
  range.addEventListener("input", () => {
    shown = positions[+range.value];
    shownAs(shown);
    change(shown, false);
  });
  let shown = null, typing = false;
  const shownAs = (number) => { if (!typing) box.value = value(number); range.setAttribute("aria-valuetext", value(number)); };
  const type = () => { // an answer that arrives meanwhile must not change what is being typed
    if (!typing) return;
    typing = false;
    const number = Number(box.value.trim().replace(MINUS, "-").replace(",", "."));
    if (box.value.trim() !== "" && Number.isFinite(number)) {
      const near = positions[nearest(positions, number)];
      shown = setting.typed ? number : near;
      range.value = nearest(positions, shown);
      change(shown, true, shown === number ? "" : `${setting.label}: this page has no ${value(number)} and shows ${value(near)}, the nearest it has.`);
    }
    shownAs(shown);
  };
  box.addEventListener("input", () => { typing = true; });
  box.addEventListener("blur", type);
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") type(); });
  const element = make("label", { class: "gd-control" }, make("span", {}, setting.label), make("div", { class: "gd-track" }, range, zones, marks), box);
  return { element, show(number, track) {
    shown = number;
    if (track && track.positions !== positions) {
      positions = track.positions;
      range.max = positions.length - 1;
      marks.replaceChildren(...marksOn(track));
      zones.replaceChildren(...zonesOn(track));
    }
    if (number === null || number === undefined) return;
    range.value = nearest(positions, number);
    shownAs(number);
  } };
}

function choiceControl(setting, change) {
  const select = make("select", { "aria-label": setting.label }, ...Object.entries(setting.choices).map(([value, text]) => make("option", { value }, text)));
  select.addEventListener("change", () => change(select.value, true));
  return { element: make("label", { class: "gd-control" }, make("span", {}, setting.label), select), show(value) { select.value = value; } };
}

function switchControl(setting, change) {
  const box = make("input", { type: "checkbox", "aria-label": setting.label });
  box.addEventListener("change", () => change(box.checked, true));
  return { element: make("label", { class: "gd-control gd-switch" }, box, make("span", {}, setting.label)), show(value) { box.checked = value; } };
}

// A text counts once it is finished: at Enter, or when the box is left.
function textControl(setting, change) {
  const box = make("input", { type: "text", "aria-label": setting.label, spellcheck: "false", autocomplete: "off" });
  let shown = null, typing = false;
  const tell = () => { typing = false; if (box.value !== shown) { shown = box.value; change(shown, true); } };
  box.addEventListener("input", () => { typing = true; });
  box.addEventListener("blur", tell);
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") tell(); });
  const element = make("label", { class: "gd-control gd-typed" }, make("span", {}, setting.label), box);
  return { element, show(value) { if (value !== shown && !typing) box.value = shown = value; } };
}

function controlFor(setting, change) {
  const kind = setting.choices ? choiceControl : { switch: switchControl, text: textControl }[setting.kind] ?? sliderControl;
  return kind(setting, change);
}

// Named experiments: a button each, which sets several settings at once.
function presetButtons(presets, choose) {
  const buttons = Object.entries(presets ?? {}).map(([words, settings]) => make("button", { type: "button", onclick: () => choose(settings) }, words));
  const box = make("div", { class: "gd-presets", role: "group", "aria-label": "Experiments" }, ...buttons);
  box.hidden = !buttons.length;
  return box;
}

// The player moves along the frames by itself: the kernel has no part in it.
function playerControl(go, reset) {
  let timer = null, frame = 0, frames = 1;
  const pause = () => { clearInterval(timer); timer = null; play.textContent = "Play"; };
  const start = () => {
    if (frame >= frames - 1) go(0);
    play.textContent = "Pause";
    timer = setInterval(() => { if (frame < frames - 1) go(frame + 1); if (frame >= frames - 1) pause(); }, 1000 / +speed.value);
  };
  const button = (text, press, title) => {
    const made = make("button", { type: "button", title }, text);
    made.addEventListener("click", () => { if (made.getAttribute("aria-disabled") !== "true") press(); });
    return made;
  };
  const only = (able, made) => { made.setAttribute("aria-disabled", !able); }; // `disabled` itself would take the focus away
  const play = button("Play", () => (timer ? pause() : start()), "Play or pause the steps");
  const back = button("Back", () => { pause(); go(frame - 1); }, "One step back");
  const step = button("Step", () => { pause(); go(frame + 1); }, "One step forward");
  const speed = make("select", { "aria-label": "Speed, steps a second" }, ...[1, 2, 5, 10, 25].map((n) => make("option", { value: n, selected: n === 5 }, `${n}/s`)));
  speed.addEventListener("change", () => { if (timer) { pause(); start(); } });
  const scrub = make("input", { type: "range", min: 0, step: 1, "aria-label": "Step number" });
  scrub.addEventListener("input", () => { pause(); go(+scrub.value); });
  const element = make("div", { class: "gd-player", role: "group", "aria-label": "Steps" },
    button("Reset", () => { pause(); reset(); }, "Back to the start"), back, play, step, speed, scrub);
  return { element, pause, show(at, of) {
    [frame, frames] = [at, of];
    scrub.max = frames - 1;
    scrub.value = frame;
    scrub.setAttribute("aria-valuetext", `step ${frame} of ${frames - 1}`);
    only(frame > 0, back);
    only(frame < frames - 1, step);
    only(frames > 1, play);
  } };
}
