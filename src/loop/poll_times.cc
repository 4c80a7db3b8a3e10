#include "loop/poll_times.h"

extern "C" {
int __real_epoll_pwait(int backend, epoll_event* events, int size, int timeout, const sigset_t* mask);

// What libuv calls.
int __wrap_epoll_pwait(int backend, epoll_event* events, int size, int timeout, const sigset_t* mask) {
  gyre::PollTimes* times = gyre::PollTimes::of_this_thread(backend);
  if (!times) return __real_epoll_pwait(backend, events, size, timeout, mask);
  return times->poll(events, size, timeout, mask);
}
}

namespace gyre {
namespace {

// In nanoseconds. A call that is back sooner has not waited: to sleep and to wake up takes longer.
constexpr int64_t kShortestWait = 2000;

thread_local PollTimes* of_thread = nullptr;

int64_t now() { return static_cast<int64_t>(uv_hrtime()); }

}  // namespace

PollTimes::PollTimes(uv_loop_t* loop) : backend_(uv_backend_fd(loop)) { of_thread = this; }

PollTimes::~PollTimes() { of_thread = nullptr; }

PollTimes* PollTimes::of_this_thread(int backend) {
  return of_thread && of_thread->backend_ == backend ? of_thread : nullptr;
}

int PollTimes::poll(epoll_event* events, int size, int timeout, const sigset_t* mask) {
  bool has_waited = false;
  int count = 0;
  if (timeout == 0) {
    count = __real_epoll_pwait(backend_, events, size, timeout, mask);
  } else {
    const int64_t before = waited_.load(std::memory_order_relaxed);
    const int64_t began = now();
    waited_.store(before - began, std::memory_order_relaxed);
    count = __real_epoll_pwait(backend_, events, size, timeout, mask);
    const int64_t took = now() - began;
    has_waited = took >= kShortestWait;
    waited_.store(has_waited ? before + took : before, std::memory_order_relaxed);
  }
  if (count > 0 && !has_waited) events_waiting_ += static_cast<uint64_t>(count);
  return count;
}

uint64_t PollTimes::idle() const {
  const int64_t waited = waited_.load(std::memory_order_relaxed);
  return static_cast<uint64_t>(waited < 0 ? waited + now() : waited);
}

}  // namespace gyre
