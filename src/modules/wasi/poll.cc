// native('wasi'): waiting for descriptors, on the thread that asks.
#include <errno.h>
#include <poll.h>

#include "binding/binding.h"

namespace gyre::wasi {
namespace {

enum Readiness { kNot = 0, kReady = 1, kHangup = 2 };

// Waits until one of the descriptors can be read, or written where `writes` says so; a negative
// timeout (in milliseconds) is none. Gives a Readiness for each.
Result<std::vector<int32_t>> poll_descriptors(std::vector<int32_t> fds, std::vector<int32_t> writes, int32_t timeout) {
  std::vector<pollfd> entries;
  for (size_t i = 0; i < fds.size(); i++) {
    entries.push_back({fds[i], static_cast<int16_t>(writes[i] ? POLLOUT : POLLIN), 0});
  }
  int count;
  do {
    count = ::poll(entries.data(), entries.size(), timeout);
  } while (count == -1 && errno == EINTR);
  if (count == -1) return SystemError{-errno, "poll"};
  std::vector<int32_t> ready;
  for (const pollfd& entry : entries) {
    ready.push_back((entry.revents != 0 ? kReady : kNot) | ((entry.revents & POLLHUP) != 0 ? kHangup : kNot));
  }
  return ready;
}

}  // namespace

GYRE_MODULE(wasi) { b.function<&poll_descriptors>("poll"); }

}  // namespace gyre::wasi
