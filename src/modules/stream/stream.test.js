'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const { once } = require('node:events');
const {
  Duplex,
  PassThrough,
  Readable,
  Transform,
  Writable,
  addAbortSignal,
  compose,
  duplexPair,
  finished,
  pipeline,
} = require('node:stream');
const promises = require('node:stream/promises');
const consumers = require('node:stream/consumers');

/** A Writable that keeps what it is given. */
function sink(options) {
  const chunks = [];
  const stream = new Writable({
    write(chunk, encoding, callback) {
      chunks.push(chunk);
      callback();
    },
    ...options,
  });
  return { chunks, stream };
}

describe('Readable', () => {
  test('emits data, end and close in this order, each in a tick of its own', async () => {
    const events = [];
    const stream = new Readable({ read() {} });
    for (const event of ['data', 'end', 'close']) stream.on(event, () => events.push(event));
    stream.push('a');
    stream.push(null);
    await once(stream, 'close');
    assert.deepEqual(events, ['data', 'end', 'close']);
  });

  test('read(n) cuts chunks and read() joins them', () => {
    const stream = new Readable({ read() {} });
    stream.push('abc');
    stream.push('def');
    assert.equal(String(stream.read(2)), 'ab');
    assert.equal(String(stream.read(2)), 'cd');
    assert.equal(stream.read(3), null);
    stream.push('g');
    assert.equal(String(stream.read()), 'efg');
  });

  test('push() returns false at the high water mark', () => {
    const stream = new Readable({ highWaterMark: 3, read() {} });
    assert.equal(stream.push('ab'), true);
    assert.equal(stream.push('c'), false);
  });

  test('unshift() puts data in front, also after everything was read', async () => {
    const stream = new Readable({ read() {} });
    stream.push('world');
    stream.unshift('hello ');
    stream.push(null);
    assert.equal(await consumers.text(stream), 'hello world');
  });

  test('a readable listener keeps data from flowing', async () => {
    const stream = Readable.from(['a', 'b']);
    const seen = [];
    stream.on('readable', () => {
      for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) seen.push(chunk);
    });
    assert.equal(stream.readableFlowing, false);
    await once(stream, 'end');
    assert.deepEqual(seen, ['a', 'b']);
  });

  test('setEncoding() decodes characters that are spread over chunks', async () => {
    const stream = new Readable({ read() {} });
    stream.setEncoding('utf8');
    stream.push(Buffer.from([0xe2, 0x82]));
    stream.push(Buffer.from([0xac]));
    stream.push(null);
    assert.deepEqual(await stream.toArray(), ['€']);
  });

  test('a push after the end is an error', async () => {
    const stream = new Readable({ read() {} });
    stream.push(null);
    stream.push('late');
    const [error] = await once(stream, 'error');
    assert.equal(error.code, 'ERR_STREAM_PUSH_AFTER_EOF');
  });

  test('leaving a for await loop destroys the stream, unless told otherwise', async () => {
    const kept = Readable.from([1, 2, 3]);
    for await (const chunk of kept.iterator({ destroyOnReturn: false })) {
      assert.equal(chunk, 1);
      break;
    }
    assert.equal(kept.destroyed, false);
    for await (const chunk of kept) {
      assert.equal(chunk, 2);
      break;
    }
    assert.equal(kept.destroyed, true);
  });

  test('helpers keep the order of chunks whatever their callbacks take', async () => {
    const delays = [20, 1, 10];
    const results = await Readable.from([0, 1, 2])
      .map(
        async (i) => {
          await new Promise((resolve) => setTimeout(resolve, delays[i]));
          return i * 2;
        },
        { concurrency: 3 },
      )
      .filter((n) => n > 0)
      .toArray();
    assert.deepEqual(results, [2, 4]);
    assert.equal(await Readable.from([1, 2, 3]).reduce((a, b) => a + b), 6);
    assert.deepEqual(await Readable.from([1, 2, 3, 4]).drop(1).take(2).toArray(), [2, 3]);
  });

  test('nothing is read before _construct() has called back', async () => {
    const calls = [];
    const stream = new Readable({
      construct(callback) {
        setImmediate(() => {
          calls.push('constructed');
          callback();
        });
      },
      read() {
        calls.push('read');
        this.push(null);
      },
    });
    stream.resume();
    await once(stream, 'close');
    assert.deepEqual(calls, ['constructed', 'read']);
  });
});

describe('Writable', () => {
  test('writes wait for each other and callbacks come in order', async () => {
    const { chunks, stream } = sink();
    const done = [];
    stream.write('a', () => done.push('a'));
    stream.end('b', () => done.push('end'));
    await once(stream, 'finish');
    assert.equal(Buffer.concat(chunks).toString(), 'ab');
    assert.deepEqual(done, ['a', 'end']);
  });

  test('write() returns false at the high water mark until drain', async () => {
    const stream = new Writable({
      highWaterMark: 2,
      write: (chunk, encoding, callback) => setImmediate(callback),
    });
    assert.equal(stream.write('a'), true);
    assert.equal(stream.write('bc'), false);
    assert.equal(stream.writableNeedDrain, true);
    await once(stream, 'drain');
    assert.equal(stream.writableNeedDrain, false);
  });

  test('corked writes go to writev() in one batch', async () => {
    const batches = [];
    const stream = new Writable({
      writev(chunks, callback) {
        batches.push(chunks.map(({ chunk }) => String(chunk)));
        callback();
      },
    });
    stream.cork();
    stream.write('a');
    stream.write('b');
    stream.end('c');
    await once(stream, 'finish');
    assert.deepEqual(batches, [['a', 'b', 'c']]);
  });

  test('writes that wait fail when the stream is destroyed', async () => {
    const stream = new Writable({ write: (chunk, encoding, callback) => setImmediate(callback) });
    stream.write('under way');
    const failed = new Promise((resolve) => stream.write('waits', resolve));
    stream.destroy();
    assert.equal((await failed).code, 'ERR_STREAM_DESTROYED');
  });

  test('a write after end() is an error, an error of write() is emitted once', async () => {
    const late = sink().stream;
    late.end();
    late.write('x');
    assert.equal((await once(late, 'error'))[0].code, 'ERR_STREAM_WRITE_AFTER_END');
    const failing = new Writable({
      write: (chunk, encoding, callback) => callback(new Error('no')),
    });
    const heard = [];
    failing.write('x', (error) => heard.push(`callback ${error.message}`));
    failing.on('error', (error) => heard.push(`event ${error.message}`));
    await new Promise((resolve) => failing.on('close', resolve));
    assert.deepEqual(heard, ['callback no', 'event no']);
  });
});

describe('Duplex and Transform', () => {
  test('a Duplex is a Writable to instanceof', () => {
    assert.ok(new Duplex() instanceof Writable);
    assert.ok(new PassThrough() instanceof Transform);
    assert.ok(!(new Readable() instanceof Writable));
  });

  test('flush() adds to the output before the end', async () => {
    const stream = new Transform({
      transform: (chunk, encoding, callback) => callback(null, String(chunk).toUpperCase()),
      flush: (callback) => callback(null, '!'),
    });
    stream.write('a');
    stream.end('b');
    assert.equal(await consumers.text(stream), 'AB!');
  });

  test('duplexPair() connects both ends', async () => {
    const [left, right] = duplexPair();
    left.end('ping');
    assert.equal(await consumers.text(right), 'ping');
    right.end('pong');
    assert.equal(await consumers.text(left), 'pong');
  });

  test('Duplex.from() takes generators', async () => {
    const doubled = Duplex.from(async function* (source) {
      for await (const chunk of source) yield `${chunk}${chunk}`;
    });
    doubled.end('ab');
    assert.equal(await consumers.text(doubled), 'abab');
  });
});

describe('pipe and pipeline', () => {
  test('pipe() stops for a slow destination and goes on with drain', async () => {
    const { chunks, stream } = sink({ highWaterMark: 1 });
    const source = Readable.from(['a', 'b', 'c'].map((text) => Buffer.from(text)));
    source.pipe(stream);
    await once(stream, 'finish');
    assert.equal(Buffer.concat(chunks).toString(), 'abc');
  });

  test('pipeline() destroys all streams with the error of one', async () => {
    const source = new Readable({ read() {} });
    const { stream } = sink();
    const running = promises.pipeline(source, new PassThrough(), stream);
    source.destroy(new Error('broken'));
    await assert.rejects(running, { message: 'broken' });
    assert.equal(stream.destroyed, true);
  });

  test('pipeline() hands the value of a last function to the caller', async () => {
    const value = await promises.pipeline(
      Readable.from(['a', 'b']),
      async function* (source) {
        for await (const chunk of source) yield chunk.toUpperCase();
      },
      async (source) => (await source.next()).value,
    );
    assert.equal(value, 'A');
  });

  test('pipeline() refuses a destination that is closed', () => {
    const { stream } = sink();
    stream.destroy();
    assert.throws(() => pipeline(Readable.from(['a']), stream, () => {}), {
      code: 'ERR_STREAM_UNABLE_TO_PIPE',
    });
  });

  test('finished() tells of a stream that closed before its end', async () => {
    const stream = new Readable({ read() {} });
    const over = new Promise((resolve) => finished(stream, resolve));
    stream.destroy();
    assert.equal((await over).code, 'ERR_STREAM_PREMATURE_CLOSE');
  });

  test('an aborted signal destroys the stream with an AbortError', async () => {
    const controller = new AbortController();
    const stream = addAbortSignal(controller.signal, new Readable({ read() {} }));
    controller.abort();
    const [error] = await once(stream, 'error');
    assert.equal(error.name, 'AbortError');
  });

  test('compose() makes one stream of several', async () => {
    const upper = new Transform({
      transform: (chunk, encoding, callback) => callback(null, String(chunk).toUpperCase()),
    });
    const both = compose(upper, async function* (source) {
      for await (const chunk of source) yield `<${chunk}>`;
    });
    both.end('a');
    assert.equal(await consumers.text(both), '<A>');
  });
});

describe('web adapters', () => {
  test('Readable.toWeb() and fromWeb() give back what went in', async () => {
    const web = Readable.toWeb(Readable.from([Buffer.from('abc')], { objectMode: false }));
    assert.equal(await consumers.text(Readable.fromWeb(web)), 'abc');
  });

  test('an error on the web side destroys the node stream', async () => {
    const web = new ReadableStream({ pull: (controller) => controller.error(new Error('web')) });
    await assert.rejects(consumers.text(Readable.fromWeb(web)), { message: 'web' });
  });
});

test('finished() on a stream that is destroyed already reports behind its last events', async () => {
  const log = [];
  const readable = new Readable({ read() {} });
  readable.on('error', () => log.push('error')).on('close', () => log.push('close'));
  readable.destroy(new Error('x'));
  finished(readable, (error) => log.push(error.message));
  await new Promise(setImmediate);
  assert.deepStrictEqual(log, ['error', 'close', 'x']);
});

test('finished() on a side that is over does not hear of later errors', async () => {
  const readable = new Readable({ read() {} });
  readable.push(null);
  readable.resume();
  const result = new Promise((resolve) => finished(readable, { readable: false }, resolve));
  readable.on('error', () => {}).destroy(new Error('later'));
  assert.strictEqual(await result, undefined);
});

test('_write() of objects sees no encoding where none was given', () => {
  const encodings = [];
  const writable = new Writable({
    objectMode: true,
    write(chunk, encoding, callback) {
      encodings.push(encoding);
      callback();
    },
  });
  writable.write('a', () => {});
  writable.write('a');
  assert.deepStrictEqual(encodings, [null, undefined]);
});

test('a Writable can become JSON while callbacks of its writes are due', () => {
  const writable = new Writable({ write: (_chunk, _encoding, callback) => callback() });
  writable.write('a', () => {});
  assert.match(JSON.stringify(writable), /^\{/);
});
