// Deflate, zlib and gzip data in one piece, by libdeflate: twice to ten times as fast as zlib, which
// remains for streams, for small or unusual work, and for whatever fails. Plain C++: knows no V8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "modules/zlib/codec.h"

namespace gyre::zlib {

// The compressed input; nothing where zlib shall do it. `level` is zlib's.
std::optional<Output> compress_whole(Mode mode, int level, std::span<const uint8_t> input);

// What the input stands for, if it is well-formed, has nothing behind its end and makes at most `most`
// bytes. Otherwise nothing: zlib finds out what is wrong with it.
std::optional<Output> decompress_whole(Mode mode, std::span<const uint8_t> input, size_t most);

// CRC-32, continuing `start`.
uint32_t crc32_whole(uint32_t start, std::span<const uint8_t> input);

}  // namespace gyre::zlib
