#include "binding/wrapped.h"

#include "base/check.h"

namespace gyre {

Wrapped::Wrapped(Realm& realm, v8::Local<v8::Object> object, const ClassTag& tag) : realm_(realm) {
  CHECK(object->InternalFieldCount() >= kFieldCount);
  object->SetAlignedPointerInInternalField(kTag, const_cast<ClassTag*>(&tag));
  object->SetAlignedPointerInInternalField(kPointer, this);
  object_.Reset(realm.isolate(), object);
  make_weak();
  realm_.add(*this);
}

Wrapped::~Wrapped() {
  realm_.remove(*this);
  if (!object_.IsEmpty()) {
    v8::HandleScope handles(realm_.isolate());
    object_.ClearWeak();
    // Late calls on the JavaScript object find nothing behind it.
    v8::Local<v8::Object> object = object_.Get(realm_.isolate());
    object->SetAlignedPointerInInternalField(kTag, nullptr);
    object->SetAlignedPointerInInternalField(kPointer, nullptr);
    object_.Reset();
  }
}

void Wrapped::make_weak() {
  object_.SetWeak(
      this,
      [](const v8::WeakCallbackInfo<Wrapped>& info) {
        Wrapped* self = info.GetParameter();
        self->object_.Reset();
        // Deleting may run code that V8 forbids during collection, so it waits for the second pass.
        info.SetSecondPassCallback([](const v8::WeakCallbackInfo<Wrapped>& info) { info.GetParameter()->collected(); });
      },
      v8::WeakCallbackType::kParameter);
}

void Wrapped::pin() {
  if (pins_++ == 0) object_.ClearWeak();
}

void Wrapped::unpin() {
  CHECK(pins_ > 0);
  if (--pins_ == 0 && !object_.IsEmpty()) make_weak();
}

Wrapped* Wrapped::of_any_class(Realm& realm, v8::Local<v8::Value> value) {
  if (!value->IsObject()) return nullptr;
  v8::Local<v8::Object> object = value.As<v8::Object>();
  if (object->InternalFieldCount() < kFieldCount) return nullptr;
  // Others have objects with internal fields too: only the tags of classes we bound are known.
  void* tag = object->GetAlignedPointerFromInternalField(kTag);
  if (!tag || !realm.templates().contains(tag)) return nullptr;
  return static_cast<Wrapped*>(object->GetAlignedPointerFromInternalField(kPointer));
}

void* Wrapped::unwrap_tagged(v8::Local<v8::Value> value, const ClassTag& tag) {
  if (!value->IsObject()) return nullptr;
  v8::Local<v8::Object> object = value.As<v8::Object>();
  if (object->InternalFieldCount() < kFieldCount) return nullptr;
  auto* at = static_cast<const ClassTag*>(object->GetAlignedPointerFromInternalField(kTag));
  for (; at; at = at->base) {
    if (at == &tag) return object->GetAlignedPointerFromInternalField(kPointer);
  }
  return nullptr;
}

AsyncWrapped::AsyncWrapped(Realm& realm, v8::Local<v8::Object> object, const ClassTag& tag, const char* provider)
    : Wrapped(realm, object, tag), resource_(realm) {
  resource_.begin(provider, object);
}

void AsyncWrapped::call_back(v8::Local<v8::Function> function, int argc, v8::Local<v8::Value> argv[]) {
  if (!realm().can_call_into_js()) return;
  v8::HandleScope handles(realm().isolate());
  v8::Local<v8::Object> self = object();
  CallbackScope scope(resource_, self);
  realm().call(self, function, argc, argv);
}

void AsyncWrapped::call_back(v8::Local<v8::String> key, int argc, v8::Local<v8::Value> argv[]) {
  if (!realm().can_call_into_js()) return;
  v8::HandleScope handles(realm().isolate());
  v8::Local<v8::Object> self = object();
  v8::Local<v8::Value> function;
  if (!self->Get(realm().context(), key).ToLocal(&function) || !function->IsFunction()) return;
  call_back(function.As<v8::Function>(), argc, argv);
}

}  // namespace gyre
