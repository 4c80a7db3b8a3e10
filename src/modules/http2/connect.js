'use strict';
// http2.connect(): https://nodejs.org/api/http2.html#http2connectauthority-options-listener

const net = require('node:net');
const errors = require('runtime/errors');
const { validateObject, validateUint32 } = require('runtime/validators');
const { constants } = require('modules/http2/constants');
const { ClientHttp2Session } = require('modules/http2/client_session');
const { URL } = require('web/url');

function hostOf(authority) {
  if (authority.hostname) {
    const { hostname } = authority;
    return hostname[0] === '[' ? hostname.slice(1, -1) : hostname;
  }
  return authority.host || 'localhost';
}

/** A session with a server; `listener` is called once it is connected. */
function connect(authority, options, listener) {
  if (typeof options === 'function') {
    listener = options;
    options = undefined;
  }
  if (options !== undefined && options !== null) validateObject(options, 'options');
  options = { ...options };
  for (const name of ['maxSessionInvalidFrames', 'maxSessionRejectedStreams']) {
    if (options[name] !== undefined) validateUint32(options[name], `options.${name}`);
  }
  checkCustom(options);
  if (typeof authority === 'string') authority = new URL(authority);
  if (authority === null || typeof authority !== 'object') {
    throw new errors.ERR_INVALID_ARG_TYPE('authority', ['string', 'Object', 'URL'], authority);
  }
  const protocol = authority.protocol || options.protocol || 'https:';
  const host = hostOf(authority);
  const port =
    authority.port !== '' && authority.port !== undefined ? authority.port : defaultPort(protocol);

  let socket;
  if (typeof options.createConnection === 'function') {
    socket = options.createConnection(authority, options);
  } else if (protocol === 'http:') {
    socket = net.connect({ port, host, ...options });
  } else if (protocol === 'https:') {
    socket = require('node:tls').connect(port, host, tlsOptions(options, host));
  } else {
    throw new errors.ERR_HTTP2_UNSUPPORTED_PROTOCOL(protocol);
  }

  const session = new ClientHttp2Session(constants.NGHTTP2_SESSION_CLIENT, options, socket);
  const name = net.isIPv6(host) ? `[${host}]` : host;
  // With its port even where that goes without saying, as Node has it.
  session._authority = `${options.servername || name}:${port}`;
  session._protocol = protocol;
  if (typeof listener === 'function') session.once('connect', listener);
  return session;
}

const defaultPort = (protocol) => (protocol === 'http:' ? '80' : '443');

function checkCustom(options) {
  const { remoteCustomSettings } = options;
  if (remoteCustomSettings === undefined) return;
  options.remoteCustomSettings = [...remoteCustomSettings];
  if (options.remoteCustomSettings.length > 10)
    throw new errors.ERR_HTTP2_TOO_MANY_CUSTOM_SETTINGS();
}

function tlsOptions(options, host) {
  const out = { ALPNProtocols: ['h2'], ...options };
  if (out.servername === undefined && !net.isIP(host)) out.servername = host;
  return out;
}

/** Resolves with the session once it is connected: util.promisify(http2.connect). */
connect[require('node:util').promisify.custom] = {
  connect(authority, options) {
    return new Promise((resolve, reject) => {
      const session = connect(authority, options, () => {
        session.removeListener('error', reject);
        resolve(session);
      });
      session.once('error', reject);
    });
  },
}.connect;

module.exports = { checkCustom, connect };
