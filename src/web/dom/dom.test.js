'use strict';

const assert = require('node:assert');
const { describe, test } = require('node:test');
const { getEventListeners, getMaxListeners } = require('node:events');

describe('EventTarget', () => {
  test('calls listeners in order, each pair of callback and capture once', () => {
    const target = new EventTarget();
    const calls = [];
    const first = () => calls.push('first');
    target.addEventListener('a', first);
    target.addEventListener('a', () => calls.push('second'));
    target.addEventListener('a', first);
    target.addEventListener('a', first, { capture: true });
    target.dispatchEvent(new Event('a'));
    assert.deepEqual(calls, ['first', 'second', 'first']);
  });

  test('a listener removed by an earlier one is not called, an added one neither', () => {
    const target = new EventTarget();
    const calls = [];
    const removed = () => calls.push('removed');
    target.addEventListener('a', () => {
      target.removeEventListener('a', removed);
      target.addEventListener('a', () => calls.push('added'));
    });
    target.addEventListener('a', removed);
    target.dispatchEvent(new Event('a'));
    assert.deepEqual(calls, []);
  });

  test('a passive listener cannot cancel', () => {
    const target = new EventTarget();
    target.addEventListener('a', (event) => event.preventDefault(), { passive: true });
    assert.equal(target.dispatchEvent(new Event('a', { cancelable: true })), true);
    target.addEventListener('a', (event) => event.preventDefault());
    assert.equal(target.dispatchEvent(new Event('a', { cancelable: true })), false);
  });

  test('a signal takes its listener away', () => {
    const target = new EventTarget();
    const controller = new AbortController();
    target.addEventListener('a', () => {}, { signal: controller.signal });
    assert.equal(getEventListeners(target, 'a').length, 1);
    controller.abort();
    assert.equal(getEventListeners(target, 'a').length, 0);
  });

  test('an event cannot be dispatched while it is being dispatched', () => {
    const target = new EventTarget();
    let error;
    target.addEventListener('a', (event) => {
      try {
        target.dispatchEvent(event);
      } catch (err) {
        error = err;
      }
    });
    target.dispatchEvent(new Event('a'));
    assert.equal(error.code, 'ERR_EVENT_RECURSION');
  });

  test('methods check their receiver', () => {
    assert.throws(() => EventTarget.prototype.dispatchEvent.call({}, new Event('a')), {
      code: 'ERR_INVALID_THIS',
    });
    assert.throws(() => Reflect.get(Event.prototype, 'type'), { code: 'ERR_INVALID_THIS' });
  });

  test('target and composedPath tell of the dispatch, currentTarget only during it', () => {
    const target = new EventTarget();
    const event = new Event('a');
    let during;
    target.addEventListener('a', () => {
      during = [event.currentTarget, event.eventPhase, event.composedPath()];
    });
    target.dispatchEvent(event);
    assert.deepEqual(during, [target, Event.AT_TARGET, [target]]);
    assert.equal(event.target, target);
    assert.equal(event.currentTarget, null);
    assert.deepEqual(event.composedPath(), []);
  });
});

describe('AbortSignal', () => {
  test('any() follows the first signal that aborts, and its dependents too', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const inner = AbortSignal.any([first.signal, second.signal]);
    const outer = AbortSignal.any([inner]);
    const others = [];
    outer.addEventListener('abort', () => others.push(inner.aborted));
    inner.addEventListener('abort', () => others.push(outer.aborted));
    second.abort('why');
    assert.equal(outer.reason, 'why');
    // All states are set before the first listener runs.
    assert.deepEqual(others, [true, true]);
  });

  test('timeout() aborts with a TimeoutError', async () => {
    const signal = AbortSignal.timeout(1);
    const keepAlive = setTimeout(() => {}, 10_000);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    clearTimeout(keepAlive);
    assert.equal(signal.reason.name, 'TimeoutError');
    assert.equal(signal.reason.code, DOMException.TIMEOUT_ERR);
  });

  test('the event is trusted, and comes once', () => {
    const controller = new AbortController();
    const trusted = [];
    controller.signal.onabort = (event) => trusted.push(event.isTrusted);
    controller.abort();
    controller.abort();
    assert.deepEqual(trusted, [true]);
  });

  test('does not warn of many listeners', () => {
    assert.equal(getMaxListeners(new AbortController().signal), 0);
  });

  test('cannot be constructed', () => {
    assert.throws(() => new AbortSignal(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  });
});

describe('DOMException', () => {
  test('is an error with a stack, whose name gives its code', () => {
    const exception = new DOMException('message', 'DataCloneError');
    assert.ok(exception instanceof Error);
    assert.equal(exception.code, DOMException.DATA_CLONE_ERR);
    assert.equal(String(exception), 'DataCloneError: message');
    assert.match(exception.stack, /^DataCloneError: message\n {4}at /);
    assert.deepEqual(Object.keys(exception), []);
  });

  test('takes a cause', () => {
    assert.equal(new DOMException('m', { name: 'x', cause: 5 }).cause, 5);
    assert.equal('cause' in new DOMException('m', 'x'), false);
  });
});

test('a Proxy of a signal is a signal, and one of a target a target', async () => {
  const controller = new AbortController();
  const signal = new Proxy(controller.signal, {});
  const seen = [];
  signal.addEventListener('abort', (event) => seen.push(event.type));
  signal.onabort = () => seen.push('onabort');
  const any = AbortSignal.any([signal]);
  const target = new EventTarget();
  new Proxy(target, {}).addEventListener('x', () => seen.push('x'), { signal });
  target.dispatchEvent(new Event('x'));
  controller.abort(5);
  target.dispatchEvent(new Event('x'));
  assert.deepEqual(seen, ['x', 'abort', 'onabort']);
  assert.equal(signal.aborted, true);
  assert.equal(any.reason, 5);
  await assert.rejects(require('node:fs/promises').readFile(__filename, { signal }), {
    name: 'AbortError',
  });
});

test('a listener type that was left and is used again is like a new one', () => {
  const target = new EventTarget();
  const seen = [];
  const first = () => seen.push('first');
  const second = () => seen.push('second');
  for (let round = 0; round < 2; round++) {
    target.addEventListener('a', first);
    target.addEventListener('b', second);
    target.dispatchEvent(new Event('a'));
    target.dispatchEvent(new Event('b'));
    target.removeEventListener('a', first);
    target.removeEventListener('b', second);
    target.dispatchEvent(new Event('a'));
    target.dispatchEvent(new Event('b'));
  }
  assert.deepEqual(seen, ['first', 'second', 'first', 'second']);
});

test('an emptied list takes listeners while it is dispatched to', () => {
  const target = new EventTarget();
  const seen = [];
  const late = () => seen.push('late');
  const early = () => {
    seen.push('early');
    target.removeEventListener('a', early);
    target.addEventListener('a', late);
  };
  target.addEventListener('a', early);
  target.dispatchEvent(new Event('a'));
  assert.deepEqual(seen, ['early']);
  target.dispatchEvent(new Event('a'));
  assert.deepEqual(seen, ['early', 'late']);
});
