'use strict';

// Streams of the web: making them and moving chunks through them.

const { Readable, Writable } = require('node:stream');
const { measureAsync } = require('./measure');

const CHUNKS = 5000;
const object = { id: 1 };
const bytes = new Uint8Array(1024);

/** A stream of `count` chunks, one a pull. */
function source(value = object, count = CHUNKS, strategy = undefined) {
  let left = count;
  return new ReadableStream(
    {
      pull(controller) {
        if (left-- > 0) controller.enqueue(value);
        else controller.close();
      },
    },
    strategy,
  );
}

function byteSource(count = CHUNKS) {
  let left = count;
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(1024));
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
}

async function drain(stream) {
  const reader = stream.getReader();
  let count = 0;
  for (;;) {
    const { done } = await reader.read();
    if (done) return count;
    count++;
  }
}

async function expectAll(stream) {
  const count = await drain(stream);
  if (count !== CHUNKS) throw new Error(`${count} chunks`);
}

// In hundreds, with a turn of the microtasks between them: streams start in one. They are kept until then, so
// that no compiler makes a part of them only.
async function creation() {
  const streams = new Array(100).fill(null);
  const hundred = (name, make) =>
    measureAsync(`webstream 100 times ${name}`, () => {
      for (let i = 0; i < 100; i++) streams[i] = make();
    });
  await hundred('new ReadableStream', () => new ReadableStream());
  await hundred('new ReadableStream with source', () => {
    return new ReadableStream({ start() {}, pull() {} });
  });
  await hundred('new byte stream', () => new ReadableStream({ type: 'bytes', pull() {} }));
  await hundred('new WritableStream', () => new WritableStream({ write() {} }));
  await hundred('new TransformStream', () => new TransformStream());
  await hundred('new TransformStream with transformer', () => {
    return new TransformStream({ transform() {} });
  });
}

async function reading() {
  await measureAsync('webstream read loop of 5k', () => expectAll(source()));
  await measureAsync('webstream read loop of 5k, queue of 64', () =>
    expectAll(source(object, CHUNKS, { highWaterMark: 64 })),
  );
  await measureAsync('webstream read loop of 5k, sizes', () =>
    expectAll(source(bytes, CHUNKS, new ByteLengthQueuingStrategy({ highWaterMark: 65536 }))),
  );
  await measureAsync('webstream read loop of 5k, async pull', () => {
    let left = CHUNKS;
    return expectAll(
      new ReadableStream({
        async pull(controller) {
          if (left-- > 0) controller.enqueue(object);
          else controller.close();
        },
      }),
    );
  });
  await measureAsync('webstream read loop of 5k, all there', () =>
    expectAll(
      new ReadableStream({
        start(controller) {
          for (let i = 0; i < CHUNKS; i++) controller.enqueue(object);
          controller.close();
        },
      }),
    ),
  );
  await measureAsync('webstream for await over 5k', async () => {
    let count = 0;
    for await (const value of source()) count += value.id;
    if (count !== CHUNKS) throw new Error(`${count} chunks`);
  });
  await measureAsync('webstream byte stream of 5k, default reader', () => expectAll(byteSource()));
  await measureAsync('webstream byte stream of 5k, BYOB reader', async () => {
    const reader = byteSource().getReader({ mode: 'byob' });
    let view = new Uint8Array(1024);
    let count = 0;
    for (;;) {
      const { done, value } = await reader.read(view);
      if (done) break;
      count++;
      view = new Uint8Array(value.buffer);
    }
    if (count !== CHUNKS) throw new Error(`${count} chunks`);
  });
  await measureAsync('webstream ReadableStream.from of 5k', () =>
    expectAll(ReadableStream.from(new Array(CHUNKS).fill(object))),
  );
  await measureAsync('webstream text of a Response of 64 chunks', () =>
    new Response(source(bytes, 64)).text(),
  );
}

async function writing() {
  await measureAsync('webstream write 5k, awaited', async () => {
    const writer = new WritableStream({ write() {} }).getWriter();
    for (let i = 0; i < CHUNKS; i++) await writer.write(object);
    await writer.close();
  });
  await measureAsync('webstream write 5k, when ready', async () => {
    const writer = new WritableStream({ write() {} }, { highWaterMark: 16 }).getWriter();
    for (let i = 0; i < CHUNKS; i++) {
      await writer.ready;
      writer.write(object);
    }
    await writer.close();
  });
}

async function piping() {
  await measureAsync('webstream pipeTo of 5k', () =>
    source().pipeTo(new WritableStream({ write() {} })),
  );
  await measureAsync('webstream pipeTo of 5k, async write', () =>
    source().pipeTo(new WritableStream({ async write() {} })),
  );
  await measureAsync('webstream pipeTo of 5k, queues of 64', () =>
    source(object, CHUNKS, { highWaterMark: 64 }).pipeTo(
      new WritableStream({ write() {} }, { highWaterMark: 64 }),
    ),
  );
  await measureAsync('webstream pipeThrough of 5k, identity', () =>
    expectAll(source().pipeThrough(new TransformStream())),
  );
  await measureAsync('webstream pipeThrough of 5k, transformer', () =>
    expectAll(
      source().pipeThrough(
        new TransformStream({ transform: (value, controller) => controller.enqueue(value) }),
      ),
    ),
  );
  await measureAsync('webstream pipeThrough of 5k, 3 transformers', () => {
    const step = () =>
      new TransformStream({ transform: (value, controller) => controller.enqueue(value) });
    return expectAll(source().pipeThrough(step()).pipeThrough(step()).pipeThrough(step()));
  });
  await measureAsync('webstream TransformStream of 5k, write and read', async () => {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    const reading = expectAll(readable);
    for (let i = 0; i < CHUNKS; i++) await writer.write(object);
    await writer.close();
    await reading;
  });
  await measureAsync('webstream tee of 5k', async () => {
    const [first, second] = source().tee();
    await Promise.all([expectAll(first), expectAll(second)]);
  });
  await measureAsync('webstream tee of a byte stream of 5k', async () => {
    const [first, second] = byteSource().tee();
    await Promise.all([expectAll(first), expectAll(second)]);
  });
  await measureAsync('webstream TextEncoderStream and TextDecoderStream of 1k', async () => {
    const text = source('some text that is encoded', 1000);
    const through = text.pipeThrough(new TextEncoderStream()).pipeThrough(new TextDecoderStream());
    await drain(through);
  });
}

async function adapters() {
  await measureAsync('webstream Readable.toWeb of 5k', () => {
    let left = CHUNKS;
    const readable = new Readable({
      objectMode: true,
      read() {
        this.push(left-- > 0 ? object : null);
      },
    });
    return expectAll(Readable.toWeb(readable));
  });
  await measureAsync('webstream Readable.fromWeb of 5k', async () => {
    let count = 0;
    for await (const value of Readable.fromWeb(source(), { objectMode: true })) count += value.id;
    if (count !== CHUNKS) throw new Error(`${count} chunks`);
  });
  await measureAsync('webstream Writable.toWeb of 5k', () => {
    const writable = new Writable({
      objectMode: true,
      write: (_value, _encoding, done) => done(),
    });
    return source().pipeTo(Writable.toWeb(writable));
  });
  await measureAsync('webstream Writable.fromWeb of 5k', () => {
    const writable = Writable.fromWeb(new WritableStream({ write() {} }), { objectMode: true });
    return new Promise((resolve, reject) => {
      for (let i = 0; i < CHUNKS; i++) writable.write(object);
      writable.on('error', reject);
      writable.end(resolve);
    });
  });
}

async function main() {
  await creation();
  await reading();
  await writing();
  await piping();
  await adapters();
}

main();
