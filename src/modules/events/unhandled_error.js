'use strict';

// Where an 'error' event was emitted that nobody handled, by its error. The error itself stays
// as it is: a program that catches it sees the stack of where it was made.
const emissions = new WeakMap();

// As many frames as the place of emission may share with the error's own stack before the
// shared ones are left out.
const kSharedFramesShown = 3;

/** Remembers where `emitter.emit('error', err)` was called. */
function noteEmission(err, emitter) {
  const place = {};
  try {
    Error.captureStackTrace(place, emitter.emit);
    const name = emitter.constructor?.name;
    emissions.set(err, { place, name: name === 'EventEmitter' ? undefined : name });
  } catch {
    // A hostile emitter or Error.prepareStackTrace: the error matters more than its place.
  }
}

function sharedTail(a, b) {
  let count = 0;
  while (count < a.length && count < b.length && a.at(-1 - count) === b.at(-1 - count)) count++;
  return count;
}

/**
 * The text that a fatal exception's report puts below the stack of `err`: where it was emitted.
 * Empty if it did not come from an emitter.
 */
function describeEmission(err) {
  const emission = typeof err === 'object' && err !== null ? emissions.get(err) : undefined;
  if (emission === undefined || typeof emission.place.stack !== 'string') return '';
  let lines = emission.place.stack.split('\n').slice(1);
  const shared = sharedTail(lines, String(err.stack).split('\n').slice(1));
  if (shared > kSharedFramesShown) {
    lines = lines.slice(0, -shared);
    lines.push('    [... lines matching original stack trace ...]');
  }
  const instance = emission.name ? ` on ${emission.name} instance` : '';
  return `\nEmitted 'error' event${instance} at:\n${lines.join('\n')}`;
}

module.exports = { describeEmission, noteEmission };
