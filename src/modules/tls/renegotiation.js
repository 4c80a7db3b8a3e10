'use strict';
// TLS up to 1.2 may negotiate anew on a connection; too often is an attack.

const errors = require('runtime/errors');
const { validateFunction, validateObject } = require('runtime/validators');
const binding = native('tls');
const { clearInterval, setInterval } = require('runtime/timers');

const kTimer = Symbol('renegotiation window');

/** A peer began another negotiation. */
function noteHandshake(socket) {
  if (socket._renegotiationDisabled) {
    socket._tlsError(new errors.ERR_TLS_RENEGOTIATION_DISABLED());
    return;
  }
  const { CLIENT_RENEG_LIMIT, CLIENT_RENEG_WINDOW } = require('node:tls');
  const handle = socket._handle;
  if (socket[kTimer] === undefined) {
    socket[kTimer] = setInterval(() => {
      handle.handshakes = 0;
    }, CLIENT_RENEG_WINDOW * 1000);
    socket[kTimer].unref();
    socket.once('close', () => clearInterval(socket[kTimer]));
  }
  if (++handle.handshakes > CLIENT_RENEG_LIMIT)
    socket._tlsError(new errors.ERR_TLS_SESSION_ATTACK());
}

/** Begins one. */
function renegotiate(socket, options, callback) {
  if (options === null || typeof options !== 'object')
    throw new errors.ERR_INVALID_ARG_TYPE('options', 'Object', options);
  validateObject(options, 'options');
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (socket.destroyed || !socket._handle) return undefined;
  let { requestCert, rejectUnauthorized } = socket._tlsOptions;
  if (options.requestCert !== undefined) requestCert = Boolean(options.requestCert);
  if (options.rejectUnauthorized !== undefined)
    rejectUnauthorized = Boolean(options.rejectUnauthorized);
  if (
    requestCert !== socket._tlsOptions.requestCert ||
    rejectUnauthorized !== socket._tlsOptions.rejectUnauthorized
  ) {
    socket._handle.setVerify(requestCert, rejectUnauthorized);
    socket._tlsOptions.requestCert = requestCert;
    socket._tlsOptions.rejectUnauthorized = rejectUnauthorized;
  }
  // The peer answers when something is on its way.
  try {
    if (callback) socket.once('secure', () => callback(null));
    binding.renegotiate(socket._handle);
  } catch (error) {
    if (callback) process.nextTick(callback, error);
    return false;
  }
  socket.write('');
  return true;
}

module.exports = { noteHandshake, renegotiate };
