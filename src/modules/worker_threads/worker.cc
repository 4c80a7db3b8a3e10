#include "modules/worker_threads/worker.h"

#include <pthread.h>

#include <algorithm>

#include "modules/inspector/main_session.h"
#include "runtime/options.h"

namespace gyre::worker_threads {
namespace {

constexpr size_t kMegabyte = 1024 * 1024;
constexpr size_t kStackSize = 4 * kMegabyte;
// Of the stack, what C++ may use below JavaScript's limit.
constexpr size_t kStackReserve = 192 * 1024;
// A thread with less could not even start.
constexpr size_t kMinStackSize = 2 * kStackReserve;

// What a worker that has used up its heap may still use on its way to where it stops: the young generation
// moves into the old one as a whole, and a collection that finds no room for it ends the process. So does,
// in the end, a loop that the engine compiled without a check for interruptions.
constexpr size_t kRoomToStop = 64 * kMegabyte;
constexpr int kMaxRooms = 4;

// A worker that has used up its heap is stopped.
size_t on_near_heap_limit(void* data, size_t current_limit, size_t) {
  auto* state = static_cast<ThreadState*>(data);
  std::lock_guard lock(state->mutex);
  if (state->reason.empty()) state->reason = "ERR_WORKER_OUT_OF_MEMORY";
  if (state->environment) state->environment->terminate(1);
  return state->rooms_given++ < kMaxRooms ? current_limit + kRoomToStop : current_limit;
}

// As modules/worker_threads/thread_messages.js calls it.
std::string inbox_name(double id) {
  return std::string(1, '\0') + "thread " + std::to_string(static_cast<int64_t>(id));
}

}  // namespace

Thread::Thread(Realm& js, v8::Local<v8::Object> object, double id, std::vector<std::string> argv,
               std::optional<std::vector<std::string>> exec_args, std::optional<std::string> node_options,
               std::vector<double> limits, std::string name, std::optional<bool> tracks_descriptors)
    : HandleWrapped(js, object, kTag, "WORKER"), state_(std::make_shared<ThreadState>()) {
  Environment& parent = Environment::from(js);
  const bool from_main = parent.config().is_main_thread;
  state_->main = from_main ? &parent : parent.module_state<ThisThread>().state->main;
  config_.args = std::move(argv);
  config_.is_main_thread = false;
  config_.thread_id = id;
  config_.thread_name = std::move(name);
  const bool inherited = parent.config().is_main_thread || parent.config().tracks_descriptors;
  config_.tracks_descriptors = tracks_descriptors.value_or(inherited);
  config_.exec_args = exec_args ? *exec_args : parent.config().exec_args;
  config_.options = parent.config().options;
  if (exec_args || node_options) {
    auto parsed = parse_options(config_.exec_args, node_options ? node_options->c_str() : nullptr);
    // Its caller has refused what does not parse.
    if (auto* options = std::get_if<ParsedOptions>(&parsed)) {
      config_.options = std::make_shared<const ParsedOptions>(std::move(*options));
    }
  }
  limits.resize(4);
  config_.max_old_generation = static_cast<size_t>(limits[0] * kMegabyte);
  config_.max_young_generation = static_cast<size_t>(limits[1] * kMegabyte);
  config_.code_range = static_cast<size_t>(limits[2] * kMegabyte);
  config_.stack_size = limits[3] > 0 ? static_cast<size_t>(limits[3] * kMegabyte) : kStackSize;
  config_.stack_size = std::max(config_.stack_size, kMinStackSize);
  auto channel = std::make_shared<messaging::Channel>(false);
  end_ = std::make_unique<messaging::PortEnd>(channel);
  state_->port = std::make_unique<messaging::PortEnd>(channel);
  state_->inbox = std::make_unique<messaging::PortEnd>(messaging::broadcast_channel(inbox_name(id)));
  CHECK(uv_async_init(js.loop(), handle(), [](uv_async_t* handle) { static_cast<Thread*>(from(handle))->exited(); }) ==
        0);
  opened();
}

Thread::~Thread() { CHECK(!started_ || joined_); }

v8::Local<v8::Value> Thread::port(Realm& js) {
  if (!end_) return v8::Undefined(js.isolate());
  return messaging::MessagePort::make(js, std::move(end_));
}

int32_t Thread::start() {
  uv_thread_options_t options{};
  options.flags = UV_THREAD_HAS_STACK_SIZE;
  options.stack_size = config_.stack_size;
  const int err = uv_thread_create_ex(
      &thread_, &options, [](void* self) { static_cast<Thread*>(self)->run(); }, this);
  started_ = err == 0;
  return err;
}

// On the new thread. `this` outlives it: the starter joins before it deletes.
void Thread::run() {
  pthread_setname_np(pthread_self(), config_.thread_name.substr(0, 15).c_str());
  std::shared_ptr<ThreadState> state = state_;
  const uintptr_t stack_limit = reinterpret_cast<uintptr_t>(&state) - (config_.stack_size - kStackReserve);
  int code = 1;
  if (auto env = Environment::create(std::move(config_))) {
    env->isolate()->SetStackLimit(stack_limit);
    env->isolate()->AddNearHeapLimitCallback(on_near_heap_limit, state.get());
    {
      v8::HandleScope handles(env->isolate());
      env->module_state<ThisThread>().state = state;
    }
    {
      std::lock_guard lock(state->mutex);
      state->environment = env.get();
      if (state->stop_requested) env->terminate(1);
    }
    Environment& parent = Environment::from(realm());
    parent.add_child(*env);
    inspector::tell_of_worker(*state->main, *env, true);
    code = env->run();
    parent.remove_child(*env);
    inspector::tell_of_worker(*state->main, *env, false);
    {
      std::lock_guard lock(state->mutex);
      state->environment = nullptr;
      if (state->reason.empty()) state->reason = env->stop_reason();
    }
    env->isolate()->RemoveNearHeapLimitCallback(on_near_heap_limit, 0);
    env.reset();
  } else {
    std::lock_guard lock(state->mutex);
    state->reason = "EMFILE";  // of what a thread needs, descriptors are what runs out
  }
  {
    std::lock_guard lock(state->mutex);
    state->exit_code = code;
    state->port = nullptr;
    state->inbox = nullptr;
  }
  uv_async_send(handle());
}

void Thread::terminate() {
  std::lock_guard lock(state_->mutex);
  state_->stop_requested = true;
  if (state_->environment) state_->environment->terminate(1);
}

std::vector<double> Thread::loop_times() {
  std::lock_guard lock(state_->mutex);
  if (!state_->environment) return {-1, 0};
  Environment& env = *state_->environment;
  const uint64_t start = env.milestones().loop_start;
  if (start == 0) return {-1, 0};
  const double ago = static_cast<double>(uv_hrtime() - start) / 1e6;
  return {ago, static_cast<double>(env.poll_times().idle()) / 1e6};
}

void Thread::exited() {
  if (!joined_) uv_thread_join(&thread_);
  joined_ = true;
  v8::HandleScope handles(realm().isolate());
  v8::Context::Scope entered(realm().context());
  v8::Local<v8::Value> argv[] = {v8::Integer::New(realm().isolate(), state_->exit_code),
                                 realm().string(state_->reason)};
  call_back(realm().name("onexit"), 2, argv);
  close(v8::Undefined(realm().isolate()));
}

v8::Local<v8::Value> Thread::has_ref_or_undefined(Realm& js) {
  if (!is_open()) return v8::Undefined(js.isolate());
  return to_js(js, has_ref());
}

void Thread::dispose() {
  // The starter ends before its worker: the worker has to end too.
  if (started_ && !joined_) {
    terminate();
    uv_thread_join(&thread_);
    joined_ = true;
  }
  HandleWrapped::dispose();
}

}  // namespace gyre::worker_threads
