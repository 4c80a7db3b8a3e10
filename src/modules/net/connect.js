'use strict';
// Connecting a net.Socket: by path, by address, or by name with Happy Eyeballs (RFC 8305) over the
// addresses that the lookup gives.

const { withDefaultTrigger } = require('runtime/async_hooks');
const { TCP, Pipe, SOCKET, ipVersion, UV_EINVAL, UV_ETIMEDOUT } = native('net');
const errors = require('runtime/errors');
const {
  validateBoolean,
  validateFunction,
  validateInt32,
  validateNumber,
  validatePort,
  validateString,
} = require('runtime/validators');
const shared = require('modules/net/socket');
const { publish } = require('modules/diagnostics_channel/publish');
const { defaults } = require('modules/net/defaults');
const { clearTimeout } = require('runtime/timers');

const { applyTypeOfService, kTypeOfService } = require('modules/net/type_of_service');
const { kSetNoDelay, kSetKeepAlive, kSetKeepAliveDelay } = shared;

/** Gives a socket that has none the handle it will connect. */
function provideHandle(socket, options) {
  socket._handle = options.path ? new Pipe(SOCKET) : new TCP(SOCKET);
  shared.adopt(socket, socket._handle);
}

function connect(socket, options, callback) {
  publish('net.client.socket', () => ({ socket: socket._secureSocket ?? socket }));
  if (options.autoSelectFamily !== undefined) {
    validateBoolean(options.autoSelectFamily, 'options.autoSelectFamily');
  }
  if (socket.write !== shared.Socket.prototype.write) socket.write = shared.Socket.prototype.write;
  if (socket.destroyed) {
    // The socket is used a second time.
    socket._handle = null;
    socket._peername = undefined;
    socket._sockname = null;
    socket._undestroy();
  }
  const { path } = options;
  const isPipe = Boolean(path);
  if (isPipe) validateString(path, 'options.path');
  if (options.onread && !socket._onreadOption) socket._onreadOption = null;
  if (!socket._handle) provideHandle(socket, options);
  if (callback !== null) socket.once('connect', callback);
  if (socket._parent?.connecting) return socket;
  socket.connecting = true;
  socket._host = null;
  shared.touch(socket);
  if (socket._bound !== undefined && (socket._bound.path !== undefined) !== isPipe) {
    failLater(socket, describe(socket, UV_EINVAL, path ?? options.host, options.port));
  } else if (isPipe) {
    connectPipe(socket, path);
  } else {
    lookupAndConnect(socket, options);
  }
  return socket;
}

// What a BoundSocket has bound is of one family, and cannot be given up for another address.
function familyOfBound(socket) {
  return socket.localFamily === 'IPv6' ? 6 : 4;
}

function failLater(socket, error) {
  process.nextTick(() => {
    if (socket.connecting) socket.destroy(error);
  });
}

function describe(socket, err, address, port, options) {
  let details;
  if (options?.localAddress || options?.localPort) {
    details = `Local (${options.localAddress || ''}:${options.localPort || ''})`;
  }
  const error = errors.exceptionWithHostPort(err, 'connect', address, port, details);
  return error;
}

function connectPipe(socket, path) {
  const handle = socket._handle;
  const onConnect = (status) => afterConnect(socket, handle, status, path, undefined);
  handle.onconnect = onConnect;
  const err = handle.connect(path);
  if (err) failLater(socket, describe(socket, err, path));
}

function checkOptions(options) {
  const { localAddress, localPort } = options;
  if (options.host !== undefined && options.host !== null)
    validateString(options.host, 'options.host');
  const host = options.host || 'localhost';
  let { port } = options;
  if (localAddress && ipVersion(String(localAddress)) === 0) {
    throw new errors.ERR_INVALID_IP_ADDRESS(localAddress);
  }
  if (localPort) validateNumber(localPort, 'options.localPort');
  if (port !== undefined) {
    if (typeof port !== 'number' && typeof port !== 'string') {
      throw new errors.ERR_INVALID_ARG_TYPE('options.port', ['number', 'string'], port);
    }
    validatePort(port);
  }
  port |= 0;
  return { host, port };
}

function lookupAndConnect(socket, options) {
  let checked;
  try {
    if (options.port === undefined && options.path === undefined) {
      throw new errors.ERR_MISSING_ARGS(['options', 'port', 'path']);
    }
    checked = checkOptions(options);
  } catch (error) {
    socket.connecting = false;
    throw error;
  }
  const { host, port } = checked;
  const autoSelect = options.autoSelectFamily ?? defaults.autoSelectFamily;
  let attemptTimeout = options.autoSelectFamilyAttemptTimeout;
  if (attemptTimeout !== undefined) {
    validateInt32(attemptTimeout, 'options.autoSelectFamilyAttemptTimeout', 1);
    if (attemptTimeout < 10) attemptTimeout = 10;
  } else {
    attemptTimeout = defaults.attemptTimeout;
  }
  if (options.lookup !== undefined && options.lookup !== null)
    validateFunction(options.lookup, 'options.lookup');

  const version = ipVersion(String(host));
  // What this asks for is triggered by the socket: by the one that the program knows.
  const { _handle: handle } = socket._secureSocket ?? socket;
  const trigger = handle?.getAsyncId?.() ?? -1;
  const isBound = socket._bound !== undefined;
  if (version && isBound) {
    connectAddress(socket, host, port, version, options);
    return;
  }
  if (version) {
    const frame = () => {
      if (socket.connecting) connectAddress(socket, host, port, version, options);
    };
    withDefaultTrigger(trigger, process.nextTick, frame);
    return;
  }
  const dns = require('node:dns');
  const lookup = options.lookup || dns.lookup;
  const family = options.family || (isBound ? familyOfBound(socket) : options.family);
  const query = { family, hints: options.hints || 0 };
  if (query.family !== 4 && query.family !== 6 && query.hints === 0) {
    query.hints = dns.ADDRCONFIG;
  }
  socket._host = host;
  if (autoSelect && query.family !== 4 && query.family !== 6 && !options.localAddress) {
    withDefaultTrigger(trigger, () =>
      lookupAll(socket, lookup, host, port, query, options, attemptTimeout),
    );
    return;
  }
  withDefaultTrigger(trigger, lookup, host, query, (error, ip, family) => {
    socket.emit('lookup', error, ip, family, host);
    if (!socket.connecting) return;
    if (error) {
      failLater(socket, error);
    } else if (typeof ip !== 'string' || ipVersion(ip) === 0) {
      failLater(socket, new errors.ERR_INVALID_IP_ADDRESS(ip));
    } else if (family !== 4 && family !== 6) {
      failLater(socket, new errors.ERR_INVALID_ADDRESS_FAMILY(family, options.host, options.port));
    } else {
      shared.touch(socket);
      connectAddress(socket, ip, port, family, options);
    }
  });
}

// RFC 8305 section 4: addresses of both families in turn, the first answer's family first.
function interleave(addresses) {
  const byFamily = { 4: [], 6: [] };
  let first;
  for (const { address, family } of addresses) {
    if (typeof address !== 'string' || ipVersion(address) === 0 || (family !== 4 && family !== 6))
      continue;
    first ??= family;
    byFamily[family].push({ address, family });
  }
  const mixed = [];
  const [one, other] = first === 6 ? [byFamily[6], byFamily[4]] : [byFamily[4], byFamily[6]];
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    if (i < one.length) mixed.push(one[i]);
    if (i < other.length) mixed.push(other[i]);
  }
  return mixed;
}

function lookupAll(socket, lookup, host, port, query, options, timeout) {
  lookup(host, { ...query, all: true }, (error, addresses) => {
    if (!socket.connecting) {
      return;
    }
    if (error) {
      socket.emit('lookup', error, undefined, undefined, host);
      failLater(socket, error);
      return;
    }
    for (const { address, family } of addresses) socket.emit('lookup', null, address, family, host);
    if (!socket.connecting) return; // a listener has ended it
    const candidates = interleave(addresses);
    if (candidates.length === 0) {
      const { address: bad, family } = addresses[0] ?? {};
      failLater(
        socket,
        ipVersion(String(bad)) === 0
          ? new errors.ERR_INVALID_IP_ADDRESS(bad)
          : new errors.ERR_INVALID_ADDRESS_FAMILY(family, options.host, options.port),
      );
      return;
    }
    shared.touch(socket);
    socket.autoSelectFamilyAttemptedAddresses = [];
    if (candidates.length === 1) {
      const { address, family } = candidates[0];
      connectAddress(socket, address, port, family, options);
      return;
    }
    connectMany({ socket, candidates, port, options, timeout, at: 0, failures: [] });
  });
}

function prepare(handle, family, options) {
  const { localAddress, localPort } = options;
  if (!localAddress && !localPort) return 0;
  return handle.bind(localAddress || (family === 6 ? '::' : '0.0.0.0'), localPort | 0, 0);
}

function connectAddress(socket, address, port, family, options) {
  const handle = socket._handle;
  const fail = (err) => {
    const error = describe(socket, err, address, port, options);
    if (socket._bound === undefined) socket.destroy(error);
    else failLater(socket, error);
  };
  let err = prepare(handle, family, options);
  if (err) return fail(err);
  if (socket.autoSelectFamilyAttemptedAddresses) {
    socket.autoSelectFamilyAttemptedAddresses.push(`${address}:${port}`);
  }
  socket.emit('connectionAttempt', address, port, family);
  const onConnect = (status) => {
    if (status < 0)
      socket.emit(
        'connectionAttemptFailed',
        address,
        port,
        family,
        describe(socket, status, address, port),
      );
    afterConnect(socket, handle, status, address, port);
  };
  handle.onconnect = onConnect;
  err = isBlocked(socket, address, family) ?? handle.connect(address, port);
  if (typeof err === 'object') {
    if (socket._bound === undefined) socket.destroy(err);
    else failLater(socket, err);
  } else if (err) {
    fail(err);
  }
}

// options.blockList refuses addresses before anything is sent.
function isBlocked(socket, address, family) {
  const list = socket._blockList;
  if (list?.check(address, `ipv${family}`)) return new errors.ERR_IP_BLOCKED(address);
  return undefined;
}

function connectMany(attempt) {
  const { socket, candidates, port, options } = attempt;
  if (!socket.connecting) return;
  if (attempt.at === candidates.length) {
    if (attempt.failures.length === 1) socket.destroy(attempt.failures[0]);
    else {
      const all = new AggregateError(attempt.failures, '');
      all.code = attempt.failures[0]?.code;
      socket.destroy(all);
    }
    return;
  }
  const { address, family } = candidates[attempt.at++];
  const blocked = isBlocked(socket, address, family);
  if (blocked !== undefined) {
    attempt.failures.push(blocked);
    connectMany(attempt);
    return;
  }
  let handle = socket._handle;
  if (attempt.at > 1) {
    handle.close();
    handle = socket._handle = new TCP(SOCKET);
    shared.adopt(socket, handle);
  }
  let timer;
  const failed = (err) => {
    clearTimeout(timer);
    const error = describe(socket, err, address, port, options);
    attempt.failures.push(error);
    socket.emit('connectionAttemptFailed', address, port, family, error);
    connectMany(attempt);
  };
  let err = prepare(handle, family, options);
  if (err) return failed(err);
  socket.autoSelectFamilyAttemptedAddresses.push(`${address}:${port}`);
  socket.emit('connectionAttempt', address, port, family);
  const onConnect = (status) => {
    if (handle !== socket._handle) return; // its turn was over
    clearTimeout(timer);
    if (status < 0) failed(status);
    else afterConnect(socket, handle, status, address, port);
  };
  handle.onconnect = onConnect;
  err = handle.connect(address, port);
  if (err) return failed(err);
  if (attempt.at < candidates.length) {
    timer = require('runtime/timers').setUnrefTimeout(() => {
      if (!socket.connecting || handle !== socket._handle) return;
      socket.emit('connectionAttemptTimeout', address, port, family);
      attempt.failures.push(describe(socket, UV_ETIMEDOUT, address, port, options));
      connectMany(attempt);
    }, attempt.timeout);
  }
}

function afterConnect(socket, handle, status, address, port) {
  if (socket.destroyed || handle !== socket._handle) return;
  if (status !== 0) {
    const error = describe(socket, status, address, port);
    socket.destroy(error);
    return;
  }
  socket.connecting = false;
  socket._sockname = socket._bound?.path === undefined ? null : { address: socket._bound.path };
  shared.touch(socket);
  if (socket[kSetNoDelay] && handle.setNoDelay) handle.setNoDelay(true);
  if (socket[kSetKeepAlive] && handle.setKeepAlive)
    handle.setKeepAlive(true, socket[kSetKeepAliveDelay]);
  if (socket[kTypeOfService] !== undefined) applyTypeOfService(socket);
  socket.emit('connect');
  socket.emit('ready');
  // Reading begins unless the program paused.
  if (socket.readable && !socket.isPaused()) socket.read(0);
}

module.exports = { connect, provideHandle };
