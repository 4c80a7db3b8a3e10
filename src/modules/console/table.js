'use strict';

// console.table: rows and columns of objects, arrays, maps and sets.

const { inspect } = require('modules/util/inspect');
const { getStringWidth } = require('modules/util/inspect_layout');

const kIndex = '(index)';
const kIterationIndex = '(iteration index)';
const kKey = 'Key';
const kValues = 'Values';

/** A table with box-drawing lines from a head and columns of equal or lesser height. */
function drawTable(head, columns) {
  const height = Math.max(0, ...columns.map((column) => column.length));
  const widths = head.map((title, i) =>
    Math.max(getStringWidth(title), ...columns[i].map((cell) => getStringWidth(cell ?? ''))),
  );
  const rule = (left, middle, right) =>
    `${left}${widths.map((width) => '─'.repeat(width + 2)).join(middle)}${right}`;
  const row = (cells) => {
    const padded = cells.map(
      (cell = '', i) => ` ${cell}${' '.repeat(widths[i] - getStringWidth(cell))} `,
    );
    return `│${padded.join('│')}│`;
  };
  const lines = [rule('┌', '┬', '┐'), row(head), rule('├', '┼', '┤')];
  for (let i = 0; i < height; i++) lines.push(row(columns.map((column) => column[i])));
  lines.push(rule('└', '┴', '┘'));
  return lines.join('\n');
}

function cellFormatter(options) {
  return (value) => {
    const isWide =
      value !== null &&
      typeof value === 'object' &&
      !Array.isArray(value) &&
      Object.keys(value).length > 2;
    return inspect(value, {
      maxArrayLength: 3,
      breakLength: Infinity,
      depth: isWide ? -1 : 0,
      ...options,
    });
  };
}

const indices = (count) => Array.from({ length: count }, (_, i) => `${i}`);

/** The table of a Map, a Set or an iterator of either, or undefined for anything else. */
function iterationTable(data, cell) {
  const types = native('types');
  const isMap = types.isMap(data);
  if (isMap || types.isMapIterator(data)) {
    const [entries, arePairs] = isMap
      ? [[...data].flat(1), true]
      : native('util').previewEntries(data);
    if (arePairs) {
      const pairs = entries.length / 2;
      const keys = [];
      const values = [];
      for (let i = 0; i < pairs; i++) {
        keys.push(cell(entries[2 * i]));
        values.push(cell(entries[2 * i + 1]));
      }
      return drawTable([kIterationIndex, kKey, kValues], [indices(pairs), keys, values]);
    }
    return drawTable([kIterationIndex, kValues], [indices(entries.length), entries.map(cell)]);
  }
  if (types.isSet(data) || types.isSetIterator(data)) {
    const [entries] = types.isSet(data) ? [[...data]] : native('util').previewEntries(data);
    return drawTable([kIterationIndex, kValues], [indices(entries.length), entries.map(cell)]);
  }
  return undefined;
}

/** The text that console.table() prints. */
function formatTable(data, properties, options) {
  const cell = cellFormatter(options);
  const iterated = iterationTable(data, cell);
  if (iterated !== undefined) return iterated;

  const columns = new Map();
  const primitives = [];
  const rows = Object.keys(data);
  rows.forEach((row, i) => {
    const item = data[row];
    const isPrimitive = item === null || (typeof item !== 'function' && typeof item !== 'object');
    if (isPrimitive && properties === undefined) {
      primitives[i] = cell(item);
      return;
    }
    for (const key of properties ?? Object.keys(item)) {
      if (!columns.has(key)) columns.set(key, []);
      columns.get(key)[i] = isPrimitive || !Object.hasOwn(item, key) ? '' : cell(item[key]);
    }
  });
  const head = [kIndex, ...[...columns.keys()].map(String)];
  const body = [rows, ...columns.values()];
  if (primitives.length > 0) {
    head.push(kValues);
    body.push(primitives);
  }
  return drawTable(
    head,
    body.map((column) => Array.from(column)),
  );
}

module.exports = { formatTable };
