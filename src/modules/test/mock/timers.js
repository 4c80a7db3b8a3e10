'use strict';

// Timers and a clock that only move when they are told to.

const { ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE } = require('runtime/errors');
const { validateAbortSignal, validateNumber, validateStringArray } = require('runtime/validators');

const kApis = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'scheduler.wait',
  'Date',
  'AbortSignal.timeout',
];
const kDefaultApis = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'Date',
  'scheduler.wait',
  'AbortSignal.timeout',
];
const kMaxDelay = 2 ** 31 - 1;
const RealDate = Date;

/** One pending timer: what mocked setTimeout() and setInterval() return. */
class Timer {
  constructor(id, callback, args, runAt, interval, clock) {
    this.id = id;
    this.callback = callback;
    this.args = args;
    this.runAt = runAt;
    this.interval = interval;
    Object.defineProperty(this, 'clock', { value: clock });
  }

  hasRef() {
    return true;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  refresh() {
    return this;
  }

  close() {
    this.clock.clear(this);
    return this;
  }

  [Symbol.toPrimitive]() {
    return this.id;
  }

  [Symbol.dispose]() {
    this.clock.clear(this);
  }
}

/** The pending timers and the time. */
class Clock {
  now = 0;
  #timers = [];
  #lastId = 0;

  add(callback, delay, args, repeats) {
    const wait = normalizeDelay(delay);
    const timer = new Timer(
      ++this.#lastId,
      callback,
      args,
      this.now + wait,
      repeats ? wait : undefined,
      this,
    );
    this.#timers.push(timer);
    return timer;
  }

  addImmediate(callback, args) {
    const timer = new Timer(++this.#lastId, callback, args, this.now, undefined, this);
    timer.isImmediate = true;
    this.#timers.push(timer);
    return timer;
  }

  clear(handle) {
    const id = typeof handle === 'object' && handle !== null ? handle.id : Number(handle);
    this.#timers = this.#timers.filter((timer) => timer.id !== id);
  }

  /** Moves the time on, then runs what has fallen due, in its order. */
  advance(milliseconds) {
    this.now += milliseconds;
    for (;;) {
      const timer = this.#first();
      if (timer === undefined || timer.runAt > this.now) break;
      if (timer.interval === undefined) this.clear(timer);
      else timer.runAt += Math.max(timer.interval, 1);
      timer.callback(...timer.args);
    }
  }

  #first() {
    let first;
    for (const timer of this.#timers) {
      if (
        first === undefined ||
        timer.runAt < first.runAt ||
        (timer.runAt === first.runAt && timer.isImmediate && !first.isImmediate)
      ) {
        first = timer;
      }
    }
    return first;
  }

  /** How far away the last of the pending timers is. */
  get span() {
    return this.#timers.reduce((span, timer) => Math.max(span, timer.runAt - this.now), 0);
  }
}

function normalizeDelay(delay) {
  const number = Number(delay);
  return number >= 1 && number <= kMaxDelay ? Math.trunc(number) : 1;
}

/** Replaces timers, and takes the replacements back. */
class MockTimers {
  #clock;
  #restores = [];

  #requireEnabled() {
    if (this.#clock !== undefined) return;
    throw new ERR_INVALID_STATE(
      'You should enable MockTimers first by calling the .enable function',
    );
  }

  /** Replaces the timers that `apis` names, all by default, and the Date. */
  enable(options = { __proto__: null, apis: kDefaultApis }) {
    const { apis = kDefaultApis, now = 0 } = options;
    if (this.#clock !== undefined) throw new ERR_INVALID_STATE('MockTimers is already enabled!');
    const time = isDate(now) ? Number(now) : now;
    validateNumber(time, 'initial time');
    if (!Number.isInteger(time) || time < 0) {
      throw new ERR_INVALID_ARG_VALUE('initial time', now, 'epoch must be a positive integer');
    }
    const list = apis.length === 0 ? kDefaultApis : apis;
    validateStringArray(list, 'options.apis');
    for (const api of list) {
      if (!kApis.includes(api)) {
        throw new ERR_INVALID_ARG_VALUE('options.apis', api, `option ${api} is not supported`);
      }
    }
    this.#clock = new Clock();
    this.#clock.now = time;
    for (const api of list) this.#replace(api);
  }

  #replace(api) {
    const clock = this.#clock;
    switch (api) {
      case 'setTimeout':
        this.#replaceTimer('setTimeout', 'clearTimeout', (callback, delay, ...args) =>
          clock.add(callback, delay, args, false),
        );
        this.#put(promisesModule(), 'setTimeout', (delay, value, options) =>
          waitFor(clock, delay, value, options),
        );
        break;
      case 'setInterval':
        this.#replaceTimer('setInterval', 'clearInterval', (callback, delay, ...args) =>
          clock.add(callback, delay, args, true),
        );
        this.#put(promisesModule(), 'setInterval', (delay, value, options) =>
          repeat(clock, delay, value, options),
        );
        break;
      case 'setImmediate':
        this.#replaceTimer('setImmediate', 'clearImmediate', (callback, ...args) =>
          clock.addImmediate(callback, args),
        );
        this.#put(promisesModule(), 'setImmediate', (value, options) =>
          waitFor(clock, 0, value, options, true),
        );
        break;
      case 'scheduler.wait':
        this.#put(promisesModule().scheduler, 'wait', (delay, options) =>
          waitFor(clock, delay, undefined, options),
        );
        break;
      case 'AbortSignal.timeout':
        this.#put(AbortSignal, 'timeout', (delay) => abortAfter(clock, delay));
        break;
      case 'Date':
        if (Object.hasOwn(Date, 'isMock'))
          throw new ERR_INVALID_STATE('Date is already being mocked!');
        this.#put(globalThis, 'Date', makeDate(clock));
        break;
    }
  }

  #replaceTimer(set, clear, implementation) {
    const { promisify } = require('node:util');
    const clock = this.#clock;
    const replacement = { [set]: (...args) => implementation(...args) }[set];
    Object.defineProperty(replacement, promisify.custom, {
      enumerable: true,
      get: () => promisesModule()[set],
    });
    const clearing = { [clear]: (handle) => clock.clear(handle ?? NaN) }[clear];
    for (const owner of [globalThis, require('node:timers')]) {
      this.#put(owner, set, replacement);
      this.#put(owner, clear, clearing);
    }
  }

  #put(owner, name, value) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    this.#restores.push(() => {
      if (descriptor === undefined) delete owner[name];
      else Object.defineProperty(owner, name, descriptor);
    });
    Object.defineProperty(owner, name, {
      configurable: true,
      enumerable: descriptor?.enumerable ?? true,
      writable: true,
      value,
    });
  }

  /** Moves the time on by so many milliseconds, running the timers that fall due. */
  tick(time = 1) {
    this.#requireEnabled();
    if (time < 0) throw new ERR_INVALID_ARG_VALUE('time', 'positive integer', time);
    this.#clock.advance(time);
  }

  /** Sets the clock without running timers. */
  setTime(time = 0) {
    validateNumber(time, 'time');
    this.#requireEnabled();
    this.#clock.now = time;
  }

  /** Runs all pending timers. */
  runAll() {
    this.#requireEnabled();
    this.#clock.advance(this.#clock.span);
  }

  /** Takes the replacements back. */
  reset() {
    if (this.#clock === undefined) return;
    for (const restore of this.#restores.reverse()) restore();
    this.#restores = [];
    this.#clock = undefined;
  }

  [Symbol.dispose]() {
    this.reset();
  }
}

function promisesModule() {
  return require('node:timers/promises');
}

function isDate(value) {
  return require('node:util/types').isDate(value);
}

async function waitFor(clock, delay, value, options = {}, immediate = false) {
  const { signal } = options ?? {};
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw abortError(signal);
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clock.clear(timer);
      reject(abortError(signal));
    };
    const done = () => {
      signal?.removeEventListener('abort', onAbort);
      resolve(value);
    };
    const timer = immediate ? clock.addImmediate(done, []) : clock.add(done, delay, [], false);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function abortError(signal) {
  const { AbortError } = require('runtime/errors');
  return new AbortError(undefined, { cause: signal.reason });
}

async function* repeat(clock, delay, value, options = {}) {
  const { signal } = options ?? {};
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw abortError(signal);
  let due = 0;
  let wake = () => {};
  const timer = clock.add(
    () => {
      due++;
      wake();
    },
    delay,
    [],
    true,
  );
  const onAbort = () => {
    clock.clear(timer);
    wake();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      while (due === 0 && !signal?.aborted) {
        await new Promise((resolve) => {
          wake = resolve;
        });
      }
      // What fell due before the abort still counts.
      if (due === 0) throw abortError(signal);
      due--;
      yield value;
    }
  } finally {
    clock.clear(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function abortAfter(clock, delay) {
  const controller = new AbortController();
  clock.add(
    () => {
      controller.abort(
        new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
      );
    },
    delay,
    [],
    false,
  );
  return controller.signal;
}

/** A Date whose present is the clock's. */
function makeDate(clock) {
  function MockDate(...args) {
    if (new.target === undefined) return new RealDate(clock.now).toString();
    const values = args.length === 0 ? [clock.now] : args;
    return Reflect.construct(RealDate, values, new.target === MockDate ? RealDate : new.target);
  }
  const { length, name } = RealDate;
  Object.defineProperties(MockDate, Object.getOwnPropertyDescriptors(RealDate));
  Object.defineProperties(MockDate, {
    length: { value: length, configurable: true },
    name: { value: name, configurable: true },
    now: {
      value: function now() {
        return clock.now;
      },
      configurable: true,
      writable: true,
    },
    isMock: { value: true, configurable: true },
    toString: {
      value: function toString() {
        return RealDate.toString();
      },
      configurable: true,
      writable: true,
    },
  });
  return MockDate;
}

module.exports = { MockTimers };
