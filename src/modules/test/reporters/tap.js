'use strict';

// The Test Anything Protocol, version 13. https://testanything.org/tap-version-13-specification.html

const { inspectError } = require('modules/test/reporters/format');
const { isNativeError } = require('node:util/types');

// Failures of the runner's own whose stack tells something.
const kindsWithStack = new Set([
  'multipleCallbackInvocations',
  'parentAlreadyFinished',
  'testAborted',
]);

const escapes = {
  '\b': '\\b',
  '\f': '\\f',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\v': '\\v',
};

/** Makes a text fit into one line of TAP. */
function escape(text) {
  return String(text)
    .replace(/[\b\f\t\n\r\v]/g, (c) => escapes[c])
    .replaceAll('\\', '\\\\')
    .replaceAll('#', '\\#');
}

function indentBy(nesting) {
  return '    '.repeat(nesting);
}

function directive(keyword, reason) {
  return reason === true ? ` # ${keyword}` : ` # ${keyword} ${escape(reason)}`;
}

function formatResult(status, { nesting, testNumber, name, skip, todo, expectFailure }) {
  let line = `${indentBy(nesting)}${status} ${testNumber} - ${escape(name)}`;
  if (skip !== undefined) line += directive('SKIP', skip);
  else if (todo !== undefined) line += directive('TODO', todo);
  else if (expectFailure !== undefined) line += directive('EXPECTED FAILURE', expectFailure);
  return `${line}\n`;
}

function formatDetails({ nesting, details, file, line, column }, failed) {
  const indent = `${indentBy(nesting)}  `;
  const location = failed && file ? `${file}:${line}:${column}` : undefined;
  let text = `${indent}---\n`;
  text += toYaml(indent, 'duration_ms', details.duration_ms);
  text += toYaml(indent, 'type', details.type);
  if (location) text += toYaml(indent, 'location', location);
  if (details.error) text += errorToYaml(indent, details.error, new Set());
  return `${text}${indent}...\n`;
}

function textToYaml(indent, name, text) {
  if (!/\r?\n/.test(text)) return textOrValue(indent, name, text);
  const lines = text.split(/\r?\n/).map((line) => `${indent}  ${line}\n`);
  return `${indent}${name}: |-\n${lines.join('')}`;
}

function toYaml(indent, name, value, seen = new Set()) {
  if (value === undefined) return '';
  if (value === null) return `${indent}${name}: ~\n`;
  if (typeof value === 'string') return textToYaml(indent, name, value);
  if (value instanceof Date) return `${indent}${name}: ${value.toISOString()}\n`;
  if (typeof value !== 'object') return textOrValue(indent, name, value);
  if (seen.has(value)) return `${indent}${name}: <Circular>\n`;
  seen.add(value);
  let text = `${indent}${name}:\n`;
  if (isNativeError(value)) text += errorToYaml(indent, value, seen);
  else {
    for (const [key, entry] of Object.entries(value))
      text += toYaml(`${indent}  `, key, entry, seen);
  }
  seen.delete(value);
  return text;
}

function textOrValue(indent, name, value) {
  return `${indent}${name}: ${inspectError(value)}\n`;
}

// A failure stands for its cause, where that says more.
function errorToYaml(indent, error, seen) {
  let { code, message, name, stack } = error;
  let source = error;
  let text = '';
  if (error.code === 'ERR_TEST_FAILURE') {
    text += toYaml(indent, 'failureType', error.failureType);
    const { cause } = error;
    if (!kindsWithStack.has(error.failureType)) stack = undefined;
    name = undefined;
    if (typeof cause === 'object' && cause !== null && 'message' in cause) {
      source = cause;
      ({ message, stack, name } = cause);
      code = cause.code ?? code;
    } else if (typeof cause !== 'string' && error.failureType === 'testCodeFailure') {
      message = inspectError(cause);
    }
  }
  text += textToYaml(
    indent,
    'error',
    typeof message === 'string' ? message : inspectError(message),
  );
  if (code !== undefined) text += toYaml(indent, 'code', code);
  if (name && name !== 'Error') text += toYaml(indent, 'name', name);
  if (source.code === 'ERR_ASSERTION') {
    for (const key of ['expected', 'actual', 'operator']) {
      if (key in source) text += toYaml(indent, key, source[key], seen);
    }
  }
  return text + stackToYaml(indent, stack);
}

function stackToYaml(indent, stack) {
  if (typeof stack !== 'string') return '';
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  if (frames.length === 0) return '';
  const lines = frames.map((line) => `${indent}  ${line.trim().slice('at '.length)}\n`);
  return `${indent}stack: |-\n${lines.join('')}`;
}

function formatEvent(type, data) {
  switch (type) {
    case 'test:fail':
      return formatResult('not ok', data) + formatDetails(data, true);
    case 'test:pass':
      return formatResult('ok', data) + formatDetails(data, false);
    case 'test:plan':
      return `${indentBy(data.nesting)}1..${data.count}\n`;
    case 'test:start':
      return `${indentBy(data.nesting)}# Subtest: ${escape(data.name)}\n`;
    case 'test:diagnostic':
      return `${indentBy(data.nesting)}# ${escape(data.message)}\n`;
    case 'test:stdout':
    case 'test:stderr':
      return formatOutput(data);
    case 'test:coverage':
      return require('modules/test/reporters/coverage_table').formatCoverage(
        data.summary,
        indentBy(data.nesting),
        '# ',
      );
    case 'test:interrupted':
      return formatInterrupted(data);
    default:
      return '';
  }
}

function formatOutput({ message }) {
  return message
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => `# ${escape(line)}\n`)
    .join('');
}

function formatInterrupted({ tests }) {
  return tests
    .map(({ name, file, line, column }) => {
      const text = file ? `${name} at ${file}:${line}:${column}` : name;
      return `# Interrupted while running: ${escape(text)}\n`;
    })
    .join('');
}

/** A function that turns events into TAP. */
function createTap() {
  let header = 'TAP version 13\n';
  return (type, data) => {
    const text = header + formatEvent(type, data);
    header = '';
    return text;
  };
}

/** The reporter for streams: an async generator over events. */
async function* tap(source) {
  const format = createTap();
  yield format('start', {});
  for await (const { type, data } of source) yield format(type, data);
}

module.exports = { createTap, tap };
