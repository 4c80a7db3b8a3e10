'use strict';
// A file system that is mounted read-only, and a file without permission.

const test = require('node:test');
const fs = require('node:fs');
const path = require('node:path');
const { mountNamespace, passes, temporaryFolder } = require('./support.js');

const wrapper = mountNamespace();

test('a read-only mount', {
  skip: wrapper ? false : 'needs root or user namespaces to mount a folder read-only',
}, (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, 'file'), 'content');
  fs.mkdirSync(path.join(folder, 'folder'));
  const setup = `mount --bind '${folder}' /mnt && mount -o remount,ro,bind /mnt`;
  return passes('read_only', setup, ['/mnt'], { wrapper });
});
