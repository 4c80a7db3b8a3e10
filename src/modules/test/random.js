'use strict';

// Tests in random order, the same one for the same seed.

const kMaxSeed = 2 ** 32 - 1;

/** A seed that nobody asked for. */
function randomSeed() {
  return Math.floor(Math.random() * kMaxSeed);
}

// https://en.wikipedia.org/wiki/Xorshift, on a seed whose bits are spread first.
function* numbers(seed) {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield (state >>> 0) / 2 ** 32;
  }
}

/** Reorders a list in place. */
function shuffle(list, seed) {
  const random = numbers(seed);
  for (let i = list.length - 1; i > 0; i--) {
    const other = Math.floor(random.next().value * (i + 1));
    [list[i], list[other]] = [list[other], list[i]];
  }
}

module.exports = { kMaxSeed, randomSeed, shuffle };
