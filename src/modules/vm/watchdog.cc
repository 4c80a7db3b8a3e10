#include "modules/vm/watchdog.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
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

Watchdog::~Watchdog() { stop(); }

Result<> Watchdog::start() {
  stop_fd_ = eventfd(0, EFD_CLOEXEC);
  if (limits_.break_on_sigint) signal_fd_ = eventfd(0, EFD_CLOEXEC);
  if (stop_fd_ < 0 || (limits_.break_on_sigint && signal_fd_ < 0)) {
    const int error = -errno;
    close_descriptors();
    return SystemError{error, "eventfd"};
  }
  const int error = uv_thread_create(
      &thread_, [](void* self) { static_cast<Watchdog*>(self)->watch(); }, this);
  if (error) {
    close_descriptors();
    return SystemError{error, "uv_thread_create"};
  }
  is_running_ = true;
  if (limits_.break_on_sigint) {
    outer_signal_fd_ = sigint_fd.exchange(signal_fd_);
    take_sigint();
  }
  return Done{};
}

void Watchdog::watch() {
  const uint64_t began = uv_hrtime();
  pollfd fds[] = {{stop_fd_, POLLIN, 0}, {signal_fd_, POLLIN, 0}};
  int ready;
  do {  // again when a signal came
    const uint64_t gone = (uv_hrtime() - began) / 1000000;
    const uint64_t left = limits_.timeout_ms.value_or(0) - std::min(gone, limits_.timeout_ms.value_or(0));
    const int timeout = limits_.timeout_ms ? static_cast<int>(std::min<uint64_t>(left, INT_MAX)) : -1;
    ready = poll(fds, signal_fd_ >= 0 ? 2 : 1, timeout);
  } while (ready < 0 && errno == EINTR);
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
  if (!is_running_) return;
  is_running_ = false;
  notify(stop_fd_);
  uv_thread_join(&thread_);
  if (limits_.break_on_sigint) {
    sigint_fd.store(outer_signal_fd_);
    give_sigint_back();
  }
  close_descriptors();
}

void Watchdog::close_descriptors() {
  for (const int fd : {stop_fd_, signal_fd_}) {
    if (fd >= 0) close(fd);
  }
  stop_fd_ = signal_fd_ = -1;
}

}  // namespace gyre::vm
