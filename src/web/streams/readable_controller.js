'use strict';

// What the controllers of default and of byte streams have in common: their slots, and when the source
// is pulled.

const { CLOSED, ERRORED, READABLE } = require('web/streams/readable_ops');
const {
  callingOnce,
  convertPromise,
  isObject,
  kEmptyQueue,
  kPending,
  kResolved,
  rejectPromise,
  resolvePromise,
  seal,
  upon,
} = require('web/streams/common');

// Whether the source is being pulled. A pull that was over at once ends in a microtask, unless the stream's
// reader is one of ours, which reacts in a microtask anyway: then that ends it (ENDED until then).
const IDLE = 0;
const PULLING = 1;
const ENDED = 2;

/** What a pull of our own returns when it may as well be repeated at once. */
const kPullable = Symbol('pullable');

/**
 * Internal slots. Classes add the methods errorStream(error), which puts the stream into its error state,
 * and publicController(), the object that a program's source gets to see.
 */
class ReadableControllerSlots {
  constructor(stream, highWaterMark, size) {
    this.wrapper = null;
    this.stream = stream;
    this.highWaterMark = highWaterMark;
    // null: chunks count 1 (or their bytes, in a byte stream)
    this.size = size;
    this.queue = kEmptyQueue;
    this.started = false;
    this.closeRequested = false;
    this.pulling = IDLE;
    this.pullAgain = false;
    // Algorithms of the source, pull(controller) and cancel(reason, source): return a promise, or undefined
    // when done at once. null: nothing to do.
    this.pull = null;
    this.cancel = null;
    // A program's source, and its method; or whoever the algorithms belong to.
    this.source = undefined;
    this.pullMethod = undefined;
    // The same functions for every pull of the stream.
    this.onPulled = null;
    this.onPullFailed = null;
    // Of byte streams. Here, since V8 makes objects of classes without a constructor faster.
    this.autoAllocateChunkSize = undefined;
    this.pendingPullIntos = kEmptyQueue;
    this.byobRequest = null;
  }
}

seal(ReadableControllerSlots);

/** Takes over the methods of a program's source. */
function useSource(controller, source, pull, cancel) {
  if (pull !== undefined) {
    controller.source = source;
    controller.pullMethod = pull;
    controller.pull = pullFromSource;
  }
  if (cancel !== undefined) controller.cancel = callingOnce(cancel, source);
}

function clearAlgorithms(controller) {
  controller.pull = null;
  controller.cancel = null;
  controller.size = null;
  controller.source = controller.pullMethod = undefined;
}

// https://streams.spec.whatwg.org/#set-up-readable-stream-default-controller
// https://streams.spec.whatwg.org/#set-up-readable-byte-stream-controller
function startController(controller, start = undefined, source = undefined) {
  const result =
    start === undefined ? undefined : Reflect.apply(start, source, [controller.publicController()]);
  const isOver = !isObject(result);
  if (isOver && controller.pull === null) {
    controller.started = true; // nobody will notice that it is earlier
    return;
  }
  awaitStart(controller);
  if (isOver) upon(kResolved, pulledReaction(controller));
  else upon(convertPromise(result), pulledReaction(controller), pullFailedReaction(controller));
}

/** endDuePull() ends it: a start is followed by a pull like a pull during which another one was wanted. */
function awaitStart(controller) {
  controller.pulling = PULLING;
  controller.pullAgain = true;
}

function pulledReaction(controller) {
  return controller.onPulled ?? makePulledReaction(controller);
}

function makePulledReaction(controller) {
  const onPulled = () => endDuePull(controller);
  controller.onPulled = onPulled;
  return onPulled;
}

/** What the microtask does that ends a start, or a pull: looks whether to pull again. */
function endDuePull(controller) {
  controller.started = true;
  controller.pulling = IDLE;
  if (!controller.pullAgain) return;
  controller.pullAgain = false;
  const { reader } = controller.stream;
  if (reader === null || reader.afterPull === null) pullIfNeeded(controller);
  else pullForPipe(controller, reader);
}

function pullForPipe(controller, reader) {
  reader.awaitsPull = true;
  pullIfNeeded(controller);
  reader.awaitsPull = false;
  reader.afterPull();
}

function pullFailedReaction(controller) {
  if (controller.onPullFailed === null) {
    const onPullFailed = (error) => controller.errorStream(error);
    controller.onPullFailed = onPullFailed;
  }
  return controller.onPullFailed;
}

// https://streams.spec.whatwg.org/#readable-stream-default-controller-should-call-pull
// https://streams.spec.whatwg.org/#readable-byte-stream-controller-should-call-pull
function shouldPull(controller) {
  const { stream } = controller;
  if (!controller.started || controller.closeRequested || stream.state !== READABLE) return false;
  return (
    controller.highWaterMark - controller.queue.total > 0 ||
    (stream.reader !== null && stream.reader.requests.length > 0)
  );
}

// https://streams.spec.whatwg.org/#readable-stream-default-controller-call-pull-if-needed
// https://streams.spec.whatwg.org/#readable-byte-stream-controller-call-pull-if-needed
function pullIfNeeded(controller) {
  if (controller.pull === null || !shouldPull(controller)) return;
  if (controller.pulling !== IDLE) {
    pullLater(controller);
    return;
  }
  controller.pulling = PULLING;
  // Called by its name, a program's source can be inlined whatever other streams there are.
  const pulled =
    controller.pullMethod === undefined ? controller.pull(controller) : pullFromSource(controller);
  if (pulled === undefined) endPull(controller, undefined);
  else if (pulled === kPullable) controller.pulling = IDLE;
  else if (pulled !== kPending) endPull(controller, pulled);
}

/** The same when a chunk was enqueued, which mostly happens in a pull: V8 need not look at another one. */
function pullAfterEnqueue(controller) {
  if (controller.pulling === PULLING) controller.pullAgain ||= shouldPull(controller);
  else pullIfNeeded(controller);
}

function pullLater(controller) {
  controller.pullAgain = true;
  if (controller.pulling === ENDED) {
    controller.pulling = PULLING;
    upon(kResolved, pulledReaction(controller));
  }
}

/** The pull is over when `pulled` is; undefined: it is. */
function endPull(controller, pulled) {
  if (pulled !== undefined) {
    upon(pulled, pulledReaction(controller), pullFailedReaction(controller));
    return;
  }
  const { reader } = controller.stream;
  if (reader !== null && reader.settlesPulls && !controller.pullAgain) controller.pulling = ENDED;
  else upon(kResolved, pulledReaction(controller));
}

/** What a reader with `settlesPulls` calls in the first microtask after that in which it got a chunk. */
function settlePull(reader) {
  const { controller } = reader.stream;
  if (controller.pulling === ENDED) controller.pulling = IDLE;
}

function pullFromSource(controller) {
  let result;
  try {
    result = Reflect.apply(controller.pullMethod, controller.source, [
      controller.wrapper ?? controller.publicController(),
    ]);
  } catch (error) {
    return rejectPromise(error);
  }
  return isObject(result) ? resolvePromise(result) : undefined;
}

// https://streams.spec.whatwg.org/#readable-stream-default-controller-get-desired-size
// https://streams.spec.whatwg.org/#readable-byte-stream-controller-get-desired-size
function desiredSize(controller) {
  const { state } = controller.stream;
  if (state === ERRORED) return null;
  return state === CLOSED ? 0 : controller.highWaterMark - controller.queue.total;
}

module.exports = {
  ReadableControllerSlots,
  awaitStart,
  clearAlgorithms,
  desiredSize,
  endDuePull,
  endPull,
  kPullable,
  pullAfterEnqueue,
  pullIfNeeded,
  settlePull,
  shouldPull,
  startController,
  useSource,
};
