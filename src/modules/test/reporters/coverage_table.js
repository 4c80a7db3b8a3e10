'use strict';

// The coverage as a table: the files in their folders, and what of them did not run.

const kColumns = [
  ['line %', 'coveredLinePercent'],
  ['branch %', 'coveredBranchPercent'],
  ['funcs %', 'coveredFunctionPercent'],
];
const kSeparator = ' | ';
const kUncovered = 'uncovered lines';
const kAll = 'all files';

/** `1-3 7`: the lines that did not run. */
function uncoveredLines({ lines }) {
  const ranges = [];
  for (const { line, count } of lines) {
    if (count > 0) continue;
    const last = ranges.at(-1);
    if (last?.[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(' ');
}

/** The rows of the folders and files below a folder. */
function listFolder(folder, depth) {
  const rows = [];
  for (const [name, entry] of folder) {
    if (entry instanceof Map) rows.push({ name, depth }, ...listFolder(entry, depth + 1));
    else rows.push({ name, depth, file: entry, uncovered: uncoveredLines(entry) });
  }
  return rows;
}

function listFiles({ files, workingDirectory }) {
  const path = require('node:path');
  const root = new Map();
  for (const file of files) {
    const names = path.relative(workingDirectory, file.path).split(path.sep);
    let folder = root;
    for (const name of names.slice(0, -1)) {
      if (!folder.has(name)) folder.set(name, new Map());
      folder = folder.get(name);
    }
    folder.set(names.at(-1), file);
  }
  return listFolder(root, 0);
}

/** How wide the first and the last column are; a narrow terminal gets less of them. */
function fitColumns(rows, prefixLength, hasColors) {
  const longest = (texts) => Math.max(0, ...texts.map((text) => text.length));
  // The longest name may not be the deepest one; Node leaves room for both, and for two more with colors.
  const deepest = Math.max(0, ...rows.map(({ depth }) => depth));
  let fileWidth = longest(rows.map(({ name }) => name)) + deepest + (hasColors ? 2 : 0);
  fileWidth = Math.max(fileWidth, kAll.length);
  let uncoveredWidth = longest([kUncovered, ...rows.map(({ uncovered = '' }) => uncovered)]);
  let others = 1 + kSeparator.length;
  for (const [title] of kColumns) others += title.length + kSeparator.length;
  const available = (process.stdout.columns || Infinity) - prefixLength;
  if (fileWidth + others + uncoveredWidth > available) {
    uncoveredWidth = Math.max(available - fileWidth - others, 1);
    if (uncoveredWidth === 1)
      fileWidth = Math.min(fileWidth, Math.max(Math.floor(available / 2), 1));
  }
  return {
    fileWidth,
    uncoveredWidth,
    width: Math.min(fileWidth + others + uncoveredWidth, available),
  };
}

function cutStart(text, width) {
  return text.length > width ? `\u2026${text.slice(text.length - width + 1)}` : text;
}

function cutEnd(text, width) {
  return text.length > width ? `${text.slice(0, width - 1)}\u2026` : text;
}

/** The table, each line after `indent` and `symbol`; `colors` are empty strings where there are none. */
function formatCoverage(summary, indent, symbol, colors) {
  const color = colors?.blue ?? '';
  const prefix = `${indent}${symbol}`;
  const rows = listFiles(summary);
  const { fileWidth, uncoveredWidth, width } = fitColumns(rows, prefix.length, color !== '');
  const paint = (text, percent) => (color ? `${shade(percent, colors)}${text}${color}` : text);
  const cells = (file, text) =>
    kColumns.map(([title, key]) => {
      const value = text ? title : (file?.[key].toFixed(2) ?? '');
      return paint(value.padStart(title.length), file?.[key]);
    });
  const line = (...parts) => `${prefix}${parts.join(kSeparator)}\n`;
  const rule = line('-'.repeat(width));
  const name = (text, depth, file) => {
    const cut = cutStart(text, fileWidth - depth).padEnd(fileWidth - depth);
    return ' '.repeat(depth) + (file === undefined ? cut : paint(cut, averageOf(file)));
  };

  let table = `${color}${line('start of coverage report')}${rule}`;
  table +=
    line(name('file', 0), ...cells(undefined, true), cutEnd(kUncovered, uncoveredWidth)) + rule;
  for (const { name: text, depth, file, uncovered = '' } of rows) {
    table += line(name(text, depth, file), ...cells(file), cutEnd(uncovered, uncoveredWidth));
  }
  table += rule + line(name(kAll, 0), ...cells(summary.totals), '') + rule;
  table += line('end of coverage report');
  return color ? `${table}${colors.white}` : table;
}

function averageOf(file) {
  return kColumns.reduce((sum, [, key]) => sum + file[key], 0) / kColumns.length;
}

function shade(percent, colors) {
  if (percent > 90) return colors.green;
  return percent > 50 ? colors.yellow : colors.red;
}

module.exports = { formatCoverage };
