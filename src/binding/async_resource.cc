#include "binding/async_resource.h"

namespace gyre {

void AsyncResource::begin(const char* provider, v8::Local<v8::Object> object) {
  begin(provider, object, realm_.default_trigger_id());
}

void AsyncResource::begin(const char* provider, v8::Local<v8::Object> object, double trigger_id) {
  end();
  live_ = true;
  id_ = realm_.new_async_id();
  trigger_id_ = trigger_id;
  v8::Local<v8::Value> frame = realm_.async_frame();
  if (!frame->IsUndefined()) {
    frame_.Reset(realm_.isolate(), frame);
  } else if (!frame_.IsEmpty()) {
    frame_.Reset();
  }
  realm_.emit_init(object, provider, id_, trigger_id_);
}

void AsyncResource::end() {
  if (live_) realm_.emit_destroy(id_);
  live_ = false;
}

v8::Local<v8::Value> AsyncResource::frame() const {
  if (frame_.IsEmpty()) return v8::Undefined(realm_.isolate());
  return frame_.Get(realm_.isolate());
}

AsyncRequest::AsyncRequest(Realm& realm, const char* provider, double trigger_id)
    : resource_(realm), provider_(provider), next_(realm.requests) {
  if (next_) next_->previous_ = this;
  realm.requests = this;
  v8::Local<v8::Object> announced;
  if (realm.async_hooks()[AsyncIds::kInit] > 0) announced = object();
  resource_.begin(provider, announced, trigger_id < 0 ? realm.default_trigger_id() : trigger_id);
}

AsyncRequest::~AsyncRequest() {
  if (next_) next_->previous_ = previous_;
  (previous_ ? previous_->next_ : resource_.realm().requests) = next_;
}

v8::Local<v8::Object> AsyncRequest::object() {
  v8::Isolate* isolate = resource_.realm().isolate();
  if (object_.IsEmpty()) object_.Reset(isolate, v8::Object::New(isolate));
  return object_.Get(isolate);
}

v8::Local<v8::Value> AsyncRequest::known_object() const {
  v8::Isolate* isolate = resource_.realm().isolate();
  if (object_.IsEmpty()) return v8::Undefined(isolate);
  return object_.Get(isolate);
}

void AsyncRequest::call_back(v8::Local<v8::Object> receiver, v8::Local<v8::String> key, int argc,
                             v8::Local<v8::Value> argv[]) {
  Realm& realm = resource_.realm();
  if (!realm.can_call_into_js()) return;
  v8::Local<v8::Value> function;
  if (!receiver->Get(realm.context(), key).ToLocal(&function) || !function->IsFunction()) return;
  CallbackScope scope(resource_, known_object());
  realm.call(receiver, function.As<v8::Function>(), argc, argv);
}

}  // namespace gyre
