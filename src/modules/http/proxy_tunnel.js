'use strict';
// A tunnel through a proxy to a server (RFC 9110, 9.3.6: CONNECT), in which TLS is spoken.

const { ERR_PROXY_TUNNEL } = require('runtime/errors');
const { authority } = require('modules/http/proxy');

// An answer whose head is longer is none.
const kMaxHead = 64 * 1024;

function tunnelError(message, details) {
  return Object.assign(new ERR_PROXY_TUNNEL(message), details);
}

/** Opens a tunnel to options.host and options.port; calls back with an error or its socket. */
function openTunnel(proxy, isKept, options, callback) {
  const socket = proxy.connect({ ...options, path: undefined, session: undefined });
  const endpoint = authority(options.host, options.port, undefined);
  let head = Buffer.alloc(0);

  const finish = (error) => {
    socket.removeListener('data', onData);
    socket.removeListener('end', onEnd);
    socket.removeListener('close', onEnd);
    socket.removeListener('error', finish);
    socket.removeListener('timeout', onTimeout);
    if (error === null) {
      socket.setTimeout(0);
      callback(null, socket);
      return;
    }
    // What else goes wrong there concerns nobody any more.
    socket.on('error', () => {});
    socket.destroy();
    callback(error);
  };
  const onEnd = () => {
    finish(tunnelError('Connection to establish proxy tunnel ended unexpectedly'));
  };
  const onTimeout = () => {
    const { timeout } = socket;
    const message = `Connection to establish proxy tunnel timed out after ${timeout}ms`;
    finish(tunnelError(message, { proxyTunnelTimeout: timeout }));
  };
  const onData = (data) => {
    head = Buffer.concat([head, data]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1 && head.length <= kMaxHead) return;
    const [line] = head.latin1Slice(0, end === -1 ? 256 : end).split('\r\n', 1);
    const statusCode = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line)?.[1]);
    if (statusCode !== 200 || end === -1) {
      const message = `Failed to establish tunnel to ${endpoint} via ${proxy.origin}: ${line}`;
      finish(tunnelError(message, { statusCode }));
      return;
    }
    socket.pause();
    const rest = head.subarray(end + 4);
    if (rest.length > 0) socket.unshift(rest);
    finish(null);
  };
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('close', onEnd);
  socket.on('error', finish);
  socket.on('timeout', onTimeout);
  const lines = [`CONNECT ${endpoint} HTTP/1.1`, `host: ${endpoint}`];
  for (const [name, value] of proxy.headers(isKept)) {
    // Nothing else is ever asked for on such a connection.
    if (value !== 'close') lines.push(`${name}: ${value}`);
  }
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

module.exports = { openTunnel };
