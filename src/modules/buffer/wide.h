// Loops over long text and bytes in the widest vectors that the processor has, found out at the first
// call. Each does whole vectors from the start and says how far it came: the rest is the caller's.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gyre::buffer::wide {

// Below this, finding the right loop costs more than it saves.
constexpr size_t kWorthwhile = 256;

// Two lower-case hexadecimal digits for each byte; the number of bytes done.
size_t write_hex(const uint8_t* bytes, size_t size, char* out);

// Bytes of pairs of hexadecimal digits, up to the vector with the first other character; the number of
// bytes written.
size_t read_hex(const char* text, size_t length, uint8_t* out);

// Copies ASCII up to the vector with the first other byte; the number of bytes.
size_t copy_ascii(const char* text, size_t length, uint8_t* out);

// How many units were counted, and what they take in UTF-8 beyond a byte for each. A lone surrogate takes
// three bytes. Of a pair, what it takes less than two lone ones is counted with the first.
struct Excess {
  size_t units;
  size_t bytes;
};
Excess utf8_excess(const char16_t* text, size_t length);

}  // namespace gyre::buffer::wide
