'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

test('a clone keeps types, cycles and sharing', () => {
  const shared = { a: 1 };
  const value = {
    date: new Date(0),
    map: new Map([[shared, shared]]),
    set: new Set([1]),
    regexp: /x/g,
    error: new RangeError('bad'),
    bytes: new Uint8Array([1, 2]),
    big: 10n,
  };
  value.self = value;
  const clone = structuredClone(value);
  assert.equal(clone.self, clone);
  assert.deepEqual(clone.date, value.date);
  const [[key, entry]] = clone.map;
  assert.equal(key, entry);
  assert.ok(clone.error instanceof RangeError);
  assert.deepEqual(clone.bytes, value.bytes);
  assert.notEqual(clone.bytes.buffer, value.bytes.buffer);
  assert.equal(clone.big, 10n);
});

test('a transferred buffer leaves its owner', () => {
  const buffer = new ArrayBuffer(8);
  const clone = structuredClone({ buffer }, { transfer: [buffer] });
  assert.equal(buffer.byteLength, 0);
  assert.equal(clone.buffer.byteLength, 8);
});

test('what cannot be cloned is a DataCloneError', () => {
  for (const value of [() => {}, Symbol('x'), new WeakMap(), { nested: () => {} }]) {
    assert.throws(() => structuredClone(value), { name: 'DataCloneError', code: 25 });
  }
  assert.throws(() => structuredClone(1, { transfer: [{}] }), { name: 'DataCloneError' });
});

test('shared buffers in one value stay apart', () => {
  const value = [0, 1, 2, 3].map((size) => new SharedArrayBuffer(size));
  assert.deepEqual(
    structuredClone(value).map(({ byteLength }) => byteLength),
    [0, 1, 2, 3],
  );
});

test('a DOMException is cloned as one', () => {
  const clone = structuredClone(new DOMException('message', 'DataCloneError'));
  assert.ok(clone instanceof DOMException);
  assert.equal(clone.code, 25);
});

test('a DOMException is cloned as one wherever it is in a value', () => {
  const exception = new DOMException('no', 'DataError');
  const value = { list: [exception, exception], map: new Map([[1, exception]]) };
  value.error = new Error('outer', { cause: exception });
  const clone = structuredClone(value);
  assert.equal(clone.list[0], clone.list[1]);
  assert.equal(clone.map.get(1), clone.list[0]);
  assert.equal(clone.error.cause, clone.list[0]);
  assert.notEqual(clone.list[0], exception);
  assert.ok(clone.list[0] instanceof DOMException);
  assert.equal(clone.list[0].name, 'DataError');
  assert.equal(clone.list[0].message, 'no');
  assert.equal(clone.list[0].stack, exception.stack);
  assert.ok(!Object.hasOwn(clone.list[0], 'message'));
});

test('a getter that asks for the name of a DOMException does not disturb a clone', () => {
  const exception = new DOMException('no', 'DataError');
  const value = {
    get name() {
      return exception.name;
    },
    exception,
    last: 1,
  };
  const clone = structuredClone(value);
  assert.equal(clone.name, 'DataError');
  assert.equal(clone.exception.message, 'no');
  assert.equal(clone.last, 1);
});

test('URLs and streams are not cloned', () => {
  for (const value of [new URL('a:b'), new URLSearchParams(), new URLPattern()]) {
    assert.throws(() => structuredClone([value]), {
      name: 'DataCloneError',
      message: 'Cannot clone object of unsupported type.',
    });
  }
  assert.throws(() => structuredClone(new ReadableStream()), {
    name: 'DataCloneError',
    message: 'Object that needs transfer was found in message but not listed in transferList',
  });
});

test('a certificate is cloned', () => {
  const { X509Certificate } = require('node:crypto');
  const certificate = new X509Certificate(require('node:tls').rootCertificates[0]);
  assert.equal(structuredClone(certificate).fingerprint, certificate.fingerprint);
});

test('a port arrives in the value and in event.ports, as the same object', async () => {
  const { port1, port2 } = new MessageChannel();
  const { port1: moved } = new MessageChannel();
  const event = await new Promise((resolve) => {
    port2.onmessage = resolve;
    port1.postMessage({ moved }, [moved]);
  });
  assert.equal(event.ports.length, 1);
  assert.equal(event.data.moved, event.ports[0]);
  port1.close();
});

test('a port cannot be sent through itself, or twice', () => {
  const { port1 } = new MessageChannel();
  assert.throws(() => port1.postMessage(null, [port1]), { name: 'DataCloneError' });
  const { port1: other } = new MessageChannel();
  assert.throws(() => port1.postMessage(null, [other, other]), { name: 'DataCloneError' });
  port1.close();
  other.close();
});

test('a broadcast reaches the other channels of its name', async () => {
  const [a, b, c] = ['x', 'x', 'y'].map((name) => new BroadcastChannel(name));
  c.onmessage = () => assert.fail('another name');
  a.onmessage = () => assert.fail('the sender');
  const event = await new Promise((resolve) => {
    b.onmessage = resolve;
    a.postMessage({ hello: 1 });
  });
  assert.deepEqual(event.data, { hello: 1 });
  for (const channel of [a, b, c]) channel.close();
  assert.throws(() => a.postMessage(1), { name: 'InvalidStateError' });
});

test('a port can move to another context, where all is made of what is there', async () => {
  const vm = require('node:vm');
  const { moveMessagePortToContext } = require('node:worker_threads');
  const { port1, port2 } = new MessageChannel();
  const context = vm.createContext();
  context.port = moveMessagePortToContext(port1, context);
  assert.ok(!(context.port instanceof Object));
  vm.runInContext(
    `port.onmessage = ({ data, ports }) => {
      const same = ports[0] === data.port && data instanceof Object && data.map instanceof Map;
      try { port.postMessage(() => {}); } catch (error) {
        port.postMessage([same, error instanceof Error, error.name]);
      }
    };
    port.start();`,
    context,
  );
  const { port1: other, port2: rest } = new MessageChannel();
  port2.postMessage({ port: other, map: new Map() }, [other]);
  const answer = await new Promise((resolve) => port2.once('message', resolve));
  vm.runInContext('port.close()', context);
  port2.close();
  rest.close();
  assert.deepEqual(answer, [true, true, 'DataCloneError']);
});

test('objects of the runtime do not arrive in another context', async () => {
  const vm = require('node:vm');
  const { moveMessagePortToContext } = require('node:worker_threads');
  const { port1, port2 } = new MessageChannel();
  assert.throws(() => moveMessagePortToContext(port2, {}), TypeError);
  const moved = moveMessagePortToContext(port1, vm.createContext());
  const { promise, resolve } = Promise.withResolvers();
  moved.onmessageerror = resolve;
  moved.start();
  port2.postMessage(require('node:crypto').createSecretKey(Buffer.alloc(8)));
  const { data } = await promise;
  port2.close();
  assert.equal(data.code, 'ERR_MESSAGE_TARGET_CONTEXT_UNAVAILABLE');
});

test('objects that threads can share stay the same', () => {
  const { spawnSync } = require('node:child_process');
  const code = 'const a = new SharedArray(2); console.log(structuredClone({ a }).a === a)';
  const options = ['--harmony-struct', '-e', code];
  assert.equal(spawnSync(process.execPath, options, { encoding: 'utf8' }).stdout, 'true\n');
});

test('plain values are cloned with their cycles, holes and odd keys', () => {
  const shared = {};
  const value = { list: [shared, 1n, undefined], map: new Map([[shared, new Set([shared])]]) };
  value.self = value;
  const clone = structuredClone(value);
  assert.equal(clone.self, clone);
  assert.equal(clone.list[0], [...clone.map.keys()][0]);
  assert.ok(clone.map.get(clone.list[0]).has(clone.list[0]));
  assert.notEqual(clone.list[0], shared);

  const sparse = Object.assign([1, , 3], { extra: 'x' });
  assert.deepEqual(Object.keys(structuredClone(sparse)), ['0', '2', 'extra']);
  const odd = JSON.parse('{"__proto__": {"a": 1}}');
  assert.ok(Object.hasOwn(structuredClone(odd), '__proto__'));
  class Point {
    x = 1;
  }
  assert.equal(Object.getPrototypeOf(structuredClone(new Point())), Object.prototype);
  assert.throws(() => structuredClone([new Proxy({}, {})]), { name: 'DataCloneError' });
});

// Values that shorter ways than the serializer could get wrong.
function trickyValues() {
  const shared = { a: 1 };
  const bytes = new Uint8Array(10_000).fill(7);
  const cycle = [];
  cycle.push(cycle);
  return [
    ...['', 'text', 'l\u00e4tin', '\u4e2d\ud800', 'x'.repeat(1000)],
    ...[0, -0, NaN, -Infinity, 0.1, 2 ** 53, 10n, true, null, undefined],
    { zero: -0, none: undefined, nan: NaN, text: '\u2028"\\\0\ud800' },
    { one: shared, other: shared },
    cycle,
    [1, , 3],
    Object.assign([1], { extra: true }),
    JSON.parse('{"__proto__": 1, "constructor": 2}'),
    { toJSON: 1, 2: 'two', 1: 'one' },
    Object.assign(Object.create(null), { a: 1 }),
    [[], {}, [{}], { a: [] }],
    new Array(100).fill(1.5),
    new Map([[1, { a: new Date(1) }]]),
    ...[bytes, bytes.buffer, { bytes, part: bytes.subarray(10, 20), other: new Uint8Array(5000) }],
    { after: [Buffer.from('text'), bytes], date: new Date(2) },
  ];
}

test('a message is its value, on the same thread and on another', async () => {
  const { MessageChannel, Worker, receiveMessageOnPort } = require('node:worker_threads');
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (value) => parentPort.postMessage(value, []));`,
    { eval: true },
  );
  const { promise, resolve } = Promise.withResolvers();
  const answers = [];
  const values = trickyValues();
  worker.on('message', (value) => {
    answers.push(value);
    if (answers.length === values.length) resolve();
  });
  for (const value of values) {
    worker.postMessage(value);
    port1.postMessage(value);
    const { message } = receiveMessageOnPort(port2);
    if (typeof value === 'object' && value !== null) assert.notEqual(message, value);
    if (ArrayBuffer.isView(value)) assert.notEqual(message.buffer, value.buffer);
    assert.deepStrictEqual(message, structuredClone(value));
  }
  await promise;
  await worker.terminate();
  assert.deepStrictEqual(
    answers,
    values.map((value) => structuredClone(value)),
  );
  const [one, other] = [answers, values].map((list) => list.find((value) => value?.other));
  assert.equal(one.one, one.other);
  assert.notEqual(one.one, other.one);
  port1.close();
});

test('what waits in a port moves with it', async () => {
  const { MessageChannel, Worker, moveMessagePortToContext } = require('node:worker_threads');
  const vm = require('node:vm');
  const { port1, port2 } = new MessageChannel();
  port1.postMessage({ first: [1] });
  const worker = new Worker(
    `require('node:worker_threads').parentPort.on('message', (port) => {
      port.on('message', (value) => port.postMessage(value));
    });`,
    { eval: true },
  );
  worker.postMessage(port2, [port2]);
  port1.postMessage({ second: [2] });
  const answers = [];
  for await (const [value] of require('node:events').on(port1, 'message')) {
    if (answers.push(value) === 2) break;
  }
  assert.deepStrictEqual(answers, [{ first: [1] }, { second: [2] }]);
  await worker.terminate();

  const channel = new MessageChannel();
  channel.port1.postMessage({ third: [3] });
  const context = vm.createContext();
  const moved = moveMessagePortToContext(channel.port2, context);
  const arrived = new Promise((resolve) => {
    moved.onmessage = ({ data }) => resolve(data);
  });
  moved.start();
  const ObjectThere = vm.runInContext('Object', context);
  assert.ok((await arrived) instanceof ObjectThere);
  moved.close();
});

test('a message comes behind the poll and before immediates, older ports first', async () => {
  const { MessageChannel } = require('node:worker_threads');
  const { pbkdf2 } = require('node:crypto');
  const older = new MessageChannel();
  const younger = new MessageChannel();
  const origins = {
    timer: (callback) => setTimeout(callback, 1),
    immediate: (callback) => setImmediate(callback),
    pool: (callback) => pbkdf2('password', 'salt', 1, 8, 'sha1', callback),
  };
  for (const [name, start] of Object.entries(origins)) {
    const order = [];
    older.port2.onmessage = ({ data }) => order.push(data);
    younger.port2.onmessage = ({ data }) => order.push(data);
    await new Promise((resolve) => {
      start(() => {
        setImmediate(() => {
          order.push('immediate');
          resolve();
        });
        younger.port1.postMessage('younger');
        older.port1.postMessage('older');
      });
    });
    assert.deepStrictEqual(order, ['older', 'younger', 'immediate'], name);
  }
  older.port1.close();
  younger.port1.close();
});

test('a listener that posts to other ports of its thread holds up nobody', async () => {
  const { MessageChannel } = require('node:worker_threads');
  const one = new MessageChannel();
  const other = new MessageChannel();
  let rounds = 0;
  one.port2.onmessage = () => other.port1.postMessage(0);
  other.port2.onmessage = () => {
    rounds++;
    one.port1.postMessage(0);
  };
  one.port1.postMessage(0);
  await new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  one.port1.close();
  other.port1.close();
  assert.ok(rounds > 0);
});

test('a message wakes a thread whose sender then waits for it', () => {
  const { MessageChannel, Worker, receiveMessageOnPort } = require('node:worker_threads');
  const count = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(
    `const { workerData } = require('node:worker_threads');
    workerData.port.on('message', (value) => {
      workerData.port.postMessage(value * 2);
      Atomics.add(workerData.count, 0, 1);
      Atomics.notify(workerData.count, 0);
    });`,
    { eval: true, workerData: { count, port: port2 }, transferList: [port2] },
  );
  for (let i = 0; i < 500; i++) {
    port1.postMessage(i);
    while (Atomics.load(count, 0) === i) Atomics.wait(count, 0, i);
    assert.deepStrictEqual(receiveMessageOnPort(port1), { message: i * 2 });
  }
  return worker.terminate();
});

test('many threads write to one', async () => {
  const { Worker } = require('node:worker_threads');
  const kEach = 300;
  const workers = Array.from(
    { length: 4 },
    () =>
      new Worker(
        `const { parentPort } = require('node:worker_threads');
        for (let i = 0; i < ${kEach}; i++) parentPort.postMessage(i);
        parentPort.on('message', (value) => parentPort.postMessage(value));`,
        { eval: true },
      ),
  );
  const heard = await Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve) => {
          const values = [];
          worker.postMessage('echo');
          worker.on('message', (value) => {
            values.push(value);
            if (values.length === kEach + 1) resolve(values);
          });
        }),
    ),
  );
  const expected = [...Array.from({ length: kEach }, (_, index) => index), 'echo'];
  for (const values of heard) assert.deepStrictEqual(values, expected);
  await Promise.all(workers.map((worker) => worker.terminate()));
});

test('structuredClone() says what in a transfer list is no object', () => {
  assert.throws(() => structuredClone(1, { transfer: [new ArrayBuffer(1), 5] }), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_TYPE',
    message: "Failed to execute 'structuredClone': transfer in Options[1] is not an object.",
  });
});
