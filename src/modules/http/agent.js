'use strict';
// http.Agent: which connections a client keeps and to whom they belong.
// https://nodejs.org/api/http.html#class-httpagent

const EventEmitter = require('node:events');
const net = require('node:net');
const { getFrame, runInFrame } = require('runtime/async_context');
const { validateNumber, validateOneOf, validateString } = require('runtime/validators');

const kOnKeylog = Symbol('onkeylog');
// Of a request that waits for a connection.
const kRequestOptions = Symbol('requestOptions');
const kRequestFrame = Symbol('requestFrame');
// Of an agent: its proxy, if it has one, and how many tunnels through it are being made, by name.
const kProxy = Symbol('proxy');
const kTunnels = Symbol('tunnels');

// Seconds that the peer's Keep-Alive header allows, less a little for the way there.
const kHint = /^timeout=(\d+)/;

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  EventEmitter.call(this);
  this.options = { __proto__: null, ...options };
  if (this.options.noDelay === undefined) this.options.noDelay = true;
  // Sockets of an agent are for one origin, not for a path.
  this.options.path = null;
  this.requests = { __proto__: null };
  this.sockets = { __proto__: null };
  this.freeSockets = { __proto__: null };
  this.defaultPort = this.options.defaultPort || 80;
  this.protocol = this.options.protocol || 'http:';
  this.keepAliveMsecs = this.options.keepAliveMsecs || 1000;
  this.keepAlive = this.options.keepAlive || false;
  this.maxSockets = this.options.maxSockets || Agent.defaultMaxSockets;
  this.maxFreeSockets = this.options.maxFreeSockets || 256;
  this.scheduling = this.options.scheduling || 'lifo';
  this.maxTotalSockets = this.options.maxTotalSockets;
  this.totalSocketCount = 0;
  this.agentKeepAliveTimeoutBuffer =
    typeof this.options.agentKeepAliveTimeoutBuffer === 'number' &&
    this.options.agentKeepAliveTimeoutBuffer >= 0
      ? this.options.agentKeepAliveTimeoutBuffer
      : 1000;
  validateOneOf(this.scheduling, 'scheduling', ['fifo', 'lifo']);
  if (this.maxTotalSockets !== undefined)
    validateNumber(this.maxTotalSockets, 'maxTotalSockets', 1);
  else this.maxTotalSockets = Infinity;
  if (this.options.proxyEnv) {
    const { proxyFrom } = require('modules/http/proxy');
    this[kProxy] = proxyFrom(this.options.proxyEnv, this.protocol);
    this[kTunnels] = new Map();
  }
  this.on('free', onFree);
  this.on('newListener', maybeEnableKeylog);
}
Object.setPrototypeOf(Agent.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Agent, EventEmitter);
Agent.defaultMaxSockets = Infinity;

function maybeEnableKeylog(event) {
  if (event !== 'keylog') return;
  this.removeListener('newListener', maybeEnableKeylog);
  const agent = this;
  this[kOnKeylog] = function (line) {
    agent.emit('keylog', line, this);
  };
  for (const list of Object.values(this.sockets))
    for (const socket of list) socket.on('keylog', this[kOnKeylog]);
}

// A socket has finished a request and may serve another.
function onFree(socket, options) {
  const name = this.getName(options);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const waiting = this.requests[name];
  if (waiting?.length) {
    const req = waiting.shift();
    if (waiting.length === 0) delete this.requests[name];
    // The request goes on in the async context that it was made in.
    const frame = req[kRequestFrame];
    req[kRequestOptions] = req[kRequestFrame] = undefined;
    runInFrame(frame, setRequestSocket, undefined, this, req, socket);
    return;
  }
  const req = socket._httpMessage;
  if (!req || !req.shouldKeepAlive || !this.keepAlive) {
    socket.destroy();
    return;
  }
  const free = this.freeSockets[name] || [];
  let count = free.length;
  if (this.sockets[name]) count += this.sockets[name].length;
  if (
    this.totalSocketCount > this.maxTotalSockets ||
    count > this.maxSockets ||
    free.length >= this.maxFreeSockets ||
    !this.keepSocketAlive(socket)
  ) {
    socket.destroy();
    return;
  }
  this.freeSockets[name] = free;
  socket._httpMessage = null;
  this.removeSocket(socket, options);
  socket.once('error', onFreeSocketError);
  free.push(socket);
}

// A kept connection that breaks while nobody uses it hurts nobody.
function onFreeSocketError() {
  this.destroy();
}

Agent.prototype.createConnection = function createConnection(...args) {
  const proxy = this?.[kProxy];
  const [options] = args;
  if (proxy !== undefined && typeof options === 'object' && options !== null) {
    if (proxy.serves(options)) return proxy.connect(...args);
  }
  return net.createConnection(...args);
};

/** The name under which connections of these options are kept: host:port:localAddress[:family]. */
Agent.prototype.getName = function getName(options = {}) {
  let name = options.host || 'localhost';
  name += ':';
  if (options.port) name += options.port;
  name += ':';
  if (options.localAddress) name += options.localAddress;
  if (options.family === 4 || options.family === 6) name += `:${options.family}`;
  if (options.socketPath) name += `:${options.socketPath}`;
  return name;
};

function normalizeServerName(options, req) {
  let { host: name } = options;
  const header = req.getHeader('host');
  if (header) {
    validateString(header, 'options.headers.host');
    // [::1]:443 or name:443
    name = header.startsWith('[') ? header.slice(1, header.indexOf(']')) : header.split(':', 1)[0];
  }
  return net.isIP(name) ? '' : name;
}

Agent.prototype.addRequest = function addRequest(req, options, port, localAddress) {
  if (typeof options === 'string') options = { __proto__: null, host: options, port, localAddress };
  options = { __proto__: null, ...options, ...this.options };
  if (options.socketPath) options.path = options.socketPath;
  if (options.host !== null && options.servername !== '')
    options.servername = options.servername || normalizeServerName(options, req);
  const name = this.getName(options);
  this.sockets[name] ||= [];
  const free = this.freeSockets[name];
  let socket;
  if (free) {
    while (free.length && free[0].destroyed) free.shift();
    socket = this.scheduling === 'fifo' ? free.shift() : free.pop();
    if (!free.length) delete this.freeSockets[name];
  }
  let count = (free ? free.length : 0) + this.sockets[name].length;
  if (this[kTunnels] !== undefined) count += this[kTunnels].get(name) ?? 0;
  if (socket) {
    socket.removeListener('error', onFreeSocketError);
    this.reuseSocket(socket, req);
    setRequestSocket(this, req, socket);
    this.sockets[name].push(socket);
  } else if (count < this.maxSockets && this.totalSocketCount < this.maxTotalSockets) {
    this.createSocket(req, options, (error, made) => {
      if (error) failToConnect(this, req, options, error);
      else setRequestSocket(this, req, made);
    });
  } else {
    (this.requests[name] ||= []).push(req);
    req[kRequestOptions] = options;
    req[kRequestFrame] = getFrame();
  }
};

Agent.prototype.createSocket = function createSocket(req, options, callback) {
  options = { __proto__: null, ...options, ...this.options };
  if (options.socketPath) options.path = options.socketPath;
  if (options.host !== null && options.servername !== '')
    options.servername = options.servername || normalizeServerName(options, req);
  // Per-request time limits are not the connection's.
  const timeout = req.timeout || this.options.timeout || undefined;
  if (timeout) options.timeout = timeout;
  const name = this.getName(options);
  options._agentKey = name;
  options.encoding = null;
  let called = false;
  let isTunnel = false;
  const onCreate = (error, socket) => {
    if (called) return;
    called = true;
    if (isTunnel) this[kTunnels].set(name, this[kTunnels].get(name) - 1);
    if (error) {
      callback(error);
      return;
    }
    (this.sockets[name] ||= []).push(socket);
    this.totalSocketCount++;
    installListeners(this, socket, options);
    callback(null, socket);
  };
  if (this.keepAlive) {
    options.keepAlive = this.keepAlive;
    options.keepAliveInitialDelay = this.keepAliveMsecs;
  }
  const made = this.createConnection(options, onCreate);
  if (made) {
    onCreate(null, made);
  } else if (this[kTunnels] !== undefined && !called) {
    this[kTunnels].set(name, (this[kTunnels].get(name) ?? 0) + 1);
    isTunnel = true;
  }
};

// A tunnel that timed out is told to the request as such; whoever waited for a place may try another.
function failToConnect(agent, req, options, error) {
  if (error.proxyTunnelTimeout !== undefined) req.emit('timeout');
  req.onSocket(null, error);
  if (agent[kTunnels] !== undefined) agent.removeSocket({ writable: true }, options);
}

function installListeners(agent, socket, options) {
  const onFreed = () => {
    agent.emit('free', socket, options);
  };
  const onClose = () => {
    agent.totalSocketCount--;
    agent.removeSocket(socket, options);
  };
  const onTimeout = () => {
    // Only a connection nobody uses ends by time.
    for (const list of Object.values(agent.freeSockets))
      if (list.includes(socket)) return socket.destroy();
  };
  const onRemove = () => {
    agent.totalSocketCount--;
    agent.removeSocket(socket, options);
    socket.removeListener('close', onClose);
    socket.removeListener('free', onFreed);
    socket.removeListener('timeout', onTimeout);
    socket.removeListener('agentRemove', onRemove);
  };
  socket.on('free', onFreed);
  socket.on('close', onClose);
  socket.on('timeout', onTimeout);
  socket.on('agentRemove', onRemove);
  if (agent[kOnKeylog]) socket.on('keylog', agent[kOnKeylog]);
}

Agent.prototype.removeSocket = function removeSocket(socket, options) {
  const name = this.getName(options);
  const lists = [this.sockets];
  if (!socket.writable) lists.push(this.freeSockets);
  for (const list of lists) {
    const at = list[name]?.indexOf(socket) ?? -1;
    if (at === -1) continue;
    list[name].splice(at, 1);
    if (list[name].length === 0) delete list[name];
  }
  // A place is free: for a request of this origin, or of any.
  let req;
  if (this.requests[name]?.length) {
    req = this.requests[name][0];
  } else {
    for (const key of Object.keys(this.requests)) {
      if (this.sockets[key]?.length) continue;
      req = this.requests[key][0];
      options = req[kRequestOptions];
      break;
    }
  }
  if (req && options) {
    this.createSocket(req, options, (error, made) => {
      // The new connection is free for whoever has waited longest.
      if (error) forgetRequest(this, req, error);
      else made.emit('free');
    });
  }
};

function forgetRequest(agent, req, error) {
  for (const [key, waiting] of Object.entries(agent.requests)) {
    const at = waiting.indexOf(req);
    if (at === -1) continue;
    waiting.splice(at, 1);
    if (waiting.length === 0) delete agent.requests[key];
  }
  req.onSocket(null, error);
}

/** Whether to keep a connection; sets what a kept one needs. */
Agent.prototype.keepSocketAlive = function keepSocketAlive(socket) {
  socket.setKeepAlive?.(true, this.keepAliveMsecs);
  socket.unref?.();
  let timeout = this.options.timeout || 0;
  let canKeep = true;
  const { res } = socket._httpMessage ?? {};
  const hint = res?.headers['keep-alive'];
  if (hint) {
    const match = kHint.exec(hint);
    if (match) {
      const limit = Math.max(0, Number(match[1]) * 1000 - this.agentKeepAliveTimeoutBuffer);
      if (limit === 0) canKeep = false;
      else if (timeout === 0 || limit < timeout) timeout = limit;
    }
  }
  if (socket.timeout !== timeout) socket.setTimeout(timeout);
  return canKeep;
};

Agent.prototype.reuseSocket = function reuseSocket(socket, req) {
  req.reusedSocket = true;
  socket.ref?.();
};

Agent.prototype.destroy = function destroy() {
  for (const set of [this.freeSockets, this.sockets]) {
    for (const key of Object.keys(set)) for (const socket of [...set[key]]) socket.destroy();
  }
};

function setRequestSocket(agent, req, socket) {
  req.onSocket(socket);
  const agentTimeout = agent.options.timeout || 0;
  if (req.timeout === undefined || req.timeout === agentTimeout) return;
  socket.setTimeout(req.timeout);
}

/** The options of a global agent of node:http or node:https, with the variables that name its proxies. */
function globalOptions(proxyEnv = environmentOfProxies()) {
  return { keepAlive: true, scheduling: 'lifo', timeout: 5000, proxyEnv };
}

function environmentOfProxies() {
  const isAsked =
    process.env.NODE_USE_ENV_PROXY === '1' ||
    require('runtime/options').getOptionValue('--use-env-proxy');
  const usesEnvironment = isAsked && require('modules/http/proxy').usesEnvironment();
  return usesEnvironment ? process.env : undefined;
}

let shared;

module.exports = {
  Agent,
  globalOptions,
  kProxy,
  globalAgent() {
    shared ??= new Agent(globalOptions());
    return shared;
  },
  setGlobalAgent(value) {
    shared = value;
  },
};
