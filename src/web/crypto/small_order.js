'use strict';
// Points of Edwards curves of which a small multiple is the neutral element. A signature with one for
// its R, or under one as a key, says nothing of who made it.
// https://wicg.github.io/webcrypto-secure-curves/#ed25519-operations

// The y coordinates of these points, in the bytes of an encoding, without the sign of x. Some have a
// second encoding, y plus the prime of the field.
const points = {
  Ed25519: [
    '01'.padEnd(64, '0'), // 1
    `ec${'ff'.repeat(30)}7f`, // -1
    '0'.repeat(64), // 0
    `ed${'ff'.repeat(30)}7f`, // 0, again
    `ee${'ff'.repeat(30)}7f`, // 1, again
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', // of order 8
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', // of order 8
  ],
  Ed448: [
    '01'.padEnd(114, '0'), // 1
    `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`, // -1
    '0'.repeat(114), // 0
    `${'ff'.repeat(28)}fe${'ff'.repeat(27)}00`, // 0, again
    `${'00'.repeat(28)}${'ff'.repeat(28)}00`, // 1, again
  ],
};

/**
 * Whether bytes begin with the encoding of such a point.
 * @param {'Ed25519' | 'Ed448'} curve
 * @param {Uint8Array} bytes
 */
function hasSmallOrder(curve, bytes) {
  const size = points[curve][0].length / 2;
  if (bytes.length < size) return false;
  const y = Buffer.from(bytes.subarray(0, size));
  y[size - 1] &= 0x7f;
  return points[curve].includes(y.toString('hex'));
}

module.exports = { hasSmallOrder };
