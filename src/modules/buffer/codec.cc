#include "modules/buffer/codec.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/simdutf.h"
#include "modules/buffer/vector.h"
#include "modules/buffer/wide.h"

namespace gyre::buffer {
namespace {

constexpr bool is_lead(char16_t unit) { return (unit & 0xfc00) == 0xd800; }
constexpr bool is_trail(char16_t unit) { return (unit & 0xfc00) == 0xdc00; }

char* as_chars(uint8_t* bytes) { return reinterpret_cast<char*>(bytes); }
const char* as_chars(const uint8_t* bytes) { return reinterpret_cast<const char*>(bytes); }

// Every unit takes three bytes of UTF-8 at most, so this many certainly fit.
constexpr size_t kMaxUtf8PerUnit = 3;

// Up to here, text is first tried as ASCII.
constexpr size_t kLong = 256;

// What stays in the nearest cache between two looks at it.
constexpr size_t kChunk = 8192;

// Below this, setting up a vector loop costs more than it saves.
constexpr size_t kShort = 16;

Progress latin1_to_utf8(const char* text, size_t length, std::span<uint8_t> out) {
  // Setting up the library's loop costs more than most strings are worth: it gets the long ones, and
  // those that are not ASCII.
  const size_t plain = std::min(length, out.size());
  size_t read = plain < wide::kWorthwhile ? 0 : wide::copy_ascii(text, plain, out.data());
  read += vector::copy_ascii(text + read, std::min(plain - read, kLong), out.data() + read);
  size_t written = read;
  // What fits whatever the characters are goes through the vector code, again and again, as the
  // assumption of two bytes a character leaves room.
  while (read < length) {
    // Copying what was found to be ASCII beats converting it.
    const size_t chunk = std::min({length - read, out.size() - written, kChunk});
    if (chunk >= kLong && simdutf::validate_ascii(text + read, chunk)) {
      std::memcpy(out.data() + written, text + read, chunk);
      read += chunk;
      written += chunk;
      continue;
    }
    const size_t sure = std::min({length - read, (out.size() - written) / 2, kChunk});
    if (sure < kShort) break;
    written += simdutf::convert_latin1_to_utf8(text + read, sure, as_chars(out.data()) + written);
    read += sure;
  }
  for (; read < length; read++) {
    const auto c = static_cast<uint8_t>(text[read]);
    const size_t size = c < 0x80 ? 1 : 2;
    if (written + size > out.size()) break;
    if (size == 1) {
      out[written++] = c;
    } else {
      out[written++] = 0xc0 | (c >> 6);
      out[written++] = 0x80 | (c & 0x3f);
    }
  }
  return {read, written};
}

// Appends a code point if it fits; returns the bytes taken.
size_t put_utf8(char32_t c, std::span<uint8_t> out) {
  const size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  if (out.size() < size) return 0;
  if (size == 1) {
    out[0] = static_cast<uint8_t>(c);
    return 1;
  }
  constexpr std::array<uint8_t, 5> kLead = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = size - 1; i > 0; i--) {
    out[i] = 0x80 | (c & 0x3f);
    c >>= 6;
  }
  out[0] = kLead[size] | static_cast<uint8_t>(c);
  return size;
}

Progress utf16_to_utf8(const char16_t* text, size_t length, std::span<uint8_t> out) {
  size_t read = 0;
  size_t written = 0;
  while (read < length) {
    size_t sure = std::min(length - read, (out.size() - written) / kMaxUtf8PerUnit);
    // A pair must not be cut in two.
    if (sure > 0 && sure < length - read && is_lead(text[read + sure - 1])) sure--;
    if (sure < kShort) break;
    const auto chunk = simdutf::convert_utf16le_to_utf8_with_errors(text + read, sure, as_chars(out.data()) + written);
    if (chunk.error == simdutf::SUCCESS) {
      read += sure;
      written += chunk.count;
      continue;
    }
    // The units before the lone surrogate are well-formed: convert them again to learn their size.
    const auto good =
        simdutf::convert_utf16le_to_utf8_with_errors(text + read, chunk.count, as_chars(out.data()) + written);
    read += chunk.count + 1;
    written += good.count;
    written += put_utf8(0xfffd, out.subspan(written));
  }
  while (read < length) {
    char32_t c = text[read];
    size_t units = 1;
    if (is_lead(text[read]) && read + 1 < length && is_trail(text[read + 1])) {
      c = 0x10000 + ((c & 0x3ff) << 10) + (text[read + 1] & 0x3ff);
      units = 2;
    } else if (is_lead(text[read]) || is_trail(text[read])) {
      c = 0xfffd;
    }
    const size_t size = put_utf8(c, out.subspan(written));
    if (size == 0) break;
    written += size;
    read += units;
  }
  return {read, written};
}

size_t utf16_utf8_length(const char16_t* text, size_t length) {
  auto [i, excess] = length < wide::kWorthwhile ? wide::Excess{0, 0} : wide::utf8_excess(text, length);
  for (; i < length; i++) {
    if (text[i] < 0x80) continue;
    excess += text[i] < 0x800 ? 1 : 2;
    if (is_lead(text[i]) && i + 1 < length && is_trail(text[i + 1])) excess -= 2;
  }
  return length + excess;
}

size_t to_utf16le(Text text, std::span<uint8_t> out) {
  const size_t units = std::min(text.length(), out.size() / 2);
  if (text.is_latin1()) {
    // The vector code stores unaligned; its scalar rest, a few units, does so on every target we have.
    (void)simdutf::convert_latin1_to_utf16le(text.latin1(), units, reinterpret_cast<char16_t*>(out.data()));
  } else if (units > 0) {
    std::memcpy(out.data(), text.utf16(), units * 2);
  }
  return units * 2;
}

size_t to_latin1(Text text, std::span<uint8_t> out) {
  const size_t count = std::min(text.length(), out.size());
  if (count == 0) return 0;
  if (text.is_latin1()) {
    std::memcpy(out.data(), text.latin1(), count);
  } else {
    // Of wider characters the low byte remains.
    std::transform(text.utf16(), text.utf16() + count, out.data(),
                   [](char16_t unit) { return static_cast<uint8_t>(unit); });
  }
  return count;
}

constexpr uint8_t kNoDigit = 0xff;

constexpr std::array<uint8_t, 256> make_hex_table() {
  std::array<uint8_t, 256> table{};
  for (auto& each : table) each = kNoDigit;
  for (int i = 0; i < 10; i++) table['0' + i] = i;
  for (int i = 0; i < 6; i++) table['a' + i] = table['A' + i] = 10 + i;
  return table;
}

// Both alphabets, because decoding accepts either.
constexpr std::array<uint8_t, 256> make_base64_table() {
  std::array<uint8_t, 256> table{};
  for (auto& each : table) each = kNoDigit;
  for (int i = 0; i < 26; i++) {
    table['A' + i] = i;
    table['a' + i] = 26 + i;
  }
  for (int i = 0; i < 10; i++) table['0' + i] = 52 + i;
  table['+'] = table['-'] = 62;
  table['/'] = table['_'] = 63;
  return table;
}

constexpr auto kHexDigits = make_hex_table();
constexpr auto kBase64Digits = make_base64_table();

// Ends at the first pair that is not two digits.
size_t decode_hex(const char* text, size_t length, std::span<uint8_t> out) {
  const size_t count = std::min(length / 2, out.size());
  size_t i = count < wide::kWorthwhile ? 0 : wide::read_hex(text, count * 2, out.data());
  i += vector::read_hex(text + 2 * i, (count - i) * 2, out.data() + i);
  for (; i < count; i++) {
    const uint8_t high = kHexDigits[static_cast<uint8_t>(text[2 * i])];
    const uint8_t low = kHexDigits[static_cast<uint8_t>(text[2 * i + 1])];
    if ((high | low) == kNoDigit) return i;
    out[i] = high << 4 | low;
  }
  return count;
}

// Skips what is no digit, ends at the first '='.
size_t decode_base64_leniently(const char* text, size_t length, std::span<uint8_t> out) {
  size_t written = 0;
  uint32_t bits = 0;
  int held = 0;
  for (size_t i = 0; i < length && written < out.size(); i++) {
    if (text[i] == '=') break;
    const uint8_t digit = kBase64Digits[static_cast<uint8_t>(text[i])];
    if (digit == kNoDigit) continue;
    bits = bits << 6 | digit;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[written++] = static_cast<uint8_t>(bits >> held);
    }
  }
  return written;
}

// For text of so few digits a loop over groups of four takes less time than the choice among vector loops.
constexpr size_t kFewDigits = 64;

size_t decode_few_base64(const char* text, size_t length, std::span<uint8_t> out) {
  size_t read = 0;
  size_t written = 0;
  for (; read + 4 <= length && written + 3 <= out.size(); read += 4, written += 3) {
    uint32_t bits = 0;
    uint8_t all = 0;
    for (size_t i = 0; i < 4; i++) {
      const uint8_t digit = kBase64Digits[static_cast<uint8_t>(text[read + i])];
      all |= digit;
      bits = bits << 6 | digit;
    }
    if (all == kNoDigit) break;
    out[written] = static_cast<uint8_t>(bits >> 16);
    out[written + 1] = static_cast<uint8_t>(bits >> 8);
    out[written + 2] = static_cast<uint8_t>(bits);
  }
  return written + decode_base64_leniently(text + read, length - read, out.subspan(written));
}

size_t decode_base64(const char* text, size_t length, Encoding encoding, std::span<uint8_t> out) {
  if (length <= kFewDigits) return decode_few_base64(text, length, out);
  // The strict vector decoder wants room for everything, and refuses what ours passes over.
  if (out.size() >= simdutf::maximal_binary_length_from_base64(text, length)) {
    const auto options = encoding == Encoding::Base64url ? simdutf::base64_url : simdutf::base64_default;
    const auto result = simdutf::base64_to_binary(text, length, as_chars(out.data()), options, simdutf::loose);
    if (result.error == simdutf::SUCCESS) return result.count;
  }
  return decode_base64_leniently(text, length, out);
}

// Digits are ASCII; of other characters, the low byte is looked at.
template <typename Decode>
size_t decode_narrow(Text text, Decode decode) {
  if (text.is_latin1()) return decode(text.latin1(), text.length());
  std::string narrow(text.length(), '\0');
  (void)to_latin1(text, {reinterpret_cast<uint8_t*>(narrow.data()), narrow.size()});
  return decode(narrow.data(), narrow.size());
}

size_t base64_decoded_length(Text text) {
  size_t digits = text.length();
  const auto ends_with_padding = [&] {
    if (digits == 0) return false;
    return text.is_latin1() ? text.latin1()[digits - 1] == '=' : text.utf16()[digits - 1] == u'=';
  };
  if (ends_with_padding()) digits--;
  if (ends_with_padding()) digits--;
  return digits / 4 * 3 + digits % 4 * 3 / 4;
}

}  // namespace

size_t encoded_length(Text text, Encoding encoding) {
  switch (encoding) {
    case Encoding::Utf8:
      return text.is_latin1() ? simdutf::utf8_length_from_latin1(text.latin1(), text.length())
                              : utf16_utf8_length(text.utf16(), text.length());
    case Encoding::Utf16le: return text.length() * 2;
    case Encoding::Latin1:
    case Encoding::Ascii: return text.length();
    case Encoding::Base64:
    case Encoding::Base64url: return base64_decoded_length(text);
    case Encoding::Hex: return text.length() / 2;
  }
  return 0;
}

Progress encode_utf8(Text text, std::span<uint8_t> out) {
  return text.is_latin1() ? latin1_to_utf8(text.latin1(), text.length(), out)
                          : utf16_to_utf8(text.utf16(), text.length(), out);
}

size_t encode(Text text, Encoding encoding, std::span<uint8_t> out) {
  switch (encoding) {
    case Encoding::Utf8: return encode_utf8(text, out).written;
    case Encoding::Utf16le: return to_utf16le(text, out);
    case Encoding::Latin1:
    case Encoding::Ascii: return to_latin1(text, out);
    case Encoding::Base64:
    case Encoding::Base64url:
      return decode_narrow(
          text, [&](const char* digits, size_t length) { return decode_base64(digits, length, encoding, out); });
    case Encoding::Hex:
      return decode_narrow(text, [&](const char* digits, size_t length) { return decode_hex(digits, length, out); });
  }
  return 0;
}

std::vector<uint8_t> encode(Text text, Encoding encoding) {
  std::vector<uint8_t> bytes(encoded_length(text, encoding));
  bytes.resize(encode(text, encoding, bytes));
  return bytes;
}

size_t digits_length(size_t bytes, Encoding encoding) {
  if (encoding == Encoding::Hex) return bytes * 2;
  return simdutf::base64_length_from_binary(
      bytes, encoding == Encoding::Base64url ? simdutf::base64_url : simdutf::base64_default);
}

void write_digits(std::span<const uint8_t> bytes, Encoding encoding, char* out) {
  if (encoding == Encoding::Hex) {
    const size_t done = bytes.size() < wide::kWorthwhile ? 0 : wide::write_hex(bytes.data(), bytes.size(), out);
    vector::write_hex(bytes.subspan(done), out + 2 * done);
    return;
  }
  simdutf::binary_to_base64(as_chars(bytes.data()), bytes.size(), out,
                            encoding == Encoding::Base64url ? simdutf::base64_url : simdutf::base64_default);
}

std::string to_digits(std::span<const uint8_t> bytes, Encoding encoding) {
  std::string digits(digits_length(bytes.size(), encoding), '\0');
  write_digits(bytes, encoding, digits.data());
  return digits;
}

}  // namespace gyre::buffer
