'use strict';

// fs.exists takes a callback without an error argument, and both forms answer false to what is no
// path at all - which they announce as deprecated, once.

let warned = false;

function warnAboutType() {
  if (warned) return;
  warned = true;
  process.emitWarning(
    'Passing invalid argument types to fs.existsSync is deprecated',
    'DeprecationWarning',
    'DEP0187',
  );
}

module.exports = { warnAboutType };
