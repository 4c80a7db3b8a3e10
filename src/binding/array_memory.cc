#include "binding/array_memory.h"

#include <algorithm>
#include <cstring>

namespace gyre {
namespace {

// What one piece of garbage stands for, and its length in words.
constexpr size_t kPortion = 1 << 20;
constexpr int kGarbageLength = kPortion / 16 / sizeof(void*);

// Of smaller ones, the objects themselves weigh enough.
constexpr size_t kSmallest = 4096;

thread_local size_t unweighed = 0;

// A young generation that has grown to hold much, as it does while large strings survive, is not filled by that
// garbage, and holds ArrayBuffers by the hundred megabytes. Where so many portions went by without a collection, the
// engine is asked for less memory, which makes it as small as it was in the beginning; but not again soon.
constexpr size_t kPatience = 32;
constexpr size_t kRest = 4 * kPatience;
constexpr size_t kGrown = 4 << 20;

class YoungGeneration {
 public:
  void note_portion(v8::Isolate* isolate) {
    v8::HeapSpaceStatistics space;
    if (!isolate->GetHeapSpaceStatistics(&space, kNewSpace)) return;
    const size_t used = space.space_used_size();
    // Less than before: there was a collection.
    if (used < used_) patience_ = std::max(patience_, kPatience);
    used_ = used;
    if (--patience_ > 0) return;
    patience_ = kPatience;
    if (used + space.space_available_size() < kGrown) return;
    patience_ = kRest;
    isolate->MemoryPressureNotification(v8::MemoryPressureLevel::kModerate);
    isolate->MemoryPressureNotification(v8::MemoryPressureLevel::kNone);
  }

 private:
  // Its place in the engine's list of spaces.
  static constexpr size_t kNewSpace = 1;

  size_t used_ = 0;
  size_t patience_ = kPatience;
};

thread_local YoungGeneration young;

}  // namespace

void weigh_on_young_generation(v8::Isolate* isolate, size_t size) {
  if (size < kSmallest) return;
  unweighed += size;
  if (unweighed < kPortion) return;
  unweighed = 0;
  const v8::HandleScope handles(isolate);
  v8::PrimitiveArray::New(isolate, kGarbageLength);
  young.note_portion(isolate);
}

v8::MaybeLocal<v8::ArrayBuffer> uncleared_array_buffer(v8::Isolate* isolate, size_t size) {
  weigh_on_young_generation(isolate, size);
  return v8::ArrayBuffer::MaybeNew(isolate, size, v8::BackingStoreInitializationMode::kUninitialized);
}

v8::MaybeLocal<v8::ArrayBuffer> cleared_array_buffer(v8::Isolate* isolate, size_t size) {
  weigh_on_young_generation(isolate, size);
  return v8::ArrayBuffer::MaybeNew(isolate, size, v8::BackingStoreInitializationMode::kZeroInitialized);
}

std::unique_ptr<v8::BackingStore> backing_store_of(v8::Isolate* isolate, Block block, size_t size) {
  if (size < block.size() / 2 || size < kSmallest) {
    auto copy = v8::ArrayBuffer::NewBackingStore(isolate, size, v8::BackingStoreInitializationMode::kUninitialized);
    if (size > 0) std::memcpy(copy->Data(), block.data(), size);
    return copy;
  }
  const auto give_back = [](void* data, size_t, void* whole) {
    BlockCache::shared().free(data, reinterpret_cast<uintptr_t>(whole));
  };
  void* const whole = reinterpret_cast<void*>(block.size());
  return v8::ArrayBuffer::NewBackingStore(block.release(), size, give_back, whole);
}

}  // namespace gyre
