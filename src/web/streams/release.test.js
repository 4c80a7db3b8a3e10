'use strict';

// Pipes and iterators let go of both sides, however they end.

const { describe, test } = require('node:test');
const assert = require('node:assert');

function countdown(from) {
  let left = from;
  return new ReadableStream({
    pull(controller) {
      if (left > 0) controller.enqueue(left--);
      else controller.close();
    },
  });
}

describe('pipeTo() leaves both streams unlocked', () => {
  test('at the end of the source', async () => {
    const source = countdown(2);
    const chunks = [];
    const sink = new WritableStream({ write: (chunk) => void chunks.push(chunk) });
    await source.pipeTo(sink, { preventClose: true });
    assert.equal(source.locked, false);
    const writer = sink.getWriter();
    await writer.write('more');
    await writer.close();
    assert.deepEqual(chunks, [2, 1, 'more']);
  });

  test('when the sink fails', async () => {
    const source = countdown(5);
    const sink = new WritableStream({
      write() {
        throw new Error('full');
      },
    });
    await assert.rejects(source.pipeTo(sink, { preventCancel: true }), { message: 'full' });
    assert.equal(source.locked, false);
    assert.equal(sink.locked, false);
  });

  for (const type of [undefined, 'bytes']) {
    test(`when it is aborted while a read waits, type ${type}`, async () => {
      const source = new ReadableStream({ type, pull: () => new Promise(() => {}) });
      const sink = new WritableStream();
      const aborting = new AbortController();
      const piping = source.pipeTo(sink, {
        signal: aborting.signal,
        preventAbort: true,
        preventCancel: true,
      });
      setImmediate(() => aborting.abort());
      await assert.rejects(piping, { name: 'AbortError' });
      assert.equal(source.locked, false);
      assert.equal(sink.locked, false);
    });
  }
});

describe('an iterator leaves the stream unlocked', () => {
  test('at its end', async () => {
    const source = countdown(2);
    const chunks = [];
    for await (const chunk of source) chunks.push(chunk);
    assert.deepEqual(chunks, [2, 1]);
    assert.equal(source.locked, false);
  });

  test('that goes on where it was left', async () => {
    const source = countdown(3);
    for await (const chunk of source.values({ preventCancel: true })) {
      assert.equal(chunk, 3);
      break;
    }
    assert.deepEqual(await source.getReader().read(), { value: 2, done: false });
  });
});
