'use strict';

const { inspect } = require('modules/util/inspect');

function warn(message, details) {
  const warning = new Error(message);
  warning.name = 'MaxListenersExceededWarning';
  // Taken again, so that the stack begins with the name that it has by now.
  Error.captureStackTrace(warning, warn);
  process.emitWarning(Object.assign(warning, details));
}

/** Warns that an emitter has more listeners for one event than it said it would. */
function warnOfEmitter(emitter, type, count) {
  warn(
    `Possible EventEmitter memory leak detected. ${count} ${String(type)} listeners added to ` +
      `${inspect(emitter, { depth: -1 })}. MaxListeners is ${emitter.getMaxListeners()}. ` +
      'Use emitter.setMaxListeners() to increase limit',
    { emitter, type, count },
  );
}

/** The same for an event target, whose limit is `max`. */
function warnOfTarget(target, type, count, max) {
  warn(
    `Possible EventTarget memory leak detected. ${count} ${String(type)} listeners added to ` +
      `${inspect(target, { depth: -1 })}. MaxListeners is ${max}. ` +
      'Use events.setMaxListeners() to increase limit',
    { target, type, count },
  );
}

module.exports = { warnOfEmitter, warnOfTarget };
