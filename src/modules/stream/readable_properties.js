'use strict';

const { DEAD, DESTROYED, ERROR_EMITTED, OBJECT_MODE } = require('modules/stream/state_bits');
const { DATA_EMITTED, END_EMITTED } = require('modules/stream/readable_state').readableBits;

const properties = {
  readable: {
    get() {
      const state = this._readableState;
      return (
        !!state &&
        state.readable !== false &&
        !(state.bits & (DESTROYED | ERROR_EMITTED | END_EMITTED))
      );
    },
    set(value) {
      // Old-style subclasses assign it in their constructors.
      if (this._readableState) this._readableState.readable = !!value;
    },
  },
  readableDidRead: {
    get() {
      return (this._readableState.bits & DATA_EMITTED) !== 0;
    },
  },
  readableAborted: {
    get() {
      const state = this._readableState;
      return state.readable !== false && (state.bits & DEAD) !== 0 && !(state.bits & END_EMITTED);
    },
  },
  readableHighWaterMark: {
    get() {
      return this._readableState.highWaterMark;
    },
  },
  readableBuffer: {
    get() {
      return this._readableState?.buffer;
    },
  },
  readableFlowing: {
    get() {
      return this._readableState.flowing;
    },
    set(value) {
      if (this._readableState) this._readableState.flowing = value;
    },
  },
  readableLength: {
    get() {
      return this._readableState.length;
    },
  },
  readableObjectMode: {
    get() {
      return this._readableState ? (this._readableState.bits & OBJECT_MODE) !== 0 : false;
    },
  },
  readableEncoding: {
    get() {
      return this._readableState ? this._readableState.encoding : null;
    },
  },
  errored: {
    get() {
      return this._readableState ? this._readableState.failure : null;
    },
  },
  closed: {
    get() {
      return this._readableState ? this._readableState.closed : false;
    },
  },
  destroyed: {
    get() {
      return this._readableState ? (this._readableState.bits & DESTROYED) !== 0 : false;
    },
    set(value) {
      // Subclasses that bypass destroy() and handle their own end assign it.
      if (this._readableState) this._readableState.destroyed = value;
    },
  },
  readableEnded: {
    get() {
      return this._readableState ? (this._readableState.bits & END_EMITTED) !== 0 : false;
    },
  },
};

/** Defines all accessors of a Readable on its prototype. */
function define(prototype) {
  Object.defineProperties(prototype, properties);
}

module.exports = { define };
