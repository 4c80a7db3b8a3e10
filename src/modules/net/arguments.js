'use strict';
// The ways of saying where to connect: connect(options), connect(path), connect(port[, host]); and how long to wait.

const { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } = require('runtime/errors');
const { kMaxDelay } = require('runtime/timers');
const { validateNumber } = require('runtime/validators');

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

/** A duration that a timer can take: one that is too long is cut, with a warning. */
function checkDuration(msecs, name) {
  validateNumber(msecs, name);
  if (msecs < 0 || !Number.isFinite(msecs)) {
    throw new ERR_OUT_OF_RANGE(name, 'a non-negative finite number', msecs);
  }
  if (msecs > kMaxDelay) {
    process.emitWarning(
      `${msecs} does not fit into a 32-bit signed integer.\nTimer duration was truncated to ${kMaxDelay}.`,
      'TimeoutOverflowWarning',
    );
    return kMaxDelay;
  }
  return msecs;
}

module.exports = {
  checkDuration,
  isPipeName,
  toNumber,
  markNormalized,
  normalizeConnect,
  serverArguments,
};
