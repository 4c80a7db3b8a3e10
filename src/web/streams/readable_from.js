'use strict';

// https://streams.spec.whatwg.org/#readable-stream-from-iterable

const { ERR_ARG_NOT_ITERABLE, ERR_INVALID_STATE } = require('runtime/errors');
const { close, createReadable, enqueue } = require('web/streams/default_controller');
const { endPull } = require('web/streams/readable_controller');
const { isObject, kPending, kResolved, rejectPromise, resolvePromise, transform, upon } =
  require('web/streams/common');

/** The slots of a stream of what `iterable` yields. */
function fromIterable(iterable) {
  return new IterableSource(iterable).stream;
}

class IterableSource {
  // https://tc39.es/ecma262/#sec-getiterator, kind async
  constructor(iterable) {
    if (iterable === null || iterable === undefined) throw new ERR_ARG_NOT_ITERABLE(iterable);
    const asyncMethod = iterable[Symbol.asyncIterator];
    this.isSync = asyncMethod === undefined || asyncMethod === null;
    const method = this.isSync ? iterable[Symbol.iterator] : asyncMethod;
    if (typeof method !== 'function') throw new ERR_ARG_NOT_ITERABLE(iterable);
    this.iterator = Reflect.apply(method, iterable, []);
    if (!isObject(this.iterator)) {
      throw new ERR_INVALID_STATE.TypeError('The iterator method must return an object');
    }
    this.next = this.iterator.next;
    // What a synchronous iterator has yielded, and whether that was all.
    this.value = undefined;
    this.done = false;
    const onStep = (step) => this.takeStep(step);
    const onValue = () => this.give(this.done, this.value);
    const onFailed = (error) => endPull(this.stream.controller, rejectPromise(error));
    this.onStep = onStep;
    this.onValue = onValue;
    this.onFailed = onFailed;
    this.stream = createReadable(
      () => this.pull(),
      (reason) => this.cancel(reason),
      0,
    );
  }

  pull() {
    try {
      const result = Reflect.apply(this.next, this.iterator, []);
      if (this.isSync) this.unwrap(requireStep(result, syncStepMessage));
      else upon(resolvePromise(result), this.onStep, this.onFailed);
      return kPending;
    } catch (error) {
      return rejectPromise(error);
    }
  }

  // https://tc39.es/ecma262/#sec-asyncfromsynciteratorcontinuation
  unwrap({ done, value }) {
    if (isObject(value) && typeof value.then === 'function') {
      // It may be a promise: the stream gets what that is fulfilled with.
      upon(resolvePromise(value), (settled) => this.give(done, settled), this.onFailed);
      return;
    }
    this.done = !!done;
    this.value = value;
    upon(kResolved, this.onValue);
  }

  takeStep(step) {
    try {
      const { done } = requireStep(step, nextMessage);
      this.give(done, done ? undefined : step.value);
    } catch (error) {
      this.onFailed(error);
    }
  }

  give(done, value) {
    this.value = undefined;
    const { controller } = this.stream;
    if (done) {
      close(controller);
    } else {
      enqueue(controller, value);
      endPull(controller, undefined);
    }
  }

  cancel(reason) {
    let result;
    try {
      const { return: finish } = this.iterator;
      if (finish === undefined || finish === null) return undefined;
      result = Reflect.apply(finish, this.iterator, [reason]);
      if (this.isSync) {
        requireStep(result, syncStepMessage);
        return transform(resolvePromise(result.value), () => undefined);
      }
    } catch (error) {
      return rejectPromise(error);
    }
    return transform(resolvePromise(result), (step) => {
      requireStep(step, returnMessage);
    });
  }
}

const syncStepMessage = 'The iterator result is not an object';
const nextMessage =
  'The promise returned by the iterator.next() method must fulfill with an object';
const returnMessage =
  'The promise returned by the iterator.return() method must fulfill with an object';

function requireStep(step, message) {
  if (!isObject(step)) throw new ERR_INVALID_STATE.TypeError(message);
  return step;
}

module.exports = { fromIterable };
