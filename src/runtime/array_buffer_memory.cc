#include "runtime/array_buffer_memory.h"

#include "base/block_cache.h"
#include "runtime/environment.h"

namespace gyre {

void* ArrayBufferMemory::Allocate(size_t length) {
  return counted(BlockCache::shared().allocate_cleared(length), length);
}

void* ArrayBufferMemory::AllocateUninitialized(size_t length) {
  return counted(BlockCache::shared().allocate(length), length);
}

void ArrayBufferMemory::Free(void* data, size_t length) {
  if (data) bytes_.fetch_sub(length, std::memory_order_relaxed);
  BlockCache::shared().free(data, length);
}

std::shared_ptr<v8::ArrayBuffer::Allocator> array_buffer_allocator() { return std::make_shared<ArrayBufferMemory>(); }

}  // namespace gyre
