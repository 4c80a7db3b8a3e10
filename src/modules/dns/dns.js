// node:dns
'use strict';

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateFunction } = require('runtime/validators');
const codes = require('modules/dns/codes');
const lookups = require('modules/dns/lookup');
const { Resolver, getDefaultResolver, setDefaultServers } = require('modules/dns/resolver');

const { AI_ADDRCONFIG, AI_ALL, AI_V4MAPPED } = native('dns');

/** Resolves a host name as the other programs of the system do, with getaddrinfo. */
function lookup(hostname, options, callback) {
  lookups.validateHostname(hostname);
  let request;
  if (typeof options === 'function') {
    callback = options;
    request = lookups.lookupRequest(hostname, undefined);
  } else {
    if (options === undefined || options === null || typeof options === 'object') {
      validateFunction(callback, 'callback');
    } else if (typeof options === 'number') {
      validateFunction(callback, 'callback');
    } else {
      validateFunction(arguments.length === 2 ? options : callback, 'callback');
      throw new ERR_INVALID_ARG_TYPE('options', ['integer', 'object'], options);
    }
    request = lookups.lookupRequest(hostname, options);
  }
  lookups.startLookup(request, (error, addresses) => {
    if (error !== null) callback(error);
    else if (request.all) callback(null, addresses);
    else callback(null, addresses[0].address, addresses[0].family);
  });
  return {};
}

/** Resolves an address and a port to a host name and a service, with getnameinfo. */
function lookupService(address, port, callback) {
  const request = lookups.lookupServiceRequest(arguments, ['address', 'port', 'callback']);
  validateFunction(callback, 'callback');
  lookups.startLookupService(request, (error, found) => {
    if (error !== null) callback(error);
    else callback(null, found.hostname, found.service);
  });
  return {};
}

/** The servers that queries go to. */
function getServers() {
  return getDefaultResolver().getServers();
}

/** Sets the servers that queries go to, of this module and of its promises. */
function setServers(servers) {
  setDefaultServers(servers);
}

module.exports = {
  lookup,
  lookupService,
  Resolver,
  getDefaultResultOrder: lookups.getDefaultResultOrder,
  setDefaultResultOrder: lookups.setDefaultResultOrder,
  setServers,
  ADDRCONFIG: AI_ADDRCONFIG,
  ALL: AI_ALL,
  V4MAPPED: AI_V4MAPPED,
  ...codes,
  getServers,
};

for (const name of [
  'resolve',
  'resolve4',
  'resolve6',
  'resolveAny',
  'resolveCaa',
  'resolveCname',
  'resolveMx',
  'resolveNaptr',
  'resolveNs',
  'resolvePtr',
  'resolveSoa',
  'resolveSrv',
  'resolveTlsa',
  'resolveTxt',
  'reverse',
]) {
  module.exports[name] = {
    [name](_hostname, _callback) {
      return getDefaultResolver()[name](...arguments);
    },
  }[name];
}

Object.defineProperty(module.exports, 'promises', {
  get() {
    return require('modules/dns/promises');
  },
  configurable: true,
  enumerable: true,
});
