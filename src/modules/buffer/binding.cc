// What node:buffer asks of C++. All functions are raw: they are the hottest of the library, and take
// the Buffer as their first argument.
#include "binding/binding.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/simdutf.h"
#include "modules/buffer/codec.h"
#include "modules/buffer/search.h"
#include "modules/buffer/text.h"

namespace gyre::buffer {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// Numbers arrive checked or clamped by the script, except those of the undocumented methods.
size_t to_size(v8::Local<v8::Value> value) {
  if (value->IsUint32()) return value.As<v8::Uint32>()->Value();
  if (!value->IsNumber()) return 0;
  const double number = value.As<v8::Number>()->Value();
  return number > 0 ? static_cast<size_t>(number) : 0;
}

int64_t to_offset(v8::Local<v8::Value> value) {
  return value->IsNumber() ? static_cast<int64_t>(value.As<v8::Number>()->Value()) : 0;
}

void throw_wrong_argument(const Info& info, const char* message) {
  Realm::from(info.GetIsolate())
      .throw_coded(ErrorType::TypeError, "ERR_INVALID_ARG_TYPE", message);
}

// createUninitialized(size): an ArrayBuffer with whatever the memory held before.
void create_uninitialized(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  auto store = v8::ArrayBuffer::NewBackingStore(
      isolate, to_size(info[0]), v8::BackingStoreInitializationMode::kUninitialized,
      v8::BackingStoreOnFailureMode::kReturnNull);
  if (!store) {
    Realm::from(isolate).throw_coded(ErrorType::RangeError, "ERR_MEMORY_ALLOCATION_FAILED",
                                     "Array buffer allocation failed");
    return;
  }
  info.GetReturnValue().Set(v8::ArrayBuffer::New(isolate, std::move(store)));
}

// utf8Slice(bytes, start, end) and its siblings: the string of a range.
template <Encoding kEncoding>
void slice(const Info& info) {
  const Bytes bytes(info[0]);
  if (!bytes.ok()) return throw_wrong_argument(info, "argument must be a buffer");
  const auto all = bytes.span();
  const size_t start = to_size(info[1]);
  const size_t end = to_size(info[2]);
  if (start > end || end > all.size() || (info[1]->IsNumber() && to_offset(info[1]) < 0)) {
    Realm::from(info.GetIsolate())
        .throw_coded(ErrorType::RangeError, "ERR_OUT_OF_RANGE", "Index out of range");
    return;
  }
  v8::Local<v8::String> text;
  if (decode(info.GetIsolate(), all.subspan(start, end - start), kEncoding).ToLocal(&text)) {
    info.GetReturnValue().Set(text);
  }
}

// utf8Write(bytes, string, offset, length) and its siblings: the number of bytes written.
template <Encoding kEncoding>
void write(const Info& info) {
  if (!info[0]->IsArrayBufferView()) return throw_wrong_argument(info, "argument must be a buffer");
  if (!info[1]->IsString()) return throw_wrong_argument(info, "argument must be a string");
  const auto all = bytes_of(info[0]);
  const size_t offset = std::min(to_size(info[2]), all.size());
  const size_t length = std::min(to_size(info[3]), all.size() - offset);
  if (length == 0) return info.GetReturnValue().Set(0);
  const Characters characters(info.GetIsolate(), info[1].As<v8::String>());
  const size_t written = encode(characters.text(), kEncoding, all.subspan(offset, length));
  info.GetReturnValue().Set(static_cast<double>(written));
}

void byte_length_utf8(const Info& info) {
  if (!info[0]->IsString()) return throw_wrong_argument(info, "argument must be a string");
  const Characters characters(info.GetIsolate(), info[0].As<v8::String>());
  info.GetReturnValue().Set(
      static_cast<double>(encoded_length(characters.text(), Encoding::Utf8)));
}

void is_any_array_buffer(const Info& info) {
  info.GetReturnValue().Set(info[0]->IsArrayBuffer() || info[0]->IsSharedArrayBuffer());
}

void compare(const Info& info) {
  const Bytes first(info[0]);
  const Bytes second(info[1]);
  const auto a = first.span();
  const auto b = second.span();
  const size_t common = std::min(a.size(), b.size());
  int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  if (order == 0 && a.size() != b.size()) order = a.size() < b.size() ? -1 : 1;
  info.GetReturnValue().Set(order < 0 ? -1 : order > 0 ? 1 : 0);
}

void finish_search(const Info& info, std::optional<size_t> found) {
  info.GetReturnValue().Set(found ? static_cast<double>(*found) : -1.0);
}

Direction direction_of(v8::Local<v8::Value> forward) {
  return forward->IsTrue() ? Direction::Forward : Direction::Backward;
}

Unit unit_of(Encoding encoding) {
  return encoding == Encoding::Utf16le ? Unit::Pair : Unit::Byte;
}

// indexOfByte(bytes, value, offset, forward)
void index_of_byte(const Info& info) {
  const uint32_t value =
      info[1]->Uint32Value(info.GetIsolate()->GetCurrentContext()).FromMaybe(0);
  const uint8_t needle = static_cast<uint8_t>(value);
  const Bytes haystack(info[0]);
  finish_search(info, find(haystack.span(), {&needle, 1}, to_offset(info[2]), direction_of(info[3]),
                           Unit::Byte));
}

// indexOfString(bytes, string, offset, encoding, forward)
void index_of_string(const Info& info) {
  const Bytes haystack(info[0]);
  const auto encoding = static_cast<Encoding>(to_size(info[3]));
  const Characters characters(info.GetIsolate(), info[1].As<v8::String>());
  const Text text = characters.text();
  std::array<uint8_t, 512> small;
  std::vector<uint8_t> large;
  std::span<uint8_t> needle = small;
  if (text.length() * 3 > small.size()) {
    large = encode(text, encoding);
    needle = large;
  } else {
    needle = needle.first(encode(text, encoding, needle));
  }
  finish_search(info, find(haystack.span(), needle, to_offset(info[2]), direction_of(info[4]),
                           unit_of(encoding)));
}

// indexOfBytes(bytes, needle, offset, encoding, forward)
void index_of_bytes(const Info& info) {
  const Bytes haystack(info[0]);
  const Bytes needle(info[1]);
  finish_search(info, find(haystack.span(), needle.span(), to_offset(info[2]),
                           direction_of(info[4]), unit_of(static_cast<Encoding>(to_size(info[3])))));
}

// fill(bytes, pattern, start, end): repeats the pattern, which is not empty.
void fill(const Info& info) {
  const auto all = bytes_of(info[0]);
  const Bytes source(info[1]);
  const auto pattern = source.span();
  const size_t end = std::min(to_size(info[3]), all.size());
  const size_t start = std::min(to_size(info[2]), end);
  if (start == end || pattern.empty()) return;
  const auto target = all.subspan(start, end - start);
  size_t done = std::min(pattern.size(), target.size());
  // The pattern may lie inside the target.
  std::memmove(target.data(), pattern.data(), done);
  // Each pass doubles what is there.
  while (done < target.size()) {
    const size_t count = std::min(done, target.size() - done);
    std::memcpy(target.data() + done, target.data(), count);
    done += count;
  }
}

// copy(source, target, targetStart, sourceStart, count)
void copy(const Info& info) {
  const auto source = bytes_of(info[0]);
  const auto target = bytes_of(info[1]);
  const size_t to = to_size(info[2]);
  const size_t from = to_size(info[3]);
  if (to >= target.size() || from >= source.size()) return;
  const size_t count = std::min({to_size(info[4]), target.size() - to, source.size() - from});
  std::memmove(target.data() + to, source.data() + from, count);
}

template <typename T>
void swap_units(std::span<uint8_t> bytes, T (*swap)(T)) {
  for (size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    T unit;
    std::memcpy(&unit, bytes.data() + i, sizeof(T));
    unit = swap(unit);
    std::memcpy(bytes.data() + i, &unit, sizeof(T));
  }
}

// swap(bytes, width): reverses the bytes of each unit of 2, 4 or 8.
void swap(const Info& info) {
  const auto bytes = bytes_of(info[0]);
  switch (to_size(info[1])) {
    case 2:
      return swap_units<uint16_t>(bytes, [](uint16_t u) { return __builtin_bswap16(u); });
    case 4:
      return swap_units<uint32_t>(bytes, [](uint32_t u) { return __builtin_bswap32(u); });
    default:
      return swap_units<uint64_t>(bytes, [](uint64_t u) { return __builtin_bswap64(u); });
  }
}

void is_utf8(const Info& info) {
  const Bytes bytes(info[0]);
  const auto span = bytes.span();
  info.GetReturnValue().Set(
      simdutf::validate_utf8(reinterpret_cast<const char*>(span.data()), span.size()));
}

void is_ascii(const Info& info) {
  const Bytes bytes(info[0]);
  const auto span = bytes.span();
  info.GetReturnValue().Set(
      simdutf::validate_ascii(reinterpret_cast<const char*>(span.data()), span.size()));
}

// btoa(string): undefined where a character is no byte.
void btoa(const Info& info) {
  std::string digits;
  {
    const Characters characters(info.GetIsolate(), info[0].As<v8::String>());
    const Text text = characters.text();
    if (!text.is_latin1() &&
        std::any_of(text.utf16(), text.utf16() + text.length(), [](char16_t c) { return c > 0xff; })) {
      return;
    }
    digits = to_digits(encode(text, Encoding::Latin1), Encoding::Base64);
  }
  info.GetReturnValue().Set(Realm::from(info.GetIsolate()).latin1(digits));
}

// atob(string): a number where the string is no base64, kBase64Remainder if only its length is wrong.
void atob(const Info& info) {
  std::vector<uint8_t> bytes;
  simdutf::result result{simdutf::INVALID_BASE64_CHARACTER, 0};
  {
    const Characters characters(info.GetIsolate(), info[0].As<v8::String>());
    const Text text = characters.text();
    if (text.is_latin1()) {
      bytes.resize(simdutf::maximal_binary_length_from_base64(text.latin1(), text.length()));
      result = simdutf::base64_to_binary(text.latin1(), text.length(),
                                         reinterpret_cast<char*>(bytes.data()),
                                         simdutf::base64_default, simdutf::loose);
    } else if (std::all_of(text.utf16(), text.utf16() + text.length(),
                           [](char16_t c) { return c < 0x80; })) {
      // A string of two-byte units can hold nothing but ASCII.
      const auto narrow = encode(text, Encoding::Latin1);
      const auto* digits = reinterpret_cast<const char*>(narrow.data());
      bytes.resize(simdutf::maximal_binary_length_from_base64(digits, narrow.size()));
      result = simdutf::base64_to_binary(digits, narrow.size(),
                                         reinterpret_cast<char*>(bytes.data()),
                                         simdutf::base64_default, simdutf::loose);
    }
  }
  if (result.error != simdutf::SUCCESS) {
    return info.GetReturnValue().Set(static_cast<int>(result.error));
  }
  bytes.resize(result.count);
  v8::Local<v8::String> text;
  if (decode(info.GetIsolate(), bytes, Encoding::Latin1).ToLocal(&text)) {
    info.GetReturnValue().Set(text);
  }
}

// transcode(bytes, from, to): an ArrayBuffer, or undefined for ill-formed text.
void transcode_bytes(const Info& info) {
  const Bytes source(info[0]);
  const auto result = transcode(source.span(), static_cast<Encoding>(to_size(info[1])),
                                static_cast<Encoding>(to_size(info[2])));
  if (!result) return;
  const auto buffer = v8::ArrayBuffer::New(info.GetIsolate(), result->size());
  std::copy(result->begin(), result->end(), static_cast<uint8_t*>(buffer->Data()));
  info.GetReturnValue().Set(buffer);
}

// callerName(depth): the name of the script that many frames above the calling function.
void caller_name(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  const int depth = static_cast<int>(to_size(info[0]));
  const auto trace =
      v8::StackTrace::CurrentStackTrace(isolate, depth + 1, v8::StackTrace::kScriptName);
  v8::Local<v8::String> name;
  if (trace->GetFrameCount() > depth) name = trace->GetFrame(isolate, depth)->GetScriptName();
  info.GetReturnValue().Set(name.IsEmpty() ? v8::String::Empty(isolate) : name);
}

}  // namespace

GYRE_MODULE(buffer) {
  b.raw<&create_uninitialized>("createUninitialized");
  b.raw<&byte_length_utf8>("byteLengthUtf8");
  b.raw<&is_any_array_buffer>("isAnyArrayBuffer");
  b.raw<&slice<Encoding::Utf8>>("utf8Slice");
  b.raw<&slice<Encoding::Utf16le>>("ucs2Slice");
  b.raw<&slice<Encoding::Latin1>>("latin1Slice");
  b.raw<&slice<Encoding::Ascii>>("asciiSlice");
  b.raw<&slice<Encoding::Base64>>("base64Slice");
  b.raw<&slice<Encoding::Base64url>>("base64urlSlice");
  b.raw<&slice<Encoding::Hex>>("hexSlice");
  b.raw<&write<Encoding::Utf8>>("utf8Write");
  b.raw<&write<Encoding::Utf16le>>("ucs2Write");
  b.raw<&write<Encoding::Latin1>>("latin1Write");
  b.raw<&write<Encoding::Base64>>("base64Write");
  b.raw<&write<Encoding::Base64url>>("base64urlWrite");
  b.raw<&write<Encoding::Hex>>("hexWrite");
  b.raw<&compare>("compare");
  b.raw<&index_of_byte>("indexOfByte");
  b.raw<&index_of_string>("indexOfString");
  b.raw<&index_of_bytes>("indexOfBytes");
  b.raw<&fill>("fill");
  b.raw<&copy>("copy");
  b.raw<&swap>("swap");
  b.raw<&is_utf8>("isUtf8");
  b.raw<&is_ascii>("isAscii");
  b.raw<&btoa>("btoa");
  b.raw<&atob>("atob");
  b.raw<&transcode_bytes>("transcode");
  b.raw<&caller_name>("callerName");
  b.constant("kMaxLength", static_cast<double>(v8::TypedArray::kMaxByteLength));
  b.constant("kStringMaxLength", v8::String::kMaxLength);
  b.constant("kBase64Remainder", static_cast<int>(simdutf::BASE64_INPUT_REMAINDER));
}

}  // namespace gyre::buffer
