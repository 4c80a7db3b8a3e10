#include "loop/work_pool.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace gyre {

// A queue, and threads that sleep on a futex while it is empty: one call wakes one of them.
class WorkPool {
 public:
  // Never destroyed: its threads end with the process.
  static WorkPool& get() {
    static WorkPool& pool = *new WorkPool;
    return pool;
  }

  void push(PoolWork* work) {
    bool starts_thread = false;
    {
      const std::lock_guard lock(mutex_);
      (last_ ? last_->next_ : first_) = work;
      last_ = work;
      // A thread that was woken counts as asleep until it runs: each piece that waits has one in view.
      if (++waiting_ > sleeping_ && threads_ < limit_) {
        threads_++;
        starts_thread = true;
      }
    }
    posted_++;
    if (sleeping_ > 0) ::syscall(SYS_futex, &posted_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    if (starts_thread) start_thread();
  }

 private:
  static constexpr int kDefaultThreads = 4;
  static constexpr int kMaxThreads = 1024;

  WorkPool() {
    const char* wanted = ::getenv("UV_THREADPOOL_SIZE");
    if (wanted) limit_ = std::clamp(::atoi(wanted), 1, kMaxThreads);
  }

  PoolWork* pop() {
    const std::lock_guard lock(mutex_);
    PoolWork* work = first_;
    if (!work) return nullptr;
    first_ = std::exchange(work->next_, nullptr);
    if (!first_) last_ = nullptr;
    waiting_--;
    return work;
  }

  static void run(PoolWork* work) {
    work->run_in_pool();
    work->owner_->return_done(work);
  }

  // Not a std::thread, which throws when there are no threads left. Then those that exist do the work;
  // without any the loop's own thread has to.
  void start_thread() {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    const auto run = [](void* self) -> void* {
      static_cast<WorkPool*>(self)->serve();
      return nullptr;
    };
    const bool started = pthread_create(&thread, &attributes, run, this) == 0;
    pthread_attr_destroy(&attributes);
    if (started) return;
    bool is_alone;
    {
      const std::lock_guard lock(mutex_);
      is_alone = --threads_ == 0;
    }
    if (!is_alone) return;
    if (PoolWork* work = pop()) run(work);
  }

  [[noreturn]] void serve() {
    // Signals belong to the main thread.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    pthread_setname_np(pthread_self(), "gyre-pool");
    while (true) {
      PoolWork* work = pop();
      if (!work) {
        // Whoever pushes behind the second look sees the sleeper or has changed the number before.
        const uint32_t seen = posted_;
        sleeping_++;
        work = pop();
        if (!work) ::syscall(SYS_futex, &posted_, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
        sleeping_--;
      }
      if (work) run(work);
    }
  }

  std::mutex mutex_;
  PoolWork* first_ = nullptr;
  PoolWork* last_ = nullptr;
  int waiting_ = 0;
  int limit_ = kDefaultThreads;
  int threads_ = 0;
  std::atomic<int> sleeping_ = 0;
  std::atomic<uint32_t> posted_ = 0;
};

LoopWork::LoopWork(uv_loop_t* loop) {
  uv_async_init(loop, &async_, [](uv_async_t* handle) { static_cast<LoopWork*>(handle->data)->deliver(); });
  async_.data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(&async_));
}

void LoopWork::submit(PoolWork* work) {
  work->owner_ = this;
  if (pending_++ == 0) uv_ref(reinterpret_cast<uv_handle_t*>(&async_));
  WorkPool::get().push(work);
}

void LoopWork::return_done(PoolWork* work) {
  senders_++;
  PoolWork* newest = done_.load(std::memory_order_relaxed);
  do {
    work->next_ = newest;
  } while (!done_.compare_exchange_weak(newest, work, std::memory_order_release, std::memory_order_relaxed));
  // Whoever put the first one there has sent already.
  if (!newest) uv_async_send(&async_);
  senders_--;
}

void LoopWork::deliver() {
  PoolWork* first = nullptr;
  for (PoolWork* newest = done_.exchange(nullptr, std::memory_order_acquire); newest;) {
    PoolWork* older = std::exchange(newest->next_, first);
    first = std::exchange(newest, older);
  }
  while (first) {
    PoolWork* work = std::exchange(first, first->next_);
    if (--pending_ == 0) uv_unref(reinterpret_cast<uv_handle_t*>(&async_));
    work->back_on_loop();
  }
}

void LoopWork::close() {
  // What is done can have been delivered before the thread that did it has sent word.
  while (senders_ != 0) ::sched_yield();
  uv_close(reinterpret_cast<uv_handle_t*>(&async_), nullptr);
}

}  // namespace gyre
