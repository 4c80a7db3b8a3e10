// A Realm is one thread's JavaScript: its isolate, its main context, its event loop, and the objects
// of ours that live in them. It is what the binding layer needs to know of a thread; the runtime's
// Environment is a Realm with ticks, timers and a process around it.
//
// A C++ function that takes a Realm& may run script. One that does not, cannot.
#pragma once

#include <uv.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/permission.h"
#include "base/result.h"
#include "v8.h"

namespace gyre {

class Wrapped;
class AsyncRequest;
class AsyncResource;
class CallbackScope;
class DoneJobs;
class LoopWork;

// Values that script and C++ share without crossing: see AsyncIds.
struct AsyncIds {
  enum Field { kExecutionId, kTriggerId, kLastId, kDefaultTriggerId, kFieldCount };
  // Number of enabled hooks of each kind; all zero means that nothing has to be told.
  enum Hook { kInit, kBefore, kAfter, kDestroy, kPromiseResolve, kHookCount };
};

class Realm {
 public:
  Realm(v8::Isolate* isolate, uv_loop_t* loop);
  virtual ~Realm();
  Realm(const Realm&) = delete;
  void operator=(const Realm&) = delete;

  // The Realm of the current thread's isolate.
  static Realm& from(v8::Isolate* isolate) { return *static_cast<Realm*>(isolate->GetData(0)); }

  v8::Isolate* isolate() const { return isolate_; }
  v8::Local<v8::Context> context() const { return context_.Get(isolate_); }
  uv_loop_t* loop() const { return loop_; }

  // Text. string() makes a new string from UTF-8; name() an internalized one, for property names.
  v8::Local<v8::String> string(std::string_view utf8);
  v8::Local<v8::String> latin1(std::string_view bytes);
  v8::Local<v8::String> name(std::string_view utf8);

  // Errors. exception() makes the JavaScript error of an Error; throw_error() makes and throws it.
  v8::Local<v8::Value> exception(const Error& error);
  void throw_error(const Error& error);
  Thrown throw_coded(ErrorType type, const char* code, std::string_view message);

  // Sets a property that cannot fail (on an object of ours).
  void set(v8::Local<v8::Object> object, std::string_view key, v8::Local<v8::Value> value);

  // Calls a JavaScript function from a place that script does not wait on. An exception is reported
  // as uncaught; ticks and microtasks run when the outermost CallbackScope closes.
  v8::MaybeLocal<v8::Value> call(v8::Local<v8::Value> receiver, v8::Local<v8::Function> function, int argc,
                                 v8::Local<v8::Value> argv[]);

  // A Buffer (a Uint8Array with Buffer's prototype) that takes the bytes over.
  v8::Local<v8::Value> buffer(std::vector<uint8_t> bytes);
  v8::Local<v8::Value> buffer(std::shared_ptr<v8::BackingStore> store, size_t offset, size_t length);
  void set_buffer_prototype(v8::Local<v8::Object> prototype) { buffer_prototype_.Reset(isolate_, prototype); }
  v8::Local<v8::Object> buffer_prototype() const { return buffer_prototype_.Get(isolate_); }

  // The async context (AsyncLocalStorage's frame) of the code that runs now.
  v8::Local<v8::Value> async_frame() const { return isolate_->GetContinuationPreservedEmbedderData(); }
  void set_async_frame(v8::Local<v8::Value> frame) { isolate_->SetContinuationPreservedEmbedderData(frame); }

  // Async ids and hook counts, shared with script as a Float64Array and a Uint32Array.
  double* async_fields() { return async_fields_; }
  uint32_t* async_hooks() { return async_hooks_; }
  double new_async_id() { return async_fields_[AsyncIds::kLastId] += 1; }
  double default_trigger_id() const {
    const double id = async_fields_[AsyncIds::kDefaultTriggerId];
    return id < 0 ? async_fields_[AsyncIds::kExecutionId] : id;
  }
  // Tell the hooks (runtime/async_hooks.js) of a resource, when any is enabled. A resource without a
  // type is announced by the script that owns it.
  void emit_init(v8::Local<v8::Object> resource, const char* type, double async_id, double trigger_id);
  // Hooks hear of destroyed resources later: may be called where script must not run, such as
  // in the middle of a garbage collection.
  void emit_destroy(double async_id);
  void emit_before(double async_id);
  void emit_after(double async_id);
  struct AsyncCallbacks {
    v8::Global<v8::Function> init, before, after, destroy;
  };
  AsyncCallbacks& async_callbacks() { return async_callbacks_; }
  // Tells the hooks of all resources that emit_destroy() has noted.
  void tell_destroyed();
  bool has_destroyed() const { return !destroyed_.empty(); }

  // What the program may do; nullptr: everything. Jobs take a reference along.
  const std::shared_ptr<const Permissions>& permissions() const { return permissions_; }
  // From the realm's own thread.
  void set_permissions(std::shared_ptr<const Permissions> permissions) {
    permissions_ = std::move(permissions);
    current_permissions = permissions_.get();
  }

  // --trace-sync-io: tells, with the stack, of a call that blocks this thread.
  virtual void warn_of_sync_io() {}
  bool warns_of_sync_io = false;

  // Whether JavaScript may be entered: false once the thread is stopping.
  bool can_call_into_js() const { return can_call_into_js_ && !isolate_->IsExecutionTerminating(); }
  void set_can_call_into_js(bool can) { can_call_into_js_ = can; }

  // Runs what waits behind a callback (ticks, microtasks, rejections). Called by CallbackScope.
  virtual void drain() = 0;
  // An exception that nobody caught. `message` may be empty.
  virtual void report_exception(v8::Local<v8::Value> error, v8::Local<v8::Message> message) = 0;

  // Objects of ours that wrap something: closed and deleted when the realm ends.
  void add(Wrapped& wrapped);
  void remove(Wrapped& wrapped);
  // The newest of them, which leads to the rest.
  Wrapped* wrapped() const { return wrapped_; }
  // Closes every wrapped object, runs the loop until their callbacks came, deletes the rest.
  void dispose_wrapped();

  // Class templates, by the address of their C++ class's tag.
  std::unordered_map<const void*, v8::Global<v8::FunctionTemplate>>& templates() { return templates_; }

  // The innermost CallbackScope that has a resource: executionAsyncResource() asks it.
  CallbackScope* async_scope = nullptr;
  int callback_depth = 0;
  AsyncRequest* requests = nullptr;  // intrusive list of what the loop owes an answer to
  // Jobs that wait for nothing but their turn; made at first use.
  DoneJobs& done_jobs();
  // The way to the thread pool; made at first use.
  LoopWork& pool_work();
  int pending_jobs = 0;  // thread-pool jobs that hold the loop open

 protected:
  void set_context(v8::Local<v8::Context> context) { context_.Reset(isolate_, context); }
  void set_async_storage(double* fields, uint32_t* hooks) {
    async_fields_ = fields;
    async_hooks_ = hooks;
  }
  void reset_handles();

 private:
  v8::Isolate* isolate_;
  uv_loop_t* loop_;
  v8::Global<v8::Context> context_;
  v8::Global<v8::Object> buffer_prototype_;
  AsyncCallbacks async_callbacks_;
  std::vector<double> destroyed_;
  double own_fields_[AsyncIds::kFieldCount] = {};
  uint32_t own_hooks_[AsyncIds::kHookCount] = {};
  double* async_fields_ = own_fields_;
  uint32_t* async_hooks_ = own_hooks_;
  std::atomic<bool> can_call_into_js_ = true;  // another thread may stop this one
  std::shared_ptr<const Permissions> permissions_;
  std::unique_ptr<DoneJobs> done_jobs_;
  std::unique_ptr<LoopWork> pool_work_;
  Wrapped* wrapped_ = nullptr;  // intrusive list
  std::unordered_map<const void*, v8::Global<v8::FunctionTemplate>> templates_;
};

// Entered by everything that calls JavaScript from the event loop. The outermost one drains ticks
// and microtasks when it closes. Opens a HandleScope and enters the main context.
class CallbackScope {
 public:
  explicit CallbackScope(Realm& realm);
  // Also enters a resource's async context and tells the hooks. `object` is what
  // executionAsyncResource() returns meanwhile.
  CallbackScope(const AsyncResource& resource, v8::Local<v8::Value> object);
  ~CallbackScope();
  CallbackScope(const CallbackScope&) = delete;
  void operator=(const CallbackScope&) = delete;

  v8::Local<v8::Value> resource() const { return resource_; }
  double async_id() const { return async_id_; }
  CallbackScope* outer() const { return outer_scope_; }

 private:
  Realm& realm_;
  v8::HandleScope handles_;
  v8::Context::Scope context_;
  v8::Local<v8::Value> outer_frame_;
  v8::Local<v8::Value> resource_;
  CallbackScope* outer_scope_ = nullptr;
  double async_id_ = -1;
  double outer_ids_[2];
};

}  // namespace gyre
