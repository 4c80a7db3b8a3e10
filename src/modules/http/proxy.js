'use strict';
// Requests through a proxy: whom the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY send there.
// https://nodejs.org/api/http.html#built-in-proxy-support

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_CHAR,
  ERR_PROXY_INVALID_CONFIG,
} = require('runtime/errors');
const { hasInvalidValue } = require('modules/http/common');
const net = require('node:net');

/** The number of an IPv4 address. */
function ipv4Number(address) {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

const withoutBrackets = (host) => (host.startsWith('[') ? host.slice(1, -1) : host);

/** What one entry of NO_PROXY says of a host and a port. */
function bypassRule(entry) {
  const text = entry.toLowerCase();
  if (text === '*') return () => true;
  const range = /^([\d.]+)-([\d.]+)$/.exec(text);
  if (range !== null && net.isIPv4(range[1]) && net.isIPv4(range[2])) {
    const [first, last] = [ipv4Number(range[1]), ipv4Number(range[2])];
    return (host) => {
      if (!net.isIPv4(host)) return false;
      const number = ipv4Number(host);
      return number >= first && number <= last;
    };
  }
  // An IPv6 address has colons of its own: a port can only follow brackets.
  const withPort = net.isIPv6(text) ? null : /^(.+):(\d+)$/.exec(text);
  const wanted = withPort === null ? undefined : Number(withPort[2]);
  const name = withoutBrackets(withPort === null ? text : withPort[1]);
  const fits = (port) => wanted === undefined || wanted === port;
  const suffix = name.startsWith('*.') ? name.slice(1) : name;
  if (suffix.startsWith('.')) return (host, port) => host.endsWith(suffix) && fits(port);
  return (host, port) => host === name && fits(port);
}

/** A proxy, and whom to reach without it. */
class Proxy {
  constructor(text, noProxy) {
    let url;
    try {
      if (/[\r\n]/.test(text)) throw new TypeError('Invalid URL');
      url = new URL(text);
    } catch (cause) {
      const error = new ERR_PROXY_INVALID_CONFIG(`Invalid proxy URL: ${text}`);
      error.cause = cause;
      throw error;
    }
    this.isSecure = url.protocol === 'https:';
    this.host = withoutBrackets(url.hostname);
    this.port = Number(url.port) || (this.isSecure ? 443 : 80);
    this.authorization = undefined;
    if (url.username || url.password) {
      const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
      this.authorization = `Basic ${Buffer.from(user).toString('base64')}`;
    }
    /** For messages: without the credentials. */
    this.origin = `${url.protocol}//${url.host}${this.authorization === undefined ? '' : '/'}`;
    this.rules = [];
    for (const entry of String(noProxy ?? '').split(',')) {
      if (entry.trim() !== '') this.rules.push(bypassRule(entry.trim()));
    }
  }

  /** Whether a request goes through the proxy, by the options of its connection. */
  serves(options) {
    if (options.socketPath) return false;
    const host = withoutBrackets(String(options.host || 'localhost').toLowerCase());
    const port = Number(options.port);
    return !this.rules.some((rule) => rule(host, port));
  }

  /** Headers for the proxy itself, as [name, value]. */
  headers(isKept) {
    const headers = [['proxy-connection', isKept ? 'keep-alive' : 'close']];
    if (this.authorization !== undefined) headers.push(['proxy-authorization', this.authorization]);
    return headers;
  }

  /** Opens a connection to the proxy in the place of the one that the options describe. */
  connect(options, ...rest) {
    if (!this.isSecure) {
      return net.createConnection({ ...options, host: this.host, port: this.port }, ...rest);
    }
    // The options are for the server behind: its client certificate is none of the proxy's business.
    const { ca, timeout, keepAlive, keepAliveInitialDelay } = options;
    return require('node:tls').connect({
      host: this.host,
      port: this.port,
      servername: net.isIP(this.host) ? '' : this.host,
      ca,
      timeout,
      keepAlive,
      keepAliveInitialDelay,
    });
  }
}

/** The proxy for requests of a protocol, by variables; those in small letters come first. */
function proxyFrom(env, protocol) {
  if (typeof env !== 'object' || env === null) return undefined;
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const url = env[name] || env[name.toUpperCase()];
  if (!url) return undefined;
  if (typeof url !== 'string') throw new ERR_INVALID_ARG_TYPE(`proxyEnv.${name}`, 'string', url);
  return new Proxy(url, env.no_proxy || env.NO_PROXY);
}

/** Host and port of a server, as a proxy is told them. */
function authority(host, port, defaultPort) {
  const name = net.isIPv6(host) ? `[${host}]` : host;
  return Number(port) === defaultPort ? name : `${name}:${port}`;
}

// A proxy and the server behind it must not disagree on whom a request is for.
function checkAuthority(name, value, shown, server) {
  if (value.toLowerCase().replace(/:80$/, '') === server.toLowerCase()) return;
  throw new ERR_INVALID_ARG_VALUE(name, shown, `must match the request authority (${server})`);
}

/** What stands in the first line of a request to a proxy; the other places that name the server must agree. */
function absolutePath(host, port, path, headers) {
  const server = authority(host, port, 80);
  if (hasInvalidValue(server)) throw new ERR_INVALID_CHAR('request URL');
  for (const [name, value] of pairsOf(headers ?? {})) {
    if (String(name).toLowerCase() === 'host' && value !== undefined)
      checkAuthority('Host in options.headers', String(value), value, server);
  }
  if (!/^http:\/\//i.test(path)) return `http://${server}${path}`;
  const url = new URL(path);
  checkAuthority('options.path', url.host, url, server);
  return path;
}

function pairsOf(headers) {
  if (!Array.isArray(headers)) return Object.entries(headers);
  if (Array.isArray(headers[0])) return headers;
  const pairs = [];
  for (let i = 0; i < headers.length; i += 2) pairs.push([headers[i], headers[i + 1]]);
  return pairs;
}

/** Whether the command line or the environment ask for the proxies of the environment. */
function usesEnvironment() {
  const { getOptionValue } = require('runtime/options');
  if (getOptionValue('--use-env-proxy')) return true;
  if (process.env.NODE_USE_ENV_PROXY !== '1') return false;
  return !process.execArgv.includes('--no-use-env-proxy');
}

/** Sends what fetch() asks for through the proxies of `env`; returns what undoes that. */
function setFetchProxy(undici, env) {
  const { EnvHttpProxyAgent, getGlobalDispatcher, setGlobalDispatcher } = undici;
  const before = getGlobalDispatcher();
  setGlobalDispatcher(
    new EnvHttpProxyAgent({
      httpProxy: env.http_proxy ?? env.HTTP_PROXY,
      httpsProxy: env.https_proxy ?? env.HTTPS_PROXY,
      noProxy: env.no_proxy ?? env.NO_PROXY,
    }),
  );
  return () => setGlobalDispatcher(before);
}

/** http.setGlobalProxyFromEnv(): for the global agents and fetch(), until the returned function is called. */
function setGlobalProxyFromEnv(proxyEnv = process.env) {
  require('runtime/validators').validateObject(proxyEnv, 'proxyEnv');
  const { globalOptions } = require('modules/http/agent');
  const undo = [];
  for (const [name, protocol] of [
    ['node:http', 'http:'],
    ['node:https', 'https:'],
  ]) {
    if (proxyFrom(proxyEnv, protocol) === undefined) continue;
    const module = require(name);
    const { globalAgent } = module;
    module.globalAgent = new module.Agent(globalOptions(proxyEnv));
    undo.push(() => {
      module.globalAgent = globalAgent;
    });
  }
  if (undo.length > 0) undo.push(setFetchProxy(require('web/fetch'), proxyEnv));
  return function restore() {
    for (const step of undo) step();
  };
}

module.exports = {
  absolutePath,
  authority,
  proxyFrom,
  setFetchProxy,
  setGlobalProxyFromEnv,
  usesEnvironment,
};
