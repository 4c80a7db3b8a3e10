'use strict';
// A file system without room, files of a limited size, and a device that is always full.

const test = require('node:test');
const { mountNamespace, passes, temporaryFolder } = require('./support.js');

const wrapper = mountNamespace();
const skip = wrapper ? false : 'needs root or user namespaces to mount a small tmpfs';
const MOUNT = 'mount -t tmpfs -o size=512k,nr_inodes=64 gyre-faults /mnt';

test('a full file system', { skip }, () => passes('full_disk', MOUNT, ['/mnt'], { wrapper }));

test('what the runtime writes by itself, on a full file system', { skip }, () =>
  passes('full_disk_reports', MOUNT, ['/mnt'], { wrapper }),
);

test('a limit on the size of files', (t) =>
  passes('file_size_limit', 'ulimit -f 64', [temporaryFolder(t)]));
