// Where ICU's tables of single-byte encodings differ from the indexes of the Encoding Standard.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace gyre::encoding {

struct Correction {
  uint8_t byte;
  char16_t character;  // U+FFFD for a byte that stands for nothing
};

struct SingleByte {
  std::string_view name;
  const char* converter;  // the ICU converter that comes closest
  std::span<const Correction> corrections;
};

// Null for encodings on which ICU and the standard agree.
const SingleByte* find_single_byte(std::string_view name);

}  // namespace gyre::encoding
