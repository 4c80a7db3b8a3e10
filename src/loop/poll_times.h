// How long a loop waits for events.
#pragma once

#include <sys/epoll.h>
#include <uv.h>

#include <atomic>
#include <cstdint>

namespace gyre {

// How long a thread's loop has waited for events, and how many it did not have to wait for. libuv's
// UV_METRICS_IDLE_TIME tells the same, but asks the system twice in each turn of the loop, first without
// waiting. This looks at the clock around the one call, which --wrap=epoll_pwait leads here.
class PollTimes {
 public:
  // On the loop's own thread, which has no other loop that is measured.
  explicit PollTimes(uv_loop_t* loop);
  ~PollTimes();
  PollTimes(const PollTimes&) = delete;
  void operator=(const PollTimes&) = delete;

  // Those of this thread's loop, if that is the one with this descriptor.
  static PollTimes* of_this_thread(int backend);
  // epoll_pwait() of the loop.
  int poll(epoll_event* events, int size, int timeout, const sigset_t* mask);

  // Nanoseconds that the loop has waited until now. From any thread.
  uint64_t idle() const;
  // How many events were there already when the loop asked for them. On the loop's thread.
  uint64_t events_waiting() const { return events_waiting_; }

 private:
  const int backend_;
  // The nanoseconds waited. While the loop waits, less the time at which it began to, which makes it negative.
  std::atomic<int64_t> waited_ = 0;
  uint64_t events_waiting_ = 0;
};

}  // namespace gyre
