'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const type = { 'Content-Type': 'application/wasm' };
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

test('a response is compiled, in as many pieces as it comes', async () => {
  const body = new ReadableStream({
    start(controller) {
      for (const byte of empty) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const module = await WebAssembly.compileStreaming(new Response(body, { headers: type }));
  assert.ok(module instanceof WebAssembly.Module);
});

test('a promise for a response is instantiated', async () => {
  const response = Promise.resolve(new Response(empty, { headers: type }));
  const { instance } = await WebAssembly.instantiateStreaming(response);
  assert.deepStrictEqual(Object.keys(instance.exports), []);
});

test('what is no response, or none of a module, is refused', async () => {
  await assert.rejects(WebAssembly.compileStreaming({}), { code: 'ERR_INVALID_ARG_TYPE' });
  await assert.rejects(WebAssembly.compileStreaming(new Response(empty)), {
    code: 'ERR_WEBASSEMBLY_RESPONSE',
    message: "WebAssembly response has unsupported MIME type 'null'",
  });
  const missing = new Response(empty, { headers: type, status: 404 });
  await assert.rejects(WebAssembly.compileStreaming(missing), {
    message: 'WebAssembly response has status code 404',
  });
  const truncated = new Response(empty.subarray(0, 5), { headers: type });
  await assert.rejects(WebAssembly.compileStreaming(truncated), { name: 'CompileError' });
});

test('the error of a body is that of the compilation', async () => {
  const error = new RangeError('broken');
  const body = new ReadableStream({ pull: (controller) => controller.error(error) });
  const response = new Response(body, { headers: type });
  await assert.rejects(WebAssembly.compileStreaming(response), (actual) => actual === error);
});
