'use strict';

// FileHandle.prototype.readableWebStream.

const { FileHandle } = require('modules/fs/file_handle');

const CHUNK_SIZE = 16 * 1024;

/** A byte stream of what `handle` has left to read. */
function toReadableStream(handle, autoClose) {
  const { ReadableStream } = require('web/streams');
  handle[FileHandle.ref]();
  let held = true;
  const release = async () => {
    if (!held) return;
    held = false;
    handle[FileHandle.unref]();
    if (autoClose) await handle.close();
  };
  const stream = new ReadableStream({
    type: 'bytes',
    autoAllocateChunkSize: CHUNK_SIZE,
    async pull(controller) {
      const view = controller.byobRequest.view;
      const { bytesRead } = await handle.read(view, 0, view.byteLength);
      if (bytesRead === 0) {
        controller.close();
        await release();
      }
      controller.byobRequest.respond(bytesRead);
    },
    async cancel() {
      await release();
    },
  });
  // A handle that is closed meanwhile ends the stream.
  handle.once('close', () => {
    held = false;
  });
  return stream;
}

module.exports = { toReadableStream };
