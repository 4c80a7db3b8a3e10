// Strings of the engine from bytes, and views of bytes and strings of the engine.
#pragma once

#include <cstdint>
#include <span>

#include "engine/typed_array.h"
#include "modules/buffer/codec.h"
#include "v8.h"

namespace gyre::buffer {

// The bytes of an ArrayBufferView or ArrayBuffer, for reading. Small arrays that live in the engine's
// heap are copied rather than moved out of it. Valid as long as this object is and no script runs.
class Bytes {
 public:
  explicit Bytes(v8::Local<v8::Value> value) {
    TypedArrayBytes found;
    if (found.read(value)) {
      bytes_ = {found.data, found.size};
      if (found.in_heap) copy();
    } else {
      ask_engine(value);
    }
  }
  Bytes(const Bytes&) = delete;
  void operator=(const Bytes&) = delete;

  // False where the value holds no bytes at all.
  bool ok() const { return ok_; }
  std::span<const uint8_t> span() const { return bytes_; }

  // The engine keeps typed arrays up to this size in its own heap.
  static constexpr size_t kMaxInHeap = 64;

 private:
  // What is no fixed-length typed array.
  void ask_engine(v8::Local<v8::Value> value);

  void copy() {
    std::memcpy(in_heap_, bytes_.data(), bytes_.size());
    bytes_ = {in_heap_, bytes_.size()};
  }

  uint8_t in_heap_[kMaxInHeap];
  std::span<const uint8_t> bytes_;
  bool ok_ = true;
};

// The bytes of a view that is no typed array of fixed length; empty for other values.
std::span<uint8_t> bytes_of_view(v8::Local<v8::Value> value);

// The bytes of a view where they lie, for reading and writing; empty for other values. Valid until
// the engine allocates anything. Makes no handles.
inline std::span<uint8_t> bytes_in_place(v8::Local<v8::Value> value) {
  TypedArrayBytes found;
  if (found.read(value)) return {found.data, found.size};
  return bytes_of_view(value);
}

// The same, valid beyond that: what lies in the engine's heap is moved out of it.
std::span<uint8_t> writable_bytes(v8::Local<v8::Value> value);

// The characters of a string. Nothing may be allocated in the engine's heap while this lives.
class Characters {
 public:
  Characters(v8::Isolate* isolate, v8::Local<v8::String> string) : view_(isolate, string) {}
  Text text() const {
    return view_.is_one_byte() ? Text(view_.data8(), view_.length())
                               : Text(reinterpret_cast<const char16_t*>(view_.data16()), view_.length());
  }

 private:
  v8::String::ValueView view_;
};

// The string that the bytes stand for; empty, with a pending ERR_STRING_TOO_LONG, if it is too long.
v8::MaybeLocal<v8::String> decode(v8::Isolate* isolate, std::span<const uint8_t> bytes, Encoding encoding);

}  // namespace gyre::buffer
