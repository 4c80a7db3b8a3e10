'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const EventEmitter = require('node:events');

test('a listener added during an emission is first called by the next one', () => {
  const emitter = new EventEmitter();
  const calls = [];
  emitter.on('a', () => emitter.on('a', () => calls.push('late')));
  emitter.on('a', () => calls.push('second'));
  emitter.emit('a');
  assert.deepEqual(calls, ['second']);
  emitter.emit('a');
  assert.deepEqual(calls, ['second', 'second', 'late']);
});

test('a listener removed during an emission is still called by it', () => {
  const emitter = new EventEmitter();
  const calls = [];
  const second = () => calls.push('second');
  const third = () => calls.push('third');
  emitter.on('a', () => emitter.off('a', second).off('a', third));
  emitter.on('a', second);
  emitter.on('a', third);
  emitter.emit('a');
  assert.deepEqual(calls, ['second', 'third']);
  emitter.emit('a');
  assert.deepEqual(calls, ['second', 'third']);
});

test('an emission nested in an emission sees the listeners of its own time', () => {
  const emitter = new EventEmitter();
  const calls = [];
  let nested = false;
  emitter.on('a', () => {
    if (nested) return;
    nested = true;
    emitter.prependListener('a', () => calls.push('new'));
    emitter.emit('a');
  });
  emitter.on('a', () => calls.push('old'));
  emitter.emit('a');
  assert.deepEqual(calls, ['new', 'old', 'old']);
});

test('a listener sees as many arguments as were emitted', () => {
  const emitter = new EventEmitter();
  const counts = [];
  emitter.on('a', function () {
    counts.push(arguments.length);
  });
  emitter.emit('a');
  emitter.emit('a', undefined);
  emitter.emit('a', 1, 2, 3, 4, 5);
  assert.deepEqual(counts, [0, 1, 5]);
});

test('removeListener takes the latest registration of a function', () => {
  const emitter = new EventEmitter();
  const calls = [];
  const listener = () => calls.push('x');
  emitter.on('a', listener);
  emitter.once('a', listener);
  emitter.removeListener('a', listener);
  emitter.emit('a');
  emitter.emit('a');
  assert.equal(calls.length, 2);
});

test('a once listener that emits the same event is called once', () => {
  const emitter = new EventEmitter();
  let calls = 0;
  emitter.once('a', () => {
    calls++;
    emitter.emit('a');
  });
  emitter.emit('a');
  assert.equal(calls, 1);
});

test('an unhandled error that is no Error is wrapped, with the value as its context', () => {
  const context = { a: 1 };
  assert.throws(() => new EventEmitter().emit('error', context), {
    code: 'ERR_UNHANDLED_ERROR',
    message: 'Unhandled error. ({ a: 1 })',
    context,
  });
});

test('errorMonitor listeners see the error before it is thrown', () => {
  const emitter = new EventEmitter();
  const seen = [];
  emitter.on(EventEmitter.errorMonitor, (err) => seen.push(err));
  const err = new Error('x');
  assert.throws(() => emitter.emit('error', err), err);
  assert.deepEqual(seen, [err]);
});

test('with captureRejections a rejection becomes an error event', async () => {
  const emitter = new EventEmitter({ captureRejections: true });
  const err = new Error('x');
  emitter.on('a', async () => {
    throw err;
  });
  emitter.emit('a');
  assert.deepEqual(await EventEmitter.once(emitter, 'error'), [err]);
});

test('once() takes an object that only has on and once, as thread pools have it', async () => {
  const listeners = {};
  const emitter = {
    on() {},
    once(name, listener) {
      listeners[name] = listener;
    },
  };
  const event = EventEmitter.once(emitter, 'a');
  assert.deepEqual(Object.keys(listeners), ['a', 'error']);
  listeners.a(1, 2);
  assert.deepEqual(await event, [1, 2]);
});

test('on() yields what came before the failure, then fails', async () => {
  const emitter = new EventEmitter();
  const events = EventEmitter.on(emitter, 'a');
  const err = new Error('x');
  emitter.emit('a', 1);
  emitter.emit('a', 2);
  emitter.emit('error', err);
  assert.deepEqual(await events.next(), { value: [1], done: false });
  assert.deepEqual(await events.next(), { value: [2], done: false });
  await assert.rejects(events.next(), err);
  assert.deepEqual(await events.next(), { value: undefined, done: true });
  assert.deepEqual(emitter.eventNames(), []);
});

test('on() pauses above the high-water mark and resumes below the low one', async () => {
  const emitter = new EventEmitter();
  const log = [];
  emitter.pause = () => log.push('pause');
  emitter.resume = () => log.push('resume');
  const events = EventEmitter.on(emitter, 'a', { highWaterMark: 2, lowWaterMark: 1 });
  for (let i = 0; i < 3; i++) emitter.emit('a', i);
  assert.deepEqual(log, ['pause']);
  for (let i = 0; i < 3; i++) await events.next();
  assert.deepEqual(log, ['pause', 'resume']);
});

test('removeAllListeners tells removeListener listeners, latest listener first', () => {
  const emitter = new EventEmitter();
  const first = () => {};
  const second = () => {};
  const removed = [];
  emitter.on('a', first);
  emitter.on('a', second);
  emitter.on('removeListener', (name, listener) => removed.push(listener));
  emitter.removeAllListeners('a');
  assert.deepEqual(removed, [second, first]);
});

test('defaultMaxListeners refuses what is no number', () => {
  assert.throws(() => (EventEmitter.defaultMaxListeners = 'x'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => (EventEmitter.defaultMaxListeners = -1), { code: 'ERR_OUT_OF_RANGE' });
});

test('an event target shows its limit of listeners under a symbol', () => {
  const target = new EventTarget();
  EventEmitter.setMaxListeners(5, target);
  assert.equal(target[EventEmitter.kMaxEventTargetListeners], 5);
  assert.ok(!target[EventEmitter.kMaxEventTargetListenersWarned]);
});
