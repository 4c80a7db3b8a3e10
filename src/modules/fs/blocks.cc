#include "modules/fs/blocks.h"

#include <sys/mman.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/platform.h"

namespace gyre::fs {

namespace {

// A page fault for every 4 KiB of a large file takes longer than reading it.
constexpr size_t kLargePage = 2 * 1024 * 1024;
constexpr size_t kPage = 4096;
// The engine collects Buffers when they hold about half as much, and all of that comes back at once.
constexpr size_t kMaxKept = 64 * 1024 * 1024;
constexpr double kRest = 1;  // seconds
// So many of the kept ones are looked at for one that fits.
constexpr int kMaxTries = 16;

struct Kept {
  LargeBlock block;
  double since;
};

size_t round_up(size_t size, size_t unit) { return (size + unit - 1) / unit * unit; }

// Memory that begins with a large page, and has large pages as far as it fills them.
uint8_t* map(size_t size) {
  void* memory = ::mmap(nullptr, size + kLargePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  auto* begin = static_cast<uint8_t*>(memory);
  const size_t before = round_up(reinterpret_cast<uintptr_t>(begin), kLargePage) - reinterpret_cast<uintptr_t>(begin);
  if (before > 0) ::munmap(begin, before);
  begin += before;
  if (before < kLargePage) ::munmap(begin + size, kLargePage - before);
  if (size >= kLargePage) ::madvise(begin, size / kLargePage * kLargePage, MADV_HUGEPAGE);
  return begin;
}

class Blocks {
 public:
  LargeBlock take(size_t size) {
    const std::optional<LargeBlock> kept = take_kept(size);
    if (kept) return *kept;
    size = round_up(size, kPage);
    return {map(size), size};
  }

  void give_back(LargeBlock block) {
    std::unique_lock lock(mutex_);
    if (kept_size_ + block.capacity > kMaxKept) {
      lock.unlock();
      ::munmap(block.data, block.capacity);
      return;
    }
    kept_.push_back({block, Platform::get().MonotonicallyIncreasingTime()});
    kept_size_ += block.capacity;
    if (!cleans_) clean_later();
  }

  void clean() {
    const std::lock_guard lock(mutex_);
    const double oldest = Platform::get().MonotonicallyIncreasingTime() - kRest;
    // They are sorted by age.
    const auto end =
        std::find_if(kept_.begin(), kept_.end(), [oldest](const Kept& kept) { return kept.since > oldest; });
    for (auto at = kept_.begin(); at != end; ++at) {
      ::munmap(at->block.data, at->block.capacity);
      kept_size_ -= at->block.capacity;
    }
    kept_.erase(kept_.begin(), end);
    cleans_ = false;
    if (!kept_.empty()) clean_later();
  }

 private:
  void clean_later();

  std::optional<LargeBlock> take_kept(size_t size) {
    const std::lock_guard lock(mutex_);
    // The newest is the likeliest to be in a processor's cache; a much larger one would be a waste.
    int tries = 0;
    for (auto at = kept_.rbegin(); at != kept_.rend() && tries < kMaxTries; ++at, tries++) {
      const LargeBlock block = at->block;
      if (block.capacity < size || block.capacity / 2 > size) continue;
      kept_.erase(std::next(at).base());
      kept_size_ -= block.capacity;
      return block;
    }
    return std::nullopt;
  }

  std::mutex mutex_;
  std::vector<Kept> kept_;
  size_t kept_size_ = 0;
  bool cleans_ = false;
};

Blocks& blocks() {
  static Blocks& all = *new Blocks;
  return all;
}

class Cleaning final : public v8::Task {
 public:
  void Run() override { blocks().clean(); }
};

void Blocks::clean_later() {
  cleans_ = true;
  Platform::get().PostDelayedTaskOnWorkerThread(v8::TaskPriority::kBestEffort, std::make_unique<Cleaning>(), kRest);
}

}  // namespace

LargeBlock take_block(size_t size) { return blocks().take(size); }

void give_back_block(LargeBlock block) { blocks().give_back(block); }

}  // namespace gyre::fs
