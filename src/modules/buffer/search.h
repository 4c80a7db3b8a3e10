// Searching bytes. Plain C++.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace gyre::buffer {

enum class Direction { Forward, Backward };
// UTF-16 text is found only where a unit begins.
enum class Unit : size_t { Byte = 1, Pair = 2 };

// The first match at or after `offset`, or the last at or before it. A negative offset counts from
// the end, as in indexOf() and lastIndexOf() of Buffer.
std::optional<size_t> find(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, int64_t offset,
                           Direction direction, Unit unit);

}  // namespace gyre::buffer
