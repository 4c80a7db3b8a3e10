#include "modules/string_decoder/partial.h"

#include <algorithm>

namespace gyre::string_decoder {

using buffer::Encoding;

namespace {

bool is_continuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// How long the sequence is that a byte begins; 0 if it begins none.
size_t utf8_length(uint8_t lead) {
  if ((lead & 0xE0) == 0xC0) return 2;
  if ((lead & 0xF0) == 0xE0) return 3;
  if ((lead & 0xF8) == 0xF0) return 4;
  return 0;
}

bool is_high_surrogate(uint8_t high_byte) { return (high_byte & 0xFC) == 0xD8; }

struct Tail {
  size_t size;
  size_t missing;
};

// The unfinished character at the end of some bytes.
Tail find_tail(std::span<const uint8_t> input, Encoding encoding) {
  switch (encoding) {
    case Encoding::Utf8: {
      const size_t reach = std::min<size_t>(input.size(), 4);
      for (size_t back = 1; back <= reach; back++) {
        const uint8_t byte = input[input.size() - back];
        if (is_continuation(byte)) continue;
        const size_t length = utf8_length(byte);
        if (length > back) return {back, length - back};
        break;
      }
      return {0, 0};
    }
    case Encoding::Utf16le: {
      if (input.size() % 2 == 1) return {1, 1};
      // A pair of surrogates is one character. (DIFFERS: only where the chunk ends between the two
      // units, as in Node; otherwise the halves come out one by one.)
      if (!input.empty() && is_high_surrogate(input.back())) return {2, 2};
      return {0, 0};
    }
    case Encoding::Base64:
    case Encoding::Base64url: {
      const size_t rest = input.size() % 3;
      return {rest, rest == 0 ? 0 : 3 - rest};
    }
    default: return {0, 0};
  }
}

}  // namespace

bool Partial::complete(std::span<const uint8_t>& input, Encoding encoding) {
  while (missing() > 0 && !input.empty()) {
    // A byte that cannot continue the sequence begins the next character.
    if (encoding == Encoding::Utf8 && !is_continuation(input.front())) {
      expect(0);
      return true;
    }
    push(input.front());
    expect(missing() - 1);
    input = input.subspan(1);
  }
  return missing() == 0;
}

void Partial::hold_tail(std::span<const uint8_t>& input, Encoding encoding) {
  const Tail tail = find_tail(input, encoding);
  for (uint8_t byte : input.last(tail.size)) push(byte);
  expect(static_cast<uint8_t>(tail.missing));
  input = input.first(input.size() - tail.size);
}

}  // namespace gyre::string_decoder
