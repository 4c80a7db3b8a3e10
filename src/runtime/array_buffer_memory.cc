#include "runtime/array_buffer_memory.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/block_cache.h"

namespace gyre {
namespace {

constexpr size_t kCacheLine = 64;
constexpr size_t kMostAhead = 1024;

}  // namespace

ArrayBufferMemory::Class ArrayBufferMemory::class_of(size_t length) {
  const size_t last = length - 1;
  if (last < 128) return {last / 16, (last / 16 + 1) * 16};
  const size_t bits = std::bit_width(last) - 1;
  const size_t step = (last >> (bits - 2)) & 3;
  return {8 + (bits - 7) * 4 + step, (4 + step + 1) << (bits - 2)};
}

size_t ArrayBufferMemory::bytes() const {
  return static_cast<size_t>(taken_.load(std::memory_order_relaxed) + balance_.load(std::memory_order_relaxed));
}

// One thread alone adds: that needs no atomic operation.
void* ArrayBufferMemory::counted(void* data, size_t length) {
  if (data)
    taken_.store(taken_.load(std::memory_order_relaxed) + static_cast<int64_t>(length), std::memory_order_relaxed);
  return data;
}

void* ArrayBufferMemory::take(Class kind) {
  Idle*& first = idle_[kind.index];
  if (!first) {
    auto& returned = returned_[kind.index];
    if (!returned.load(std::memory_order_relaxed).first()) return nullptr;
    first = returned.exchange({}, std::memory_order_acquire).first();
  }
  Idle* const piece = first;
  first = piece->next;
  // Another processor wrote into the next one, or nobody for long: it is in this one's cache when it is wanted.
  if (first) {
    const char* const next = reinterpret_cast<const char*>(first);
    for (size_t at = 0; at < std::min(kind.size, kMostAhead); at += kCacheLine) __builtin_prefetch(next + at, 1);
  }
  return piece;
}

// Lists are only taken over as a whole, so it does not matter if the one that was seen was taken and made anew.
bool ArrayBufferMemory::put_back(void* data, Class kind) {
  auto& returned = returned_[kind.index];
  const size_t most = std::min(kMostReturned / kind.size, List::kMostCount);
  auto* const piece = static_cast<Idle*>(data);
  List rest = returned.load(std::memory_order_relaxed);
  do {
    if (rest.count() >= most) return false;
    piece->next = rest.first();
  } while (!returned.compare_exchange_weak(rest, List(piece, rest.count() + 1), std::memory_order_release,
                                           std::memory_order_relaxed));
  return true;
}

void* ArrayBufferMemory::Allocate(size_t length) {
  if (!is_kept(length)) return counted(BlockCache::shared().allocate_cleared(length), length);
  const Class kind = class_of(length);
  void* const piece = take(kind);
  return counted(piece ? std::memset(piece, 0, length) : std::calloc(kind.size, 1), length);
}

void* ArrayBufferMemory::AllocateUninitialized(size_t length) {
  if (!is_kept(length)) return counted(BlockCache::shared().allocate(length), length);
  const Class kind = class_of(length);
  void* const piece = take(kind);
  return counted(piece ? piece : std::malloc(kind.size), length);
}

void ArrayBufferMemory::Free(void* data, size_t length) {
  if (!data) return;
  if (!is_kept(length))
    BlockCache::shared().free(data, length);
  else if (!put_back(data, class_of(length)))
    std::free(data);
  if (length == 0) return;  // was not counted: a sum of 0 is the end
  const auto size = static_cast<int64_t>(length);
  if (balance_.fetch_sub(size, std::memory_order_acq_rel) == size) delete this;
}

void ArrayBufferMemory::trim() {
  const auto free_all = [](Idle* piece) {
    while (piece) std::free(std::exchange(piece, piece->next));
  };
  for (Idle*& first : idle_) free_all(std::exchange(first, nullptr));
  for (auto& returned : returned_) free_all(returned.exchange({}, std::memory_order_acquire).first());
}

void ArrayBufferMemory::release() {
  const int64_t taken = taken_.load(std::memory_order_relaxed);
  if (balance_.fetch_add(taken, std::memory_order_acq_rel) + taken == 0) delete this;
}

ArrayBufferMemory::~ArrayBufferMemory() { trim(); }

}  // namespace gyre
