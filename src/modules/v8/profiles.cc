// Heap snapshots, CPU profiles, and the record of garbage collections.
#include <fcntl.h>
#include <uv.h>
#include <v8-profiler.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <set>
#include <string>

#include "modules/v8/heap.h"
#include "runtime/environment.h"

namespace gyre::heap {
namespace {

// Collects what V8 writes in pieces.
class TextStream final : public v8::OutputStream {
 public:
  int GetChunkSize() override { return 64 * 1024; }
  void EndOfStream() override {}
  WriteResult WriteAsciiChunk(char* data, int size) override {
    text.append(data, static_cast<size_t>(size));
    return kContinue;
  }
  std::string text;
};

// Writes to a descriptor.
class FileStream final : public v8::OutputStream {
 public:
  explicit FileStream(uv_file file) : file_(file) {}
  int GetChunkSize() override { return 64 * 1024; }
  void EndOfStream() override {}
  WriteResult WriteAsciiChunk(char* data, int size) override {
    size_t done = 0;
    while (done < static_cast<size_t>(size)) {
      uv_buf_t buffer = uv_buf_init(data + done, static_cast<unsigned>(size) - static_cast<unsigned>(done));
      uv_fs_t request;
      const auto written = uv_fs_write(nullptr, &request, file_, &buffer, 1, -1, nullptr);
      uv_fs_req_cleanup(&request);
      if (written < 0) {
        error = static_cast<int>(written);
        return kAbort;
      }
      done += static_cast<size_t>(written);
    }
    return kContinue;
  }
  int error = 0;

 private:
  uv_file file_;
};

struct SnapshotDelete {
  void operator()(const v8::HeapSnapshot* snapshot) const { const_cast<v8::HeapSnapshot*>(snapshot)->Delete(); }
};
using SnapshotPtr = std::unique_ptr<const v8::HeapSnapshot, SnapshotDelete>;

SnapshotPtr take_snapshot(v8::Isolate* isolate, bool internals, bool numbers) {
  v8::HeapProfiler::HeapSnapshotOptions options;
  options.snapshot_mode =
      internals ? v8::HeapProfiler::HeapSnapshotMode::kExposeInternals : v8::HeapProfiler::HeapSnapshotMode::kRegular;
  options.numerics_mode = numbers ? v8::HeapProfiler::NumericsMode::kExposeNumericValues
                                  : v8::HeapProfiler::NumericsMode::kHideNumericValues;
  return SnapshotPtr(isolate->GetHeapProfiler()->TakeHeapSnapshot(options));
}

// heapSnapshot(internals, numbers): its JSON.
std::string heap_snapshot(Realm& js, bool internals, bool numbers) {
  TextStream stream;
  take_snapshot(js.isolate(), internals, numbers)->Serialize(&stream);
  return std::move(stream.text);
}

// writeHeapSnapshot(path, internals, numbers)
Result<> write_heap_snapshot(Realm& js, std::string path, bool internals, bool numbers) {
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  uv_fs_t request;
  const int file = uv_fs_open(nullptr, &request, path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600, nullptr);
  uv_fs_req_cleanup(&request);
  if (file < 0) return SystemError{file, "open", path};
  FileStream stream(file);
  take_snapshot(js.isolate(), internals, numbers)->Serialize(&stream);
  const int closed = uv_fs_close(nullptr, &request, file, nullptr);
  uv_fs_req_cleanup(&request);
  if (stream.error < 0) return SystemError{stream.error, "write", path};
  if (closed < 0) return SystemError{closed, "close", path};
  return Done{};
}

// Near the limit of the heap, so many snapshots are written, each with a little more room.
struct NearLimit {
  explicit NearLimit(Environment& environment) : env(environment) {}
  Environment& env;
  uint32_t left = 0;
  uint32_t sequence = 0;
  bool busy = false;
};

size_t on_near_limit(void* data, size_t current, size_t initial) {
  NearLimit& near = *static_cast<NearLimit*>(data);
  v8::Isolate* isolate = near.env.isolate();
  if (near.busy) return current + (4u << 20);
  if (near.left == 0) {
    isolate->RemoveNearHeapLimitCallback(on_near_limit, initial);
    return current;
  }
  near.busy = true;
  near.left--;
  v8::HandleScope handles(isolate);
  char name[96];
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm local;
  localtime_r(&now, &local);
  std::snprintf(name, sizeof name, "Heap.%04d%02d%02d.%02d%02d%02d.%d.0.%03d.heapsnapshot", local.tm_year + 1900,
                local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec, uv_os_getpid(),
                static_cast<int>(++near.sequence));
  std::fprintf(stderr, "Wrote snapshot to %s\n", name);
  (void)!write_heap_snapshot(near.env, name, false, false);
  near.busy = false;
  if (near.left == 0) isolate->RemoveNearHeapLimitCallback(on_near_limit, initial);
  return current + (16u << 20);
}

void set_near_heap_limit(Realm& js, uint32_t count) {
  NearLimit& near = Environment::from(js).module_state<NearLimit>();
  near.left = count;
  js.isolate()->AddNearHeapLimitCallback(on_near_limit, &near);
}

// CPU profiles: startCpuProfile() gives a number, stopCpuProfile(number) the JSON.
struct CpuProfiles {
  explicit CpuProfiles(Environment&) {}
  ~CpuProfiles() {
    // A profile that nobody stopped would go on without its isolate.
    for (uint32_t id : running) profiler->Stop(id)->Delete();
    if (profiler) profiler->Dispose();
  }
  v8::CpuProfiler* profiler = nullptr;
  std::set<uint32_t> running;
};

Result<uint32_t> start_cpu_profile(Realm& js) {
  CpuProfiles& profiles = Environment::from(js).module_state<CpuProfiles>();
  if (!profiles.profiler) profiles.profiler = v8::CpuProfiler::New(js.isolate());
  const v8::CpuProfilingResult result = profiles.profiler->Start(
      v8::CpuProfilingOptions(v8::CpuProfilingMode::kLeafNodeLineNumbers, v8::CpuProfilingOptions::kNoSampleLimit));
  if (result.status == v8::CpuProfilingStatus::kErrorTooManyProfilers) {
    return CodedError{ErrorType::Error, "ERR_CPU_PROFILE_TOO_MANY", "There are too many CPU profiles"};
  }
  if (result.status == v8::CpuProfilingStatus::kAlreadyStarted) {
    return CodedError{ErrorType::Error, "ERR_CPU_PROFILE_ALREADY_STARTED", "CPU profile already started"};
  }
  profiles.running.insert(result.id);
  return result.id;
}

Result<std::string> stop_cpu_profile(Realm& js, uint32_t id) {
  CpuProfiles& profiles = Environment::from(js).module_state<CpuProfiles>();
  v8::CpuProfile* profile = profiles.profiler ? profiles.profiler->Stop(id) : nullptr;
  if (!profile) return CodedError{ErrorType::Error, "ERR_CPU_PROFILE_NOT_STARTED", "CPU profile not started"};
  profiles.running.erase(id);
  TextStream stream;
  profile->Serialize(&stream);
  profile->Delete();
  return std::move(stream.text);
}

std::string statistics_json(v8::Isolate* isolate) {
  v8::HeapStatistics heap;
  isolate->GetHeapStatistics(&heap);
  std::string out = "{\"heapStatistics\":{";
  const auto number = [&](const char* key, double value, bool last = false) {
    out += std::string("\"") + key + "\":" + std::to_string(static_cast<uint64_t>(value)) + (last ? "" : ",");
  };
  number("totalHeapSize", heap.total_heap_size());
  number("totalHeapSizeExecutable", heap.total_heap_size_executable());
  number("totalPhysicalSize", heap.total_physical_size());
  number("totalAvailableSize", heap.total_available_size());
  number("totalGlobalHandlesSize", heap.total_global_handles_size());
  number("usedGlobalHandlesSize", heap.used_global_handles_size());
  number("usedHeapSize", heap.used_heap_size());
  number("heapSizeLimit", heap.heap_size_limit());
  number("mallocedMemory", heap.malloced_memory());
  number("externalMemory", heap.external_memory());
  number("peakMallocedMemory", heap.peak_malloced_memory(), true);
  out += "},\"heapSpaceStatistics\":[";
  for (size_t i = 0; i < isolate->NumberOfHeapSpaces(); ++i) {
    v8::HeapSpaceStatistics space;
    isolate->GetHeapSpaceStatistics(&space, i);
    out += std::string(i ? "," : "") + "{\"spaceName\":\"" + space.space_name() + "\",";
    number("spaceSize", space.space_size());
    number("spaceUsedSize", space.space_used_size());
    number("spaceAvailableSize", space.space_available_size());
    number("physicalSpaceSize", space.physical_space_size(), true);
    out += "}";
  }
  return out + "]}";
}

const char* name_of(v8::GCType type) {
  switch (type) {
    case v8::kGCTypeScavenge: return "Scavenge";
    case v8::kGCTypeMinorMarkSweep: return "MinorMarkSweep";
    case v8::kGCTypeMarkSweepCompact: return "MarkSweepCompact";
    case v8::kGCTypeIncrementalMarking: return "IncrementalMarking";
    case v8::kGCTypeProcessWeakCallbacks: return "ProcessWeakCallbacks";
    default: return "All";
  }
}

uint64_t wall_clock_ms() {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
}

// Records the collections between start() and stop(). JSON, because V8 forbids making objects there.
class GCProfiler final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"GCProfiler", nullptr};
  GCProfiler(Realm& realm, v8::Local<v8::Object> object) : Wrapped(realm, object, kTag) {}
  ~GCProfiler() override { forget(); }

  void start() {
    if (running_) return;
    running_ = true;
    entries_.clear();
    start_ = wall_clock_ms();
    realm().isolate()->AddGCPrologueCallback(before, this);
    realm().isolate()->AddGCEpilogueCallback(after, this);
  }

  // The record as JSON; undefined if nothing was started.
  v8::Local<v8::Value> stop(Realm& js) {
    if (!running_) return v8::Undefined(js.isolate());
    forget();
    return js.string("{\"version\":1,\"startTime\":" + std::to_string(start_) + ",\"statistics\":[" + entries_ +
                     "],\"endTime\":" + std::to_string(wall_clock_ms()) + "}");
  }

 private:
  static void before(v8::Isolate* isolate, v8::GCType type, v8::GCCallbackFlags, void* data) {
    auto& self = *static_cast<GCProfiler*>(data);
    self.type_ = type;
    self.before_ = statistics_json(isolate);
    self.begun_ = uv_hrtime();
  }
  static void after(v8::Isolate* isolate, v8::GCType type, v8::GCCallbackFlags, void* data) {
    auto& self = *static_cast<GCProfiler*>(data);
    if (self.before_.empty() || self.type_ != type) return;
    const double cost = static_cast<double>(uv_hrtime() - self.begun_) / 1e3;
    self.entries_ += std::string(self.entries_.empty() ? "" : ",") + "{\"gcType\":\"" + name_of(type) +
                     "\",\"beforeGC\":" + self.before_ + ",\"cost\":" + std::to_string(cost) +
                     ",\"afterGC\":" + statistics_json(isolate) + "}";
    self.before_.clear();
  }
  void forget() {
    if (!running_) return;
    running_ = false;
    realm().isolate()->RemoveGCPrologueCallback(before, this);
    realm().isolate()->RemoveGCEpilogueCallback(after, this);
  }

  bool running_ = false;
  uint64_t start_ = 0;
  uint64_t begun_ = 0;
  v8::GCType type_ = v8::kGCTypeAll;
  std::string before_;
  std::string entries_;
};

}  // namespace

void bind_profiles(Binding& b) {
  b.function<&heap_snapshot>("heapSnapshot");
  b.function<&write_heap_snapshot>("writeHeapSnapshot");
  b.function<&set_near_heap_limit>("setNearHeapLimit");
  b.function<&start_cpu_profile>("startCpuProfile");
  b.function<&stop_cpu_profile>("stopCpuProfile");
  b.class_<GCProfiler>("GCProfiler")
      .constructor<>()
      .method<&GCProfiler::start>("start")
      .method<&GCProfiler::stop>("stop");
}

}  // namespace gyre::heap
