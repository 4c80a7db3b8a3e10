'use strict';

// The base class of all streams. Its own pipe() is the one of the streams that came before
// Readable; programs that subclass Stream directly still use it.

const EventEmitter = require('node:events');

function Stream(options) {
  EventEmitter.call(this, options);
}
Object.setPrototypeOf(Stream.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Stream, EventEmitter);

/** Sends what this (old-style) stream emits to `dest`. */
Stream.prototype.pipe = function (dest, options) {
  const source = this;
  let ended = false;

  function onData(chunk) {
    if (dest.writable && dest.write(chunk) === false && source.pause) source.pause();
  }
  function onDrain() {
    if (source.readable && source.resume) source.resume();
  }
  function onEnd() {
    if (ended) return;
    ended = true;
    dest.end();
  }
  function onClose() {
    if (ended) return;
    ended = true;
    if (typeof dest.destroy === 'function') dest.destroy();
  }
  // Nobody but the pipe listens: the error must not get lost.
  function onError(error) {
    release();
    if (EventEmitter.prototype.listenerCount.call(this, 'error') === 0) this.emit('error', error);
  }
  function release() {
    source.removeListener('data', onData);
    dest.removeListener('drain', onDrain);
    source.removeListener('end', onEnd);
    source.removeListener('close', onClose);
    source.removeListener('error', onError);
    dest.removeListener('error', onError);
    source.removeListener('end', release);
    source.removeListener('close', release);
    dest.removeListener('close', release);
  }

  source.on('data', onData);
  dest.on('drain', onDrain);
  // A process's own output streams outlive whatever is piped into them.
  if (!dest._isStdio && (!options || options.end !== false)) {
    source.on('end', onEnd);
    source.on('close', onClose);
  }
  prependListener(source, 'error', onError);
  prependListener(dest, 'error', onError);
  source.on('end', release);
  source.on('close', release);
  dest.on('close', release);
  dest.emit('pipe', source);
  return dest;
};

/** Adds a listener before the others, also to emitters that are not EventEmitters. */
function prependListener(emitter, event, listener) {
  if (typeof emitter.prependListener === 'function') {
    emitter.prependListener(event, listener);
    return;
  }
  const events = emitter._events;
  if (!events || !events[event]) emitter.on(event, listener);
  else if (Array.isArray(events[event])) events[event].unshift(listener);
  else events[event] = [listener, events[event]];
}

module.exports = { Stream, prependListener };
