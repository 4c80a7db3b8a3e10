'use strict';

// A program that runs a REPL beside other things keeps its uncaught exceptions to itself: what is
// typed may not listen for them.

const { ERR_INVALID_REPL_INPUT } = require('runtime/errors');

const guarded = new WeakSet();
let isInstalled = false;

/** Refuses listeners for uncaughtException that code of a REPL adds, unless the REPL is the program. */
function guardProcess(repl) {
  if (repl._isStandalone) return;
  guarded.add(repl._domain);
  if (isInstalled) return;
  isInstalled = true;
  process.prependListener('newListener', (event, listener) => {
    if (event !== 'uncaughtException' || !guarded.has(process.domain)) return;
    // The listener is added behind this event, so it goes again in the next tick.
    process.nextTick(() => process.removeListener('uncaughtException', listener));
    throw new ERR_INVALID_REPL_INPUT(
      'Listeners for `uncaughtException` cannot be used in the REPL',
    );
  });
}

module.exports = { guardProcess };
