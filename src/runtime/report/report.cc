#include "runtime/report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <memory>
#include <mutex>

#include "runtime/environment.h"
#include "runtime/options.h"

namespace gyre::report {
namespace {

struct Shared {
  std::mutex mutex;
  Settings settings;
};

Shared& shared() {
  static auto* all = new Shared;  // fatal errors come at any time, also while the process ends
  return *all;
}

void write_heap(JsonWriter& json, v8::Isolate* isolate) {
  v8::HeapStatistics heap;
  isolate->GetHeapStatistics(&heap);
  json.open_object("javascriptHeap");
  json.number("totalMemory", heap.total_heap_size());
  json.number("executableMemory", heap.total_heap_size_executable());
  json.number("totalCommittedMemory", heap.total_physical_size());
  json.number("availableMemory", heap.total_available_size());
  json.number("totalGlobalHandlesMemory", heap.total_global_handles_size());
  json.number("usedGlobalHandlesMemory", heap.used_global_handles_size());
  json.number("usedMemory", heap.used_heap_size());
  json.number("memoryLimit", heap.heap_size_limit());
  json.number("mallocedMemory", heap.malloced_memory());
  json.number("externalMemory", heap.external_memory());
  json.number("peakMallocedMemory", heap.peak_malloced_memory());
  json.number("nativeContextCount", heap.number_of_native_contexts());
  json.number("detachedContextCount", heap.number_of_detached_contexts());
  json.number("doesZapGarbage", heap.does_zap_garbage());
  json.open_object("heapSpaces");
  for (size_t i = 0; i < isolate->NumberOfHeapSpaces(); i++) {
    v8::HeapSpaceStatistics space;
    if (!isolate->GetHeapSpaceStatistics(&space, i)) continue;
    json.open_object(space.space_name());
    json.number("memorySize", space.space_size());
    json.number("committedMemory", space.physical_space_size());
    json.number("capacity", space.space_used_size() + space.space_available_size());
    json.number("used", space.space_used_size());
    json.number("available", space.space_available_size());
    json.close_object();
  }
  json.close_object();
  json.close_object();
}

void write_javascript_stack(JsonWriter& json, const Cause& cause) {
  json.open_object("javascriptStack");
  json.text("message", cause.message);
  if (!cause.stack.empty()) {
    json.open_array("stack");
    for (const std::string& frame : cause.stack) json.text({}, frame);
    json.close_array();
  }
  json.open_object("errorProperties");
  for (const auto& [name, value] : cause.properties) json.text(name, value);
  json.close_object();
  json.close_object();
}

// The reports that workers make of themselves, on their threads. One that blocks is not waited for
// for ever, so that this may outlive who asked.
class WorkerReports : public std::enable_shared_from_this<WorkerReports> {
 public:
  void ask(Environment& parent, bool compact) {
    parent.for_each_child([&](Environment& child) {
      {
        std::lock_guard lock(mutex_);
        waiting_++;
      }
      // A worker that ends first drops the task, and the ticket with it.
      std::shared_ptr<void> ticket(nullptr, [self = shared_from_this()](void*) { self->answered(); });
      child.interrupt([self = shared_from_this(), ticket, compact, &child] {
        v8::HandleScope handles(child.isolate());
        Cause cause{"Worker thread subreport [" + child.config().thread_name + "]", "WorkerReport"};
        self->add(make(&child, cause, std::nullopt, compact));
      });
    });
  }
  std::vector<std::string> wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(5), [&] { return waiting_ == 0; });
    return reports_;
  }

 private:
  void add(std::string report) {
    std::lock_guard lock(mutex_);
    reports_.push_back(std::move(report));
  }
  void answered() {
    std::lock_guard lock(mutex_);
    waiting_--;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  std::vector<std::string> reports_;
};

std::string file_name(Environment* env) {
  static std::atomic<int> sequence = 0;
  const time_t now = time(nullptr);
  tm local;
  localtime_r(&now, &local);
  char stamp[32];
  strftime(stamp, sizeof stamp, "%Y%m%d.%H%M%S", &local);
  char name[128];
  snprintf(name, sizeof name, "report.%s.%d.%d.%03d.json", stamp, getpid(),
           env ? static_cast<int>(env->config().thread_id) : 0, ++sequence);
  return name;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

void tell(const std::string& text) { write_all(STDERR_FILENO, text); }

}  // namespace

Settings settings() {
  std::lock_guard lock(shared().mutex);
  return shared().settings;
}

void take_options(const ParsedOptions& options) {
  change_settings([&](Settings& all) {
    all.directory = options.text("--report-dir");
    all.filename = options.text("--report-filename");
    all.compact = options.flag("--report-compact");
    all.exclude_network = options.flag("--report-exclude-network");
    all.exclude_env = options.flag("--report-exclude-env");
    all.on_fatal_error = options.flag("--report-on-fatalerror");
  });
}

void change_settings(const std::function<void(Settings&)>& change) {
  std::lock_guard lock(shared().mutex);
  change(shared().settings);
}

std::string make(Environment* env, const Cause& cause, const std::optional<std::string>& filename, bool compact) {
  const Settings all = settings();
  const auto workers = std::make_shared<WorkerReports>();
  if (env) workers->ask(*env, compact);
  JsonWriter json(compact);
  json.open_object();
  write_header(json, env, cause, filename, !all.exclude_network);
  write_javascript_stack(json, cause);
  if (env) write_heap(json, env->isolate());
  write_native_stack(json);
  write_resource_usage(json, env);
  json.open_array("libuv");
  if (env) write_handles(json, *env, !all.exclude_network);
  json.close_array();
  json.open_array("workers");
  for (const std::string& report : workers->wait()) json.raw({}, report);
  json.close_array();
  if (!all.exclude_env) write_environment_variables(json);
  write_user_limits(json);
  write_shared_objects(json);
  json.close_object();
  return json.take();
}

std::string write(Environment* env, const Cause& cause, std::string filename) {
  const Settings all = settings();
  if (filename.empty()) filename = all.filename.empty() ? file_name(env) : all.filename;
  const bool to_stdout = filename == "stdout";
  if (to_stdout || filename == "stderr") {
    write_all(to_stdout ? STDOUT_FILENO : STDERR_FILENO, make(env, cause, filename, all.compact) + "\n");
    return filename;
  }
  std::string path = filename;
  if (!all.directory.empty() && filename[0] != '/') path = all.directory + "/" + filename;
  const int fd = open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) {
    const std::string where = all.directory.empty() ? "" : " directory: " + all.directory;
    tell("\nFailed to open Node.js report file: " + filename + where + " (errno: " + std::to_string(errno) + ")\n");
    return "";
  }
  tell("\nWriting Node.js report to file: " + filename);
  write_all(fd, make(env, cause, filename, all.compact) + "\n");
  close(fd);
  tell("\nNode.js report completed\n");
  return filename;
}

void write_for_fatal_error(const char* trigger, const char* message) {
  if (!settings().on_fatal_error) return;
  v8::Isolate* isolate = v8::Isolate::TryGetCurrent();
  write(isolate ? &Environment::from(isolate) : nullptr, {message, trigger}, "");
}

}  // namespace gyre::report
