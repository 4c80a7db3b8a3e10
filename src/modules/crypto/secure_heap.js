// The options --secure-heap and --secure-heap-min: memory of its own for OpenSSL's secrets.
'use strict';

function optionValue(name, fallback) {
  const prefix = `${name}=`;
  const index = process.execArgv.findLastIndex((each) => each === name || each.startsWith(prefix));
  if (index < 0) return fallback;
  const argument = process.execArgv[index];
  return Number(argument === name ? process.execArgv[index + 1] : argument.slice(prefix.length));
}

let heap;

/** { size, minimum } of the secure heap, which is set up at the first call; size 0 is none. */
function secureHeap() {
  if (heap === undefined) {
    const size = optionValue('--secure-heap', 0);
    const minimum = optionValue('--secure-heap-min', 2);
    const isUsed = size > 0 && native('crypto').initSecureHeap(size, minimum);
    heap = { size: isUsed ? size : 0, minimum };
  }
  return heap;
}

module.exports = { secureHeap };
