// A decoder of the Encoding Standard with its state between the chunks of a stream, by ICU.
// Plain C++: knows no V8.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/ucnv.h"
#include "web/encoding/single_byte.h"

namespace gyre::encoding {

enum class Errors { Replace, Fatal };
enum class Bom { Remove, Keep };

class Decoder {
 public:
  // `name` is ICU's name of the encoding, or "x-user-defined"; nullopt if there is no such encoding.
  static std::optional<Decoder> open(const char* name, Errors errors, Bom bom);

  // The text of the next chunk; `flush` says that it is the last. nullopt for ill-formed input of a
  // fatal decoder. After a flush or failure the decoder is as new.
  std::optional<std::u16string> decode(std::span<const uint8_t> bytes, bool flush);

  // For bytes that another decodes: no byte order mark comes after them, unless they were the last.
  void pass_start(bool flush) { at_start_ = flush; }

  // Whether the text of these bytes is that of Latin-1, as it is of ASCII in all encodings of single bytes.
  bool is_latin1(std::span<const uint8_t> bytes);

 private:
  struct Close {
    void operator()(UConverter* converter) const { ucnv_close_77(converter); }
  };

  Decoder(UConverter* converter, Errors errors, Bom bom) : converter_(converter), errors_(errors), bom_(bom) {}
  std::optional<std::u16string> convert(std::span<const uint8_t> bytes, bool flush);
  // Finds out what the encoding has in common with Latin-1.
  void compare_with_latin1();
  void remove_bom(std::u16string& text);

  // Empty for x-user-defined, which is arithmetic.
  std::unique_ptr<UConverter, Close> converter_;
  const SingleByte* single_byte_ = nullptr;
  Errors errors_;
  Bom bom_;
  bool at_start_ = true;
  bool compared_ = false;
  bool has_ascii_ = false;
  // U+00A0 to U+00FF at their places.
  bool has_latin1_ = false;
};

}  // namespace gyre::encoding
