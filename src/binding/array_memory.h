// ArrayBuffers whose memory comes uncleared, and what keeps many of them from piling up.
#pragma once

#include <cstddef>
#include <memory>

#include "base/block_cache.h"
#include "v8.h"

namespace gyre {

// Memory with whatever it held before; empty if there is none.
v8::MaybeLocal<v8::ArrayBuffer> uncleared_array_buffer(v8::Isolate* isolate, size_t size);

// The same, cleared.
v8::MaybeLocal<v8::ArrayBuffer> cleared_array_buffer(v8::Isolate* isolate, size_t size);

// Tells the young generation of `size` bytes that one of its objects holds outside of it.
//
// V8 collects when the young generation is full of objects. Those of ArrayBuffers are small, so that
// more than a hundred megabytes of dead ones gather, each in memory that the system hands out anew,
// page fault by page fault. Garbage as large as a sixteenth of what is held makes collections, which
// take some ten microseconds then, come sooner, and memory is used again while it is in the cache.
void weigh_on_young_generation(v8::Isolate* isolate, size_t size);

// The first `size` bytes of a block, copied only if most of it would be wasted.
std::unique_ptr<v8::BackingStore> backing_store_of(v8::Isolate* isolate, Block block, size_t size);

}  // namespace gyre
