'use strict';

// Resolvers: queries to DNS servers, through a channel of c-ares each.

const {
  ERR_DNS_SET_SERVERS_FAILED,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  dnsException,
} = require('runtime/errors');
const {
  validateArray,
  validateFunction,
  validateInt32,
  validateString,
  validateUint32,
} = require('runtime/validators');
const { formatServer, parseServer } = require('modules/dns/address');
const { asciiName } = require('modules/dns/lookup');
const measure = require('modules/dns/measure');

const { ChannelWrap, QueryReqWrap } = native('dns');

// Method => the query that it makes: its name in errors, and the type of its records.
const recordQueries = new Map([
  ['resolveAny', { name: 'queryAny', type: 'ANY' }],
  ['resolve4', { name: 'queryA', type: 'A' }],
  ['resolve6', { name: 'queryAaaa', type: 'AAAA' }],
  ['resolveCaa', { name: 'queryCaa', type: 'CAA' }],
  ['resolveCname', { name: 'queryCname', type: 'CNAME' }],
  ['resolveMx', { name: 'queryMx', type: 'MX' }],
  ['resolveNs', { name: 'queryNs', type: 'NS' }],
  ['resolveTlsa', { name: 'queryTlsa', type: 'TLSA' }],
  ['resolveTxt', { name: 'queryTxt', type: 'TXT' }],
  ['resolveSrv', { name: 'querySrv', type: 'SRV' }],
  ['resolvePtr', { name: 'queryPtr', type: 'PTR' }],
  ['resolveNaptr', { name: 'queryNaptr', type: 'NAPTR' }],
  ['resolveSoa', { name: 'querySoa', type: 'SOA' }],
  ['reverse', { name: 'getHostByAddr', type: null }],
]);

/** The name of the method that resolves records of a type. */
function methodFor(rrtype) {
  for (const [method, { type }] of recordQueries) {
    if (type === rrtype) return method;
  }
  throw new ERR_INVALID_ARG_VALUE('rrtype', rrtype);
}

/** What both kinds of Resolver share: servers and cancelling. */
class ResolverBase {
  constructor(options, handle) {
    if (handle !== undefined) {
      this._handle = handle;
      return;
    }
    const { timeout = -1, tries = 4, maxTimeout = 0 } = { ...options };
    validateInt32(timeout, 'options.timeout', -1);
    validateInt32(tries, 'options.tries', 1);
    validateUint32(maxTimeout, 'options.maxTimeout');
    this._handle = new ChannelWrap(timeout, tries, maxTimeout);
  }

  /** Ends all queries of this resolver with the error ECANCELLED. */
  cancel() {
    this._handle.cancel();
  }

  /** The addresses of the servers, with their ports where these are not the usual one. */
  getServers() {
    return (this._handle.getServers() || []).map(formatServer);
  }

  /** Sets the addresses of the servers. */
  setServers(servers) {
    validateArray(servers, 'servers');
    const parsed = [];
    // Skips holes, and stops where a getter has cut the list.
    servers.forEach((server, index) => {
      validateString(server, `servers[${index}]`);
      parsed.push(parseServer(server));
    });
    const failure = this._handle.setServers(parsed);
    if (failure !== '') throw new ERR_DNS_SET_SERVERS_FAILED(failure, servers);
  }

  /** The addresses that queries are sent from. */
  setLocalAddress(ipv4, ipv6) {
    validateString(ipv4, 'ipv4');
    if (ipv6 !== undefined) validateString(ipv6, 'ipv6');
    this._handle.setLocalAddress(ipv4, ipv6);
  }
}

/** Makes a query; calls `done(error, records)` later. */
function startQuery(resolver, query, name, options, done) {
  const withTtl = Boolean(options && typeof options === 'object' && options.ttl);
  const request = new QueryReqWrap();
  const operation = measure.begin(query.name, { host: name, ttl: withTtl });
  const onComplete = (error, records, ttls) => {
    if (error !== null) {
      done(dnsException(error, query.name, name));
      return;
    }
    if (withTtl && (query.type === 'A' || query.type === 'AAAA')) {
      records = records.map((address, index) => ({ address, ttl: ttls[index] }));
    }
    done(null, records);
    measure.finish(operation, { result: records });
  };
  request.oncomplete = onComplete;
  if (query.type !== null) {
    resolver._handle.query(request, query.type, asciiName(name));
    return request;
  }
  const errno = resolver._handle.reverse(request, name);
  if (errno !== 0) throw dnsException(errno, query.name, name);
  return request;
}

/** Shows a method in listings, where programs look for what they wrap. */
function makeEnumerable(prototype, name) {
  Object.defineProperty(prototype, name, { __proto__: null, enumerable: true });
}

/** A resolver with its own servers. */
class Resolver extends ResolverBase {
  resolve(hostname, rrtype, callback) {
    if (typeof rrtype === 'function') {
      callback = rrtype;
      rrtype = 'A';
    } else if (typeof rrtype !== 'string') {
      throw new ERR_INVALID_ARG_TYPE('rrtype', 'string', rrtype);
    }
    return this[methodFor(rrtype)](hostname, callback);
  }
}

makeEnumerable(Resolver.prototype, 'resolve');

for (const [method, query] of recordQueries) {
  Resolver.prototype[method] = {
    [query.name](name, options, ...rest) {
      const callback = rest.length === 0 ? options : rest[0];
      validateString(name, 'name');
      validateFunction(callback, 'callback');
      return startQuery(this, query, name, options, (error, records) => {
        if (error !== null) callback(error);
        else callback(null, records);
      });
    },
  }[query.name];
}

let defaultResolver;

/** For a program that goes on in another process, without what is behind the resolver. */
function forgetDefaultResolver() {
  defaultResolver = undefined;
}

/** The resolver of dns.resolve() and its like. */
function getDefaultResolver() {
  defaultResolver ??= new Resolver();
  return defaultResolver;
}

/** A new default resolver with these servers: queries that are under way keep the old one. */
function setDefaultServers(servers) {
  const resolver = new Resolver();
  resolver.setServers(servers);
  defaultResolver = resolver;
}

module.exports = {
  forgetDefaultResolver,
  Resolver,
  ResolverBase,
  getDefaultResolver,
  makeEnumerable,
  methodFor,
  recordQueries,
  setDefaultServers,
  startQuery,
};
