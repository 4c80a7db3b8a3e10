#include "runtime/environment.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

#include "base/block_cache.h"
#include "base/check.h"
#include "binding/binding.h"
#include "engine/builtins.h"
#include "engine/platform.h"
#include "loop/init_loop.h"
#include "runtime/array_buffer_memory.h"
#include "runtime/debug_context.h"
#include "runtime/disable_proto.h"
#include "runtime/heap_limits.h"
#include "runtime/options.h"
#include "runtime/permission.h"
#include "runtime/snapshot.h"
#include "runtime/stack_dump.h"
#include "runtime/wasm_streaming.h"

namespace gyre {
namespace {

// Large blocks that a program did not need for a second go back to the system.
class TrimLargeBlocks final : public v8::Task {
 public:
  static void later() {
    constexpr double kSeconds = 1;
    Platform::get().PostDelayedTaskOnWorkerThread(v8::TaskPriority::kBestEffort, std::make_unique<TrimLargeBlocks>(),
                                                  kSeconds);
  }
  void Run() override {
    if (BlockCache::shared().trim_large()) later();
  }
};

// Full collections come when memory is short, and some time after a program fell idle.
void on_full_collection(v8::Isolate* isolate, v8::GCType, v8::GCCallbackFlags) {
  BlockCache::shared().trim();
  ArrayBufferMemory::of(isolate).trim();
}

void on_promise_reject(v8::PromiseRejectMessage message) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  Environment& env = Environment::from(isolate);
  if (!env.can_call_into_js()) return;
  v8::HandleScope handles(isolate);
  v8::Local<v8::Value> value = message.GetValue();
  v8::Local<v8::Value> undefined = v8::Undefined(isolate);
  v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate, message.GetEvent()), message.GetPromise(),
                                 value.IsEmpty() ? undefined : value};
  v8::TryCatch caught(isolate);  // a stack overflow while recording is not the promise's business
  env.call_hook("promiseReject", 3, argv).IsEmpty();
  if (caught.HasCaught() && !caught.HasTerminated()) {
    v8::String::Utf8Value text(isolate, caught.Exception());
    std::fprintf(stderr, "Exception in PromiseRejectCallback:\n%s\n", *text ? *text : "");
  }
}

// V8 warns of the program: of asm.js that is none, say.
void tell_warning(Environment& env, v8::Local<v8::Message> message) {
  v8::HandleScope handles(env.isolate());
  v8::String::Utf8Value file(env.isolate(), message->GetScriptOrigin().ResourceName());
  v8::String::Utf8Value text(env.isolate(), message->Get());
  const int line = message->GetLineNumber(env.context()).FromMaybe(-1);
  v8::Local<v8::Value> argv[] = {
      env.string(std::string(*file ? *file : "") + ':' + std::to_string(line) + ' ' + (*text ? *text : ""))};
  env.call_hook("warnFromEngine", 1, argv).IsEmpty();
}

// Where script is entered from the loop. What it throws is, to V8 and its debuggers, caught by nobody, and goes
// to on_message().
class ProgramCatch final : public v8::TryCatch {
 public:
  explicit ProgramCatch(v8::Isolate* isolate) : TryCatch(isolate) { SetVerbose(true); }
};

// An exception that nobody catches.
void on_message(v8::Local<v8::Message> message, v8::Local<v8::Value> error) {
  Environment& env = Environment::from(v8::Isolate::GetCurrent());
  if (message->ErrorLevel() == v8::Isolate::kMessageWarning) return tell_warning(env, message);
  env.report_exception(error, message);
  env.set_async_frame(v8::Undefined(env.isolate()));  // V8 leaves it to the next microtask
}

// error.stack is read for the first time: see runtime/stack_traces.js.
v8::MaybeLocal<v8::Value> prepare_stack_trace(v8::Local<v8::Context> context, v8::Local<v8::Value> error,
                                              v8::Local<v8::Array> sites) {
  Environment& env = Environment::from(v8::Isolate::GetCurrent());
  v8::Local<v8::Value> argv[] = {context->Global(), error, sites};
  return env.call_hook("formatStack", 3, argv);
}

}  // namespace

std::unique_ptr<Environment> Environment::create(EnvironmentConfig config) {
  Milestones milestones;
  milestones.start = uv_hrtime();
  auto loop = std::make_unique<uv_loop_t>();
  if (init_loop(loop.get()) != 0) return nullptr;

  v8::Isolate* isolate = v8::Isolate::Allocate();
  auto foreground = Platform::get().add_isolate(isolate);
  static const v8::StartupData snapshot = startup_snapshot();
  v8::Isolate::CreateParams params;
  params.array_buffer_allocator = ArrayBufferMemory::make().release();  // ~Environment() has it again
  params.external_references = external_references();
  params.snapshot_blob = &snapshot;
  set_heap_limits(params.constraints, config);
  params.fatal_error_callback = on_fatal_error;
  params.oom_error_callback = on_out_of_memory;
  milestones.v8_start = uv_hrtime();
  std::unique_ptr<v8::SnapshotCreator> creator;
  if (config.builds_snapshot) {
    creator = std::make_unique<v8::SnapshotCreator>(isolate, params);  // initializes and enters
  } else {
    v8::Isolate::Initialize(isolate, params);
    isolate->Enter();
  }

  std::unique_ptr<Environment> env(new Environment(std::move(config), isolate, std::move(loop), std::move(foreground)));
  env->snapshot_creator_ = std::move(creator);
  v8::HandleScope handles(isolate);
  if (!env->load_context()) return nullptr;
  env->start_loop_handles();
  milestones.environment = uv_hrtime();
  env->milestones_ = milestones;
  return env;
}

Environment::Environment(EnvironmentConfig config, v8::Isolate* isolate, std::unique_ptr<uv_loop_t> loop,
                         std::shared_ptr<ForegroundTasks> foreground)
    : Realm(isolate, loop.get()),
      config_(std::move(config)),
      own_loop_(std::move(loop)),
      poll_times_(own_loop_.get()),
      foreground_(std::move(foreground)) {}

bool Environment::load_context() {
  isolate()->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
  const bool traces_uncaught = options().flag("--trace-uncaught");
  isolate()->SetCaptureStackTraceForUncaughtExceptions(traces_uncaught, stack_frame_limit(options()),
                                                       v8::StackTrace::kDetailed);
  isolate()->SetPromiseRejectCallback(on_promise_reject);
  if (config_.is_main_thread) BlockCache::shared().on_large_idle(TrimLargeBlocks::later);
  isolate()->AddGCEpilogueCallback(on_full_collection, v8::kGCTypeMarkSweepCompact);
  isolate()->AddMessageListenerWithErrorLevel(on_message, v8::Isolate::kMessageError | v8::Isolate::kMessageWarning);
  // --abort-on-uncaught-exception: not in workers, and not while something will take the exception.
  isolate()->SetAbortOnUncaughtExceptionCallback([](v8::Isolate* isolate) {
    Environment& env = Environment::from(isolate);
    return env.config().is_main_thread && env.abort_on_uncaught && !env.stopping();
  });
  isolate()->SetPrepareStackTraceCallback(prepare_stack_trace);
  // Before any context is made: a context has the functions for streaming if this is set.
  isolate()->SetWasmStreamingCallback(start_wasm_streaming);
  v8::Local<v8::Context> context;
  const size_t index = config_.is_main_thread ? program_context_index() : kMainContextIndex;
  if (!v8::Context::FromSnapshot(isolate(), index).ToLocal(&context)) return false;
  context->Enter();
  set_context(context);
  number_for_debugger(context);
  v8::Local<v8::Object> hooks;
  if (!context->GetDataFromSnapshotOnce<v8::Object>(kHooksIndex).ToLocal(&hooks)) return false;
  hooks_.Reset(isolate(), hooks);
  restore_templates();
  bind_shared_memory();
  disable_proto(*this, context);
  restrict_environment(*this);
  return true;
}

void Environment::bind_shared_memory() {
  // The arrays that script and C++ share were made by the scripts: take their memory.
  v8::Local<v8::Context> context = this->context();
  const auto get = [&](const char* key) { return hooks()->Get(context, name(key)).ToLocalChecked(); };
  const auto memory = [&](const char* key) { return get(key).As<v8::ArrayBufferView>()->Buffer()->Data(); };
  ticks_ = static_cast<uint32_t*>(memory("tickInfo"));
  immediates_ = static_cast<uint32_t*>(memory("immediateInfo"));
  set_async_storage(static_cast<double*>(memory("asyncFields")), static_cast<uint32_t*>(memory("asyncHooks")));
  tick_hook_.Reset(isolate(), get("processTicksAndRejections").As<v8::Function>());
  timers_hook_.Reset(isolate(), get("processTimers").As<v8::Function>());
  immediate_hook_.Reset(isolate(), get("processImmediates").As<v8::Function>());
  v8::Local<v8::Value> prototype = get("bufferPrototype");
  if (prototype->IsObject()) set_buffer_prototype(prototype.As<v8::Object>());
}

void Environment::start_loop_handles() {
  uv_timer_init(loop(), &timer_);
  timer_.data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(&timer_));
  uv_check_init(loop(), &check_);
  check_.data = this;
  uv_check_start(&check_, [](uv_check_t* handle) { static_cast<Environment*>(handle->data)->run_immediates(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(&check_));
  uv_idle_init(loop(), &idle_);
  uv_timer_init(loop(), &delayed_wake_);
  delayed_wake_.data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(&delayed_wake_));
  uv_async_init(loop(), &wake_, [](uv_async_t* handle) {
    auto* env = static_cast<Environment*>(handle->data);
    if (env->stopping_) {
      uv_stop(env->loop());
      return;
    }
    env->run_interrupts();
    env->run_foreground();
  });
  wake_.data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(&wake_));
  foreground_->set_wake([this] { uv_async_send(&wake_); });
}

void Environment::run_foreground() {
  CallbackScope scope(*this);
  const double delay = foreground_->run();
  if (delay < 0) return;
  uv_timer_start(
      &delayed_wake_, [](uv_timer_t* timer) { static_cast<Environment*>(timer->data)->run_foreground(); },
      static_cast<uint64_t>(std::ceil(delay * 1000)), 0);
}

void Environment::interrupt(std::function<void()> task) {
  {
    std::lock_guard lock(interrupts_mutex_);
    interrupts_.push_back(std::move(task));
  }
  isolate()->RequestInterrupt([](v8::Isolate* isolate, void*) { Environment::from(isolate).run_interrupts(); },
                              nullptr);
  uv_async_send(&wake_);
}

void Environment::run_interrupts() {
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard lock(interrupts_mutex_);
    tasks.swap(interrupts_);
  }
  for (auto& task : tasks) task();
}

void Environment::add_child(Environment& child) {
  std::lock_guard lock(children_mutex_);
  children_.push_back(&child);
}

void Environment::remove_child(Environment& child) {
  std::lock_guard lock(children_mutex_);
  std::erase(children_, &child);
}

void Environment::for_each_child(const std::function<void(Environment& child)>& visit) {
  std::lock_guard lock(children_mutex_);
  for (Environment* child : children_) visit(*child);
}

void Environment::tear_down() {
  foreground_->set_wake(nullptr);
  isolate()->RemoveMessageListeners(on_message);
  {
    v8::HandleScope handles(isolate());
    for (auto hook = exit_hooks_.rbegin(); hook != exit_hooks_.rend(); ++hook) (*hook)();
    for (uv_handle_t* handle : {reinterpret_cast<uv_handle_t*>(&timer_), reinterpret_cast<uv_handle_t*>(&check_),
                                reinterpret_cast<uv_handle_t*>(&idle_), reinterpret_cast<uv_handle_t*>(&wake_),
                                reinterpret_cast<uv_handle_t*>(&delayed_wake_)}) {
      uv_close(handle, nullptr);
    }
    dispose_wrapped();
    // Jobs of the pool may still use what the modules hold.
    while (pending_jobs > 0) uv_run(loop(), UV_RUN_ONCE);
    states_.clear();
    hooks_.Reset();
    tick_hook_.Reset();
    timers_hook_.Reset();
    immediate_hook_.Reset();
    context()->Exit();
    reset_handles();
  }
  while (uv_run(loop(), UV_RUN_ONCE) != 0) {
  }
  CHECK(uv_loop_close(loop()) == 0);
}

Environment::~Environment() {
  v8::Isolate* isolate = this->isolate();
  tear_down();
  // A task that waits for this thread is told off by Dispose().
  Platform::get().drain_workers_for(std::chrono::milliseconds(50));
  isolate->Exit();
  foreground_->close();
  const ArrayBufferMemory::Owner memory(&ArrayBufferMemory::of(isolate));
  isolate->Dispose();
  Platform::get().remove_isolate(isolate);
}

v8::MaybeLocal<v8::Value> Environment::call_hook(const char* key, int argc, v8::Local<v8::Value> argv[]) {
  v8::Local<v8::Value> function;
  if (!hooks()->Get(context(), name(key)).ToLocal(&function) || !function->IsFunction()) return {};
  return function.As<v8::Function>()->Call(context(), v8::Undefined(isolate()), argc, argv);
}

int Environment::run() {
  v8::HandleScope handles(isolate());
  v8::Context::Scope entered(context());
  {
    CallbackScope scope(*this);
    ProgramCatch caught(isolate());
    milestones_.bootstrap_complete = uv_hrtime();
    // A worker's program is, to its starter, an event of the loop.
    if (!config_.is_main_thread) milestones_.loop_start = uv_hrtime();
    // The program itself is the first async resource.
    async_fields()[AsyncIds::kExecutionId] = 1;
    call_hook("start", 0, nullptr).IsEmpty();
    async_fields()[AsyncIds::kExecutionId] = 0;
  }
  if (milestones_.loop_start == 0) milestones_.loop_start = uv_hrtime();
  warns_of_sync_io = options().flag("--trace-sync-io");
  while (!stopping_) {
    uv_run(loop(), UV_RUN_DEFAULT);
    if (stopping_) break;
    // Work that V8 does in the background (compiling WebAssembly, say) may still bring tasks.
    while (!Platform::get().drain_workers_for(std::chrono::milliseconds(1))) run_foreground();
    run_foreground();
    if (uv_loop_alive(loop()) || stopping_) continue;
    // Those tasks may have started more work, and that may be done already.
    if (!Platform::get().drain_workers_for(std::chrono::milliseconds(0)) || foreground_->ready()) continue;
    {
      v8::HandleScope inner(isolate());
      CallbackScope scope(*this);
      ProgramCatch caught(isolate());
      if (has_destroyed()) tell_destroyed();
      call_hook("emitBeforeExit", 0, nullptr).IsEmpty();
    }
    if (!uv_loop_alive(loop())) break;
  }
  milestones_.loop_exit = uv_hrtime();
  warns_of_sync_io = false;
  if (!stopping_ && !config_.builds_snapshot) {
    v8::HandleScope inner(isolate());
    v8::TryCatch caught(isolate());
    v8::Local<v8::Value> code;
    if (call_hook("emitExit", 0, nullptr).ToLocal(&code) && code->IsInt32()) {
      if (!stopping_) exit_code_ = code.As<v8::Int32>()->Value();
    } else if (caught.HasCaught() && !caught.HasTerminated()) {
      report_exception(caught.Exception(), caught.Message());
    }
  }
  return exit_code_;
}

void Environment::stop(int exit_code) {
  if (!stopping_) exit_code_ = exit_code;
  stopping_ = true;
  // V8 forgets the termination once it has left all script: callbacks that are due must not enter it anew.
  set_can_call_into_js(false);
  uv_stop(loop());
  isolate()->TerminateExecution();
}

void Environment::terminate(int exit_code) {
  if (!stopping_.exchange(true)) exit_code_ = exit_code;
  set_can_call_into_js(false);
  isolate()->TerminateExecution();
  uv_async_send(&wake_);
}

void Environment::exit(int code) {
  if (!config_.is_main_thread) {
    stop(code);
    return;
  }
  for (auto hook = exit_hooks_.rbegin(); hook != exit_hooks_.rend(); ++hook) (*hook)();
  fflush(nullptr);
  // The system frees memory faster than we would. (No leak check in the asan build either: what the heap owns, which
  // is not torn down here, would look like a leak.)
  _exit(code);
}

void Environment::warn_of_sync_io() { print_stack_here(*this, "Detected use of sync API"); }

void Environment::drain() {
  if (!can_call_into_js()) return;
  if (ticks_[kHasTick] == 0) isolate()->PerformMicrotaskCheckpoint();
  // V8 forgets that it was told to terminate once nothing of script is on the stack.
  if ((ticks_[kHasTick] == 0 && ticks_[kHasRejection] == 0) || !can_call_into_js() || stopping_) return;
  v8::HandleScope handles(isolate());
  ProgramCatch caught(isolate());
  tick_hook_.Get(isolate())->Call(context(), v8::Undefined(isolate()), 0, nullptr).IsEmpty();
  if (!caught.HasCaught() || caught.HasTerminated()) return;
  leave_async_context();
  // The ticks behind one that threw run in another turn of the loop: a handler that makes the next
  // one throw again must not keep everything else from running.
  if (can_call_into_js()) call_hook("drainLater", 0, nullptr).IsEmpty();
}

void Environment::leave_async_context() {
  double* fields = async_fields();
  if (fields[AsyncIds::kExecutionId] > 0) emit_after(fields[AsyncIds::kExecutionId]);
  fields[AsyncIds::kExecutionId] = fields[AsyncIds::kTriggerId] = 0;
  set_async_frame(v8::Undefined(isolate()));
}

void Environment::schedule_timer(int64_t delay) {
  uv_timer_start(
      &timer_, [](uv_timer_t* handle) { static_cast<Environment*>(handle->data)->run_timers(); },
      static_cast<uint64_t>(delay < 1 ? 1 : delay), 0);
}

void Environment::set_timer_ref(bool ref) {
  auto* handle = reinterpret_cast<uv_handle_t*>(&timer_);
  ref ? uv_ref(handle) : uv_unref(handle);
}

void Environment::set_immediate_ref(bool ref) {
  // The idle handle keeps the loop from waiting while an immediate is due.
  if (ref) {
    uv_idle_start(&idle_, [](uv_idle_t*) {});
  } else {
    uv_idle_stop(&idle_);
  }
}

double Environment::now() {
  uv_update_time(loop());
  return static_cast<double>(uv_now(loop()));
}

void Environment::run_timers() {
  if (!can_call_into_js()) return;
  CallbackScope scope(*this);
  double next = 0;
  // processTimers() returns when the next timer is due: 0 none, negative if only unref'd ones are left.
  while (can_call_into_js()) {
    ProgramCatch caught(isolate());
    v8::Local<v8::Value> argv[] = {v8::Number::New(isolate(), now())};
    v8::Local<v8::Value> result;
    if (timers_hook_.Get(isolate())->Call(context(), v8::Undefined(isolate()), 1, argv).ToLocal(&result)) {
      next = result->NumberValue(context()).FromMaybe(0);
      break;
    }
    if (caught.HasTerminated()) return;
    leave_async_context();
  }
  if (next == 0 || !can_call_into_js()) return;
  schedule_timer(static_cast<int64_t>(std::fabs(next) - now()));
  set_timer_ref(next > 0);
}

void Environment::run_immediates() {
  if (has_destroyed() && can_call_into_js()) {
    CallbackScope scope(*this);
    tell_destroyed();
  }
  if (immediates_[kImmediateCount] == 0 || !can_call_into_js()) return;
  {
    CallbackScope scope(*this);
    do {
      ProgramCatch caught(isolate());
      immediate_hook_.Get(isolate())->Call(context(), v8::Undefined(isolate()), 0, nullptr).IsEmpty();
      if (!caught.HasCaught()) break;
      if (caught.HasTerminated()) return;
      leave_async_context();
    } while (immediates_[kImmediateHasOutstanding] != 0 && can_call_into_js());
  }
  if (immediates_[kImmediateRefCount] == 0) set_immediate_ref(false);
}

void Environment::report_exception(v8::Local<v8::Value> error, v8::Local<v8::Message> message) {
  if (can_call_into_js() && !stopping_) end_uncaught(error, message, false);
}

void Environment::end_uncaught(v8::Local<v8::Value> error, v8::Local<v8::Message> message, bool from_promise) {
  v8::HandleScope handles(isolate());
  v8::Local<v8::Value> argv[] = {error, v8::Boolean::New(isolate(), from_promise)};
  v8::Local<v8::Value> handled;
  {
    v8::TryCatch caught(isolate());
    if (!call_hook("onUncaughtException", 2, argv).ToLocal(&handled)) {
      if (caught.HasTerminated() || stopping_) return;
      // The handler itself threw: that error ends the process, with Node's code 7.
      print_uncaught(*this, caught.Exception(), caught.Message());
      exit(config_.is_main_thread ? 7 : 1);
      return;
    }
  }
  if (handled->BooleanValue(isolate())) return;
  if (message.IsEmpty()) message = v8::Exception::CreateMessage(isolate(), error);
  print_uncaught(*this, error, message);
  // The hook has set process.exitCode to 1; an 'exit' handler may have chosen otherwise.
  v8::Local<v8::Value> code;
  int exit_code = 1;
  v8::TryCatch caught(isolate());
  if (call_hook("getExitCode", 0, nullptr).ToLocal(&code) && code->IsInt32()) {
    exit_code = code.As<v8::Int32>()->Value();
  }
  exit(exit_code);
}

}  // namespace gyre
