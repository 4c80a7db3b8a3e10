'use strict';
// No threads left (RLIMIT_NPROC, which only counts for other users than root): what needs one is an error,
// and all else goes on.

const test = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { passes, runUnder, sanitized } = require('./support.js');

// A user of its own, who may still read what root may. A shell's ulimit does not know threads everywhere.
// The limit counts what that user does on the whole machine, other runs of this test among it.
const user = 20_000 + (process.pid % 40_000);
const limited = (threads) => [
  'prlimit',
  `--nproc=${threads}`,
  'setpriv',
  `--reuid=${user}`,
  '--clear-groups',
  '--bounding-set=-all,+dac_override',
  '--inh-caps=-all,+dac_override',
  '--ambient-caps=-all,+dac_override',
];
const isPossible =
  process.getuid() === 0 && spawnSync('prlimit', [...limited(9).slice(1), 'true']).status === 0;
const skip = isPossible ? false : 'needs root, to be another user';

test('a process that may have but one thread runs programs', {
  skip: skip || (sanitized && 'the leak checker needs a thread'),
}, async () => {
  const program = `
    let sum = 0;
    for (let i = 0; i < 1e6; i++) sum += Math.sqrt(i);
    setTimeout(() => console.log('ran'), 5);
    const all = [];
    for (let i = 0; i < 1e5; i++) all.push({ i });
  `;
  const { status, stdout, stderr } = await runUnder('', ['-e', program], { wrapper: limited(1) });
  assert.deepStrictEqual({ status, stdout, stderr }, { status: 0, stdout: 'ran\n', stderr: '' });
});

test('no threads for workers, processes and time limits', { skip }, () =>
  passes('no_threads', '', [], { wrapper: limited(24) }),
);
