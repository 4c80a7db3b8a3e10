#include "base/block_cache.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

namespace gyre {
namespace {

// Vector loops over whole lines of the cache are faster.
constexpr size_t kAlignment = 64;

// The C library may return null for no bytes.
size_t at_least_one(size_t size) { return size == 0 ? 1 : size; }

}  // namespace

BlockCache& BlockCache::shared() {
  // Never destroyed: threads may end later than the process's own.
  static auto& cache = *new BlockCache;
  return cache;
}

BlockCache::Class BlockCache::class_of(size_t size) {
  const size_t last = size - 1;
  const size_t bits = std::bit_width(last) - 1;
  const size_t step = (last >> (bits - kStepBits)) & ((1 << kStepBits) - 1);
  return {((bits - kLeastBits) << kStepBits) + step, ((1 << kStepBits) + step + 1) << (bits - kStepBits)};
}

size_t BlockCache::size_of(size_t index) {
  const size_t bits = (index >> kStepBits) + kLeastBits;
  const size_t step = index & ((1 << kStepBits) - 1);
  return ((1 << kStepBits) + step + 1) << (bits - kStepBits);
}

void* BlockCache::take(size_t index, size_t size) {
  const std::lock_guard lock(mutex_);
  auto& [blocks, least] = classes_[index];
  if (blocks.empty()) return nullptr;
  void* block = blocks.back();
  blocks.pop_back();
  least = std::min(least, blocks.size());
  idle_[size > kLarge] -= size;
  return block;
}

void* BlockCache::allocate(size_t size) {
  if (!is_cached(size)) return std::malloc(at_least_one(size));
  const Class kind = class_of(size);
  if (void* block = take(kind.index, kind.size)) return block;
  return std::aligned_alloc(kAlignment, kind.size);
}

void* BlockCache::allocate_cleared(size_t size) {
  if (!is_cached(size)) return std::calloc(at_least_one(size), 1);
  const Class kind = class_of(size);
  void* block = kind.size > kLarge ? nullptr : take(kind.index, kind.size);
  // What the system hands out is clear already, and the C library knows.
  if (!block) return std::calloc(kind.size, 1);
  return std::memset(block, 0, size);
}

void BlockCache::free(void* block, size_t size) {
  if (!is_cached(size)) {
    std::free(block);
    return;
  }
  const Class kind = class_of(size);
  const bool is_large = kind.size > kLarge;
  std::unique_lock lock(mutex_);
  if (idle_[is_large] + kind.size > most_idle_) {
    lock.unlock();
    std::free(block);
    return;
  }
  classes_[kind.index].blocks.push_back(block);
  idle_[is_large] += kind.size;
  if (!is_large || is_watched_ || !watch_) return;
  is_watched_ = true;
  lock.unlock();
  watch_();
}

void BlockCache::limit_idle(size_t bytes) {
  const std::lock_guard lock(mutex_);
  most_idle_ = std::min(bytes, kMostIdle);
}

void BlockCache::trim_from(size_t first) {
  std::vector<void*> unneeded;
  {
    const std::lock_guard lock(mutex_);
    for (size_t i = first; i < classes_.size(); i++) {
      auto& [blocks, least] = classes_[i];
      const auto last = blocks.begin() + static_cast<ptrdiff_t>(least);
      unneeded.insert(unneeded.end(), blocks.begin(), last);
      blocks.erase(blocks.begin(), last);
      idle_[size_of(i) > kLarge] -= least * size_of(i);
      least = blocks.size();
    }
  }
  for (void* block : unneeded) std::free(block);
}

void BlockCache::trim() { trim_from(0); }

bool BlockCache::trim_large() {
  trim_from(class_of(kLarge).index + 1);
  const std::lock_guard lock(mutex_);
  return is_watched_ = idle_[true] > 0;
}

void BlockCache::on_large_idle(void (*watch)()) {
  const std::lock_guard lock(mutex_);
  watch_ = watch;
}

}  // namespace gyre
