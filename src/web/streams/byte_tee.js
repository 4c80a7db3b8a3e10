'use strict';

// https://streams.spec.whatwg.org/#abstract-opdef-readablebytestreamtee

const ops = require('web/streams/readable_ops');
const bytes = require('web/streams/byte_ops');
const { acquireByobReader, readInto } = require('web/streams/byob_reader');
const { settlePull } = require('web/streams/readable_controller');
const { kResolved, upon, withResolvers } = require('web/streams/common');

/** Two byte streams with the bytes of one; whichever reads with a buffer of its own decides how. */
class ByteTee {
  constructor(stream) {
    this.stream = stream;
    this.reader = ops.acquireDefaultReader(stream);
    this.reading = false;
    this.readAgain1 = false;
    this.readAgain2 = false;
    this.cancelled = [false, false];
    this.reasons = [undefined, undefined];
    this.over = withResolvers();
    // The view that was read with the default reader and goes to the branches in a microtask.
    this.view = undefined;
    this.giveView = () => this.enqueueView();
    this.branches = [0, 1].map((index) =>
      bytes.createByteReadable(
        () => this.pull(index),
        (reason) => this.cancelBranch(index, reason),
      ),
    );
    this.forwardErrors();
  }

  controller(index) {
    return this.branches[index].controller;
  }

  // 14.
  forwardErrors() {
    const { reader } = this;
    upon(ops.closedPromise(reader), undefined, (error) => {
      // The reader may have been exchanged for one of the other kind since.
      if (reader !== this.reader) return;
      this.errorBoth(error);
      if (!this.cancelled[0] || !this.cancelled[1]) this.over.resolve(undefined);
    });
  }

  errorBoth(error) {
    bytes.errorController(this.controller(0), error);
    bytes.errorController(this.controller(1), error);
  }

  // 17-18.
  pull(index) {
    if (this.reading) {
      if (index === 0) this.readAgain1 = true;
      else this.readAgain2 = true;
      return undefined;
    }
    this.reading = true;
    const byob = bytes.getByobRequest(this.controller(index));
    if (byob === null) this.pullWithDefaultReader();
    else this.pullWithByobReader(byob.view, index);
    return undefined;
  }

  pullAgainIfAsked() {
    this.reading = false;
    if (this.readAgain1) this.pull(0);
    else if (this.readAgain2) this.pull(1);
  }

  clone(view) {
    try {
      return new Uint8Array(view);
    } catch (error) {
      this.errorBoth(error);
      this.over.resolve(ops.cancelStream(this.stream, error));
      return undefined;
    }
  }

  // 15.
  pullWithDefaultReader() {
    if (this.reader.isByob) {
      ops.releaseReader(this.reader);
      this.reader = ops.acquireDefaultReader(this.stream);
      this.forwardErrors();
    }
    ops.readInner(this.reader, this);
  }

  // The read request of the default reader.

  chunk(view) {
    this.view = view;
    upon(kResolved, this.giveView);
  }

  close() {
    this.reading = false;
    for (const index of [0, 1]) {
      if (!this.cancelled[index]) bytes.close(this.controller(index));
    }
    for (const index of [0, 1]) {
      if (this.controller(index).pendingPullIntos.length > 0) {
        bytes.respond(this.controller(index), 0);
      }
    }
    if (!this.cancelled[0] || !this.cancelled[1]) this.over.resolve(undefined);
  }

  error() {
    this.reading = false;
  }

  enqueueView() {
    settlePull(this.reader);
    const { view } = this;
    this.view = undefined;
    this.readAgain1 = this.readAgain2 = false;
    let second = view;
    if (!this.cancelled[0] && !this.cancelled[1]) {
      second = this.clone(view);
      if (second === undefined) return;
    }
    // Views that come from streams and clones have their memory for themselves.
    if (!this.cancelled[0]) bytes.enqueueOwned(this.controller(0), view);
    if (!this.cancelled[1]) bytes.enqueueOwned(this.controller(1), second);
    this.pullAgainIfAsked();
  }

  // 16. `index` is the branch whose buffer is filled; the other one gets a copy.
  pullWithByobReader(view, index) {
    if (!this.reader.isByob) {
      ops.releaseReader(this.reader);
      this.reader = acquireByobReader(this.stream);
      this.forwardErrors();
    }
    const other = 1 - index;
    readInto(this.reader, view, view.buffer, 1, {
      chunk: (filled) =>
        upon(kResolved, () => {
          this.readAgain1 = this.readAgain2 = false;
          if (!this.cancelled[other]) {
            const copy = this.clone(filled);
            if (copy === undefined) return;
            if (!this.cancelled[index]) bytes.respondWithNewView(this.controller(index), filled);
            bytes.enqueueOwned(this.controller(other), copy);
          } else if (!this.cancelled[index]) {
            bytes.respondWithNewView(this.controller(index), filled);
          }
          this.pullAgainIfAsked();
        }),
      close: (rest) => {
        this.reading = false;
        if (!this.cancelled[index]) bytes.close(this.controller(index));
        if (!this.cancelled[other]) bytes.close(this.controller(other));
        if (rest !== undefined) {
          if (!this.cancelled[index]) bytes.respondWithNewView(this.controller(index), rest);
          if (!this.cancelled[other] && this.controller(other).pendingPullIntos.length > 0) {
            bytes.respond(this.controller(other), 0);
          }
        }
        if (!this.cancelled[index] || !this.cancelled[other]) this.over.resolve(undefined);
      },
      error: () => {
        this.reading = false;
      },
    });
  }

  // 19-20.
  cancelBranch(index, reason) {
    this.cancelled[index] = true;
    this.reasons[index] = reason;
    if (this.cancelled[1 - index]) {
      this.over.resolve(ops.cancelStream(this.stream, [...this.reasons]));
    }
    return this.over.promise;
  }
}

function teeBytes(stream) {
  return new ByteTee(stream).branches;
}

module.exports = { teeBytes };
