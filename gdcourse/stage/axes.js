// Axes: where the panels lie, data to pixels and back, ticks, frames and the ground.

const MARGIN = { left: 62, right: 14, top: 12, bottom: 46 };
const FAR = 1e5; // pixels: farther than any screen, near enough for a canvas to draw exactly

// Boxes of the panels in CSS pixels: side by side (or under the one before) where there is room, one under the other on a narrow page.
function layOut(panels, width) {
  return width < 560 ? stacked(panels, width) : inColumns(panels, width);
}

function stacked(panels, width) {
  const usual = Math.round(Math.max(220, Math.min(300, width * 0.62)));
  let height = 0;
  const boxes = panels.map((panel) => {
    const across = width - MARGIN.left - MARGIN.right, upwards = MARGIN.top + MARGIN.bottom;
    const wanted = panel.equal ? across / ratioOf(panel) + upwards : usual, h = Math.round(Math.max(usual, Math.min(width, wanted)));
    height += h;
    return fitted(panel, { left: MARGIN.left, top: height - h + MARGIN.top, width: across, height: h - upwards });
  });
  return { boxes, height };
}

function inColumns(panels, width) {
  const columns = [];
  for (const panel of panels) if (panel.under && columns.length) columns[columns.length - 1].push(panel); else columns.push([panel]);
  const whole = columns.reduce((sum, [first]) => sum + first.share, 0), deepest = Math.max(...columns.map((c) => c.length));
  const height = Math.round(Math.max(270, Math.min(430, width * 0.42)) * (deepest > 1 ? 1.15 : 1)), boxes = [];
  let x = 0;
  for (const column of columns) {
    const w = (width * column[0].share) / whole, h = height / column.length;
    column.forEach((panel, i) => boxes.push(fitted(panel, { left: x + MARGIN.left, top: i * h + MARGIN.top,
      width: w - MARGIN.left - MARGIN.right, height: h - MARGIN.top - MARGIN.bottom })));
    x += w;
  }
  return { boxes, height };
}

// How many times as wide as high a panel of equal units is.
const ratioOf = (panel) => (panel.x[1] - panel.x[0]) / (panel.y[1] - panel.y[0]);

// A panel of equal units takes what fits into its box, from the top left.
function fitted(panel, box) {
  if (!panel.equal) return box;
  const ratio = ratioOf(panel), height = Math.min(box.width / ratio, box.height);
  return { ...box, width: height * ratio, height };
}

// Maps between data and pixels along one direction; a value with no place on a log scale goes to the low edge.
function scaleOf(kind, [low, high], from, to) {
  const log = kind === "log", f = log ? Math.log10 : (v) => v, a = f(low), b = f(high);
  const pixel = (v) => {
    if (Number.isNaN(v)) return NaN;
    const at = log && v <= 0 ? -FAR : from + ((f(v) - a) / (b - a)) * (to - from);
    return Math.max(-FAR, Math.min(FAR, log && v <= 0 ? (from > to ? FAR : -FAR) : at));
  };
  const data = (p) => { const v = a + ((p - from) / (to - from)) * (b - a); return log ? 10 ** v : v; };
  return { pixel, data, log, low, high };
}

function axesOf(panel, box) {
  return { panel, box,
    x: scaleOf(panel.x_scale, panel.x, box.left, box.left + box.width),
    y: scaleOf(panel.y_scale, panel.y, box.top + box.height, box.top) };
}

function ticksOf(scale, room) {
  const { low, high } = scale, most = Math.max(2, Math.floor(room));
  if (scale.log) {
    const a = Math.ceil(Math.log10(low) - 1e-9), b = Math.floor(Math.log10(high) + 1e-9), every = Math.max(1, Math.ceil((b - a + 1) / most));
    return Array.from({ length: Math.floor((b - a) / every) + 1 }, (_, i) => [10 ** (a + i * every), "10" + superscript(a + i * every)]);
  }
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const gap = [1, 2, 5, 10].map((m) => m * power).find((g) => g >= rough * 0.999);
  const decimals = Math.max(0, -Math.floor(Math.log10(gap) + 1e-9)), ticks = [];
  for (let i = Math.ceil(low / gap - 1e-9); i * gap <= high + gap * 1e-9; i++) {
    const text = Math.abs(i * gap).toFixed(decimals);
    ticks.push([i * gap, (i < 0 ? MINUS : "") + text]);
  }
  return ticks;
}

function drawAxes(ctx, axes, colors) {
  const { box, panel, x, y } = axes, right = box.left + box.width, foot = box.top + box.height;
  ctx.save();
  ctx.font = "12px system-ui, sans-serif";
  ctx.lineWidth = 1;
  for (const [v, text] of panel.bare ? [] : ticksOf(x, box.width / 60)) {
    const p = Math.round(x.pixel(v)) + 0.5;
    segment(ctx, colors.grid, p, box.top, p, foot);
    words(ctx, colors.ink, text, p, foot + 6, "center", "top");
  }
  for (const [v, text] of panel.bare ? [] : ticksOf(y, box.height / 34)) {
    const p = Math.round(y.pixel(v)) + 0.5;
    segment(ctx, colors.grid, box.left, p, right, p);
    words(ctx, colors.ink, text, box.left - 6, p, "right", "middle");
  }
  ctx.strokeStyle = colors.frame; // just outside the box, where no ground covers it
  ctx.strokeRect(Math.round(box.left) - 0.5, Math.round(box.top) - 0.5, Math.round(box.width) + 1, Math.round(box.height) + 1);
  ctx.font = "13px system-ui, sans-serif";
  words(ctx, colors.ink, panel.x_label, box.left + box.width / 2, foot + 26, "center", "top");
  ctx.translate(box.left - MARGIN.left + 4, box.top + box.height / 2);
  ctx.rotate(-Math.PI / 2);
  words(ctx, colors.ink, panel.y_label, 0, 0, "center", "top");
  ctx.restore();
}

// The ground of a panel: a curve in one dimension; shading, contour lines and minima in two.
function drawGround(ctx, axes, ground, colors, dark) {
  inside(ctx, axes.box, () => {
    if (ground.z) drawImage(ctx, axes, ground.z, ground.rows, ground.extent, shadesOf(GROUND[dark ? "dark" : "light"], ground.z));
    ctx.strokeStyle = colors.ground;
    ctx.lineWidth = ground.z ? 0.8 : 2.5;
    for (const [from, to] of ground.pieces) {
      ctx.beginPath();
      for (let i = from; i < to; i++) ctx.lineTo(axes.x.pixel(ground.x[i]), axes.y.pixel(ground.y[i]));
      ctx.stroke();
    }
    for (const [vx, vy] of ground.minima) {
      const px = axes.x.pixel(vx), py = axes.y.pixel(vy);
      cross(ctx, colors.page, px, py, 6, 4);
      cross(ctx, colors.minimum, px, py, 5, 2);
    }
  });
}

function inside(ctx, box, draw) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top, box.width, box.height);
  ctx.clip();
  draw();
  ctx.restore();
}

function segment(ctx, color, x0, y0, x1, y1) {
  ctx.strokeStyle = color;
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

function cross(ctx, color, x, y, reach, width) {
  ctx.lineWidth = width;
  segment(ctx, color, x - reach, y - reach, x + reach, y + reach);
  segment(ctx, color, x - reach, y + reach, x + reach, y - reach);
}

function words(ctx, color, text, x, y, align, baseline) {
  ctx.fillStyle = color;
  ctx.textAlign = align;
  ctx.textBaseline = baseline;
  ctx.fillText(text, x, y);
}

// Whether the page around an element is dark, told by its text, and the colours for it.
function themeOf(root, palette) {
  const ink = getComputedStyle(root).color.match(/[\d.]+/g).map(Number), dark = ink[0] + ink[1] + ink[2] > 384;
  const colors = Object.fromEntries(Object.entries(palette).map(([role, pair]) => [role, pair[dark ? 1 : 0]]));
  return [dark, { ...colors, grid: dark ? "#ffffff1c" : "#00000012", frame: dark ? "#ffffff55" : "#00000044", page: dark ? "#111111" : "#ffffff" }];
}
