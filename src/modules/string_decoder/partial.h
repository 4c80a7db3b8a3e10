// Where a character that is spread over several chunks of bytes ends and begins.
// Plain C++: knows no V8.
#pragma once

#include <cstdint>
#include <span>

#include "modules/buffer/codec.h"

namespace gyre::string_decoder {

// What a decoder remembers between chunks: the bytes of a character whose rest has not come. It lies
// in memory that JavaScript owns (kSize bytes, zero at first), which string_decoder.js reads too.
class Partial {
 public:
  static constexpr size_t kSize = 6;
  static constexpr size_t kHeldAt = 4;
  static constexpr size_t kMissingAt = 5;

  explicit Partial(std::span<uint8_t> memory) : memory_(memory) {}

  std::span<const uint8_t> held() const { return memory_.first(memory_[kHeldAt]); }
  bool empty() const { return memory_[kHeldAt] == 0; }
  void clear() { memory_[kHeldAt] = memory_[kMissingAt] = 0; }

  // Moves the bytes that belong to the held character from the front of `input` to the held ones.
  // True when the character is as complete as it gets: decode held(), then clear().
  bool complete(std::span<const uint8_t>& input, buffer::Encoding encoding);

  // Takes the start of a character from the end of `input`, to be held. Nothing may be held before.
  void hold_tail(std::span<const uint8_t>& input, buffer::Encoding encoding);

 private:
  void push(uint8_t byte) { memory_[memory_[kHeldAt]++] = byte; }
  void expect(uint8_t count) { memory_[kMissingAt] = count; }
  uint8_t missing() const { return memory_[kMissingAt]; }

  std::span<uint8_t> memory_;
};

}  // namespace gyre::string_decoder
