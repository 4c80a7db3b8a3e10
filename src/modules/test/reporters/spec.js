'use strict';

// The default reporter: a tree for people.

const { colorsFor } = require('modules/util/colors');
const { formatFailures, formatResultLine, symbols } = require('modules/test/reporters/format');

/** A function that turns events into the tree's text. */
function createSpec() {
  const colors = colorsFor(process.stdout);
  // Tests that were started and have no line yet: they get one when something in them is reported.
  const open = [];
  const shown = new Set();
  const failures = [];
  const cwd = process.cwd();

  const indentOf = (nesting) => '  '.repeat(nesting);

  function openParents(nesting) {
    let text = '';
    for (let level = 0; level < nesting; level++) {
      const test = open[level];
      if (test === undefined || shown.has(test)) continue;
      shown.add(test);
      text += `${indentOf(level)}${symbols.arrow}${test.name}\n`;
    }
    return text;
  }

  function result(type, data) {
    const { nesting } = data;
    const before = openParents(nesting);
    shown.delete(open[nesting]);
    open.length = nesting;
    if (type === 'test:fail' && data.details.error?.failureType !== 'subtestsFailed')
      failures.push(data);
    return before + formatResultLine(type, data, indentOf(nesting), colors);
  }

  function diagnostic({ nesting, message, level }) {
    const levels = { info: colors.blue, warn: colors.yellow, error: colors.red };
    const color = levels[level] ?? colors.blue;
    return `${color}${indentOf(nesting)}${symbols['test:diagnostic']}${message}${colors.white}\n`;
  }

  return (type, data) => {
    switch (type) {
      case 'test:start':
        open.length = data.nesting;
        open[data.nesting] = data;
        return '';
      case 'test:fail':
      case 'test:pass':
        return result(type, data);
      case 'test:diagnostic':
        return diagnostic(data);
      case 'test:stdout':
      case 'test:stderr':
        return data.message;
      case 'test:coverage':
        return require('modules/test/reporters/coverage_table').formatCoverage(
          data.summary,
          indentOf(data.nesting),
          symbols['test:coverage'],
          colors,
        );
      case 'test:summary':
        // Each file of a run has a summary of its own; the last one is of them all.
        return data.file === undefined ? formatFailures(failures.splice(0), colors, cwd) : '';
      case 'test:interrupted':
        return formatInterrupted(data, colors, cwd);
      default:
        return '';
    }
  };
}

function formatInterrupted({ tests }, colors, cwd) {
  if (tests.length === 0) return '';
  const { relative } = require('node:path');
  const lines = tests.map(({ name, file, line, column }) => {
    const place = file ? ` (${relative(cwd, file)}:${line}:${column})` : '';
    return `${symbols.warning}${name}${place}\n`;
  });
  return `\n${colors.yellow}Interrupted while running:${colors.white}\n\n${lines.join('')}`;
}

let SpecReporter;

/** The reporter for streams: a Transform, made with or without `new`. */
function spec(options) {
  SpecReporter ??= makeClass();
  return new SpecReporter(options);
}

function makeClass() {
  const { Transform } = require('node:stream');
  return class SpecReporter extends Transform {
    #format = createSpec();

    constructor(options) {
      super({ ...options, writableObjectMode: true });
    }

    _transform({ type, data }, _encoding, callback) {
      callback(null, this.#format(type, data));
    }
  };
}

module.exports = { createSpec, spec };
