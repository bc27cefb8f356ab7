// Pointing at the picture, with a mouse, a finger, a pen or the keyboard, in data coordinates.

function pointAt(view) {
  const canvas = view.moving;
  let held = null;
  const axesAt = (event) => {
    const { left, top } = canvas.getBoundingClientRect(), x = event.clientX - left, y = event.clientY - top;
    const axes = view.axes?.find(({ box, panel }) => panel.pointer.length && x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height);
    return [axes, x, y];
  };
  canvas.addEventListener("pointerdown", (event) => {
    const [axes, x, y] = axesAt(event), picked = pickAt(view, event.offsetX, event.offsetY, true);
    if (picked || axes) view.player.pause();
    if (picked || !axes) return;
    if (axes.panel.pointer_adds) { addPoint(view, axes.panel, axes.x.data(x)); return; }
    held = axes;
    canvas.setPointerCapture(event.pointerId);
    setPoint(view, held, [x, y], false);
  });
  const heldByFinger = (event) => { if (axesAt(event.touches[0])[0]) event.preventDefault(); }; // elsewhere it scrolls the page
  canvas.addEventListener("touchstart", heldByFinger, { passive: false });
  canvas.addEventListener("pointermove", (event) => {
    const [axes, x, y] = axesAt(event);
    canvas.style.cursor = !held && pickAt(view, event.offsetX, event.offsetY, false) ? "pointer" : axes ? "crosshair" : "default";
    if (held) setPoint(view, held, [x, y], false);
  });
  const release = (event) => {
    if (!held) return;
    const { left, top } = canvas.getBoundingClientRect();
    setPoint(view, held, [event.clientX - left, event.clientY - top], true);
    held = null;
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", () => { held = null; });
  canvas.addEventListener("keydown", (event) => pressKey(view, event));
  canvas.addEventListener("blur", () => { view.cursor = null; view.draw(); });
}

const REACH = 24; // pixels from a mark within which a press picks it

// Whether a mark that can be picked (the tip of an arrow, a dot) is near; if it is to be taken, its setting becomes its number.
function pickAt(view, px, py, take) {
  let best = REACH, found = null;
  for (const layer of view.columns ? view.structure.layers.filter((layer) => layer.pick) : []) {
    const { x, y } = view.axes.find(({ panel }) => panel.name === layer.panel), [from, to] = view.columns.range(layer, view.frame);
    for (let i = from; i < to; i++) {
      const away = Math.hypot(x.pixel(view.columns.at(layer.to_x || layer.x, i)) - px, y.pixel(view.columns.at(layer.to_y || layer.y, i)) - py);
      if (away < best) [best, found] = [away, { [layer.pick]: i - from }];
    }
  }
  if (found && take) view.change(found, true);
  return found !== null;
}

// The value that a setting can take nearest to where the pointer is: a position of its slider, so that a table can answer.
function snap(view, name, value, panel, direction) {
  const track = view.structure.tracks[name], [low, high] = direction === 0 ? panel.x : panel.y;
  const inside = Math.max(low, Math.min(high, value));
  if (panel.pointer_spans) return track.positions[Math.round(((inside - low) / (high - low)) * (track.positions.length - 1))];
  return track ? track.positions[nearest(track.positions, inside)] : inside;
}

function setPoint(view, axes, pixels, done) {
  const data = [axes.x.data(pixels[0]), axes.y.data(pixels[1])];
  const again = !axes.panel.pointer_spans; // a view that is turned stays at its step
  if (again) view.frame = 0;
  view.change(Object.fromEntries(axes.panel.pointer.map((name, i) => [name, snap(view, name, data[i], axes.panel, i)])), done);
  if (done && again) view.go(0);
}

// A step of one's own follows the frame that is shown: who has gone back goes on from there. (Of points that the kernel
// has not answered yet no frame is shown.)
function addPoint(view, panel, x) {
  const [name] = panel.pointer, point = Math.max(panel.x[0], Math.min(panel.x[1], x)), walked = view.values[name];
  view.change({ [name]: [...(view.open(name) ? walked : walked.slice(0, view.frame)), point] }, true);
}

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] };

function pressKey(view, event) {
  const axes = view.axes?.find(({ panel }) => panel.pointer.length);
  if (!axes || event.ctrlKey || event.metaKey || event.altKey) return;
  const { panel } = axes, move = MOVES[event.key];
  if (move || event.key === "Enter") view.player.pause();
  if (panel.pointer_adds) {
    const middle = (panel.x[0] + panel.x[1]) / 2;
    if (event.key === "Enter") addPoint(view, panel, view.cursor ?? middle);
    else if (move && move[0] === 0) {
      view.cursor = Math.max(panel.x[0], Math.min(panel.x[1], (view.cursor ?? middle) + (move[1] * (panel.x[1] - panel.x[0])) / (event.shiftKey ? 200 : 40)));
      view.live.textContent = writeNumber(view.cursor, ".2");
      view.draw();
    } else return;
  } else {
    if (!move || move[0] >= panel.pointer.length) return;
    const name = panel.pointer[move[0]], track = view.structure.tracks[name];
    if (!track) return;
    const at = nearest(track.positions, view.values[name]) + move[1] * (event.shiftKey ? 10 : 1);
    view.go(0); // who moves the hiker sees him at his start
    view.change({ [name]: track.positions[Math.max(0, Math.min(track.positions.length - 1, at))] }, false);
  }
  event.preventDefault();
  event.stopPropagation();
}

// Where Enter would step to, for who walks by keyboard.
function drawCursor(ctx, view) {
  const axes = view.axes.find(({ panel }) => panel.pointer_adds);
  if (!axes) return;
  const x = axes.x.pixel(view.cursor);
  ctx.setLineDash([4, 4]);
  segment(ctx, view.colors.second, x, axes.box.top, x, axes.box.top + axes.box.height);
  ctx.setLineDash([]);
}
