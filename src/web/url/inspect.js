'use strict';

// What util.inspect shows of URLs and their parameters.

const ESCAPE_SEQUENCES = /\x1b\[\d+m/g;

// The numbers that Node's parser has for schemes.
const SCHEME_TYPES = ['http:', ' ', 'https:', 'ws:', 'ftp:', 'wss:', 'file:'];
const NO_OFFSET = 0xffffffff;

function visibleLength(members) {
  const length = members.reduce((sum, text) => sum + text.replace(ESCAPE_SEQUENCES, '').length, 0);
  return length + (members.length - 1) * 2;
}

function wrap(prefix, members, options) {
  if (visibleLength(members) > options.breakLength) {
    return `${prefix} {\n  ${members.join(',\n  ')} }`;
  }
  return `${prefix} { ${members.join(', ')} }`;
}

function nested(depth, options) {
  return { ...options, depth: typeof depth === 'number' ? depth - 1 : depth };
}

/** URLSearchParams { 'name' => 'value' } */
function inspectSearchParams(list, depth, options, inspect) {
  if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special');
  if (list.length === 0) return 'URLSearchParams {}';
  const inner = nested(depth, options);
  const members = [];
  for (let i = 0; i < list.length; i += 2) {
    members.push(`${inspect(list[i], inner)} => ${inspect(list[i + 1], inner)}`);
  }
  return wrap('URLSearchParams', members, options);
}

/** URLSearchParams Iterator { 'name' }, with what is still to come. */
function inspectIterator(members, depth, options, inspect) {
  if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special');
  const inner = nested(depth, options);
  const shown = members.map((member) => inspect(member, inner));
  return wrap('URLSearchParams Iterator', shown, options);
}

/** The internals that { showHidden: true } adds: names and numbers as in Node. */
class URLContext {
  constructor(parts, port) {
    this.href = parts.href;
    this.protocol_end = parts.protocolEnd;
    this.username_end = parts.usernameEnd;
    // With credentials, at the '@'.
    const hasCredentials = parts.hostStart > parts.protocolEnd + 2;
    this.host_start = hasCredentials ? parts.hostStart - 1 : parts.hostStart;
    this.host_end = parts.hostEnd;
    this.pathname_start = parts.pathStart;
    const hasSearch = parts.searchStart < parts.hashStart;
    this.search_start = hasSearch ? parts.searchStart : NO_OFFSET;
    this.hash_start = parts.hashStart < parts.href.length ? parts.hashStart : NO_OFFSET;
    this.port = port === '' ? NO_OFFSET : Number(port);
    const scheme = SCHEME_TYPES.indexOf(parts.href.slice(0, parts.protocolEnd));
    this.scheme_type = scheme === -1 ? 1 : scheme;
  }

  get hasPort() {
    return this.port !== NO_OFFSET;
  }

  get hasSearch() {
    return this.search_start !== NO_OFFSET;
  }

  get hasHash() {
    return this.hash_start !== NO_OFFSET;
  }
}

/** URL { href: ... } with all attributes, under the name of the URL's class. */
function inspectURL(url, partsOf, options, inspect) {
  const shown = {
    href: url.href,
    origin: url.origin,
    protocol: url.protocol,
    username: url.username,
    password: url.password,
    host: url.host,
    hostname: url.hostname,
    port: url.port,
    pathname: url.pathname,
    search: url.search,
    searchParams: url.searchParams,
    hash: url.hash,
  };
  if (options.showHidden) shown[Symbol('context')] = new URLContext(partsOf(url), url.port);
  const name = url.constructor?.name ?? 'URL';
  return `${name} ${inspect(shown, options)}`;
}

module.exports = { inspectIterator, inspectSearchParams, inspectURL };
