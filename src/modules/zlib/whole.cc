#include <algorithm>
#include <cstring>

#include "modules/zlib/codec.h"

namespace gyre::zlib {

std::optional<Failure> run_whole(Codec& codec, std::span<const uint8_t> input, int flush, size_t most, Whole& whole) {
  const auto too_large = [most] {
    return Failure{"Cannot create a Buffer larger than " + std::to_string(most) + " bytes", "ERR_BUFFER_TOO_LARGE", 0};
  };
  if (auto made = codec.run_at_once(input, flush, most)) {
    if (made->size > most) return too_large();
    whole.output = std::move(*made);
    return std::nullopt;
  }
  constexpr size_t kFirst = 4096;
  Cursor cursor;
  cursor.in = input.data();
  cursor.in_left = input.size();
  auto& [block, filled] = whole.output;
  block = Block(std::max(kFirst, input.size() + input.size() / 8));
  for (;;) {
    if (!block.data()) return Failure{"Cannot allocate memory", "Z_MEM_ERROR", -4};
    cursor.out = block.data() + filled;
    cursor.out_left = block.size() - filled;
    if (auto failure = codec.run(cursor, flush)) return failure;
    filled = block.size() - cursor.out_left;
    if (filled > most) return too_large();
    // Room that was left says that there is no more to come.
    if (cursor.out_left > 0) break;
    Block larger(block.size() * 2);
    if (larger.data()) std::memcpy(larger.data(), block.data(), filled);
    block = std::move(larger);
  }
  whole.rest = cursor.in_left;
  return std::nullopt;
}

}  // namespace gyre::zlib
