'use strict';

// Each interface is loaded when it is first asked for: structuredClone() needs no ports.
module.exports = {
  get structuredClone() {
    return require('web/messaging/transfer').structuredClone;
  },
  get MessageChannel() {
    return require('web/messaging/port').MessageChannel;
  },
  get MessagePort() {
    return require('web/messaging/port').MessagePort;
  },
  get MessageEvent() {
    return require('web/messaging/message_event').MessageEvent;
  },
  get BroadcastChannel() {
    return require('web/messaging/broadcast_channel').BroadcastChannel;
  },
};
