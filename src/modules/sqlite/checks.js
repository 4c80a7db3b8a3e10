'use strict';

// Argument checks of node:sqlite, whose messages name no value.

function coded(Class, code, message) {
  return Object.assign(new Class(message), { code });
}

function invalidType(message) {
  return coded(TypeError, 'ERR_INVALID_ARG_TYPE', message);
}

function requireType(value, name, type, article = 'a') {
  if (typeof value !== type)
    throw invalidType(`The "${name}" argument must be ${article} ${type}.`);
}

const requireString = (value, name) => requireType(value, name, 'string');
const requireBoolean = (value, name) => requireType(value, name, 'boolean');
const requireFunction = (value, name) => requireType(value, name, 'function');

function requireObject(value, name) {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (!isObject) throw invalidType(`The "${name}" argument must be an object.`);
}

function requireInteger(value, name) {
  if (!Number.isInteger(value)) throw invalidType(`The "${name}" argument must be an integer.`);
}

function requireBytes(value, name) {
  if (!(value instanceof Uint8Array))
    throw invalidType(`The "${name}" argument must be a Uint8Array.`);
}

/** Reads a boolean option; `fallback` when it is not there. */
function booleanOption(options, name, fallback) {
  const value = options[name];
  if (value === undefined) return fallback;
  requireBoolean(value, `options.${name}`);
  return value;
}

/** Reads a string option; `fallback` when it is not there. */
function stringOption(options, name, fallback) {
  const value = options[name];
  if (value === undefined) return fallback;
  requireString(value, `options.${name}`);
  return value;
}

/** The path, or file URI, of a database, from a string, bytes or a URL. */
function databasePath(path) {
  let text;
  if (typeof path === 'string') text = path;
  else if (path instanceof Uint8Array) text = Buffer.from(path).toString();
  else if (require('web/url/file_url').looksLikeURL(path)) {
    if (path.protocol !== 'file:') {
      throw coded(TypeError, 'ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file:');
    }
    // With its query, in which SQLite finds options.
    text = path.href;
  }
  if (text === undefined || text.includes('\0')) {
    throw invalidType(
      'The "path" argument must be a string, Uint8Array, or URL without null bytes.',
    );
  }
  return text;
}

/** Web IDL's way for native classes: their methods can be seen. */
function makeEnumerable(Class) {
  for (const name of Object.getOwnPropertyNames(Class.prototype)) {
    if (name === 'constructor') continue;
    Object.defineProperty(Class.prototype, name, { enumerable: true });
  }
}

function illegalConstructor() {
  return coded(Error, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
}

/** What programs see of a class whose objects only this module makes: it is never a constructor. */
function publicClass(Class, name) {
  const Public = {
    [name]: function () {
      throw illegalConstructor();
    },
  }[name];
  Public.prototype = Class.prototype;
  Public.prototype.constructor = Public;
  return Public;
}

/** The token with which this module makes what programs must not make. */
const kMake = Symbol('kMake');

module.exports = {
  booleanOption,
  coded,
  databasePath,
  illegalConstructor,
  invalidType,
  kMake,
  makeEnumerable,
  publicClass,
  requireBoolean,
  requireBytes,
  requireFunction,
  requireInteger,
  requireObject,
  requireString,
  stringOption,
};
