#include "modules/buffer/search.h"

#include <algorithm>
#include <cstring>

#include "modules/buffer/vector.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace gyre::buffer {
namespace {

using vector::Block;
using vector::kBlock;

// Whether the needle occurs there, if its first and last byte do.
bool has_middle(const uint8_t* at, std::span<const uint8_t> needle) {
  return needle.size() == 2 || std::memcmp(at + 1, needle.data() + 1, needle.size() - 2) == 0;
}

#ifdef __x86_64__
// The first or last of the candidates, one bit for each, that is an occurrence, by its index. On its own, so that
// the loop around it keeps its registers.
template <bool kForward>
[[gnu::noinline]] size_t verify_bits(const uint8_t* at, uint32_t mask, std::span<const uint8_t> needle) {
  while (mask != 0) {
    const int bit = kForward ? __builtin_ctz(mask) : 31 - __builtin_clz(mask);
    if (has_middle(at + bit, needle)) return bit;
    mask &= ~(uint32_t{1} << bit);
  }
  return kNotFound;
}

constexpr size_t kWide = 32;

// The first or last occurrence that begins at or after `from` and before `end`, 32 places or more; the needle has
// two bytes or more. Looks at 32 places at a time, at the last of them together with some that were seen before.
template <bool kForward>
__attribute__((target("avx2"))) size_t find_wide(const uint8_t* bytes, std::span<const uint8_t> needle, size_t from,
                                                 size_t end) {
  const __m256i first = _mm256_set1_epi8(static_cast<char>(needle.front()));
  const __m256i last = _mm256_set1_epi8(static_cast<char>(needle.back()));
  const size_t distance = needle.size() - 1;
  const size_t start = kForward ? from : end - kWide;
  const size_t stop = kForward ? end - kWide : from;
  for (size_t place = start;;) {
    const auto* at = reinterpret_cast<const __m256i*>(bytes + place);
    const auto* behind = reinterpret_cast<const __m256i*>(bytes + place + distance);
    uint32_t mask = _mm256_movemask_epi8(_mm256_and_si256(_mm256_cmpeq_epi8(_mm256_loadu_si256(at), first),
                                                          _mm256_cmpeq_epi8(_mm256_loadu_si256(behind), last)));
    if (mask != 0) [[unlikely]] {
      const size_t index = verify_bits<kForward>(bytes + place, mask, needle);
      if (index != kNotFound) return place + index;
    }
    if (place == stop) return kNotFound;
    place = kForward ? std::min(place + kWide, stop) : std::max(place, stop + kWide) - kWide;
  }
}

bool worth_find_wide(size_t from, size_t end) {
  return end >= kWide && from <= end - kWide && __builtin_cpu_supports("avx2");
}
#endif

// The places among sixteen at `at` where a needle of `size` bytes may begin, judged by its first and
// last byte: one byte of the mask for each, 0xff where it may.
Block candidates(const uint8_t* at, Block first, Block last, size_t size) {
  return reinterpret_cast<Block>(vector::load(at) == first) &
         reinterpret_cast<Block>(vector::load(at + size - 1) == last);
}

// The first or last of the candidates that is an occurrence, by its index.
template <bool kForward>
size_t verify(const uint8_t* at, Block mask, std::span<const uint8_t> needle) {
  for (size_t k = 0; k < kBlock; k++) {
    const size_t i = kForward ? k : kBlock - 1 - k;
    if (mask[i] != 0 && has_middle(at + i, needle)) return i;
  }
  return kNotFound;
}

// The first occurrence at or after `from`; the needle has two bytes or more.
size_t find_first(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t from) {
  if (needle.size() > haystack.size()) return kNotFound;
  const size_t end = haystack.size() - needle.size() + 1;
#ifdef __x86_64__
  if (worth_find_wide(from, end)) return find_wide<true>(haystack.data(), needle, from, end);
#endif
  const Block first = vector::splat(needle.front());
  const Block last = vector::splat(needle.back());
  for (; from + kBlock <= end; from += kBlock) {
    const uint8_t* at = haystack.data() + from;
    const Block mask = candidates(at, first, last, needle.size());
    if (!vector::any(mask)) continue;
    const size_t found = verify<true>(at, mask, needle);
    if (found != kNotFound) return from + found;
  }
  for (; from < end; from++) {
    if (std::memcmp(haystack.data() + from, needle.data(), needle.size()) == 0) return from;
  }
  return kNotFound;
}

// The last occurrence that begins before `end`; the needle has two bytes or more.
size_t find_last(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t end) {
#ifdef __x86_64__
  if (worth_find_wide(0, end)) return find_wide<false>(haystack.data(), needle, 0, end);
#endif
  const Block first = vector::splat(needle.front());
  const Block last = vector::splat(needle.back());
  for (; end >= kBlock; end -= kBlock) {
    const uint8_t* at = haystack.data() + end - kBlock;
    const Block mask = candidates(at, first, last, needle.size());
    if (!vector::any(mask)) continue;
    const size_t found = verify<false>(at, mask, needle);
    if (found != kNotFound) return end - kBlock + found;
  }
  for (; end > 0; end--) {
    if (std::memcmp(haystack.data() + end - 1, needle.data(), needle.size()) == 0) return end - 1;
  }
  return kNotFound;
}

// Where the search begins; kNotFound where nothing can match. May lie behind the last possible match.
size_t resolve(int64_t offset, int64_t length, int64_t needle, Direction direction) {
  const bool forward = direction == Direction::Forward;
  if (offset < 0) {
    if (offset + length >= 0) return offset + length;
    return forward || needle == 0 ? 0 : kNotFound;
  }
  if (offset + needle <= length) return offset;
  if (needle == 0) return length;
  return forward || length == 0 ? kNotFound : length - 1;
}

size_t index_of(std::span<const uint8_t> haystack, const void* at) {
  return at == nullptr ? kNotFound : static_cast<const uint8_t*>(at) - haystack.data();
}

// A needle with a long common beginning makes the comparison of candidates slow: those that occur
// again and again are left to an algorithm that bounds the work.
constexpr size_t kLongNeedle = 64;

size_t search_from(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t from) {
  if (needle.size() > 1 && needle.size() <= kLongNeedle) return find_first(haystack, needle, from);
  return index_of(haystack, memmem(haystack.data() + from, haystack.size() - from, needle.data(), needle.size()));
}

size_t find_forward(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t from, Unit unit) {
  while (from + needle.size() <= haystack.size()) {
    const size_t index = search_from(haystack, needle, from);
    if (index == kNotFound || unit == Unit::Byte || index % 2 == 0) return index;
    from = index + 1;
  }
  return kNotFound;
}

size_t search_before(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t end) {
  if (needle.size() > 1) return find_last(haystack, needle, end);
  return index_of(haystack, memrchr(haystack.data(), needle[0], end));
}

size_t find_backward(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t from, Unit unit) {
  if (needle.size() > haystack.size()) return kNotFound;
  size_t end = std::min(from, haystack.size() - needle.size()) + 1;
  while (end > 0) {
    const size_t index = search_before(haystack, needle, end);
    if (index == kNotFound || unit == Unit::Byte || index % 2 == 0) return index;
    end = index;
  }
  return kNotFound;
}

}  // namespace

size_t find(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, int64_t offset, Direction direction,
            Unit unit) {
  size_t from = resolve(offset, haystack.size(), needle.size(), direction);
  if (from == kNotFound || needle.empty()) return from;
  if (unit == Unit::Pair) {
    if (needle.size() < 2) return kNotFound;
    needle = needle.first(needle.size() / 2 * 2);
    haystack = haystack.first(haystack.size() / 2 * 2);
    from = from / 2 * 2;
  }
  return direction == Direction::Forward ? find_forward(haystack, needle, from, unit)
                                         : find_backward(haystack, needle, from, unit);
}

size_t find_byte(std::span<const uint8_t> haystack, uint8_t byte, int64_t offset, Direction direction) {
  const size_t from = resolve(offset, haystack.size(), 1, direction);
  if (from == kNotFound) return kNotFound;
  return index_of(haystack, direction == Direction::Forward
                                ? memchr(haystack.data() + from, byte, haystack.size() - from)
                                : memrchr(haystack.data(), byte, from + 1));
}

}  // namespace gyre::buffer
