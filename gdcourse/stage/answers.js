// Answers: the columns for given settings, from the table of the slider under the hand, or from what the kernel said last.

const same = (a, b) => a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((v, i) => v === b[i]));
const sizeOf = (shape) => shape.reduce((m, n) => m * n, 1);

// A packed set of columns: one buffer of doubles, and where in it each column lies; null if the buffer came torn.
function unpack(packed) {
  const raw = packed.data.buffer ? packed.data : new DataView(packed.data), places = Object.entries(packed.columns);
  if (raw.byteLength !== 8 * places.reduce((sum, [, [, shape]]) => sum + sizeOf(shape), 0)) return null;
  const doubles = new Float64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  return Object.fromEntries(places.map(([name, [from, shape]]) => [name, { shape, numbers: doubles.subarray(from, from + sizeOf(shape)) }]));
}

class Answers {
  constructor() { this.tables = {}; this.usable = []; }

  // {over: [names], positions: [[...] a name], fixed: {...}, columns, data}; `now` is a table over nothing.
  // Says whether it could be read; what could not is not kept.
  keep(name, packed) {
    const columns = packed?.columns && unpack(packed);
    if (columns) this.tables[name] = { ...packed, columns }; else delete this.tables[name];
    const all = Object.values(this.tables), swept = new Set(all.flatMap((table) => table.over)), drawn = this.tables.now?.fixed ?? {};
    // The layers on the stage are those of `now`: a table made for another landscape would not fit them.
    this.usable = all.filter(({ fixed }) => Object.entries(fixed).every(([setting, value]) => swept.has(setting) || same(drawn[setting], value)));
    return columns !== null;
  }

  // The columns for settings, or null if no table here knows them.
  find(values) {
    for (const table of this.usable) {
      if (!Object.entries(table.fixed).every(([name, value]) => same(values[name], value))) continue;
      const places = table.over.map((name, i) => table.positions[i].indexOf(values[name]));
      if (places.every((place) => place >= 0)) return this.row(table, places);
    }
    return null;
  }

  latest() { return this.tables.now ? this.row(this.tables.now, []) : null; }

  row(table, places) {
    const found = {};
    for (const [name, { shape, numbers }] of Object.entries(table.columns)) {
      const width = sizeOf(shape.slice(places.length));
      let at = 0;
      places.forEach((place, i) => { at = at * shape[i] + (shape[i] > 1 ? place : 0); });
      found[name] = numbers.subarray(at * width, (at + 1) * width);
    }
    return found;
  }
}
