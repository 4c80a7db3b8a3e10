// Searching bytes. Plain C++.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace gyre::buffer {

inline constexpr size_t kNotFound = SIZE_MAX;

enum class Direction { Forward, Backward };
// UTF-16 text is found only where a unit begins.
enum class Unit { Byte, Pair };

// The first match at or after `offset`, or the last at or before it. A negative offset counts from
// the end, as in indexOf() and lastIndexOf() of Buffer.
size_t find(std::span<const uint8_t> haystack, std::span<const uint8_t> needle, int64_t offset, Direction direction,
            Unit unit);

// The same for one byte.
size_t find_byte(std::span<const uint8_t> haystack, uint8_t byte, int64_t offset, Direction direction);

}  // namespace gyre::buffer
