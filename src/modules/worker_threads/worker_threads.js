// node:worker_threads
'use strict';

const { isMainThread, threadId } = native('worker');

// Everything but these facts is loaded when it is first asked for.
module.exports = {
  isInternalThread: false,
  isMainThread,
  threadId,
  get MessagePort() {
    return require('web/messaging').MessagePort;
  },
  get MessageChannel() {
    return require('web/messaging').MessageChannel;
  },
  get BroadcastChannel() {
    return require('web/messaging').BroadcastChannel;
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
