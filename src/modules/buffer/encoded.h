// The bytes of a string in memory of their own.
#pragma once

#include "modules/buffer/codec.h"
#include "v8.h"

namespace gyre::buffer {

// Up to this many bytes, by a bound that needs no look at the characters, encode_to_memory() has a place to
// encode to.
constexpr size_t kMostStaged = size_t{256} << 10;

// The bytes, whose number is the memory's; empty where there was none. Text that may be longer than kMostStaged
// must be UTF-8.
v8::MaybeLocal<v8::ArrayBuffer> encode_to_memory(v8::Isolate* isolate, v8::Local<v8::String> string, Encoding encoding);

}  // namespace gyre::buffer
