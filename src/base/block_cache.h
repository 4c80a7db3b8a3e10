// Memory blocks of 4 KB to 32 MB that are used again.
//
// The allocator gives large freed blocks back to the system, and new ones come page fault by page
// fault, which costs more than most that is done with them. Plain C++; any thread may call.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "base/check.h"

namespace gyre {

class BlockCache {
 public:
  // The one of the process.
  static BlockCache& shared();

  // Uncleared memory, or null.
  void* allocate(size_t size);
  // The same, cleared.
  void* allocate_cleared(size_t size);
  // `size` is that of the allocation.
  void free(void* block, size_t size);
  // Keeps at most so many bytes of small blocks, and as many of large ones; 64 MB are the most in any case.
  // For the start of the process.
  void limit_idle(size_t bytes);
  // Gives the system what was not needed since the last time.
  void trim();
  // The same for large blocks alone; whether some are left.
  bool trim_large();
  // What is called, on any thread, when large blocks begin to lie idle: it has trim_large() called about each second
  // until none are left.
  void on_large_idle(void (*watch)());

 private:
  // Eight sizes for each power of two: an eighth is wasted at most.
  static constexpr size_t kStepBits = 3;
  static constexpr size_t kLeastBits = 12;
  static constexpr size_t kMostBits = 25;
  static constexpr size_t kClasses = (kMostBits - kLeastBits) << kStepBits;
  // What V8 lets ArrayBuffers hold before it looks which are dead: all of them are used again then.
  static constexpr size_t kMostIdle = 64 << 20;
  // Larger blocks do not use up what lies idle for the others. Where they are to be cleared, new ones come from
  // the system, as a program may touch few pages of them.
  static constexpr size_t kLarge = 1 << 20;

  static bool is_cached(size_t size) {
#ifdef __SANITIZE_ADDRESS__
    return false;  // freed memory must stay untouched to be watched
#endif
    return size > size_t{1} << kLeastBits && size <= size_t{1} << kMostBits;
  }
  struct Class {
    size_t index;
    size_t size;
  };
  static Class class_of(size_t size);
  static size_t size_of(size_t index);
  void* take(size_t index, size_t size);
  void trim_from(size_t first);

  std::mutex mutex_;
  void (*watch_)() = nullptr;
  bool is_watched_ = false;
  // Bytes, of small and of large blocks.
  std::array<size_t, 2> idle_{};
  size_t most_idle_ = kMostIdle;
  // The last that came is the first to go: it may still be in the processor's cache.
  struct Idle {
    std::vector<void*> blocks;
    // The fewest since the last trim.
    size_t least = 0;
  };
  std::array<Idle, kClasses> classes_;
};

// A block that is given back when its owner ends; null where there was no memory.
class Block {
 public:
  Block() = default;
  explicit Block(size_t size) : data_(static_cast<uint8_t*>(BlockCache::shared().allocate(size))), size_(size) {}
  Block(Block&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Block& operator=(Block&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Block() {
    if (data_) BlockCache::shared().free(data_, size_);
  }

  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  // Whoever takes it gives it back to the cache, with its size.
  uint8_t* release() { return std::exchange(data_, nullptr); }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// Memory for `count` values, uncleared, until the end of a scope.
template <typename T>
class Temporary {
 public:
  explicit Temporary(size_t count)
      : size_(count * sizeof(T)), data_(static_cast<T*>(BlockCache::shared().allocate(size_))) {
    CHECK(data_);
  }
  ~Temporary() { BlockCache::shared().free(data_, size_); }
  Temporary(const Temporary&) = delete;
  void operator=(const Temporary&) = delete;

  T* get() const { return data_; }

 private:
  const size_t size_;
  T* const data_;
};

}  // namespace gyre
