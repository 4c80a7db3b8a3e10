// The memory of a thread's ArrayBuffers, and how much of it there is.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "v8.h"

namespace gyre {

// Each isolate has its own, given to it as a plain pointer: with a shared one V8 would count references for every
// ArrayBuffer, on the collector's threads and the isolate's own at once.
//
// Pieces of up to 4 KB are used again without the C library. A program's thread takes them and the
// collector's threads bring them back, thousands at a time: what comes back waits in a list that the thread takes
// over as a whole when it has none left.
class ArrayBufferMemory final : public v8::ArrayBuffer::Allocator {
 public:
  struct Release {
    void operator()(ArrayBufferMemory* memory) const { memory->release(); }
  };
  // Whoever disposes of the isolate lets go of this afterwards. The object stays until ArrayBuffers that were handed
  // to other threads are gone.
  using Owner = std::unique_ptr<ArrayBufferMemory, Release>;
  static Owner make() { return Owner(new ArrayBufferMemory); }

  static ArrayBufferMemory& of(v8::Isolate* isolate) {
    return *static_cast<ArrayBufferMemory*>(isolate->GetArrayBufferAllocator());
  }

  // What its ArrayBuffers hold now, those among it that were handed to other threads.
  size_t bytes() const;

  // Gives the C library what is not in use. As for Allocate(), the isolate's thread calls.
  void trim();

  // v8::ArrayBuffer::Allocator. The collector frees on threads of its own.
  void* Allocate(size_t length) override;
  void* AllocateUninitialized(size_t length) override;
  void Free(void* data, size_t length) override;

 private:
  // What a piece holds that is not in use.
  struct Idle {
    Idle* next;
  };
  // The first piece of a list and how many there are, in one word: nobody but its thread looks into a piece that may
  // have been taken meanwhile.
  class List {
   public:
    List() = default;
    List(Idle* first, size_t count) : bits_(reinterpret_cast<uintptr_t>(first) << kCountBits | count) {}
    Idle* first() const { return reinterpret_cast<Idle*>(bits_ >> kCountBits); }
    size_t count() const { return bits_ & kMostCount; }

    static constexpr int kCountBits = 16;  // an address of a program's has 47 bits
    static constexpr size_t kMostCount = (1 << kCountBits) - 1;

   private:
    uint64_t bits_ = 0;
  };

  // Sixteen bytes apart up to 128, then four sizes for each power of two, as the C library has them.
  static constexpr size_t kLargest = 4096;
  static constexpr size_t kClasses = 28;
  // Of one class: more than the young generation mostly holds.
  static constexpr size_t kMostReturned = 4 << 20;
  struct Class {
    size_t index;
    size_t size;
  };
  static Class class_of(size_t length);
  static bool is_kept(size_t length) {
#ifdef __SANITIZE_ADDRESS__
    return false;  // freed memory must stay untouched to be watched
#endif
    return length - 1 < kLargest;
  }

  ~ArrayBufferMemory() override;
  void release();
  void* counted(void* data, size_t length);
  void* take(Class kind);
  bool put_back(void* data, Class kind);

  // The isolate's thread writes what is here, ...
  std::atomic<int64_t> taken_ = 0;
  std::array<Idle*, kClasses> idle_ = {};
  // ... and other threads what is on lines of the cache of its own: what was taken in the end minus what came back.
  // It is 0 only when the isolate is gone and everything has come back.
  alignas(64) std::atomic<int64_t> balance_ = 0;
  std::array<std::atomic<List>, kClasses> returned_ = {};
};

}  // namespace gyre
