// buffer.transcode(): text re-encoded by way of UTF-16.
#include <algorithm>
#include <cstring>

#include "base/simdutf.h"
#include "modules/buffer/codec.h"

namespace gyre::buffer {
namespace {

constexpr char16_t kReplacement = 0xfffd;

struct Decoded {
  std::u16string text;
  bool well_formed = true;
};

// The length of the sequence that a lead byte announces; 0 for what cannot lead.
size_t sequence_length(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

// Whether `next` may follow as the second byte: rules out overlong forms, surrogates and values
// above U+10FFFF.
bool may_follow(uint8_t lead, uint8_t next) {
  switch (lead) {
    case 0xe0: return next >= 0xa0 && next <= 0xbf;
    case 0xed: return next >= 0x80 && next <= 0x9f;
    case 0xf0: return next >= 0x90 && next <= 0xbf;
    case 0xf4: return next >= 0x80 && next <= 0x8f;
    default: return (next & 0xc0) == 0x80;
  }
}

// Each maximal part of an ill-formed sequence becomes one U+FFFD, as in the Encoding Standard.
Decoded decode_ill_formed_utf8(std::span<const uint8_t> source) {
  Decoded result{{}, false};
  size_t i = 0;
  while (i < source.size()) {
    const uint8_t lead = source[i];
    const size_t length = sequence_length(lead);
    size_t good = length == 0 ? 0 : 1;
    char32_t c = length == 1 ? lead : lead & (0xff >> (length + 1));
    while (good > 0 && good < length && i + good < source.size()) {
      const uint8_t next = source[i + good];
      if (good == 1 ? !may_follow(lead, next) : (next & 0xc0) != 0x80) break;
      c = c << 6 | (next & 0x3f);
      good++;
    }
    if (length == 0 || good < length) {
      result.text.push_back(kReplacement);
      i += std::max<size_t>(good, 1);
      continue;
    }
    if (c >= 0x10000) {
      result.text.push_back(static_cast<char16_t>(0xd7c0 + (c >> 10)));
      result.text.push_back(static_cast<char16_t>(0xdc00 + (c & 0x3ff)));
    } else {
      result.text.push_back(static_cast<char16_t>(c));
    }
    i += length;
  }
  return result;
}

Decoded decode(std::span<const uint8_t> source, Encoding from) {
  Decoded result;
  switch (from) {
    case Encoding::Utf8: {
      const auto* bytes = reinterpret_cast<const char*>(source.data());
      if (!simdutf::validate_utf8(bytes, source.size())) return decode_ill_formed_utf8(source);
      result.text.resize(simdutf::utf16_length_from_utf8(bytes, source.size()));
      (void)simdutf::convert_valid_utf8_to_utf16le(bytes, source.size(), result.text.data());
      return result;
    }
    case Encoding::Utf16le:
      result.text.resize(source.size() / 2);
      std::memcpy(result.text.data(), source.data(), result.text.size() * 2);
      result.well_formed = simdutf::validate_utf16le(result.text.data(), result.text.size());
      return result;
    default:
      result.text.reserve(source.size());
      for (const uint8_t byte : source) {
        result.text.push_back(from == Encoding::Ascii && byte > 0x7f ? kReplacement : byte);
      }
      return result;
  }
}

std::vector<uint8_t> narrow(const std::u16string& text, char16_t limit) {
  std::vector<uint8_t> bytes;
  bytes.reserve(text.size());
  for (size_t i = 0; i < text.size(); i++) {
    const bool pair = (text[i] & 0xfc00) == 0xd800 && i + 1 < text.size() && (text[i + 1] & 0xfc00) == 0xdc00;
    bytes.push_back(text[i] > limit ? '?' : static_cast<uint8_t>(text[i]));
    if (pair) i++;
  }
  return bytes;
}

}  // namespace

std::optional<std::vector<uint8_t>> transcode(std::span<const uint8_t> source, Encoding from, Encoding to) {
  // Bytes above 127 are no ASCII; into UTF-16 they go as they are.
  const Decoded decoded = decode(source, from == Encoding::Ascii && to == Encoding::Utf16le ? Encoding::Latin1 : from);
  switch (to) {
    case Encoding::Ascii: return narrow(decoded.text, 0x7f);
    case Encoding::Latin1: return narrow(decoded.text, 0xff);
    default:
      if (!decoded.well_formed && from != to) return std::nullopt;
      return encode(Text(decoded.text.data(), decoded.text.size()), to);
  }
}

}  // namespace gyre::buffer
