'use strict';

// Checks of arguments. Each validateX(value, name, ...) returns nothing or throws the coded error
// that Node throws, with a stack that begins at the checked function.

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_THIS,
  ERR_OUT_OF_RANGE,
  ERR_SOCKET_BAD_PORT,
  ERR_UNKNOWN_SIGNAL,
  makeBelow,
} = require('runtime/errors');

/** Throws a coded error as if the caller of `check` had thrown it. */
function fail(check, Constructor, ...args) {
  throw makeBelow(check, Constructor, ...args);
}

function isInt32(value) {
  return value === (value | 0);
}

function isUint32(value) {
  return value === value >>> 0;
}

/** A file mode as a number or as an octal string; `fallback` stands for undefined. */
function parseFileMode(value, name, fallback) {
  value ??= fallback;
  if (typeof value === 'string') {
    if (!/^[0-7]+$/.test(value)) {
      const reason = 'must be a 32-bit unsigned integer or an octal string';
      fail(parseFileMode, ERR_INVALID_ARG_VALUE, name, value, reason);
    }
    value = Number.parseInt(value, 8);
  }
  validateUint32(value, name);
  return value;
}

/** Requires an integer within [min, max]; by default a safe one. */
function validateInteger(
  value,
  name,
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
) {
  if (typeof value !== 'number') fail(validateInteger, ERR_INVALID_ARG_TYPE, name, 'number', value);
  if (!Number.isInteger(value)) fail(validateInteger, ERR_OUT_OF_RANGE, name, 'an integer', value);
  if (value < min || value > max) {
    fail(validateInteger, ERR_OUT_OF_RANGE, name, `>= ${min} && <= ${max}`, value);
  }
}

/** Requires a 32-bit signed integer within [min, max]. */
function validateInt32(value, name, min = -2147483648, max = 2147483647) {
  if (typeof value !== 'number') fail(validateInt32, ERR_INVALID_ARG_TYPE, name, 'number', value);
  if (!Number.isInteger(value)) fail(validateInt32, ERR_OUT_OF_RANGE, name, 'an integer', value);
  if (value < min || value > max) {
    fail(validateInt32, ERR_OUT_OF_RANGE, name, `>= ${min} && <= ${max}`, value);
  }
}

/** Requires a 32-bit unsigned integer; with `positive`, not zero. */
function validateUint32(value, name, positive = false) {
  if (typeof value !== 'number') fail(validateUint32, ERR_INVALID_ARG_TYPE, name, 'number', value);
  if (!Number.isInteger(value)) fail(validateUint32, ERR_OUT_OF_RANGE, name, 'an integer', value);
  const min = positive ? 1 : 0;
  if (value < min || value > 4294967295) {
    fail(validateUint32, ERR_OUT_OF_RANGE, name, `>= ${min} && <= 4294967295`, value);
  }
}

/** Requires a string. */
function validateString(value, name) {
  if (typeof value !== 'string') fail(validateString, ERR_INVALID_ARG_TYPE, name, 'string', value);
}

/** Requires a number that is not below `min` nor above `max`; NaN only where neither is given. */
function validateNumber(value, name, min = undefined, max = undefined) {
  if (typeof value !== 'number') fail(validateNumber, ERR_INVALID_ARG_TYPE, name, 'number', value);
  const hasMin = min != null;
  const hasMax = max != null;
  if (
    (hasMin && value < min) ||
    (hasMax && value > max) ||
    ((hasMin || hasMax) && Number.isNaN(value))
  ) {
    const range = `${hasMin ? `>= ${min}` : ''}${hasMin && hasMax ? ' && ' : ''}${hasMax ? `<= ${max}` : ''}`;
    fail(validateNumber, ERR_OUT_OF_RANGE, name, range, value);
  }
}

/** Requires a finite number, or undefined: returns whether there is one. */
function validateFiniteNumber(value, name) {
  if (value === undefined) return false;
  if (Number.isFinite(value)) return true;
  if (Number.isNaN(value)) return false;
  validateNumber(value, name);
  fail(validateFiniteNumber, ERR_OUT_OF_RANGE, name, 'a finite number', value);
}

/** `value` where it is a number within [min, max], `fallback` where it is undefined or NaN. */
function checkRangesOrGetDefault(value, name, min, max, fallback) {
  if (!validateFiniteNumber(value, name)) return fallback;
  if (value < min || value > max) {
    fail(checkRangesOrGetDefault, ERR_OUT_OF_RANGE, name, `>= ${min} and <= ${max}`, value);
  }
  return value;
}

/** Requires one of the values in the array `choices`. */
function validateOneOf(value, name, choices) {
  if (choices.includes(value)) return;
  const shown = choices.map((each) => (typeof each === 'string' ? `'${each}'` : String(each)));
  fail(validateOneOf, ERR_INVALID_ARG_VALUE, name, value, `must be one of: ${shown.join(', ')}`);
}

/** Requires true or false. */
function validateBoolean(value, name) {
  if (typeof value !== 'boolean')
    fail(validateBoolean, ERR_INVALID_ARG_TYPE, name, 'boolean', value);
}

/** Requires an object; `allow` widens that: { nullable, allowArray, allowFunction }. */
function validateObject(value, name, allow = undefined) {
  if (typeof value === 'object') {
    if (value === null ? allow?.nullable : allow?.allowArray || !Array.isArray(value)) return;
  } else if (typeof value === 'function' && allow?.allowFunction) {
    return;
  }
  fail(validateObject, ERR_INVALID_ARG_TYPE, name, 'Object', value);
}

/** Requires what WebIDL takes for a dictionary: an object, a function, null or undefined. */
function validateDictionary(value, name) {
  if (value != null && typeof value !== 'object' && typeof value !== 'function') {
    fail(validateDictionary, ERR_INVALID_ARG_TYPE, name, 'a dictionary', value);
  }
}

/** Requires an array of at least `minLength` elements. */
function validateArray(value, name, minLength = 0) {
  if (!Array.isArray(value)) fail(validateArray, ERR_INVALID_ARG_TYPE, name, 'Array', value);
  if (value.length < minLength) {
    fail(validateArray, ERR_INVALID_ARG_VALUE, name, value, `must be longer than ${minLength}`);
  }
}

function validateElements(value, name, validateElement) {
  validateArray(value, name);
  for (let i = 0; i < value.length; i++) validateElement(value[i], `${name}[${i}]`);
}

/** Requires an array of strings. */
function validateStringArray(value, name) {
  validateElements(value, name, validateString);
}

/** Requires an array of booleans. */
function validateBooleanArray(value, name) {
  validateElements(value, name, validateBoolean);
}

/** Requires an array of AbortSignals. */
function validateAbortSignalArray(value, name) {
  validateElements(value, name, (signal, elementName) => {
    if (signal == null) throw new ERR_INVALID_ARG_TYPE(elementName, 'AbortSignal', signal);
    validateAbortSignal(signal, elementName);
  });
}

/** Requires a signal's name or number that this system knows. */
function validateSignalName(signal, name = 'signal') {
  validateString(signal, name);
  const { signals } = require('node:os').constants;
  if (signals[signal] !== undefined) return;
  if (signals[signal.toUpperCase()] !== undefined) {
    fail(
      validateSignalName,
      ERR_UNKNOWN_SIGNAL,
      `${signal} (signals must use all capital letters)`,
    );
  }
  fail(validateSignalName, ERR_UNKNOWN_SIGNAL, signal);
}

/** Requires a Buffer, typed array or DataView. */
function validateBuffer(value, name = 'buffer') {
  if (!ArrayBuffer.isView(value)) {
    fail(validateBuffer, ERR_INVALID_ARG_TYPE, name, ['Buffer', 'TypedArray', 'DataView'], value);
  }
}

/** Requires data that `encoding` can express: hex needs whole bytes. */
function validateEncoding(data, encoding) {
  if (`${encoding}`.toLowerCase() === 'hex' && data.length % 2 !== 0) {
    const reason = `is invalid for data of length ${data.length}`;
    fail(validateEncoding, ERR_INVALID_ARG_VALUE, 'encoding', encoding, reason);
  }
}

/** The port that `port` means: a number or a numeric string within 0 to 65535. */
function validatePort(port, name = 'Port', allowZero = true) {
  const isNumeric =
    typeof port === 'number' || (typeof port === 'string' && port.trim().length > 0);
  if (!isNumeric || +port !== +port >>> 0 || port > 0xffff || (+port === 0 && !allowZero)) {
    fail(validatePort, ERR_SOCKET_BAD_PORT, name, port, allowZero);
  }
  return port | 0;
}

/** Requires an AbortSignal, or undefined. */
function validateAbortSignal(signal, name) {
  if (
    signal !== undefined &&
    (signal === null || typeof signal !== 'object' || !('aborted' in signal))
  ) {
    fail(validateAbortSignal, ERR_INVALID_ARG_TYPE, name, 'AbortSignal', signal);
  }
}

/** Requires a function. */
function validateFunction(value, name) {
  if (typeof value !== 'function')
    fail(validateFunction, ERR_INVALID_ARG_TYPE, name, 'Function', value);
}

/** Requires a function that is not async. */
function validatePlainFunction(value, name) {
  if (typeof value !== 'function' || require('node:util').types.isAsyncFunction(value)) {
    fail(validatePlainFunction, ERR_INVALID_ARG_TYPE, name, 'Function', value);
  }
}

/** Requires undefined. */
function validateUndefined(value, name) {
  if (value !== undefined) fail(validateUndefined, ERR_INVALID_ARG_TYPE, name, 'undefined', value);
}

/** Requires one of the strings in `union`, and names them as types where it is none. */
function validateUnion(value, name, union) {
  if (!union.includes(value)) {
    fail(validateUnion, ERR_INVALID_ARG_TYPE, name, `('${union.join('|')}')`, value);
  }
}

/** Requires that `this` of a method is an instance of `Class`. */
function validateThisInternalFunction(self, Class) {
  if (!(self instanceof Class)) fail(validateThisInternalFunction, ERR_INVALID_THIS, Class.name);
}

// `<uri>`, then parameters as RFC 8288 has them; enough to refuse what would break the header.
const linkValuePattern = /^(?:<[^>]*>)(?:\s*;\s*[^;"\s]+(?:=(")?[^;"\s]*\1)?)*$/;

function requireLinkFormat(value, name) {
  if (typeof value !== 'string' || !linkValuePattern.test(value)) {
    throw new ERR_INVALID_ARG_VALUE(
      name,
      value,
      'must be an array or string of format "</styles.css>; rel=preload; as=style"',
    );
  }
}

/** The text of a Link header given as a string or as an array of strings. */
function validateLinkHeaderValue(hints) {
  if (typeof hints === 'string') {
    requireLinkFormat(hints, 'hints');
    return hints;
  }
  if (!Array.isArray(hints)) {
    throw new ERR_INVALID_ARG_VALUE(
      'hints',
      hints,
      'must be an array or string of format "</styles.css>; rel=preload; as=style"',
    );
  }
  for (const link of hints) requireLinkFormat(link, 'hints');
  return hints.join(', ');
}

module.exports = {
  checkRangesOrGetDefault,
  isInt32,
  isUint32,
  parseFileMode,
  validateAbortSignal,
  validateAbortSignalArray,
  validateArray,
  validateBoolean,
  validateBooleanArray,
  validateBuffer,
  validateDictionary,
  validateEncoding,
  validateFiniteNumber,
  validateFunction,
  validateInt32,
  validateInteger,
  validateLinkHeaderValue,
  validateNumber,
  validateObject,
  validateOneOf,
  validatePlainFunction,
  validatePort,
  validateSignalName,
  validateString,
  validateStringArray,
  validateThisInternalFunction,
  validateUint32,
  validateUndefined,
  validateUnion,
};
