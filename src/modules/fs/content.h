// The content of a file on its way to JavaScript.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/result.h"
#include "binding/convert.h"

namespace gyre::fs {

// Gives memory back to malloc or, if it has a capacity, to BlockCache or blocks.h.
struct Free {
  size_t capacity = 0;
  void operator()(void* memory) const;
};

// Bytes that a Buffer can take over without a copy.
struct Bytes {
  std::unique_ptr<uint8_t[], Free> data;
  size_t size = 0;
};
// So much memory, as `data`; nothing when there is no more.
std::unique_ptr<uint8_t[], Free> allocate_bytes(size_t size);
v8::Local<v8::Value> to_js(Realm& js, Bytes bytes);

// Text in the form that V8 keeps it: one byte a character where that is enough, else UTF-16. The
// decoding of UTF-8 happens where the file is read, which may be a thread of the pool.
struct Text {
  std::unique_ptr<uint8_t[], Free> one_byte;
  std::unique_ptr<char16_t[], Free> two_byte;
  size_t length = 0;
};
v8::Local<v8::Value> to_js(Realm& js, Text text);

// Fails when the text would be longer than a string can be. Invalid sequences become U+FFFD.
Result<Text> decode_utf8(Bytes bytes);

}  // namespace gyre::fs
