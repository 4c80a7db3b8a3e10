'use strict';
const { EventEmitter, once } = require('node:events');
const { measure, measureAsync } = require('./measure');

const seen = { sum: 0 };
const one = new EventEmitter();
one.on('x', (a) => {
  seen.sum += a === undefined ? 1 : a;
});
const three = new EventEmitter();
for (let i = 0; i < 3; i++) {
  three.on('x', () => {
    seen.sum++;
  });
}
const none = new EventEmitter();
const spare = new EventEmitter();
const listener = () => {};

measure('events emit, no listener', () => none.emit('x'));
measure('events emit 0 args', () => one.emit('x'));
measure('events emit 1 arg', () => one.emit('x', 1));
measure('events emit 2 args', () => one.emit('x', 1, 2));
measure('events emit 3 args', () => one.emit('x', 1, 2, 3));
measure('events emit 5 args', () => one.emit('x', 1, 2, 3, 4, 5));
measure('events emit to 3 listeners', () => three.emit('x', 1));
measure('events on/off', () => {
  spare.on('y', listener);
  spare.off('y', listener);
});
measure('events on/off beside others', () => {
  three.on('x', listener);
  three.off('x', listener);
});
measure('events once + emit', () => {
  spare.once('z', listener);
  spare.emit('z', 1);
});
measure('events new', () => new EventEmitter());
measure('events new + on + emit', () => {
  const emitter = new EventEmitter();
  emitter.on('data', listener);
  emitter.on('end', listener);
  return emitter.emit('data', 1);
});
measure('events listenerCount', () => three.listenerCount('x'));
measure('events listeners', () => three.listeners('x'));
measure('events prependListener/removeAll', () => {
  spare.prependListener('q', listener);
  spare.removeAllListeners('q');
});
class Child extends EventEmitter {}
measure('events new subclass', () => new Child());

const target = new EventTarget();
target.addEventListener('x', () => {
  seen.sum++;
});
const event = new Event('x');
measure('EventTarget new', () => new EventTarget());
measure('Event new', () => new Event('x'));
measure('EventTarget dispatchEvent', () => target.dispatchEvent(new Event('x')));
measure('EventTarget dispatchEvent, same event', () => target.dispatchEvent(event));
measure('EventTarget add/remove', () => {
  target.addEventListener('y', listener);
  target.removeEventListener('y', listener);
});
measure('CustomEvent new', () => new CustomEvent('x', { detail: 1 }));
measure('AbortController new', () => new AbortController());
measure('AbortController signal', () => new AbortController().signal);
measure('AbortController abort', () => {
  const controller = new AbortController();
  controller.signal.addEventListener('abort', listener);
  controller.abort();
});
const { signal } = new AbortController();
measure('AbortSignal aborted', () => signal.aborted);
measure('AbortSignal any', () => AbortSignal.any([signal]));

async function main() {
  await measureAsync('events.once', () => {
    const done = once(spare, 'w');
    spare.emit('w', 1);
    return done;
  });
}
main();
