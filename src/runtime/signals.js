'use strict';
// Signal events of process: one native watcher for each signal that has a listener.

const { Signal } = native('signal');
const watchers = new Map();

function start(name) {
  const number = require('node:os').constants.signals[name];
  if (number === undefined || watchers.has(name)) return;
  const watcher = new Signal();
  watcher.onsignal = (signum) => process.emit(name, name, signum);
  const err = watcher.start(number);
  if (err) {
    watcher.close();
    const { errnoException } = require('runtime/errors');
    throw errnoException(err, 'uv_signal_start');
  }
  watchers.set(name, watcher);
}

function stop(name) {
  const watcher = watchers.get(name);
  if (watcher === undefined) return;
  watcher.close();
  watchers.delete(name);
}

module.exports = { start, stop };
