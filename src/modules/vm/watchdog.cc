#include "modules/vm/watchdog.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <climits>

#include "base/check.h"

namespace gyre::vm {
namespace {

// Where the signal handler writes: the innermost watchdog that listens. A signal handler can reach
// nothing but globals.
std::atomic<int> sigint_fd{-1};
struct sigaction outer_action;
int watchers = 0;

void on_sigint(int) {
  const int fd = sigint_fd.load();
  const uint64_t one = 1;
  if (fd >= 0 && write(fd, &one, sizeof one) < 0) return;
}

void take_sigint() {
  if (watchers++ > 0) return;
  struct sigaction action = {};
  action.sa_handler = on_sigint;
  sigfillset(&action.sa_mask);
  CHECK(sigaction(SIGINT, &action, &outer_action) == 0);
}

void give_sigint_back() {
  if (--watchers == 0) CHECK(sigaction(SIGINT, &outer_action, nullptr) == 0);
}

void notify(int fd) {
  const uint64_t one = 1;
  CHECK(write(fd, &one, sizeof one) == sizeof one);
}

}  // namespace

Watchdog::Watchdog(v8::Isolate* isolate, const Limits& limits)
    : isolate_(isolate), stop_fd_(eventfd(0, EFD_CLOEXEC)), watches_sigint_(limits.break_on_sigint) {
  CHECK(stop_fd_ >= 0);
  if (watches_sigint_) {
    signal_fd_ = eventfd(0, EFD_CLOEXEC);
    CHECK(signal_fd_ >= 0);
    outer_signal_fd_ = sigint_fd.exchange(signal_fd_);
    take_sigint();
  }
  const int timeout = limits.timeout_ms ? static_cast<int>(std::min<uint64_t>(*limits.timeout_ms, INT_MAX)) : -1;
  thread_ = std::thread([this, timeout] { watch(timeout); });
}

Watchdog::~Watchdog() { stop(); }

void Watchdog::watch(int timeout_ms) {
  pollfd fds[] = {{stop_fd_, POLLIN, 0}, {signal_fd_, POLLIN, 0}};
  const int ready = poll(fds, signal_fd_ >= 0 ? 2 : 1, timeout_ms);
  if (ready == 0) {
    timed_out_ = true;
  } else if (fds[0].revents) {
    return;
  } else {
    interrupted_ = true;
  }
  isolate_->TerminateExecution();
}

void Watchdog::stop() {
  if (!thread_.joinable()) return;
  notify(stop_fd_);
  thread_.join();
  close(stop_fd_);
  if (!watches_sigint_) return;
  sigint_fd.store(outer_signal_fd_);
  give_sigint_back();
  close(signal_fd_);
}

}  // namespace gyre::vm
