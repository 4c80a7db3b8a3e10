'use strict';

const { errorOrDestroy } = require('modules/stream/destroy');
const { prependListener } = require('modules/stream/legacy');
const { END_EMITTED, FLOWING, MULTI_AWAIT_DRAIN } =
  require('modules/stream/readable_state').readableBits;

/** One source.pipe(dest): its listeners, and what it knows about dest's appetite. */
class PipeLink {
  constructor(source, dest) {
    this.source = source;
    this.dest = dest;
    this.open = true;
    this.waiting = false; // the 'drain' listener is on
    const onData = (chunk) => {
      let more;
      try {
        more = dest.write(chunk);
      } catch (error) {
        dest.destroy(error);
        return;
      }
      if (more === false) this.hold();
    };
    this.onData = onData;
    const onDrain = () => this.drained();
    this.onDrain = onDrain;
    const onEnd = () => dest.end();
    this.onEnd = onEnd;
    const unpipe = () => source.unpipe(dest);
    this.unpipe = unpipe;
    const onUnpipe = (readable, info) => {
      // `info` goes to every listener on dest; the first link that it is meant for takes it.
      if (readable === source && info && info.hasUnpiped === false) {
        info.hasUnpiped = true;
        this.close();
      }
    };
    this.onUnpipe = onUnpipe;
    const onError = (error) => {
      this.unpipe();
      dest.removeListener('error', this.onError);
      if (dest.listenerCount('error') > 0) return;
      const state = dest._writableState || dest._readableState;
      if (state && !state.errorEmitted) errorOrDestroy(dest, error);
      else dest.emit('error', error);
    };
    this.onError = onError;
    const onClose = () => {
      dest.removeListener('finish', this.onFinish);
      this.unpipe();
    };
    this.onClose = onClose;
    const onFinish = () => {
      dest.removeListener('close', this.onClose);
      this.unpipe();
    };
    this.onFinish = onFinish;
  }

  attach(endDest) {
    const { source, dest } = this;
    this.whenEnded = endDest ? this.onEnd : this.unpipe;
    if (source._readableState.bits & END_EMITTED) process.nextTick(this.whenEnded);
    else source.once('end', this.whenEnded);
    dest.on('unpipe', this.onUnpipe);
    source.on('data', this.onData);
    // First, so that whoever listens to dest's errors finds it unpiped already.
    prependListener(dest, 'error', this.onError);
    dest.once('close', this.onClose);
    dest.once('finish', this.onFinish);
    dest.emit('pipe', source);
    if (dest.writableNeedDrain === true) this.hold();
    else if (!(source._readableState.bits & FLOWING)) source.resume();
  }

  /** Stops the source until dest has drained. */
  hold() {
    const { source, dest } = this;
    const state = source._readableState;
    if (this.open) {
      if (state.pipes.length === 1 && state.pipes[0] === dest) {
        state.awaitDrainWriters = dest;
        state.bits &= ~MULTI_AWAIT_DRAIN;
      } else if (state.pipes.length > 1 && state.pipes.includes(dest)) {
        state.awaitDrainWriters.add(dest);
      }
      source.pause();
    }
    if (!this.waiting) {
      this.waiting = true;
      dest.on('drain', this.onDrain);
    }
  }

  drained() {
    const { source, dest } = this;
    const state = source._readableState;
    if (state.awaitDrainWriters === dest) state.awaitDrainWriters = null;
    else if (state.bits & MULTI_AWAIT_DRAIN) state.awaitDrainWriters.delete(dest);
    // The slowest destination decides.
    const others = state.awaitDrainWriters;
    if ((!others || others.size === 0) && source.listenerCount('data') > 0) source.resume();
  }

  close() {
    const { source, dest } = this;
    dest.removeListener('close', this.onClose);
    dest.removeListener('finish', this.onFinish);
    if (this.waiting) dest.removeListener('drain', this.onDrain);
    dest.removeListener('error', this.onError);
    dest.removeListener('unpipe', this.onUnpipe);
    source.removeListener('end', this.onEnd);
    source.removeListener('end', this.unpipe);
    source.removeListener('data', this.onData);
    this.open = false;
    // Its 'drain' would never come here: it must not hold up the other destinations.
    if (
      this.waiting &&
      source._readableState.awaitDrainWriters &&
      (!dest._writableState || dest._writableState.needDrain)
    ) {
      this.drained();
    }
  }
}

/** readable.pipe() */
function pipe(source, dest, options) {
  const state = source._readableState;
  if (state.pipes.length === 1 && !(state.bits & MULTI_AWAIT_DRAIN)) {
    state.bits |= MULTI_AWAIT_DRAIN;
    state.awaitDrainWriters = new Set(state.awaitDrainWriters ? [state.awaitDrainWriters] : []);
  }
  state.pipes.push(dest);
  const endDest =
    (!options || options.end !== false) && dest !== process.stdout && dest !== process.stderr;
  new PipeLink(source, dest).attach(endDest);
  return dest;
}

/** readable.unpipe() */
function unpipe(source, dest) {
  const state = source._readableState;
  if (state.pipes.length === 0) return source;
  if (!dest) {
    const all = state.pipes;
    state.pipes = [];
    source.pause();
    for (const one of all) one.emit('unpipe', source, { hasUnpiped: false });
    return source;
  }
  const index = state.pipes.indexOf(dest);
  if (index === -1) return source;
  state.pipes.splice(index, 1);
  if (state.pipes.length === 0) source.pause();
  dest.emit('unpipe', source, { hasUnpiped: false });
  return source;
}

module.exports = { pipe, unpipe };
