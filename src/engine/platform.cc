#include "engine/platform.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include <algorithm>

#include "base/check.h"

namespace gyre {
namespace {

double monotonic_seconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// V8's background work gains little from more than four threads and costs memory for each.
constexpr int kMaxWorkers = 4;

}  // namespace

void ForegroundTasks::set_wake(std::function<void()> wake) {
  std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  if (wake_ && (!ready_.empty() || !delayed_.empty())) wake_();
}

double ForegroundTasks::run() {
  std::deque<std::unique_ptr<v8::Task>> batch;
  {
    std::lock_guard lock(mutex_);
    const double now = monotonic_seconds();
    while (!delayed_.empty() && delayed_.front().due <= now) {
      std::pop_heap(delayed_.begin(), delayed_.end());
      ready_.push_back(std::move(delayed_.back().task));
      delayed_.pop_back();
    }
    batch.swap(ready_);
  }
  for (auto& task : batch) {
    task->Run();
    task.reset();
  }
  std::lock_guard lock(mutex_);
  if (!ready_.empty()) return 0;
  if (delayed_.empty()) return -1;
  return std::max(0.0, delayed_.front().due - monotonic_seconds());
}

bool ForegroundTasks::pending() {
  std::lock_guard lock(mutex_);
  return !ready_.empty() || !delayed_.empty();
}

bool ForegroundTasks::ready() {
  std::lock_guard lock(mutex_);
  return !ready_.empty();
}

void ForegroundTasks::close() {
  std::deque<std::unique_ptr<v8::Task>> ready;
  std::vector<Delayed> delayed;
  std::lock_guard lock(mutex_);
  closed_ = true;
  wake_ = nullptr;
  ready.swap(ready_);
  delayed.swap(delayed_);
}

void ForegroundTasks::PostTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation&) {
  std::lock_guard lock(mutex_);
  if (closed_) return;
  ready_.push_back(std::move(task));
  if (wake_) wake_();
}

void ForegroundTasks::PostNonNestableTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation& at) {
  PostTaskImpl(std::move(task), at);  // run() is never nested
}

void ForegroundTasks::PostDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay, const v8::SourceLocation&) {
  std::lock_guard lock(mutex_);
  if (closed_) return;
  delayed_.push_back({monotonic_seconds() + delay, order_++, std::move(task)});
  std::push_heap(delayed_.begin(), delayed_.end());
  if (wake_) wake_();
}

void ForegroundTasks::PostNonNestableDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay,
                                                     const v8::SourceLocation& at) {
  PostDelayedTaskImpl(std::move(task), delay, at);
}

Platform& Platform::get() {
  static Platform* platform = new Platform();
  return *platform;
}

Platform::Platform() {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  worker_limit_ = std::clamp(cores - 1, 1, kMaxWorkers);
}

std::shared_ptr<ForegroundTasks> Platform::add_isolate(v8::Isolate* isolate) {
  auto tasks = std::make_shared<ForegroundTasks>();
  std::lock_guard lock(isolates_mutex_);
  isolates_[isolate] = tasks;
  return tasks;
}

void Platform::remove_isolate(v8::Isolate* isolate) {
  std::shared_ptr<ForegroundTasks> tasks;
  {
    std::lock_guard lock(isolates_mutex_);
    auto at = isolates_.find(isolate);
    if (at == isolates_.end()) return;
    tasks = std::move(at->second);
    isolates_.erase(at);
  }
  tasks->close();
}

void Platform::drain_workers() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return queue_.empty() && waiting_ == workers_; });
}

bool Platform::drain_workers_for(std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  while (workers_ == 0 && !queue_.empty()) {
    std::unique_ptr<v8::Task> task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task->Run();
    task.reset();
    lock.lock();
  }
  return idle_.wait_for(lock, most, [this] { return queue_.empty() && waiting_ == workers_; });
}

std::shared_ptr<v8::TaskRunner> Platform::GetForegroundTaskRunner(v8::Isolate* isolate, v8::TaskPriority) {
  std::lock_guard lock(isolates_mutex_);
  auto at = isolates_.find(isolate);
  CHECK(at != isolates_.end());
  return at->second;
}

double Platform::MonotonicallyIncreasingTime() { return monotonic_seconds(); }

double Platform::CurrentClockTimeMillis() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec / 1000000);
}

std::unique_ptr<v8::JobHandle> Platform::CreateJobImpl(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                                       const v8::SourceLocation&) {
  return v8::platform::NewDefaultJobHandle(this, priority, std::move(task), worker_limit_);
}

void Platform::PostTaskOnWorkerThreadImpl(v8::TaskPriority, std::unique_ptr<v8::Task> task, const v8::SourceLocation&) {
  std::lock_guard lock(mutex_);
  queue_.push_back(std::move(task));
  // A thread is started only when all that exist are busy: a short program never starts one.
  if (static_cast<int>(queue_.size()) > waiting_ && workers_ < worker_limit_) start_worker();
  more_.notify_one();
}

void Platform::PostDelayedTaskOnWorkerThreadImpl(v8::TaskPriority, std::unique_ptr<v8::Task> task, double delay,
                                                 const v8::SourceLocation&) {
  std::lock_guard lock(mutex_);
  delayed_.push_back({monotonic_seconds() + delay, std::move(task)});
  std::push_heap(delayed_.begin(), delayed_.end());
  if (workers_ == 0) {
    start_worker();
  } else {
    more_.notify_one();
  }
}

// Not a std::thread, which throws when there are no threads left. Then those that exist do the work, and
// without any drain_workers_for() does it.
void Platform::start_worker() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  const auto run = [](void* self) -> void* {
    static_cast<Platform*>(self)->work();
    return nullptr;
  };
  if (pthread_create(&thread, &attributes, run, this) == 0) workers_++;
  pthread_attr_destroy(&attributes);
}

void Platform::work() {
  // Signals belong to the main thread.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  pthread_setname_np(pthread_self(), "gyre-v8");
  std::unique_lock lock(mutex_);
  while (true) {
    const double now = monotonic_seconds();
    while (!delayed_.empty() && delayed_.front().due <= now) {
      std::pop_heap(delayed_.begin(), delayed_.end());
      queue_.push_back(std::move(delayed_.back().task));
      delayed_.pop_back();
    }
    if (!queue_.empty()) {
      std::unique_ptr<v8::Task> task = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      task->Run();
      task.reset();
      lock.lock();
      continue;
    }
    waiting_++;
    if (waiting_ == workers_) idle_.notify_all();
    if (delayed_.empty()) {
      more_.wait(lock);
    } else {
      more_.wait_for(lock, std::chrono::duration<double>(std::max(0.0, delayed_.front().due - now)));
    }
    waiting_--;
  }
}

}  // namespace gyre
