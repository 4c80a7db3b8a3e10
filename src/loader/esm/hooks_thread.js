'use strict';
// The thread that runs the hooks of module.register(): it answers requests that come through a
// port. See loader/esm/async_hooks.js for the other end.

const { pack } = require('modules/worker_threads/error_transfer');
const { becomeHooksThread } = require('loader/esm/pipeline');
const chains = require('loader/esm/hook_chains');

const kRequests = {
  register: ({ specifier, parentURL, data }) => chains.addModule(specifier, parentURL, data),
  resolve: ({ specifier, context }) => chains.resolve(specifier, context),
  load: ({ url, context }) => chains.load(url, context),
  takeCoverage: () => require('modules/v8/coverage').takeCoverage(),
};

async function answer(port, lock, request) {
  const { id, type, isSync } = request;
  let reply;
  try {
    reply = { id, value: await kRequests[type](request) };
  } catch (error) {
    reply = { id, error: pack(error) };
  }
  try {
    port.postMessage(reply);
  } catch (error) {
    port.postMessage({ id, error: pack(error) });
  }
  if (isSync) wake(lock);
}

function wake(lock) {
  Atomics.store(lock, 0, 1);
  Atomics.notify(lock, 0);
}

/** Called once, when the thread starts. */
function run() {
  becomeHooksThread();
  const shared = require('modules/worker_threads/shared');
  shared.isInternalThread = true;
  const { port, lock } = shared.workerData;
  port.on('message', (request) => answer(port, lock, request));
  // Who waits for an answer must not wait for a thread that is gone.
  process.on('exit', (code) => {
    port.postMessage({ exit: code });
    wake(lock);
  });
}

module.exports = { run };
