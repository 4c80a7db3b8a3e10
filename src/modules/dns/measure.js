'use strict';

// Entries of type 'dns' for those who observe them with node:perf_hooks.

/** Notes the start of an operation, if anybody observes; `finish` takes what this returns. */
function begin(name, detail) {
  if (!require('web/performance/observer').isObserved('dns')) return null;
  const { now } = require('web/performance/clock');
  return { name, detail, startTime: now() };
}

/** Hands out the entry of an operation that succeeded. */
function finish(operation, result) {
  if (operation === null) return;
  const { name, detail, startTime } = operation;
  const { now } = require('web/performance/clock');
  const { PerformanceNodeEntry, kCreate } = require('web/performance/entry');
  const whole = { ...detail, ...result };
  const duration = now() - startTime;
  const entry = new PerformanceNodeEntry(kCreate, name, 'dns', startTime, duration, whole);
  require('web/performance/observer').enqueue(entry);
}

module.exports = { begin, finish };
