// How a thread hears that messages have come for its ports.
#pragma once

#include <uv.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "binding/realm.h"

namespace gyre::messaging {

class Arrivals;
class MessagePort;

// Tells a port's thread that the port should look for messages. Whoever sends to the port may hold it for
// longer than the port lives.
class Bell {
 public:
  // Those with lower numbers, the older ports of the thread, get their messages first.
  Bell(std::shared_ptr<Arrivals> arrivals, MessagePort& port, uint64_t number)
      : arrivals_(std::move(arrivals)), port_(&port), number_(number) {}
  // Of the port's thread.
  const Realm* realm() const;
  uint64_t number() const { return number_; }
  // From any thread.
  static void ring(const std::shared_ptr<Bell>& bell);
  // The port is about to close. On its own thread.
  void silence() { port_ = nullptr; }

 private:
  friend class Arrivals;

  const std::shared_ptr<Arrivals> arrivals_;
  MessagePort* port_;  // of the port's thread alone
  const uint64_t number_;
  bool is_rung_ = false;  // guarded by the mutex of the arrivals
};

// The ports of a thread that were rung, and one handle that wakes the thread for all of them.
//
// A thread is woken only if it waits for events, or is about to: otherwise it finds what has arrived before it
// waits again. Two threads that talk to each other need half of the system calls that way, ports of the same
// thread nearly none. Messages come in the order in which libuv calls its async handles.
class Arrivals {
 public:
  explicit Arrivals(Realm& realm);

  const Realm& realm() const { return realm_; }
  // A bell for a new port of the thread.
  static std::shared_ptr<Bell> bell_for(MessagePort& port);
  // From any thread.
  void add(const std::shared_ptr<Bell>& bell);
  // The thread ends.
  void close();

 private:
  // Before the loop polls, and behind it.
  void prepare();
  void check();
  void deliver();
  // The rung one that is oldest of those from `first` on. It is rung no longer.
  std::shared_ptr<Bell> next(uint64_t first);
  // With the lock.
  void push(std::shared_ptr<Bell> bell);

  Realm& realm_;
  // Keeps this alive until the last handle is closed.
  std::shared_ptr<Arrivals> self_;
  int open_handles_ = 0;

  std::mutex mutex_;
  std::vector<std::shared_ptr<Bell>> rung_;  // guarded by mutex_; a heap, the oldest first
  bool is_closed_ = false;                   // guarded by mutex_
  // Whether the thread has to be woken: true since nothing was rung before a poll. Whoever makes it false wakes
  // the thread, or is the thread behind the poll.
  std::atomic<bool> waits_ = true;

  std::mutex wake_mutex_;
  bool can_wake_ = true;  // guarded by wake_mutex_
  uv_async_t wake_;

  // Of the thread alone, like the handles.
  uint64_t bells_ = 0;
  bool delivers_in_check_ = false;
  uv_prepare_t prepare_;
  uv_check_t check_;
  uv_idle_t idle_;  // keeps the loop from waiting
};

}  // namespace gyre::messaging
