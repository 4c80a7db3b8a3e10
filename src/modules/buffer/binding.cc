// What node:buffer asks of C++. All functions are raw: they are the hottest of the library, and take
// the Buffer as their first argument.
#include "binding/binding.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "base/block_cache.h"
#include "base/simdutf.h"
#include "binding/array_memory.h"
#include "modules/buffer/codec.h"
#include "modules/buffer/encoded.h"
#include "modules/buffer/search.h"
#include "modules/buffer/text.h"
#include "modules/buffer/vector.h"

namespace gyre::buffer {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// The value of a small integer, which nearly all numbers here are, without a call into the engine.
inline std::optional<int> small_integer(v8::Local<v8::Value> value) {
  using v8::internal::Internals;
  const auto address = v8::internal::ValueHelper::ValueAsAddress(*value);
  if (Internals::HasHeapObjectTag(address)) return std::nullopt;
  return Internals::SmiValue(address);
}

inline int64_t to_offset(v8::Local<v8::Value> value) {
  if (const auto small = small_integer(value)) return *small;
  return value->IsNumber() ? static_cast<int64_t>(value.As<v8::Number>()->Value()) : 0;
}

// Numbers arrive checked or clamped by the script, except those of the undocumented methods.
inline size_t to_size(v8::Local<v8::Value> value) {
  if (const auto small = small_integer(value)) return std::max(*small, 0);
  if (!value->IsNumber()) return 0;
  const double number = value.As<v8::Number>()->Value();
  return number > 0 ? static_cast<size_t>(number) : 0;
}

void throw_wrong_argument(v8::Isolate* isolate, const char* message) {
  Realm::from(isolate).throw_coded(ErrorType::TypeError, "ERR_INVALID_ARG_TYPE", message);
}

void throw_wrong_argument(const Info& info, const char* message) { throw_wrong_argument(info.GetIsolate(), message); }

// Throws for what holds no bytes; empty views pass.
[[gnu::cold, gnu::noinline]] void refuse_other_than_view(v8::Local<v8::Value> value) {
  if (value->IsArrayBufferView()) return;
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  const v8::HandleScope handles(isolate);
  throw_wrong_argument(isolate, "argument must be a buffer");
}

void return_memory(const Info& info, v8::MaybeLocal<v8::ArrayBuffer> made) {
  v8::Local<v8::ArrayBuffer> memory;
  if (made.ToLocal(&memory)) return info.GetReturnValue().Set(memory);
  Realm::from(info.GetIsolate())
      .throw_coded(ErrorType::RangeError, "ERR_MEMORY_ALLOCATION_FAILED", "Array buffer allocation failed");
}

// createUninitialized(size): an ArrayBuffer with whatever the memory held before.
void create_uninitialized(const Info& info) {
  return_memory(info, uncleared_array_buffer(info.GetIsolate(), to_size(info[0])));
}

// createCleared(size): an ArrayBuffer of zeros.
void create_cleared(const Info& info) {
  return_memory(info, cleared_array_buffer(info.GetIsolate(), to_size(info[0])));
}

// What few bytes become, each character of which is a byte.
using FewCharacters = std::array<char, 2 * vector::kFew>;

// The characters of few bytes, made in `room` if they are not the bytes themselves; empty where that is left to others.
template <Encoding kEncoding>
std::span<const uint8_t> few_characters(std::span<const uint8_t> bytes, FewCharacters& room) {
  if (bytes.size() > vector::kFew) return {};
  if constexpr (kEncoding == Encoding::Latin1) return bytes;
  if constexpr (kEncoding == Encoding::Utf8 || kEncoding == Encoding::Ascii) {
    if (vector::few_are_ascii(bytes)) return bytes;
  }
  if constexpr (kEncoding == Encoding::Hex || kEncoding == Encoding::Base64 || kEncoding == Encoding::Base64url) {
    write_digits(bytes, kEncoding, room.data());
    return {reinterpret_cast<const uint8_t*>(room.data()), digits_length(bytes.size(), kEncoding)};
  }
  return {};
}

// encodeString(string, encoding): an ArrayBuffer. No more than kMostStaged bytes may come out.
void encode_string(const Info& info) {
  return_memory(info,
                encode_to_memory(info.GetIsolate(), info[0].As<v8::String>(), static_cast<Encoding>(to_size(info[1]))));
}

// utf8Slice(bytes, start, end) and its siblings: the string of a range.
template <Encoding kEncoding>
void slice(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  const Bytes bytes(info[0]);
  const auto all = bytes.span();
  const size_t start = to_size(info[1]);
  const size_t end = to_size(info[2]);
  if (start > end || end > all.size() || to_offset(info[1]) < 0 || !bytes.ok()) [[unlikely]] {
    if (!bytes.ok()) return throw_wrong_argument(info, "argument must be a buffer");
    Realm::from(isolate).throw_coded(ErrorType::RangeError, "ERR_OUT_OF_RANGE", "Index out of range");
    return;
  }
  const auto range = all.subspan(start, end - start);
  // Most text is short and plain: no measuring, no choosing.
  FewCharacters room;
  const auto few = few_characters<kEncoding>(range, room);
  v8::Local<v8::String> text;
  const bool ok = few.empty() ? decode(isolate, range, kEncoding).ToLocal(&text)
                              : v8::String::NewFromOneByte(isolate, few.data(), v8::NewStringType::kNormal,
                                                           static_cast<int>(few.size()))
                                    .ToLocal(&text);
  if (ok) info.GetReturnValue().Set(text);
}

// utf8Write(bytes, string, offset, length) and its siblings: the number of bytes written.
template <Encoding kEncoding>
void write(const Info& info) {
  if (!info[0]->IsArrayBufferView()) return throw_wrong_argument(info, "argument must be a buffer");
  if (!info[1]->IsString()) return throw_wrong_argument(info, "argument must be a string");
  // First, because it may make a flat copy of the string in the engine's heap.
  const Characters characters(info.GetIsolate(), info[1].As<v8::String>());
  const auto all = bytes_in_place(info[0]);
  const size_t offset = std::min(to_size(info[2]), all.size());
  const size_t length = std::min(to_size(info[3]), all.size() - offset);
  if (length == 0) return info.GetReturnValue().Set(0);
  const size_t written = encode(characters.text(), kEncoding, all.subspan(offset, length));
  info.GetReturnValue().Set(static_cast<double>(written));
}

// Places in memory come to optimized code's functions as doubles: it would cut them to 32 bits for narrower types.
inline size_t from_double(double number) { return static_cast<size_t>(static_cast<int64_t>(number)); }

// The same for one-byte strings, called by optimized code without building a call frame.
template <Encoding kEncoding>
uint32_t fast_write(v8::Local<v8::Value>, v8::Local<v8::Value> target, const v8::FastOneByteString& string,
                    double offset, double length) {
  const auto all = bytes_in_place(target);
  if (all.data() == nullptr) [[unlikely]]
    refuse_other_than_view(target);
  const size_t start = std::min(from_double(offset), all.size());
  const size_t room = std::min(from_double(length), all.size() - start);
  if constexpr (kEncoding == Encoding::Utf8 || kEncoding == Encoding::Latin1) {
    if (string.length <= std::min(room, vector::kFew) &&
        vector::copy_few<kEncoding == Encoding::Utf8>(string.data, string.length, all.data() + start)) {
      return string.length;
    }
  }
  if (room == 0) return 0;
  const Text text(reinterpret_cast<const uint8_t*>(string.data), string.length);
  return static_cast<uint32_t>(encode(text, kEncoding, all.subspan(start, room)));
}

void byte_length_utf8(const Info& info) {
  if (!info[0]->IsString()) return throw_wrong_argument(info, "argument must be a string");
  const Characters characters(info.GetIsolate(), info[0].As<v8::String>());
  info.GetReturnValue().Set(static_cast<double>(encoded_length(characters.text(), Encoding::Utf8)));
}

uint32_t fast_byte_length_utf8(v8::Local<v8::Value>, const v8::FastOneByteString& string) {
  const Text text(reinterpret_cast<const uint8_t*>(string.data), string.length);
  return static_cast<uint32_t>(encoded_length(text, Encoding::Utf8));
}

void is_any_array_buffer(const Info& info) {
  info.GetReturnValue().Set(info[0]->IsArrayBuffer() || info[0]->IsSharedArrayBuffer());
}

int32_t compare_bytes(v8::Local<v8::Value> one, v8::Local<v8::Value> other) {
  const auto a = bytes_in_place(one);
  const auto b = bytes_in_place(other);
  const size_t common = std::min(a.size(), b.size());
  int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  if (order == 0 && a.size() != b.size()) order = a.size() < b.size() ? -1 : 1;
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

void compare(const Info& info) { info.GetReturnValue().Set(compare_bytes(info[0], info[1])); }

int32_t fast_compare(v8::Local<v8::Value>, v8::Local<v8::Value> one, v8::Local<v8::Value> other) {
  return compare_bytes(one, other);
}

bool equal_bytes(v8::Local<v8::Value> one, v8::Local<v8::Value> other) {
  const auto a = bytes_in_place(one);
  const auto b = bytes_in_place(other);
  return a.size() == b.size() && vector::equal(a.data(), b.data(), a.size());
}

// equal(one, other): whether they hold the same bytes.
void equal(const Info& info) { info.GetReturnValue().Set(equal_bytes(info[0], info[1])); }

bool fast_equal(v8::Local<v8::Value>, v8::Local<v8::Value> one, v8::Local<v8::Value> other) {
  return equal_bytes(one, other);
}

double search_result(size_t found) { return found == kNotFound ? -1.0 : static_cast<double>(found); }

Direction direction_of(bool forward) { return forward ? Direction::Forward : Direction::Backward; }

Unit unit_of(Encoding encoding) { return encoding == Encoding::Utf16le ? Unit::Pair : Unit::Byte; }

double search_byte(v8::Local<v8::Value> bytes, uint32_t value, int64_t offset, bool forward) {
  return search_result(find_byte(bytes_in_place(bytes), static_cast<uint8_t>(value), offset, direction_of(forward)));
}

double search_text(v8::Local<v8::Value> bytes, Text text, int64_t offset, Encoding encoding, bool forward) {
  const auto haystack = bytes_in_place(bytes);
  const auto search = [&](std::span<const uint8_t> needle) {
    return search_result(find(haystack, needle, offset, direction_of(forward), unit_of(encoding)));
  };
  std::array<uint8_t, 512> small;
  const size_t length = text.length();
  if (encoding == Encoding::Utf8 && text.is_latin1() && length <= vector::kFew &&
      vector::copy_few<true>(text.latin1(), length, small.data())) {
    return search({small.data(), length});
  }
  if (length * 3 <= small.size()) return search({small.data(), encode(text, encoding, small)});
  return search(encode(text, encoding));
}

double search_bytes(v8::Local<v8::Value> bytes, v8::Local<v8::Value> wanted, int64_t offset, Encoding encoding,
                    bool forward) {
  const auto haystack = bytes_in_place(bytes);
  const auto needle = bytes_in_place(wanted);
  return search_result(find(haystack, needle, offset, direction_of(forward), unit_of(encoding)));
}

// indexOfByte(bytes, value, offset, forward)
void index_of_byte(const Info& info) {
  const uint32_t value = info[1]->Uint32Value(info.GetIsolate()->GetCurrentContext()).FromMaybe(0);
  info.GetReturnValue().Set(search_byte(info[0], value, to_offset(info[2]), info[3]->IsTrue()));
}

double fast_index_of_byte(v8::Local<v8::Value>, v8::Local<v8::Value> bytes, uint32_t value, double offset,
                          bool forward) {
  return search_byte(bytes, value, static_cast<int64_t>(offset), forward);
}

// indexOfString(bytes, string, offset, encoding, forward)
void index_of_string(const Info& info) {
  const Characters characters(info.GetIsolate(), info[1].As<v8::String>());
  info.GetReturnValue().Set(search_text(info[0], characters.text(), to_offset(info[2]),
                                        static_cast<Encoding>(to_size(info[3])), info[4]->IsTrue()));
}

double fast_index_of_string(v8::Local<v8::Value>, v8::Local<v8::Value> bytes, const v8::FastOneByteString& string,
                            double offset, uint32_t encoding, bool forward) {
  const Text text(reinterpret_cast<const uint8_t*>(string.data), string.length);
  return search_text(bytes, text, static_cast<int64_t>(offset), static_cast<Encoding>(encoding), forward);
}

// indexOfBytes(bytes, needle, offset, encoding, forward)
void index_of_bytes(const Info& info) {
  info.GetReturnValue().Set(
      search_bytes(info[0], info[1], to_offset(info[2]), static_cast<Encoding>(to_size(info[3])), info[4]->IsTrue()));
}

double fast_index_of_bytes(v8::Local<v8::Value>, v8::Local<v8::Value> bytes, v8::Local<v8::Value> needle, double offset,
                           uint32_t encoding, bool forward) {
  return search_bytes(bytes, needle, static_cast<int64_t>(offset), static_cast<Encoding>(encoding), forward);
}

// fillByte(bytes, value, start, end)
void fill_range(v8::Local<v8::Value> bytes, uint8_t value, size_t start, size_t end) {
  const auto all = bytes_in_place(bytes);
  end = std::min(end, all.size());
  if (start < end) std::memset(all.data() + start, value, end - start);
}

void fill_byte(const Info& info) {
  fill_range(info[0], static_cast<uint8_t>(to_size(info[1])), to_size(info[2]), to_size(info[3]));
}

void fast_fill_byte(v8::Local<v8::Value>, v8::Local<v8::Value> bytes, uint32_t value, uint32_t start, uint32_t end) {
  fill_range(bytes, static_cast<uint8_t>(value), start, end);
}

// What is copied over and over while filling.
constexpr size_t kFillChunk = 8192;

void fill_bytes(v8::Local<v8::Value> bytes, v8::Local<v8::Value> held, size_t start, size_t end, size_t size) {
  const auto all = bytes_in_place(bytes);
  const auto source = bytes_in_place(held);
  const auto pattern = source.first(std::min(size, source.size()));
  end = std::min(end, all.size());
  start = std::min(start, end);
  if (start == end || pattern.empty()) return;
  const auto target = all.subspan(start, end - start);
  size_t done = std::min(pattern.size(), target.size());
  // The pattern may lie inside the target.
  std::memmove(target.data(), pattern.data(), done);
  // Each pass doubles what is there, as long as that stays in the nearest cache.
  const size_t whole = std::max(kFillChunk / pattern.size(), size_t{1}) * pattern.size();
  while (done < target.size()) {
    const size_t count = std::min({done, whole, target.size() - done});
    std::memcpy(target.data() + done, target.data(), count);
    done += count;
  }
}

// fill(bytes, pattern, start, end, size): repeats the first `size` bytes of the pattern, at least one.
void fill(const Info& info) { fill_bytes(info[0], info[1], to_size(info[2]), to_size(info[3]), to_size(info[4])); }

void fast_fill(v8::Local<v8::Value>, v8::Local<v8::Value> bytes, v8::Local<v8::Value> pattern, double start, double end,
               double size) {
  fill_bytes(bytes, pattern, from_double(start), from_double(end), from_double(size));
}

size_t copy_bytes(v8::Local<v8::Value> from, v8::Local<v8::Value> to, size_t target_start, size_t source_start,
                  size_t wanted) {
  const auto source = bytes_in_place(from);
  const auto target = bytes_in_place(to);
  if (target_start >= target.size() || source_start >= source.size()) return 0;
  const size_t count = std::min({wanted, target.size() - target_start, source.size() - source_start});
  std::memmove(target.data() + target_start, source.data() + source_start, count);
  return count;
}

// copy(source, target, targetStart, sourceStart, count): how many bytes there were to copy.
void copy(const Info& info) {
  const size_t count = copy_bytes(info[0], info[1], to_size(info[2]), to_size(info[3]), to_size(info[4]));
  info.GetReturnValue().Set(static_cast<double>(count));
}

double fast_copy(v8::Local<v8::Value>, v8::Local<v8::Value> source, v8::Local<v8::Value> target, double target_start,
                 double source_start, double count) {
  return static_cast<double>(
      copy_bytes(source, target, from_double(target_start), from_double(source_start), from_double(count)));
}

void swap_bytes(v8::Local<v8::Value> value, size_t width) {
  const auto bytes = bytes_in_place(value);
  switch (width) {
    case 2: return vector::swap_units<uint16_t>(bytes);
    case 4: return vector::swap_units<uint32_t>(bytes);
    default: return vector::swap_units<uint64_t>(bytes);
  }
}

// swap(bytes, width): reverses the bytes of each unit of 2, 4 or 8.
void swap(const Info& info) { swap_bytes(info[0], to_size(info[1])); }

void fast_swap(v8::Local<v8::Value>, v8::Local<v8::Value> bytes, uint32_t width) { swap_bytes(bytes, width); }

void is_utf8(const Info& info) {
  const Bytes bytes(info[0]);
  const auto span = bytes.span();
  info.GetReturnValue().Set(simdutf::validate_utf8(reinterpret_cast<const char*>(span.data()), span.size()));
}

void is_ascii(const Info& info) {
  const Bytes bytes(info[0]);
  const auto span = bytes.span();
  info.GetReturnValue().Set(simdutf::validate_ascii(reinterpret_cast<const char*>(span.data()), span.size()));
}

// A block of bytes that needs no allocation when it is small.
class Scratch {
 public:
  explicit Scratch(size_t size) : size_(size) {
    if (size > sizeof small_) large_.emplace(size);
  }
  uint8_t* data() { return large_ ? large_->get() : small_; }
  char* chars() { return reinterpret_cast<char*>(data()); }
  std::span<uint8_t> span() { return {data(), size_}; }

 private:
  size_t size_;
  uint8_t small_[512];
  std::optional<Temporary<uint8_t>> large_;
};

void return_latin1(const Info& info, std::span<const uint8_t> bytes) {
  v8::Local<v8::String> text;
  if (decode(info.GetIsolate(), bytes, Encoding::Latin1).ToLocal(&text)) info.GetReturnValue().Set(text);
}

// btoa(string): undefined where a character is no byte.
void btoa(const Info& info) {
  const auto string = info[0].As<v8::String>();
  Scratch digits(digits_length(string->Length(), Encoding::Base64));
  {
    const Characters characters(info.GetIsolate(), string);
    const Text text = characters.text();
    if (text.is_latin1()) {
      write_digits({reinterpret_cast<const uint8_t*>(text.latin1()), text.length()}, Encoding::Base64, digits.chars());
    } else {
      if (std::any_of(text.utf16(), text.utf16() + text.length(), [](char16_t c) { return c > 0xff; })) return;
      write_digits(encode(text, Encoding::Latin1), Encoding::Base64, digits.chars());
    }
  }
  return_latin1(info, digits.span());
}

// atob(string): a number where the string is no base64, kBase64Remainder if only its length is wrong.
void atob(const Info& info) {
  const auto string = info[0].As<v8::String>();
  // Never more bytes than digits.
  Scratch bytes(string->Length());
  simdutf::result result{simdutf::INVALID_BASE64_CHARACTER, 0};
  {
    const Characters characters(info.GetIsolate(), string);
    const Text text = characters.text();
    if (text.is_latin1()) {
      result = simdutf::base64_to_binary(text.latin1(), text.length(), bytes.chars(), simdutf::base64_default,
                                         simdutf::loose);
    } else if (std::all_of(text.utf16(), text.utf16() + text.length(), [](char16_t c) { return c < 0x80; })) {
      // A string of two-byte units can hold nothing but ASCII.
      const auto narrow = encode(text, Encoding::Latin1);
      result = simdutf::base64_to_binary(reinterpret_cast<const char*>(narrow.data()), narrow.size(), bytes.chars(),
                                         simdutf::base64_default, simdutf::loose);
    }
  }
  if (result.error != simdutf::SUCCESS) {
    return info.GetReturnValue().Set(static_cast<int>(result.error));
  }
  return_latin1(info, bytes.span().first(result.count));
}

// transcode(bytes, from, to): an ArrayBuffer, or undefined for ill-formed text.
void transcode_bytes(const Info& info) {
  const Bytes source(info[0]);
  const auto result =
      transcode(source.span(), static_cast<Encoding>(to_size(info[1])), static_cast<Encoding>(to_size(info[2])));
  if (!result) return;
  const auto buffer = v8::ArrayBuffer::New(info.GetIsolate(), result->size());
  std::copy(result->begin(), result->end(), static_cast<uint8_t*>(buffer->Data()));
  info.GetReturnValue().Set(buffer);
}

// callerName(depth): the name of the script that many frames above the calling function.
void caller_name(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  const int depth = static_cast<int>(to_size(info[0]));
  const auto trace = v8::StackTrace::CurrentStackTrace(isolate, depth + 1, v8::StackTrace::kScriptName);
  v8::Local<v8::String> name;
  if (trace->GetFrameCount() > depth) name = trace->GetFrame(isolate, depth)->GetScriptName();
  info.GetReturnValue().Set(name.IsEmpty() ? v8::String::Empty(isolate) : name);
}

}  // namespace

GYRE_MODULE(buffer) {
  b.raw<&create_uninitialized>("createUninitialized");
  b.raw<&create_cleared>("createCleared");
  b.raw<&encode_string>("encodeString");
  b.constant("kMostStaged", static_cast<double>(kMostStaged));
  b.raw_fast<&byte_length_utf8, &fast_byte_length_utf8>("byteLengthUtf8");
  b.raw<&is_any_array_buffer>("isAnyArrayBuffer");
  b.raw<&slice<Encoding::Utf8>>("utf8Slice");
  b.raw<&slice<Encoding::Utf16le>>("ucs2Slice");
  b.raw<&slice<Encoding::Latin1>>("latin1Slice");
  b.raw<&slice<Encoding::Ascii>>("asciiSlice");
  b.raw<&slice<Encoding::Base64>>("base64Slice");
  b.raw<&slice<Encoding::Base64url>>("base64urlSlice");
  b.raw<&slice<Encoding::Hex>>("hexSlice");
  b.raw_fast<&write<Encoding::Utf8>, &fast_write<Encoding::Utf8>>("utf8Write");
  b.raw_fast<&write<Encoding::Utf16le>, &fast_write<Encoding::Utf16le>>("ucs2Write");
  b.raw_fast<&write<Encoding::Latin1>, &fast_write<Encoding::Latin1>>("latin1Write");
  b.raw_fast<&write<Encoding::Base64>, &fast_write<Encoding::Base64>>("base64Write");
  b.raw_fast<&write<Encoding::Base64url>, &fast_write<Encoding::Base64url>>("base64urlWrite");
  b.raw_fast<&write<Encoding::Hex>, &fast_write<Encoding::Hex>>("hexWrite");
  b.raw_fast<&compare, &fast_compare>("compare");
  b.raw_fast<&equal, &fast_equal>("equal");
  b.raw_fast<&index_of_byte, &fast_index_of_byte>("indexOfByte");
  b.raw_fast<&index_of_string, &fast_index_of_string>("indexOfString");
  b.raw_fast<&index_of_bytes, &fast_index_of_bytes>("indexOfBytes");
  b.raw_fast<&fill, &fast_fill>("fill");
  b.raw_fast<&fill_byte, &fast_fill_byte>("fillByte");
  b.raw_fast<&copy, &fast_copy>("copy");
  b.raw_fast<&swap, &fast_swap>("swap");
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
