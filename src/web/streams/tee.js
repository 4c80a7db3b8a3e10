'use strict';

// https://streams.spec.whatwg.org/#abstract-opdef-readablestreamtee

const ops = require('web/streams/readable_ops');
const {
  DefaultControllerSlots,
  close,
  createReadable,
  enqueue,
  errorController,
} = require('web/streams/default_controller');
const { endDuePull, settlePull } = require('web/streams/readable_controller');
const { kPending, kResolved, upon, withResolvers } = require('web/streams/common');

/** Two streams (slots) with the chunks of one. */
function tee(stream, cloneForBranch2) {
  if (!(stream.controller instanceof DefaultControllerSlots)) {
    return require('web/streams/byte_tee').teeBytes(stream);
  }
  return teeDefault(stream, cloneForBranch2);
}

function teeDefault(stream, cloneForBranch2) {
  const reader = ops.acquireDefaultReader(stream);
  const cancelled = withResolvers();
  const state = { cancelled1: false, cancelled2: false, reason1: undefined, reason2: undefined };
  let reading = false;
  let readAgain = false;
  let branch1;
  let branch2;

  // The chunk that was read and goes to the branches in a microtask. Where it was there when a branch was pulled,
  // the next microtask would end that pull: so this one does.
  let chunk;
  let pulled = null;

  function give() {
    const branch = pulled;
    pulled = null;
    distribute();
    if (branch !== null) endDuePull(branch);
  }

  function distribute() {
    settlePull(reader);
    readAgain = false;
    const first = chunk;
    let second = chunk;
    chunk = undefined;
    if (!state.cancelled2 && cloneForBranch2) {
      try {
        second = structuredClone(first);
      } catch (error) {
        errorController(branch1.controller, error);
        errorController(branch2.controller, error);
        cancelled.resolve(ops.cancelStream(stream, error));
        return;
      }
    }
    if (!state.cancelled1) enqueue(branch1.controller, first);
    if (!state.cancelled2) enqueue(branch2.controller, second);
    reading = false;
    if (readAgain) pull(null);
  }

  // 12. The one read request, reused: there is never more than one read.
  const request = {
    // 13.3. In a microtask: enqueueing may run the size functions of the branches.
    chunk(value) {
      chunk = value;
      upon(kResolved, give);
    },
    close() {
      reading = false;
      if (!state.cancelled1) close(branch1.controller);
      if (!state.cancelled2) close(branch2.controller);
      if (!state.cancelled1 || !state.cancelled2) cancelled.resolve(undefined);
    },
    error() {
      reading = false;
    },
  };

  function pull(branch) {
    if (reading) {
      readAgain = true;
      return undefined;
    }
    reading = true;
    const wasThere = ops.readInner(reader, request);
    if (branch === null || !wasThere) return undefined;
    pulled = branch;
    return kPending;
  }

  function cancelBranch(mine, other, reasonName) {
    return (reason) => {
      state[mine] = true;
      state[reasonName] = reason;
      if (state[other]) {
        cancelled.resolve(ops.cancelStream(stream, [state.reason1, state.reason2]));
      }
      return cancelled.promise;
    };
  }

  branch1 = createReadable(pull, cancelBranch('cancelled1', 'cancelled2', 'reason1'), 1);
  branch2 = createReadable(pull, cancelBranch('cancelled2', 'cancelled1', 'reason2'), 1);
  upon(ops.closedPromise(reader), undefined, (error) => {
    errorController(branch1.controller, error);
    errorController(branch2.controller, error);
    if (!state.cancelled1 || !state.cancelled2) cancelled.resolve(undefined);
  });
  return [branch1, branch2];
}

module.exports = { tee };
