// What util.inspect and util.getCallSites need to know and script cannot find out.
#include <cinttypes>
#include <cstdio>

#include "binding/binding.h"

namespace gyre::util {

using v8::Array;
using v8::Local;
using v8::Name;
using v8::Object;
using v8::Value;

// [target, handler] of a proxy, both null once it is revoked; undefined for anything else.
Local<Value> get_proxy_details(Realm& js, Local<Value> value) {
  if (!value->IsProxy()) return v8::Undefined(js.isolate());
  Local<v8::Proxy> proxy = value.As<v8::Proxy>();
  Local<Value> details[] = {proxy->GetTarget(), proxy->GetHandler()};
  return Array::New(js.isolate(), details, 2);
}

// [state, result]: state is 0 (pending), 1 (fulfilled) or 2 (rejected).
Local<Value> get_promise_details(Realm& js, Local<Value> value) {
  if (!value->IsPromise()) return v8::Undefined(js.isolate());
  Local<v8::Promise> promise = value.As<v8::Promise>();
  const v8::Promise::PromiseState state = promise->State();
  Local<Value> details[] = {v8::Integer::New(js.isolate(), state), v8::Undefined(js.isolate())};
  if (state != v8::Promise::kPending) details[1] = promise->Result();
  return Array::New(js.isolate(), details, 2);
}

// [entries, areKeysAndValues] of a collection or its iterator, which does not advance.
Local<Value> preview_entries(Realm& js, Local<Value> value) {
  if (!value->IsObject()) return v8::Undefined(js.isolate());
  bool are_pairs = false;
  Local<Array> entries;
  if (!value.As<Object>()->PreviewEntries(&are_pairs).ToLocal(&entries)) return v8::Undefined(js.isolate());
  Local<Value> details[] = {entries, v8::Boolean::New(js.isolate(), are_pairs)};
  return Array::New(js.isolate(), details, 2);
}

// Own keys that are not array indices; all of them, or those that are enumerable.
void get_own_non_index_properties(const v8::FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsObject()) return;
  v8::Isolate* isolate = info.GetIsolate();
  const auto filter = info[1]->IsTrue() ? v8::ONLY_ENUMERABLE : v8::ALL_PROPERTIES;
  Local<Array> keys;
  if (info[0]
          .As<Object>()
          ->GetPropertyNames(isolate->GetCurrentContext(), v8::KeyCollectionMode::kOwnOnly, filter,
                             v8::IndexFilter::kSkipIndices)
          .ToLocal(&keys)) {
    info.GetReturnValue().Set(keys);
  }
}

// The name of what made an object, also where it has no `constructor` to ask.
Local<v8::String> get_constructor_name(Realm&, Local<Object> object) { return object->GetConstructorName(); }

std::string get_external_address(Realm&, Local<Value> value) {
  if (!value->IsExternal()) return "";
  char text[32];
  std::snprintf(text, sizeof text, "%" PRIxPTR, reinterpret_cast<uintptr_t>(value.As<v8::External>()->Value()));
  return text;
}

// The frames above the caller, innermost first: { functionName, scriptId, scriptName, lineNumber,
// columnNumber } each. `skip` leaves out the innermost ones, which are ours.
Local<Value> get_call_sites(Realm& js, uint32_t count, uint32_t skip) {
  v8::Isolate* isolate = js.isolate();
  Local<v8::StackTrace> stack = v8::StackTrace::CurrentStackTrace(isolate, static_cast<int>(count + skip));
  const uint32_t frames = static_cast<uint32_t>(stack->GetFrameCount());
  Local<Array> sites = Array::New(isolate);
  for (uint32_t i = skip; i < frames; i++) {
    Local<v8::StackFrame> frame = stack->GetFrame(isolate, i);
    auto text_or_empty = [&](Local<v8::String> text) -> Local<Value> {
      return text.IsEmpty() ? v8::String::Empty(isolate) : text;
    };
    // Without a prototype: what a script puts on Object.prototype is no property of a site.
    Local<Object> site = Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0);
    js.set(site, "functionName", text_or_empty(frame->GetFunctionName()));
    js.set(site, "scriptId", js.string(std::to_string(frame->GetScriptId())));
    js.set(site, "scriptName", text_or_empty(frame->GetScriptName()));
    js.set(site, "lineNumber", v8::Integer::New(isolate, frame->GetLineNumber()));
    js.set(site, "columnNumber", v8::Integer::New(isolate, frame->GetColumn()));
    // The old name of columnNumber.
    js.set(site, "column", v8::Integer::New(isolate, frame->GetColumn()));
    sites->Set(js.context(), i - skip, site).Check();
  }
  return sites;
}

GYRE_MODULE(util) {
  b.function<&get_proxy_details>("getProxyDetails");
  b.function<&get_promise_details>("getPromiseDetails");
  b.function<&preview_entries>("previewEntries");
  b.raw<&get_own_non_index_properties>("getOwnNonIndexProperties", 2);
  b.function<&get_constructor_name>("getConstructorName");
  b.function<&get_external_address>("getExternalAddress");
  b.function<&get_call_sites>("getCallSites");
}

}  // namespace gyre::util
