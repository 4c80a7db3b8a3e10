'use strict';

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const {
  validateBoolean,
  validateObject,
  validateOneOf,
  validateString,
} = require('runtime/validators');
const { inspect } = require('modules/util/inspect');

const escape = (code) => `\u001b[${code}m`;

const hexColor = /^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/;

/** [open, close] of a format: a name in util.inspect.colors or a color in hexadecimal. */
function codesOf(format) {
  if (typeof format === 'string' && format.startsWith('#')) {
    if (!hexColor.test(format)) {
      throw new ERR_INVALID_ARG_VALUE(
        'format',
        format,
        'must be a valid hex color (#RGB or #RRGGBB)',
      );
    }
    const digits = format.length === 4 ? format.slice(1).replace(/./g, '$&$&') : format.slice(1);
    const [red, green, blue] = digits.match(/../g).map((pair) => Number.parseInt(pair, 16));
    return [`38;2;${red};${green};${blue}`, 39];
  }
  const codes = typeof format === 'string' ? inspect.colors[format] : undefined;
  if (codes == null) validateOneOf(format, 'format', Object.getOwnPropertyNames(inspect.colors));
  return codes;
}

// One code ends both bold and dim, so the outer one has to begin again behind the inner one's end.
const kEndOfWeight = 22;

/** Makes text inside a style return to it where the text ends a style of the same kind. */
function reopen(text, open, close) {
  const end = escape(close);
  if (!text.includes(end)) return text;
  const again = close === kEndOfWeight ? end + escape(open) : escape(open);
  const parts = text.split(end);
  let result = parts[0];
  for (let i = 1; i < parts.length; i++) {
    const isAtEnd = i === parts.length - 1 && parts[i] === '';
    result += (isAtEnd ? end : again) + parts[i];
  }
  return result;
}

function requireStream(stream) {
  const isWebStream =
    typeof stream === 'object' &&
    stream !== null &&
    (typeof stream.getReader === 'function' || typeof stream.getWriter === 'function');
  const isNodeStream =
    typeof stream === 'object' &&
    stream !== null &&
    (stream._readableState ||
      stream._writableState ||
      (typeof stream.write === 'function' && typeof stream.on === 'function') ||
      (typeof stream.pipe === 'function' && typeof stream.on === 'function'));
  if (!isWebStream && !isNodeStream) {
    throw new ERR_INVALID_ARG_TYPE(
      'stream',
      ['ReadableStream', 'WritableStream', 'Stream'],
      stream,
    );
  }
}

/** Whether a stream wants colors; FORCE_COLOR overrules it. */
function shouldColorize(stream) {
  if (process.env.FORCE_COLOR !== undefined) {
    return require('node:tty').WriteStream.prototype.getColorDepth.call(stream) > 2;
  }
  return (
    Boolean(stream?.isTTY) &&
    (typeof stream.getColorDepth !== 'function' || stream.getColorDepth() > 2)
  );
}

/**
 * Text in the given formats, for a terminal.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utilstyletextformat-text-options
 */
function styleText(format, text, options = {}) {
  validateString(text, 'text');
  validateObject(options, 'options');
  const { validateStream = true, stream = process.stdout } = options;
  validateBoolean(validateStream, 'options.validateStream');
  let isPlain = false;
  if (validateStream) {
    if (stream !== process.stdout) requireStream(stream);
    isPlain = !shouldColorize(stream);
  }
  let open = '';
  let close = '';
  for (const each of Array.isArray(format) ? format : [format]) {
    if (each === 'none') continue;
    const codes = codesOf(each);
    open += escape(codes[0]);
    close = escape(codes[1]) + close;
    if (!isPlain) text = reopen(text, codes[0], codes[1]);
  }
  return isPlain ? text : `${open}${text}${close}`;
}

module.exports = { shouldColorize, styleText };
