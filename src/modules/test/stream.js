'use strict';

const { Readable } = require('node:stream');

/** The events of a run: as data ({ type, data }), and emitted under their types. */
class TestsStream extends Readable {
  constructor() {
    super({ objectMode: true, highWaterMark: Number.MAX_SAFE_INTEGER });
  }

  _read() {}

  /** Adds an event. */
  report(type, data) {
    this.emit(type, data);
    this.push({ type, data });
  }

  /** Ends the stream. */
  end() {
    this.push(null);
  }
}

module.exports = { TestsStream };
