// Objects that must not be moved to another thread: a transfer would take them from under everyone
// who still uses them.
'use strict';

// Made on first use: a weak set in the startup snapshot would have to be rehashed at each start.
let marked;

/** Makes every later attempt to transfer `object` fail. */
function markAsUntransferable(object) {
  marked ??= new WeakSet();
  marked.add(object);
}

/** Whether `object` was marked; false for primitives. */
function isMarkedAsUntransferable(object) {
  return marked !== undefined && marked.has(object);
}

module.exports = { isMarkedAsUntransferable, markAsUntransferable };
