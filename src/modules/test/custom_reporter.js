'use strict';

// Reporters of the program: a function over a stream of events, or a Transform.

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');

async function loadReporter(name) {
  const { pathToFileURL } = require('node:url');
  const { importFrom } = require('loader/esm/import');
  const parent = pathToFileURL(`${process.cwd()}/`).href;
  const namespace = await importFrom(name, parent, { __proto__: null }, undefined);
  let reporter = namespace.default ?? namespace;
  if (reporter?.prototype && Object.getOwnPropertyDescriptor(reporter.prototype, 'constructor')) {
    reporter = new reporter();
  }
  if (!reporter || (typeof reporter !== 'function' && typeof reporter.write !== 'function')) {
    throw new ERR_INVALID_ARG_TYPE('Reporter', ['function', 'stream.Duplex'], reporter);
  }
  return reporter;
}

function openDestination(destination) {
  if (destination === 'stdout') return process.stdout;
  if (destination === 'stderr') return process.stderr;
  return require('node:fs').createWriteStream(destination);
}

// An error of a reporter ends the process as one in the last handler of errors does.
function rethrow(error) {
  throw error;
}

/** Lets a reporter that has to be loaded hear of a run, which starts when it is there. */
function attachCustomReporter(run, name, destination) {
  const { TestsStream } = require('modules/test/stream');
  const stream = new TestsStream();
  if (run.settings.isRunner) process.on('uncaughtException', rethrow);
  run.listeners.push((type, data) => stream.report(type, data));
  const { onEnd } = run;
  run.onEnd = () => {
    stream.end();
    onEnd?.();
  };
  const loading = loadReporter(name).then((reporter) => {
    stream.compose(reporter).pipe(openDestination(destination));
  });
  run.ready = Promise.all([run.ready, loading]).catch(failProcess);
}

// There is nobody left to report this to.
function failProcess(error) {
  const { inspect } = require('node:util');
  process.stderr.write(`${inspect(error)}\n`);
  process.exit(7);
}

module.exports = { attachCustomReporter };
