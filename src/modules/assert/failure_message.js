'use strict';

// The message of an assertion that compared two values.

const { colorsFor } = require('modules/util/colors');

const headers = {
  deepStrictEqual: 'Expected values to be strictly deep-equal:',
  partialDeepStrictEqual: 'Expected values to be partially and strictly deep-equal:',
  strictEqual: 'Expected values to be strictly equal:',
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: 'Expected values to be loosely deep-equal:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notDeepEqualUnequal: 'Expected values not to be loosely deep-equal:',
  identical: 'Values have same structure but are not reference-equal:',
};

// Two values whose text is this short are shown side by side.
const kMaxShortLength = 12;
const kMaxNameableLength = 5;
const kMaxListedLines = 50;
const kListedWhenTooLong = 46;
const kMaxTextLength = 512;

/** The text of a value in the one form in which equal values have equal text. */
function show(value) {
  return require('node:util').inspect(value, {
    compact: false,
    customInspect: false,
    depth: 1000,
    maxArrayLength: Infinity,
    // Hidden properties are not compared, thus not shown.
    showHidden: false,
    showProxy: false,
    sorted: true,
    getters: true,
  });
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

// Where two errors are compared, where they were made is noise.
function withoutStack(error) {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(error)), error);
  const hidden = { __proto__: null, enumerable: false, configurable: true, writable: true };
  Object.defineProperty(copy, 'message', { ...hidden, value: error.message });
  if (Object.hasOwn(error, 'cause')) {
    const value = hasStack(error.cause) ? withoutStack(error.cause) : error.cause;
    Object.defineProperty(copy, 'cause', { ...hidden, value });
  }
  return copy;
}

function hasStack(value) {
  return isObject(value) && Object.hasOwn(value, 'stack') && value instanceof Error;
}

/**
 * The message for `operator` on two values, in which `message` may stand for the first line.
 * @returns {string}
 */
function describeFailure({ actual, expected, operator, message, diff }) {
  if (hasStack(actual) && hasStack(expected)) {
    actual = withoutStack(actual);
    expected = withoutStack(expected);
  }
  switch (operator) {
    case 'strictEqual':
    case 'deepStrictEqual':
    case 'partialDeepStrictEqual':
      return describeDifference(actual, expected, operator, message, diff);
    case 'notStrictEqual':
    case 'notDeepStrictEqual':
      return describeSameness(actual, operator, diff);
    default:
      return describeRelation(actual, expected, operator, diff);
  }
}

function describeDifference(actual, expected, operator, message, diff) {
  const actualText = show(actual);
  const expectedText = show(expected);
  const actualLines = actualText.split('\n');
  const expectedLines = expectedText.split('\n');
  const bothObjects = isObject(actual) && isObject(expected);
  let header = message || headers[operator];
  if (operator === 'strictEqual' && !message) {
    const bothFunctions = typeof actual === 'function' && typeof expected === 'function';
    if (bothObjects || bothFunctions) header = headers.strictEqualObject;
  }

  const singleLines = actualLines.length === 1 && expectedLines.length === 1;
  if (actualText === expectedText && (bothObjects || !singleLines)) {
    return `${message || headers.identical}\n\n${listLines(actualLines, diff).join('\n')}\n`;
  }
  if (singleLines && !bothObjects && (actual !== 0 || expected !== 0)) {
    if (shortLength(actual, actualText) + shortLength(expected, expectedText) <= kMaxShortLength) {
      return `${header}\n\n${actualText} !== ${expectedText}\n`;
    }
  }

  const colors = colorsFor(process.stderr);
  const dims = operator === 'partialDeepStrictEqual' && colors.gray !== '';
  const { text, skipped } = singleLines
    ? { text: showTwoLines(actualText, expectedText, !bothObjects, colors), skipped: false }
    : require('modules/assert/line_diff').showLineDiff(actualLines, expectedLines, {
        colors,
        dims,
        ignoresCommas: bothObjects,
      });
  const legend = dims
    ? `${colors.gray}actual${colors.white}`
    : `${colors.green}+ actual${colors.white}`;
  const skippedNote = skipped ? `\n${colors.blue}...${colors.white} Skipped lines` : '';
  return `${header}\n${legend} ${colors.red}- expected${colors.white}${skippedNote}\n\n${text}\n`;
}

function shortLength(value, text) {
  return typeof value === 'string' ? text.length - 2 : text.length;
}

function showTwoLines(actual, expected, marks, colors) {
  const lines = `${colors.green}+${colors.white} ${actual}\n${colors.red}-${colors.white} ${expected}`;
  const width = process.stderr.isTTY ? process.stderr.columns : 80;
  if (!marks || actual === expected || actual.length + expected.length > width) return lines;
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at++;
  // A mark near the start helps nobody.
  return at > 2 ? `${lines}\n  ${' '.repeat(at)}^` : lines;
}

/** As many lines as a message holds, unless the whole difference is asked for. */
function listLines(lines, diff) {
  if (diff === 'full' || lines.length <= kMaxListedLines) return lines;
  return [...lines.slice(0, kListedWhenTooLong), '...'];
}

function describeSameness(actual, operator, diff) {
  let header = headers[operator];
  if (operator === 'notStrictEqual' && (isObject(actual) || typeof actual === 'function')) {
    header = headers.notStrictEqualObject;
  }
  const lines = listLines(show(actual).split('\n'), diff);
  if (lines.length > 1) return `${header}\n\n${lines.join('\n')}\n`;
  return header + (lines[0].length > kMaxNameableLength ? '\n\n' : ' ') + lines[0];
}

function describeRelation(actual, expected, operator, diff) {
  let actualText = show(actual);
  let expectedText = show(expected);
  if (operator === 'notDeepEqual' && actualText === expectedText) {
    return shorten(`${headers.notDeepEqual}\n\n${actualText}`, diff, 2 * kMaxTextLength);
  }
  actualText = shorten(actualText, diff);
  expectedText = shorten(expectedText, diff);
  if (operator === 'deepEqual') {
    return `${headers.deepEqual}\n\n${actualText}\n\nshould loosely deep-equal\n\n${expectedText}`;
  }
  if (operator === 'notDeepEqual') {
    return (
      `${headers.notDeepEqualUnequal}\n\n${actualText}\n\n` +
      `should not loosely deep-equal\n\n${expectedText}`
    );
  }
  return `${actualText} ${operator} ${expectedText}`;
}

function shorten(text, diff, limit = kMaxTextLength) {
  if (diff === 'full' || text.length <= limit) return text;
  return `${text.slice(0, limit - 3)}...`;
}

module.exports = { describeFailure };
