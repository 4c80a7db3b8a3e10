'use strict';

// FileHandle.prototype.readableWebStream.

const { FileHandle } = require('modules/fs/file_handle');

const CHUNK_SIZE = 16 * 1024;

/** A byte stream of what `handle` has left to read; it holds the handle until it has ended. */
function toReadableStream(handle, autoClose) {
  const { ReadableStream } = require('web/streams');
  let streamController;
  let held = true;
  handle[FileHandle.ref]();
  const release = async () => {
    if (!held) return;
    held = false;
    handle[FileHandle.unref]();
    if (autoClose) await handle.close();
  };
  const end = () => {
    streamController.close();
    // A reader that brought its own buffer gets it back empty.
    streamController.byobRequest?.respond(0);
  };
  // A handle that is closed meanwhile ends the stream, whoever reads it.
  handle.once('close', () => {
    if (!held) return;
    end();
    release();
  });
  return new ReadableStream({
    type: 'bytes',
    autoAllocateChunkSize: CHUNK_SIZE,
    start(controller) {
      streamController = controller;
    },
    async pull(controller) {
      const { view } = controller.byobRequest;
      const { bytesRead } = await handle.read(view, 0, view.byteLength);
      if (bytesRead > 0) {
        controller.byobRequest.respond(bytesRead);
      } else if (held) {
        end();
        await release();
      }
    },
    async cancel() {
      await release();
    },
  });
}

module.exports = { toReadableStream };
