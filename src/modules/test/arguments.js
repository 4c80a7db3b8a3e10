'use strict';

// What the functions that declare tests and hooks accept.

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const {
  validateAbortSignal,
  validateNumber,
  validateOneOf,
  validateUint32,
} = require('runtime/validators');

const kMaxTimeout = 2 ** 31 - 1;

function noop() {}

/** The options of test(name, options, fn), any of which may be left out. */
function readTest(name, options, fn, overrides, location) {
  if (typeof name === 'function') {
    fn = name;
    name = undefined;
    options = undefined;
  } else if (name !== null && typeof name === 'object') {
    fn = options;
    options = name;
    name = undefined;
  } else if (typeof options === 'function') {
    fn = options;
    options = undefined;
  }
  const given = { ...options, ...overrides };
  fn = given.fn ?? fn ?? noop;
  if (typeof fn !== 'function') fn = noop;
  name = given.name ?? name;
  if (typeof name !== 'string' || name === '') name = (fn !== noop && fn.name) || '<anonymous>';
  return {
    name,
    fn: given.skip ? noop : fn,
    location,
    only: given.only,
    skip: given.skip || undefined,
    todo: given.todo === '' ? true : given.todo || undefined,
    expectFailure: readExpectFailure(given.expectFailure),
    timeout: readTimeout(given.timeout),
    concurrency: readConcurrency(given.concurrency),
    signal: readSignal(given.signal),
    plan: given.plan,
    tags: readTags(given.tags),
  };
}

/** The function and options of a hook. */
function readHook(fn, options) {
  if (fn !== null && typeof fn === 'object') {
    options = fn;
    fn = options.fn;
  }
  return [
    typeof fn === 'function' ? fn : noop,
    { timeout: readTimeout(options?.timeout), signal: readSignal(options?.signal) },
  ];
}

function readSignal(signal) {
  if (signal !== undefined && signal !== null) validateAbortSignal(signal, 'options.signal');
  return signal ?? undefined;
}

function readTimeout(timeout) {
  if (timeout === undefined || timeout === null) return undefined;
  if (timeout !== Infinity) validateNumber(timeout, 'options.timeout', 0, kMaxTimeout);
  return timeout;
}

function readConcurrency(concurrency) {
  switch (typeof concurrency) {
    case 'number':
      validateUint32(concurrency, 'options.concurrency', true);
      return concurrency;
    case 'boolean':
      return concurrency ? Infinity : 1;
    default:
      if (concurrency === undefined || concurrency === null) return undefined;
      throw new ERR_INVALID_ARG_TYPE('options.concurrency', ['boolean', 'number'], concurrency);
  }
}

function readTags(tags) {
  if (tags === undefined) return [];
  if (!Array.isArray(tags)) throw new ERR_INVALID_ARG_TYPE('options.tags', 'Array', tags);
  for (const tag of tags) {
    if (typeof tag !== 'string' || tag === '') {
      throw new ERR_INVALID_ARG_VALUE('options.tags', tags, 'must contain only non-empty strings');
    }
  }
  return tags;
}

// Text is why; anything else that is an object is what the error must match.
function readExpectFailure(value) {
  if (value === undefined || value === null || value === false || value === '') return undefined;
  if (value === true) return { label: true };
  if (typeof value === 'string') return { label: value };
  const isDescription =
    typeof value === 'object' &&
    !(value instanceof RegExp) &&
    !(value instanceof Error) &&
    ('label' in value || 'match' in value);
  return isDescription
    ? { label: value.label || true, match: value.match }
    : { label: true, match: value };
}

/** Checks the option `isolation` of run() and of the command line. */
function validateIsolation(value, name) {
  validateOneOf(value, name, ['process', 'none']);
}

module.exports = {
  readConcurrency,
  readHook,
  readTest,
  readTimeout,
  validateIsolation,
};
