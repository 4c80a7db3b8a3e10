// Brotli, by Google's library.
#include <brotli/decode.h>
#include <brotli/encode.h>

#include <cstring>

#include "base/block_cache.h"
#include "modules/zlib/codec.h"

namespace gyre::zlib {
namespace {

template <typename T, void (*kDestroy)(T*)>
struct Destroyer {
  void operator()(T* state) const { kDestroy(state); }
};
using EncoderState = std::unique_ptr<BrotliEncoderState, Destroyer<BrotliEncoderState, BrotliEncoderDestroyInstance>>;
using DecoderState = std::unique_ptr<BrotliDecoderState, Destroyer<BrotliDecoderState, BrotliDecoderDestroyInstance>>;

// The library's memory, up to nine megabytes for an encoder, would come from the system each time. A block's size is
// kept before it.
constexpr size_t kHeader = 64;

void* allocate(void*, size_t size) {
  const size_t whole = size + kHeader;
  auto* block = static_cast<uint8_t*>(BlockCache::shared().allocate(whole));
  if (!block) return nullptr;
  std::memcpy(block, &whole, sizeof whole);
  return block + kHeader;
}

void release(void*, void* memory) {
  if (!memory) return;
  auto* block = static_cast<uint8_t*>(memory) - kHeader;
  size_t whole;
  std::memcpy(&whole, block, sizeof whole);
  BlockCache::shared().free(block, whole);
}

class BrotliEncoder final : public Codec {
 public:
  explicit BrotliEncoder(std::vector<uint32_t> parameters) : parameters_(std::move(parameters)) {}

  // False if the library refuses a parameter.
  bool open() {
    state_.reset(BrotliEncoderCreateInstance(allocate, release, nullptr));
    if (!state_) return false;
    for (size_t i = 0; i < parameters_.size(); i++) {
      if (parameters_[i] == kUnset) continue;
      if (!BrotliEncoderSetParameter(state_.get(), static_cast<BrotliEncoderParameter>(i), parameters_[i])) {
        return false;
      }
    }
    return true;
  }

  std::optional<Failure> run(Cursor& cursor, int flush) override {
    const bool ok = BrotliEncoderCompressStream(state_.get(), static_cast<BrotliEncoderOperation>(flush),
                                                &cursor.in_left, &cursor.in, &cursor.out_left, &cursor.out, nullptr);
    if (!ok) return Failure{"Compression failed", "ERR_BROTLI_COMPRESSION_FAILED", -1};
    return std::nullopt;
  }

  std::optional<Failure> reset() override {
    if (open()) return std::nullopt;
    return Failure{"Could not initialize Brotli instance", "ERR_ZLIB_INITIALIZATION_FAILED", -1};
  }

 private:
  const std::vector<uint32_t> parameters_;
  EncoderState state_;
};

class BrotliDecoder final : public Codec {
 public:
  explicit BrotliDecoder(std::vector<uint32_t> parameters) : parameters_(std::move(parameters)) {}

  bool open() {
    state_.reset(BrotliDecoderCreateInstance(allocate, release, nullptr));
    if (!state_) return false;
    for (size_t i = 0; i < parameters_.size(); i++) {
      if (parameters_[i] == kUnset) continue;
      if (!BrotliDecoderSetParameter(state_.get(), static_cast<BrotliDecoderParameter>(i), parameters_[i])) {
        return false;
      }
    }
    return true;
  }

  std::optional<Failure> run(Cursor& cursor, int flush) override {
    const BrotliDecoderResult result = BrotliDecoderDecompressStream(state_.get(), &cursor.in_left, &cursor.in,
                                                                     &cursor.out_left, &cursor.out, nullptr);
    if (result == BROTLI_DECODER_RESULT_ERROR) {
      const BrotliDecoderErrorCode error = BrotliDecoderGetErrorCode(state_.get());
      return Failure{"Decompression failed", std::string("ERR_") + BrotliDecoderErrorString(error), error};
    }
    if (flush == BROTLI_OPERATION_FINISH && result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) {
      return Failure{"unexpected end of file", "Z_BUF_ERROR", -5};
    }
    return std::nullopt;
  }

  std::optional<Failure> reset() override {
    if (open()) return std::nullopt;
    return Failure{"Could not initialize Brotli instance", "ERR_ZLIB_INITIALIZATION_FAILED", -1};
  }

 private:
  const std::vector<uint32_t> parameters_;
  DecoderState state_;
};

}  // namespace

std::unique_ptr<Codec> make_brotli(Mode mode, const std::vector<uint32_t>& parameters) {
  if (mode == Mode::BrotliEncode) {
    auto encoder = std::make_unique<BrotliEncoder>(parameters);
    if (!encoder->open()) return nullptr;
    return encoder;
  }
  auto decoder = std::make_unique<BrotliDecoder>(parameters);
  if (!decoder->open()) return nullptr;
  return decoder;
}

}  // namespace gyre::zlib
