// What a session has to write: frames as nghttp2 made them, and between them the bytes of programs'
// chunks, which are not copied unless they are small.
#pragma once

#include <uv.h>

#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "binding/convert.h"

namespace gyre::http2 {

// One chunk that a program wrote; shared by the stream it waits in and the batches that carry it.
struct Chunk {
  std::string text;
  OwnedBytes bytes;
  bool is_text = false;
  std::span<const uint8_t> span() const {
    if (!is_text) return bytes.span();
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }
};

class Outgoing {
 public:
  // With `splits` each append is a part of its own.
  explicit Outgoing(bool splits = false) : splits_(splits) {}

  void append(const uint8_t* data, size_t size) {
    if (splits_ || pieces_.empty() || pieces_.back().external) pieces_.push_back({own_.size(), 0, nullptr});
    own_.insert(own_.end(), data, data + size);
    pieces_.back().size += size;
    size_ += size;
  }
  void append_zeros(size_t count) {
    static constexpr uint8_t kZeros[256] = {};
    append(kZeros, count);
  }
  // Bytes of a chunk that `owner` keeps.
  void refer(std::span<const uint8_t> data, const std::shared_ptr<Chunk>& owner) {
    if (data.size() <= kCopied) return append(data.data(), data.size());
    pieces_.push_back({0, data.size(), data.data()});
    owners_.push_back(owner);
    size_ += data.size();
  }
  size_t size() const { return size_; }

  // The parts behind the first `skip` bytes.
  std::vector<uv_buf_t> parts(size_t skip) const {
    std::vector<uv_buf_t> out;
    out.reserve(pieces_.size());
    for (const Piece& piece : pieces_) {
      if (skip >= piece.size) {
        skip -= piece.size;
        continue;
      }
      const uint8_t* data = (piece.external ? piece.external : own_.data() + piece.offset) + skip;
      out.push_back(
          uv_buf_init(reinterpret_cast<char*>(const_cast<uint8_t*>(data)), static_cast<unsigned>(piece.size - skip)));
      skip = 0;
    }
    return out;
  }

 private:
  const bool splits_;
  static constexpr size_t kCopied = 1024;
  struct Piece {
    size_t offset;  // in own_
    size_t size;
    const uint8_t* external;
  };
  std::vector<uint8_t> own_;
  std::vector<Piece> pieces_;
  std::vector<std::shared_ptr<Chunk>> owners_;
  size_t size_ = 0;
};

}  // namespace gyre::http2
