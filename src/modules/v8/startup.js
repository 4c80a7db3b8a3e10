'use strict';

// What the command line asks V8 for, set up before the program runs.

const { getOptionValue } = require('runtime/options');

/** Sets it up; called when one of the options is given. */
function start() {
  const signal = getOptionValue('--heapsnapshot-signal');
  if (signal) {
    require('runtime/validators').validateSignalName(signal);
    process.on(signal, () => require('node:v8').writeHeapSnapshot());
  }
  const limit = getOptionValue('--heapsnapshot-near-heap-limit');
  if (limit > 0) native('v8').setNearHeapLimit(limit);
}

module.exports = { start };
