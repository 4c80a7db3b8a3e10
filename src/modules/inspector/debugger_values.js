'use strict';

// Values of the program under the debugger, as the protocol describes them, made to be printed.

const { inspect } = require('node:util');
const { ERR_DEBUGGER_ERROR } = require('runtime/errors');

/** Something that prints as a text. */
class Text {
  constructor(text) {
    this.text = text;
  }

  [inspect.custom]() {
    return this.text;
  }
}

function primitive({ type, value, description, unserializableValue }) {
  if (unserializableValue !== undefined) return unserializableValue;
  if (type === 'undefined') return 'undefined';
  if (type === 'symbol' || type === 'bigint') return description;
  return inspect(value);
}

// A property of a preview has its value as text.
function previewed({ type, subtype, value, valuePreview }) {
  if (valuePreview !== undefined) return previewText(valuePreview);
  if (type === 'string') return inspect(value);
  if (type === 'function') return '[Function]';
  if (type === 'object' && subtype === undefined && value === '') return 'Object';
  return value;
}

function entryText({ key, value }) {
  return key === undefined ? previewText(value) : `${previewText(key)} => ${previewText(value)}`;
}

function previewText({ type, subtype, description, properties = [], entries, overflow }) {
  if (type !== 'object' || subtype === 'null') return description;
  if (subtype === 'date') return new Date(description).toJSON();
  if (subtype === 'regexp' || subtype === 'error') return description;
  if (subtype === 'map' || subtype === 'set') {
    const parts = (entries ?? []).map(entryText);
    if (overflow) parts.push('...');
    return `${description} ${parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`}`;
  }
  const isArray = subtype === 'array';
  const parts = properties.map((each, i) => {
    const isElement = isArray && each.name === String(i);
    return isElement ? previewed(each) : `${each.name}: ${previewed(each)}`;
  });
  if (overflow) parts.push('...');
  const [open, close] = isArray ? '[]' : '{}';
  if (parts.length === 0) return open + close;
  const line = `${open} ${parts.join(', ')} ${close}`;
  return line.length <= 72 ? line : `${open} ${parts.join(',\n  ')} ${close}`;
}

function functionText({ className, description }) {
  const name = /^(?:async )?(?:[\w*]+ )?([\w$*]+)\(/.exec(description)?.[1];
  return name === undefined ? `[${className}]` : `[${className}: ${name}]`;
}

/** The text of a RemoteObject. */
function valueText(object) {
  const { type, subtype, description, preview } = object;
  if (type === 'function') return functionText(object);
  if (type !== 'object' || subtype === 'null') return primitive(object);
  return preview === undefined ? description : previewText(preview);
}

/** A value to print, or its error thrown. */
function toValue({ result, exceptionDetails }) {
  if (exceptionDetails === undefined) return new Text(valueText(result));
  const message = /^[^\n]*/.exec(result.description ?? valueText(result))[0];
  const error = new ERR_DEBUGGER_ERROR(message.replace(/^Uncaught /, ''));
  error.stack = result.description ?? message;
  throw error;
}

module.exports = { Text, toValue, valueText };
