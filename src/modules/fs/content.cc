#include "modules/fs/content.h"

#include <cstring>

#include "base/simdutf.h"
#include "base/block_cache.h"
#include "binding/array_memory.h"
#include "modules/fs/blocks.h"

namespace gyre::fs {

namespace {

constexpr size_t kMaxStringLength = v8::String::kMaxLength;

// The number of bytes of the sequence that starts at `data`, and its code point; an invalid one has
// code point -1 and the length of its longest valid prefix, which is what one U+FFFD stands for.
struct Sequence {
  size_t length;
  int32_t code_point;
};

Sequence next_sequence(const uint8_t* data, size_t size) {
  const uint8_t first = data[0];
  if (first < 0x80) return {1, first};
  if (first < 0xC2 || first > 0xF4) return {1, -1};
  const size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  int32_t code_point = first & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    // The second byte has a narrower range behind some first bytes.
    uint8_t low = 0x80;
    uint8_t high = 0xBF;
    if (i == 1) {
      if (first == 0xE0) low = 0xA0;
      if (first == 0xED) high = 0x9F;
      if (first == 0xF0) low = 0x90;
      if (first == 0xF4) high = 0x8F;
    }
    if (i >= size || data[i] < low || data[i] > high) return {i, -1};
    code_point = (code_point << 6) | (data[i] & 0x3F);
  }
  return {length, code_point};
}

template <typename T>
std::unique_ptr<T[], Free> allocate(size_t count) {
  return std::unique_ptr<T[], Free>(static_cast<T*>(std::malloc(count == 0 ? 1 : count * sizeof(T))));
}

// Every unit of UTF-8 makes at most one of UTF-16, also where it is replaced.
Text decode_with_replacement(const Bytes& bytes) {
  Text text;
  text.two_byte = allocate<char16_t>(bytes.size);
  for (size_t i = 0; i < bytes.size;) {
    const Sequence sequence = next_sequence(bytes.data.get() + i, bytes.size - i);
    i += sequence.length;
    if (sequence.code_point == -1) {
      text.two_byte[text.length++] = 0xFFFD;
    } else if (sequence.code_point < 0x10000) {
      text.two_byte[text.length++] = static_cast<char16_t>(sequence.code_point);
    } else {
      const int32_t rest = sequence.code_point - 0x10000;
      text.two_byte[text.length++] = static_cast<char16_t>(0xD800 + (rest >> 10));
      text.two_byte[text.length++] = static_cast<char16_t>(0xDC00 + (rest & 0x3FF));
    }
  }
  return text;
}

// From this length on a string takes the memory over instead of copying it.
constexpr size_t kMinExternal = 512 * 1024;

// V8 is told of the memory, which it would else leave uncollected: to it the string is a few words.
template <typename Resource, typename Unit>
class TextResource final : public Resource {
 public:
  TextResource(v8::Isolate* isolate, Text text) : isolate_(isolate), text_(std::move(text)) { adjust(1); }
  ~TextResource() override { adjust(-1); }

  const Unit* data() const override {
    if constexpr (sizeof(Unit) == 1) {
      return reinterpret_cast<const Unit*>(text_.one_byte.get());
    } else {
      return reinterpret_cast<const Unit*>(text_.two_byte.get());
    }
  }
  size_t length() const override { return text_.length; }

 private:
  void adjust(int64_t sign) {
    isolate_->AdjustAmountOfExternalAllocatedMemory(sign * static_cast<int64_t>(text_.length * sizeof(Unit)));
  }

  v8::Isolate* isolate_;
  const Text text_;
};
using OneByteText = TextResource<v8::String::ExternalOneByteStringResource, char>;
using TwoByteText = TextResource<v8::String::ExternalStringResource, uint16_t>;

// Large ones count for half of what they hold, or the garbage would cost more than it saves.
void weigh_content(Realm& js, size_t size) {
  for (; size >= 2 * kMinBlock; size -= 2 * kMinBlock) weigh_on_young_generation(js.isolate(), kMinBlock);
  weigh_on_young_generation(js.isolate(), size);
}

void free_memory(void* data, size_t, void* capacity) { Free{reinterpret_cast<uintptr_t>(capacity)}(data); }

}  // namespace

void Free::operator()(void* memory) const {
  if (capacity == 0) {
    std::free(memory);
  } else if (capacity < kMinBlock) {
    BlockCache::shared().free(memory, capacity);
  } else {
    give_back_block({static_cast<uint8_t*>(memory), capacity});
  }
}

std::unique_ptr<uint8_t[], Free> allocate_bytes(size_t size) {
  if (size < kMinBlock) return {static_cast<uint8_t*>(BlockCache::shared().allocate(size)), Free{size}};
  const LargeBlock block = take_block(size);
  return {block.data, Free{block.capacity}};
}

v8::Local<v8::Value> to_js(Realm& js, Bytes bytes) {
  const size_t size = bytes.size;
  const size_t capacity = bytes.data.get_deleter().capacity;
  weigh_content(js, size);
  std::shared_ptr<v8::BackingStore> store =
      v8::ArrayBuffer::NewBackingStore(bytes.data.release(), size, free_memory, reinterpret_cast<void*>(capacity));
  return js.buffer(std::move(store), 0, size);
}

v8::Local<v8::Value> to_js(Realm& js, Text text) {
  v8::Isolate* isolate = js.isolate();
  if (text.length == 0) return v8::String::Empty(isolate);
  const int length = static_cast<int>(text.length);
  v8::MaybeLocal<v8::String> made;
  if (text.length >= kMinExternal) weigh_content(js, text.length * (text.one_byte ? sizeof(char) : sizeof(char16_t)));
  if (text.length < kMinExternal) {
    made = text.one_byte ? v8::String::NewFromOneByte(isolate, text.one_byte.get(), v8::NewStringType::kNormal, length)
                         : v8::String::NewFromTwoByte(isolate, reinterpret_cast<const uint16_t*>(text.two_byte.get()),
                                                      v8::NewStringType::kNormal, length);
  } else if (text.one_byte) {
    made = v8::String::NewExternalOneByte(isolate, new OneByteText(isolate, std::move(text)));
  } else {
    made = v8::String::NewExternalTwoByte(isolate, new TwoByteText(isolate, std::move(text)));
  }
  return made.FromMaybe(v8::String::Empty(isolate));
}

Result<Text> decode_utf8(Bytes bytes) {
  const char* data = reinterpret_cast<const char*>(bytes.data.get());
  Text text;
  if (simdutf::validate_ascii(data, bytes.size)) {
    text.length = bytes.size;
    text.one_byte = std::move(bytes.data);
  } else if (!simdutf::validate_utf8(data, bytes.size)) {
    text = decode_with_replacement(bytes);
  } else {
    text.one_byte = allocate<uint8_t>(bytes.size);
    const simdutf::result narrow =
        simdutf::convert_utf8_to_latin1_with_errors(data, bytes.size, reinterpret_cast<char*>(text.one_byte.get()));
    if (narrow.error == simdutf::SUCCESS) {
      text.length = narrow.count;
    } else {
      text.one_byte.reset();
      text.two_byte = allocate<char16_t>(simdutf::utf16_length_from_utf8(data, bytes.size));
      text.length = simdutf::convert_valid_utf8_to_utf16le(data, bytes.size, text.two_byte.get());
    }
  }
  if (text.length > kMaxStringLength) {
    return CodedError{ErrorType::Error, "ERR_STRING_TOO_LONG",
                      "Cannot create a string longer than 0x1fffffe8 characters"};
  }
  return text;
}

}  // namespace gyre::fs
