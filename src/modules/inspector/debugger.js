'use strict';

// `node inspect`: a debugger for the command line.

const { ERR_DEBUGGER_STARTUP_ERROR } = require('runtime/errors');

const kInvalidArgument = 9;

function parseArguments(args) {
  const target = { host: '127.0.0.1', port: 9229, script: undefined, args: [], attaches: false };
  const [first, ...rest] = args;
  let match;
  if ((match = /^--port=(\d+)$/.exec(first))) {
    target.port = Number(match[1]);
    [target.script, ...target.args] = rest;
  } else if ((match = /^([^:]+):(\d+)$/.exec(first)) && rest.length === 0) {
    [, target.host] = match;
    target.port = Number(match[2]);
    target.attaches = true;
  } else if (first === '-p') {
    target.process = Number(rest[0]);
    target.attaches = true;
  } else {
    [target.script, ...target.args] = args;
  }
  return target;
}

function showUsage() {
  const { basename } = require('node:path');
  const name = `${basename(process.argv0)} inspect`;
  process.stderr.write(
    `Usage: ${name} script.js\n` +
      `       ${name} <host>:<port>\n` +
      `       ${name} --port=<port> Use 0 for random port assignment\n` +
      `       ${name} -p <pid>\n`,
  );
  process.exit(kInvalidArgument);
}

// A process that is asked by a signal opens its inspector.
function wake(target) {
  try {
    process.kill(target.process, 'SIGUSR1');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
    process.stderr.write(`Target process: ${target.process} doesn't exist.\n`);
    process.exit(1);
  }
}

/** Debugs what the arguments behind `inspect` name. */
function run([, ...args]) {
  const target = parseArguments(args);
  if (args.length === 0 || (target.script === undefined && !target.attaches)) showUsage();
  if (target.process !== undefined) wake(target);
  const { Debugger } = require('modules/inspector/debugger_commands');
  new Debugger(target).start().catch((error) => {
    process.stdout.write(`${error.message}\n`);
    if (!(error instanceof ERR_DEBUGGER_STARTUP_ERROR)) process._rawDebug(error.stack);
    process.exit(1);
  });
}

module.exports = { run };
