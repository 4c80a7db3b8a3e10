'use strict';

// What opening the server and connecting a session have in common.

const native_ = native('inspector');

function makeCommandLineRequire() {
  const Module = require('node:module');
  const { makeRequire } = require('loader/cjs/require_function');
  const module = new Module('<inspector console>');
  module.paths = Module._nodeModulePaths(process.cwd());
  return makeRequire(module);
}

let isPrepared = false;

/** From now on what is printed goes to the inspector as well, and its command line has require(). */
function prepareProgram() {
  if (isPrepared) return;
  isPrepared = true;
  require('modules/console/global').mirror();
  native_.setCommands((...command) => require('modules/inspector/commands').answer(...command));
  let commandLineRequire;
  native_.setCommandLineInstaller((names) => {
    commandLineRequire ??= makeCommandLineRequire();
    names.require = commandLineRequire;
  });
}

/** The program's memory is to be written: what the inspector has put into it must not be found there. */
function leaveProgram() {
  if (!isPrepared) return;
  isPrepared = false;
  isExitListened = false;
  require('modules/v8/coverage').finishCoverage();
  const { engineConsole } = require('runtime/globals');
  const { console: own } = require('modules/console/global');
  for (const name of ['memory', 'createTask']) {
    delete engineConsole[name];
    delete own[name];
  }
}

// The profiler's samples are taken by this signal.
function warnOfProfilerSignal(name) {
  if (name !== 'SIGPROF') return;
  process.emitWarning('process.on(SIGPROF) is reserved while debugging');
}

/** --inspect-publish-uid: where the socket's address is told. */
function publishing() {
  const { getOptionValue } = require('runtime/options');
  const places = (getOptionValue('--inspect-publish-uid') || 'stderr,http').split(',');
  return { onStderr: places.includes('stderr'), onHttp: places.includes('http') };
}

// Addresses that only this machine reaches.
function isLocal(host) {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

let isDomainWarned = false;

/**
 * Tells the program that it is being debugged: a cluster's primary may be interested. The event is a
 * callback on `process`, whose domain is the active one, which callbacks no longer should have.
 */
function announce() {
  if (process.domain && !isDomainWarned) {
    isDomainWarned = true;
    process.emitWarning(
      'Using a domain property in MakeCallback is deprecated. Use the async_context variant of ' +
        'MakeCallback or the AsyncResource class instead. (Triggered by calling emit on process.)',
      'DeprecationWarning',
      'DEP0097',
    );
  }
  process.emit('internalMessage', { cmd: 'NODE_DEBUG_ENABLED' });
}

let isExitListened = false;

/** Starts the server that debuggers connect to; returns libuv's error. */
function listen(host, port) {
  prepareProgram();
  const { onStderr, onHttp } = publishing();
  const error = native_.open(host, port, onStderr, onHttp);
  if (error !== 0) return error;
  if (!isExitListened) {
    isExitListened = true;
    process.on('newListener', warnOfProfilerSignal);
    process.on('exit', () => native_.waitForDisconnect());
  }
  if (!isLocal(host)) {
    process.emitWarning(
      'Binding the inspector to a public IP with an open port is insecure, ' +
        'as it allows external hosts to connect to the inspector ' +
        'and perform a remote code execution attack. ' +
        'Documentation can be found at https://nodejs.org/api/cli.html#--inspecthostport',
      'SecurityWarning',
    );
  }
  announce();
  return 0;
}

/** SIGUSR1 has come. */
function openOnSignal() {
  if (native_.url() !== undefined) return;
  const { host, port } = require('modules/inspector/command_line').defaultAddress();
  listen(host, port);
}

module.exports = { leaveProgram, listen, openOnSignal, prepareProgram };
