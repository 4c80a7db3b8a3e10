'use strict';

const Duplex = require('modules/stream/duplex');
const { SYNC } = require('modules/stream/state_bits');
const { chooseHighWaterMark } = require('modules/stream/high_water_mark');
const { ERR_METHOD_NOT_IMPLEMENTED } = require('runtime/errors');

module.exports = Transform;

// The callback of a write whose output has filled the readable side.
const kHeldBack = Symbol('kCallback');

/** A Duplex whose output is made from its input. */
function Transform(options) {
  if (new.target === undefined && !(this instanceof Transform)) return new Transform(options);
  if (options && chooseHighWaterMark(options, false, 'readableHighWaterMark', true) === 0) {
    // A readable side without a buffer wants a writable side without one, unless asked otherwise:
    // every write then waits for a read.
    options = {
      ...options,
      highWaterMark: null,
      readableHighWaterMark: 0,
      writableHighWaterMark: options.writableHighWaterMark || 0,
    };
  }
  Duplex.call(this, options);
  // _read() only releases a write: what that pushes is not "inside _read()".
  this._readableState.bits &= ~SYNC;
  this[kHeldBack] = null;
  if (options) {
    if (typeof options.transform === 'function') this._transform = options.transform;
    if (typeof options.flush === 'function') this._flush = options.flush;
  }
  // A subclass may have its own _final(); flushing must not depend on that.
  this.on('prefinish', onPrefinish);
}
Object.setPrototypeOf(Transform.prototype, Duplex.prototype);
Object.setPrototypeOf(Transform, Duplex);

function flushAndEnd(callback) {
  if (typeof this._flush !== 'function' || this.destroyed) {
    this.push(null);
    if (callback) callback();
    return;
  }
  this._flush((error, data) => {
    if (error) {
      if (callback) callback(error);
      else this.destroy(error);
      return;
    }
    if (data != null) this.push(data);
    this.push(null);
    if (callback) callback();
  });
}

Transform.prototype._final = flushAndEnd;

function onPrefinish() {
  if (this._final !== flushAndEnd) flushAndEnd.call(this);
}

Transform.prototype._transform = function (chunk, encoding, callback) {
  throw new ERR_METHOD_NOT_IMPLEMENTED('_transform()');
};

Transform.prototype._write = function (chunk, encoding, callback) {
  const r = this._readableState;
  const before = r.length;
  this._transform(chunk, encoding, (error, output) => {
    if (error) {
      callback(error);
      return;
    }
    if (output != null) this.push(output);
    // Backpressure: no more input while the output is not wanted.
    if (r.ended) {
      process.nextTick(callback);
    } else if (this._writableState.ended || before === r.length || r.length < r.highWaterMark) {
      callback();
    } else {
      this[kHeldBack] = callback;
    }
  });
};

Transform.prototype._read = function () {
  const callback = this[kHeldBack];
  if (callback) {
    this[kHeldBack] = null;
    callback();
  }
};
