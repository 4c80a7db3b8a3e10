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

/**
 * A promise that is fulfilled when `signal` aborts, while `resource` is alive.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utilabortedsignal-resource
 */
async function aborted(signal, resource) {
  requireSignal(signal);
  validateObject(resource, 'resource', { nullable: false, allowArray: true, allowFunction: true });
  return require('web/dom/abort').aborted(signal, resource);
}

/** Marks an AbortSignal so that it can be sent to another thread. */
function transferableAbortSignal(signal) {
  requireSignal(signal);
  return require('web/dom/abort').makeTransferable(signal);
}

/** An AbortController whose signal can be sent to another thread. */
function transferableAbortController() {
  const { AbortController } = require('web/dom/abort');
  const controller = new AbortController();
  transferableAbortSignal(controller.signal);
  return controller;
}

module.exports = { aborted, transferableAbortController, transferableAbortSignal };
