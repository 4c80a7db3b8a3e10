'use strict';

// https://urlpattern.spec.whatwg.org/#canon-encoding-callbacks: the parts of a URL as the parser
// writes them, by way of a URL that nobody sees.

const { URL } = require('web/url');

const DUMMY_HOST = 'dummy.invalid';

const DEFAULT_PORTS = new Map([
  ['http', '80'],
  ['https', '443'],
  ['ws', '80'],
  ['wss', '443'],
  ['ftp', '21'],
  ['file', ''],
]);

function dummy() {
  return new URL(`https://${DUMMY_HOST}/`);
}

function invalid(what, value) {
  return new TypeError(`Invalid ${what} ${JSON.stringify(value)}`);
}

function canonicalProtocol(value) {
  if (value === '') return '';
  const url = URL.parse(`${value}://${DUMMY_HOST}/`);
  if (url === null) throw invalid('protocol', value);
  return url.protocol.slice(0, -1);
}

function canonicalUsername(value) {
  if (value === '') return '';
  const url = dummy();
  url.username = value;
  return url.username;
}

function canonicalPassword(value) {
  if (value === '') return '';
  const url = dummy();
  url.password = value;
  return url.password;
}

/** A host name for a special scheme: domains become ASCII, numbers addresses. */
function canonicalHostname(value) {
  if (value === '') return '';
  const url = dummy();
  url.hostname = value;
  // The setter says nothing of failure.
  const isUnchanged = url.hostname === DUMMY_HOST && !value.toLowerCase().startsWith(DUMMY_HOST);
  if (isUnchanged) throw invalid('hostname', value);
  return url.hostname;
}

function canonicalIPv6Hostname(value) {
  if (/[^0-9A-Fa-f[\]:]/.test(value)) throw invalid('IPv6 hostname', value);
  return value.toLowerCase();
}

function canonicalPort(value, protocol = '') {
  if (value === '') return '';
  const digits = /^[0-9]+/.exec(value.replace(/[\t\n\r]/g, ''));
  if (digits === null || Number(digits[0]) > 0xffff) throw invalid('port', value);
  const port = String(Number(digits[0]));
  return DEFAULT_PORTS.get(protocol) === port ? '' : port;
}

function canonicalPathname(value) {
  if (value === '') return '';
  // A path without its slash must not be normalized as if it began here.
  const prefix = value[0] === '/' ? '' : '/-';
  const url = dummy();
  url.pathname = `${prefix}${value}`;
  return url.pathname.slice(prefix.length);
}

function canonicalOpaquePathname(value) {
  if (value === '') return '';
  const url = URL.parse(`data:${value}`);
  if (url === null) throw invalid('pathname', value);
  return url.pathname;
}

function canonicalSearch(value) {
  if (value === '') return '';
  const url = dummy();
  url.search = `?${value}`;
  return url.search.slice(1);
}

function canonicalHash(value) {
  if (value === '') return '';
  const url = dummy();
  url.hash = `#${value}`;
  return url.hash.slice(1);
}

module.exports = {
  DEFAULT_PORTS,
  canonicalHash,
  canonicalHostname,
  canonicalIPv6Hostname,
  canonicalOpaquePathname,
  canonicalPassword,
  canonicalPathname,
  canonicalPort,
  canonicalProtocol,
  canonicalSearch,
  canonicalUsername,
};
