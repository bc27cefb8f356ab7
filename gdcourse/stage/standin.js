// A stand-in for the widget's model in a page without a kernel: it holds what the kernel would have sent, and answers nothing.
function standIn(traits) {
  const listeners = {};
  return {
    get: (name) => traits[name],
    set(name, value) {
      if (traits[name] === value) return;
      traits[name] = value;
      (listeners[`change:${name}`] ?? []).forEach((listen) => listen());
    },
    save_changes() {}, // nobody is there to hear it
    on(event, listen) { (listeners[event] ??= []).push(listen); },
    off(event, listen) { listeners[event] = (listeners[event] ?? []).filter((l) => l !== listen); },
  };
}

// Buffers travel in the page as text: {"base64": ...} becomes a DataView again.
function thaw(value) {
  if (value === null || typeof value !== "object") return value;
  if (typeof value.base64 === "string") return new DataView(Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0)).buffer);
  if (Array.isArray(value)) return value.map(thaw);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, thaw(part)]));
}

const frozen = thaw(JSON.parse(document.getElementById("frozen").textContent));
const place = document.getElementById("stage");
place.replaceChildren();
renderStage({ model: standIn(frozen), el: place });
