'use strict';

// What may be cloned and moved, and how: the protocol between objects of ours and the serializer.
//
// An object can be cloned when it has a method [kClone]() that returns { deserializeInfo, data }:
// `data` is cloned in its place, and the receiving side calls the function that deserializeInfo names
// ('folder/file:receiveSomething') with the copy to make an object of it. Undefined means that the object is like any other, null that it cannot be
// cloned. An object can be moved when it has [kTransferList](), the native objects that move, or
// [kTransfer](), which takes its substance away and returns the same; MessagePorts in `data` are
// listed in `ports`.

const { ERR_MISSING_ARGS } = require('runtime/errors');
const { copyPlain, kNotPlain } = require('web/messaging/plain');
const { isMarkedAsUntransferable } = require('runtime/untransferable');
const { kClone, kTransfer, kTransferList } = require('runtime/symbols');
const { exceptionMark, noteException, setHooks, structuredClone: clone } = native('messaging');

function dataCloneError(
  message = 'Object that needs transfer was found in message but not listed in transferList',
) {
  const { DOMException } = require('web/dom/exception');
  return new DOMException(message, 'DataCloneError');
}

// Programs can get hold of the symbols, and so name any function: only receivers are called.
const kReceiver = /^((?:web|modules)\/[\w/]+):((?:receive|deserialize)\w*)$/;

function receive(deserializeInfo, data) {
  const match = kReceiver.exec(deserializeInfo);
  if (match === null) throw new Error(`Unknown deserialize spec ${deserializeInfo}`);
  return require(match[1])[match[2]](data);
}

// DOMExceptions are errors to V8, which does not ask how they are cloned: see web/dom/exception.js.
// No message that a program made begins with the mark, but one that it has got from here.
const kMark = exceptionMark();

/** Makes DOMExceptions of the errors in a message that were such. */
function revive(root) {
  const seen = new Set();
  const waiting = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) continue;
    if (Error.isError(value)) {
      const { message } = value;
      if (typeof message === 'string' && message.startsWith(kMark)) {
        require('web/dom/exception').reviveException(value, message.slice(kMark.length));
      } else {
        waiting.push(value.cause);
      }
      continue;
    }
    if (value instanceof Map) waiting.push(...value.keys(), ...value.values());
    else if (value instanceof Set) waiting.push(...value);
    waiting.push(...Object.values(value));
  }
}

setHooks(dataCloneError, receive, kClone, revive);
require('web/dom/exception').makeCloneable(kMark, noteException);

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isBuffer(value) {
  return (
    Object.prototype.toString.call(value) === '[object ArrayBuffer]' &&
    ArrayBuffer.isView(value) === false
  );
}

/**
 * Sorts what is to be moved for the serializer: [objects it can move, others, what those become].
 * Throws for what cannot be moved.
 */
function prepare(list) {
  const objects = [];
  const hosts = [];
  const descriptions = [];
  for (const item of list) {
    if (item === null || typeof item !== 'object') {
      throw dataCloneError('Found invalid value in transferList.');
    }
    if (isMarkedAsUntransferable(item)) {
      throw dataCloneError('Cannot transfer object of unsupported type.');
    }
    if (typeof item[kTransferList] === 'function') {
      objects.push(...item[kTransferList]());
    } else if (typeof item[kTransfer] === 'function') {
      const description = item[kTransfer]();
      hosts.push(item);
      descriptions.push(description);
      for (const port of description.ports ?? []) objects.push(...port[kTransferList]());
    } else if (isBuffer(item)) {
      objects.push(item);
    } else {
      throw dataCloneError('Found invalid value in transferList.');
    }
  }
  return [objects, hosts, descriptions];
}

function isIterable(value) {
  return typeof value[Symbol.iterator] === 'function';
}

function invalid(message) {
  const error = new TypeError(message);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

const notIterable = (what) => invalid(`Optional ${what} argument must be an iterable`);
const refused = (why) => invalid(`Failed to execute 'structuredClone': ${why}`);

/** What postMessage() makes of its second argument, a list or options. */
function transferOf(listOrOptions) {
  if (listOrOptions === undefined || listOrOptions === null) return undefined;
  if (typeof listOrOptions !== 'object') throw notIterable('transferList');
  if (isIterable(listOrOptions)) return prepare(listOrOptions);
  const { transfer } = listOrOptions;
  if (transfer === undefined || transfer === null) return undefined;
  if (typeof transfer !== 'object' || !isIterable(transfer)) {
    throw notIterable('options.transfer');
  }
  return prepare(transfer);
}

/** https://html.spec.whatwg.org/multipage/structured-data.html#dom-structuredclone */
function structuredClone(value, options) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('The value argument must be specified');
  if (options === undefined || options === null) {
    const copy = copyPlain(value);
    return copy === kNotPlain ? clone(value) : copy;
  }
  if (typeof options !== 'object' && typeof options !== 'function') {
    throw refused('Options cannot be converted to a dictionary');
  }
  const { transfer } = options;
  if (transfer === undefined) return clone(value);
  if (transfer === null || typeof transfer !== 'object' || !isIterable(transfer)) {
    throw refused('transfer in Options can not be converted to sequence.');
  }
  const list = [...transfer];
  const wrong = list.findIndex((each) => !isObject(each));
  if (wrong !== -1) throw refused(`transfer in Options[${wrong}] is not an object.`);
  return clone(value, prepare(list));
}
Object.defineProperty(structuredClone, 'length', { __proto__: null, value: 1, configurable: true });

module.exports = {
  dataCloneError,
  kClone,
  kTransfer,
  kTransferList,
  structuredClone,
  transferOf,
};
