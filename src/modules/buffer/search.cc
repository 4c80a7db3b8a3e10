#include "modules/buffer/search.h"

#include <algorithm>
#include <cstring>

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

std::optional<size_t> find_forward(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t from,
                                   size_t step) {
  while (from + needle.size() <= haystack.size()) {
    const void* at = memmem(haystack.data() + from, haystack.size() - from, needle.data(), needle.size());
    if (at == nullptr) return std::nullopt;
    const size_t index = static_cast<const uint8_t*>(at) - haystack.data();
    if (index % step == 0) return index;
    from = index + 1;
  }
  return std::nullopt;
}

std::optional<size_t> find_backward(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, size_t from,
                                    size_t step) {
  if (needle.size() > haystack.size()) return std::nullopt;
  // Jumps from one occurrence of the first byte to the one before.
  size_t end = std::min(from, haystack.size() - needle.size()) + 1;
  while (end > 0) {
    const void* at = memrchr(haystack.data(), needle[0], end);
    if (at == nullptr) return std::nullopt;
    const size_t index = static_cast<const uint8_t*>(at) - haystack.data();
    if (index % step == 0 && std::memcmp(at, needle.data(), needle.size()) == 0) return index;
    end = index;
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
