#include "modules/child_process/spawn_sync.h"

#include <signal.h>

#include <cerrno>
#include <memory>

#include "base/check.h"
#include "loop/init_loop.h"
#include "modules/child_process/launch.h"

namespace gyre::child_process {

namespace {

class SyncProcess;

// The parent's end of one pipe: writes the input, then collects the output.
class SyncPipe {
 public:
  SyncPipe(SyncProcess& process, OwnedBytes input) : process_(process), input_(std::move(input)) {}

  int open(uv_loop_t* loop, int fd) {
    if (const int error = uv_pipe_init(loop, &pipe_, 0)) return error;
    pipe_.data = this;
    is_open_ = true;
    return uv_pipe_open(&pipe_, fd);
  }
  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&pipe_); }

  int start() {
    if (input_.size() > 0) {
      write_.data = this;
      uv_buf_t part = uv_buf_init(reinterpret_cast<char*>(input_.data()), static_cast<unsigned>(input_.size()));
      if (const int error = uv_write(&write_, stream(), &part, 1, [](uv_write_t* request, int status) {
            static_cast<SyncPipe*>(request->data)->written(status);
          })) {
        return error;
      }
    }
    shutdown_.data = this;
    if (const int error = uv_shutdown(&shutdown_, stream(), [](uv_shutdown_t*, int) {})) return error;
    return uv_read_start(
        stream(),
        [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
          auto* self = static_cast<SyncPipe*>(handle->data);
          *buffer = uv_buf_init(reinterpret_cast<char*>(self->chunk_), sizeof(self->chunk_));
        },
        [](uv_stream_t* stream, ssize_t count, const uv_buf_t*) {
          auto* self = static_cast<SyncPipe*>(stream->data);
          if (count > 0) self->received(count);
          if (count < 0) self->close();
        });
  }

  void close() {
    if (!is_open_) return;
    is_open_ = false;
    uv_close(reinterpret_cast<uv_handle_t*>(&pipe_), nullptr);
  }

  std::vector<uint8_t> take_output() { return std::move(output_); }

 private:
  void received(size_t count);
  void written(int status);

  SyncProcess& process_;
  OwnedBytes input_;
  uv_pipe_t pipe_;
  uv_write_t write_;
  uv_shutdown_t shutdown_;
  bool is_open_ = false;
  std::vector<uint8_t> output_;
  uint8_t chunk_[64 * 1024];
};

// One process on a loop of its own.
class SyncProcess {
 public:
  SyncProcess(SpawnOptions options, SyncLimits limits) : options_(std::move(options)), limits_(limits) {}

  SyncResult run() {
    if (const int error = init_loop(&loop_)) {
      result_.error = error;
      return std::move(result_);
    }
    if (const int error = start()) fail(error);
    // Ends when the process has ended, its pipes are closed, and so is the timer.
    uv_run(&loop_, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop_) == 0);
    for (size_t i = 0; i < pipes_.size(); i++) {
      const bool has_output = pipes_[i] && options_.stdio[i].writable;
      result_.output.push_back(has_output ? std::optional(pipes_[i]->take_output()) : std::nullopt);
    }
    return std::move(result_);
  }

  bool exceeds(size_t size) const { return limits_.max_buffer > 0 && static_cast<double>(size) > limits_.max_buffer; }

  // The first error counts.
  void fail(int error) {
    if (result_.error == 0) result_.error = error;
  }

  // Ends the process early; its pipes are not waited for.
  void kill() {
    if (killed_) return;
    killed_ = true;
    if (running_) {
      const int signal = limits_.kill_signal > 0 ? limits_.kill_signal : SIGTERM;
      if (::kill(result_.pid, signal) == -1 && errno != ESRCH) {
        fail(-errno);
        ::kill(result_.pid, SIGKILL);
      }
    }
    close_pipes();
    close_timer();
  }

 private:
  int start() {
    pipes_.resize(options_.stdio.size());
    if (const int error = uv_signal_init(&loop_, &ended_)) return error;
    ended_.data = this;
    int started = uv_signal_start(
        &ended_, [](uv_signal_t* handle, int) { static_cast<SyncProcess*>(handle->data)->look(); }, SIGCHLD);
    if (started == 0) started = launch_with_pipes();
    if (started < 0) {
      close_watch();
      close_pipes();
      return started;
    }
    result_.pid = started;
    running_ = true;
    for (auto& pipe : pipes_) {
      if (!pipe) continue;
      if (const int error = pipe->start()) {
        fail(error);
        kill();
        return 0;
      }
    }
    if (limits_.timeout > 0) {
      CHECK(uv_timer_init(&loop_, &timer_) == 0);
      timer_.data = this;
      has_timer_ = true;
      uv_timer_start(
          &timer_,
          [](uv_timer_t* timer) {
            auto* self = static_cast<SyncProcess*>(timer->data);
            self->fail(UV_ETIMEDOUT);
            self->kill();
          },
          static_cast<uint64_t>(limits_.timeout), 0);
      // The timer must not outlast process and pipes.
      uv_unref(reinterpret_cast<uv_handle_t*>(&timer_));
    }
    return 0;
  }

  int launch_with_pipes() {
    std::vector<int> ends;
    const int started = launch(options_, ends);
    for (size_t i = 0; i < ends.size(); i++) {
      if (ends[i] == -1) continue;
      pipes_[i] = std::make_unique<SyncPipe>(*this, options_.stdio[i].input);
      CHECK(pipes_[i]->open(&loop_, ends[i]) == 0);
    }
    return started;
  }

  void look() {
    Exit exit;
    if (!running_ || !has_ended(result_.pid, exit)) return;
    running_ = false;
    if (exit.signal == 0) result_.status = exit.status;
    result_.signal = exit.signal;
    close_watch();
    close_timer();
  }

  void close_watch() { uv_close(reinterpret_cast<uv_handle_t*>(&ended_), nullptr); }

  void close_pipes() {
    for (auto& pipe : pipes_) {
      if (pipe) pipe->close();
    }
  }

  void close_timer() {
    if (!has_timer_) return;
    has_timer_ = false;
    uv_ref(reinterpret_cast<uv_handle_t*>(&timer_));
    uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr);
  }

  SpawnOptions options_;
  SyncLimits limits_;
  SyncResult result_;
  uv_loop_t loop_;
  uv_signal_t ended_;
  uv_timer_t timer_;
  std::vector<std::unique_ptr<SyncPipe>> pipes_;
  bool running_ = false;
  bool killed_ = false;
  bool has_timer_ = false;
};

void SyncPipe::received(size_t count) {
  output_.insert(output_.end(), chunk_, chunk_ + count);
  if (process_.exceeds(output_.size())) {
    process_.fail(UV_ENOBUFS);
    process_.kill();
  }
}

void SyncPipe::written(int status) {
  // A child that does not care for its input may close it.
  if (status < 0 && status != UV_EPIPE && status != UV_ECANCELED) process_.fail(status);
}

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
