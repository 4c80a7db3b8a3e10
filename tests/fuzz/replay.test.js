'use strict';
// The fuzz targets on their corpora, and on inputs that differ from those by a few bytes: the same ones in
// each run. Finding new inputs takes `./dev fuzz`.

const test = require('node:test');
const fs = require('node:fs');
const path = require('node:path');

const VARIANTS = 30;

/** Numbers below `limit`, the same in each run (xorshift32). */
function randomNumbers(seed) {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** A copy with one to four bytes changed, doubled or left out. */
function variant(bytes, random) {
  let result = Buffer.from(bytes);
  for (let i = random(4); i >= 0 && result.length > 0; i--) {
    const at = random(result.length);
    const kind = random(3);
    if (kind === 0) result[at] = random(256);
    else if (kind === 1) result = Buffer.concat([result.subarray(0, at), result.subarray(at + 1)]);
    else result = Buffer.concat([result.subarray(0, at + 1), result.subarray(at)]);
  }
  return result;
}

for (const file of fs.readdirSync(path.join(__dirname, 'targets'))) {
  const name = path.basename(file, '.js');
  test(`fuzz target ${name}`, async () => {
    const target = require(`./targets/${name}.js`);
    await target.ready;
    const random = randomNumbers(1);
    const corpus = path.join(__dirname, 'corpus', name);
    for (const input of fs.readdirSync(corpus)) {
      const bytes = fs.readFileSync(path.join(corpus, input));
      target(bytes);
      for (let i = 0; i < VARIANTS; i++) target(variant(bytes, random));
      await new Promise(setImmediate);
    }
  });
}
