// A thread that runs JavaScript: the native half of a Worker, in the thread that started it.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "binding/handle.h"
#include "runtime/environment.h"
#include "web/messaging/port.h"

namespace gyre::worker_threads {

// What the thread and its starter share.
struct ThreadState {
  std::mutex mutex;                    // guards all of this
  Environment* environment = nullptr;  // while the thread may be told to stop
  bool stop_requested = false;
  Environment* main = nullptr;                // the main thread's, which outlives the others; does not change
  std::unique_ptr<messaging::PortEnd> port;   // the thread's end of its channel to the starter
  std::unique_ptr<messaging::PortEnd> inbox;  // for postMessageToThread()
  int exit_code = 0;
  int rooms_given = 0;  // how often the thread got more memory to stop with
  std::string reason;   // the code of an error that ended the thread, or empty
};

// native('worker').Thread: calls its property onexit(code, reason).
class Thread final : public HandleWrapped<uv_async_t> {
 public:
  static constexpr ClassTag kTag{"Thread", &HandleWrapped<uv_async_t>::kTag};

  // `argv` and `exec_args` are those of the new thread's process object; `limits` are megabytes for
  // old and young generation, code range and stack, 0 where the default serves. `tracks_descriptors`
  // is trackUnmanagedFds, by default as the starter has it.
  Thread(Realm& js, v8::Local<v8::Object> object, double id, std::vector<std::string> argv,
         std::optional<std::vector<std::string>> exec_args, std::optional<std::string> node_options,
         std::vector<double> limits, std::string name, std::optional<bool> tracks_descriptors);
  ~Thread() override;

  // 0 or libuv's error.
  int32_t start();
  void terminate();
  // The starter's end of the channel, as a native port.
  v8::Local<v8::Value> port(Realm& js);
  // Milliseconds of the thread's loop: when it started (on performance.now()'s clock), how long it
  // idled; -1 when the thread does not run.
  std::vector<double> loop_times();

  // Undefined once the thread has ended.
  v8::Local<v8::Value> has_ref_or_undefined(Realm& js);

  void dispose() override;

 private:
  void run();
  void exited();

  EnvironmentConfig config_;
  std::shared_ptr<ThreadState> state_;
  std::unique_ptr<messaging::PortEnd> end_;
  uv_thread_t thread_;
  bool started_ = false;
  bool joined_ = false;
};

// The state of the thread that an environment is; nullptr in the main thread.
struct ThisThread {
  explicit ThisThread(Realm&) {}
  std::shared_ptr<ThreadState> state;
};

}  // namespace gyre::worker_threads
