'use strict';

// The sentences that several codes share: what was expected, and what was received instead.

function inspect(value, options) {
  return require('node:util').inspect(value, options);
}

/** Joins words as English does: 'a', 'a and b', 'a, b, and c'. */
function quoteList(words, conjunction = 'and') {
  if (words.length < 3) return words.join(` ${conjunction} `);
  return `${words.slice(0, -1).join(', ')}, ${conjunction} ${words.at(-1)}`;
}

/** Names the kind of a value, as in "Received type number (5)" or "an instance of Date". */
function typeDescription(value) {
  if (value == null) return `${value}`;
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'function ';
  if (typeof value === 'object') {
    return value.constructor?.name
      ? `an instance of ${value.constructor.name}`
      : inspect(value, { depth: -1 });
  }
  // Long text is cut before it is quoted.
  if (typeof value === 'string') {
    if (value.length > 28) value = `${value.slice(0, 25)}...`;
    return `type string (${value.includes("'") ? JSON.stringify(value) : `'${value}'`})`;
  }
  return `type ${typeof value} (${inspect(value, { colors: false })})`;
}

/** The closing sentence of a complaint about a value. */
function describeReceived(value, endsSentence = false) {
  return `Received ${typeDescription(value)}${endsSentence ? '.' : ''}`;
}

/** `"x" argument`, `"options.x" property`, or the name itself where it already says what it is. */
function subject(name) {
  if (name.endsWith(' argument')) return `The ${name}`;
  return `The "${name}" ${name.includes('.') ? 'property' : 'argument'}`;
}

const primitiveNames = new Set([
  'string',
  'function',
  'number',
  'object',
  'Function',
  'Object',
  'boolean',
  'bigint',
  'symbol',
]);

function expectation(expected) {
  const types = [];
  const classes = [];
  const others = [];
  for (const each of [expected].flat()) {
    if (primitiveNames.has(each)) types.push(each.toLowerCase());
    else if (/^[A-Z][a-zA-Z0-9]*$/.test(each)) classes.push(each);
    else others.push(each);
  }
  // Beside classes, "object" reads as one more class.
  const position = classes.length > 0 ? types.indexOf('object') : -1;
  if (position !== -1) {
    types.splice(position, 1);
    classes.push('Object');
  }

  const phrases = [];
  if (types.length > 0) {
    phrases.push(`${types.length > 1 ? 'one of type' : 'of type'} ${quoteList(types, 'or')}`);
  }
  if (classes.length > 0) phrases.push(`an instance of ${quoteList(classes, 'or')}`);
  if (others.length > 1) phrases.push(`one of ${quoteList(others, 'or')}`);
  else if (others.length === 1) {
    const [other] = others;
    phrases.push(other.toLowerCase() === other ? other : `an ${other}`);
  }
  return phrases.join(' or ');
}

/** ERR_INVALID_ARG_TYPE: `expected` is one type, class or phrase, or an array of them. */
function formatInvalidArgType(name, expected, actual) {
  return `${subject(name)} must be ${expectation(expected)}. ${describeReceived(actual)}`;
}

/** ERR_INVALID_ARG_VALUE. */
function formatInvalidArgValue(name, value, reason = 'is invalid') {
  let shown = inspect(value);
  if (shown.length > 128) shown = `${shown.slice(0, 128)}...`;
  return `The ${name.includes('.') ? 'property' : 'argument'} '${name}' ${reason}. Received ${shown}`;
}

/** Puts an underscore between groups of three digits: '-1234567' becomes '-1_234_567'. */
function separateThousands(digits) {
  return digits.replace(/\B(?=(\d{3})+$)/g, '_');
}

/** ERR_OUT_OF_RANGE; `isSentence` says that `name` is the whole first sentence. */
function formatOutOfRange(name, range, received, isSentence = false) {
  let shown;
  if (Number.isInteger(received) && Math.abs(received) > 2 ** 32) {
    shown = separateThousands(String(received));
  } else if (typeof received === 'bigint') {
    const digits = String(received);
    const isLarge = received > 2n ** 32n || received < -(2n ** 32n);
    shown = `${isLarge ? separateThousands(digits) : digits}n`;
  } else {
    shown = inspect(received);
  }
  const start = isSentence ? name : `The value of "${name}" is out of range.`;
  return `${start} It must be ${range}. Received ${shown}`;
}

/** Fills each %s of a template with the text of an argument, %d with its number, %j with its JSON. */
function fillTemplate(template, args) {
  let next = 0;
  return template.replace(/%[sdj]/g, (directive) => {
    const value = args[next++];
    if (directive === '%j') return JSON.stringify(value);
    if (typeof value === 'string') return value;
    return require('modules/util/format').stringDirective(value);
  });
}

module.exports = {
  describeReceived,
  fillTemplate,
  formatInvalidArgType,
  formatInvalidArgValue,
  formatOutOfRange,
  quoteList,
  separateThousands,
  typeDescription,
};
