#include "binding/binding.h"

#include <algorithm>

namespace gyre {

void Binding::add(const char* name, v8::FunctionCallback callback, int length, const v8::CFunction* fast,
                  const char* data) {
  if (references_) {
    references_->push_back(reinterpret_cast<intptr_t>(callback));
    if (fast) {
      references_->push_back(reinterpret_cast<intptr_t>(fast->GetAddress()));
      references_->push_back(reinterpret_cast<intptr_t>(fast->GetTypeInfo()));
    }
    if (data) references_->push_back(reinterpret_cast<intptr_t>(data));
    return;
  }
  v8::Isolate* isolate = realm_->isolate();
  v8::Local<v8::Value> extra;
  if (data) extra = v8::External::New(isolate, const_cast<char*>(data));
  v8::Local<v8::FunctionTemplate> function = v8::FunctionTemplate::New(
      isolate, callback, extra, {}, length, v8::ConstructorBehavior::kThrow, v8::SideEffectType::kHasSideEffect, fast);
  v8::Local<v8::String> key = realm_->name(name);
  v8::Local<v8::Function> made = function->GetFunction(isolate->GetCurrentContext()).ToLocalChecked();
  made->SetName(key);
  target_->Set(isolate->GetCurrentContext(), key, made).Check();
}

void Binding::constant(const char* name, double value) {
  if (realm_) realm_->set(target_, name, v8::Number::New(realm_->isolate(), value));
}

void Binding::constant(const char* name, const char* value) {
  if (realm_) realm_->set(target_, name, realm_->string(value));
}

void Binding::value(const char* name, const std::function<v8::Local<v8::Value>(Realm&)>& make) {
  if (realm_) realm_->set(target_, name, make(*realm_));
}

v8::MaybeLocal<v8::Object> bind_module(Realm& js, std::string_view name) {
  const NativeModule* end = kNativeModules + kNativeModuleCount;
  const NativeModule* at =
      std::lower_bound(kNativeModules, end, name, [](const NativeModule& m, std::string_view n) { return m.name < n; });
  if (at == end || at->name != name) {
    js.throw_coded(ErrorType::Error, "ERR_INTERNAL_ASSERTION", "No such native module: " + std::string(name));
    return {};
  }
  v8::EscapableHandleScope handles(js.isolate());
  v8::Local<v8::Object> target = v8::Object::New(js.isolate());
  Binding b(js, target);
  at->bind(b);
  return handles.Escape(target);
}

void collect_references(std::vector<intptr_t>& references) {
  Binding b(references);
  for (size_t i = 0; i < kNativeModuleCount; i++) kNativeModules[i].bind(b);
}

}  // namespace gyre
