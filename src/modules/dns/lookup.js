'use strict';

// lookup() and lookupService(), for callbacks and promises: arguments, and the call itself.

const { ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS, dnsException } = require('runtime/errors');
const {
  validateBoolean,
  validateNumber,
  validateOneOf,
  validatePort,
  validateString,
} = require('runtime/validators');

const { isIP } = require('modules/dns/address');
const measure = require('modules/dns/measure');

const system = native('dns');

const ORDERS = ['verbatim', 'ipv4first', 'ipv6first'];
const FAMILIES = [0, 4, 6];
const ALL_HINTS = system.AI_ADDRCONFIG | system.AI_ALL | system.AI_V4MAPPED;

let defaultOrder;
let hasWarnedOfFalsy = false;

/** How addresses are sorted when a call does not say. */
function getDefaultResultOrder() {
  if (defaultOrder === undefined) {
    const option = native('options').get('--dns-result-order');
    defaultOrder = option ? option : 'verbatim';
  }
  return defaultOrder;
}

/** Sets how addresses are sorted when a call does not say. */
function setDefaultResultOrder(order) {
  validateOneOf(order, 'dnsOrder', ORDERS);
  defaultOrder = order;
}

function validateHostname(hostname) {
  if (!hostname) return;
  validateString(hostname, 'hostname');
  if (hostname.includes('\0')) {
    throw new ERR_INVALID_ARG_VALUE('hostname', hostname, 'must be a string without null bytes');
  }
}

function isPresent(value) {
  return value !== undefined && value !== null;
}

/** What a lookup has to find, from its arguments. */
function lookupRequest(hostname, options) {
  const request = { hostname, family: 0, hints: 0, all: false, order: getDefaultResultOrder() };
  if (typeof options === 'number') {
    validateOneOf(options, 'family', FAMILIES);
    request.family = options;
  } else if (isPresent(options)) {
    const { all, family, hints, order, verbatim } = options;
    if (isPresent(hints)) {
      validateNumber(hints, 'options.hints');
      request.hints = hints >>> 0;
      if ((request.hints & ~ALL_HINTS) !== 0) throw new ERR_INVALID_ARG_VALUE('hints', hints);
    }
    if (isPresent(family)) {
      if (family === 'IPv4') request.family = 4;
      else if (family === 'IPv6') request.family = 6;
      else {
        validateOneOf(family, 'options.family', FAMILIES);
        request.family = family;
      }
    }
    if (isPresent(all)) {
      validateBoolean(all, 'options.all');
      request.all = all;
    }
    if (isPresent(verbatim)) {
      validateBoolean(verbatim, 'options.verbatim');
      request.order = verbatim ? 'verbatim' : 'ipv4first';
    }
    if (isPresent(order)) {
      validateOneOf(order, 'options.order', ORDERS);
      request.order = order;
    }
  }
  return request;
}

function warnOfFalsy(hostname) {
  if (hasWarnedOfFalsy) return;
  hasWarnedOfFalsy = true;
  process.emitWarning(
    `The provided hostname "${hostname}" is not a valid hostname, and is supported in the dns ` +
      'module solely for compatibility.',
    'DeprecationWarning',
    'DEP0118',
  );
}

/** Calls `done(error, [{ address, family }...])` later, never before it returns. */
function startLookup(request, done) {
  const { family, hints, hostname, order } = request;
  if (!hostname) {
    warnOfFalsy(hostname);
    const nothing = { address: null, family: family === 6 ? 6 : 4 };
    process.nextTick(done, null, request.all ? [] : [nothing]);
    return;
  }
  const version = isIP(hostname);
  if (version !== 0) {
    process.nextTick(done, null, [{ address: hostname, family: version }]);
    return;
  }
  const verbatim = order === 'verbatim';
  const operation = measure.begin('lookup', { hostname, family, hints, verbatim, order });
  const ascii = asciiName(hostname);
  system.lookup(ascii, family, hints, ORDERS.indexOf(order), (error, addresses) => {
    if (error) {
      done(dnsException(error.errno, 'getaddrinfo', hostname));
      return;
    }
    const found = addresses.map((address) => ({ address, family: family || isIP(address) }));
    done(null, found);
    measure.finish(operation, { addresses });
  });
}

/** The name as it is in the DNS; as it was given where it has no such form. */
function asciiName(name) {
  if (!/[^\0-\x7f]/.test(name)) return name;
  return native('url').domainToASCII(name) || name;
}

/** The arguments of lookupService(), of which `names` must be there. */
function lookupServiceRequest(args, names) {
  if (args.length < names.length) throw new ERR_MISSING_ARGS(...names);
  const [address, port] = args;
  if (isIP(address) === 0) throw new ERR_INVALID_ARG_VALUE('address', address);
  validatePort(port);
  return { address, port: Number(port) };
}

/** Calls `done(error, { hostname, service })` later. */
function startLookupService({ address, port }, done) {
  const operation = measure.begin('lookupService', { host: address, port });
  system.lookupService(address, port, (error, found) => {
    if (error) {
      done(dnsException(error.errno, 'getnameinfo', address));
      return;
    }
    done(null, found);
    measure.finish(operation, found);
  });
}

module.exports = {
  asciiName,
  getDefaultResultOrder,
  lookupRequest,
  lookupServiceRequest,
  setDefaultResultOrder,
  startLookup,
  startLookupService,
  validateHostname,
};
