// Between the text of strings and the bytes of buffers, in the encodings of node:buffer.
// Plain C++: knows no V8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gyre::buffer {

// The numbers are those in encodings.js.
enum class Encoding : uint32_t { Utf8, Utf16le, Latin1, Ascii, Base64, Base64url, Hex };

// The characters of a string as the engine keeps them: bytes of Latin-1, or UTF-16 units that may
// hold lone surrogates. A view: the string outlives it.
class Text {
 public:
  Text(const uint8_t* latin1, size_t length) : characters_(latin1), length_(length) {}
  Text(const char16_t* utf16, size_t length) : characters_(utf16), length_(length | kWide) {}

  bool is_latin1() const { return (length_ & kWide) == 0; }
  const char* latin1() const { return static_cast<const char*>(characters_); }
  const char16_t* utf16() const { return static_cast<const char16_t*>(characters_); }
  size_t length() const { return length_ & ~kWide; }

 private:
  static constexpr size_t kWide = ~(SIZE_MAX >> 1);

  // Two words are passed in registers, three are not.
  const void* characters_;
  size_t length_;
};

// How many bytes the text takes at most; exact for all but base64, base64url and hex, where
// characters outside the alphabet end or thin out the result.
size_t encoded_length(Text text, Encoding encoding);

// Writes as many whole characters as fit and returns the number of bytes. A lone surrogate becomes
// U+FFFD in UTF-8.
size_t encode(Text text, Encoding encoding, std::span<uint8_t> out);

// How far an encoder came: units of the string, and bytes.
struct Progress {
  size_t read = 0;
  size_t written = 0;
};

// The same in UTF-8, telling also how much of the text was taken.
Progress encode_utf8(Text text, std::span<uint8_t> out);

// All of the text as bytes.
std::vector<uint8_t> encode(Text text, Encoding encoding);

// How many characters base64, base64url and hex make from so many bytes.
size_t digits_length(size_t bytes, Encoding encoding);

// Writes digits_length() characters of base64, base64url or hex.
void write_digits(std::span<const uint8_t> bytes, Encoding encoding, char* out);

// The same as a string.
std::string to_digits(std::span<const uint8_t> bytes, Encoding encoding);

// Re-encodes text; what the target cannot express becomes '?'. Ill-formed input becomes U+FFFD, but
// is a failure (nullopt) where a conversion between UTF-8 and UTF-16 meets it.
std::optional<std::vector<uint8_t>> transcode(std::span<const uint8_t> source, Encoding from, Encoding to);

}  // namespace gyre::buffer
