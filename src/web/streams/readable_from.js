'use strict';

// https://streams.spec.whatwg.org/#readable-stream-from-iterable

const { ERR_ARG_NOT_ITERABLE, ERR_INVALID_STATE } = require('runtime/errors');
const { close, createReadable, enqueue } = require('web/streams/default_controller');
const { isObject, rejectPromise, resolvePromise, transform } = require('web/streams/common');

/** The slots of a stream of what `iterable` yields. */
function fromIterable(iterable) {
  const { iterator, next } = getAsyncIterator(iterable);
  let stream;

  function pull() {
    let result;
    try {
      result = Reflect.apply(next, iterator, []);
    } catch (error) {
      return rejectPromise(error);
    }
    return transform(resolvePromise(result), (step) => {
      if (!isObject(step)) {
        throw new ERR_INVALID_STATE.TypeError(
          'The promise returned by the iterator.next() method must fulfill with an object',
        );
      }
      if (step.done) close(stream.controller);
      else enqueue(stream.controller, step.value);
    });
  }

  function cancel(reason) {
    let result;
    try {
      const { return: finish } = iterator;
      if (finish === undefined || finish === null) return undefined;
      result = Reflect.apply(finish, iterator, [reason]);
    } catch (error) {
      return rejectPromise(error);
    }
    return transform(resolvePromise(result), (step) => {
      if (!isObject(step)) {
        throw new ERR_INVALID_STATE.TypeError(
          'The promise returned by the iterator.return() method must fulfill with an object',
        );
      }
    });
  }

  stream = createReadable(null, pull, cancel, 0, null);
  return stream;
}

// https://tc39.es/ecma262/#sec-getiterator, kind async
function getAsyncIterator(iterable) {
  if (iterable === null || iterable === undefined) throw new ERR_ARG_NOT_ITERABLE(iterable);
  const asyncMethod = iterable[Symbol.asyncIterator];
  if (asyncMethod !== undefined && asyncMethod !== null) {
    if (typeof asyncMethod !== 'function') throw new ERR_ARG_NOT_ITERABLE(iterable);
    return checkIterator(Reflect.apply(asyncMethod, iterable, []));
  }
  const syncMethod = iterable[Symbol.iterator];
  if (typeof syncMethod !== 'function') throw new ERR_ARG_NOT_ITERABLE(iterable);
  return fromSyncIterator(checkIterator(Reflect.apply(syncMethod, iterable, [])));
}

function checkIterator(iterator) {
  if (!isObject(iterator)) {
    throw new ERR_INVALID_STATE.TypeError('The iterator method must return an object');
  }
  return { iterator, next: iterator.next };
}

// https://tc39.es/ecma262/#sec-createasyncfromsynciterator
function fromSyncIterator({ iterator, next }) {
  // What it yields may be a promise: the stream gets what that is fulfilled with.
  const settle = (step) => {
    if (!isObject(step)) {
      throw new ERR_INVALID_STATE.TypeError('The iterator result is not an object');
    }
    const { done, value } = step;
    return transform(resolvePromise(value), (settled) => ({ done: !!done, value: settled }));
  };
  return {
    next: () => settle(Reflect.apply(next, iterator, [])),
    iterator: {
      return(reason) {
        const { return: finish } = iterator;
        if (finish === undefined || finish === null) return { done: true, value: reason };
        return settle(Reflect.apply(finish, iterator, [reason]));
      },
    },
  };
}

module.exports = { fromIterable };
