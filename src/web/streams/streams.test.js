'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const { ReadableStreamTee } = require('node:stream/web');

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

describe('ReadableStream', () => {
  test('pull is called until the queue is full, and again when there is room', async () => {
    let pulls = 0;
    const stream = new ReadableStream(
      {
        pull(controller) {
          controller.enqueue(++pulls);
        },
      },
      { highWaterMark: 3 },
    );
    await new Promise(setImmediate);
    assert.equal(pulls, 3);
    const reader = stream.getReader();
    assert.deepEqual(await reader.read(), { value: 1, done: false });
    await new Promise(setImmediate);
    assert.equal(pulls, 4);
  });

  test('reads that wait are answered in order', async () => {
    let controller;
    const reader = new ReadableStream({
      start(given) {
        controller = given;
      },
    }).getReader();
    const reads = [reader.read(), reader.read(), reader.read()];
    controller.enqueue('a');
    controller.enqueue('b');
    controller.close();
    assert.deepEqual(
      (await Promise.all(reads)).map(({ value, done }) => [value, done]),
      [
        ['a', false],
        ['b', false],
        [undefined, true],
      ],
    );
  });

  test('releaseLock() rejects reads that wait and leaves the data', async () => {
    let controller;
    const stream = new ReadableStream({
      start(given) {
        controller = given;
      },
    });
    const reader = stream.getReader();
    const waiting = reader.read();
    reader.releaseLock();
    await assert.rejects(waiting, TypeError);
    controller.enqueue('kept');
    controller.close();
    assert.deepEqual(await readAll(stream), ['kept']);
  });

  test('many chunks keep their order in a queue that grows', async () => {
    const count = 1000;
    const stream = new ReadableStream({
      start(controller) {
        for (let i = 0; i < count; i++) controller.enqueue(i);
        controller.close();
      },
    });
    assert.deepEqual(
      await readAll(stream),
      Array.from({ length: count }, (_, i) => i),
    );
  });

  test('from() takes what can be iterated and closes it on cancel', async () => {
    assert.deepEqual(await readAll(ReadableStream.from(['a', Promise.resolve('b')])), ['a', 'b']);
    let closed = false;
    const reader = ReadableStream.from(
      (function* () {
        try {
          yield 1;
          yield 2;
        } finally {
          closed = true;
        }
      })(),
    ).getReader();
    await reader.read();
    await reader.cancel();
    assert.equal(closed, true);
  });

  test('tee() gives both branches everything, cloned if asked', async () => {
    const source = () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue({ n: 1 });
          controller.close();
        },
      });
    const [one, two] = (await Promise.all(source().tee().map(readAll))).flat();
    assert.equal(one, two);
    if (ReadableStreamTee === undefined) return; // came with Node 24.19
    const [first, second] = (
      await Promise.all(ReadableStreamTee(source(), true).map(readAll))
    ).flat();
    assert.notEqual(first, second);
    assert.deepEqual(first, second);
  });

  test('a byte stream fills the buffer that a reader brings', async () => {
    const stream = new ReadableStream({
      type: 'bytes',
      pull(controller) {
        const { view } = controller.byobRequest;
        new Uint8Array(view.buffer, view.byteOffset, 2).set([7, 8]);
        controller.byobRequest.respond(2);
      },
    });
    const reader = stream.getReader({ mode: 'byob' });
    const { value } = await reader.read(new Uint8Array(4), { min: 4 });
    assert.deepEqual([...value], [7, 8, 7, 8]);
  });
});

describe('WritableStream and pipeTo', () => {
  test('ready waits while writes are under way', async () => {
    let finish;
    const writer = new WritableStream({
      write: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    }).getWriter();
    await writer.ready;
    const written = writer.write('a');
    assert.equal(writer.desiredSize, 0);
    let ready = false;
    writer.ready.then(() => {
      ready = true;
    });
    await new Promise(setImmediate);
    assert.equal(ready, false);
    finish();
    await written;
    await writer.ready;
    assert.equal(ready, true);
  });

  test('pipeTo() writes all, closes, and passes errors on both ways', async () => {
    const written = [];
    await ReadableStream.from([1, 2, 3]).pipeTo(
      new WritableStream({
        write(chunk) {
          written.push(chunk);
        },
        close() {
          written.push('close');
        },
      }),
    );
    assert.deepEqual(written, [1, 2, 3, 'close']);

    const aborted = [];
    const failing = new ReadableStream({
      pull: (controller) => controller.error(new Error('source')),
    });
    await assert.rejects(
      failing.pipeTo(
        new WritableStream({
          abort: (reason) => aborted.push(reason.message),
        }),
      ),
      { message: 'source' },
    );
    assert.deepEqual(aborted, ['source']);

    const cancelled = [];
    const source = new ReadableStream({
      pull: (controller) => controller.enqueue('x'),
      cancel: (reason) => cancelled.push(reason.message),
    });
    await assert.rejects(
      source.pipeTo(
        new WritableStream({
          write() {
            throw new Error('sink');
          },
        }),
      ),
      { message: 'sink' },
    );
    assert.deepEqual(cancelled, ['sink']);
  });

  test('a signal ends pipeTo() on both sides', async () => {
    const controller = new AbortController();
    const heard = [];
    const running = new ReadableStream({ cancel: () => heard.push('cancel') }).pipeTo(
      new WritableStream({ abort: () => heard.push('abort') }),
      { signal: controller.signal },
    );
    controller.abort();
    await assert.rejects(running, { name: 'AbortError' });
    assert.deepEqual(heard.sort(), ['abort', 'cancel']);
  });
});

describe('TransformStream and its kin', () => {
  test('transforms, flushes, and holds the writer back', async () => {
    const upper = new TransformStream({
      transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase()),
      flush: (controller) => controller.enqueue('!'),
    });
    assert.deepEqual(await readAll(ReadableStream.from(['a', 'b']).pipeThrough(upper)), [
      'A',
      'B',
      '!',
    ]);
    const idle = new TransformStream();
    const writer = idle.writable.getWriter();
    let done = false;
    writer.write('x').then(() => {
      done = true;
    });
    await new Promise(setImmediate);
    assert.equal(done, false);
    assert.equal((await idle.readable.getReader().read()).value, 'x');
  });

  test('text goes through bytes and back, also when characters are cut', async () => {
    const text = 'a€𝄞';
    const halves = ReadableStream.from([text.slice(0, 3), text.slice(3)]);
    const bytes = halves.pipeThrough(new TextEncoderStream());
    const single = bytes.pipeThrough(
      new TransformStream({
        transform(chunk, controller) {
          for (const byte of chunk) controller.enqueue(new Uint8Array([byte]));
        },
      }),
    );
    assert.equal((await readAll(single.pipeThrough(new TextDecoderStream()))).join(''), text);
  });

  test('compressed data comes back, and junk behind it is an error', async () => {
    const data = new TextEncoder().encode('hello '.repeat(1000));
    for (const format of ['gzip', 'deflate', 'deflate-raw', 'brotli']) {
      const packed = await readAll(
        ReadableStream.from([data]).pipeThrough(new CompressionStream(format)),
      );
      const unpacked = ReadableStream.from(packed).pipeThrough(new DecompressionStream(format));
      assert.deepEqual(Buffer.concat(await readAll(unpacked)), Buffer.from(data));
    }
    const packed = await readAll(
      ReadableStream.from([data]).pipeThrough(new CompressionStream('gzip')),
    );
    const junk = ReadableStream.from([...packed, new Uint8Array([1, 2, 3])]);
    await assert.rejects(readAll(junk.pipeThrough(new DecompressionStream('gzip'))), TypeError);
  });
});

describe('a pipe with queues on both sides', () => {
  function slowSink(log, fails) {
    return new WritableStream(
      {
        async write(chunk) {
          await null;
          if (chunk === fails) throw new Error(`no ${chunk}`);
          log.push(chunk);
        },
      },
      { highWaterMark: 8 },
    );
  }

  function threeChunks({ closes = true } = {}) {
    return new ReadableStream({
      start(controller) {
        for (const chunk of [1, 2, 3]) controller.enqueue(chunk);
        if (closes) controller.close();
      },
    });
  }

  test('ends when the last chunk is written, and leaves a stream that goes on', async () => {
    const log = [];
    const dest = slowSink(log);
    await threeChunks().pipeTo(dest, { preventClose: true });
    assert.deepEqual(log, [1, 2, 3]);
    const writer = dest.getWriter();
    await Promise.all([
      writer.write(4).then(() => log.push('4 is written')),
      writer.write(5).then(() => log.push('5 is written')),
      writer.close().then(() => log.push('closed')),
    ]);
    assert.deepEqual(log, [1, 2, 3, 4, '4 is written', 5, '5 is written', 'closed']);
  });

  test('fails when a chunk in the queue does, though the source is at its end', async () => {
    const log = [];
    const piped = threeChunks().pipeTo(slowSink(log, 2));
    await assert.rejects(piped, { message: 'no 2' });
    assert.deepEqual(log, [1]);
  });

  test('writes what came before the abort first', async () => {
    const log = [];
    const stop = new AbortController();
    const piped = threeChunks({ closes: false }).pipeTo(slowSink(log), {
      signal: stop.signal,
      preventAbort: true,
      preventCancel: true,
    });
    await null;
    await null;
    stop.abort();
    await assert.rejects(piped, { name: 'AbortError' });
    const written = log.length;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(log.length, written);
  });
});
