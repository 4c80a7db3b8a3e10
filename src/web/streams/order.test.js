'use strict';

// The order in which a program sees what streams do: the shortcuts inside must not change it.

const { describe, test } = require('node:test');
const assert = require('node:assert');
const { Readable, Writable } = require('node:stream');

/** What `run(say)` says until everything has settled. */
async function said(run) {
  const words = [];
  await run((word) => words.push(word));
  await new Promise(setImmediate);
  return words;
}

describe('the order of writes', () => {
  test('a promise of a write comes before `ready` and before what follows the next write', async () => {
    const words = await said((say) => {
      const writer = new WritableStream({ write: (chunk) => say(`sink ${chunk}`) }).getWriter();
      return writer.ready.then(() => {
        writer.write('a').then(() => say('a written'));
        writer.ready.then(() => say('ready'));
        writer.write('b').then(() => say('b written'));
        writer.write('c').then(() => say('c written'));
      });
    });
    assert.deepEqual(words, [
      'sink a',
      'sink b',
      'a written',
      'sink c',
      'b written',
      'c written',
      'ready',
    ]);
  });

  test('a single write is followed by `ready`', async () => {
    const words = await said((say) => {
      const writer = new WritableStream({ write() {} }).getWriter();
      return writer.ready.then(() => {
        const written = writer.write('a');
        writer.ready.then(() => say('ready'));
        written.then(() => say('written'));
      });
    });
    assert.deepEqual(words, ['written', 'ready']);
  });

  test('`ready` is pending while the sink has the chunk, and stays the same promise', async () => {
    const writer = new WritableStream({ write() {} }).getWriter();
    await writer.ready;
    const written = writer.write('a');
    const { ready } = writer;
    assert.equal(writer.desiredSize, 0);
    await written;
    await ready;
    assert.equal(writer.desiredSize, 1);
    assert.equal(writer.ready, ready);
  });

  test('the promise of a write is undefined in the end, whatever the sink returns', async () => {
    const writer = new WritableStream({ write: () => 'something' }).getWriter();
    assert.equal(await writer.write('a'), undefined);
  });

  test('a write during a write waits for it', async () => {
    const words = await said(async (say) => {
      let inner;
      const writer = new WritableStream({
        write(chunk) {
          say(`begin ${chunk}`);
          if (chunk === 'outer') inner = writer.write('inner');
          say(`end ${chunk}`);
        },
      }).getWriter();
      await writer.ready;
      await writer.write('outer');
      await inner;
    });
    assert.deepEqual(words, ['begin outer', 'end outer', 'begin inner', 'end inner']);
  });

  test('abort() during a write waits for it, and the write succeeds', async () => {
    const words = await said(async (say) => {
      const writer = new WritableStream({
        write() {
          writer.abort(new Error('stop')).then(() => say('aborted'));
          writer.closed.catch(({ message }) => say(message));
        },
        abort: () => say('abort'),
      }).getWriter();
      await writer.ready;
      writer.write('a').then(() => say('written'));
    });
    assert.deepEqual(words, ['abort', 'written', 'aborted', 'stop']);
  });
});

describe('the order of pulls', () => {
  test('a source is pulled again in a microtask of its own', async () => {
    const words = await said((say) => {
      let pulls = 0;
      new ReadableStream(
        {
          pull(controller) {
            say(`pull ${++pulls}`);
            const number = pulls;
            queueMicrotask(() => say(`after ${number}`));
            if (pulls < 3) controller.enqueue(pulls);
          },
        },
        { highWaterMark: 3 },
      );
    });
    assert.deepEqual(words, ['pull 1', 'after 1', 'pull 2', 'after 2', 'pull 3', 'after 3']);
  });

  test('a stream of an iterable takes the next value when the one before is read', async () => {
    const words = await said(async (say) => {
      function* values() {
        for (const value of ['a', 'b']) {
          say(`yield ${value}`);
          yield value;
        }
      }
      const reader = ReadableStream.from(values()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        say(`read ${value}`);
      }
    });
    assert.deepEqual(words, ['yield a', 'read a', 'yield b', 'read b']);
  });

  test('a stream of an iterable waits for promises and fails with them', async () => {
    const chunks = [];
    const failing = [1, Promise.resolve(2), Promise.reject(new Error('third'))];
    await assert.rejects(async () => {
      for await (const chunk of ReadableStream.from(failing)) chunks.push(chunk);
    }, /^Error: third$/);
    assert.deepEqual(chunks, [1, 2]);
  });
});

describe('pipes', () => {
  const numbers = (count) => {
    let next = 0;
    return new ReadableStream({
      pull(controller) {
        if (next < count) controller.enqueue(next++);
        else controller.close();
      },
    });
  };

  test('no chunk is taken while the destination is full', async () => {
    let finishWrite;
    const pulled = [];
    let next = 0;
    const source = new ReadableStream(
      {
        pull(controller) {
          pulled.push(next);
          controller.enqueue(next++);
        },
      },
      { highWaterMark: 0 },
    );
    source
      .pipeTo(
        new WritableStream({ write: () => new Promise((resolve) => (finishWrite = resolve)) }),
      )
      .catch(() => {});
    await new Promise(setImmediate);
    assert.deepEqual(pulled, [0]);
    finishWrite();
    await new Promise(setImmediate);
    assert.deepEqual(pulled, [0, 1]);
  });

  test('through several transforms every chunk arrives, in order', async () => {
    const plusOne = () =>
      new TransformStream({ transform: (value, controller) => controller.enqueue(value + 1) });
    const chunks = [];
    const end = numbers(100).pipeThrough(plusOne()).pipeThrough(plusOne()).pipeThrough(plusOne());
    for await (const chunk of end) chunks.push(chunk);
    assert.deepEqual(
      chunks,
      Array.from({ length: 100 }, (_, i) => i + 3),
    );
  });

  test('an error of a transform goes both ways', async () => {
    const failure = new Error('of the transform');
    let cancelledWith;
    const source = new ReadableStream({
      pull: (controller) => controller.enqueue('chunk'),
      cancel(reason) {
        cancelledWith = reason;
      },
    });
    const through = source
      .pipeThrough(new TransformStream())
      .pipeThrough(
        new TransformStream({
          transform() {
            throw failure;
          },
        }),
      )
      .pipeThrough(new TransformStream());
    await assert.rejects(through.getReader().read(), failure);
    await new Promise(setImmediate);
    assert.equal(cancelledWith, failure);
  });

  test('a sink is not called while the source is', async () => {
    let inSource = false;
    let nested = 0;
    let left = 20;
    const source = new ReadableStream({
      pull(controller) {
        inSource = true;
        if (left-- > 0) controller.enqueue(left);
        else controller.close();
        inSource = false;
      },
    });
    await source.pipeTo(
      new WritableStream(
        {
          write() {
            if (inSource) nested++;
          },
        },
        { highWaterMark: 4 },
      ),
    );
    assert.equal(nested, 0);
  });

  test('both branches of tee() get everything', async () => {
    const read = async (stream) => {
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      return chunks;
    };
    const [first, second] = numbers(20).tee();
    const expected = Array.from({ length: 20 }, (_, i) => i);
    assert.deepEqual(await Promise.all([read(first), read(second)]), [expected, expected]);
  });

  test('Readable.toWeb() stops its stream when the queue is full', async () => {
    let made = 0;
    const readable = new Readable({
      objectMode: true,
      highWaterMark: 2,
      read() {
        this.push({ id: made++ });
      },
    });
    const reader = Readable.toWeb(readable).getReader();
    await new Promise(setImmediate);
    const madeAtFirst = made;
    assert.ok(madeAtFirst <= 5);
    for (let i = 0; i < 20; i++) assert.deepEqual((await reader.read()).value, { id: i });
    await new Promise(setImmediate);
    assert.ok(made > madeAtFirst && made <= 25);
    await reader.cancel();
    assert.ok(readable.destroyed);
  });
});

describe('the order of queues', () => {
  test('calls of an iterator are answered in order', async () => {
    const iterator = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 6; i++) controller.enqueue(i);
        controller.close();
      },
    }).values();
    const values = [];
    const next = () => iterator.next().then(({ value, done }) => values.push(done ? 'end' : value));
    await Promise.all([next(), next(), next()]);
    await next();
    await Promise.all([next(), next(), next(), next()]);
    assert.deepEqual(values, [0, 1, 2, 3, 4, 5, 'end', 'end']);
  });

  test('return() waits for the call before it, and ends those behind it', async () => {
    const iterator = new ReadableStream({
      pull(controller) {
        controller.enqueue('chunk');
      },
    }).values();
    await new Promise(setImmediate);
    const words = [];
    const note = (promise) =>
      promise.then(({ value, done }) => words.push(done ? `end ${value}` : value));
    await Promise.all([
      note(iterator.next()),
      note(iterator.return('returned')),
      note(iterator.next()),
    ]);
    await note(iterator.next());
    assert.deepEqual(words, ['chunk', 'end returned', 'end undefined', 'end undefined']);
  });

  test('an iterator pulls once for each chunk, and before the chunk is there for the program', async () => {
    const words = await said(async (say) => {
      let left = 4;
      const stream = new ReadableStream({
        pull(controller) {
          say(`pull ${left}`);
          if (left > 0) controller.enqueue(left--);
          else controller.close();
        },
      });
      await new Promise(setImmediate);
      for await (const chunk of stream) say(`got ${chunk}`);
    });
    assert.deepEqual(words, [
      'pull 4',
      'pull 3',
      'got 4',
      'pull 2',
      'got 3',
      'pull 1',
      'got 2',
      'pull 0',
      'got 1',
    ]);
  });

  test('chunks stay in order while a queue grows and shrinks', async () => {
    let controller;
    const reader = new ReadableStream({
      start(given) {
        controller = given;
      },
    }).getReader();
    let made = 0;
    let taken = 0;
    for (const [more, fewer] of [
      [1, 1],
      [3, 2],
      [4, 1],
      [5, 7],
      [9, 4],
      [40, 20],
      [70, 95],
    ]) {
      for (let i = 0; i < more; i++) controller.enqueue(made++);
      for (let i = 0; i < fewer; i++) assert.equal((await reader.read()).value, taken++);
    }
    assert.equal(controller.desiredSize, 1 - (made - taken));
  });

  test('what a node stream has gathered reaches a web stream in order', async () => {
    const chunks = [];
    const writable = Writable.fromWeb(
      new WritableStream({
        write(chunk) {
          chunks.push(chunk);
        },
      }),
      { objectMode: true },
    );
    for (let i = 0; i < 50; i++) writable.write(i);
    await new Promise(setImmediate);
    for (let i = 50; i < 200; i++) writable.write(i);
    await new Promise((resolve) => writable.end(resolve));
    assert.deepEqual(
      chunks,
      Array.from({ length: 200 }, (_, i) => i),
    );
  });
});
