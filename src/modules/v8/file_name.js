'use strict';

// The names of the files that diagnoses are written to.

let sequence = 0;

function pad(number, length) {
  return String(number).padStart(length, '0');
}

/** 'Heap.20260131.235959.1234.0.001.heapsnapshot', in the folder --diagnostic-dir. */
function diagnosticName(prefix, extension) {
  const now = new Date();
  const date = `${now.getFullYear()}${pad(now.getMonth() + 1, 2)}${pad(now.getDate(), 2)}`;
  const time = `${pad(now.getHours(), 2)}${pad(now.getMinutes(), 2)}${pad(now.getSeconds(), 2)}`;
  const { threadId } = require('node:worker_threads');
  const parts = [prefix, date, time, process.pid, threadId, pad(++sequence, 3), extension];
  const name = parts.join('.');
  const folder = require('runtime/options').getOptionValue('--diagnostic-dir');
  return folder ? require('node:path').join(folder, name) : name;
}

module.exports = { diagnosticName };
