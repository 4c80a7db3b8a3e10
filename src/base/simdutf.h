// The part of simdutf that Gyre calls. The library is inside V8's archive, its headers are not:
// these declarations repeat the exact signatures of version 6.
#pragma once

#include <cstddef>
#include <cstdint>

namespace simdutf {

enum error_code {
  SUCCESS = 0,
  HEADER_BITS,
  TOO_SHORT,
  TOO_LONG,
  OVERLONG,
  TOO_LARGE,
  SURROGATE,
  INVALID_BASE64_CHARACTER,
  BASE64_INPUT_REMAINDER,
  BASE64_EXTRA_BITS,
  OUTPUT_BUFFER_TOO_SMALL,
  OTHER
};

// On success `count` is the number of written units, else the position of the error in the input.
struct result {
  error_code error;
  size_t count;
};

enum base64_options : uint64_t {
  base64_default = 0,
  base64_url = 1,
};

enum last_chunk_handling_options : uint64_t {
  loose = 0,
  strict = 1,
  stop_before_partial = 2,
};

[[nodiscard]] bool validate_utf8(const char* buf, size_t len) noexcept;
[[nodiscard]] bool validate_ascii(const char* buf, size_t len) noexcept;
[[nodiscard]] result validate_ascii_with_errors(const char* buf, size_t len) noexcept;
[[nodiscard]] bool validate_utf16le(const char16_t* buf, size_t len) noexcept;

[[nodiscard]] size_t utf8_length_from_latin1(const char* input, size_t length) noexcept;
[[nodiscard]] size_t utf8_length_from_utf16le(const char16_t* input, size_t length) noexcept;
[[nodiscard]] size_t utf16_length_from_utf8(const char* input, size_t length) noexcept;

[[nodiscard]] size_t convert_latin1_to_utf8(const char* input, size_t length, char* out) noexcept;
[[nodiscard]] size_t convert_latin1_to_utf16le(const char* input, size_t length, char16_t* out) noexcept;
[[nodiscard]] size_t convert_utf8_to_utf16le(const char* input, size_t length, char16_t* out) noexcept;
[[nodiscard]] size_t convert_valid_utf8_to_utf16le(const char* input, size_t length, char16_t* out) noexcept;
[[nodiscard]] size_t convert_utf8_to_latin1(const char* input, size_t length, char* out) noexcept;
[[nodiscard]] result convert_utf8_to_latin1_with_errors(const char* input, size_t length, char* out) noexcept;
[[nodiscard]] result convert_utf16le_to_utf8_with_errors(const char16_t* input, size_t length, char* out) noexcept;

[[nodiscard]] size_t base64_length_from_binary(size_t length, base64_options options) noexcept;
size_t binary_to_base64(const char* input, size_t length, char* output, base64_options options) noexcept;
[[nodiscard]] result base64_to_binary(const char* input, size_t length, char* output, base64_options options,
                                      last_chunk_handling_options last_chunk) noexcept;
[[nodiscard]] size_t maximal_binary_length_from_base64(const char* input, size_t length) noexcept;

}  // namespace simdutf
