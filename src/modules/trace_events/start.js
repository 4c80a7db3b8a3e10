'use strict';
// --trace-event-categories and --trace-events-enabled.

const { getOptionValue } = require('runtime/options');
const { isMainThread } = require('runtime/process_state');
const state = require('modules/trace_events/state');

const kUsual = 'v8,node,node.async_hooks';

/** Called at the start of a thread where one of the options was given. */
function start() {
  const list = getOptionValue('--trace-event-categories') || kUsual;
  state.enable(list.split(',').filter((category) => category !== ''));
  if (isMainThread) {
    state.record();
  } else {
    const { threadId, threadName } = require('node:worker_threads');
    state.describeThread(`[worker ${threadId}] ${threadName || 'WorkerThread'}`);
  }
}

module.exports = { start };
