'use strict';

// util.format: printf-like directives over inspect.

const { inspect } = require('modules/util/inspect');
const { bigintText, numberText } = require('modules/util/inspect_text');

/** Whether the text of an object for %s is its own toString's rather than inspect's. */
function hasOwnText(value) {
  // No trap of a proxy runs to find out: its target tells.
  for (let details; (details = native('util').getProxyDetails(value)) !== undefined; ) {
    if (details[0] === null) return false;
    [value] = details;
  }
  if (typeof value === 'function') return true;
  let holder = value;
  // What user-defined classes define counts, what the language's own prototypes do does not.
  while (holder !== null) {
    if (Object.hasOwn(holder, Symbol.toPrimitive) || Object.hasOwn(holder, 'toString')) {
      if (typeof value[Symbol.toPrimitive] !== 'function' && typeof value.toString !== 'function') {
        return false;
      }
      if (holder === value) return true;
      const constructor = Object.getOwnPropertyDescriptor(holder, 'constructor')?.value;
      const isLanguages =
        typeof constructor === 'function' &&
        // What typed arrays inherit from is no global of the language.
        constructor.name !== 'TypedArray' &&
        require('modules/util/inspect_names').isBuiltIn(constructor.name);
      return !isLanguages;
    }
    holder = Object.getPrototypeOf(holder);
  }
  return false;
}

/** What %s makes of a value. */
function stringDirective(value, options) {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return numberText(value, separators(options));
    case 'bigint':
      return bigintText(value, separators(options));
    case 'undefined':
    case 'boolean':
    case 'symbol':
      return String(value);
    default:
      if (value === null) return 'null';
      if (hasOwnText(value)) return String(value);
      return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
  }
}

function separators(options) {
  return options?.numericSeparator ?? inspect.defaultOptions.numericSeparator;
}

function numberDirective(value, options, convert) {
  if (typeof value === 'bigint') return bigintText(value, separators(options));
  if (typeof value === 'symbol') return 'NaN';
  return numberText(convert(value), separators(options));
}

function jsonDirective(value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (isCircularError(error)) return '[Circular]';
    throw error;
  }
}

let circularMessage;
/** Whether JSON.stringify gave up on a circle: the engine says so only by the message. */
function isCircularError(error) {
  if (circularMessage === undefined) {
    const circle = {};
    circle.circle = circle;
    try {
      JSON.stringify(circle);
    } catch (own) {
      [circularMessage] = own.message.split('\n');
    }
  }
  return error?.name === 'TypeError' && String(error.message).split('\n')[0] === circularMessage;
}

function isDirective(code) {
  switch (code) {
    case 's':
    case 'j':
    case 'd':
    case 'O':
    case 'o':
    case 'i':
    case 'f':
    case 'c':
      return true;
    default:
      return false;
  }
}

function directive(code, value, options) {
  switch (code) {
    case 's':
      return stringDirective(value, options);
    case 'j':
      return jsonDirective(value);
    case 'd':
      return numberDirective(value, options, Number);
    case 'O':
      return inspect(value, options);
    case 'o':
      return inspect(value, { ...options, showHidden: true, showProxy: true, depth: 4 });
    case 'i':
      return numberDirective(value, options, Number.parseInt);
    case 'f':
      return typeof value === 'symbol'
        ? 'NaN'
        : numberText(Number.parseFloat(value), separators(options));
    default:
      // %c: styles mean nothing on a terminal.
      return '';
  }
}

const kPercent = 0x25;

function formatArguments(options, args) {
  const first = args[0];
  let text = '';
  let used = 0;
  if (typeof first === 'string') {
    if (args.length === 1) return first;
    let from = 0;
    // A lone percent sign at the end stands for itself.
    const last = first.length - 1;
    for (let at = 0; at < last; at++) {
      if (first.charCodeAt(at) !== kPercent) continue;
      const code = first[at + 1];
      if (code === '%') {
        text += first.slice(from, at + 1);
      } else if (used + 1 < args.length && isDirective(code)) {
        if (from < at) text += first.slice(from, at);
        text += directive(code, args[++used], options);
      } else {
        continue;
      }
      from = at + 2;
      at++;
    }
    text += from === 0 ? first : first.slice(from);
    used++;
  }
  for (let i = used; i < args.length; i++) {
    if (i > 0) text += ' ';
    text += typeof args[i] === 'string' ? args[i] : inspect(args[i], options);
  }
  return text;
}

/** https://nodejs.org/docs/latest-v24.x/api/util.html#utilformatformat-args */
function format(...args) {
  return formatArguments(undefined, args);
}

/** format with options for inspect. */
function formatWithOptions(inspectOptions, ...args) {
  require('runtime/validators').validateObject(inspectOptions, 'inspectOptions', {
    allowArray: true,
  });
  return formatArguments(inspectOptions, args);
}

module.exports = { format, formatArguments, formatWithOptions, stringDirective };
