#include "modules/buffer/search.h"

#include <algorithm>
#include <cstring>

#include "modules/buffer/vector.h"

namespace gyre::buffer {
namespace {

// Where the search begins; nullopt where nothing can match. May lie behind the last possible match.
std::optional<size_t> resolve(int64_t offset, int64_t length, int64_t needle, Direction direction) {
  const bool forward = direction == Direction::Forward;
  if (offset < 0) {
    if (offset + length >= 0) return offset + length;
    if (forward || needle == 0) return 0;
    return std::nullopt;
  }
  if (offset + needle <= length) return offset;
  if (needle == 0) return length;
  if (forward || length == 0) return std::nullopt;
  return length - 1;
}

// A needle with a long common beginning makes the comparison of candidates slow: those that occur
// again and again are left to an algorithm that bounds the work.
constexpr size_t kLongNeedle = 64;

std::optional<size_t> search_from(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t from) {
  if (needle.size() > 1 && needle.size() <= kLongNeedle) return vector::find_first(haystack, needle, from);
  const void* at = memmem(haystack.data() + from, haystack.size() - from, needle.data(), needle.size());
  if (at == nullptr) return std::nullopt;
  return static_cast<const uint8_t*>(at) - haystack.data();
}

std::optional<size_t> find_forward(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t from,
                                   size_t step) {
  while (from + needle.size() <= haystack.size()) {
    const auto index = search_from(haystack, needle, from);
    if (!index || *index % step == 0) return index;
    from = *index + 1;
  }
  return std::nullopt;
}

std::optional<size_t> search_before(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t end) {
  if (needle.size() > 1) return vector::find_last(haystack, needle, end);
  const void* at = memrchr(haystack.data(), needle[0], end);
  if (at == nullptr) return std::nullopt;
  return static_cast<const uint8_t*>(at) - haystack.data();
}

std::optional<size_t> find_backward(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t from,
                                    size_t step) {
  if (needle.size() > haystack.size()) return std::nullopt;
  size_t end = std::min(from, haystack.size() - needle.size()) + 1;
  while (end > 0) {
    const auto index = search_before(haystack, needle, end);
    if (!index || *index % step == 0) return index;
    end = *index;
  }
  return std::nullopt;
}

}  // namespace

std::optional<size_t> find(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, int64_t offset,
                           Direction direction, Unit unit) {
  const auto start = resolve(offset, haystack.size(), needle.size(), direction);
  if (!start || needle.empty()) return start;
  size_t from = *start;
  const size_t step = static_cast<size_t>(unit);
  if (unit == Unit::Pair) {
    if (needle.size() < 2) return std::nullopt;
    needle = needle.first(needle.size() / 2 * 2);
    haystack = haystack.first(haystack.size() / 2 * 2);
    from = from / 2 * 2;
  }
  return direction == Direction::Forward ? find_forward(haystack, needle, from, step)
                                         : find_backward(haystack, needle, from, step);
}

}  // namespace gyre::buffer
