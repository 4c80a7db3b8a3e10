'use strict';
// Top-level await that never comes back, and that require() cannot wait for.

const { getOptionValue } = require('runtime/options');

let pendingMain;

/** The program's entry point runs: `record` is known once it is loaded. */
function beginMain() {
  pendingMain = { record: undefined };
  return pendingMain;
}

/** It has settled. */
function endMain() {
  pendingMain = undefined;
}

/**
 * Nothing is left to do in this thread. When the entry point still waits, the exit code says so,
 * and a warning shows where it waits.
 */
function onDrained() {
  if (pendingMain === undefined || process.exitCode !== undefined) return;
  process.exitCode = 13;
  if (!getOptionValue('--warnings')) return;
  const awaits = pendingMain.record?.wrap.stalledAwaits() ?? [];
  for (const place of awaits) {
    process._rawDebug(`Warning: Detected unsettled top-level await at ${place}\n\n`);
  }
}

/**
 * Shows the top-level awaits of a graph that require() asked for (which runs it, as the option
 * says: --experimental-print-required-tla).
 */
function reportRequired(record, evaluate) {
  evaluate(record).catch(() => {});
  for (const place of record.wrap.stalledAwaits()) {
    process._rawDebug(`Error: unexpected top-level await at ${place}`);
  }
}

module.exports = { beginMain, endMain, onDrained, reportRequired };
