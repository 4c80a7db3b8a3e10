// Loops over bytes, sixteen at a time: what the compiler does not find by itself and simdutf does not
// have. Written with the compiler's vector types, which every target has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#ifdef __x86_64__
#include <immintrin.h>
#endif

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
#ifdef __x86_64__
  return _mm_movemask_epi8(_mm_cmpeq_epi8(reinterpret_cast<__m128i>(block), _mm_setzero_si128())) != 0xffff;
#else
  uint64_t halves[2];
  std::memcpy(halves, &block, sizeof halves);
  return (halves[0] | halves[1]) != 0;
#endif
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
    store(out + 2 * i, __builtin_shufflevector(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    store(out + 2 * i + kBlock,
          __builtin_shufflevector(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
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
    const Block even =
        __builtin_shufflevector(first, second, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const Block odd = __builtin_shufflevector(first, second, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    store(out + written, even << 4 | odd);
  }
  return written;
}

// Copies ASCII in whole blocks, up to the first with another byte; returns how many bytes.
inline size_t copy_ascii(const char* text, size_t length, uint8_t* out) {
  size_t i = 0;
  for (; i + kBlock <= length; i += kBlock) {
    const Block block = load(text + i);
    if (any(block & 0x80)) break;
    store(out + i, block);
  }
  for (; i + sizeof(uint64_t) <= length; i += sizeof(uint64_t)) {
    const auto word = load<uint64_t>(text + i);
    if (word & 0x8080808080808080) break;
    store(out + i, word);
  }
  return i;
}

// The text for which a loop is too much.
constexpr size_t kFew = 2 * kBlock;

// Copies `length` bytes, 2 * sizeof(T) at most and sizeof(T) at least, as two pieces that may overlap. Only if
// all are ASCII where that is wanted; false if not.
template <bool kOnlyAscii, typename T>
inline bool copy_ends(const char* text, size_t length, uint8_t* out) {
  const T first = load<T>(text);
  const T last = load<T>(text + length - sizeof(T));
  if constexpr (kOnlyAscii) {
    constexpr T kHighest = ~T{0} / 0xff * 0x80;
    if (((first | last) & kHighest) != 0) return false;
  }
  store(out, first);
  store(out + length - sizeof(T), last);
  return true;
}

// Copies `length` bytes, kFew at most; only if all are ASCII where that is wanted. False if not.
template <bool kOnlyAscii>
inline bool copy_few(const char* text, size_t length, uint8_t* out) {
  if (length >= kBlock) return copy_ends<kOnlyAscii, unsigned __int128>(text, length, out);
  if (length >= 8) return copy_ends<kOnlyAscii, uint64_t>(text, length, out);
  if (length >= 4) return copy_ends<kOnlyAscii, uint32_t>(text, length, out);
  for (size_t i = 0; i < length; i++) {
    if (kOnlyAscii && (text[i] & 0x80) != 0) return false;
    out[i] = static_cast<uint8_t>(text[i]);
  }
  return true;
}

// Whether no byte of UTF-8 begins a character above U+00FF.
inline bool may_be_latin1(std::span<const uint8_t> bytes) {
  constexpr uint8_t kLastLead = 0xc3;
  size_t i = 0;
  for (; i + kBlock <= bytes.size(); i += kBlock) {
    if (any(reinterpret_cast<Block>(load(bytes.data() + i) > kLastLead))) return false;
  }
  for (; i < bytes.size(); i++) {
    if (bytes[i] > kLastLead) return false;
  }
  return true;
}

// Whether two runs of bytes are the same. Short ones are compared here, in pieces of which the last two may overlap.
inline bool equal(const uint8_t* one, const uint8_t* other, size_t size) {
  constexpr size_t kShortest = kBlock;
  constexpr size_t kLongest = 8 * kBlock;
  if (size < kShortest || size > kLongest) return size == 0 || std::memcmp(one, other, size) == 0;
  Block differences = load(one + size - kBlock) ^ load(other + size - kBlock);
  for (size_t i = 0; i + kBlock < size; i += kBlock) differences |= load(one + i) ^ load(other + i);
  return !any(differences);
}

// Whether the bytes, kFew at most, are all ASCII.
inline bool few_are_ascii(std::span<const uint8_t> bytes) {
  constexpr uint64_t kHighest = 0x8080808080808080;
  const uint8_t* at = bytes.data();
  const size_t size = bytes.size();
  uint64_t seen = 0;
  if (size >= sizeof(uint64_t)) {
    // The last word may overlap with the one before it.
    for (size_t i = 0; i + sizeof(uint64_t) < size; i += sizeof(uint64_t)) seen |= load<uint64_t>(at + i);
    return ((seen | load<uint64_t>(at + size - sizeof(uint64_t))) & kHighest) == 0;
  }
  for (size_t i = 0; i < size; i++) seen |= at[i];
  return (seen & 0x80) == 0;
}

// Clears the highest bit of each byte.
inline void write_ascii(std::span<const uint8_t> bytes, char* out) {
  size_t i = 0;
  for (; i + kBlock <= bytes.size(); i += kBlock) store(out + i, load(bytes.data() + i) & 0x7f);
  for (; i < bytes.size(); i++) out[i] = static_cast<char>(bytes[i] & 0x7f);
}

#ifdef __x86_64__
// Reverses the bytes of each unit of `width` in whole blocks of 32; returns how many bytes it did.
__attribute__((target("avx2"))) inline size_t swap_wide(std::span<uint8_t> bytes, size_t width) {
  const __m128i first = _mm_set_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  // i ^ (width - 1) is the mirror image of i in its unit.
  const __m128i order = _mm_xor_si128(first, _mm_set1_epi8(static_cast<char>(width - 1)));
  const __m256i both = _mm256_broadcastsi128_si256(order);
  size_t i = 0;
  for (; i + 32 <= bytes.size(); i += 32) {
    auto* at = reinterpret_cast<__m256i*>(bytes.data() + i);
    _mm256_storeu_si256(at, _mm256_shuffle_epi8(_mm256_loadu_si256(at), both));
  }
  return i;
}
#endif

// Reverses the bytes of each unit of type T.
template <typename T>
inline void swap_units(std::span<uint8_t> bytes) {
  size_t i = 0;
#ifdef __x86_64__
  static const bool has_wide = __builtin_cpu_supports("avx2");
  if (has_wide) i = swap_wide(bytes, sizeof(T));
#endif
  for (; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    const T unit = load<T>(bytes.data() + i);
    if constexpr (sizeof(T) == 2) store(bytes.data() + i, __builtin_bswap16(unit));
    if constexpr (sizeof(T) == 4) store(bytes.data() + i, __builtin_bswap32(unit));
    if constexpr (sizeof(T) == 8) store(bytes.data() + i, __builtin_bswap64(unit));
  }
}

}  // namespace gyre::buffer::vector
