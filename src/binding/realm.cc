#include "binding/realm.h"

#include <cstring>
#include <memory>

#include "base/check.h"
#include "binding/array_memory.h"
#include "binding/job.h"
#include "binding/wrapped.h"
#include "loop/work_pool.h"

namespace gyre {

Realm::Realm(v8::Isolate* isolate, uv_loop_t* loop) : isolate_(isolate), loop_(loop) {
  own_fields_[AsyncIds::kLastId] = 1;
  own_fields_[AsyncIds::kDefaultTriggerId] = -1;
  isolate_->SetData(0, this);
}

// The isolate is gone by now, and its data with it.
Realm::~Realm() = default;

void Realm::reset_handles() {
  templates_.clear();
  buffer_prototype_.Reset();
  async_callbacks_ = {};
  context_.Reset();
}

v8::Local<v8::String> Realm::string(std::string_view utf8) {
  v8::Local<v8::String> text;
  if (!v8::String::NewFromUtf8(isolate_, utf8.data(), v8::NewStringType::kNormal, static_cast<int>(utf8.size()))
           .ToLocal(&text)) {
    return v8::String::Empty(isolate_);
  }
  return text;
}

v8::Local<v8::String> Realm::latin1(std::string_view bytes) {
  v8::Local<v8::String> text;
  if (!v8::String::NewFromOneByte(isolate_, reinterpret_cast<const uint8_t*>(bytes.data()), v8::NewStringType::kNormal,
                                  static_cast<int>(bytes.size()))
           .ToLocal(&text)) {
    return v8::String::Empty(isolate_);
  }
  return text;
}

v8::Local<v8::String> Realm::name(std::string_view utf8) {
  return v8::String::NewFromUtf8(isolate_, utf8.data(), v8::NewStringType::kInternalized, static_cast<int>(utf8.size()))
      .ToLocalChecked();
}

void Realm::set(v8::Local<v8::Object> object, std::string_view key, v8::Local<v8::Value> value) {
  object->Set(isolate_->GetCurrentContext(), name(key), value).Check();
}

v8::Local<v8::Value> Realm::exception(const Error& error) {
  if (const auto* system = std::get_if<SystemError>(&error)) {
    const char* code = uv_err_name(system->code);
    std::string message = std::string(code) + ": " + uv_strerror(system->code) + ", " + system->syscall;
    // One NUL stands for an empty path that was given: modules/fs/system.h.
    const auto shown = [](const std::string& path) { return path == std::string_view("\0", 1) ? std::string() : path; };
    if (!system->path.empty()) message += " '" + shown(system->path) + "'";
    if (!system->dest.empty()) message += " -> '" + shown(system->dest) + "'";
    v8::Local<v8::Object> result = v8::Exception::Error(string(message)).As<v8::Object>();
    // A program may have put setters on Object.prototype; what one of them throws is the error then.
    v8::TryCatch caught(isolate_);
    const auto put = [&](std::string_view key, v8::Local<v8::Value> value) {
      return !result->Set(isolate_->GetCurrentContext(), name(key), value).IsNothing();
    };
    const bool complete = put("errno", v8::Integer::New(isolate_, system->code)) && put("code", string(code)) &&
                          put("syscall", string(system->syscall)) &&
                          (system->path.empty() || put("path", string(shown(system->path)))) &&
                          (system->dest.empty() || put("dest", string(shown(system->dest))));
    return complete || !caught.HasCaught() ? v8::Local<v8::Value>(result) : caught.Exception();
  }
  if (const auto* coded = std::get_if<CodedError>(&error)) {
    v8::Local<v8::String> message = string(coded->message);
    v8::Local<v8::Value> result;
    switch (coded->type) {
      case ErrorType::TypeError: result = v8::Exception::TypeError(message); break;
      case ErrorType::RangeError: result = v8::Exception::RangeError(message); break;
      case ErrorType::SyntaxError: result = v8::Exception::SyntaxError(message); break;
      case ErrorType::Error: result = v8::Exception::Error(message); break;
    }
    set(result.As<v8::Object>(), "code", string(coded->code));
    return result;
  }
  if (const auto* denied = std::get_if<AccessDenied>(&error)) {
    v8::Local<v8::Object> result = v8::Exception::Error(string(denied->message)).As<v8::Object>();
    set(result, "code", string("ERR_ACCESS_DENIED"));
    set(result, "permission", string(denied->permission));
    set(result, "resource", string(denied->resource));
    return result;
  }
  return v8::Undefined(isolate_);  // Thrown: the exception is already pending
}

void Realm::throw_error(const Error& error) {
  if (std::holds_alternative<Thrown>(error)) return;
  isolate_->ThrowException(exception(error));
}

Thrown Realm::throw_coded(ErrorType type, const char* code, std::string_view message) {
  throw_error(CodedError{type, code, std::string(message)});
  return {};
}

v8::MaybeLocal<v8::Value> Realm::call(v8::Local<v8::Value> receiver, v8::Local<v8::Function> function, int argc,
                                      v8::Local<v8::Value> argv[]) {
  if (!can_call_into_js()) return {};
  // An exception is, to V8 and its debuggers, caught by nobody: the isolate's message listener reports it.
  v8::TryCatch caught(isolate_);
  caught.SetVerbose(true);
  return function->Call(isolate_->GetCurrentContext(), receiver, argc, argv);
}

v8::Local<v8::Value> Realm::buffer(std::vector<uint8_t> bytes) {
  const size_t size = bytes.size();
  // V8 does not call the deleter of a store without memory.
  if (size == 0) return buffer(v8::ArrayBuffer::NewBackingStore(isolate_, 0), 0, 0);
  auto* owner = new std::vector<uint8_t>(std::move(bytes));
  std::shared_ptr<v8::BackingStore> store = v8::ArrayBuffer::NewBackingStore(
      owner->data(), size, [](void*, size_t, void* data) { delete static_cast<std::vector<uint8_t>*>(data); }, owner);
  return buffer(std::move(store), 0, size);
}

v8::Local<v8::Value> Realm::buffer(std::shared_ptr<v8::BackingStore> store, size_t offset, size_t length) {
  weigh_on_young_generation(isolate_, store->ByteLength());
  v8::Local<v8::Uint8Array> array =
      v8::Uint8Array::New(v8::ArrayBuffer::New(isolate_, std::move(store)), offset, length);
  if (!buffer_prototype_.IsEmpty()) {
    array->SetPrototypeV2(isolate_->GetCurrentContext(), buffer_prototype_.Get(isolate_)).Check();
  }
  return array;
}

void Realm::emit_init(v8::Local<v8::Object> resource, const char* type, double async_id, double trigger_id) {
  if (!type || async_hooks_[AsyncIds::kInit] == 0 || async_callbacks_.init.IsEmpty() || !can_call_into_js()) return;
  v8::Local<v8::Value> args[] = {v8::Number::New(isolate_, async_id), name(type), v8::Number::New(isolate_, trigger_id),
                                 resource};
  call(v8::Undefined(isolate_), async_callbacks_.init.Get(isolate_), 4, args);
}

void Realm::emit_destroy(double async_id) {
  if (async_hooks_[AsyncIds::kDestroy] == 0 || !can_call_into_js()) return;
  // Usually the environment tells the hooks once a loop turn. A program that never returns to the
  // loop gets its turn in a microtask, lest the list grows for ever.
  constexpr size_t kTooMany = 16384;
  destroyed_.push_back(async_id);
  if (destroyed_.size() != kTooMany) return;
  isolate_->RequestInterrupt(
      [](v8::Isolate* isolate, void*) {
        isolate->EnqueueMicrotask([](void* realm) { static_cast<Realm*>(realm)->tell_destroyed(); },
                                  &Realm::from(isolate));
      },
      nullptr);
}

void Realm::tell_destroyed() {
  v8::HandleScope handles(isolate_);
  v8::Context::Scope entered(context());
  while (!destroyed_.empty()) {
    std::vector<double> ids;
    ids.swap(destroyed_);
    if (async_callbacks_.destroy.IsEmpty() || !can_call_into_js()) return;
    std::vector<v8::Local<v8::Value>> values;
    for (double id : ids) values.push_back(v8::Number::New(isolate_, id));
    v8::Local<v8::Value> args[] = {v8::Array::New(isolate_, values.data(), values.size())};
    call(v8::Undefined(isolate_), async_callbacks_.destroy.Get(isolate_), 1, args);
  }
}

void Realm::emit_before(double async_id) {
  if (async_hooks_[AsyncIds::kBefore] == 0 || async_callbacks_.before.IsEmpty()) return;
  v8::Local<v8::Value> args[] = {v8::Number::New(isolate_, async_id)};
  call(v8::Undefined(isolate_), async_callbacks_.before.Get(isolate_), 1, args);
}

void Realm::emit_after(double async_id) {
  if (async_hooks_[AsyncIds::kAfter] == 0 || async_callbacks_.after.IsEmpty()) return;
  v8::Local<v8::Value> args[] = {v8::Number::New(isolate_, async_id)};
  call(v8::Undefined(isolate_), async_callbacks_.after.Get(isolate_), 1, args);
}

void Realm::add(Wrapped& wrapped) {
  wrapped.next_ = wrapped_;
  wrapped.previous_ = nullptr;
  if (wrapped_) wrapped_->previous_ = &wrapped;
  wrapped_ = &wrapped;
}

void Realm::remove(Wrapped& wrapped) {
  if (wrapped.next_) wrapped.next_->previous_ = wrapped.previous_;
  (wrapped.previous_ ? wrapped.previous_->next_ : wrapped_) = wrapped.next_;
  wrapped.next_ = wrapped.previous_ = nullptr;
}

DoneJobs& Realm::done_jobs() {
  if (!done_jobs_) done_jobs_ = std::make_unique<DoneJobs>(*this);
  return *done_jobs_;
}

LoopWork& Realm::pool_work() {
  if (!pool_work_) pool_work_ = std::make_unique<LoopWork>(loop_);
  return *pool_work_;
}

void Realm::dispose_wrapped() {
  set_can_call_into_js(false);
  if (done_jobs_) done_jobs_->close();
  for (Wrapped* at = wrapped_; at;) {
    Wrapped* next = at->next_;
    at->dispose();
    at = next;
  }
  while (uv_loop_alive(loop_) && uv_run(loop_, UV_RUN_ONCE) != 0) {
  }
  // All jobs are back: they kept the loop alive.
  if (pool_work_) {
    pool_work_->close();
    uv_run(loop_, UV_RUN_NOWAIT);
  }
  // The destructor takes each off the list.
  while (wrapped_) delete wrapped_;  // NOLINT(clang-analyzer-cplusplus.NewDelete): that is what it cannot see
}

CallbackScope::CallbackScope(Realm& realm)
    : realm_(realm), handles_(realm.isolate()), context_(realm.context()), outer_frame_(realm.async_frame()) {
  realm_.callback_depth++;
}

CallbackScope::CallbackScope(const AsyncResource& resource, v8::Local<v8::Value> object)
    : CallbackScope(resource.realm()) {
  realm_.set_async_frame(resource.frame());
  async_id_ = resource.id();
  resource_ = object;
  outer_scope_ = realm_.async_scope;
  realm_.async_scope = this;
  double* fields = realm_.async_fields();
  outer_ids_[0] = fields[AsyncIds::kExecutionId];
  outer_ids_[1] = fields[AsyncIds::kTriggerId];
  fields[AsyncIds::kExecutionId] = async_id_;
  fields[AsyncIds::kTriggerId] = resource.trigger_id();
  realm_.emit_before(async_id_);
}

CallbackScope::~CallbackScope() {
  if (async_id_ >= 0) {
    realm_.emit_after(async_id_);
    realm_.async_scope = outer_scope_;
    double* fields = realm_.async_fields();
    fields[AsyncIds::kExecutionId] = outer_ids_[0];
    fields[AsyncIds::kTriggerId] = outer_ids_[1];
  }
  realm_.set_async_frame(outer_frame_);
  if (realm_.callback_depth == 1) realm_.drain();
  realm_.callback_depth--;
}

}  // namespace gyre
