// V8's view of the machine: background threads started when there is work, and one queue of
// foreground tasks for each isolate, which its thread's event loop runs.
#pragma once

#include <chrono>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <queue>
#include <thread>
#include <unordered_map>
#include <vector>

#include "libplatform/libplatform.h"
#include "v8-platform.h"

namespace gyre {

// The foreground tasks of one isolate. Posting is allowed from any thread; running is not.
class ForegroundTasks final : public v8::TaskRunner {
 public:
  // `wake` is called (from any thread) when the owner should call run() soon. nullptr until the
  // owner's loop exists.
  void set_wake(std::function<void()> wake);

  // Runs every task that is due. Returns in how many seconds the next one is, negative for none.
  double run();

  // True when a task waits, due or not.
  bool pending();

  // True when a task waits that may run at once.
  bool ready();

  // Drops all tasks and takes no more: the isolate is going away.
  void close();

  bool IdleTasksEnabled() override { return false; }
  bool NonNestableTasksEnabled() const override { return true; }
  bool NonNestableDelayedTasksEnabled() const override { return true; }

 protected:
  void PostTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation&) override;
  void PostNonNestableTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation&) override;
  void PostDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay, const v8::SourceLocation&) override;
  void PostNonNestableDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay, const v8::SourceLocation&) override;
  void PostIdleTaskImpl(std::unique_ptr<v8::IdleTask>, const v8::SourceLocation&) override {}

 private:
  struct Delayed {
    double due;
    uint64_t order;
    std::unique_ptr<v8::Task> task;
    bool operator<(const Delayed& other) const { return due != other.due ? due > other.due : order > other.order; }
  };
  std::mutex mutex_;
  bool closed_ = false;
  uint64_t order_ = 0;
  std::deque<std::unique_ptr<v8::Task>> ready_;
  std::vector<Delayed> delayed_;  // a heap, the earliest first
  std::function<void()> wake_;
};

class Platform final : public v8::Platform {
 public:
  // The process's platform, made at the first call and never destroyed.
  static Platform& get();

  // Registers an isolate before V8 initializes it, and forgets it before it is disposed.
  std::shared_ptr<ForegroundTasks> add_isolate(v8::Isolate* isolate);
  void remove_isolate(v8::Isolate* isolate);

  // Waits until no background task is queued or running (used before a heap is torn down).
  void drain_workers();
  // The same for so long at most; false if some are still at work. A background task can be waiting
  // for the isolate's thread (to collect garbage, say): that thread must not wait for it for ever.
  bool drain_workers_for(std::chrono::milliseconds most);

  int NumberOfWorkerThreads() override { return worker_limit_; }
  std::shared_ptr<v8::TaskRunner> GetForegroundTaskRunner(v8::Isolate* isolate, v8::TaskPriority priority) override;
  bool IdleTasksEnabled(v8::Isolate*) override { return false; }
  double MonotonicallyIncreasingTime() override;
  double CurrentClockTimeMillis() override;
  v8::TracingController* GetTracingController() override { return &tracing_; }
  StackTracePrinter GetStackTracePrinter() override { return nullptr; }

 protected:
  std::unique_ptr<v8::JobHandle> CreateJobImpl(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                               const v8::SourceLocation&) override;
  void PostTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                  const v8::SourceLocation&) override;
  void PostDelayedTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task, double delay,
                                         const v8::SourceLocation&) override;

 private:
  Platform();
  // Starts one more thread if the system lets it; with mutex_ held.
  void start_worker();
  void work();

  struct Delayed {
    double due;
    std::unique_ptr<v8::Task> task;
    bool operator<(const Delayed& other) const { return due > other.due; }
  };
  v8::TracingController tracing_;
  int worker_limit_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::condition_variable idle_;
  std::deque<std::unique_ptr<v8::Task>> queue_;
  std::vector<Delayed> delayed_;
  int workers_ = 0;
  int waiting_ = 0;
  std::mutex isolates_mutex_;
  std::unordered_map<v8::Isolate*, std::shared_ptr<ForegroundTasks>> isolates_;
};

}  // namespace gyre
