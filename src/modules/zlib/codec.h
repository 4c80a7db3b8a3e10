// Compressors and decompressors behind one interface. Plain C++: knows no V8; every method but the
// constructors may run on a pool thread, one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/block_cache.h"

namespace gyre::zlib {

// The numbers are those of zlib.constants.
enum class Mode : int32_t {
  None,
  Deflate,
  Inflate,
  Gzip,
  Gunzip,
  DeflateRaw,
  InflateRaw,
  Unzip,
  BrotliDecode,
  BrotliEncode,
  ZstdCompress,
  ZstdDecompress,
};

// What a program sees of a failure: error.message, error.code and error.errno.
struct Failure {
  std::string message;
  std::string code;
  int number = 0;
};

// Input that is left and room that is left; run() advances both.
struct Cursor {
  const uint8_t* in = nullptr;
  size_t in_left = 0;
  uint8_t* out = nullptr;
  size_t out_left = 0;
};

// What was made: the first `size` bytes of a block.
struct Output {
  Block block;
  size_t size = 0;
};

class Codec {
 public:
  virtual ~Codec() = default;

  // Processes until the input or the room is used up, or the data has ended. `flush` is the library's
  // own operation code.
  virtual std::optional<Failure> run(Cursor& cursor, int flush) = 0;

  // Back to the state after construction.
  virtual std::optional<Failure> reset() = 0;

  // All of the input, which is the first of the stream, at once and sooner than run() would; nothing
  // where it cannot, and run() shall.
  virtual std::optional<Output> run_at_once(std::span<const uint8_t> input, int flush, size_t most) {
    return std::nullopt;
  }

  // A new level and strategy for what comes; only deflate has them.
  virtual std::optional<Failure> set_params(int level, int strategy) { return std::nullopt; }
};

struct ZlibOptions {
  int window_bits = 15;
  int level = -1;
  int memory_level = 8;
  int strategy = 0;
  std::vector<uint8_t> dictionary;
  // A gzip file ends with its first member; otherwise the members that follow count too.
  bool one_member = false;
};
// Modes Deflate to Unzip.
std::unique_ptr<Codec> make_zlib(Mode mode, ZlibOptions options);

// A parameter is set where its value is not kUnset; the index is its number. Null if a library
// refuses one.
inline constexpr uint32_t kUnset = 0xFFFFFFFF;
std::unique_ptr<Codec> make_brotli(Mode mode, const std::vector<uint32_t>& parameters);

struct ZstdOptions {
  std::vector<uint32_t> parameters;
  std::optional<uint64_t> pledged_size;
  std::vector<uint8_t> dictionary;
};
std::unique_ptr<Codec> make_zstd(Mode mode, ZstdOptions options, Failure& why);

// All of `input` at once. More than `most` bytes of output is a failure with the code
// ERR_BUFFER_TOO_LARGE. `rest` gets how much input lay behind the end of the data.
struct Whole {
  Output output;
  size_t rest = 0;
};
std::optional<Failure> run_whole(Codec& codec, std::span<const uint8_t> input, int flush, size_t most, Whole& whole);

}  // namespace gyre::zlib
