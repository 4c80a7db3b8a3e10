'use strict';
// Takes every descriptor that the limit leaves, and gives them back.

const fs = require('node:fs');

const held = [];

/** Opens until the system refuses; leaves `spare` descriptors free. */
function exhaust(spare = 0) {
  try {
    for (;;) held.push(fs.openSync('/dev/null'));
  } catch (error) {
    if (error.code !== 'EMFILE') throw error;
  }
  for (let i = 0; i < spare; i++) fs.closeSync(held.pop());
}

function release() {
  for (const fd of held.splice(0)) fs.closeSync(fd);
}

/** Runs `body` while there are no descriptors. */
async function exhausted(body, spare = 0) {
  exhaust(spare);
  try {
    return await body();
  } finally {
    release();
  }
}

module.exports = { exhaust, exhausted, release };
