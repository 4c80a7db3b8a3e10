'use strict';

// The entries that performance.getEntries() gives: marks, measures and resources.

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { setImmediate } = require('runtime/timers');

const buffers = { mark: [], measure: [], resource: [] };
const kWarnAt = 1e6;
const warned = new Set();

function byStartTime(first, second) {
  return first.startTime - second.startTime;
}

/** Keeps a mark or a measure for getEntries(). */
function keep(entry) {
  const type = entry.entryType;
  const buffer = buffers[type];
  buffer.push(entry);
  if (buffer.length <= kWarnAt || warned.has(type)) return;
  warned.add(type);
  const clear = type === 'mark' ? 'clearMarks' : 'clearMeasures';
  const warning = new Error(
    `Possible perf_hooks memory leak detected. ${buffer.length} ${type} entries added to the ` +
      `global performance entry buffer. Use performance.${clear} to clear the buffer.`,
  );
  warning.name = 'MaxPerformanceEntryBufferExceededWarning';
  Object.assign(warning, { entryType: type, count: buffer.length });
  process.emitWarning(warning);
}

/** Forgets the entries of a type, or those with a name. */
function clear(type, name) {
  if (!(type in buffers)) throw new ERR_INVALID_ARG_TYPE('type', 'string', type);
  buffers[type] = name === undefined ? [] : buffers[type].filter((entry) => entry.name !== name);
}

/** The entries with a name or of a type, in chronological order. */
function find(name, type) {
  let found;
  if (type === undefined) found = [...buffers.mark, ...buffers.measure, ...buffers.resource];
  else found = Object.hasOwn(buffers, type) ? buffers[type].slice() : [];
  if (name !== undefined) found = found.filter((entry) => entry.name === name);
  return found.sort(byStartTime);
}

// https://w3c.github.io/resource-timing/#sec-extensions-performance-interface
let resourceLimit = 250;
let overflow = [];
let overflowPending = false;

/** https://w3c.github.io/resource-timing/#dfn-add-a-performanceresourcetiming-entry */
function keepResource(entry, fireBufferFull) {
  // 1. Room, and nothing waits before it.
  if (buffers.resource.length < resourceLimit && !overflowPending) {
    buffers.resource.push(entry);
    return;
  }
  // 2. The first that finds no room announces it.
  if (!overflowPending) {
    overflowPending = true;
    setImmediate(() => drainOverflow(fireBufferFull));
  }
  // 3. All wait in the second buffer.
  overflow.push(entry);
}

/** https://w3c.github.io/resource-timing/#dfn-fire-a-buffer-full-event */
function drainOverflow(fireBufferFull) {
  while (overflow.length > 0) {
    const before = overflow.length;
    // 1.2 Handlers may clear the buffer or make it larger.
    if (buffers.resource.length >= resourceLimit) fireBufferFull();
    // 1.3 Copy what has room now.
    while (overflow.length > 0 && buffers.resource.length < resourceLimit) {
      buffers.resource.push(overflow.shift());
    }
    // 1.5 Nobody made room: the rest is lost.
    if (overflow.length >= before) overflow = [];
  }
  // 2. The next overflow is a new one.
  overflowPending = false;
}

function setResourceLimit(limit) {
  resourceLimit = limit;
}

module.exports = { byStartTime, clear, find, keep, keepResource, setResourceLimit };
