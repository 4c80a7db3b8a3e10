'use strict';

const bits = require('modules/stream/state_bits');
const { chooseHighWaterMark } = require('modules/stream/high_water_mark');
const { validateEncodingName } = require('modules/stream/encoding_name');

const own = (n) => 1 << (bits.FIRST_OWN_BIT + n);

const ENDING = own(0); // end() was called
const ENDED = own(1); // end() has returned
const FINISHED = own(2);
const NEED_DRAIN = own(3); // write() has returned false
const WRITING = own(4); // _write() has not called back yet
const FINAL_CALLED = own(5);
const PREFINISHED = own(6);
const BUFFER_PROCESSING = own(7); // the loop over the buffered writes is on the stack
const KEEP_STRINGS = own(8); // decodeStrings is false
const DRAIN_SCHEDULED = own(9); // a tick for a write without callback is under way
const NOT_ALL_BUFFERS = own(10); // a buffered chunk is not a Buffer
const HAS_CALLBACK = own(11); // a buffered write has a callback
const WAITING = own(12); // `queue` holds writes

const writableBits = {
  ENDING,
  ENDED,
  FINISHED,
  NEED_DRAIN,
  WRITING,
  FINAL_CALLED,
  PREFINISHED,
  BUFFER_PROCESSING,
  KEEP_STRINGS,
  DRAIN_SCHEDULED,
  NOT_ALL_BUFFERS,
  HAS_CALLBACK,
  WAITING,
};

/** Everything that a stream knows about its writable side: `stream._writableState`. */
class WritableState {
  constructor(options, stream, isDuplex) {
    let mode = bits.SYNC | bits.CONSTRUCTED | bits.EMIT_CLOSE | bits.AUTO_DESTROY;
    if (options) {
      if (options.objectMode || (isDuplex && options.writableObjectMode)) mode |= bits.OBJECT_MODE;
      if (options.emitClose === false) mode &= ~bits.EMIT_CLOSE;
      if (options.autoDestroy === false) mode &= ~bits.AUTO_DESTROY;
      if (options.decodeStrings === false) mode |= KEEP_STRINGS;
    }
    this.bits = mode;
    this.highWaterMark = chooseHighWaterMark(
      options,
      (mode & bits.OBJECT_MODE) !== 0,
      'writableHighWaterMark',
      isDuplex,
    );
    this.length = 0;
    this.corked = 0;
    // Calls that have not called back: writes, _final(), and ticks that must run before 'finish'.
    this.pendingcb = 0;
    // The write that is under way.
    this.writelen = 0;
    this.writecb = null;
    // Writes that wait, as { chunk, encoding, callback }, from `bufferedIndex` on; null: none.
    this.queue = null;
    this.bufferedIndex = 0;
    // Callbacks of writes that share one tick.
    this.afterWriteTickInfo = null;
    // Callbacks of end().
    this.onFinished = null;
    this.failure = null;
    this.writable = undefined;
    this.defaultEncoding = 'utf8';
    this.onwrite = null;
    if (options) {
      const { defaultEncoding } = options;
      if (defaultEncoding != null && defaultEncoding !== 'utf8') {
        this.defaultEncoding = validateEncodingName(defaultEncoding);
      }
    }
  }

  /** The writes that wait. */
  getBuffer() {
    return this.queue === null ? [] : this.queue.slice(this.bufferedIndex);
  }

  get buffered() {
    return this.queue === null ? [] : this.queue;
  }

  get bufferedRequestCount() {
    return this.queue === null ? 0 : this.queue.length - this.bufferedIndex;
  }

  /** Whether all that waits is Buffers. */
  get allBuffers() {
    return !(this.bits & NOT_ALL_BUFFERS);
  }

  /** Whether nobody waits for what waits. */
  get allNoop() {
    return !(this.bits & HAS_CALLBACK);
  }

  get decodeStrings() {
    return !(this.bits & KEEP_STRINGS);
  }

  set decodeStrings(value) {
    if (value) this.bits &= ~KEEP_STRINGS;
    else this.bits |= KEEP_STRINGS;
  }

  dropQueue() {
    this.queue = null;
    this.bufferedIndex = 0;
    this.bits &= ~(NOT_ALL_BUFFERS | HAS_CALLBACK | WAITING);
  }

  /** Forgets that the stream was destroyed. */
  revive() {
    this.bits &= ~(
      bits.CLOSED |
      bits.CLOSE_EMITTED |
      bits.DESTROYED |
      bits.ERRORED |
      bits.ERROR_EMITTED |
      FINAL_CALLED |
      PREFINISHED |
      ENDED |
      ENDING |
      FINISHED
    );
    this.bits |= bits.CONSTRUCTED;
    this.failure = null;
    if (this.writable === false) this.bits |= ENDED | ENDING | FINISHED;
  }
}

bits.defineBitProperties(WritableState, {
  ...bits.sharedProperties,
  ending: ENDING,
  ended: ENDED,
  finished: FINISHED,
  needDrain: NEED_DRAIN,
  writing: WRITING,
  finalCalled: FINAL_CALLED,
  prefinished: PREFINISHED,
  bufferProcessing: BUFFER_PROCESSING,
});

module.exports = { WritableState, writableBits };
