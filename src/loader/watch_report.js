'use strict';
// In a program that runs under --watch: tells the watcher which files the program consists of.

const { noteFiles } = require('loader/source');

/** Starts telling, over the IPC channel; files that were looked for and are missing count too. */
function start() {
  const told = new Set();
  noteFiles((path) => {
    if (told.has(path) || !process.connected) return;
    told.add(path);
    // A watcher that is gone has nothing to restart.
    process.send({ 'watch:require': [path] }, () => {});
  });
}

module.exports = { start };
