#include "modules/child_process/spawn_sync.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <span>
#include <utility>

#include "modules/child_process/launch.h"

namespace gyre::child_process {

namespace {

constexpr size_t kChunkSize = 64 * 1024;

// The parent's end of one pipe: writes the input, then collects the output.
class SyncPipe {
 public:
  SyncPipe(int fd, OwnedBytes input) : fd_(fd), input_(std::move(input)) {
    if (input_.size() == 0) end_input();
  }
  ~SyncPipe() { close(); }
  SyncPipe(const SyncPipe&) = delete;
  void operator=(const SyncPipe&) = delete;

  bool is_open() const { return fd_ != -1; }
  pollfd wanted() const {
    return {
        .fd = fd_, .events = static_cast<short>(written_ < input_.size() ? POLLIN | POLLOUT : POLLIN), .revents = 0};
  }

  // 0 or libuv's error.
  int write() {
    const ssize_t count = ::send(fd_, input_.data() + written_, input_.size() - written_, MSG_DONTWAIT | MSG_NOSIGNAL);
    const bool has_failed = count == -1 && errno != EAGAIN && errno != EINTR;
    const int error = errno;
    if (count > 0) written_ += count;
    if (has_failed) written_ = input_.size();
    if (written_ == input_.size()) end_input();
    // A child that does not care for its input may close it.
    return has_failed && error != EPIPE ? -error : 0;
  }

  void read(std::span<uint8_t> chunk) {
    const ssize_t count = ::recv(fd_, chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (count > 0) {
      output_.insert(output_.end(), chunk.data(), chunk.data() + count);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      close();
    }
  }

  void close() {
    if (is_open()) ::close(std::exchange(fd_, -1));
  }

  size_t output_size() const { return output_.size(); }
  std::vector<uint8_t> take_output() { return std::move(output_); }

 private:
  void end_input() { ::shutdown(fd_, SHUT_WR); }

  int fd_;
  OwnedBytes input_;
  size_t written_ = 0;
  std::vector<uint8_t> output_;
};

// One process, waited for without a loop.
class SyncProcess {
 public:
  SyncProcess(SpawnOptions options, SyncLimits limits) : options_(std::move(options)), limits_(limits) {}

  SyncResult run() {
    start();
    while (has_open_pipe() || (running_ && has_deadline_)) wait_for_some();
    if (running_) look(WaitFor::End);
    if (end_fd_ != -1) ::close(end_fd_);
    for (size_t i = 0; i < pipes_.size(); i++) {
      const bool has_output = pipes_[i] && options_.stdio[i].writable;
      result_.output.push_back(has_output ? std::optional(pipes_[i]->take_output()) : std::nullopt);
    }
    return std::move(result_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void start() {
    std::vector<int> ends;
    const int started = launch(options_, ends);
    pipes_.resize(options_.stdio.size());
    for (size_t i = 0; i < ends.size(); i++) {
      if (ends[i] != -1) pipes_[i] = std::make_unique<SyncPipe>(ends[i], options_.stdio[i].input);
    }
    if (started < 0) {
      fail(started);
      close_pipes();
      return;
    }
    result_.pid = started;
    running_ = true;
    if (limits_.timeout <= 0) return;
    has_deadline_ = true;
    deadline_ = Clock::now() + std::chrono::milliseconds(static_cast<int64_t>(limits_.timeout));
    // Only where the end of the process counts before that of its pipes.
    end_fd_ = static_cast<int>(::syscall(SYS_pidfd_open, result_.pid, 0));
  }

  // Until a pipe is ready, the process has ended or time is up.
  void wait_for_some() {
    std::vector<pollfd> polled;
    std::vector<SyncPipe*> polled_pipes;
    for (const auto& pipe : pipes_) {
      if (!pipe || !pipe->is_open()) continue;
      polled.push_back(pipe->wanted());
      polled_pipes.push_back(pipe.get());
    }
    if (running_ && end_fd_ != -1) polled.push_back({.fd = end_fd_, .events = POLLIN, .revents = 0});
    const int ready = ::poll(polled.data(), polled.size(), time_left());
    if (has_deadline_) look(WaitFor::Nothing);
    if (has_deadline_ && Clock::now() >= deadline_) {
      fail(UV_ETIMEDOUT);
      kill();
    }
    if (ready <= 0) return;
    for (size_t i = 0; i < polled_pipes.size(); i++) serve(*polled_pipes[i], polled[i].revents);
  }

  // In milliseconds, as poll() takes it.
  int time_left() const {
    if (!has_deadline_) return -1;
    constexpr int64_t kMost = 60'000;
    // A system without descriptors of processes is asked again and again.
    constexpr int64_t kStep = 10;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    return static_cast<int>(std::clamp<int64_t>(left, 0, end_fd_ == -1 ? kStep : kMost));
  }

  void serve(SyncPipe& pipe, short events) {
    if (!pipe.is_open()) return;  // what another pipe brought was too much
    if (events & POLLOUT) {
      if (const int error = pipe.write()) fail(error);
    }
    if (!(events & ~POLLOUT)) return;
    pipe.read(chunk_);
    if (limits_.max_buffer > 0 && static_cast<double>(pipe.output_size()) > limits_.max_buffer) {
      fail(UV_ENOBUFS);
      kill();
    }
  }

  // The first error counts.
  void fail(int error) {
    if (result_.error == 0) result_.error = error;
  }

  // Ends the process early; its pipes are not waited for.
  void kill() {
    has_deadline_ = false;
    close_pipes();
    if (!running_) return;
    const int signal = limits_.kill_signal > 0 ? limits_.kill_signal : SIGTERM;
    if (::kill(result_.pid, signal) == -1 && errno != ESRCH) {
      fail(-errno);
      ::kill(result_.pid, SIGKILL);
    }
  }

  void look(WaitFor what) {
    Exit exit;
    if (!running_ || !has_ended(result_.pid, exit, what)) return;
    running_ = false;
    has_deadline_ = false;
    if (exit.signal == 0) result_.status = exit.status;
    result_.signal = exit.signal;
  }

  bool has_open_pipe() const {
    return std::any_of(pipes_.begin(), pipes_.end(), [](const auto& pipe) { return pipe && pipe->is_open(); });
  }

  void close_pipes() {
    for (const auto& pipe : pipes_) {
      if (pipe) pipe->close();
    }
  }

  SpawnOptions options_;
  SyncLimits limits_;
  SyncResult result_;
  std::vector<std::unique_ptr<SyncPipe>> pipes_;
  bool running_ = false;
  bool has_deadline_ = false;
  Clock::time_point deadline_;
  int end_fd_ = -1;  // readable when the process has ended
  uint8_t chunk_[kChunkSize];
};

}  // namespace

v8::Local<v8::Value> to_js(Realm& js, SyncResult result) {
  v8::Isolate* isolate = js.isolate();
  v8::Local<v8::Object> object = v8::Object::New(isolate);
  js.set(object, "error", v8::Integer::New(isolate, result.error));
  js.set(object, "pid", v8::Integer::New(isolate, result.pid));
  v8::Local<v8::Value> status = v8::Null(isolate);
  if (result.status) status = v8::Number::New(isolate, static_cast<double>(*result.status));
  js.set(object, "status", status);
  js.set(object, "signal", v8::Integer::New(isolate, result.signal));
  std::vector<v8::Local<v8::Value>> output;
  for (auto& bytes : result.output) {
    if (bytes) {
      output.push_back(js.buffer(std::move(*bytes)));
    } else {
      output.push_back(v8::Null(isolate));
    }
  }
  js.set(object, "output", v8::Array::New(isolate, output.data(), output.size()));
  return object;
}

Result<SyncResult> spawn_sync(Realm& js, SpawnOptions options, double timeout, double max_buffer, int32_t kill_signal) {
  GYRE_TRY(permit(Permission::ChildProcess, options.file));
  SyncProcess process(std::move(options), {timeout, max_buffer, kill_signal});
  return process.run();
}

}  // namespace gyre::child_process
