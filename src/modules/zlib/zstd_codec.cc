// Zstandard, by its own library.
#include <zstd.h>
#include <zstd_errors.h>

#include "modules/zlib/codec.h"

namespace gyre::zlib {
namespace {

// The enumerator's name, as in zlib.constants.
const char* code_name(ZSTD_ErrorCode code) {
  switch (code) {
#define GYRE_CASE(name) \
  case ZSTD_error_##name: return "ZSTD_error_" #name;
    GYRE_CASE(no_error)
    GYRE_CASE(GENERIC)
    GYRE_CASE(prefix_unknown)
    GYRE_CASE(version_unsupported)
    GYRE_CASE(frameParameter_unsupported)
    GYRE_CASE(frameParameter_windowTooLarge)
    GYRE_CASE(corruption_detected)
    GYRE_CASE(checksum_wrong)
    GYRE_CASE(literals_headerWrong)
    GYRE_CASE(dictionary_corrupted)
    GYRE_CASE(dictionary_wrong)
    GYRE_CASE(dictionaryCreation_failed)
    GYRE_CASE(parameter_unsupported)
    GYRE_CASE(parameter_combination_unsupported)
    GYRE_CASE(parameter_outOfBound)
    GYRE_CASE(tableLog_tooLarge)
    GYRE_CASE(maxSymbolValue_tooLarge)
    GYRE_CASE(maxSymbolValue_tooSmall)
    GYRE_CASE(stabilityCondition_notRespected)
    GYRE_CASE(stage_wrong)
    GYRE_CASE(init_missing)
    GYRE_CASE(memory_allocation)
    GYRE_CASE(workSpace_tooSmall)
    GYRE_CASE(dstSize_tooSmall)
    GYRE_CASE(srcSize_wrong)
    GYRE_CASE(dstBuffer_null)
    GYRE_CASE(noForwardProgress_destFull)
    GYRE_CASE(noForwardProgress_inputEmpty)
#undef GYRE_CASE
    default: return "ZSTD_error_GENERIC";
  }
}

Failure failure_of(size_t result) {
  const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
  return {ZSTD_getErrorString(code), code_name(code), code};
}

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// Advances a cursor by what zstd's own buffers say.
template <typename Step>
size_t with_buffers(Cursor& cursor, Step step) {
  ZSTD_inBuffer in = {cursor.in, cursor.in_left, 0};
  ZSTD_outBuffer out = {cursor.out, cursor.out_left, 0};
  const size_t result = step(&out, &in);
  cursor.in += in.pos;
  cursor.in_left -= in.pos;
  cursor.out += out.pos;
  cursor.out_left -= out.pos;
  return result;
}

class ZstdCompressor final : public Codec {
 public:
  explicit ZstdCompressor(ZstdOptions options) : options_(std::move(options)) {}

  bool open(Failure& why) {
    context_.reset(ZSTD_createCCtx());
    if (!context_) {
      why = {"Could not initialize zstd instance", "ERR_ZLIB_INITIALIZATION_FAILED", -1};
      return false;
    }
    for (size_t i = 0; i < options_.parameters.size(); i++) {
      if (options_.parameters[i] == kUnset) continue;
      if (ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), static_cast<ZSTD_cParameter>(i),
                                              static_cast<int>(options_.parameters[i])))) {
        why = {"Setting parameter failed", "ERR_ZLIB_INITIALIZATION_FAILED", -1};
        return false;
      }
    }
    if (options_.pledged_size && ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(context_.get(), *options_.pledged_size))) {
      why = {"Could not set pledged src size", "ERR_ZLIB_INITIALIZATION_FAILED", -1};
      return false;
    }
    if (!options_.dictionary.empty() && ZSTD_isError(ZSTD_CCtx_loadDictionary(
                                            context_.get(), options_.dictionary.data(), options_.dictionary.size()))) {
      why = {"Failed to load zstd dictionary", "ERR_ZLIB_DICTIONARY_LOAD_FAILED", -1};
      return false;
    }
    return true;
  }

  std::optional<Failure> run(Cursor& cursor, int flush) override {
    const size_t result = with_buffers(cursor, [&](ZSTD_outBuffer* out, ZSTD_inBuffer* in) {
      return ZSTD_compressStream2(context_.get(), out, in, static_cast<ZSTD_EndDirective>(flush));
    });
    if (ZSTD_isError(result)) return failure_of(result);
    return std::nullopt;
  }

  std::optional<Failure> reset() override {
    Failure why;
    if (open(why)) return std::nullopt;
    return why;
  }

 private:
  const ZstdOptions options_;
  std::unique_ptr<ZSTD_CCtx, FreeCompressor> context_;
};

class ZstdDecompressor final : public Codec {
 public:
  explicit ZstdDecompressor(ZstdOptions options) : options_(std::move(options)) {}

  bool open(Failure& why) {
    ended_ = false;
    context_.reset(ZSTD_createDCtx());
    if (!context_) {
      why = {"Could not initialize zstd instance", "ERR_ZLIB_INITIALIZATION_FAILED", -1};
      return false;
    }
    for (size_t i = 0; i < options_.parameters.size(); i++) {
      if (options_.parameters[i] == kUnset) continue;
      if (ZSTD_isError(ZSTD_DCtx_setParameter(context_.get(), static_cast<ZSTD_dParameter>(i),
                                              static_cast<int>(options_.parameters[i])))) {
        why = {"Setting parameter failed", "ERR_ZLIB_INITIALIZATION_FAILED", -1};
        return false;
      }
    }
    if (!options_.dictionary.empty() && ZSTD_isError(ZSTD_DCtx_loadDictionary(
                                            context_.get(), options_.dictionary.data(), options_.dictionary.size()))) {
      why = {"Failed to load zstd dictionary", "ERR_ZLIB_DICTIONARY_LOAD_FAILED", -1};
      return false;
    }
    return true;
  }

  std::optional<Failure> run(Cursor& cursor, int flush) override {
    // What follows the frame is not ours, unless it comes by itself.
    if (ended_ && (cursor.in_left == 0 || cursor.in == rest_)) return std::nullopt;
    const size_t result = with_buffers(
        cursor, [&](ZSTD_outBuffer* out, ZSTD_inBuffer* in) { return ZSTD_decompressStream(context_.get(), out, in); });
    if (ZSTD_isError(result)) return failure_of(result);
    ended_ = result == 0;
    rest_ = cursor.in;
    if (flush == ZSTD_e_end && !ended_ && cursor.in_left == 0 && cursor.out_left > 0) {
      return Failure{"unexpected end of file", "Z_BUF_ERROR", -5};
    }
    return std::nullopt;
  }

  std::optional<Failure> reset() override {
    Failure why;
    if (open(why)) return std::nullopt;
    return why;
  }

 private:
  const ZstdOptions options_;
  bool ended_ = false;
  const uint8_t* rest_ = nullptr;
  std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context_;
};

}  // namespace

std::unique_ptr<Codec> make_zstd(Mode mode, ZstdOptions options, Failure& why) {
  if (mode == Mode::ZstdCompress) {
    auto compressor = std::make_unique<ZstdCompressor>(std::move(options));
    if (!compressor->open(why)) return nullptr;
    return compressor;
  }
  auto decompressor = std::make_unique<ZstdDecompressor>(std::move(options));
  if (!decompressor->open(why)) return nullptr;
  return decompressor;
}

}  // namespace gyre::zlib
