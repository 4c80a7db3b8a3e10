// An Environment is everything one thread of JavaScript has: isolate, context, event loop, ticks,
// timers, process. The main thread has one, each Worker has its own; nothing of it is global.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "binding/realm.h"
#include "engine/platform.h"
#include "loop/poll_times.h"

namespace gyre {

struct ParsedOptions;  // runtime/options.h

// What a thread starts with.
struct EnvironmentConfig {
  std::vector<std::string> args;       // process.argv: executable, script, its arguments
  std::vector<std::string> exec_args;  // process.execArgv
  std::shared_ptr<const ParsedOptions> options;
  bool is_main_thread = true;
  bool builds_snapshot = false;  // --build-snapshot: write_snapshot() will be called
  double thread_id = 0;
  bool tracks_descriptors = false;  // Worker's option trackUnmanagedFds
  std::string thread_name;          // of a worker
  // Worker only: limits of its heap in bytes, 0 for the default.
  size_t max_old_generation = 0;
  size_t max_young_generation = 0;
  size_t code_range = 0;
  size_t stack_size = 0;
};

class Environment final : public Realm {
 public:
  // Makes loop, isolate (from the snapshot) and context on the calling thread and enters them.
  static std::unique_ptr<Environment> create(EnvironmentConfig config);
  ~Environment() override;

  static Environment& from(v8::Isolate* isolate) { return static_cast<Environment&>(Realm::from(isolate)); }
  static Environment& from(Realm& realm) { return static_cast<Environment&>(realm); }

  const EnvironmentConfig& config() const { return config_; }
  const ParsedOptions& options() const { return *config_.options; }

  // Calls the function called `name` that runtime/bootstrap.js returned (its "hooks").
  v8::MaybeLocal<v8::Value> call_hook(const char* name, int argc, v8::Local<v8::Value> argv[]);
  v8::Local<v8::Object> hooks() const { return hooks_.Get(isolate()); }

  // Runs the program: the "start" hook, then the loop until nothing is left. Returns the exit code.
  int run();

  // Ends this environment and writes what its program left in memory to a file, which --snapshot-blob starts from.
  // Only where builds_snapshot was asked for. Returns the exit code of the process.
  int write_snapshot(const std::string& path);

  // Stops: no more JavaScript, the loop returns. From the environment's own thread.
  void stop(int exit_code);
  // The same from any thread: terminates what runs.
  void terminate(int exit_code);
  // Whether an exception that nobody catches may abort the process (--abort-on-uncaught-exception).
  bool abort_on_uncaught = true;
  bool stopping() const { return stopping_; }
  int exit_code() const { return exit_code_; }
  // process.reallyExit: ends the process in the main thread, the thread in a worker.
  void exit(int code);
  // Why a worker stopped, for its 'error' event: the code of an error, or empty.
  void set_stop_reason(std::string reason) { stop_reason_ = std::move(reason); }
  const std::string& stop_reason() const { return stop_reason_; }

  // Runs a task on this environment's thread soon: from its loop, or in the middle of script that does
  // not return to it. From any thread. A thread that ends drops what it has not run.
  void interrupt(std::function<void()> task);

  // The workers that this thread has started, while they run. Called on the child's thread.
  void add_child(Environment& child);
  void remove_child(Environment& child);
  // Calls visit(child) for each; none of them ends meanwhile.
  void for_each_child(const std::function<void(Environment& child)>& visit);

  // Called once by the environment's thread before its handles are closed.
  void at_exit(std::function<void()> hook) { exit_hooks_.push_back(std::move(hook)); }

  void drain() override;
  void warn_of_sync_io() override;
  void report_exception(v8::Local<v8::Value> error, v8::Local<v8::Message> message) override;
  // What an exception that nobody caught leads to: a handler takes it, or it is shown and the thread
  // ends. `message` may be empty.
  void end_uncaught(v8::Local<v8::Value> error, v8::Local<v8::Message> message, bool from_promise);

  // Timers: one uv_timer for all. `delay` in milliseconds from now, at least 1.
  void schedule_timer(int64_t delay);
  void set_timer_ref(bool ref);
  void set_immediate_ref(bool ref);
  // Milliseconds since this environment's loop started, as timers count.
  double now();

  std::shared_ptr<ForegroundTasks> foreground() const { return foreground_; }

  // How long the loop has waited.
  const PollTimes& poll_times() const { return poll_times_; }

  // When this thread got how far, by uv_hrtime(); 0 is not yet. For performance.nodeTiming.
  struct Milestones {
    uint64_t start = 0, v8_start = 0, environment = 0, bootstrap_complete = 0, loop_start = 0, loop_exit = 0;
  };
  const Milestones& milestones() const { return milestones_; }

  // Native modules' own state, one object a module: module_state<T>() makes it at first use.
  template <typename T>
  T& module_state() {
    static const char key = 0;
    for (auto& [at, state] : states_) {
      if (at == &key) return *static_cast<T*>(state.get());
    }
    states_.emplace_back(&key, std::shared_ptr<void>(new T(*this), [](void* p) { delete static_cast<T*>(p); }));
    return *static_cast<T*>(states_.back().second.get());
  }

  // The ticks' and immediates' shared counters; see runtime/task_queue.js and runtime/timers.js.
  enum TickField { kHasTick, kHasRejection, kTickFieldCount };
  enum ImmediateField { kImmediateCount, kImmediateRefCount, kImmediateHasOutstanding, kImmediateFieldCount };

 private:
  explicit Environment(EnvironmentConfig config, v8::Isolate* isolate, std::unique_ptr<uv_loop_t> loop,
                       std::shared_ptr<ForegroundTasks> foreground);
  bool load_context();
  void restore_templates();
  // Runs exit hooks, closes all handles, and lets go of everything that holds on to script.
  void tear_down();
  void start_loop_handles();
  void run_timers();
  void run_immediates();
  void run_foreground();
  void run_interrupts();
  void bind_shared_memory();
  // After a callback threw, which leaves its async ids and context for those who handle the error.
  void leave_async_context();

  EnvironmentConfig config_;
  std::unique_ptr<uv_loop_t> own_loop_;
  PollTimes poll_times_;
  std::shared_ptr<ForegroundTasks> foreground_;
  std::unique_ptr<v8::SnapshotCreator> snapshot_creator_;
  v8::Global<v8::Object> hooks_;
  v8::Global<v8::Function> tick_hook_, timers_hook_, immediate_hook_;
  Milestones milestones_;
  uint32_t* ticks_ = nullptr;
  uint32_t* immediates_ = nullptr;
  uv_timer_t timer_;
  uv_check_t check_;
  uv_idle_t idle_;
  uv_async_t wake_;
  uv_timer_t delayed_wake_;
  std::mutex interrupts_mutex_;
  std::vector<std::function<void()>> interrupts_;
  std::mutex children_mutex_;
  std::vector<Environment*> children_;
  std::atomic<bool> stopping_ = false;
  int exit_code_ = 0;
  std::string stop_reason_;
  std::vector<std::function<void()>> exit_hooks_;
  std::vector<std::pair<const void*, std::shared_ptr<void>>> states_;
};

// Prints an exception that nobody caught, with its source line, as Node does: to standard error.
void print_uncaught(Environment& env, v8::Local<v8::Value> error, v8::Local<v8::Message> message);

}  // namespace gyre
