'use strict';

// What the reporters for people have in common.

const { inspect } = require('node:util');
const { relative } = require('node:path');

const symbols = {
  'test:fail': '\u2716 ',
  'test:pass': '\u2714 ',
  'test:diagnostic': '\u2139 ',
  'test:coverage': '\u2139 ',
  'test:interrupted': '\u2139 ',
  arrow: '\u25B6 ',
  skipped: '\uFE63 ',
  warning: '\u26A0 ',
};

/** inspect(), without the object's own wish if that throws. */
function inspectError(value, options = {}) {
  try {
    return inspect(value, { breakLength: Infinity, ...options });
  } catch {
    return inspect(value, { breakLength: Infinity, ...options, customInspect: false });
  }
}

/** The text of a failed test's error, each line indented. */
function formatError(error, indent, colors) {
  if (!error) return '';
  const shown =
    error.code === 'ERR_TEST_FAILURE' && error.cause !== undefined ? error.cause : error;
  const text = inspectError(shown, { colors: colors.green !== '' });
  return `${indent}  ${text.split(/\r?\n/).join(`\n${indent}  `)}\n`;
}

/** The line that shows a result: symbol, name, duration, and why it does not count. */
function formatResultLine(type, data, indent, colors) {
  const { details, name, skip, todo, expectFailure } = data;
  let color = type === 'test:fail' ? colors.red : colors.green;
  let symbol = symbols[type];
  if (skip !== undefined) {
    color = colors.gray;
    symbol = symbols.skipped;
  } else if (todo !== undefined && type === 'test:fail') {
    color = colors.yellow;
    symbol = symbols.warning;
  }
  const { duration_ms: duration } = details;
  // A test that never ran took no time.
  const time = duration ? ` ${colors.gray}(${duration}ms)${colors.white}` : '';
  let reason = '';
  if (skip !== undefined) reason = ` # ${skip === true ? 'SKIP' : skip}`;
  else if (todo !== undefined) reason = ` # ${todo === true ? 'TODO' : todo}`;
  else if (expectFailure !== undefined) reason = ' # EXPECTED FAILURE';
  return `${indent}${color}${symbol}${name}${time}${reason}${colors.white}\n`;
}

/** The list of failed tests at the end of a report. */
function formatFailures(failures, colors, cwd = process.cwd()) {
  if (failures.length === 0) return '';
  let text = `\n${colors.red}${symbols['test:fail']}failing tests:${colors.white}\n`;
  for (const data of failures) {
    text += '\n';
    if (data.file) text += `test at ${relative(cwd, data.file)}:${data.line}:${data.column}\n`;
    text += formatResultLine('test:fail', data, '', colors);
    text += formatError(data.details.error, '', colors);
  }
  return text;
}

module.exports = { formatError, formatFailures, formatResultLine, inspectError, symbols };
