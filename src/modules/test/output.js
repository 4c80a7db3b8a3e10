'use strict';

// Which reporters write where.

const { ERR_INVALID_ARG_VALUE } = require('runtime/errors');

// The reporters of ours are functions from events to text: no stream is made for them.
const builtin = {
  spec: () => require('modules/test/reporters/spec').createSpec(),
  tap: () => require('modules/test/reporters/tap').createTap(),
  dot: () => require('modules/test/reporters/dot').createDot(),
  junit: () => require('modules/test/reporters/junit').createJunit(),
  lcov: () => require('modules/test/reporters/lcov').createLcov(),
};

function opener(destination) {
  if (destination === 'stdout') return (text) => process.stdout.write(text);
  if (destination === 'stderr') return (text) => process.stderr.write(text);
  const fs = require('node:fs');
  fs.writeFileSync(destination, '');
  return (text) => fs.appendFileSync(destination, text);
}

/** Collects what is written until the tests that are running have nothing more to do at once. */
function batched(write) {
  let waiting = '';
  const flush = () => {
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  process.on('exit', flush);
  return (text) => {
    if (waiting === '') process.nextTick(flush);
    waiting += text;
  };
}

/** Pairs of reporter and destination, as the command line names them. */
function readReporters({ reporters, destinations }) {
  if (reporters.length === 0 && destinations.length === 0) return [['spec', 'stdout']];
  if (reporters.length === 1 && destinations.length === 0) return [[reporters[0], 'stdout']];
  if (reporters.length !== destinations.length) {
    throw new ERR_INVALID_ARG_VALUE(
      '--test-reporter',
      reporters,
      "must match the number of specified '--test-reporter-destination'",
    );
  }
  return reporters.map((reporter, i) => [reporter, destinations[i]]);
}

/** Lets the reporters that the command line names hear of a run. */
function attachReporters(run) {
  if (run.settings.isChild) {
    run.listeners.push(require('modules/test/wire').createWriter());
    return;
  }
  for (const [name, destination] of readReporters(run.settings)) {
    if (Object.hasOwn(builtin, name)) {
      const format = builtin[name]();
      const write = batched(opener(destination));
      run.listeners.push((type, data) => {
        const text = format(type, data);
        if (text) write(text);
      });
    } else {
      require('modules/test/custom_reporter').attachCustomReporter(run, name, destination);
    }
  }
}

module.exports = { attachReporters, readReporters };
