'use strict';

// Whose memory it is: what a byte stream takes over, its former owner can no longer touch.

const { describe, test } = require('node:test');
const assert = require('node:assert');

function byteStream(source) {
  return new ReadableStream({ type: 'bytes', ...source });
}

describe('memory of byte streams', () => {
  test('an enqueued chunk is detached for a default reader', async () => {
    const chunk = new Uint8Array([1, 2, 3]);
    const reader = byteStream({ start: (controller) => controller.enqueue(chunk) }).getReader();
    assert.equal(chunk.byteLength, 0);
    assert.deepEqual((await reader.read()).value, new Uint8Array([1, 2, 3]));
  });

  test('an enqueued chunk is detached when it goes straight into a BYOB read', async () => {
    const chunk = new Uint8Array([1, 2, 3]);
    const { buffer } = chunk;
    const reader = byteStream({ pull: (controller) => controller.enqueue(chunk) }).getReader({
      mode: 'byob',
    });
    const view = new Uint8Array(8);
    const { value } = await reader.read(view);
    assert.equal(view.byteLength, 0);
    assert.equal(buffer.detached, true);
    assert.deepEqual(value, new Uint8Array([1, 2, 3]));
    assert.equal(value.buffer.byteLength, 8);
  });

  test('a BYOB request is of no use after an enqueue', async () => {
    let request;
    let view;
    const chunk = new Uint8Array([7]);
    const reader = byteStream({
      pull(controller) {
        request = controller.byobRequest;
        view = request.view;
        controller.enqueue(chunk);
      },
    }).getReader({ mode: 'byob' });
    const { value } = await reader.read(new Uint8Array(4));
    assert.deepEqual(value, new Uint8Array([7]));
    assert.equal(view.byteLength, 0);
    assert.equal(request.view, null);
    assert.throws(() => request.respond(1), TypeError);
    assert.equal(chunk.byteLength, 0);
  });

  test('the view of a BYOB request is detached by the response', async () => {
    let view;
    const reader = byteStream({
      pull(controller) {
        const request = controller.byobRequest;
        view = request.view;
        view.set([1, 2]);
        request.respond(2);
      },
    }).getReader({ mode: 'byob' });
    const { value } = await reader.read(new Uint8Array(4));
    assert.equal(view.byteLength, 0);
    assert.deepEqual(value, new Uint8Array([1, 2]));
  });

  test('memory that cannot be detached is refused and changes nothing', async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    let thrown;
    const reader = byteStream({
      pull(controller) {
        if (thrown === undefined) {
          try {
            controller.enqueue(new Uint8Array(memory.buffer, 0, 2));
          } catch (error) {
            thrown = error;
          }
        }
        controller.enqueue(new Uint8Array([9]));
      },
    }).getReader({ mode: 'byob' });
    const { value } = await reader.read(new Uint8Array(4));
    assert.ok(thrown instanceof TypeError);
    assert.deepEqual(value, new Uint8Array([9]));
  });

  test('a chunk larger than the read leaves its rest for the next one', async () => {
    const reader = byteStream({
      start: (controller) => controller.enqueue(new Uint8Array([1, 2, 3, 4, 5])),
    }).getReader({ mode: 'byob' });
    assert.deepEqual((await reader.read(new Uint8Array(2))).value, new Uint8Array([1, 2]));
    assert.deepEqual((await reader.read(new Uint8Array(8))).value, new Uint8Array([3, 4, 5]));
  });

  test('a read of wider elements waits for whole ones', async () => {
    let controller;
    const reader = byteStream({
      start(given) {
        controller = given;
      },
    }).getReader({ mode: 'byob' });
    const reading = reader.read(new Uint16Array(2));
    controller.enqueue(new Uint8Array([1]));
    controller.enqueue(new Uint8Array([0, 2]));
    assert.deepEqual((await reading).value, new Uint16Array([1]));
    const next = reader.read(new Uint8Array(4));
    assert.deepEqual((await next).value, new Uint8Array([2]));
  });

  test('a read with a minimum waits for it', async () => {
    let controller;
    const reader = byteStream({
      start(given) {
        controller = given;
      },
    }).getReader({ mode: 'byob' });
    const reading = reader.read(new Uint8Array(6), { min: 4 });
    controller.enqueue(new Uint8Array([1, 2]));
    controller.enqueue(new Uint8Array([3, 4, 5]));
    assert.deepEqual((await reading).value, new Uint8Array([1, 2, 3, 4, 5]));
  });

  test('branches of tee() have memory of their own', async () => {
    const [first, second] = byteStream({
      start(controller) {
        controller.enqueue(new Uint8Array([1, 2]));
        controller.close();
      },
    }).tee();
    const [a, b] = await Promise.all([first.getReader().read(), second.getReader().read()]);
    a.value[0] = 9;
    assert.deepEqual(b.value, new Uint8Array([1, 2]));
    assert.notEqual(a.value.buffer, b.value.buffer);
  });

  test('a branch of tee() that reads into a buffer gets it filled', async () => {
    let next = 1;
    const [first, second] = byteStream({
      pull(controller) {
        if (next > 3) {
          controller.close();
          controller.byobRequest?.respond(0);
        } else {
          controller.enqueue(new Uint8Array([next++]));
        }
      },
    }).tee();
    const byob = first.getReader({ mode: 'byob' });
    const plain = second.getReader();
    const got = [];
    for (;;) {
      const [a, b] = await Promise.all([byob.read(new Uint8Array(4)), plain.read()]);
      if (a.done) break;
      got.push([...a.value], [...b.value]);
    }
    assert.deepEqual(got, [[1], [1], [2], [2], [3], [3]]);
  });
});
