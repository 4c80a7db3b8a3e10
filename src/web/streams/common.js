'use strict';

// Small things that all streams need. Promises are handled with the methods as they were at
// start: a program that patches Promise.prototype must not see the inside of a stream.

const { then } = Promise.prototype;
const { ERR_INVALID_THIS } = require('runtime/errors');

const uncurriedThen = Function.prototype.call.bind(then);
const resolvePromise = Promise.resolve.bind(Promise);
const rejectPromise = Promise.reject.bind(Promise);
const PromiseAtStart = Promise;

/** A promise that everyone who needs "resolved with undefined" can share. */
const kResolved = Promise.resolve();

/**
 * What an algorithm of our own returns when it will call endWrite() or endPull() for its controller
 * itself: a promise less for every chunk.
 */
const kPending = Symbol('pending');

/** Passed to a public constructor by the code that may call it. */
const kInternal = Symbol('internal');

function ignore() {}

// V8 makes a function literal that is assigned to a property (x.f = () => ...) in old space, because it
// takes it for a part of a class. There it stays until a full collection, and keeps alive what it can see:
// the stream. So the functions of single streams are given to a variable first.

/** React to a promise of ours or a program's. */
function upon(promise, onFulfilled, onRejected) {
  uncurriedThen(promise, onFulfilled, onRejected);
}

/** The promise of a reaction's result. */
function transform(promise, onFulfilled, onRejected) {
  return uncurriedThen(promise, onFulfilled, onRejected);
}

/** An unhandled rejection of `promise` is nobody's business. */
function markHandled(promise) {
  uncurriedThen(promise, undefined, ignore);
  return promise;
}

function rejectedHandled(reason) {
  return markHandled(rejectPromise(reason));
}

/**
 * What a program's callback has returned, by Web IDL's "a promise resolved with": a promise's
 * fulfilment takes two microtasks longer than the promise itself, and programs can tell. For what
 * happens once in a stream's life: start, close, abort, cancel, flush.
 */
function convertPromise(result) {
  if (!isObject(result)) return kResolved;
  const { promise, resolve } = withResolvers();
  resolve(result);
  return promise;
}

/** Calls a program's callback of that kind; what it throws becomes a rejection. */
function callOnce(fn, thisArg, ...args) {
  try {
    return convertPromise(Reflect.apply(fn, thisArg, args));
  } catch (error) {
    return rejectPromise(error);
  }
}

/** The function that does so with one argument. Made here, it costs streams nothing that have no such callback. */
function callingOnce(fn, thisArg) {
  return (argument) => callOnce(fn, thisArg, argument);
}

/**
 * The same for what happens with every chunk (pull, write, transform), without the detour. Whoever calls
 * such a callback does so itself: V8 learns at each place what is called there.
 */
function callbackResult(result) {
  return isObject(result) ? resolvePromise(result) : undefined;
}

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Internal slots inherit nothing, so that a patched Object.prototype never sees them. */
function seal(...Classes) {
  for (const Class of Classes) Object.setPrototypeOf(Class.prototype, null);
}

/**
 * A promise and what settles it. V8 makes it at half the price of Promise.withResolvers(), which it
 * does not inline. It is also a read request, that of a program's read.
 */
class Deferred {
  constructor() {
    this.resolve = undefined;
    this.reject = undefined;
    this.promise = new PromiseAtStart((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  chunk(value) {
    this.resolve({ value, done: false });
  }

  close(value) {
    this.resolve({ value, done: true });
  }

  error(reason) {
    this.reject(reason);
  }
}

function withResolvers() {
  return new Deferred();
}

// Web IDL: methods and accessors that were called on something else than their interface. Each class
// has a function that gives an object's slots, or undefined for other values.

function throwInvalidThis(name) {
  throw new ERR_INVALID_THIS(name);
}

function rejectInvalidThis(name) {
  return rejectPromise(new ERR_INVALID_THIS(name));
}

const kInspect = Symbol.for('nodejs.util.inspect.custom');

/** Gives a class what console.log() shows: the named fields, computed when asked. */
function defineInspect(Class, fields) {
  Object.defineProperty(Class.prototype, kInspect, {
    configurable: true,
    writable: true,
    value(depth, options) {
      if (depth < 0) return this;
      const { inspect } = require('node:util');
      const text = inspect(fields(this), {
        ...options,
        depth: options.depth == null ? null : options.depth - 1,
      });
      return `${Class.name} ${text}`;
    },
  });
}

/** Web IDL: methods and accessors are enumerable, and the class has a string tag. */
function finishInterface(Class, members) {
  const properties = { __proto__: null };
  for (const name of members) properties[name] = { enumerable: true };
  properties[Symbol.toStringTag] = { configurable: true, value: Class.name };
  Object.defineProperties(Class.prototype, properties);
}

// Rings are all of one kind for V8: arrays of anything, with holes.
function makeSlots(count) {
  return new Array(count).fill(undefined);
}

// What an empty ring starts with: many never get an item.
const kNoSlots = makeSlots(1);
kNoSlots.length = 0;

// What it gets with the first item. V8 copies an array in less than half of the time of making and filling it.
const kFewSlots = makeSlots(4);

/**
 * First in, first out: a ring that only grows, since making it small again costs more. It is also
 * https://streams.spec.whatwg.org/#queue-with-sizes : `total` is what the queue holds by its strategy. Without
 * a size function every chunk counts 1 and no sizes are kept.
 */
class Fifo {
  constructor(hasSizes = false) {
    this.slots = kNoSlots;
    this.head = 0;
    this.length = 0;
    this.total = 0;
    this.sizes = hasSizes ? new Fifo() : null;
  }

  push(item) {
    const { slots, length } = this;
    if (length !== slots.length) {
      const end = this.head + length;
      slots[end < slots.length ? end : end - slots.length] = item;
      this.length = length + 1;
    } else {
      this.pushBehindFull(item);
    }
  }

  first() {
    return this.slots[this.head];
  }

  lastIndex() {
    const index = this.head + this.length - 1;
    return index < this.slots.length ? index : index - this.slots.length;
  }

  last() {
    return this.slots[this.lastIndex()];
  }

  replaceFirst(item) {
    this.slots[this.head] = item;
  }

  replaceLast(item) {
    this.slots[this.lastIndex()] = item;
  }

  /** Takes the first item; there must be one. */
  shift() {
    const { slots, head } = this;
    const item = slots[head];
    slots[head] = undefined;
    this.head = head + 1 === slots.length ? 0 : head + 1;
    this.length--;
    return item;
  }

  enqueue(value, size) {
    this.push(value);
    if (this.sizes !== null) this.sizes.push(size);
    this.total += size;
  }

  dequeue() {
    if (this.sizes === null) {
      this.total--;
    } else {
      this.total -= this.sizes.shift();
      // Rounding errors must not make the total negative.
      if (this.total < 0) this.total = 0;
    }
    return this.shift();
  }

  clear() {
    this.slots = kNoSlots;
    this.head = this.length = this.total = 0;
    if (this.sizes !== null) this.sizes.clear();
  }

  pushBehindFull(item) {
    const { slots, head } = this;
    if (slots === kNoSlots) {
      this.slots = kFewSlots.slice();
    } else if (head > 0) {
      this.slots = slots.slice(head).concat(slots.slice(0, head), makeSlots(slots.length));
      this.head = 0;
    }
    // Where all is in order V8 makes the array longer, in fewer and cheaper steps.
    this.slots[this.length++] = item;
  }

  /** Makes room for `count` more. */
  reserve(count) {
    const { slots, head, length } = this;
    if (slots.length - length >= count) return;
    const first = slots.slice(head, head + length);
    const rest = length - first.length;
    this.slots = first.concat(slots.slice(0, rest), makeSlots(count));
    this.head = 0;
  }

  /** Adds `count` times undefined. */
  pushEmpty(count) {
    this.reserve(count);
    this.length += count; // slots without an item are undefined
  }
}

/** Stands for a queue that never got an item: many streams end so. Read it; push to one of your own. */
const kEmptyQueue = new Fifo();

seal(Deferred, Fifo);

/** The promise of a stream's end, `whenOver` of its slots: made when it is first asked for. */
function promiseOfEnd(slots, isClosed, isErrored) {
  if (slots.whenOver === null) {
    slots.whenOver = withResolvers();
    markHandled(slots.whenOver.promise);
    if (isClosed) slots.whenOver.resolve(undefined);
    else if (isErrored) slots.whenOver.reject(slots.storedError);
  }
  return slots.whenOver.promise;
}

module.exports = {
  Deferred,
  Fifo,
  callOnce,
  callbackResult,
  callingOnce,
  convertPromise,
  defineInspect,
  finishInterface,
  ignore,
  isObject,
  kEmptyQueue,
  kInternal,
  kPending,
  kResolved,
  markHandled,
  promiseOfEnd,
  rejectInvalidThis,
  rejectPromise,
  rejectedHandled,
  resolvePromise,
  seal,
  throwInvalidThis,
  transform,
  upon,
  withResolvers,
};
