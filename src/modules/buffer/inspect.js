// How a Buffer looks in util.inspect() and console.log().
'use strict';

const binding = native('buffer');
const { inspect } = require('modules/util/inspect');

const isIndex = /^(?:0|[1-9]\d*)$/;

/** `<Buffer 61 62 ... 3 more bytes, extra: 1>`; `context` holds the options of util.inspect(). */
function inspectBuffer(buffer, context, maxBytes) {
  const shown = Math.min(maxBytes, buffer.length);
  const hidden = buffer.length - shown;
  let text = binding.hexSlice(buffer, 0, Math.floor(shown)).replace(/..(?!$)/g, '$& ');
  if (hidden > 0) text += ` ... ${hidden} more byte${hidden > 1 ? 's' : ''}`;
  if (context) {
    const extras = extraProperties(buffer, context.showHidden);
    if (extras !== undefined) {
      if (buffer.length !== 0) text += ', ';
      // Between the braces stand the properties, as they look on any object.
      const object = inspect(extras, { ...context, breakLength: Infinity, compact: true });
      text += object.slice(2, -2);
    }
  }
  const name = buffer.constructor?.name ?? 'Buffer';
  return `<${name} ${text}>`;
}

function extraProperties(buffer, showHidden) {
  let extras;
  for (const key of Reflect.ownKeys(buffer)) {
    if (typeof key === 'string' && isIndex.test(key)) continue;
    if (!showHidden && !Object.prototype.propertyIsEnumerable.call(buffer, key)) continue;
    extras ??= {};
    // Defined, not assigned: a key may be __proto__.
    Object.defineProperty(extras, key, { value: buffer[key], enumerable: true });
  }
  return extras;
}

module.exports = { inspectBuffer };
