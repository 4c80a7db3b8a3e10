// The base of Hash, Hmac, Cipheriv and Decipheriv: streams that most programs never use as streams.
'use strict';

const { Transform } = require('node:stream');

/** A Transform whose state is made when someone looks at it. */
function LazyTransform(options) {
  this._options = options;
}
Object.setPrototypeOf(LazyTransform.prototype, Transform.prototype);
Object.setPrototypeOf(LazyTransform, Transform);

for (const name of ['_readableState', '_writableState']) {
  Object.defineProperty(LazyTransform.prototype, name, {
    get() {
      // The states become own properties, which hide this accessor.
      Transform.call(this, this._options);
      this._writableState.decodeStrings = false;
      if (!this._options?.defaultEncoding) this._writableState.defaultEncoding = 'utf8';
      return this[name];
    },
    set(value) {
      Object.defineProperty(this, name, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    },
    configurable: true,
    enumerable: true,
  });
}

module.exports = { LazyTransform };
