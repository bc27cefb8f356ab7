// The gate: a note in place of the picture, until the prediction that the lab waits for is recorded or is not wanted.

function gateOf(view) {
  const { model, root } = view, note = make("p"), open = make("button", { type: "button" });
  const gate = make("div", { class: "gd-gate" }, note, open), ask = () => { model.set("looks", model.get("looks") + 1); model.save_changes(); };
  const show = () => {
    const { note: words, button } = model.get("waits"), held = gate.contains(document.activeElement);
    root.classList.toggle("gd-waiting", Boolean(words));
    note.textContent = words ?? "";
    open.textContent = button ?? "";
    if (!words && held) root.querySelector(".gd-player button").focus();
  };
  open.addEventListener("click", () => { model.set("waits", {}); model.save_changes(); });
  for (const near of ["pointerenter", "focusin", "click"]) gate.addEventListener(near, () => { if (model.get("waits").note) ask(); });
  root.prepend(gate);
  view.on("change:waits", show);
  show();
}
