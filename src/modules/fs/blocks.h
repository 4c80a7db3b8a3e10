// Memory for the content of large files. To get fresh memory from the system takes as long as to copy a file into
// it: what collected Buffers leave behind is used again, and given back after a second of rest.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gyre::fs {

// From this size on; for less there is BlockCache.
inline constexpr size_t kMinBlock = 1024 * 1024;

struct LargeBlock {
  uint8_t* data = nullptr;  // nullptr when there is no memory; what it holds is undefined
  size_t capacity = 0;
};
LargeBlock take_block(size_t size);
// From any thread.
void give_back_block(LargeBlock block);

}  // namespace gyre::fs
