'use strict';

// The program that runs where none is given: `gyre` at a terminal, or `gyre --interactive`.

const kDefaultHistorySize = 1000;

function historySize(env) {
  const size = Number(env.NODE_REPL_HISTORY_SIZE);
  return !Number.isNaN(size) && size > 0 ? size : kDefaultHistorySize;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Starts the REPL on standard input and output; `code` is what --eval asks to run first. */
function run(code) {
  const { getOptionValue } = require('runtime/options');
  if (getOptionValue('--input-type')) fail('Cannot specify --input-type for REPL');
  const repl = require('node:repl');
  const { kStandalone } = require('modules/repl/server');
  const { env } = process;
  process.stdout.write(
    `Welcome to Node.js ${process.version}.\nType ".help" for more information.\n`,
  );
  const options = {
    [kStandalone]: true,
    ignoreUndefined: false,
    useGlobal: true,
    breakEvalOnSigint: true,
    historySize: historySize(env),
    replMode:
      env.NODE_REPL_MODE?.toLowerCase().trim() === 'strict'
        ? repl.REPL_MODE_STRICT
        : repl.REPL_MODE_SLOPPY,
  };
  if (Number.parseInt(env.NODE_NO_READLINE, 10)) options.terminal = false;
  const server = repl.start(options);
  repl.repl = server;
  // As in Node, behind the first prompt.
  if (typeof code === 'string') require('node:vm').runInThisContext(code, { filename: '[eval]' });
  server.on('exit', () => {
    if (server.historyManager.isFlushing) server.once('flushHistory', () => process.exit());
    else process.exit();
  });
  if (server.terminal) server.setupHistory(env.NODE_REPL_HISTORY);
}

module.exports = { run };
