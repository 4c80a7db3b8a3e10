'use strict';
// No descriptors left: each operation says so, and works again as soon as there are some.

const test = require('node:test');
const { passes, temporaryFolder } = require('./support.js');

test('no descriptors for files', (t) =>
  passes('no_descriptors_fs', 'ulimit -n 64', [temporaryFolder(t)]));

test('no descriptors for sockets, processes and threads', () =>
  passes('no_descriptors', 'ulimit -n 64'));
