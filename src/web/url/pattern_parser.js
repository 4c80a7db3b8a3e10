'use strict';

// https://urlpattern.spec.whatwg.org/#tokens and #parsing-patterns: pattern strings as lists of
// parts. Strings are handled as lists of code points, as the standard counts.

const NAME_START = /[\p{ID_Start}$_]/u;
const NAME_PART = /[\p{ID_Continue}$\u200c\u200d]/u;

/** https://urlpattern.spec.whatwg.org/#is-a-valid-name-code-point */
function isNamePoint(point, isFirst) {
  return (isFirst ? NAME_START : NAME_PART).test(point);
}

function isASCII(point) {
  return point.codePointAt(0) < 0x80;
}

class Tokenizer {
  constructor(input, isLenient) {
    this.points = Array.from(input);
    this.isLenient = isLenient;
    this.tokens = [];
    this.index = 0;
  }

  // https://urlpattern.spec.whatwg.org/#add-a-token: `start` and `end` delimit its value.
  add(type, next, start, end) {
    const value = this.points.slice(start, end).join('');
    this.tokens.push({ type, index: this.index, value });
    this.index = next;
  }

  // https://urlpattern.spec.whatwg.org/#process-a-tokenizing-error
  fail(next, start) {
    if (!this.isLenient) throw new TypeError(`Invalid pattern at ${this.index}`);
    this.add('invalid-char', next, start, next);
  }

  run() {
    const { points } = this;
    while (this.index < points.length) {
      const at = this.index;
      const next = at + 1;
      switch (points[at]) {
        case '*':
          this.add('asterisk', next, at, next);
          break;
        case '+':
        case '?':
          this.add('other-modifier', next, at, next);
          break;
        case '\\':
          if (next === points.length) this.fail(next, at);
          else this.add('escaped-char', next + 1, next, next + 1);
          break;
        case '{':
          this.add('open', next, at, next);
          break;
        case '}':
          this.add('close', next, at, next);
          break;
        case ':':
          this.readName(next);
          break;
        case '(':
          this.readRegexp(next);
          break;
        default:
          this.add('char', next, at, next);
      }
    }
    this.add('end', this.index, this.index, this.index);
    return this.tokens;
  }

  readName(start) {
    const { points } = this;
    let end = start;
    while (end < points.length && isNamePoint(points[end], end === start)) end++;
    if (end === start) this.fail(start, this.index);
    else this.add('name', end, start, end);
  }

  readRegexp(start) {
    const end = this.findRegexpEnd(start);
    if (end === -1 || end === start) this.fail(start, this.index);
    else this.add('regexp', end + 1, start, end);
  }

  // Where the parenthesis closes; -1 for what is no regular expression, or has groups that capture.
  findRegexpEnd(start) {
    const { points } = this;
    let depth = 1;
    for (let i = start; i < points.length; i++) {
      const point = points[i];
      if (!isASCII(point) || (i === start && point === '?')) return -1;
      if (point === '\\') {
        i++;
        if (i === points.length || !isASCII(points[i])) return -1;
      } else if (point === ')') {
        depth--;
        if (depth === 0) return i;
      } else if (point === '(') {
        depth++;
        if (points[i + 1] !== '?') return -1;
      }
    }
    return -1;
  }
}

/** https://urlpattern.spec.whatwg.org/#tokenize */
function tokenize(input, isLenient) {
  return new Tokenizer(input, isLenient).run();
}

const MODIFIERS = { '?': 'optional', '*': 'zero-or-more', '+': 'one-or-more' };

/** https://urlpattern.spec.whatwg.org/#escape-a-regexp-string */
function escapeRegexp(text) {
  return text.replace(/[.+*?^${}()[\]|/\\]/g, '\\$&');
}

/** https://urlpattern.spec.whatwg.org/#generate-a-segment-wildcard-regexp */
function segmentWildcard({ delimiter }) {
  return `[^${escapeRegexp(delimiter)}]+?`;
}

class PatternParser {
  constructor(input, options, encode) {
    this.tokens = tokenize(input, false);
    this.options = options;
    this.encode = encode;
    this.wildcard = segmentWildcard(options);
    this.parts = [];
    this.index = 0;
    this.pendingText = '';
    this.nextName = 0;
  }

  // https://urlpattern.spec.whatwg.org/#parse-a-pattern-string, step 2.
  run() {
    while (this.index < this.tokens.length) {
      const char = this.take('char');
      let name = this.take('name');
      let regexp = this.takeRegexpOrWildcard(name);
      if (name !== null || regexp !== null) {
        let prefix = char?.value ?? '';
        if (prefix !== '' && prefix !== this.options.prefix) {
          this.pendingText += prefix;
          prefix = '';
        }
        this.addPendingText();
        this.addPart(prefix, name, regexp, '', this.takeModifier());
        continue;
      }
      const fixed = char ?? this.take('escaped-char');
      if (fixed !== null) {
        this.pendingText += fixed.value;
        continue;
      }
      if (this.take('open') !== null) {
        const prefix = this.takeText();
        name = this.take('name');
        regexp = this.takeRegexpOrWildcard(name);
        const suffix = this.takeText();
        this.require('close');
        this.addPart(prefix, name, regexp, suffix, this.takeModifier());
        continue;
      }
      this.addPendingText();
      this.require('end');
    }
    return this.parts;
  }

  take(type) {
    const token = this.tokens[this.index];
    if (token?.type !== type) return null;
    this.index++;
    return token;
  }

  require(type) {
    if (this.take(type) === null) throw new TypeError('Invalid pattern');
  }

  takeRegexpOrWildcard(name) {
    const regexp = this.take('regexp');
    return regexp === null && name === null ? this.take('asterisk') : regexp;
  }

  takeModifier() {
    return this.take('other-modifier') ?? this.take('asterisk');
  }

  takeText() {
    let text = '';
    for (;;) {
      const token = this.take('char') ?? this.take('escaped-char');
      if (token === null) return text;
      text += token.value;
    }
  }

  addFixed(text, modifier) {
    const value = this.encode(text);
    this.parts.push({ type: 'fixed-text', value, modifier, name: '', prefix: '', suffix: '' });
  }

  addPendingText() {
    if (this.pendingText === '') return;
    this.addFixed(this.pendingText, 'none');
    this.pendingText = '';
  }

  // https://urlpattern.spec.whatwg.org/#add-a-part
  addPart(prefix, nameToken, regexpToken, suffix, modifierToken) {
    // 1-2.
    const modifier = modifierToken === null ? 'none' : MODIFIERS[modifierToken.value];
    // 3. Plain text in braces.
    if (nameToken === null && regexpToken === null && modifier === 'none') {
      this.pendingText += prefix;
      return;
    }
    // 4.
    this.addPendingText();
    // 5. Text that may come more than once, or not at all.
    if (nameToken === null && regexpToken === null) {
      if (prefix !== '') this.addFixed(prefix, modifier);
      return;
    }
    // 6-8.
    let value = this.wildcard;
    if (regexpToken?.type === 'asterisk') value = '.*';
    else if (regexpToken !== null) value = regexpToken.value;
    // 9-11.
    let type = 'regexp';
    if (value === this.wildcard) type = 'segment-wildcard';
    else if (value === '.*') type = 'full-wildcard';
    if (type !== 'regexp') value = '';
    // 12-14.
    const name = nameToken === null ? String(this.nextName++) : nameToken.value;
    // 15.
    if (this.parts.some((part) => part.name === name))
      throw new TypeError(`Duplicate name ${name}`);
    // 16-18.
    prefix = this.encode(prefix);
    suffix = this.encode(suffix);
    this.parts.push({ type, value, modifier, name, prefix, suffix });
  }
}

/** The parts of a pattern string. Fixed text goes through `encode`, which may throw. */
function parsePattern(input, options, encode) {
  return new PatternParser(input, options, encode).run();
}

module.exports = { escapeRegexp, isNamePoint, parsePattern, segmentWildcard, tokenize };
