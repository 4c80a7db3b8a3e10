'use strict';

// Worker threads: their start, and messages to and fro.

const fs = require('node:fs');
const { BroadcastChannel, MessageChannel, Worker } = require('node:worker_threads');
const { measure, measureAsync } = require('./measure');
const { scratch } = require('./lib/scratch');

const { join } = scratch('workers');
const object = { id: 1, name: 'message', list: [1, 2, 3], nested: { yes: true } };

const echo = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ value, transfer }) => {
  if (value === 'end') process.exit();
  parentPort.postMessage(value, transfer ? [value] : []);
});
`;
const starts = `require('node:worker_threads').parentPort.postMessage('up');`;

function firstMessage(worker) {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function starting() {
  const file = join('starts.js');
  fs.writeFileSync(file, starts);
  await measureAsync('worker_threads worker from file, to its first message', async () => {
    const worker = new Worker(file);
    await firstMessage(worker);
    await worker.terminate();
  });
  await measureAsync('worker_threads worker from text, to its first message', async () => {
    const worker = new Worker(starts, { eval: true });
    await firstMessage(worker);
    await worker.terminate();
  });
}

async function messages() {
  const file = join('echo.js');
  fs.writeFileSync(file, echo);
  const worker = new Worker(file);
  let answered;
  worker.on('message', (value) => answered(value));
  const ask = (value, transfer) =>
    new Promise((resolve) => {
      answered = resolve;
      worker.postMessage({ value, transfer }, transfer ? [value] : []);
    });
  await measureAsync('worker_threads round trip of an object', () => ask(object, false));
  await measureAsync('worker_threads round trip of a string', () => ask('text', false));
  const copied = new Uint8Array(64 * 1024);
  await measureAsync('worker_threads round trip of 64 KB', () => ask(copied, false));
  let moved = new ArrayBuffer(64 * 1024);
  await measureAsync('worker_threads round trip of 64 KB, transferred', async () => {
    moved = await ask(moved, true);
  });
  await measureAsync('worker_threads 100 objects to a worker and back', () => {
    let left = 100;
    return new Promise((resolve) => {
      answered = () => {
        if (--left === 0) resolve();
      };
      for (let i = 0; i < 100; i++) worker.postMessage({ value: object, transfer: false });
    });
  });
  worker.postMessage({ value: 'end' });
  await new Promise((resolve) => {
    worker.once('exit', resolve);
  });
}

async function channels() {
  measure('worker_threads new MessageChannel', () => {
    const { port1 } = new MessageChannel();
    port1.close();
  });
  const { port1, port2 } = new MessageChannel();
  let received;
  port2.on('message', (value) => received(value));
  const send = (value) =>
    new Promise((resolve) => {
      received = resolve;
      port1.postMessage(value);
    });
  await measureAsync('worker_threads MessageChannel, an object', () => send(object));
  await measureAsync('worker_threads MessageChannel, a string', () => send('text'));
  await measureAsync('worker_threads MessageChannel, 100 objects', () => {
    let left = 100;
    return new Promise((resolve) => {
      received = () => {
        if (--left === 0) resolve();
      };
      for (let i = 0; i < 100; i++) port1.postMessage(object);
    });
  });
  port1.close();

  const sender = new BroadcastChannel('bench');
  const receiver = new BroadcastChannel('bench');
  await measureAsync('worker_threads BroadcastChannel, an object', () => {
    return new Promise((resolve) => {
      receiver.onmessage = resolve;
      sender.postMessage(object);
    });
  });
  sender.close();
  receiver.close();
  measure('worker_threads structuredClone of an object', () => structuredClone(object));
}

async function main() {
  await channels();
  await messages();
  await starting();
}

main();
