'use strict';
// Tells V8's inspector of async resources, so that a debugger's stacks go on where they were made.
// Promises V8 knows of itself.

const hooks = require('runtime/async_hooks');
const native_ = native('inspector');

const hook = {
  trackPromises: false,
  init: (asyncId, type) => native_.asyncTaskScheduled(type, asyncId),
  before: (asyncId) => native_.asyncTaskStarted(asyncId),
  after: (asyncId) => native_.asyncTaskFinished(asyncId),
  destroy: (asyncId) => native_.asyncTaskCanceled(asyncId),
};

/** Begins or ends to tell. */
function follow(on) {
  if (on) hooks.enable(hook);
  else hooks.disable(hook);
}

module.exports = { follow };
