'use strict';
// https.Agent: an http.Agent that also keeps TLS sessions, to resume them.
// https://nodejs.org/api/https.html#class-httpsagent

const tls = require('node:tls');
const { Agent: HttpAgent, kProxy } = require('modules/http/agent');

// What makes connections differ, in the order in which it stands in their name.
const kNameParts = [
  'ca',
  'cert',
  'clientCertEngine',
  'ciphers',
  'key',
  'pfx',
  'rejectUnauthorized',
  'servername',
  'minVersion',
  'maxVersion',
  'secureProtocol',
  'crl',
  'honorCipherOrder',
  'ecdhCurve',
  'dhparam',
  'secureOptions',
  'sessionIdContext',
  'sigalgs',
  'privateKeyIdentifier',
  'privateKeyEngine',
];

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  options = { __proto__: null, ...options };
  options.defaultPort ??= 443;
  options.protocol ??= 'https:';
  HttpAgent.call(this, options);
  this.maxCachedSessions =
    this.options.maxCachedSessions === undefined ? 100 : this.options.maxCachedSessions;
  this._sessionCache = { map: {}, list: [] };
}
Object.setPrototypeOf(Agent.prototype, HttpAgent.prototype);
Object.setPrototypeOf(Agent, HttpAgent);

Agent.prototype.createConnection = createConnection;

function createConnection(port, host, options) {
  if (port !== null && typeof port === 'object') options = { ...port };
  else if (host !== null && typeof host === 'object') options = { ...host };
  else if (options === null || typeof options !== 'object') options = {};
  else options = { ...options };
  if (typeof port === 'number') options.port = port;
  if (typeof host === 'string') options.host = host;
  const key = options._agentKey;
  if (key && options.session === undefined) {
    const session = this._getSession(key);
    if (session) options.session = session;
  }
  const proxy = this?.[kProxy];
  if (proxy?.serves(options)) {
    const { openTunnel } = require('modules/http/proxy_tunnel');
    const callback = [port, host].find((value) => typeof value === 'function');
    const isKept = this.keepAlive || Number.isFinite(this.maxSockets);
    openTunnel(proxy, isKept, options, (error, tunnel) => {
      if (error) callback(error);
      else callback(null, startTls(this, key, { ...options, socket: tunnel }));
    });
    return undefined;
  }
  return startTls(this, key, options);
}

function startTls(agent, key, options) {
  const socket = tls.connect(options);
  if (key) {
    socket.on('session', (session) => agent._cacheSession(key, session));
    // A connection that failed may have failed for its session.
    socket.once('close', (failed) => {
      if (failed) agent._evictSession(key);
    });
  }
  return socket;
}

Agent.prototype.getName = function getName(options = {}) {
  let name = HttpAgent.prototype.getName.call(this, options);
  for (const part of kNameParts) {
    name += ':';
    const value = options[part];
    if (part === 'rejectUnauthorized' || part === 'honorCipherOrder') {
      if (value !== undefined) name += value;
    } else if (part === 'servername') {
      if (value && value !== options.host) name += value;
    } else if (part === 'pfx' && Array.isArray(value)) {
      name += value.map((one) => one.buf?.toString() ?? String(one)).join(',');
    } else if (part === 'secureOptions') {
      if (value !== undefined) name += value;
    } else if (value) {
      name += part === 'sigalgs' ? JSON.stringify(value) : value;
    }
  }
  return name;
};

Agent.prototype._getSession = function _getSession(key) {
  return this._sessionCache.map[key];
};

Agent.prototype._cacheSession = function _cacheSession(key, session) {
  if (this.maxCachedSessions === 0) return;
  const { map, list } = this._sessionCache;
  if (map[key] === undefined) {
    if (list.length >= this.maxCachedSessions) delete map[list.shift()];
    list.push(key);
  }
  map[key] = session;
};

Agent.prototype._evictSession = function _evictSession(key) {
  const { map, list } = this._sessionCache;
  const at = list.indexOf(key);
  if (at === -1) return;
  list.splice(at, 1);
  delete map[key];
};

module.exports = { Agent };
