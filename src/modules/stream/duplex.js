'use strict';

const { Readable, readableConstructed } = require('modules/stream/readable');
const { Writable, takeImplementation, writableConstructed } = require('modules/stream/writable');
const { ReadableState, readableBits } = require('modules/stream/readable_state');
const { WritableState, writableBits } = require('modules/stream/writable_state');
const { Stream } = require('modules/stream/legacy');
const { construct } = require('modules/stream/destroy');
const { properties } = require('modules/stream/writable_properties');

module.exports = Duplex;

/** A stream with a readable and a writable side that know little of each other. */
function Duplex(options) {
  if (new.target === undefined && !(this instanceof Duplex)) return new Duplex(options);
  // Room for the usual events: V8 keeps such a table in its quick form.
  this._events ??= {
    close: undefined,
    error: undefined,
    prefinish: undefined,
    finish: undefined,
    drain: undefined,
    data: undefined,
    end: undefined,
    readable: undefined,
  };
  Stream.call(this, options);
  const r = (this._readableState = new ReadableState(options, this, true));
  const w = (this._writableState = new WritableState(options, this, true));
  this.allowHalfOpen = true;
  if (options) {
    if (options.allowHalfOpen === false) this.allowHalfOpen = false;
    if (options.readable === false) {
      r.readable = false;
      r.bits |= readableBits.ENDED | readableBits.END_EMITTED;
    }
    if (options.writable === false) {
      w.writable = false;
      w.bits |= writableBits.ENDING | writableBits.ENDED | writableBits.FINISHED;
    }
    if (typeof options.read === 'function') this._read = options.read;
    takeImplementation(this, options);
    if (typeof options.destroy === 'function') this._destroy = options.destroy;
    if (typeof options.construct === 'function') this._construct = options.construct;
    if (options.signal) {
      require('modules/stream/add_abort_signal').attachSignal(options.signal, this);
    }
  }
  if (this._construct != null) construct(this, duplexConstructed);
}
Object.setPrototypeOf(Duplex.prototype, Readable.prototype);
Object.setPrototypeOf(Duplex, Readable);

function duplexConstructed(stream) {
  readableConstructed(stream);
  writableConstructed(stream);
}

// The other parent. Where both have a method, Readable's is the general one, but for destroy().
for (const name of Object.keys(Writable.prototype)) {
  if (typeof Object.getOwnPropertyDescriptor(Writable.prototype, name).get === 'function') continue;
  Duplex.prototype[name] ??= Writable.prototype[name];
}
Duplex.prototype._writev = null;
Duplex.prototype.destroy = Writable.prototype.destroy;

for (const name of [
  'writable',
  'writableHighWaterMark',
  'writableObjectMode',
  'writableBuffer',
  'writableLength',
  'writableFinished',
  'writableCorked',
  'writableEnded',
  'writableNeedDrain',
  'writableAborted',
]) {
  Object.defineProperty(Duplex.prototype, name, properties[name]);
}
Object.defineProperty(Duplex.prototype, 'destroyed', {
  get() {
    if (this._readableState === undefined || this._writableState === undefined) return false;
    return this._readableState.destroyed && this._writableState.destroyed;
  },
  set(value) {
    if (this._readableState && this._writableState) {
      this._readableState.destroyed = value;
      this._writableState.destroyed = value;
    }
  },
});

Duplex.from = function (source) {
  return require('modules/stream/duplex_from').duplexFrom(source, 'body');
};
Duplex.fromWeb = function (pair, options) {
  return require('modules/stream/web_adapters').duplexFromWeb(pair, options);
};
Duplex.toWeb = function (duplex, options) {
  return require('modules/stream/web_adapters').duplexToWeb(duplex, options);
};
