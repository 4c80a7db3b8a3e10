#include "modules/zlib/deflate_whole.h"

#include <libdeflate.h>

#include <algorithm>
#include <cstring>

namespace gyre::zlib {
namespace {

// Less than this is done sooner by zlib, whose tables are smaller.
constexpr size_t kSmallest = 2048;

struct Free {
  void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

// Making these costs as much as a small compression, so that each thread keeps its last ones.
struct Kept {
  std::unique_ptr<libdeflate_compressor, Free> compressor;
  int level = -1;
  std::unique_ptr<libdeflate_decompressor, Free> decompressor;
};

Kept& kept() {
  thread_local Kept mine;
  return mine;
}

libdeflate_compressor* compressor_of(int level) {
  Kept& mine = kept();
  if (!mine.compressor || mine.level != level) {
    mine.compressor.reset(libdeflate_alloc_compressor(level));
    mine.level = level;
  }
  return mine.compressor.get();
}

libdeflate_decompressor* decompressor() {
  Kept& mine = kept();
  if (!mine.decompressor) mine.decompressor.reset(libdeflate_alloc_decompressor());
  return mine.decompressor.get();
}

bool is_gzip(std::span<const uint8_t> input) { return input.size() >= 2 && input[0] == 0x1f && input[1] == 0x8b; }

libdeflate_result decompress(Mode mode, std::span<const uint8_t> input, uint8_t* out, size_t room, size_t& taken,
                             size_t& made) {
  const auto function = mode == Mode::InflateRaw ? &libdeflate_deflate_decompress_ex
                        : mode == Mode::Gunzip   ? &libdeflate_gzip_decompress_ex
                                                 : &libdeflate_zlib_decompress_ex;
  return function(decompressor(), input.data(), input.size(), out, room, &taken, &made);
}

// How large the result may be: gzip says so at its end, modulo 2^32; of the others most are below this.
size_t likely_size(Mode mode, std::span<const uint8_t> input) {
  constexpr size_t kLeast = 65536;
  const size_t guess = std::max(kLeast, input.size() * 4);
  if (mode != Mode::Gunzip) return guess;
  uint32_t size;
  std::memcpy(&size, input.data() + input.size() - sizeof size, sizeof size);
  // No more than deflate can express, whatever the input claims.
  constexpr size_t kMostRatio = 1032;
  return size / kMostRatio <= input.size() ? std::max<size_t>(size, 1) : guess;
}

}  // namespace

std::optional<Output> compress_whole(Mode mode, int level, std::span<const uint8_t> input) {
  if (level == -1) level = 6;
  if (input.size() < kSmallest || level < 1 || level > 9) return std::nullopt;
  libdeflate_compressor* compressor = compressor_of(level);
  if (!compressor) return std::nullopt;
  const auto bound = mode == Mode::DeflateRaw ? &libdeflate_deflate_compress_bound
                     : mode == Mode::Gzip     ? &libdeflate_gzip_compress_bound
                                              : &libdeflate_zlib_compress_bound;
  const auto function = mode == Mode::DeflateRaw ? &libdeflate_deflate_compress
                        : mode == Mode::Gzip     ? &libdeflate_gzip_compress
                                                 : &libdeflate_zlib_compress;
  const size_t room = bound(compressor, input.size());
  Block out(room);
  if (!out.data()) return std::nullopt;
  const size_t size = function(compressor, input.data(), input.size(), out.data(), room);
  if (size == 0) return std::nullopt;
  if (mode == Mode::Gzip) {
    // What zlib writes about the level and the system: libdeflate says less.
    out.data()[8] = level == 9 ? 2 : level == 1 ? 4 : 0;
    out.data()[9] = 3;
  }
  return Output{std::move(out), size};
}

std::optional<Output> decompress_whole(Mode mode, std::span<const uint8_t> input, size_t most) {
  if (mode == Mode::Unzip) mode = is_gzip(input) ? Mode::Gunzip : Mode::Inflate;
  constexpr size_t kLeastInput = 18;  // a gzip file of nothing is longer
  if (input.size() < kLeastInput || !decompressor()) return std::nullopt;
  size_t room = likely_size(mode, input);
  for (int attempt = 0; attempt < 4; attempt++, room *= 6) {
    room = std::min(room, most);
    Block out(room);
    if (!out.data()) return std::nullopt;
    size_t taken = 0;
    size_t made = 0;
    const auto result = decompress(mode, input, out.data(), room, taken, made);
    if (result == LIBDEFLATE_SUCCESS && taken == input.size()) {
      return Output{std::move(out), made};
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE || room == most) return std::nullopt;
  }
  return std::nullopt;
}

uint32_t crc32_whole(uint32_t start, std::span<const uint8_t> input) {
  return libdeflate_crc32(start, input.data(), input.size());
}

}  // namespace gyre::zlib
