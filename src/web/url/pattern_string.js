'use strict';

// https://urlpattern.spec.whatwg.org/#constructor-string-parsing: 'https://*/a/:b?c' as components.

const { DEFAULT_PORTS, canonicalProtocol } = require('web/url/pattern_canonical');
const { compileComponent } = require('web/url/pattern_component');
const { tokenize } = require('web/url/pattern_parser');

const PLAIN_TYPES = new Set(['char', 'escaped-char', 'invalid-char']);
const BEFORE_HOSTNAME = ['protocol', 'authority', 'username', 'password'];
const BEFORE_PATHNAME = [...BEFORE_HOSTNAME, 'hostname', 'port'];
const BEFORE_SEARCH = [...BEFORE_PATHNAME, 'pathname'];

/** https://urlpattern.spec.whatwg.org/#protocol-component-matches-a-special-scheme */
function matchesSpecialScheme(component) {
  for (const scheme of DEFAULT_PORTS.keys()) {
    if (component.regexp.test(scheme)) return true;
  }
  return false;
}

class StringParser {
  constructor(input) {
    this.points = Array.from(input);
    this.tokens = tokenize(input, true);
    this.result = {};
    this.start = 0;
    this.index = 0;
    this.increment = 1;
    this.groupDepth = 0;
    this.bracketDepth = 0;
    this.isSpecial = false;
    this.state = 'init';
  }

  // https://urlpattern.spec.whatwg.org/#parse-a-constructor-string
  run() {
    for (; this.index < this.tokens.length; this.index += this.increment) {
      this.increment = 1;
      const { type } = this.tokens[this.index];
      if (type === 'end') {
        if (!this.atEnd()) break;
        continue;
      }
      if (type === 'open') {
        this.groupDepth++;
        continue;
      }
      if (this.groupDepth > 0) {
        if (type !== 'close') continue;
        this.groupDepth--;
      }
      this[this.state]();
    }
    const { result } = this;
    if (result.hostname !== undefined && result.port === undefined) result.port = '';
    return result;
  }

  // What the end means in states that have looked ahead; false when there is nothing left to do.
  atEnd() {
    if (this.state === 'init') {
      this.rewind();
      if (this.isHash()) this.change('hash', 1);
      else if (this.isSearch()) this.change('search', 1);
      else this.change('pathname', 0);
      return true;
    }
    if (this.state === 'authority') {
      this.rewindTo('hostname');
      return true;
    }
    this.change('done', 0);
    return false;
  }

  init() {
    if (this.is(':')) this.rewindTo('protocol');
  }

  protocol() {
    if (!this.is(':')) return;
    this.isSpecial = matchesSpecialScheme(
      compileComponent(this.component(), canonicalProtocol, { delimiter: '', prefix: '' }),
    );
    if (this.is('/', 1) && this.is('/', 2)) this.change('authority', 3);
    else this.change(this.isSpecial ? 'authority' : 'pathname', 1);
  }

  authority() {
    if (this.is('@')) this.rewindTo('username');
    else if (this.is('/') || this.isSearch() || this.isHash()) this.rewindTo('hostname');
  }

  username() {
    if (this.is(':')) this.change('password', 1);
    else if (this.is('@')) this.change('hostname', 1);
  }

  password() {
    if (this.is('@')) this.change('hostname', 1);
  }

  hostname() {
    if (this.is('[')) this.bracketDepth++;
    else if (this.is(']')) this.bracketDepth--;
    else if (this.is(':') && this.bracketDepth === 0) this.change('port', 1);
    else this.port();
  }

  port() {
    if (this.is('/')) this.change('pathname', 0);
    else this.pathname();
  }

  pathname() {
    if (this.isSearch()) this.change('search', 1);
    else this.search();
  }

  search() {
    if (this.isHash()) this.change('hash', 1);
  }

  hash() {}

  // https://urlpattern.spec.whatwg.org/#is-a-non-special-pattern-char
  is(value, offset = 0) {
    const token = this.tokens[Math.min(this.index + offset, this.tokens.length - 1)];
    return token.value === value && PLAIN_TYPES.has(token.type);
  }

  // https://urlpattern.spec.whatwg.org/#is-a-search-prefix: a '?' that is no modifier.
  isSearch() {
    if (this.is('?')) return true;
    if (this.tokens[this.index].value !== '?') return false;
    const previous = this.tokens[this.index - 1];
    if (previous === undefined) return true;
    return !['name', 'regexp', 'close', 'asterisk'].includes(previous.type);
  }

  isHash() {
    return this.is('#');
  }

  component() {
    const from = this.tokens[Math.min(this.start, this.tokens.length - 1)].index;
    return this.points.slice(from, this.tokens[this.index].index).join('');
  }

  rewind() {
    this.index = this.start;
    this.increment = 0;
  }

  rewindTo(state) {
    this.rewind();
    this.state = state;
  }

  // https://urlpattern.spec.whatwg.org/#change-state
  change(state, skip) {
    const { result, state: from } = this;
    if (from !== 'init' && from !== 'authority' && from !== 'done') result[from] = this.component();
    if (from !== 'init' && state !== 'done') {
      const isBehind = (...states) => states.includes(state);
      if (BEFORE_HOSTNAME.includes(from) && isBehind('port', 'pathname', 'search', 'hash')) {
        result.hostname ??= '';
      }
      if (BEFORE_PATHNAME.includes(from) && isBehind('search', 'hash')) {
        result.pathname ??= this.isSpecial ? '/' : '';
      }
      if (BEFORE_SEARCH.includes(from) && state === 'hash') result.search ??= '';
    }
    this.state = state;
    this.index += skip;
    this.start = this.index;
    this.increment = 0;
  }
}

/** The components of a pattern in one string. */
function parsePatternString(input) {
  return new StringParser(input).run();
}

module.exports = { matchesSpecialScheme, parsePatternString };
