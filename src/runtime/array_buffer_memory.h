// The memory of a thread's ArrayBuffers, and how much of it there is.
#pragma once

#include <atomic>
#include <cstddef>

#include "v8.h"

namespace gyre {

class ArrayBufferMemory final : public v8::ArrayBuffer::Allocator {
 public:
  // Each isolate that array_buffer_allocator() serves has its own.
  static const ArrayBufferMemory& of(v8::Isolate* isolate) {
    return *static_cast<ArrayBufferMemory*>(isolate->GetArrayBufferAllocator());
  }

  // What its ArrayBuffers hold now, those among it that were handed to other threads.
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  // v8::ArrayBuffer::Allocator. The collector frees on threads of its own.
  void* Allocate(size_t length) override;
  void* AllocateUninitialized(size_t length) override;
  void Free(void* data, size_t length) override;

 private:
  void* counted(void* data, size_t length) {
    if (data) bytes_.fetch_add(length, std::memory_order_relaxed);
    return data;
  }

  std::atomic<size_t> bytes_ = 0;
};

}  // namespace gyre
