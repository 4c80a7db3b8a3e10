#include "modules/buffer/text.h"

#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "base/block_cache.h"
#include "base/simdutf.h"
#include "binding/convert.h"
#include "modules/buffer/vector.h"

namespace gyre::buffer {
namespace {

// From this many bytes on, a string keeps the memory it was decoded to instead of a copy of it. The engine's
// own memory for strings of that size comes from the system and goes back to it each time.
constexpr size_t kExternalFrom = (1 << 17) - 64;

// Short text is decoded by the engine in one pass: measuring it first would cost more.
constexpr size_t kShort = 32;

// Memory for the units of an external string, which the engine is told of.
template <typename Unit>
class Units {
 public:
  Units(v8::Isolate* isolate, size_t length) : isolate_(isolate), length_(length), memory_(length) { tell(1); }
  ~Units() { tell(-1); }
  Units(const Units&) = delete;
  void operator=(const Units&) = delete;

  Unit* get() const { return memory_.get(); }
  size_t length() const { return length_; }

 private:
  void tell(int64_t sign) {
    isolate_->AdjustAmountOfExternalAllocatedMemory(sign * static_cast<int64_t>(length_ * sizeof(Unit)));
  }

  v8::Isolate* isolate_;
  size_t length_;
  Temporary<Unit> memory_;
};

class ExternalLatin1 final : public v8::String::ExternalOneByteStringResource {
 public:
  ExternalLatin1(v8::Isolate* isolate, size_t length) : units_(isolate, length) {}
  char* memory() { return units_.get(); }
  const char* data() const override { return units_.get(); }
  size_t length() const override { return units_.length(); }

 private:
  Units<char> units_;
};

class ExternalUtf16 final : public v8::String::ExternalStringResource {
 public:
  ExternalUtf16(v8::Isolate* isolate, size_t length) : units_(isolate, length) {}
  char16_t* memory() { return reinterpret_cast<char16_t*>(units_.get()); }
  const uint16_t* data() const override { return units_.get(); }
  size_t length() const override { return units_.length(); }

 private:
  Units<uint16_t> units_;
};

v8::MaybeLocal<v8::String> too_long(v8::Isolate* isolate) {
  Realm::from(isolate).throw_coded(ErrorType::Error, "ERR_STRING_TOO_LONG",
                                   "Cannot create a string longer than 0x1fffffe8 characters");
  return {};
}

// fill(char*) writes the characters and says whether it could; if not, the result is empty without an exception.
template <typename Fill>
v8::MaybeLocal<v8::String> make_latin1(v8::Isolate* isolate, size_t length, Fill fill) {
  if (length > v8::String::kMaxLength) return too_long(isolate);
  if (length >= kExternalFrom) {
    auto resource = std::make_unique<ExternalLatin1>(isolate, length);
    if (!fill(resource->memory())) return {};
    return v8::String::NewExternalOneByte(isolate, resource.release());
  }
  char small[256];
  std::optional<Temporary<char>> large;
  char* data = length <= sizeof small ? small : large.emplace(length).get();
  if (!fill(data)) return {};
  return v8::String::NewFromOneByte(isolate, reinterpret_cast<uint8_t*>(data), v8::NewStringType::kNormal,
                                    static_cast<int>(length));
}

// The same for units.
template <typename Fill>
v8::MaybeLocal<v8::String> make_utf16(v8::Isolate* isolate, size_t length, Fill fill) {
  if (length > v8::String::kMaxLength) return too_long(isolate);
  if (length * sizeof(char16_t) >= kExternalFrom) {
    auto resource = std::make_unique<ExternalUtf16>(isolate, length);
    if (!fill(resource->memory())) return {};
    return v8::String::NewExternalTwoByte(isolate, resource.release());
  }
  const Temporary<uint16_t> data(length);
  if (!fill(reinterpret_cast<char16_t*>(data.get()))) return {};
  return v8::String::NewFromTwoByte(isolate, data.get(), v8::NewStringType::kNormal, static_cast<int>(length));
}

v8::MaybeLocal<v8::String> copy_latin1(v8::Isolate* isolate, std::span<const uint8_t> bytes) {
  if (bytes.size() < kExternalFrom) {
    return v8::String::NewFromOneByte(isolate, bytes.data(), v8::NewStringType::kNormal,
                                      static_cast<int>(bytes.size()));
  }
  return make_latin1(isolate, bytes.size(), [&](char* out) {
    std::memcpy(out, bytes.data(), bytes.size());
    return true;
  });
}

v8::MaybeLocal<v8::String> decode_utf8(v8::Isolate* isolate, std::span<const uint8_t> bytes) {
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  const size_t size = bytes.size();
  const auto by_engine = [&]() -> v8::MaybeLocal<v8::String> {
    // Of ill-formed text nobody knows the length before, but no byte makes more than one unit.
    if (size > v8::String::kMaxLength) return too_long(isolate);
    return v8::String::NewFromUtf8(isolate, text, v8::NewStringType::kNormal, static_cast<int>(size));
  };
  if (size <= kShort) return by_engine();
  if (simdutf::validate_ascii(text, size)) return copy_latin1(isolate, bytes);
  const size_t units = simdutf::utf16_length_from_utf8(text, size);
  if (units > v8::String::kMaxLength) return simdutf::validate_utf8(text, size) ? too_long(isolate) : by_engine();
  const auto result =
      vector::may_be_latin1(bytes)
          ? make_latin1(isolate, units,
                        [&](char* out) { return simdutf::convert_utf8_to_latin1(text, size, out) == units; })
          : make_utf16(isolate, units,
                       [&](char16_t* out) { return simdutf::convert_utf8_to_utf16le(text, size, out) == units; });
  return result.IsEmpty() ? by_engine() : result;
}

}  // namespace

void Bytes::ask_engine(v8::Local<v8::Value> value) {
  if (value->IsArrayBufferView()) {
    bytes_ = bytes_of_view(value);
  } else if (value->IsArrayBuffer()) {
    const auto buffer = value.As<v8::ArrayBuffer>();
    bytes_ = {static_cast<const uint8_t*>(buffer->Data()), buffer->ByteLength()};
  } else if (value->IsSharedArrayBuffer()) {
    const auto buffer = value.As<v8::SharedArrayBuffer>();
    bytes_ = {static_cast<const uint8_t*>(buffer->Data()), buffer->ByteLength()};
  } else {
    ok_ = false;
  }
}

std::span<uint8_t> bytes_of_view(v8::Local<v8::Value> value) {
  if (!value->IsArrayBufferView()) return {};
  // Only fixed-length typed arrays lie in the heap: there is nothing to be copied out of it.
  const auto contents = value.As<v8::ArrayBufferView>()->GetContents(v8::MemorySpan<uint8_t>());
  return {contents.data(), contents.size()};
}

std::span<uint8_t> writable_bytes(v8::Local<v8::Value> value) {
  TypedArrayBytes found;
  if (!found.read(value)) return bytes_of_view(value);
  return found.in_heap ? bytes_of(value) : std::span(found.data, found.size);
}

v8::MaybeLocal<v8::String> decode(v8::Isolate* isolate, std::span<const uint8_t> bytes, Encoding encoding) {
  if (bytes.empty()) return v8::String::Empty(isolate);
  switch (encoding) {
    case Encoding::Utf8: return decode_utf8(isolate, bytes);
    case Encoding::Utf16le:
      if (bytes.size() < kExternalFrom && reinterpret_cast<uintptr_t>(bytes.data()) % alignof(uint16_t) == 0) {
        return v8::String::NewFromTwoByte(isolate, reinterpret_cast<const uint16_t*>(bytes.data()),
                                          v8::NewStringType::kNormal, static_cast<int>(bytes.size() / 2));
      }
      // The bytes need not be aligned as units have to be; a last odd one is dropped.
      return make_utf16(isolate, bytes.size() / 2, [&](char16_t* out) {
        std::memcpy(out, bytes.data(), bytes.size() / 2 * 2);
        return true;
      });
    case Encoding::Latin1:
      if (bytes.size() > v8::String::kMaxLength) return too_long(isolate);
      return copy_latin1(isolate, bytes);
    case Encoding::Ascii:
      if (bytes.size() > v8::String::kMaxLength) return too_long(isolate);
      if (simdutf::validate_ascii(reinterpret_cast<const char*>(bytes.data()), bytes.size())) {
        return copy_latin1(isolate, bytes);
      }
      return make_latin1(isolate, bytes.size(), [&](char* out) {
        vector::write_ascii(bytes, out);
        return true;
      });
    case Encoding::Base64:
    case Encoding::Base64url:
    case Encoding::Hex:
      return make_latin1(isolate, digits_length(bytes.size(), encoding), [&](char* out) {
        write_digits(bytes, encoding, out);
        return true;
      });
  }
  return {};
}

}  // namespace gyre::buffer
