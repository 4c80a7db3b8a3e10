// native('worker'): the threads that run JavaScript.
#include <atomic>

#include "binding/binding.h"
#include "modules/worker_threads/worker.h"
#include "runtime/options.h"

namespace gyre::worker_threads {
namespace {

// Every worker of the process has its own number; the main thread has 0.
double next_thread_id() {
  static std::atomic<uint32_t> last = 0;
  return ++last;
}

// A native port around an end that the starter of this thread left for it, once.
v8::Local<v8::Value> take(Realm& js, std::unique_ptr<messaging::PortEnd> ThreadState::*which) {
  auto& self = Environment::from(js).module_state<ThisThread>();
  if (!self.state) return v8::Undefined(js.isolate());
  std::unique_ptr<messaging::PortEnd> end;
  {
    std::lock_guard lock(self.state->mutex);
    end = std::move((*self.state).*which);
  }
  if (!end) return v8::Undefined(js.isolate());
  return messaging::MessagePort::make(js, std::move(end));
}
v8::Local<v8::Value> take_port(Realm& js) { return take(js, &ThreadState::port); }
v8::Local<v8::Value> take_inbox(Realm& js) { return take(js, &ThreadState::inbox); }

// Why arguments are none that a worker could have: the words that are wrong, or an error text.
std::vector<std::string> refused_arguments(std::vector<std::string> args, std::optional<std::string> node_options) {
  auto parsed = parse_options(args, node_options ? node_options->c_str() : nullptr);
  if (auto* error = std::get_if<OptionError>(&parsed)) return {error->message};
  auto& options = std::get<ParsedOptions>(parsed);
  // NODE_OPTIONS may name options of V8, which are the whole process's: they have no effect.
  if (node_options) return {};
  std::vector<std::string> refused = options.engine_flags;
  // What concerns the process as a whole.
  static constexpr const char* kProcessWide[] = {"--title",        "--redirect-warnings", "--expose-gc",   "--prof",
                                                 "--v8-pool-size", "--zero-fill-buffers", "--tls-min-v1.0"};
  for (const char* name : kProcessWide) {
    if (options.values.contains(name)) refused.push_back(name);
  }
  return refused;
}

// [old, young, code range, stack] in megabytes, as a thread without limits of its own has them.
std::vector<double> default_limits() {
  v8::ResourceConstraints constraints;
  constraints.ConfigureDefaults(uv_get_total_memory(), 0);
  constexpr double kMegabyte = 1024 * 1024;
  return {constraints.max_old_generation_size_in_bytes() / kMegabyte,
          constraints.max_young_generation_size_in_bytes() / kMegabyte,
          constraints.code_range_size_in_bytes() / kMegabyte, 4};
}

}  // namespace

GYRE_MODULE(worker) {
  b.value("isMainThread", [](Realm& js) { return to_js(js, Environment::from(js).config().is_main_thread); });
  b.value("threadId", [](Realm& js) { return to_js(js, Environment::from(js).config().thread_id); });
  b.function<&next_thread_id>("nextThreadId");
  b.function<&take_port>("takePort");
  b.function<&take_inbox>("takeInbox");
  b.function<&refused_arguments>("refusedArguments");
  b.function<&default_limits>("defaultLimits");
  auto thread = b.class_<Thread>("Thread");
  thread
      .constructor<double, std::vector<std::string>, std::optional<std::vector<std::string>>,
                   std::optional<std::string>, std::vector<double>, std::string, std::optional<bool>>()
      .method<&Thread::start>("start")
      .method<&Thread::terminate>("terminate")
      .method<&Thread::port>("port")
      .method<&Thread::loop_times>("loopTimes");
  thread.method<&Thread::close>("close")
      .method<&Thread::ref>("ref")
      .method<&Thread::unref>("unref")
      .method<&Thread::has_ref_or_undefined>("hasRef");
}

}  // namespace gyre::worker_threads
