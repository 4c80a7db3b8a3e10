#include "modules/buffer/encoded.h"

#include <cstring>
#include <memory>

#include "binding/array_memory.h"
#include "modules/buffer/text.h"

namespace gyre::buffer {
namespace {

// New memory is not in the processor's cache, and a loop of conversions waits for each line of it; copying whole
// does not. So what is more than a copy happens here first, which also makes the number of bytes known.
uint8_t* stage() {
  thread_local const std::unique_ptr<uint8_t[]> memory = std::make_unique_for_overwrite<uint8_t[]>(kMostStaged);
  return memory.get();
}

// How the bytes come into being.
struct Plan {
  bool is_staged;
  // How many bytes there are, or lie on the stage.
  size_t size;
  // If not staged, what to encode as.
  Encoding encoding;
};

Plan make_plan(Text text, Encoding encoding) {
  if (encoding == Encoding::Utf8 && text.is_latin1()) {
    const size_t size = encoded_length(text, encoding);
    // A byte for each character: it is ASCII.
    if (size == text.length()) return {false, size, Encoding::Latin1};
    if (size > kMostStaged) return {false, size, encoding};
  } else if (encoding == Encoding::Utf8) {
    if (text.length() * 3 > kMostStaged) return {false, encoded_length(text, encoding), encoding};
  } else if (text.is_latin1() ? encoding == Encoding::Latin1 || encoding == Encoding::Ascii
                              : encoding == Encoding::Utf16le) {
    return {false, encoded_length(text, encoding), encoding};
  }
  return {true, encode(text, encoding, {stage(), kMostStaged}), encoding};
}

}  // namespace

v8::MaybeLocal<v8::ArrayBuffer> encode_to_memory(v8::Isolate* isolate, v8::Local<v8::String> string,
                                                 Encoding encoding) {
  Plan plan;
  {
    const Characters characters(isolate, string);
    plan = make_plan(characters.text(), encoding);
  }
  v8::Local<v8::ArrayBuffer> memory;
  if (!uncleared_array_buffer(isolate, plan.size).ToLocal(&memory)) return {};
  auto* bytes = static_cast<uint8_t*>(memory->Data());
  if (!plan.is_staged) {
    const Characters characters(isolate, string);
    encode(characters.text(), plan.encoding, {bytes, plan.size});
  } else if (plan.size > 0) {
    std::memcpy(bytes, stage(), plan.size);
  }
  return memory;
}

}  // namespace gyre::buffer
