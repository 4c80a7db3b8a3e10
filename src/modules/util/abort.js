'use strict';

// Signals beside AbortController itself.

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateObject } = require('runtime/validators');

function requireSignal(signal) {
  const { AbortSignal } = require('web/dom/abort');
  if (typeof signal !== 'object' || signal === null || !(signal instanceof AbortSignal)) {
    throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  }
}

// Stops listening for a resource that is gone.
let forgotten;

/**
 * A promise that is fulfilled when `signal` aborts, while `resource` is alive.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utilabortedsignal-resource
 */
async function aborted(signal, resource) {
  requireSignal(signal);
  validateObject(resource, 'resource', { nullable: false, allowArray: true, allowFunction: true });
  if (signal.aborted) return;
  forgotten ??= new FinalizationRegistry((stop) => stop());
  await new Promise((resolve) => {
    const held = new WeakRef(resource);
    const listener = () => {
      if (held.deref() === undefined) return;
      forgotten.unregister(listener);
      resolve();
    };
    signal.addEventListener('abort', listener, { once: true });
    const watched = new WeakRef(signal);
    forgotten.register(resource, () => watched.deref()?.removeEventListener('abort', listener), listener);
  });
}

/** Marks an AbortSignal so that it can be sent to another thread. */
function transferableAbortSignal(signal) {
  requireSignal(signal);
  signal[require('web/dom/abort').kTransferable] = true;
  return signal;
}

/** An AbortController whose signal can be sent to another thread. */
function transferableAbortController() {
  const { AbortController } = require('web/dom/abort');
  const controller = new AbortController();
  transferableAbortSignal(controller.signal);
  return controller;
}

module.exports = { aborted, transferableAbortController, transferableAbortSignal };
