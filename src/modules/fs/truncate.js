'use strict';

// fs.truncate still takes a file descriptor, which has long been deprecated.

let warned = false;

function warnAboutDescriptor() {
  if (warned) return;
  warned = true;
  process.emitWarning(
    'Using fs.truncate with a file descriptor is deprecated. ' +
      'Please use fs.ftruncate with a file descriptor instead.',
    'DeprecationWarning',
    'DEP0081',
  );
}

module.exports = { warnAboutDescriptor };
