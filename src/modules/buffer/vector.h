// Loops over bytes, sixteen at a time: what the compiler does not find by itself and simdutf does not
// have. Written with the compiler's vector types, which every target has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace gyre::buffer::vector {

using Block = uint8_t __attribute__((vector_size(16)));
constexpr size_t kBlock = sizeof(Block);

template <typename T = Block>
inline T load(const void* from) {
  T block;
  std::memcpy(&block, from, sizeof block);
  return block;
}

template <typename T>
inline void store(void* to, T block) {
  std::memcpy(to, &block, sizeof block);
}

inline Block splat(uint8_t byte) { return Block{} + byte; }

// Whether any bit is set.
inline bool any(Block block) {
  uint64_t halves[2];
  std::memcpy(halves, &block, sizeof halves);
  return (halves[0] | halves[1]) != 0;
}

// Two lower-case hexadecimal digits for each byte.
inline void write_hex(std::span<const uint8_t> bytes, char* out) {
  const auto digits = [](Block nibbles) {
    const Block is_letter = reinterpret_cast<Block>(nibbles > 9);
    return nibbles + '0' + (is_letter & ('a' - '0' - 10));
  };
  size_t i = 0;
  for (; i + kBlock <= bytes.size(); i += kBlock) {
    const Block block = load(bytes.data() + i);
    const Block high = digits(block >> 4);
    const Block low = digits(block & 15);
    constexpr Block kFirst = {0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23};
    constexpr Block kSecond = {8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
    store(out + 2 * i, __builtin_shuffle(high, low, kFirst));
    store(out + 2 * i + kBlock, __builtin_shuffle(high, low, kSecond));
  }
  constexpr char kDigits[] = "0123456789abcdef";
  for (; i < bytes.size(); i++) {
    out[2 * i] = kDigits[bytes[i] >> 4];
    out[2 * i + 1] = kDigits[bytes[i] & 15];
  }
}

// Reads pairs of hexadecimal digits for whole blocks, up to the block with the first other
// character; returns the bytes written. `out` has room for length / 2.
inline size_t read_hex(const char* text, size_t length, uint8_t* out) {
  size_t written = 0;
  for (; 2 * (written + kBlock) <= length; written += kBlock) {
    Block bad{};
    const auto values = [&bad](Block c) {
      const Block number = c - '0';
      const Block letter = (c | 0x20) - 'a';
      const Block is_number = reinterpret_cast<Block>(number <= 9);
      const Block is_letter = reinterpret_cast<Block>(letter <= 5);
      bad |= ~(is_number | is_letter);
      return (number & is_number) | ((letter + 10) & is_letter);
    };
    const Block first = values(load(text + 2 * written));
    const Block second = values(load(text + 2 * written + kBlock));
    if (any(bad)) break;
    constexpr Block kEven = {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30};
    store(out + written, __builtin_shuffle(first, second, kEven) << 4 | __builtin_shuffle(first, second, kEven + 1));
  }
  return written;
}

// Clears the highest bit of each byte.
inline void write_ascii(std::span<const uint8_t> bytes, char* out) {
  size_t i = 0;
  for (; i + kBlock <= bytes.size(); i += kBlock) store(out + i, load(bytes.data() + i) & 0x7f);
  for (; i < bytes.size(); i++) out[i] = static_cast<char>(bytes[i] & 0x7f);
}

using Units16 = uint16_t __attribute__((vector_size(16)));
using Units32 = uint32_t __attribute__((vector_size(16)));
using Units64 = uint64_t __attribute__((vector_size(16)));

// Reverses the bytes of each unit of type T; `Units` is a block of them.
template <typename T, typename Units>
inline void swap_units(std::span<uint8_t> bytes) {
  const auto swap = [](auto unit) {
    unit = (unit & static_cast<T>(0x00ff00ff00ff00ff)) << 8 | (unit >> 8 & static_cast<T>(0x00ff00ff00ff00ff));
    if constexpr (sizeof(T) >= 4) {
      unit = (unit & static_cast<T>(0x0000ffff0000ffff)) << 16 | (unit >> 16 & static_cast<T>(0x0000ffff0000ffff));
    }
    if constexpr (sizeof(T) == 8) unit = unit << 32 | unit >> 32;
    return unit;
  };
  size_t i = 0;
  for (; i + kBlock <= bytes.size(); i += kBlock) store(bytes.data() + i, swap(load<Units>(bytes.data() + i)));
  for (; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    store(bytes.data() + i, static_cast<T>(swap(load<T>(bytes.data() + i))));
  }
}

// The places among sixteen at `at` where a needle of `size` bytes may begin, judged by its first and
// last byte: one byte of the mask for each, 0xff where it may.
inline Block candidates(const uint8_t* at, Block first, Block last, size_t size) {
  return reinterpret_cast<Block>(load(at) == first) & reinterpret_cast<Block>(load(at + size - 1) == last);
}

// The first or last of the candidates that is an occurrence, by its index.
template <bool kForward>
inline std::optional<size_t> verify(const uint8_t* at, Block mask, std::span<const uint8_t> needle) {
  for (size_t k = 0; k < kBlock; k++) {
    const size_t i = kForward ? k : kBlock - 1 - k;
    if (mask[i] != 0 && std::memcmp(at + i, needle.data(), needle.size()) == 0) return i;
  }
  return std::nullopt;
}

// The first occurrence at or after `from`; the needle has two bytes or more.
inline std::optional<size_t> find_first(std::span<const uint8_t> haystack, std::span<const uint8_t> needle,
                                        size_t from) {
  if (needle.size() > haystack.size()) return std::nullopt;
  const size_t end = haystack.size() - needle.size() + 1;
  const Block first = splat(needle.front());
  const Block last = splat(needle.back());
  for (; from + kBlock <= end; from += kBlock) {
    const uint8_t* at = haystack.data() + from;
    const Block mask = candidates(at, first, last, needle.size());
    if (!any(mask)) continue;
    if (const auto found = verify<true>(at, mask, needle)) return from + *found;
  }
  for (; from < end; from++) {
    if (std::memcmp(haystack.data() + from, needle.data(), needle.size()) == 0) return from;
  }
  return std::nullopt;
}

// The last occurrence that begins before `end`; the needle has two bytes or more.
inline std::optional<size_t> find_last(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t end) {
  const Block first = splat(needle.front());
  const Block last = splat(needle.back());
  for (; end >= kBlock; end -= kBlock) {
    const uint8_t* at = haystack.data() + end - kBlock;
    const Block mask = candidates(at, first, last, needle.size());
    if (!any(mask)) continue;
    if (const auto found = verify<false>(at, mask, needle)) return end - kBlock + *found;
  }
  for (; end > 0; end--) {
    if (std::memcmp(haystack.data() + end - 1, needle.data(), needle.size()) == 0) return end - 1;
  }
  return std::nullopt;
}

}  // namespace gyre::buffer::vector
