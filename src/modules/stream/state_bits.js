'use strict';

// What readable and writable sides both remember about their life. Each state object keeps one
// integer `bits`; these positions mean the same thing on either side, so that code which handles
// a whole stream (destroy, errors, construction) need not know which side it looks at.

const shared = {
  OBJECT_MODE: 1 << 0,
  SYNC: 1 << 1,
  CONSTRUCTED: 1 << 2,
  EMIT_CLOSE: 1 << 3,
  AUTO_DESTROY: 1 << 4,
  DESTROYED: 1 << 5,
  CLOSED: 1 << 6,
  CLOSE_EMITTED: 1 << 7,
  ERROR_EMITTED: 1 << 8,
  ERRORED: 1 << 9,
};

/** The first bit that a side may use for its own purposes. */
const FIRST_OWN_BIT = 10;

/** Any of these means that no more data can flow. */
const DEAD = shared.DESTROYED | shared.ERRORED;

/** Name of the public state property -> its bit, for the shared part. */
const sharedProperties = {
  objectMode: shared.OBJECT_MODE,
  sync: shared.SYNC,
  constructed: shared.CONSTRUCTED,
  emitClose: shared.EMIT_CLOSE,
  autoDestroy: shared.AUTO_DESTROY,
  destroyed: shared.DESTROYED,
  closed: shared.CLOSED,
  closeEmitted: shared.CLOSE_EMITTED,
  errorEmitted: shared.ERROR_EMITTED,
};

/**
 * Gives a state class the boolean properties that programs read on `_readableState` and
 * `_writableState`, each backed by one bit.
 */
function defineBitProperties(StateClass, properties) {
  for (const name of Object.keys(properties)) {
    const bit = properties[name];
    Object.defineProperty(StateClass.prototype, name, {
      get() {
        return (this.bits & bit) !== 0;
      },
      set(value) {
        if (value) this.bits |= bit;
        else this.bits &= ~bit;
      },
    });
  }
  Object.defineProperty(StateClass.prototype, 'errored', {
    get() {
      return this.failure;
    },
    set(value) {
      this.failure = value || null;
      if (value) this.bits |= shared.ERRORED;
      else this.bits &= ~shared.ERRORED;
    },
  });
}

module.exports = {
  ...shared,
  DEAD,
  FIRST_OWN_BIT,
  sharedProperties,
  defineBitProperties,
};
