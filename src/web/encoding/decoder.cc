#include "web/encoding/decoder.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

#include "base/simdutf.h"

namespace gyre::encoding {
namespace {

constexpr char16_t kReplacement = 0xfffd;
constexpr char16_t kBom = 0xfeff;

// ICU's own substitution writes U+001A for single bytes of some encodings.
void replace(const void*, UConverterToUnicodeArgs* args, const char*, int32_t, UConverterCallbackReason reason,
             UErrorCode* error) {
  if (reason > UCNV_IRREGULAR) return;
  *error = U_ZERO_ERROR;
  ucnv_cbToUWriteUChars_77(args, &kReplacement, 1, 0, error);
}

// Leaves the error as it is, which ends the conversion.
void stop(const void*, UConverterToUnicodeArgs*, const char*, int32_t, UConverterCallbackReason, UErrorCode*) {}

}  // namespace

std::optional<Decoder> Decoder::open(const char* name, Errors errors, Bom bom) {
  if (std::string_view(name) == "x-user-defined") {
    return Decoder(nullptr, errors, bom);
  }
  const SingleByte* single_byte = find_single_byte(name);
  UErrorCode error = U_ZERO_ERROR;
  Decoder decoder(ucnv_open_77(single_byte ? single_byte->converter : name, &error), errors, bom);
  if (U_FAILURE(error) || !decoder.converter_) return std::nullopt;
  decoder.single_byte_ = single_byte;
  // What is ill-formed is known only after the corrections, where there are some.
  const bool stops = errors == Errors::Fatal && single_byte == nullptr;
  ucnv_setToUCallBack_77(decoder.converter_.get(), stops ? stop : replace, nullptr, nullptr, nullptr, &error);
  return decoder;
}

void Decoder::compare_with_latin1() {
  compared_ = true;
  if (!converter_ || ucnv_getMaxCharSize_77(converter_.get()) != 1) return;
  const auto is_same = [this](int first, int last) {
    std::vector<uint8_t> bytes(last - first + 1);
    std::iota(bytes.begin(), bytes.end(), static_cast<uint8_t>(first));
    const auto text = decode(bytes, true);
    return text && std::equal(text->begin(), text->end(), bytes.begin(), bytes.end());
  };
  has_ascii_ = is_same(0, 0x7f);
  has_latin1_ = has_ascii_ && is_same(0xa0, 0xff);
}

bool Decoder::is_latin1(std::span<const uint8_t> bytes) {
  // Of less text it is not worth finding out.
  constexpr size_t kLeast = 64;
  if (bytes.size() < kLeast) return false;
  if (!compared_) compare_with_latin1();
  if (!has_ascii_) return false;
  if (simdutf::validate_ascii(reinterpret_cast<const char*>(bytes.data()), bytes.size())) return true;
  return has_latin1_ && std::none_of(bytes.begin(), bytes.end(), [](uint8_t b) { return b >= 0x80 && b < 0xa0; });
}

std::optional<std::u16string> Decoder::decode(std::span<const uint8_t> bytes, bool flush) {
  auto text = convert(bytes, flush);
  if (!text || single_byte_ == nullptr) return text;
  for (size_t i = 0; i < text->size(); i++) {
    for (const Correction& correction : single_byte_->corrections) {
      if (correction.byte == bytes[i]) (*text)[i] = correction.character;
    }
  }
  if (errors_ == Errors::Fatal && text->find(kReplacement) != text->npos) return std::nullopt;
  return text;
}

std::optional<std::u16string> Decoder::convert(std::span<const uint8_t> bytes, bool flush) {
  std::u16string text;
  if (!converter_) {
    // https://encoding.spec.whatwg.org/#x-user-defined-decoder
    text.reserve(bytes.size());
    for (const uint8_t byte : bytes) text.push_back(byte < 0x80 ? byte : 0xf780 + byte - 0x80);
    return text;
  }
  const char* source = reinterpret_cast<const char*>(bytes.data());
  const char* const end = source + bytes.size();
  size_t written = 0;
  text.resize(std::max<size_t>(bytes.size() + 8, 16));
  for (;;) {
    char16_t* target = text.data() + written;
    UErrorCode error = U_ZERO_ERROR;
    ucnv_toUnicode_77(converter_.get(), &target, text.data() + text.size(), &source, end, nullptr, flush, &error);
    written = target - text.data();
    if (error == U_BUFFER_OVERFLOW_ERROR) {
      text.resize(text.size() * 2);
      continue;
    }
    if (U_FAILURE(error)) {
      ucnv_reset_77(converter_.get());
      at_start_ = true;
      return std::nullopt;
    }
    break;
  }
  text.resize(written);
  remove_bom(text);
  if (flush) {
    ucnv_reset_77(converter_.get());
    at_start_ = true;
  }
  return text;
}

void Decoder::remove_bom(std::u16string& text) {
  if (text.empty() || !at_start_) return;
  at_start_ = false;
  if (bom_ == Bom::Remove && text[0] == kBom) text.erase(0, 1);
}

}  // namespace gyre::encoding
