// Deflate, gzip and raw deflate, by zlib.
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "modules/zlib/codec.h"
#include "modules/zlib/deflate_whole.h"

namespace gyre::zlib {
namespace {

constexpr int kDefaultMemoryLevel = 8;
constexpr int kMostWindowBits = 15;

const char* code_name(int err) {
  switch (err) {
    case Z_OK: return "Z_OK";
    case Z_STREAM_END: return "Z_STREAM_END";
    case Z_NEED_DICT: return "Z_NEED_DICT";
    case Z_ERRNO: return "Z_ERRNO";
    case Z_STREAM_ERROR: return "Z_STREAM_ERROR";
    case Z_DATA_ERROR: return "Z_DATA_ERROR";
    case Z_MEM_ERROR: return "Z_MEM_ERROR";
    case Z_BUF_ERROR: return "Z_BUF_ERROR";
    default: return "Z_VERSION_ERROR";
  }
}

class ZlibCodec final : public Codec {
 public:
  ZlibCodec(Mode mode, ZlibOptions options) : mode_(mode), options_(std::move(options)) {
    compresses_ = mode == Mode::Deflate || mode == Mode::Gzip || mode == Mode::DeflateRaw;
    // zlib tells the formats by the window bits.
    if (mode == Mode::Gzip || mode == Mode::Gunzip) options_.window_bits += 16;
    if (mode == Mode::Unzip) options_.window_bits += 32;
    if (mode == Mode::DeflateRaw || mode == Mode::InflateRaw) options_.window_bits *= -1;
  }
  ~ZlibCodec() override {
    if (!ready_) return;
    if (compresses_)
      deflateEnd(&stream_);
    else
      inflateEnd(&stream_);
  }

  std::optional<Failure> run(Cursor& cursor, int flush) override {
    if (!ready_) {
      if (auto failure = open()) return failure;
    }
    // zlib counts in 32 bits: what is longer goes in slices, and only the last one is flushed.
    constexpr size_t kMost = std::numeric_limits<uInt>::max();
    for (;;) {
      const uInt in_now = static_cast<uInt>(std::min(cursor.in_left, kMost));
      const uInt out_now = static_cast<uInt>(std::min(cursor.out_left, kMost));
      const bool last = in_now == cursor.in_left && out_now == cursor.out_left;
      const int flush_now = in_now == cursor.in_left ? flush : Z_NO_FLUSH;
      stream_.next_in = const_cast<Bytef*>(cursor.in);
      stream_.avail_in = in_now;
      stream_.next_out = cursor.out;
      stream_.avail_out = out_now;
      const int err = compresses_ ? deflate(&stream_, flush_now) : decompress(flush_now);
      const size_t taken = in_now - stream_.avail_in;
      const size_t given = out_now - stream_.avail_out;
      cursor.in += taken;
      cursor.in_left -= taken;
      cursor.out += given;
      cursor.out_left -= given;
      if (auto failure = check(err, flush_now)) return failure;
      if (last || err == Z_STREAM_END || (taken == 0 && given == 0)) return std::nullopt;
    }
  }

  std::optional<Output> run_at_once(std::span<const uint8_t> input, int flush, size_t most) override {
    const int window = std::abs(options_.window_bits) % (kMostWindowBits + 1);
    const bool is_ordinary =
        flush == Z_FINISH && (window == 0 || window == kMostWindowBits) && options_.dictionary.empty();
    if (!is_ordinary) return std::nullopt;
    if (!compresses_) return decompress_whole(mode_, input, most);
    if (options_.strategy != Z_DEFAULT_STRATEGY || options_.memory_level != kDefaultMemoryLevel) return std::nullopt;
    return compress_whole(mode_, options_.level, input);
  }

  std::optional<Failure> reset() override {
    if (!ready_) return std::nullopt;
    is_gzip_ = mode_ == Mode::Gunzip;
    seen_ = 0;
    const int err = compresses_ ? deflateReset(&stream_) : inflateReset(&stream_);
    if (err != Z_OK) return failure(err, "Failed to reset stream");
    return use_dictionary();
  }

  std::optional<Failure> set_params(int level, int strategy) override {
    options_.level = level;
    options_.strategy = strategy;
    if (!ready_ || !compresses_) return std::nullopt;
    stream_.next_in = nullptr;
    stream_.avail_in = 0;
    Bytef nowhere;  // zlib wants a pointer even where there is no room
    stream_.next_out = &nowhere;
    stream_.avail_out = 0;
    const int err = deflateParams(&stream_, level, strategy);
    if (err != Z_OK && err != Z_BUF_ERROR) return failure(err, "Failed to set parameters");
    return std::nullopt;
  }

 private:
  // At the first use, because the state is large and many streams are made for nothing.
  std::optional<Failure> open() {
    const int err = compresses_ ? deflateInit2(&stream_, options_.level, Z_DEFLATED, options_.window_bits,
                                               options_.memory_level, options_.strategy)
                                : inflateInit2(&stream_, options_.window_bits);
    if (err != Z_OK) return failure(err, "Init error");
    ready_ = true;
    is_gzip_ = mode_ == Mode::Gunzip;
    return use_dictionary();
  }

  // What is known from the start; inflate and gunzip are asked for it by the data.
  std::optional<Failure> use_dictionary() {
    const auto& dictionary = options_.dictionary;
    if (dictionary.empty()) return std::nullopt;
    int err = Z_OK;
    const auto size = static_cast<uInt>(dictionary.size());
    if (mode_ == Mode::Deflate || mode_ == Mode::DeflateRaw) {
      err = deflateSetDictionary(&stream_, dictionary.data(), size);
    } else if (mode_ == Mode::InflateRaw) {
      err = inflateSetDictionary(&stream_, dictionary.data(), size);
    }
    if (err != Z_OK) return failure(err, "Failed to set dictionary");
    return std::nullopt;
  }

  int decompress(int flush) {
    if (mode_ == Mode::Unzip && seen_ == 0 && stream_.avail_in > 0) {
      seen_ = 1;
      is_gzip_ = stream_.next_in[0] == 0x1F;
    }
    int err = inflate(&stream_, flush);
    if (err == Z_NEED_DICT && !options_.dictionary.empty()) {
      err = inflateSetDictionary(&stream_, options_.dictionary.data(), static_cast<uInt>(options_.dictionary.size()));
      if (err == Z_OK) err = inflate(&stream_, flush);
      // The caller tells a wrong dictionary from wrong data by this.
      else if (err == Z_DATA_ERROR)
        err = Z_NEED_DICT;
    }
    // A gzip file may have several members. Zeros are padding, anything else must be a member.
    while (err == Z_STREAM_END && is_gzip_ && !options_.one_member && stream_.avail_in > 0 && stream_.next_in[0] != 0) {
      inflateReset(&stream_);
      err = inflate(&stream_, flush);
    }
    return err;
  }

  std::optional<Failure> check(int err, int flush) const {
    switch (err) {
      case Z_OK:
      case Z_BUF_ERROR:
        if (stream_.avail_out != 0 && flush == Z_FINISH) {
          return failure(Z_BUF_ERROR, "unexpected end of file");
        }
        return std::nullopt;
      case Z_STREAM_END: return std::nullopt;
      case Z_NEED_DICT: return failure(err, options_.dictionary.empty() ? "Missing dictionary" : "Bad dictionary");
      default: return failure(err, "Zlib error");
    }
  }

  Failure failure(int err, const char* message) const {
    // zlib's own words are better, but for the end of the data it has none that help.
    if (stream_.msg && err != Z_BUF_ERROR) message = stream_.msg;
    return {message, code_name(err), err};
  }

  const Mode mode_;
  ZlibOptions options_;
  bool compresses_;
  bool ready_ = false;
  bool is_gzip_ = false;
  int seen_ = 0;
  z_stream stream_ = {};
};

}  // namespace

std::unique_ptr<Codec> make_zlib(Mode mode, ZlibOptions options) {
  return std::make_unique<ZlibCodec>(mode, std::move(options));
}

}  // namespace gyre::zlib
