#include "binding/job.h"

namespace gyre {

JobBase::JobBase(Realm& realm, v8::Local<v8::Value> callback, const char* provider)
    : realm_(realm), permissions_(realm.permissions()), asked_(realm, provider) {
  if (callback->IsFunction()) callback_.Reset(realm.isolate(), callback.As<v8::Function>());
}

v8::Local<v8::Value> JobBase::start() {
  v8::Local<v8::Value> promise = v8::Undefined(realm_.isolate());
  if (callback_.IsEmpty()) {
    v8::Local<v8::Promise::Resolver> resolver =
        v8::Promise::Resolver::New(realm_.isolate()->GetCurrentContext()).ToLocalChecked();
    resolver_.Reset(realm_.isolate(), resolver);
    promise = resolver->GetPromise();
  }
  // Hooks hear of a job's end between the turns of the loop: they get those of a thread. And only the
  // job itself knows how to ask whether it is permitted.
  DoneJobs& done = realm_.done_jobs();
  const bool may_be_at_once = realm_.async_hooks()[AsyncIds::kInit] == 0 && !realm_.permissions();
  if (may_be_at_once && !done.is_full() && work_at_once(realm_.pending_jobs == 0)) {
    done.add(std::unique_ptr<JobBase>(this));
    return promise;
  }
  realm_.pending_jobs++;
  realm_.pool_work().submit(this);
  return promise;
}

void JobBase::run_in_pool() {
  const PermissionScope scope(permissions_.get());
  work();
}

void JobBase::back_on_loop() {
  realm_.pending_jobs--;
  if (realm_.can_call_into_js()) finish();
  delete this;
}

void JobBase::finish() {
  v8::Isolate* isolate = realm_.isolate();
  v8::HandleScope handles(isolate);
  v8::Context::Scope entered(realm_.context());
  CallbackScope scope(asked_.resource(), asked_.known_object());
  v8::Local<v8::Value> error;
  v8::Local<v8::Value> value = outcome(error);
  if (!callback_.IsEmpty()) {
    v8::Local<v8::Value> null = v8::Null(isolate);
    v8::Local<v8::Value> argv[] = {error.IsEmpty() ? null : error, value};
    realm_.call(v8::Undefined(isolate), callback_.Get(isolate), error.IsEmpty() && !value->IsUndefined() ? 2 : 1, argv);
    return;
  }
  v8::Local<v8::Promise::Resolver> resolver = resolver_.Get(isolate);
  if (error.IsEmpty()) {
    resolver->Resolve(isolate->GetCurrentContext(), value).Check();
  } else {
    resolver->Reject(isolate->GetCurrentContext(), error).Check();
  }
}

DoneJobs::DoneJobs(Realm& realm) : realm_(realm) {
  uv_idle_init(realm.loop(), &idle_);
  uv_check_init(realm.loop(), &check_);
  idle_.data = check_.data = this;
}

void DoneJobs::add(std::unique_ptr<JobBase> job) {
  if (fresh_.empty() && due_.empty()) {
    uv_idle_start(&idle_, [](uv_idle_t* handle) { static_cast<DoneJobs*>(handle->data)->deliver(); });
    uv_check_start(&check_, [](uv_check_t* handle) {
      auto* self = static_cast<DoneJobs*>(handle->data);
      if (self->due_.empty()) self->due_.swap(self->fresh_);
    });
  }
  fresh_.push_back(std::move(job));
}

void DoneJobs::deliver() {
  for (std::unique_ptr<JobBase>& job : std::exchange(due_, {})) {
    if (realm_.can_call_into_js()) job->finish();
    job.reset();
  }
  if (!fresh_.empty() || !due_.empty()) return;
  uv_idle_stop(&idle_);
  uv_check_stop(&check_);
}

void DoneJobs::close() {
  fresh_.clear();
  due_.clear();
  uv_close(reinterpret_cast<uv_handle_t*>(&idle_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&check_), nullptr);
}

}  // namespace gyre
