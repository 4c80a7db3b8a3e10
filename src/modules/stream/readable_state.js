'use strict';

const bits = require('modules/stream/state_bits');
const { chooseHighWaterMark } = require('modules/stream/high_water_mark');
const { validateEncodingName } = require('modules/stream/encoding_name');

const own = (n) => 1 << (bits.FIRST_OWN_BIT + n);

const ENDED = own(0); // push(null) was called
const END_EMITTED = own(1);
const READING = own(2); // _read() was called and has not pushed yet
const NEED_READABLE = own(3); // tell the consumer when data arrives
const EMITTED_READABLE = own(4); // 'readable' is scheduled or was not acted upon yet
const READABLE_LISTENING = own(5); // someone listens to 'readable'
const RESUME_SCHEDULED = own(6);
const READING_MORE = own(7); // a tick is scheduled that fills the buffer
const MULTI_AWAIT_DRAIN = own(8); // awaitDrainWriters is a Set
const DATA_EMITTED = own(9);
const FLOWING = own(10); // flowing === true
const HALTED = own(11); // flowing === false (neither bit: null)
const PAUSED = own(12); // pause() was the last call
const RESUMED = own(13); // resume() was the last call
const END_SCHEDULED = own(14); // 'end' waits in a tick

const readableBits = {
  ENDED,
  END_EMITTED,
  READING,
  NEED_READABLE,
  EMITTED_READABLE,
  READABLE_LISTENING,
  RESUME_SCHEDULED,
  READING_MORE,
  MULTI_AWAIT_DRAIN,
  DATA_EMITTED,
  FLOWING,
  HALTED,
  PAUSED,
  RESUMED,
  END_SCHEDULED,
};

/** Everything that a stream knows about its readable side: `stream._readableState`. */
class ReadableState {
  constructor(options, stream, isDuplex) {
    let mode = bits.SYNC | bits.CONSTRUCTED | bits.EMIT_CLOSE | bits.AUTO_DESTROY;
    if (options) {
      if (options.objectMode || (isDuplex && options.readableObjectMode)) mode |= bits.OBJECT_MODE;
      if (options.emitClose === false) mode &= ~bits.EMIT_CLOSE;
      if (options.autoDestroy === false) mode &= ~bits.AUTO_DESTROY;
    }
    this.bits = mode;
    this.highWaterMark = chooseHighWaterMark(
      options,
      (mode & bits.OBJECT_MODE) !== 0,
      'readableHighWaterMark',
      isDuplex,
    );
    this.buffer = [];
    this.bufferIndex = 0;
    this.length = 0;
    this.pipes = [];
    // One writable, a Set of them, or null: the pipe destinations that asked for a pause.
    this.awaitDrainWriters = null;
    this.failure = null;
    // false when there is no readable side after all (a Duplex made so, or by assignment).
    this.readable = undefined;
    this.defaultEncoding = 'utf8';
    this.decoder = null;
    this.encoding = null;
    if (options) {
      const { defaultEncoding } = options;
      if (defaultEncoding != null && defaultEncoding !== 'utf8') {
        this.defaultEncoding = validateEncodingName(defaultEncoding);
      }
      if (options.encoding) this.decodeAs(options.encoding);
    }
  }

  /** Delivers strings from now on. */
  decodeAs(encoding) {
    const { StringDecoder } = require('node:string_decoder');
    this.decoder = new StringDecoder(encoding);
    this.encoding = this.decoder.encoding;
    return this.decoder;
  }

  /** true: data flows; false: paused; null: nobody has asked for data yet. */
  get flowing() {
    return this.bits & FLOWING ? true : this.bits & HALTED ? false : null;
  }

  set flowing(value) {
    this.bits &= ~(FLOWING | HALTED);
    if (value) this.bits |= FLOWING;
    else if (value != null) this.bits |= HALTED;
  }

  /** Whether pause() was called last. */
  get paused() {
    return (this.bits & PAUSED) !== 0;
  }

  set paused(value) {
    this.bits &= ~(PAUSED | RESUMED);
    if (value) this.bits |= PAUSED;
    else if (value != null) this.bits |= RESUMED;
  }

  get pipesCount() {
    return this.pipes.length;
  }

  /** Forgets that the stream was destroyed. */
  revive() {
    this.bits &= ~(
      bits.CLOSED |
      bits.CLOSE_EMITTED |
      bits.DESTROYED |
      bits.ERRORED |
      bits.ERROR_EMITTED |
      READING |
      ENDED |
      END_EMITTED
    );
    this.bits |= bits.CONSTRUCTED;
    this.failure = null;
    if (this.readable === false) this.bits |= ENDED | END_EMITTED;
  }
}

bits.defineBitProperties(ReadableState, {
  ...bits.sharedProperties,
  ended: ENDED,
  endEmitted: END_EMITTED,
  reading: READING,
  needReadable: NEED_READABLE,
  emittedReadable: EMITTED_READABLE,
  readableListening: READABLE_LISTENING,
  resumeScheduled: RESUME_SCHEDULED,
  readingMore: READING_MORE,
  multiAwaitDrain: MULTI_AWAIT_DRAIN,
  dataEmitted: DATA_EMITTED,
});

module.exports = { ReadableState, readableBits };
