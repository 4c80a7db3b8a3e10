'use strict';
// Import attributes: which are supported, and which a format asks for.
// https://nodejs.org/api/esm.html#import-attributes

const {
  ERR_IMPORT_ATTRIBUTE_MISSING,
  ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE,
  ERR_IMPORT_ATTRIBUTE_UNSUPPORTED,
} = require('runtime/errors');
const { getOptionValue } = require('runtime/options');

// The value of `type` that each format must be imported with; the other formats take none.
function requiredType(format) {
  if (format === 'json') return 'json';
  if (format === 'text' && getOptionValue('--experimental-import-text')) return 'text';
  return undefined;
}

function isSupportedType(type) {
  return type === 'json' || (type === 'text' && getOptionValue('--experimental-import-text'));
}

/** Throws when a module of this format must not be imported with these attributes. */
function checkAttributes(url, format, attributes) {
  for (const key in attributes) {
    if (key !== 'type') throw new ERR_IMPORT_ATTRIBUTE_UNSUPPORTED(key, attributes[key], url);
  }
  const required = requiredType(format);
  const { type } = attributes;
  if (type === required) return;
  if (type === undefined) throw new ERR_IMPORT_ATTRIBUTE_MISSING(url, 'type', required);
  if (!isSupportedType(type)) throw new ERR_IMPORT_ATTRIBUTE_UNSUPPORTED('type', type, url);
  throw new ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE(url, type);
}

module.exports = { checkAttributes };
