'use strict';

/**
 * How many listeners one event may get before it looks like a leak. Emitters and event targets
 * share the default; it has a file of its own so that neither has to load the other.
 */
module.exports = {
  defaultMaxListeners: 10,
  // The properties of an event target that hold its limit, and whether a warning was given.
  kMaxEventTargetListeners: Symbol('events.maxEventTargetListeners'),
  kMaxEventTargetListenersWarned: Symbol('events.maxEventTargetListenersWarned'),
};
