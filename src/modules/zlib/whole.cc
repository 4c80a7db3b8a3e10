#include <algorithm>
#include <cstring>

#include "modules/zlib/codec.h"

namespace gyre::zlib {

std::optional<Failure> run_whole(Codec& codec, std::span<const uint8_t> input, int flush, size_t most, Whole& whole) {
  const auto too_large = [most] {
    return Failure{"Cannot create a Buffer larger than " + std::to_string(most) + " bytes", "ERR_BUFFER_TOO_LARGE", 0};
  };
  if (auto bytes = codec.run_at_once(input, flush, most)) {
    if (bytes->size() > most) return too_large();
    whole.bytes = std::move(*bytes);
    return std::nullopt;
  }
  constexpr size_t kFirst = 4096;
  Cursor cursor;
  cursor.in = input.data();
  cursor.in_left = input.size();
  std::vector<uint8_t>& bytes = whole.bytes;
  size_t filled = 0;
  bytes.resize(std::max(kFirst, input.size() + input.size() / 8));
  for (;;) {
    cursor.out = bytes.data() + filled;
    cursor.out_left = bytes.size() - filled;
    if (auto failure = codec.run(cursor, flush)) return failure;
    filled = bytes.size() - cursor.out_left;
    if (filled > most) return too_large();
    // Room that was left says that there is no more to come.
    if (cursor.out_left > 0) break;
    bytes.resize(bytes.size() * 2);
  }
  bytes.resize(filled);
  // A vector keeps the room that it once had; the result may live long.
  if (bytes.capacity() > filled * 2) bytes.shrink_to_fit();
  whole.rest = cursor.in_left;
  return std::nullopt;
}

}  // namespace gyre::zlib
