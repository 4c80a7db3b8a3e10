'use strict';
// The Type of Service of a socket's packets (the Traffic Class with IPv6).
// https://nodejs.org/api/net.html#socketsettypeofservicetos

const { ERR_INVALID_ARG_TYPE, errnoException } = require('runtime/errors');
const { validateInt32 } = require('runtime/validators');

// What was asked for: a socket that is not connected yet has no packets.
const kTypeOfService = Symbol('typeOfService');

function install(Socket) {
  Socket.prototype.getTypeOfService = function getTypeOfService() {
    // What was asked for, also where the system ignores some of its bits.
    if (this[kTypeOfService] !== undefined) return this[kTypeOfService];
    const value = this.connecting ? 0 : (this._handle?.getTypeOfService?.() ?? 0);
    if (value < 0) throw errnoException(value, 'getTypeOfService');
    return value;
  };

  Socket.prototype.setTypeOfService = function setTypeOfService(tos) {
    if (Number.isNaN(tos)) throw new ERR_INVALID_ARG_TYPE('tos', 'number', tos);
    validateInt32(tos, 'tos', 0, 255);
    this[kTypeOfService] = tos;
    if (!this.connecting) applyTypeOfService(this);
    return this;
  };
}

/** The option of a new socket. */
function initializeTypeOfService(socket, value) {
  validateInt32(value, 'options.typeOfService', 0, 255);
  socket[kTypeOfService] = value;
}

/** Gives the handle of a socket that connected what was asked for. */
function applyTypeOfService(socket) {
  const error = socket._handle?.setTypeOfService?.(socket[kTypeOfService]) ?? 0;
  if (error < 0) throw errnoException(error, 'setTypeOfService');
}

module.exports = { applyTypeOfService, initializeTypeOfService, install, kTypeOfService };
