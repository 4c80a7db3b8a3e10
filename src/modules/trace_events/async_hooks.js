'use strict';
// Trace events of node.async_hooks: the life and the callbacks of each async resource.

const hooks = require('runtime/async_hooks');
const { trace } = require('modules/trace_events/state');

const kGroup = 'node,node.async_hooks';
const types = new Map(); // of the resources that live, by async id

const hook = {
  trackPromises: true,
  init(asyncId, type, triggerAsyncId) {
    types.set(asyncId, type);
    const data = { executionAsyncId: hooks.executionAsyncId(), triggerAsyncId };
    trace('b', kGroup, type, asyncId, { data });
  },
  before(asyncId) {
    if (types.has(asyncId)) trace('b', kGroup, `${types.get(asyncId)}_CALLBACK`, asyncId);
  },
  after(asyncId) {
    if (types.has(asyncId)) trace('e', kGroup, `${types.get(asyncId)}_CALLBACK`, asyncId);
  },
  destroy(asyncId) {
    if (!types.has(asyncId)) return;
    trace('e', kGroup, types.get(asyncId), asyncId);
    types.delete(asyncId);
  },
};

function toggle(on) {
  if (on) hooks.enable(hook);
  else hooks.disable(hook);
}

module.exports = { toggle };
