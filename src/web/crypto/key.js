// CryptoKey: a key with the algorithm and the uses it was made for.
// https://w3c.github.io/webcrypto/#cryptokey-interface
'use strict';

const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } = require('runtime/errors');

const { kClone } = require('runtime/symbols');

const kMake = Symbol('make');
const customInspect = Symbol.for('nodejs.util.inspect.custom');

let isCryptoKey;
let keyObjectOf;
let slotsOf;

class CryptoKey {
  #keyObject;
  #algorithm;
  #extractable;
  #usages;
  // What the getters gave: always the same objects, which programs may change without harm.
  #shownAlgorithm;
  #shownUsages;

  static {
    isCryptoKey = (value) => typeof value === 'object' && value !== null && #keyObject in value;
    keyObjectOf = (key) => key.#keyObject;
    slotsOf = (key) => ({
      keyObject: key.#keyObject,
      algorithm: key.#algorithm,
      extractable: key.#extractable,
      usages: key.#usages,
    });
  }

  // No parameters, because programs see a constructor of none.
  constructor() {
    const [token, keyObject, algorithm, usages, extractable] = arguments;
    if (token !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#keyObject = keyObject;
    this.#algorithm = algorithm;
    this.#usages = usages;
    this.#extractable = extractable;
  }

  get type() {
    if (!isCryptoKey(this)) throw new ERR_INVALID_THIS('CryptoKey');
    return this.#keyObject.type;
  }

  get extractable() {
    if (!isCryptoKey(this)) throw new ERR_INVALID_THIS('CryptoKey');
    return this.#extractable;
  }

  get algorithm() {
    if (!isCryptoKey(this)) throw new ERR_INVALID_THIS('CryptoKey');
    this.#shownAlgorithm ??= copyAlgorithm(this.#algorithm);
    return this.#shownAlgorithm;
  }

  get usages() {
    if (!isCryptoKey(this)) throw new ERR_INVALID_THIS('CryptoKey');
    this.#shownUsages ??= [...this.#usages];
    return this.#shownUsages;
  }

  // Structured cloning: see web/messaging/transfer.js.
  [kClone]() {
    return isCryptoKey(this)
      ? { deserializeInfo: 'web/crypto/key:receiveCryptoKey', data: slotsOf(this) }
      : undefined;
  }

  [customInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('modules/util/inspect');
    const nested = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    // Not what the getters give, which the program may have changed.
    const { type, extractable } = this;
    const algorithm = this.#algorithm;
    const usages = this.#usages;
    return `CryptoKey ${inspect({ type, extractable, algorithm, usages }, nested)}`;
  }
}

function copyAlgorithm(algorithm) {
  const copy = { ...algorithm };
  if (copy.hash !== undefined) copy.hash = { ...copy.hash };
  if (copy.publicExponent !== undefined) copy.publicExponent = copy.publicExponent.slice();
  return copy;
}

for (const name of ['type', 'extractable', 'algorithm', 'usages']) {
  Object.defineProperty(CryptoKey.prototype, name, { enumerable: true });
}
Object.defineProperty(CryptoKey.prototype, Symbol.toStringTag, {
  value: 'CryptoKey',
  configurable: true,
});

// The order in which uses are listed.
const usageOrder = [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'deriveKey',
  'deriveBits',
  'wrapKey',
  'unwrapKey',
  'encapsulateKey',
  'encapsulateBits',
  'decapsulateKey',
  'decapsulateBits',
];

/** A CryptoKey over a KeyObject. */
function makeCryptoKey(keyObject, algorithm, usages, extractable) {
  const ordered = usageOrder.filter((usage) => usages.includes(usage));
  return new CryptoKey(kMake, keyObject, algorithm, ordered, extractable);
}

/** The other end of cloning. */
function receiveCryptoKey({ keyObject, algorithm, extractable, usages }) {
  return makeCryptoKey(keyObject, algorithm, usages, extractable);
}

module.exports = {
  CryptoKey,
  isCryptoKey: (value) => isCryptoKey(value),
  keyObjectOf: (key) => keyObjectOf(key),
  makeCryptoKey,
  receiveCryptoKey,
  slotsOf: (key) => slotsOf(key),
};
