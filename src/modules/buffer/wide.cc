#include "modules/buffer/wide.h"

#ifdef __x86_64__
#include <immintrin.h>

#include <algorithm>
#include <array>

// The compiler's own header reads a vector that it leaves undefined on purpose.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#define GYRE_AVX2 __attribute__((target("avx2,popcnt")))
#define GYRE_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,popcnt")))

namespace gyre::buffer::wide {
namespace {

enum class Width { None, Avx2, Avx512 };

Width width() {
  static const Width found = [] {
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vbmi")) {
      return Width::Avx512;
    }
    return __builtin_cpu_supports("avx2") ? Width::Avx2 : Width::None;
  }();
  return found;
}

GYRE_AVX2 inline __m256i load32(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
GYRE_AVX2 inline void store32(void* to, __m256i value) { _mm256_storeu_si256(static_cast<__m256i*>(to), value); }
GYRE_AVX512 inline __m512i load64(const void* from) { return _mm512_loadu_si512(from); }
GYRE_AVX512 inline void store64(void* to, __m512i value) { _mm512_storeu_si512(to, value); }

constexpr char kDigits[] = "0123456789abcdef";

GYRE_AVX2 size_t write_hex_avx2(const uint8_t* bytes, size_t size, char* out) {
  const __m256i digits = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(kDigits)));
  const __m256i low_nibbles = _mm256_set1_epi8(15);
  size_t i = 0;
  for (; i + 16 <= size; i += 16) {
    // A byte in each pair, the high nibble in its first half.
    const __m256i pairs = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i)));
    const __m256i nibbles = _mm256_or_si256(_mm256_srli_epi16(pairs, 4), _mm256_slli_epi16(pairs, 8));
    store32(out + 2 * i, _mm256_shuffle_epi8(digits, _mm256_and_si256(nibbles, low_nibbles)));
  }
  return i;
}

GYRE_AVX512 size_t write_hex_avx512(const uint8_t* bytes, size_t size, char* out) {
  const __m512i digits = _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i*>(kDigits)));
  const __m512i low_nibbles = _mm512_set1_epi8(15);
  size_t i = 0;
  for (; i + 32 <= size; i += 32) {
    const __m512i pairs = _mm512_cvtepu8_epi16(load32(bytes + i));
    const __m512i nibbles = _mm512_or_si512(_mm512_srli_epi16(pairs, 4), _mm512_slli_epi16(pairs, 8));
    store64(out + 2 * i, _mm512_shuffle_epi8(digits, _mm512_and_si512(nibbles, low_nibbles)));
  }
  return i;
}

// The weights of a pair's first and second digit.
constexpr short kWeights = 0x0110;

GYRE_AVX2 inline __m256i hex_values_avx2(__m256i text, __m256i& bad) {
  // '0'..'9' are 0..9 after the first subtraction, letters 0..5 after the second, both without sign.
  const __m256i number = _mm256_sub_epi8(text, _mm256_set1_epi8('0'));
  const __m256i letter = _mm256_sub_epi8(_mm256_or_si256(text, _mm256_set1_epi8(0x20)), _mm256_set1_epi8('a'));
  const __m256i is_number = _mm256_cmpeq_epi8(_mm256_min_epu8(number, _mm256_set1_epi8(9)), number);
  const __m256i is_letter = _mm256_cmpeq_epi8(_mm256_min_epu8(letter, _mm256_set1_epi8(5)), letter);
  bad = _mm256_or_si256(bad, _mm256_cmpeq_epi8(_mm256_or_si256(is_number, is_letter), _mm256_setzero_si256()));
  return _mm256_blendv_epi8(_mm256_add_epi8(letter, _mm256_set1_epi8(10)), number, is_number);
}

GYRE_AVX2 size_t read_hex_avx2(const char* text, size_t length, uint8_t* out) {
  const __m256i weights = _mm256_set1_epi16(kWeights);
  size_t written = 0;
  for (; 2 * (written + 32) <= length; written += 32) {
    __m256i bad = _mm256_setzero_si256();
    const __m256i first = hex_values_avx2(load32(text + 2 * written), bad);
    const __m256i second = hex_values_avx2(load32(text + 2 * written + 32), bad);
    if (!_mm256_testz_si256(bad, bad)) break;
    const __m256i packed =
        _mm256_packus_epi16(_mm256_maddubs_epi16(first, weights), _mm256_maddubs_epi16(second, weights));
    store32(out + written, _mm256_permute4x64_epi64(packed, 0xd8));
  }
  return written;
}

// The value of each ASCII character as a digit; 0x80 for those that are none.
constexpr auto kHexValues = [] {
  std::array<uint8_t, 128> values{};
  values.fill(0x80);
  for (int i = 0; i < 10; i++) values['0' + i] = i;
  for (int i = 0; i < 6; i++) values['a' + i] = values['A' + i] = 10 + i;
  return values;
}();

GYRE_AVX512 size_t read_hex_avx512(const char* text, size_t length, uint8_t* out) {
  const __m512i weights = _mm512_set1_epi16(kWeights);
  const __m512i lower = load64(kHexValues.data());
  const __m512i upper = load64(kHexValues.data() + 64);
  size_t written = 0;
  for (; 2 * (written + 64) <= length; written += 64) {
    const __m512i first = load64(text + 2 * written);
    const __m512i second = load64(text + 2 * written + 64);
    const __m512i a = _mm512_permutex2var_epi8(lower, first, upper);
    const __m512i b = _mm512_permutex2var_epi8(lower, second, upper);
    // The look-up ignores the highest bit of a character.
    const __m512i bad = _mm512_or_si512(_mm512_or_si512(first, second), _mm512_or_si512(a, b));
    if (_mm512_movepi8_mask(bad) != 0) break;
    store32(out + written, _mm512_cvtepi16_epi8(_mm512_maddubs_epi16(a, weights)));
    store32(out + written + 32, _mm512_cvtepi16_epi8(_mm512_maddubs_epi16(b, weights)));
  }
  return written;
}

GYRE_AVX2 size_t copy_ascii_avx2(const char* text, size_t length, uint8_t* out) {
  size_t i = 0;
  for (; i + 64 <= length; i += 64) {
    const __m256i first = load32(text + i);
    const __m256i second = load32(text + i + 32);
    if (_mm256_movemask_epi8(_mm256_or_si256(first, second)) != 0) break;
    store32(out + i, first);
    store32(out + i + 32, second);
  }
  return i;
}

// A unit takes a byte more from U+0080 on and another from U+0800 on. The two surrogates of a pair take
// four bytes together instead of six: a pair is counted at its first.
GYRE_AVX2 Excess utf8_excess_avx2(const char16_t* text, size_t length) {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i below_two = _mm256_set1_epi16(0x7f);
  const __m256i below_three = _mm256_set1_epi16(0x7ff);
  const __m256i kind = _mm256_set1_epi16(static_cast<short>(0xf800));
  const __m256i exact_kind = _mm256_set1_epi16(static_cast<short>(0xfc00));
  const __m256i surrogate = _mm256_set1_epi16(static_cast<short>(0xd800));
  const __m256i trail = _mm256_set1_epi16(static_cast<short>(0xdc00));
  size_t bytes = 0;
  size_t i = 0;
  while (i + 17 <= length) {
    // Sums of so many steps fit into 16 bits.
    const size_t end = std::min(length - 1, i + 16 * 4096);
    __m256i fewer = zero;
    const size_t began = i;
    size_t pairs = 0;
    for (; i + 16 <= end; i += 16) {
      const __m256i units = load32(text + i);
      fewer = _mm256_sub_epi16(fewer, _mm256_cmpeq_epi16(_mm256_subs_epu16(units, below_two), zero));
      fewer = _mm256_sub_epi16(fewer, _mm256_cmpeq_epi16(_mm256_subs_epu16(units, below_three), zero));
      const __m256i are_surrogates = _mm256_cmpeq_epi16(_mm256_and_si256(units, kind), surrogate);
      if (_mm256_testz_si256(are_surrogates, are_surrogates)) continue;
      const __m256i leads = _mm256_cmpeq_epi16(_mm256_and_si256(units, exact_kind), surrogate);
      const __m256i trails = _mm256_cmpeq_epi16(_mm256_and_si256(load32(text + i + 1), exact_kind), trail);
      pairs += __builtin_popcount(_mm256_movemask_epi8(_mm256_and_si256(leads, trails))) / 2;
    }
    if (i == began) break;
    alignas(32) std::array<uint16_t, 16> sums;
    store32(sums.data(), fewer);
    size_t saved = 2 * pairs;
    for (const uint16_t sum : sums) saved += sum;
    bytes += 2 * (i - began) - saved;
  }
  return {i, bytes};
}

GYRE_AVX512 Excess utf8_excess_avx512(const char16_t* text, size_t length) {
  constexpr size_t kVector = 32;
  constexpr size_t kStep = 4 * kVector;
  const __m512i two = _mm512_set1_epi16(0x80);
  const __m512i three = _mm512_set1_epi16(0x800);
  const __m512i exact_kind = _mm512_set1_epi16(static_cast<short>(0xfc00));
  const __m512i surrogate = _mm512_set1_epi16(static_cast<short>(0xd800));
  const __m512i trail = _mm512_set1_epi16(static_cast<short>(0xdc00));
  size_t bytes = 0;
  size_t pairs = 0;
  size_t i = 0;
  for (; i + kStep < length; i += kStep) {
    // A surrogate is less than 0x800 above the first.
    __m512i nearest = three;
#pragma GCC unroll 4
    for (size_t at = i; at < i + kStep; at += kVector) {
      const __m512i units = load64(text + at);
      bytes += __builtin_popcount(_mm512_cmpge_epu16_mask(units, two));
      bytes += __builtin_popcount(_mm512_cmpge_epu16_mask(units, three));
      nearest = _mm512_min_epu16(nearest, _mm512_sub_epi16(units, surrogate));
    }
    if (_mm512_cmplt_epu16_mask(nearest, three) == 0) continue;
    for (size_t at = i; at < i + kStep; at += kVector) {
      const __m512i units = _mm512_and_si512(load64(text + at), exact_kind);
      const __m512i next = _mm512_and_si512(load64(text + at + 1), exact_kind);
      pairs += __builtin_popcount(_mm512_cmpeq_epi16_mask(units, surrogate) & _mm512_cmpeq_epi16_mask(next, trail));
    }
  }
  return {i, bytes - 2 * pairs};
}

}  // namespace

size_t write_hex(const uint8_t* bytes, size_t size, char* out) {
  switch (width()) {
    case Width::Avx512: return write_hex_avx512(bytes, size, out);
    case Width::Avx2: return write_hex_avx2(bytes, size, out);
    case Width::None: return 0;
  }
  return 0;
}

size_t read_hex(const char* text, size_t length, uint8_t* out) {
  switch (width()) {
    case Width::Avx512: return read_hex_avx512(text, length, out);
    case Width::Avx2: return read_hex_avx2(text, length, out);
    case Width::None: return 0;
  }
  return 0;
}

size_t copy_ascii(const char* text, size_t length, uint8_t* out) {
  // Wider vectors gain nothing: memory is what it waits for.
  return width() == Width::None ? 0 : copy_ascii_avx2(text, length, out);
}

Excess utf8_excess(const char16_t* text, size_t length) {
  switch (width()) {
    case Width::Avx512: return utf8_excess_avx512(text, length);
    case Width::Avx2: return utf8_excess_avx2(text, length);
    case Width::None: return {0, 0};
  }
  return {0, 0};
}

}  // namespace gyre::buffer::wide

#else

namespace gyre::buffer::wide {

size_t write_hex(const uint8_t*, size_t, char*) { return 0; }
size_t read_hex(const char*, size_t, uint8_t*) { return 0; }
size_t copy_ascii(const char*, size_t, uint8_t*) { return 0; }
Excess utf8_excess(const char16_t*, size_t) { return {0, 0}; }

}  // namespace gyre::buffer::wide

#endif
