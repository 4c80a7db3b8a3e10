'use strict';
// ALPN's list of protocols: each with its length before it (RFC 7301, 3.1).

const { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } = require('runtime/errors');

/** Puts the list, in the form it is sent in, on `out.ALPNProtocols`. */
function convert(protocols, out) {
  if (Array.isArray(protocols)) {
    const parts = protocols.map((one, i) => {
      const bytes = Buffer.from(one);
      if (bytes.length > 255) {
        throw new ERR_OUT_OF_RANGE(
          `The byte length of the protocol at index ${i} exceeds the maximum length.`,
          '<= 255',
          bytes.length,
          true,
        );
      }
      return Buffer.concat([Buffer.from([bytes.length]), bytes]);
    });
    out.ALPNProtocols = Buffer.concat(parts);
  } else if (ArrayBuffer.isView(protocols)) {
    out.ALPNProtocols = Buffer.from(
      protocols.buffer.slice(protocols.byteOffset, protocols.byteOffset + protocols.byteLength),
    );
  } else {
    throw new ERR_INVALID_ARG_TYPE(
      'protocols',
      ['Array', 'Buffer', 'TypedArray', 'DataView'],
      protocols,
    );
  }
}

module.exports = { convert };
