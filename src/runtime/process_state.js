'use strict';
// What the files of the process object share.

module.exports = {
  isMainThread: true, // told when a thread starts
  cwd: undefined, // cached until chdir
  changesCrypto: false, // do options speak of OpenSSL?
  patch: undefined, // set by runtime/process.js: called when a thread starts
};
