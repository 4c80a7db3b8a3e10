'use strict';

// MIME types as https://mimesniff.spec.whatwg.org/ has them.

const { ERR_INVALID_MIME_SYNTAX } = require('runtime/errors');

// https://mimesniff.spec.whatwg.org/#http-token-code-point
const notToken = /[^!#$%&'*+\-.^_`|~A-Za-z0-9]/;
// https://mimesniff.spec.whatwg.org/#http-quoted-string-token-code-point
const notQuotable = /[^\t\u0020-~\u0080-\u00ff]/;

const lowerAscii = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const trimEnd = (text) => text.replace(/[\t\n\r ]+$/, '');
const trimStart = (text) => text.replace(/^[\t\n\r ]+/, '');

function requireToken(production, text, shown = text) {
  const at = text.search(notToken);
  if (text === '' || at !== -1) throw new ERR_INVALID_MIME_SYNTAX(production, shown, at);
}

/** https://mimesniff.spec.whatwg.org/#parse-a-mime-type, steps 1 to 10. */
function parseEssence(input) {
  // 1. White space around the whole does not count.
  const text = trimEnd(trimStart(input));
  // 2-6. The type ends at the slash.
  const slash = text.indexOf('/');
  if (slash === -1) throw new ERR_INVALID_MIME_SYNTAX('type', input, text.search(notToken));
  const type = text.slice(0, slash);
  requireToken('type', type, input);
  // 7-9. The subtype ends at the first semicolon.
  const semicolon = text.indexOf(';', slash + 1);
  const subtype = trimEnd(text.slice(slash + 1, semicolon === -1 ? undefined : semicolon));
  requireToken('subtype', subtype, input);
  // 10. Both in lower case.
  return {
    type: lowerAscii(type),
    subtype: lowerAscii(subtype),
    parameters: semicolon === -1 ? '' : text.slice(semicolon),
  };
}

/** https://fetch.spec.whatwg.org/#collect-an-http-quoted-string, from behind the opening quote. */
function quotedString(text, position) {
  let value = '';
  while (position < text.length && text[position] !== '"') {
    if (text[position] === '\\' && position + 1 < text.length) position++;
    value += text[position++];
  }
  return { value, position: position + 1 };
}

/** https://mimesniff.spec.whatwg.org/#parse-a-mime-type, step 11: each parameter behind a semicolon. */
function parseParameters(text, data) {
  let position = 0;
  while (position < text.length) {
    // 11.1-2. Past the semicolon and white space.
    position++;
    position += text.length - position - trimStart(text.slice(position)).length;
    // 11.3-4. The name, in lower case.
    const nameEnd = position + /^[^;=]*/.exec(text.slice(position))[0].length;
    const name = lowerAscii(text.slice(position, nameEnd));
    position = nameEnd;
    // 11.5-6. A name alone is no parameter.
    if (position >= text.length) break;
    if (text[position] === ';') continue;
    position++;
    // 11.7-9. The value: quoted, or up to the next semicolon.
    let value;
    if (text[position] === '"') {
      ({ value, position } = quotedString(text, position + 1));
      const next = text.indexOf(';', position);
      position = next === -1 ? text.length : next;
    } else {
      const next = text.indexOf(';', position);
      const end = next === -1 ? text.length : next;
      value = trimEnd(text.slice(position, end));
      position = end;
      if (value === '') continue;
    }
    // 11.10. The first of a name counts, and only if both are well-formed.
    if (name !== '' && !notToken.test(name) && !notQuotable.test(value) && !data.has(name)) {
      data.set(name, value);
    }
  }
}

/** A value as a token where it is one, else in quotes. */
function serializeValue(value) {
  return value !== '' && !notToken.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

let fillParams;

/** https://nodejs.org/docs/latest-v24.x/api/util.html#class-utilmimeparams */
class MIMEParams {
  #data = new Map();

  static {
    fillParams = (params, text) => parseParameters(text, params.#data);
  }

  delete(name) {
    this.#data.delete(`${name}`);
  }

  get(name) {
    return this.#data.get(`${name}`) ?? null;
  }

  has(name) {
    return this.#data.has(`${name}`);
  }

  set(name, value) {
    name = `${name}`;
    value = `${value}`;
    requireToken('parameter name', name);
    const at = value.search(notQuotable);
    if (at !== -1) throw new ERR_INVALID_MIME_SYNTAX('parameter value', value, at);
    this.#data.set(name, value);
  }

  *entries() {
    yield* this.#data.entries();
  }

  *keys() {
    yield* this.#data.keys();
  }

  *values() {
    yield* this.#data.values();
  }

  toString() {
    let text = '';
    for (const [name, value] of this.#data)
      text += `${text === '' ? '' : ';'}${name}=${serializeValue(value)}`;
    return text;
  }
}
Object.defineProperty(MIMEParams.prototype, Symbol.iterator, {
  value: MIMEParams.prototype.entries,
  writable: true,
  configurable: true,
});
Object.defineProperty(MIMEParams.prototype, 'toJSON', {
  value: MIMEParams.prototype.toString,
  writable: true,
  configurable: true,
});

/** https://nodejs.org/docs/latest-v24.x/api/util.html#class-utilmimetype */
class MIMEType {
  #type;
  #subtype;
  #params = new MIMEParams();

  constructor(string) {
    const { type, subtype, parameters } = parseEssence(`${string}`);
    this.#type = type;
    this.#subtype = subtype;
    fillParams(this.#params, parameters);
  }

  /** The MIMEType of a string, or null where it is not one. */
  static parse(string) {
    string = `${string}`;
    try {
      return new MIMEType(string);
    } catch {
      return null;
    }
  }

  get type() {
    return this.#type;
  }

  set type(value) {
    value = `${value}`;
    requireToken('type', value);
    this.#type = lowerAscii(value);
  }

  get subtype() {
    return this.#subtype;
  }

  set subtype(value) {
    value = `${value}`;
    requireToken('subtype', value);
    this.#subtype = lowerAscii(value);
  }

  get essence() {
    return `${this.#type}/${this.#subtype}`;
  }

  get params() {
    return this.#params;
  }

  toString() {
    const params = this.#params.toString();
    return params === '' ? this.essence : `${this.essence};${params}`;
  }
}
Object.defineProperty(MIMEType.prototype, 'toJSON', {
  value: MIMEType.prototype.toString,
  writable: true,
  configurable: true,
});
for (const key of ['type', 'subtype', 'essence', 'params', 'toString', 'toJSON']) {
  Object.defineProperty(MIMEType.prototype, key, { enumerable: true });
}

module.exports = { MIMEParams, MIMEType };
