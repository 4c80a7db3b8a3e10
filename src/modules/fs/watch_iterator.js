'use strict';

// fsPromises.watch: the events of a watcher as an async iterator.

const { AbortError, ERR_FS_WATCH_QUEUE_OVERFLOW } = require('runtime/errors');
const { validateAbortSignal, validateBoolean, validateInteger, validateObject, validateOneOf } =
  require('runtime/validators');
const { checkEncoding, toPath } = require('modules/fs/arguments');
const { startWatcher, toWatchOptions } = require('modules/fs/watch');

const DEFAULT_MAX_QUEUE = 2048;

function toIteratorOptions(options) {
  if (options == null) options = {};
  else if (typeof options === 'string') options = { encoding: options };
  else validateObject(options, 'options');
  const {
    persistent = true,
    recursive = false,
    encoding,
    signal,
    maxQueue,
    overflow = 'ignore',
  } = options;
  validateBoolean(persistent, 'options.persistent');
  validateBoolean(recursive, 'options.recursive');
  if (maxQueue !== undefined) validateInteger(maxQueue, 'options.maxQueue', 0);
  validateOneOf(overflow, 'options.overflow', ['ignore', 'error']);
  validateAbortSignal(signal, 'options.signal');
  checkEncoding(encoding);
  return {
    maxQueue: maxQueue ?? DEFAULT_MAX_QUEUE,
    overflow,
    signal,
    watch: toWatchOptions(options),
  };
}

async function* watch(filename, options) {
  filename = toPath(filename, 'filename');
  const { maxQueue, overflow, signal, watch: watchOptions } = toIteratorOptions(options);
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });

  const queue = [];
  let failure = null;
  let wake = null;
  const notify = () => {
    wake?.();
    wake = null;
  };
  const fail = (error) => {
    failure ??= error;
    notify();
  };
  const watcher = startWatcher(filename, watchOptions);
  watcher.on('change', (eventType, name) => {
    if (queue.length < maxQueue) {
      queue.push({ __proto__: null, eventType, filename: name });
      notify();
    } else if (overflow === 'error') {
      fail(new ERR_FS_WATCH_QUEUE_OVERFLOW(maxQueue));
    } else {
      process.emitWarning('fs.watch maxQueue exceeded');
    }
  });
  watcher.on('error', fail);
  const onAbort = () => fail(new AbortError(undefined, { cause: signal.reason }));
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      while (queue.length > 0 && failure === null) yield queue.shift();
      if (failure !== null) throw failure;
      await new Promise((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    watcher.close();
    signal?.removeEventListener('abort', onAbort);
  }
}

module.exports = { watch };
