// node:dns/promises
'use strict';

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateString } = require('runtime/validators');
const codes = require('modules/dns/codes');
const lookups = require('modules/dns/lookup');
const {
  ResolverBase,
  getDefaultResolver,
  makeEnumerable,
  methodFor,
  recordQueries,
  setDefaultServers,
  startQuery,
} = require('modules/dns/resolver');

function promised(start) {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error !== null) reject(error);
      else resolve(value);
    });
  });
}

/** A resolver with its own servers, whose queries are promises. */
class Resolver extends ResolverBase {
  resolve(hostname, rrtype) {
    if (rrtype !== undefined) validateString(rrtype, 'rrtype');
    return this[methodFor(rrtype ?? 'A')](hostname);
  }
}

makeEnumerable(Resolver.prototype, 'resolve');

for (const [method, query] of recordQueries) {
  Resolver.prototype[method] = {
    [query.name](name, options) {
      validateString(name, 'name');
      return promised((done) => startQuery(this, query, name, options, done));
    },
  }[query.name];
}

const defaultResolvers = new WeakMap();

// Shares the channel of the callback API's default resolver, and with it the servers.
function defaultResolver() {
  const shared = getDefaultResolver();
  let resolver = defaultResolvers.get(shared);
  if (resolver === undefined) {
    resolver = new Resolver(undefined, shared._handle);
    defaultResolvers.set(shared, resolver);
  }
  return resolver;
}

/** Resolves a host name as the other programs of the system do, with getaddrinfo. */
function lookup(hostname, options) {
  lookups.validateHostname(hostname);
  const isAllowed = options === undefined || options === null || typeof options === 'object';
  if (!isAllowed && typeof options !== 'number') {
    throw new ERR_INVALID_ARG_TYPE('options', ['integer', 'object'], options);
  }
  const request = lookups.lookupRequest(hostname, options);
  return promised((done) => {
    lookups.startLookup(request, (error, addresses) => {
      if (error !== null) done(error);
      else done(null, request.all ? addresses : addresses[0]);
    });
  });
}

/** Resolves an address and a port to a host name and a service, with getnameinfo. */
function lookupService(address, port) {
  const request = lookups.lookupServiceRequest(arguments, ['address', 'port']);
  return promised((done) => lookups.startLookupService(request, done));
}

/** The servers that queries go to. */
function getServers() {
  return getDefaultResolver().getServers();
}

/** Sets the servers that queries go to, of this module and of node:dns. */
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
  ...codes,
  getServers,
};

for (const name of ['resolve', ...recordQueries.keys()]) {
  module.exports[name] = {
    [name](_hostname, _options) {
      return defaultResolver()[name](...arguments);
    },
  }[name];
}
