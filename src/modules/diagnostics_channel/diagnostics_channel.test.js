'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { AsyncLocalStorage } = require('node:async_hooks');
const dc = require('node:diagnostics_channel');

test('a message goes to the subscribers of its channel, with the name', () => {
  const got = [];
  const onMessage = (...args) => got.push(args);
  dc.subscribe('test-a', onMessage);
  dc.channel('test-a').publish(1);
  assert.equal(dc.unsubscribe('test-a', onMessage), true);
  assert.equal(dc.unsubscribe('test-a', onMessage), false);
  dc.channel('test-a').publish(2);
  assert.deepEqual(got, [[1, 'test-a']]);
  assert.equal(dc.hasSubscribers('test-a'), false);
});

test('a subscriber that unsubscribes during a publication disturbs no other', () => {
  const channel = dc.channel('test-b');
  const got = [];
  const first = () => channel.unsubscribe(first);
  const second = (message) => got.push(message);
  channel.subscribe(first);
  channel.subscribe(second);
  channel.publish(1);
  assert.deepEqual(got, [1]);
  channel.unsubscribe(second);
});

test('bound stores hold the message, or what their transform makes of it', () => {
  const channel = dc.channel('test-c');
  const [plain, transformed] = [new AsyncLocalStorage(), new AsyncLocalStorage()];
  channel.bindStore(plain);
  channel.bindStore(transformed, (message) => message * 2);
  const stores = channel.runStores(21, () => [plain.getStore(), transformed.getStore()]);
  assert.deepEqual(stores, [21, 42]);
  assert.equal(channel.unbindStore(plain), true);
  assert.equal(channel.unbindStore(transformed), true);
});

test('traceSync publishes start and end, and error between them', () => {
  const channel = dc.tracingChannel('test-d');
  const events = [];
  const handlers = {
    start: () => events.push('start'),
    end: (context) => events.push(['end', context.result, context.error]),
    error: () => events.push('error'),
  };
  channel.subscribe(handlers);
  assert.equal(
    channel.traceSync((x) => x + 1, {}, null, 1),
    2,
  );
  const err = new Error('x');
  assert.throws(
    () =>
      channel.traceSync(() => {
        throw err;
      }),
    err,
  );
  assert.deepEqual(events, [
    'start',
    ['end', 2, undefined],
    'start',
    'error',
    ['end', undefined, err],
  ]);
  channel.unsubscribe(handlers);
});

test('traceCallback wraps the callback at its position', () => {
  const channel = dc.tracingChannel('test-e');
  const events = [];
  const handlers = {
    asyncStart: () => events.push('asyncStart'),
    asyncEnd: (context) => events.push(['asyncEnd', context.result]),
  };
  channel.subscribe(handlers);
  channel.traceCallback(
    (callback, value) => callback(null, value),
    0,
    {},
    null,
    () => events.push('callback'),
    7,
  );
  assert.deepEqual(events, ['asyncStart', 'callback', ['asyncEnd', 7]]);
  channel.unsubscribe(handlers);
});
