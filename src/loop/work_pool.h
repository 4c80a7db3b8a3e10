// Threads for work that blocks, and the way back to the loop that asked. libuv has such a pool, too; its
// lock and its condition variable cost a short job more system calls than the job itself.
#pragma once

#include <uv.h>

#include <atomic>

namespace gyre {

class LoopWork;

// One piece of work. Whoever submits it keeps it alive until back_on_loop() was called, which may delete it.
class PoolWork {
 public:
  virtual ~PoolWork() = default;
  virtual void run_in_pool() = 0;   // on a thread of the pool
  virtual void back_on_loop() = 0;  // on the loop's thread, later

 private:
  friend class LoopWork;
  friend class WorkPool;
  LoopWork* owner_ = nullptr;
  PoolWork* next_ = nullptr;
};

// What one loop has given to the pool; it keeps the loop alive until it is done. UV_THREADPOOL_SIZE says
// how many threads there are (4), which all loops of the process share; each starts when there is work
// for it.
class LoopWork {
 public:
  explicit LoopWork(uv_loop_t* loop);
  LoopWork(const LoopWork&) = delete;
  void operator=(const LoopWork&) = delete;

  void submit(PoolWork* work);
  // When nothing is under way: closes the handle, which the loop must still see closed.
  void close();

 private:
  friend class WorkPool;

  // From any thread.
  void return_done(PoolWork* work);
  void deliver();

  uv_async_t async_;
  int pending_ = 0;
  std::atomic<PoolWork*> done_ = nullptr;  // the newest first
  std::atomic<int> senders_ = 0;
};

}  // namespace gyre
