// native('performance'): the clock, the loop's idle time, and what V8 tells of garbage collection.
#include <uv.h>

#include <cstdint>
#include <vector>

#include "binding/binding.h"
#include "runtime/environment.h"

namespace gyre::performance {
namespace {

// The zero of performance.now(), in all threads: when the process ran its first instructions.
const uint64_t kOrigin = uv_hrtime();
const double kOriginUnix = [] {
  uv_timeval64_t now;
  uv_gettimeofday(&now);
  return static_cast<double>(now.tv_sec) * 1e3 + now.tv_usec / 1e3;
}();

double since_origin(uint64_t time) { return static_cast<double>(time - kOrigin) / 1e6; }

double now() { return since_origin(uv_hrtime()); }
double time_origin() { return kOriginUnix; }
double loop_idle_time(Realm& js) { return static_cast<double>(Environment::from(js).poll_times().idle()) / 1e6; }
double loop_start(Realm& js) {
  const uint64_t time = Environment::from(js).milestones().loop_start;
  return time == 0 ? -1 : since_origin(time);
}

// [start, v8Start, environment, bootstrapComplete, loopStart, loopExit], -1 for what has not come.
std::vector<double> milestones(Realm& js) {
  const auto& times = Environment::from(js).milestones();
  std::vector<double> out;
  for (uint64_t time :
       {times.start, times.v8_start, times.environment, times.bootstrap_complete, times.loop_start, times.loop_exit}) {
    out.push_back(time == 0 ? -1 : since_origin(time));
  }
  return out;
}

// [iterations, events processed, events waiting] of the loop.
std::vector<double> loop_metrics(Realm& js) {
  uv_metrics_t metrics;
  if (uv_metrics_info(js.loop(), &metrics) != 0) return {0, 0, 0};
  return {static_cast<double>(metrics.loop_count), static_cast<double>(metrics.events),
          static_cast<double>(Environment::from(js).poll_times().events_waiting())};
}

// Watches the collector, and tells a callback of each collection from the event loop.
class GcWatcher {
 public:
  explicit GcWatcher(Environment& env) : env_(env) {}
  ~GcWatcher() { stop(); }

  void start(v8::Local<v8::Function> callback) {
    stop();
    callback_.Reset(env_.isolate(), callback);
    env_.isolate()->AddGCPrologueCallback(before, this);
    env_.isolate()->AddGCEpilogueCallback(after, this);
  }

  void stop() {
    if (callback_.IsEmpty()) return;
    callback_.Reset();
    env_.isolate()->RemoveGCPrologueCallback(before, this);
    env_.isolate()->RemoveGCEpilogueCallback(after, this);
    pending_.clear();
  }

 private:
  struct Collection {
    int kind;
    int flags;
    uint64_t start;
    uint64_t end;
  };

  class Report final : public v8::Task {
   public:
    explicit Report(Environment& env) : env_(env) {}
    void Run() override { env_.module_state<GcWatcher>().report(); }

   private:
    Environment& env_;
  };

  static void before(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void* data) {
    static_cast<GcWatcher*>(data)->started_ = uv_hrtime();
  }

  static void after(v8::Isolate*, v8::GCType kind, v8::GCCallbackFlags flags, void* data) {
    auto* self = static_cast<GcWatcher*>(data);
    if (self->pending_.empty()) self->env_.foreground()->PostTask(std::make_unique<Report>(self->env_));
    self->pending_.push_back({kind, flags, self->started_, uv_hrtime()});
  }

  void report() {
    v8::HandleScope handles(env_.isolate());
    std::vector<Collection> collections;
    collections.swap(pending_);
    for (const Collection& each : collections) {
      if (callback_.IsEmpty()) return;
      v8::Local<v8::Value> argv[] = {to_js(env_, each.kind), to_js(env_, each.flags),
                                     to_js(env_, since_origin(each.start)),
                                     to_js(env_, static_cast<double>(each.end - each.start) / 1e6)};
      env_.call(v8::Undefined(env_.isolate()), callback_.Get(env_.isolate()), 4, argv);
    }
  }

  Environment& env_;
  v8::Global<v8::Function> callback_;
  std::vector<Collection> pending_;
  uint64_t started_ = 0;
};

// `callback(kind, flags, startTime, duration)`, in milliseconds.
void watch_gc(Realm& js, v8::Local<v8::Function> callback) {
  Environment::from(js).module_state<GcWatcher>().start(callback);
}
void unwatch_gc(Realm& js) { Environment::from(js).module_state<GcWatcher>().stop(); }

}  // namespace

GYRE_MODULE(performance) {
  b.function<&now>("now");
  b.function<&time_origin>("timeOrigin");
  b.function<&loop_idle_time>("loopIdleTime");
  b.function<&loop_start>("loopStart");
  b.function<&milestones>("milestones");
  b.function<&loop_metrics>("loopMetrics");
  b.function<&watch_gc>("watchGc");
  b.function<&unwatch_gc>("unwatchGc");
}

}  // namespace gyre::performance
