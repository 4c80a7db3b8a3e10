// What the fs functions share: errors of system calls, and descriptors that close themselves.
#pragma once

#include <cerrno>
#include <string>
#include <unistd.h>
#include <utility>

#include "base/result.h"

namespace gyre::fs {

// The error of the call that just failed. libuv's numbers are the negative errno of Linux.
inline SystemError failed(const char* syscall) { return SystemError{-errno, syscall}; }

// No path has a NUL: one alone stands for the empty path in an error, which tells '' from no path at all.
inline std::string named_path(std::string path) { return path.empty() ? std::string(1, '\0') : path; }

inline SystemError failed(const char* syscall, std::string path) {
  return SystemError{-errno, syscall, named_path(std::move(path))};
}

inline SystemError failed(const char* syscall, std::string path, std::string dest) {
  return SystemError{-errno, syscall, named_path(std::move(path)), named_path(std::move(dest))};
}

// Repeats a call that a signal interrupted.
template <typename Call>
auto uninterrupted(Call&& call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result == -1 && errno == EINTR);
  return result;
}

// Result of a call that returns -1 on failure.
template <typename... Paths>
Result<> done_or_failed(int result, const char* syscall, Paths&&... paths) {
  if (result == -1) return failed(syscall, std::forward<Paths>(paths)...);
  return Done{};
}

// A descriptor that is closed at the end of its scope.
class OwnedFd {
 public:
  explicit OwnedFd(int fd) : fd_(fd) {}
  ~OwnedFd() {
    if (fd_ != -1) ::close(fd_);
  }
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.release()) {}
  OwnedFd(const OwnedFd&) = delete;
  void operator=(const OwnedFd&) = delete;

  int get() const { return fd_; }
  // Takes another in its place.
  void reset(int fd) {
    if (fd_ != -1) ::close(fd_);
    fd_ = fd;
  }
  // Gives the descriptor to the caller.
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// openat(2) with O_CLOEXEC; the error carries the path.
Result<int> open_file(const std::string& path, int flags, int mode);

}  // namespace gyre::fs
