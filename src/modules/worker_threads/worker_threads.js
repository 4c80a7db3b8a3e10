// node:worker_threads
'use strict';

const { isMainThread, threadId } = native('worker');
const { defineLazy } = require('runtime/lazy_property');
const shared = require('modules/worker_threads/shared');

// Everything but these facts is loaded when it is first asked for.
module.exports = {
  isInternalThread: shared.isInternalThread,
  isMainThread,
  threadId,
  SHARE_ENV: shared.SHARE_ENV,
  parentPort: shared.parentPort,
  resourceLimits: shared.resourceLimits,
  threadName: shared.threadName,
  workerData: shared.workerData,
  getEnvironmentData(key) {
    return shared.environmentData.get(key);
  },
  setEnvironmentData(key, value) {
    if (value === undefined) shared.environmentData.delete(key);
    else shared.environmentData.set(key, value);
  },
  postMessageToThread(...args) {
    return require('modules/worker_threads/thread_messages').postMessageToThread(...args);
  },
  moveMessagePortToContext(port, contextifiedSandbox) {
    return require('web/messaging/port').moveMessagePortToContext(port, contextifiedSandbox);
  },
  receiveMessageOnPort(port) {
    return require('web/messaging/port').receiveMessageOnPort(port);
  },
  markAsUntransferable(object) {
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return;
    require('runtime/untransferable').markAsUntransferable(object);
  },
  isMarkedAsUntransferable(object) {
    if (object === null || object === undefined) return false;
    return require('runtime/untransferable').isMarkedAsUntransferable(object);
  },
  markAsUncloneable(object) {
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return;
    require('web/messaging/transfer');
    native('messaging').markAsUncloneable(object);
  },
};

defineLazy(module.exports, 'Worker', () => {
  require('modules/worker_threads/thread_messages').listen();
  return require('modules/worker_threads/worker').Worker;
});
defineLazy(module.exports, 'locks', () => require('web/locks').locks);
for (const name of ['MessagePort', 'MessageChannel', 'BroadcastChannel']) {
  defineLazy(module.exports, name, () => require('web/messaging')[name]);
}
