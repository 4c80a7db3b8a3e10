'use strict';

// What the command line asks V8 for, set up before the program runs.

const { getOptionValue } = require('runtime/options');

/** Sets it up; called when one of the options, or NODE_V8_COVERAGE, is given. */
function start() {
  const signal = getOptionValue('--heapsnapshot-signal');
  if (signal) {
    require('runtime/validators').validateSignalName(signal);
    process.on(signal, () => require('node:v8').writeHeapSnapshot());
  }
  const limit = getOptionValue('--heapsnapshot-near-heap-limit');
  if (limit > 0) native('v8').setNearHeapLimit(limit);
  if (process.env.NODE_V8_COVERAGE) require('modules/v8/coverage').startFromEnvironment();
  if (getOptionValue('--experimental-test-coverage') === true) {
    require('modules/test/coverage').startFromCommandLine();
  }
}

module.exports = { start };
