'use strict';

const { DEAD, DESTROYED, ERRORED, OBJECT_MODE } = require('modules/stream/state_bits');
const { ENDED, ENDING, FINISHED, NEED_DRAIN } =
  require('modules/stream/writable_state').writableBits;

const properties = {
  closed: {
    get() {
      return this._writableState ? this._writableState.closed : false;
    },
  },
  destroyed: {
    get() {
      return this._writableState ? (this._writableState.bits & DESTROYED) !== 0 : false;
    },
    set(value) {
      // Subclasses that bypass destroy() assign it.
      if (this._writableState) this._writableState.destroyed = value;
    },
  },
  writable: {
    get() {
      const state = this._writableState;
      return (
        !!state &&
        state.writable !== false &&
        !(state.bits & (DESTROYED | ERRORED | ENDING | ENDED))
      );
    },
    set(value) {
      // Old-style subclasses assign it in their constructors.
      if (this._writableState) this._writableState.writable = !!value;
    },
  },
  writableFinished: {
    get() {
      return this._writableState ? (this._writableState.bits & FINISHED) !== 0 : false;
    },
  },
  writableObjectMode: {
    get() {
      return this._writableState ? (this._writableState.bits & OBJECT_MODE) !== 0 : false;
    },
  },
  writableBuffer: {
    get() {
      return this._writableState?.getBuffer();
    },
  },
  writableEnded: {
    get() {
      return this._writableState ? (this._writableState.bits & ENDING) !== 0 : false;
    },
  },
  writableNeedDrain: {
    get() {
      const state = this._writableState;
      return !!state && (state.bits & (DESTROYED | ENDING | NEED_DRAIN)) === NEED_DRAIN;
    },
  },
  writableHighWaterMark: {
    get() {
      return this._writableState?.highWaterMark;
    },
  },
  writableCorked: {
    get() {
      return this._writableState ? this._writableState.corked : 0;
    },
  },
  writableLength: {
    get() {
      return this._writableState?.length;
    },
  },
  errored: {
    get() {
      return this._writableState ? this._writableState.failure : null;
    },
  },
  writableAborted: {
    get() {
      const state = this._writableState;
      return state.writable !== false && (state.bits & DEAD) !== 0 && !(state.bits & FINISHED);
    },
  },
};

/** Defines all accessors of a Writable on its prototype. */
function define(prototype) {
  for (const name of Object.keys(properties)) {
    Object.defineProperty(prototype, name, properties[name]);
  }
}

module.exports = { define, properties };
