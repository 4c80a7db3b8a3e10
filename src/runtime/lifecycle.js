'use strict';
// The life of a thread: start, exit events, errors that nobody caught.

const { emit, listenerCount } = require('node:events').prototype;
const { getOptionValue } = require('runtime/options');
const { beginExit } = require('runtime/task_queue');

const kUncaughtMonitor = 'uncaughtExceptionMonitor';

// Of a program that makes a snapshot of itself: what runs before its memory is written, and what runs in
// the processes that start from it, in place of a program.
let beforeWriting;
let afterRestoring;

// Runs once in each thread, after the snapshot was restored.
function start() {
  require('runtime/timers').install(require('runtime/task_queue').runNextTicks);
  require('runtime/process_state').patch();
  require('runtime/globals').applyOptions();
  if (process.env.NODE_CHANNEL_FD !== undefined) {
    require('modules/child_process/child_side').connectFromEnvironment();
    if (process.env.WATCH_REPORT_DEPENDENCIES) require('loader/watch_report').start();
    if (process.env.NODE_UNIQUE_ID !== undefined) require('modules/cluster/start').startWorker();
  }
  if (getOptionValue('--report-on-signal')) {
    require('runtime/report/process_report').enableSignal();
  }
  if (require('runtime/process_state').changesCrypto) {
    require('modules/crypto/setup').applyOptions();
  }
  if (afterRestoring !== undefined) {
    afterRestoring();
    return;
  }
  if (!require('runtime/process_state').isMainThread) {
    require('modules/worker_threads/child').start();
    return;
  }
  startTracing();
  require('loader/main').run();
}

/** Trace events that the command line asks for. */
function startTracing() {
  if (getOptionValue('--trace-event-categories') || getOptionValue('--trace-events-enabled')) {
    require('modules/trace_events/start').start();
  }
}

function emitBeforeExit() {
  emit.call(process, 'beforeExit', process.exitCode ?? 0);
}

let drainedHook;
const killHooks = [];

function emitExit() {
  if (!process._exiting) {
    drainedHook?.();
    beginExit();
    emit.call(process, 'exit', process.exitCode ?? 0);
  }
  return getExitCode();
}

function getExitCode() {
  const code = process.exitCode;
  return code === undefined || code === null ? 0 : code | 0;
}

let captureCallback = null;
let domainHandler = null; // of node:domain
let domainStack = ''; // where that was loaded

/**
 * An exception that nobody caught. Returns true when a handler took it; otherwise the 'exit' event
 * has been emitted and C++ shows the error and ends the thread.
 */
function onUncaughtException(error, fromPromise) {
  // Programs may take this away, and mean that no error should be survived.
  if ('_fatalException' in process && typeof process._fatalException !== 'function') {
    process.reallyExit(6);
  }
  const type = fromPromise ? 'unhandledRejection' : 'uncaughtException';
  if (listenerCount.call(process, kUncaughtMonitor) > 0)
    emit.call(process, kUncaughtMonitor, error, type);
  if (askDomain(error)) return true;
  if (domainHandler !== null && captureCallback === null && aborts()) {
    native('process').writeStderr(`${formatUncaught(error) ?? '[object Object]'}\n`);
    process.abort();
  }
  if (captureCallback !== null) {
    captureCallback(error);
  } else if (!emit.call(process, 'uncaughtException', error, type)) {
    try {
      if (!process._exiting) {
        beginExit();
        process.exitCode = 1;
        emit.call(process, 'exit', 1);
      } else {
        // A handler of 'exit' threw.
        process.exitCode ??= 1;
      }
    } catch {
      // The first error is the one to show.
    }
    return false;
  }
  return true;
}

function askDomain(error) {
  try {
    return domainHandler?.(error);
  } catch (thrown) {
    if (!aborts()) throw thrown;
    error = thrown;
  }
  native('process').writeStderr(`${formatUncaught(error) ?? '[object Object]'}\n`);
  process.abort();
}

const aborts = () => getOptionValue('--abort-on-uncaught-exception') === true;

/** Raises an error as uncaught from JavaScript (a rejection nobody handled). */
function raise(error, fromPromise) {
  native('errors').raise(error, fromPromise);
}

// The text under the source line: what util.inspect shows of an error. Undefined for an object
// that keeps us from looking.
function formatUncaught(error) {
  try {
    if (typeof error === 'object' && error !== null && typeof error.stack === 'string') {
      const place = require('modules/events/unhandled_error').describeEmission(error);
      if (place !== '') error.stack += place;
    }
    return require('modules/util/inspect').inspect(error, { colors: showsColors() });
  } catch {
    return stackOf(error);
  }
}

function stackOf(error) {
  try {
    return typeof error.stack === 'string' ? error.stack : undefined;
  } catch {
    return undefined;
  }
}

// Does standard error, which may never have been opened as a stream, show colors?
function showsColors() {
  const { isatty, WriteStream } = require('node:tty');
  const isColorful = process.env.FORCE_COLOR !== undefined || isatty(2);
  return isColorful && WriteStream.prototype.getColorDepth() > 2;
}

let fatalHook;

/** Called by C++ in a worker instead of showing an error that ends the thread. */
function reportFatal(error) {
  fatalHook?.(error);
}

module.exports = {
  start,
  setSnapshotHooks(prepare, restored) {
    beforeWriting = prepare;
    afterRestoring = restored;
  },
  prepareSnapshot: () => beforeWriting(),
  startTracing,
  reportFatal,
  setFatalHook(hook) {
    fatalHook = hook;
  },
  emitBeforeExit,
  emitExit,
  getExitCode,
  onUncaughtException,
  raise,
  formatUncaught,
  /** V8 warns of something in the program. */
  warnFromEngine(text) {
    process.emitWarning(text, 'V8');
  },
  /** Called before a signal of our own ends the process. */
  addKillHook(hook) {
    killHooks.push(hook);
  },
  beforeKill() {
    for (const hook of killHooks) hook();
  },
  /** Called when nothing is left to do, before the 'exit' event; it may set the exit code. */
  setDrainedHook(hook) {
    drainedHook = hook;
  },
  setCaptureCallback(callback) {
    captureCallback = callback;
    native('errors').setAbortOnUncaught(callback === null);
  },
  /** Called by node:domain: `handler` is asked about each uncaught error first. */
  setDomainHandler(handler, stack) {
    // Whether a domain takes an exception is known only when it is asked: too late for V8 to abort.
    native('errors').setAbortOnUncaught(false);
    domainHandler = handler;
    domainStack = stack;
  },
  domainStack: () => domainStack,
  hasCaptureCallback: () => captureCallback !== null,
};
