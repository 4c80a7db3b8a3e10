'use strict';
// Timers and immediates. All timers of one duration stand in one list (they are due in the order of
// their making); a heap orders the lists by when their first timer is due; one uv_timer serves all.

const ids = require('runtime/async_ids');
const { getFrame, setFrame } = native('async_context');
const { schedule, setTimerRef, setImmediateRef, now } = native('timers');

const kMaxDelay = 2 ** 31 - 1;
const kRefed = Symbol('refed');
const kHasPrimitive = Symbol('hasPrimitive');
const kAsyncId = Symbol('asyncId');
const kTriggerId = Symbol('triggerId');

// Timers that clearTimeout() may meet as a number.
const knownByNumber = new Map();

class TimerList {
  constructor(duration, expiry) {
    this.duration = duration;
    this.expiry = expiry;
    this.position = 0; // in the heap
    this._idleNext = this;
    this._idlePrev = this;
  }
}

const lists = new Map(); // duration -> TimerList
// The list that was emptied last, by a program that clears its timers: it often wants the next one soon.
// It stands where it stood until it is due; all other lists go with their last timer.
let spareList;
// The list that got a timer last: mostly the next timer goes there, too.
let lastList;
const heap = [undefined]; // binary, from 1
let refCount = 0;
let nextExpiry = Infinity;

function siftUp(list) {
  let at = list.position;
  while (at > 1) {
    const parent = heap[at >> 1];
    if (parent.expiry <= list.expiry) break;
    heap[at] = parent;
    parent.position = at;
    at >>= 1;
  }
  heap[at] = list;
  list.position = at;
}

function siftDown(list) {
  let at = list.position;
  const size = heap.length;
  for (;;) {
    let child = at * 2;
    if (child >= size) break;
    if (child + 1 < size && heap[child + 1].expiry < heap[child].expiry) child++;
    if (heap[child].expiry >= list.expiry) break;
    heap[at] = heap[child];
    heap[at].position = at;
    at = child;
  }
  heap[at] = list;
  list.position = at;
}

function removeList(list) {
  const last = heap.pop();
  if (last !== list) {
    last.position = list.position;
    heap[list.position] = last;
    siftUp(last);
    siftDown(last);
  }
  lists.delete(list.duration);
  if (list === spareList) spareList = undefined;
  if (list === lastList) lastList = undefined;
}

function isEmpty(list) {
  return list._idleNext === list;
}

// A list has lost its last timer.
function spare(list) {
  if (spareList === list) return;
  if (spareList !== undefined && isEmpty(spareList)) removeList(spareList);
  spareList = list;
}

function unlink(timer) {
  if (timer._idleNext) {
    timer._idleNext._idlePrev = timer._idlePrev;
    timer._idlePrev._idleNext = timer._idleNext;
  }
  timer._idleNext = null;
  timer._idlePrev = null;
}

function insert(timer, start = now()) {
  const duration = Math.trunc(timer._idleTimeout);
  timer._idleStart = start;
  timer._destroyed = false;
  const list = lastList?.duration === duration ? lastList : listFor(duration, start);
  const last = list._idlePrev;
  timer._idlePrev = last;
  timer._idleNext = list;
  last._idleNext = timer;
  list._idlePrev = timer;
}

function listFor(duration, start) {
  lastList = lists.get(duration) ?? addList(duration, start);
  return lastList;
}

function addList(duration, start) {
  const expiry = start + duration;
  const list = new TimerList(duration, expiry);
  lists.set(duration, list);
  list.position = heap.length;
  heap.push(list);
  siftUp(list);
  if (expiry < nextExpiry) {
    schedule(duration);
    nextExpiry = expiry;
  }
  return list;
}

function countRef() {
  if (refCount++ === 0) setTimerRef(true);
}

function countUnref() {
  if (--refCount === 0) setTimerRef(false);
}

class Timeout {
  constructor(callback, after, args, isRepeat, isRefed) {
    if (after === undefined) {
      after = 1;
    } else {
      after *= 1;
    }
    if (!(after >= 1 && after <= kMaxDelay)) {
      if (after > kMaxDelay) warnOverflow(after);
      else if (after < 0) warnNegative(after);
      else if (Number.isNaN(after)) warnNaN(after);
      after = 1;
    }
    this._idleTimeout = after;
    this._idlePrev = this;
    this._idleNext = this;
    this._idleStart = null;
    this._onTimeout = null;
    this._onTimeout = callback;
    this._timerArgs = args;
    this._repeat = isRepeat ? after : null;
    this._destroyed = false;
    if (isRefed) countRef();
    this[kRefed] = isRefed;
    this[kHasPrimitive] = false;
    initResource(this, 'Timeout');
  }

  [Symbol.for('nodejs.util.inspect.custom')](_, options) {
    const { inspect } = require('modules/util/inspect');
    return inspect(this, { ...options, depth: 0, customInspect: false });
  }

  /** Restarts the timer's wait from now, without a new object. */
  refresh() {
    if (this[kRefed]) active(this);
    else activeUnref(this);
    return this;
  }

  unref() {
    if (this[kRefed]) {
      this[kRefed] = false;
      if (!this._destroyed) countUnref();
    }
    return this;
  }

  ref() {
    if (this[kRefed] === false) {
      this[kRefed] = true;
      if (!this._destroyed) countRef();
    }
    return this;
  }

  hasRef() {
    return this[kRefed] === true;
  }

  close() {
    clearTimeout(this);
    return this;
  }

  [Symbol.dispose]() {
    clearTimeout(this);
  }

  [Symbol.toPrimitive]() {
    const id = this[kAsyncId];
    if (!this[kHasPrimitive] && !this._destroyed) {
      this[kHasPrimitive] = true;
      knownByNumber.set(id, this);
    }
    return id;
  }
}

function initResource(resource, type) {
  const id = ids.asInteger(ids.newId());
  const triggerId = ids.asInteger(ids.triggerOfNew());
  resource[kAsyncId] = id;
  resource[kTriggerId] = triggerId;
  resource._frame = getFrame();
  if (ids.hearsInit()) require('runtime/async_hooks').emitInit(id, type, triggerId, resource);
}

function warnOverflow(after) {
  process.emitWarning(
    `${after} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`,
    'TimeoutOverflowWarning',
  );
}

let warnedNegative = false;
function warnNegative(after) {
  if (warnedNegative) return;
  warnedNegative = true;
  process.emitWarning(
    `${after} is a negative number.\nTimeout duration was set to 1.`,
    'TimeoutNegativeWarning',
  );
}

let warnedNaN = false;
function warnNaN(after) {
  if (warnedNaN) return;
  warnedNaN = true;
  process.emitWarning(
    `${after} is not a number.\nTimeout duration was set to 1.`,
    'TimeoutNaNWarning',
  );
}

function checkCallback(callback) {
  if (typeof callback !== 'function') {
    const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
    throw new ERR_INVALID_ARG_TYPE('callback', 'Function', callback);
  }
}

// Internal users (sockets, HTTP) start and restart their own objects.
function active(timer) {
  restart(timer, true);
}

function activeUnref(timer) {
  restart(timer, false);
}

function restart(timer, refed) {
  const duration = timer._idleTimeout;
  if (duration < 0 || duration === undefined) return;
  const { _idleNext: next, _idlePrev: previous } = timer;
  const wasListed = next && next !== timer;
  if (wasListed) unlink(timer);
  if (timer._destroyed) {
    // A timer that has fired or was cleared counts anew.
    if (timer[kRefed]) countRef();
    if (timer[kAsyncId] !== undefined && !wasListed) initResource(timer, 'Timeout');
  } else if (timer[kRefed] === undefined) {
    timer[kRefed] = refed;
    if (refed) countRef();
    if (timer[kAsyncId] === undefined) initResource(timer, 'Timeout');
  }
  insert(timer);
  if (wasListed && next === previous && isEmpty(next)) removeList(next);
}

// What callers of timers pass on to the callback; hardly any do, so that there is no rest parameter,
// which would be an array each time.
function restOf(all, from) {
  const rest = new Array(all.length - from);
  for (let i = from; i < all.length; i++) rest[i - from] = all[i];
  return rest;
}

function setTimeout(callback, after) {
  checkCallback(callback);
  const args = arguments.length > 2 ? restOf(arguments, 2) : undefined;
  const timer = new Timeout(callback, after, args, false, true);
  insert(timer);
  return timer;
}

function setInterval(callback, repeat) {
  checkCallback(callback);
  const args = arguments.length > 2 ? restOf(arguments, 2) : undefined;
  const timer = new Timeout(callback, repeat, args, true, true);
  insert(timer);
  return timer;
}

function tellDestroyed(resource) {
  if (ids.hearsDestroy()) require('runtime/async_hooks').emitDestroy(resource[kAsyncId]);
}

function forget(timer) {
  if (timer._destroyed) return;
  timer._destroyed = true;
  if (timer[kHasPrimitive]) knownByNumber.delete(timer[kAsyncId]);
  if (timer[kRefed]) countUnref();
  tellDestroyed(timer);
}

function unenroll(timer) {
  forget(timer);
  const { _idleNext: next, _idlePrev: previous } = timer;
  if (next && next !== timer) {
    unlink(timer);
    // Only a list is on both sides.
    if (next === previous) spare(next);
  }
  timer._idleTimeout = -1;
}

function clearTimeout(timer) {
  if (timer?._onTimeout) {
    timer._onTimeout = null;
    unenroll(timer);
  } else if (typeof timer === 'number' || typeof timer === 'string') {
    const known = knownByNumber.get(+timer);
    if (known !== undefined) {
      known._onTimeout = null;
      unenroll(known);
    }
  }
}

function clearInterval(timer) {
  clearTimeout(timer);
}

// Runs `call` as the resource it belongs to: async ids, hooks and async context. When it throws
// they stay, for those who handle the error; C++ leaves them then.
function runAs(resource, call) {
  setFrame(resource._frame);
  const id = resource[kAsyncId];
  ids.enter(id, resource[kTriggerId], resource);
  if (ids.hearsCallbacks()) {
    const hooks = require('runtime/async_hooks');
    hooks.emitBefore(id);
    call(resource);
    hooks.emitAfter(id);
  } else {
    call(resource);
    // A hook may have been enabled meanwhile.
    if (ids.hearsCallbacks()) require('runtime/async_hooks').emitAfter(id);
  }
  ids.leave();
  setFrame(undefined);
}

function fire(timer) {
  const args = timer._timerArgs;
  if (args === undefined) timer._onTimeout();
  else timer._onTimeout(...args);
}

let afterCallback; // runs ticks between timers: set by install()

// Called by C++ when the uv_timer fired. Returns when the next list is due: 0 for none, negative
// when nothing that is due keeps the loop open.
function processTimers(time) {
  nextExpiry = Infinity;
  let list;
  let ranOne = false;
  while (heap.length > 1) {
    list = heap[1];
    // What came due meanwhile waits for the next turn: an interval shorter than its callback takes
    // must not keep the loop from everything else.
    if (list.expiry > time) {
      nextExpiry = list.expiry;
      return refCount > 0 ? nextExpiry : -nextExpiry;
    }
    if (ranOne) afterCallback();
    else ranOne = true;
    runList(list, time);
  }
  return 0;
}

function runList(list, time) {
  let ranOne = false;
  let timer;
  while ((timer = list._idleNext) !== list) {
    if (time - timer._idleStart < list.duration) {
      list.expiry = Math.max(timer._idleStart + list.duration, time + 1);
      siftDown(list);
      return;
    }
    if (ranOne) afterCallback();
    else ranOne = true;
    if (list._idleNext !== timer) continue; // a tick cleared it
    unlink(timer);
    if (timer._onTimeout === null || timer._onTimeout === undefined) {
      forget(timer);
      continue;
    }
    let start;
    if (timer._repeat) start = now();
    try {
      runAs(timer, fire);
    } finally {
      if (timer._repeat && timer._idleTimeout !== -1) {
        timer._idleTimeout = timer._repeat;
        if (!timer._idleNext) insert(timer, start);
      } else if (!timer._idleNext && !timer._destroyed) {
        forget(timer);
      }
    }
  }
  if (list === lists.get(list.duration)) removeList(list);
}

// [queued, queued that keep the loop open, a callback threw and others wait]
const immediateInfo = new Uint32Array(new ArrayBuffer(3 * 4));
let immediateHead = null;
let immediateTail = null;
let outstanding = null; // what an exception left of a turn

class Immediate {
  constructor(callback, args) {
    this._idleNext = null;
    this._idlePrev = null;
    this._onImmediate = callback;
    this._argv = args;
    this._destroyed = false;
    this[kRefed] = false;
    initResource(this, 'Immediate');
    this.ref();
    immediateInfo[0]++;
    if (immediateTail === null) {
      immediateHead = this;
    } else {
      this._idlePrev = immediateTail;
      immediateTail._idleNext = this;
    }
    immediateTail = this;
  }

  ref() {
    if (this[kRefed] === false) {
      this[kRefed] = true;
      if (immediateInfo[1]++ === 0) setImmediateRef(true);
    }
    return this;
  }

  unref() {
    if (this[kRefed] === true) {
      this[kRefed] = false;
      if (--immediateInfo[1] === 0) setImmediateRef(false);
    }
    return this;
  }

  hasRef() {
    return this[kRefed] === true;
  }

  [Symbol.dispose]() {
    clearImmediate(this);
  }
}

function setImmediate(callback) {
  checkCallback(callback);
  return new Immediate(callback, arguments.length > 1 ? restOf(arguments, 1) : undefined);
}

function retire(immediate) {
  immediate._destroyed = true;
  immediateInfo[0]--;
  if (immediate[kRefed] && --immediateInfo[1] === 0) setImmediateRef(false);
  immediate[kRefed] = null;
}

function clearImmediate(immediate) {
  if (!immediate?._onImmediate || immediate._destroyed) return;
  immediate._onImmediate = null;
  retire(immediate);
  tellDestroyed(immediate);
  const { _idlePrev: previous, _idleNext: next } = immediate;
  if (previous !== null) previous._idleNext = next;
  else if (immediateHead === immediate) immediateHead = next;
  else if (outstanding === immediate) outstanding = next;
  if (next !== null) next._idlePrev = previous;
  else if (immediateTail === immediate) immediateTail = previous;
}

function fireImmediate(immediate) {
  const args = immediate._argv;
  if (args === undefined) immediate._onImmediate();
  else immediate._onImmediate(...args);
}

// Called by C++ once a loop turn: runs what was queued before it.
function processImmediates() {
  let immediate = outstanding;
  if (immediate === null) {
    immediate = immediateHead;
    immediateHead = immediateTail = null;
  }
  immediateInfo[2] = 0;
  outstanding = null;
  let ranOne = false;
  while (immediate !== null) {
    if (immediate._destroyed) {
      immediate = immediate._idleNext;
      continue;
    }
    if (ranOne) {
      outstanding = immediate;
      immediateInfo[2] = 1;
      afterCallback();
      immediate = outstanding; // a tick may have cleared it
      outstanding = null;
      immediateInfo[2] = 0;
      if (immediate === null) break;
      if (immediate._destroyed) continue;
    }
    ranOne = true;
    retire(immediate);
    let done = false;
    try {
      runAs(immediate, fireImmediate);
      done = true;
    } finally {
      immediate._onImmediate = null;
      tellDestroyed(immediate);
      if (!done && immediate._idleNext !== null) {
        outstanding = immediate._idleNext;
        outstanding._idlePrev = null;
        immediateInfo[2] = 1;
      }
    }
    const next = immediate._idleNext;
    if (next !== null) next._idlePrev = null;
    immediate = next;
  }
}

module.exports = {
  Timeout,
  Immediate,
  kMaxDelay,
  kRefed,
  immediateInfo,
  /** 'Timeout' for each timer that keeps the loop open: process.getActiveResourcesInfo(). */
  activeTimers() {
    const names = [];
    for (const list of lists.values()) {
      for (let timer = list._idleNext; timer !== list; timer = timer._idleNext) {
        if (timer[kRefed]) names.push('Timeout');
      }
    }
    return names;
  },
  processTimers,
  processImmediates,
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  clearInterval,
  clearImmediate,
  active,
  activeUnref,
  unenroll,
  /** A timer for internal use that does not keep the loop open. */
  setUnrefTimeout(callback, after, args) {
    const timer = new Timeout(callback, after, args, false, false);
    insert(timer);
    return timer;
  },
  /** `run` drains ticks and microtasks between two callbacks of one turn. */
  install(run) {
    afterCallback = run;
  },
};
