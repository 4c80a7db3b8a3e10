'use strict';

const { ERR_INVALID_IP_ADDRESS } = require('runtime/errors');

const DNS_PORT = 53;

/** 4, 6, or 0 for what is no address. */
function isIP(text) {
  return require('node:net').isIP(text);
}

function portOf(text, server) {
  if (text === undefined || text === '') return DNS_PORT;
  if (!/^:\d+$/.test(text)) throw new ERR_INVALID_IP_ADDRESS(server);
  return Number(text.slice(1));
}

/** [family, address, port] of '1.2.3.4:53', '[::1]:53' and their short forms. */
function parseServer(server) {
  const version = isIP(server);
  if (version !== 0) return [version, server, DNS_PORT];
  if (server[0] === '[') {
    const close = server.indexOf(']');
    const address = server.slice(1, close);
    if (close !== -1 && isIP(address) === 6) {
      return [6, address, portOf(server.slice(close + 1), server)];
    }
  } else {
    const colon = server.indexOf(':');
    const address = server.slice(0, colon);
    if (colon !== -1 && isIP(address) === 4)
      return [4, address, portOf(server.slice(colon), server)];
  }
  throw new ERR_INVALID_IP_ADDRESS(server);
}

/** The text of a server: without the port when it is the usual one. */
function formatServer([address, port]) {
  if (port === DNS_PORT) return address;
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

module.exports = { formatServer, isIP, parseServer };
