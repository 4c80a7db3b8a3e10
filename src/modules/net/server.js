'use strict';
// net.Server: listens on a port, a path, a descriptor or a handle.
// https://nodejs.org/api/net.html#class-netserver

const { withDefaultTrigger } = require('runtime/async_hooks');
const EventEmitter = require('node:events');
const errors = require('runtime/errors');
const { validateAbortSignal, validateNumber, validatePort } = require('runtime/validators');
const { TCP, Pipe, SERVER, UV_EADDRINUSE, UV_TCP_IPV6ONLY, UV_TCP_REUSEPORT, ipVersion } =
  native('net');
const { Socket, handleOf, kServer, kSetNoDelay, kSetKeepAlive, kSetKeepAliveDelay } =
  require('modules/net/socket');
const { publish } = require('modules/diagnostics_channel/publish');

const { hooks, takeBound } = require('modules/net/bound_hooks');
const { serverArguments, toNumber } = require('modules/net/arguments');

const kBacklog = 511;

function Server(options, listener) {
  if (!(this instanceof Server)) return new Server(options, listener);
  EventEmitter.call(this);
  [options, listener] = serverArguments(options, listener);
  if (typeof listener === 'function') this.on('connection', listener);
  if (options.keepAliveInitialDelay !== undefined) {
    validateNumber(options.keepAliveInitialDelay, 'options.keepAliveInitialDelay');
    if (options.keepAliveInitialDelay < 0) options.keepAliveInitialDelay = 0;
  }
  if (options.highWaterMark !== undefined) {
    validateNumber(options.highWaterMark, 'options.highWaterMark');
    if (options.highWaterMark < 0)
      options.highWaterMark = require('node:stream').getDefaultHighWaterMark();
  }
  this._connections = 0;
  this._handle = null;
  this._usingWorkers = false;
  this._workers = [];
  this._unref = false;
  this._listeningId = 1;
  this._pipeName = undefined;
  this.allowHalfOpen = options.allowHalfOpen || false;
  this.pauseOnConnect = Boolean(options.pauseOnConnect);
  this.noDelay = Boolean(options.noDelay);
  this.keepAlive = Boolean(options.keepAlive);
  this.keepAliveInitialDelay = ~~(options.keepAliveInitialDelay / 1000);
  this.highWaterMark = options.highWaterMark ?? require('node:stream').getDefaultHighWaterMark();
  if (options.blockList) {
    const { BlockList } = require('modules/net/block_list');
    if (!BlockList.isBlockList(options.blockList)) {
      throw new errors.ERR_INVALID_ARG_TYPE(
        'options.blockList',
        'net.BlockList',
        options.blockList,
      );
    }
    this.blockList = options.blockList;
  }
}
Object.setPrototypeOf(Server.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Server, EventEmitter);

function onconnection(status, client) {
  const server = this[kServer];
  if (status !== 0) {
    server.emit('error', errors.errnoException(status, 'accept'));
    return;
  }
  if (server.maxConnections !== undefined && server._connections >= server.maxConnections) {
    const data = dropped(client);
    client.close();
    server.emit('drop', data);
    return;
  }
  if (server.blockList && client.getpeername) {
    const peer = {};
    client.getpeername(peer);
    if (server.blockList.check(peer.address, peer.family?.toLowerCase() ?? 'ipv4')) {
      client.close();
      return;
    }
  }
  const socket = new Socket({
    handle: client,
    allowHalfOpen: server.allowHalfOpen,
    pauseOnCreate: server.pauseOnConnect,
    readable: true,
    writable: true,
    readableHighWaterMark: server.highWaterMark,
    writableHighWaterMark: server.highWaterMark,
  });
  if (server.noDelay && client.setNoDelay) {
    socket[kSetNoDelay] = true;
    client.setNoDelay(true);
  }
  if (server.keepAlive && client.setKeepAlive) {
    socket[kSetKeepAlive] = true;
    socket[kSetKeepAliveDelay] = server.keepAliveInitialDelay;
    client.setKeepAlive(true, server.keepAliveInitialDelay);
  }
  server._connections++;
  socket.server = server;
  socket._server = server;
  server.emit('connection', socket);
  publish('net.server.socket', () => ({ socket }));
}

function dropped(client) {
  if (!client.getsockname) return undefined;
  const local = {};
  const remote = {};
  client.getsockname(local);
  client.getpeername(remote);
  return {
    localAddress: local.address,
    localPort: local.port,
    localFamily: local.family,
    remoteAddress: remote.address,
    remotePort: remote.port,
    remoteFamily: remote.family,
  };
}

/** A bound handle for an address, a path or a descriptor, or libuv's error number. */
function createServerHandle(address, port, addressType, fd, flags) {
  let handle;
  let err = 0;
  if (typeof fd === 'number' && fd >= 0) {
    try {
      handle = handleOf(fd, true);
    } catch {
      return -22;
    }
    err = handle.open(fd);
    if (err) return err;
    return handle;
  }
  if (port === -1 && addressType === -1) {
    handle = new Pipe(SERVER);
    err = handle.bind(address);
  } else {
    handle = new TCP(SERVER);
    if (!address) {
      // No address: every one of both families, or where there is no IPv6, of IPv4.
      err = handle.bind('::', port, flags);
      if (err) {
        handle.close();
        return createServerHandle('0.0.0.0', port, 4, undefined, flags);
      }
    } else {
      err = handle.bind(address, port, flags);
    }
  }
  if (err) {
    handle.close();
    return err;
  }
  return handle;
}

function failToListen(server, error) {
  publish('tracing:net.server.listen:error', () => ({ server, error }));
  process.nextTick(() => server.emit('error', error));
}

function setupListenHandle(server, address, port, addressType, backlog, fd, flags) {
  if (!server._handle) {
    let handle = null;
    if (!address && typeof fd !== 'number') {
      handle = createServerHandle('::', port, 6, fd, flags);
      if (typeof handle === 'number') {
        handle = null;
        address = '0.0.0.0';
        addressType = 4;
      } else {
        address = '::';
        addressType = 6;
      }
    }
    handle ??= createServerHandle(address, port, addressType, fd, flags);
    if (typeof handle === 'number') {
      const error = errors.uvExceptionWithHostPort(handle, 'listen', address, port);
      failToListen(server, error);
      return;
    }
    server._handle = handle;
  }
  const handle = server._handle;
  handle.onconnection = onconnection;
  handle[kServer] = server;
  const err = handle.listen(backlog || kBacklog);
  if (err) {
    const error = errors.uvExceptionWithHostPort(err, 'listen', address, port);
    handle.close();
    server._handle = null;
    failToListen(server, error);
    return;
  }
  server._connectionKey = `${addressType}:${address}:${port}`;
  if (server._unref) server.unref();
  withDefaultTrigger(handle.getAsyncId?.() ?? -1, process.nextTick, () => {
    // close() may have come in between.
    if (!server._handle) return;
    publish('tracing:net.server.listen:asyncEnd', () => ({ server }));
    server.emit('listening');
  });
}

function listenInCluster(server, address, port, addressType, backlog, fd, exclusive, flags) {
  if (!require('modules/cluster/role').isWorker || exclusive) {
    setupListenHandle(server, address, port, addressType, backlog, fd, flags);
    return;
  }
  const cluster = require('node:cluster');
  const listeningId = server._listeningId;
  cluster._getServer(server, { address, port, addressType, fd, flags, backlog }, (err, handle) => {
    err = err || checkBindError(port, handle);
    if (err) {
      server.emit('error', errors.exceptionWithHostPort(err, 'bind', address, port));
      return;
    }
    // It was closed meanwhile, or told to listen twice.
    if (server._handle || server._listeningId !== listeningId) {
      handle.close();
      return;
    }
    server._handle = handle;
    setupListenHandle(server, address, port, addressType, backlog, fd, flags);
  });
}

// A port that was asked for and not given is in use.
function checkBindError(port, handle) {
  if (port > 0 && handle.getsockname) {
    const out = {};
    const err = handle.getsockname(out);
    if (err === 0 && port !== out.port) return UV_EADDRINUSE;
  }
  return 0;
}

Server.prototype.listen = function listen(...args) {
  const { options, callback } = normalizeListen(args);
  if (this._handle) throw new errors.ERR_SERVER_ALREADY_LISTEN();
  if (callback !== null) this.once('listening', callback);
  const backlogFromArgs =
    toNumber(args.length > 1 && args[1]) || toNumber(args.length > 2 && args[2]);
  let { backlog } = options;
  backlog = backlog || backlogFromArgs;

  publish('tracing:net.server.listen:asyncStart', () => ({ server: this, options }));
  const bound = takeBound(options.handle);
  if (bound !== undefined) {
    this._pipeName = bound.path;
    this._handle = bound.handle;
    addAbortSignal(this, options);
    setupListenHandle(this, null, -1, -1, backlog, undefined);
    return this;
  }
  const given = options._handle || options.handle || options;
  if (given instanceof TCP || given instanceof Pipe) {
    this._handle = given;
    setupListenHandle(this, null, -1, -1, backlog, undefined);
    return this;
  }
  addAbortSignal(this, options);
  if (typeof options.fd === 'number' && options.fd >= 0) {
    listenInCluster(this, null, null, null, backlog, options.fd, options.exclusive);
    return this;
  }
  if (
    args.length === 0 ||
    typeof args[0] === 'function' ||
    (typeof options.port === 'undefined' && 'port' in options) ||
    options.port === null
  ) {
    options.port = 0;
  }
  if (typeof options.port === 'number' || typeof options.port === 'string') {
    validatePort(options.port, 'options.port');
    let flags = options.ipv6Only === true ? UV_TCP_IPV6ONLY : 0;
    if (options.reusePort === true) {
      options.exclusive = true;
      flags |= UV_TCP_REUSEPORT;
    }
    const port = options.port | 0;
    if (options.host) {
      lookupAndListen(this, port, options.host, backlog, options.exclusive, flags);
    } else {
      listenInCluster(this, null, port, 4, backlog, undefined, options.exclusive, flags);
    }
    return this;
  }
  if (options.path && typeof options.path === 'string' && toNumber(options.path) === false) {
    const path = (this._pipeName = options.path);
    listenInCluster(this, path, -1, -1, backlog, undefined, options.exclusive);
    if (!this._handle) return this; // the error is on its way
    let mode = 0;
    if (options.readableAll === true) mode |= 1;
    if (options.writableAll === true) mode |= 2;
    if (mode !== 0) {
      const err = this._handle.fchmod(mode);
      if (err) {
        this._handle.close();
        this._handle = null;
        throw errors.errnoException(err, 'uv_pipe_chmod');
      }
    }
    return this;
  }
  if (!('port' in options || 'path' in options)) {
    throw new errors.ERR_INVALID_ARG_VALUE(
      'options',
      options,
      'must have the property "port" or "path"',
    );
  }
  throw new errors.ERR_INVALID_ARG_VALUE('options', options);
};

function normalizeListen(args) {
  let options = {};
  const first = args[0];
  if (args.length !== 0) {
    if (typeof first === 'object' && first !== null) {
      options = hooks.isBound?.(first) ? { handle: first } : { ...first, __proto__: null };
      if (first instanceof TCP || first instanceof Pipe) options = { handle: first };
      else if (first._handle !== undefined) options._handle = first._handle;
    } else if (typeof first === 'string' && toNumber(first) === false) {
      options.path = first;
    } else {
      options.port = first;
      if (args.length > 1 && typeof args[1] === 'string') options.host = args[1];
      if (typeof first === 'function') delete options.port;
    }
  }
  const last = args[args.length - 1];
  return { options, callback: typeof last === 'function' ? last : null };
}

function lookupAndListen(server, port, address, backlog, exclusive, flags) {
  const listeningId = ++server._listeningId;
  if (ipVersion(String(address))) {
    // As with a name, errors come after this turn; but the address needs no lookup.
    listenInCluster(
      server,
      address,
      port,
      ipVersion(address),
      backlog,
      undefined,
      exclusive,
      flags,
    );
    return;
  }
  require('node:dns').lookup(address, { all: true }, (error, addresses) => {
    if (listeningId !== server._listeningId) return; // closed meanwhile
    if (error) {
      server.emit('error', error);
      return;
    }
    // A link-local IPv6 address alone can't be bound without its interface.
    const usable = addresses.find(
      ({ address, family }) => family === 4 || !/^fe[89ab]/i.test(address),
    );
    const { address: ip, family } = usable ?? addresses[0];
    listenInCluster(server, ip, port, ip ? family : 4, backlog, undefined, exclusive, flags);
  });
}

function addAbortSignal(server, options) {
  const { signal } = options;
  if (signal === undefined) return;
  validateAbortSignal(signal, 'options.signal');
  const onAborted = () => server.close();
  if (signal.aborted) {
    process.nextTick(onAborted);
    return;
  }
  const disposable = EventEmitter.addAbortListener(signal, onAborted);
  server.once('close', disposable[Symbol.dispose]);
}

Object.defineProperty(Server.prototype, 'listening', {
  get() {
    return Boolean(this._handle);
  },
  configurable: true,
  enumerable: true,
});

Server.prototype.address = function address() {
  if (this._handle?.getsockname) {
    const out = {};
    const err = this._handle.getsockname(out);
    if (err) throw errors.errnoException(err, 'address');
    return out;
  }
  if (this._pipeName) return this._pipeName;
  return null;
};

Server.prototype.getConnections = function getConnections(callback) {
  if (this._usingWorkers) {
    require('modules/child_process/socket_lists').countConnections(this, callback);
    return this;
  }
  process.nextTick(callback, null, this._connections);
  return this;
};

Server.prototype.close = function close(callback) {
  if (typeof callback === 'function') {
    if (!this._handle) {
      this.once('close', () => callback(new errors.ERR_SERVER_NOT_RUNNING()));
    } else {
      this.once('close', callback);
    }
  }
  this._listeningId++;
  if (this._handle) {
    this._handle.close();
    this._handle = null;
  }
  if (!this._usingWorkers) {
    this._emitCloseIfDrained();
    return this;
  }
  // Connections that other processes have got keep the server from closing as its own do.
  this._connections++;
  require('modules/child_process/socket_lists').whenWorkersClosed(this, () => {
    this._connections--;
    this._emitCloseIfDrained();
  });
  return this;
};

Server.prototype[Symbol.asyncDispose] = async function () {
  if (!this._handle) return;
  await require('node:util').promisify(this.close).call(this);
};

Server.prototype._emitCloseIfDrained = function _emitCloseIfDrained() {
  if (this._handle || this._connections) return;
  process.nextTick(() => this.emit('close'));
};

Server.prototype[EventEmitter.captureRejectionSymbol] = function (error, event, socket) {
  if (event === 'connection') socket.destroy(error);
  else this.emit('error', error);
};

Server.prototype.ref = function ref() {
  this._unref = false;
  this._handle?.ref();
  return this;
};

Server.prototype.unref = function unref() {
  this._unref = true;
  this._handle?.unref();
  return this;
};

module.exports = { Server, createServerHandle };
