// The options --secure-heap and --secure-heap-min: memory of its own for OpenSSL's secrets.
'use strict';

const { getOptionValue } = require('runtime/options');

let heap;

/** { size, minimum } of the secure heap, which is set up at the first call; size 0 is none. */
function secureHeap() {
  if (heap === undefined) {
    const size = getOptionValue('--secure-heap');
    const minimum = getOptionValue('--secure-heap-min');
    const isUsed = size > 0 && native('crypto').initSecureHeap(size, minimum);
    heap = { size: isUsed ? size : 0, minimum };
  }
  return heap;
}

module.exports = { secureHeap };
