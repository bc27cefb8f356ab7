// Small pictures of a sheet: curves to look at, and a graph that the learner places point by point.

// A canvas with axes that redraws itself when its width, the theme or its content changes.
function picture(width, height, colors, axesFor, draw) {
  const canvas = make("canvas", {}), holder = make("div", { class: "gd-small" }, canvas);
  let axes = null;
  const redraw = () => {
    const wide = Math.min(width, holder.clientWidth), ratio = window.devicePixelRatio || 1;
    if (!wide) return;
    Object.assign(canvas, { width: wide * ratio, height: height * ratio });
    Object.assign(canvas.style, { width: wide + "px", height: height + "px" });
    const ctx = canvas.getContext("2d"), [, shown] = themeOf(holder, colors);
    ctx.scale(ratio, ratio);
    axes = axesOf(axesFor(), { left: MARGIN.left, top: MARGIN.top, width: wide - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom });
    drawAxes(ctx, axes, shown);
    draw(ctx, axes, shown);
  };
  const watch = new ResizeObserver(redraw);
  watch.observe(holder);
  return { holder, canvas, redraw, axes: () => axes, end: () => watch.disconnect() };
}

const PLAIN = { x_scale: "linear", y_scale: "linear" };

function curvePicture(curve, exhibit, colors) {
  const every = exhibit.curves.flatMap((one) => [...one.y, ...(one.beside ?? [])]); // one scale for all of them, or they could not be compared
  const seen = every.filter((y) => y !== null && (!exhibit.log_y || y > 0));
  const low = Math.min(...seen), high = Math.max(...seen), pad = (high - low || 1) * 0.06;
  const y = exhibit.log_y ? [low / 1.5, high * 1.5] : [low - pad, high + pad];
  const axesFor = () => ({ ...PLAIN, x: [curve.x[0], curve.x.at(-1)], y, y_scale: exhibit.log_y ? "log" : "linear", x_label: exhibit.x_label, y_label: exhibit.y_label });
  const numbers = (line) => (line ?? []).map((v) => (v === null ? NaN : v));
  const columns = new Columns({ x: curve.x, y: numbers(curve.y), beside: numbers(curve.beside) }, curve.x.length);
  const line = { kind: "line", x: "x", reveal: "all", size: 2 };
  const layers = [{ ...line, color: "path", y: "y" }, ...(curve.beside ? [{ ...line, color: "gradient", y: "beside", dashed: true }] : [])];
  const drawn = picture(340, 220, colors, axesFor, (ctx, axes, shown) => layers.forEach((layer) => drawLayer(ctx, layer, axes, columns, 0, shown, false)));
  drawn.canvas.setAttribute("role", "img");
  drawn.canvas.setAttribute("aria-label", curve.name);
  return { element: make("figure", { class: "gd-figure" }, make("figcaption", {}, curve.name), drawn.holder), redraw: drawn.redraw, end: drawn.end };
}

// A graph field: press or drag on the picture, or type the heights. Its value is a list of y, null where none is placed.
function graphField(field, words, colors, changed) {
  const { x, view, x_label, y_label } = field.graph, points = x.map(() => null);
  const pad = (x.at(-1) - x[0] || 1) * 0.06;
  const axesFor = () => ({ ...PLAIN, x: [x[0] - pad, x.at(-1) + pad], y: view, x_label, y_label });
  const drawn = picture(460, 260, colors, axesFor, (ctx, axes, shown) => {
    const placed = x.map((v, i) => [axes.x.pixel(v), points[i] === null ? NaN : axes.y.pixel(Number(points[i]))]);
    inside(ctx, { ...axes.box, top: axes.box.top - 6, height: axes.box.height + 12 }, () => {
      ctx.lineWidth = 1.5;
      placed.slice(1).forEach(([px, py], i) => { if (!Number.isNaN(py + placed[i][1])) segment(ctx, shown.path, ...placed[i], px, py); });
      ctx.fillStyle = shown.path;
      for (const [px, py] of placed) { ctx.beginPath(); if (!Number.isNaN(py)) ctx.arc(px, py, 5, 0, 7); ctx.fill(); }
    });
  });
  const boxes = x.map((v, i) => {
    const box = make("input", { type: "text", inputmode: "decimal", size: 6, "aria-label": `${field.label}: ${x_label} ${v}` });
    box.addEventListener("input", () => { points[i] = box.value.trim() === "" ? null : typedNumber(box.value); drawn.redraw(); changed([...points]); });
    return box;
  });
  let held = false;
  const place = (event) => {
    const axes = drawn.axes(), { left, top } = drawn.canvas.getBoundingClientRect();
    const i = nearest(x, axes.x.data(event.clientX - left)), y = axes.y.data(event.clientY - top);
    points[i] = Math.max(view[0], Math.min(view[1], Number(y.toPrecision(3))));
    boxes[i].value = String(points[i]);
    drawn.redraw();
    changed([...points]);
  };
  drawn.canvas.style.touchAction = "none";
  drawn.canvas.addEventListener("pointerdown", (event) => { held = true; drawn.canvas.setPointerCapture(event.pointerId); place(event); });
  drawn.canvas.addEventListener("pointermove", (event) => { if (held) place(event); });
  for (const end of ["pointerup", "pointercancel"]) drawn.canvas.addEventListener(end, () => { held = false; });
  drawn.canvas.setAttribute("aria-hidden", "true"); // the boxes below say and do the same
  const typed = make("div", { class: "gd-heights" }, ...boxes.map((box, i) => make("label", {}, `${x_label} ${x[i]}`, box)));
  return {
    element: make("div", { class: "gd-graph" }, make("div", { class: "gd-soft" }, words["graph-how"]), drawn.holder, typed),
    show(value) {
      if (!Array.isArray(value)) return;
      x.forEach((_, i) => { points[i] = value[i] ?? null; boxes[i].value = points[i] ?? ""; });
      drawn.redraw();
    },
    redraw: drawn.redraw, end: drawn.end, inputs: boxes,
  };
}

// A height as typed: a number where it is one, else the text itself, so that the check can say what is wrong with it.
function typedNumber(text) {
  const number = Number(text.trim().replace(MINUS, "-").replace(",", "."));
  return Number.isFinite(number) ? number : text;
}
