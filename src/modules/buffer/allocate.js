// Where the memory of Buffers comes from: the class of their instances, the pool for small ones,
// and memory that is not cleared.
'use strict';

const { createCleared, createUninitialized } = native('buffer');
const { markAsUntransferable } = require('runtime/untransferable');

/** What a Buffer is made with; shares its prototype with `Buffer`, which may be called without new. */
class FastBuffer extends Uint8Array {
  // Named parameters: a rest parameter would allocate an array each time.
  constructor(bufferOrLength, byteOffset, length) {
    super(bufferOrLength, byteOffset, length);
  }
}

// Typed arrays of any element type can be laid over a pooled Buffer.
const kAlignment = 8;

// One object, because closures over `let` bindings of the snapshot are slower to reach.
const pool = { memory: undefined, view: undefined, size: 0, offset: 0, owner: { poolSize: 65536 } };

/** Tells whose poolSize counts, which programs may set: that of Buffer. */
function setPoolOwner(owner) {
  pool.owner = owner;
}

// Decided at the first use, because the options are those of the running program.
let memoryOf = (size) => {
  const zeroed = process.execArgv.includes('--zero-fill-buffers');
  memoryOf = zeroed ? (bytes) => new ArrayBuffer(bytes) : createUninitialized;
  return memoryOf(size);
};

function renewPool() {
  pool.size = pool.owner.poolSize;
  pool.memory = memoryOf(pool.size);
  pool.view = new Uint8Array(pool.memory);
  pool.offset = 0;
  // A transferred pool would detach every Buffer that lives in it.
  markAsUntransferable(pool.memory);
}

// Up to this size, clearing memory costs less than going to C++ for some that is not cleared.
const kClearedQuickly = 4096;

/** A Buffer of `size` bytes outside the pool, with arbitrary content. */
function allocateUnpooled(size) {
  return size <= kClearedQuickly ? new FastBuffer(size) : new FastBuffer(memoryOf(size), 0, size);
}

// Up to this size, memory is used again sooner when C++ makes it: see binding/array_memory.h.
const kMostReused = 1 << 20;

/** A Buffer of `size` zeros. */
function allocateCleared(size) {
  return size > kClearedQuickly && size <= kMostReused
    ? new FastBuffer(createCleared(size), 0, size)
    : new FastBuffer(size);
}

/** Whether memory of this size is taken from the pool. */
function fitsPool(size) {
  return size < pool.owner.poolSize >>> 1;
}

/** A Buffer of `size` bytes with arbitrary content, from the pool if it is small. */
function allocate(size) {
  if (size <= 0) return new FastBuffer();
  if (!fitsPool(size)) return allocateUnpooled(size);
  if (size > pool.size - pool.offset) renewPool();
  return take(size);
}

/** Makes sure that `size` bytes lie behind pool.offset, where a producer may write. */
function reserve(size) {
  if (size > pool.size - pool.offset) renewPool();
  return pool;
}

/** The next `size` bytes of the pool, as a Buffer. */
function take(size) {
  const result = new FastBuffer(pool.memory, pool.offset, size);
  pool.offset = (pool.offset + size + kAlignment - 1) & -kAlignment;
  return result;
}

module.exports = {
  FastBuffer,
  allocate,
  allocateCleared,
  allocateUnpooled,
  fitsPool,
  reserve,
  setPoolOwner,
  take,
};
