// Ends a script that runs too long, or that the user interrupts.
#pragma once

#include <cstdint>
#include <optional>

#include <uv.h>

#include "base/result.h"
#include "v8.h"

namespace gyre::vm {

// While it lives, a thread waits for the time to be over or for SIGINT, and terminates what the
// isolate runs. Watchdogs nest; each knows whether it was the one.
class Watchdog {
 public:
  struct Limits {
    std::optional<uint64_t> timeout_ms;
    bool break_on_sigint = false;
    bool any() const { return timeout_ms || break_on_sigint; }
  };

  Watchdog(v8::Isolate* isolate, const Limits& limits) : isolate_(isolate), limits_(limits) {}
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  void operator=(const Watchdog&) = delete;

  // Fails where there are no descriptors or threads left.
  Result<> start();
  // Stops watching; after this the following are settled.
  void stop();
  bool timed_out() const { return timed_out_; }
  bool interrupted() const { return interrupted_; }

 private:
  void watch();
  void close_descriptors();

  v8::Isolate* isolate_;
  Limits limits_;
  int stop_fd_ = -1;
  int signal_fd_ = -1;
  int outer_signal_fd_ = -1;
  bool timed_out_ = false;
  bool interrupted_ = false;
  bool is_running_ = false;
  uv_thread_t thread_;
};

}  // namespace gyre::vm
