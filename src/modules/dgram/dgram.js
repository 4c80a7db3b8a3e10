// node:dgram
'use strict';

const { ERR_SOCKET_BAD_TYPE } = require('runtime/errors');
const { Socket } = require('modules/dgram/socket');

/** A socket of type 'udp4' or 'udp6'; `listener` is called with each message. */
function createSocket(type, listener) {
  return new Socket(type, listener);
}

/** A bound handle for cluster's primary, or a negative error. */
function _createSocketHandle(address, port, addressType, fd, flags) {
  if (addressType !== 'udp4' && addressType !== 'udp6') throw new ERR_SOCKET_BAD_TYPE();
  const { UDP } = native('udp');
  const handle = new UDP(addressType === 'udp6');
  let error = 0;
  if (fd > 0) error = handle.open(fd);
  else if (port || address) error = handle.bind(address, port || 0, flags);
  if (error < 0) {
    handle.close();
    return error;
  }
  return handle;
}

module.exports = { _createSocketHandle, createSocket, Socket };

require('modules/dgram/deprecated');
