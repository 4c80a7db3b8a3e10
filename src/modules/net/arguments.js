'use strict';
// The ways of saying where to connect: connect(options), connect(path), connect(port[, host]).

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');

const kNormalized = Symbol('normalized');

/** Marks [options, callback] as the result of normalizeConnect(): connect() takes it as it is. */
function markNormalized(args) {
  args[kNormalized] = true;
  return args;
}

function isPipeName(text) {
  return typeof text === 'string' && toNumber(text) === false;
}

function toNumber(value) {
  return (value = Number(value)) >= 0 ? value : false;
}

/** [options, callback] of the forms of connect(): (options), (path), (port[, host]), each with a callback. */
function normalizeConnect(args) {
  if (args.length === 1 && Array.isArray(args[0]) && args[0][kNormalized]) return args[0];
  let options = {};
  const first = args[0];
  if (args.length !== 0) {
    if (typeof first === 'object' && first !== null) {
      options = first;
    } else if (isPipeName(first)) {
      options.path = first;
    } else {
      options.port = first;
      if (args.length > 1 && typeof args[1] === 'string') options.host = args[1];
    }
  }
  const last = args[args.length - 1];
  return markNormalized([options, typeof last === 'function' ? last : null]);
}

/** What createServer([options][, listener]) of node:net and node:tls was given, as [own options, listener]. */
function serverArguments(options, listener) {
  if (typeof options === 'function') return [{}, options];
  if (options === null || options === undefined) return [{}, listener];
  if (typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
  return [{ ...options }, listener];
}

module.exports = { isPipeName, toNumber, markNormalized, normalizeConnect, serverArguments };
