#include "runtime/environment_variables.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include <mutex>
#include <optional>
#include <string>

#include "binding/binding.h"
#include "runtime/environment.h"
#include "runtime/options.h"
#include "runtime/stack_dump.h"

namespace gyre {
namespace {

// getenv and setenv are not safe beside each other; all of ours go through this lock.
std::mutex& lock() {
  static auto* mutex = new std::mutex;
  return *mutex;
}

// --trace-env and its like: what a program does with process.env is told on standard error.
struct Tracing {
  bool on = false;
  bool with_stack = false;
};
Tracing tracing;

void trace_stack(Realm& js) {
  v8::Isolate* isolate = js.isolate();
  const int limit = stack_frame_limit(Environment::from(js).options());
  v8::Local<v8::StackTrace> stack = v8::StackTrace::CurrentStackTrace(isolate, limit, v8::StackTrace::kDetailed);
  std::string text = "\n----- JavaScript stack trace -----\n\n";
  for (int i = 0; i < stack->GetFrameCount(); i++) {
    text += std::to_string(i + 1) + ": " + format_frame(js, stack->GetFrame(isolate, static_cast<uint32_t>(i))) + '\n';
  }
  write_to_stderr(text + "\n\n");
}

void trace(Realm& js, std::string_view what, std::string_view name) {
  if (!tracing.on) return;
  std::string text = "[--trace-env] " + std::string(what);
  if (!name.empty()) text += " \"" + std::string(name) + '"';
  write_to_stderr(text + '\n');
  if (tracing.with_stack) trace_stack(js);
}

std::optional<std::string> variable(const std::string& name) {
  std::lock_guard guard(lock());
  const char* value = getenv(name.c_str());
  if (!value) return std::nullopt;
  return value;
}

v8::Intercepted get(v8::Local<v8::Name> key, const v8::PropertyCallbackInfo<v8::Value>& info) {
  if (key->IsSymbol()) return v8::Intercepted::kNo;
  Realm& js = Realm::from(info.GetIsolate());
  const std::string name = utf8(js, key.As<v8::String>());
  trace(js, "get", name);
  auto value = variable(name);
  if (!value) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(js.string(*value));
  return v8::Intercepted::kYes;
}

v8::Intercepted set(v8::Local<v8::Name> key, v8::Local<v8::Value> value, const v8::PropertyCallbackInfo<void>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (key->IsSymbol() || value->IsSymbol()) {
    isolate->ThrowException(v8::Exception::TypeError(js.string("Cannot convert a Symbol value to a string")));
    return v8::Intercepted::kYes;
  }
  v8::Local<v8::String> text;
  if (!value->ToString(context).ToLocal(&text)) return v8::Intercepted::kYes;
  const std::string name = utf8(js, key.As<v8::String>());
  const std::string content = utf8(js, text);
  trace(js, "set", name);
  {
    std::lock_guard guard(lock());
    setenv(name.c_str(), content.c_str(), 1);
    if (name == "TZ") tzset();
  }
  if (name == "TZ") {
    isolate->DateTimeConfigurationChangeNotification(v8::Isolate::TimeZoneDetection::kRedetect);
  }
  return v8::Intercepted::kYes;
}

v8::Intercepted query(v8::Local<v8::Name> key, const v8::PropertyCallbackInfo<v8::Integer>& info) {
  if (key->IsSymbol()) return v8::Intercepted::kNo;
  Realm& js = Realm::from(info.GetIsolate());
  const std::string name = utf8(js, key.As<v8::String>());
  trace(js, "query", name);
  if (!variable(name)) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(v8::None);
  return v8::Intercepted::kYes;
}

v8::Intercepted remove(v8::Local<v8::Name> key, const v8::PropertyCallbackInfo<v8::Boolean>& info) {
  if (!key->IsSymbol()) {
    Realm& js = Realm::from(info.GetIsolate());
    const std::string name = utf8(js, key.As<v8::String>());
    trace(js, "delete", name);
    {
      std::lock_guard guard(lock());
      unsetenv(name.c_str());
      if (name == "TZ") tzset();
    }
    if (name == "TZ") {
      info.GetIsolate()->DateTimeConfigurationChangeNotification(v8::Isolate::TimeZoneDetection::kRedetect);
    }
  }
  info.GetReturnValue().Set(true);
  return v8::Intercepted::kYes;
}

void enumerate(const v8::PropertyCallbackInfo<v8::Array>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  trace(js, "enumerate environment variables", "");
  std::vector<v8::Local<v8::Value>> names;
  std::lock_guard guard(lock());
  for (char** at = environ; at && *at; at++) {
    const std::string_view pair(*at);
    const size_t equals = pair.find('=', 1);
    if (equals != std::string_view::npos) names.push_back(js.string(pair.substr(0, equals)));
  }
  info.GetReturnValue().Set(v8::Array::New(js.isolate(), names.data(), names.size()));
}

v8::Intercepted define(v8::Local<v8::Name> key, const v8::PropertyDescriptor& descriptor,
                       const v8::PropertyCallbackInfo<void>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  const auto refuse = [&](const char* message) {
    js.throw_coded(ErrorType::TypeError, "ERR_INVALID_OBJECT_DEFINE_PROPERTY", message);
    return v8::Intercepted::kYes;
  };
  if (descriptor.has_get() || descriptor.has_set()) {
    return refuse("'process.env' does not accept an accessor(getter/setter) descriptor");
  }
  if (descriptor.has_value()) {
    if (!descriptor.has_configurable() || !descriptor.has_enumerable() || !descriptor.has_writable() ||
        !descriptor.configurable() || !descriptor.enumerable() || !descriptor.writable()) {
      return refuse("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
    }
    return set(key, descriptor.value(), info);
  }
  return refuse("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
}

}  // namespace

v8::Local<v8::Value> environment_object(Realm& js) {
  if (const Environment& env = Environment::from(js); env.config().is_main_thread) {
    const ParsedOptions& options = env.options();
    tracing.with_stack = options.flag("--trace-env-js-stack");
    tracing.on = tracing.with_stack || options.flag("--trace-env") || options.flag("--trace-env-native-stack");
  }
  v8::Local<v8::FunctionTemplate> holder = v8::FunctionTemplate::New(js.isolate());
  v8::Local<v8::ObjectTemplate> shape = holder->InstanceTemplate();
  shape->SetHandler(v8::NamedPropertyHandlerConfiguration(get, set, query, remove, enumerate, define, nullptr, {},
                                                          v8::PropertyHandlerFlags::kHasNoSideEffect));
  v8::Local<v8::Object> env = shape->NewInstance(js.context()).ToLocalChecked();
  // An ordinary object to the program: its prototype is Object.prototype.
  v8::Local<v8::Value> object_prototype = v8::Object::New(js.isolate())->GetPrototypeV2();
  env->SetPrototypeV2(js.context(), object_prototype).Check();
  return env;
}

void add_environment_references(std::vector<intptr_t>& references) {
  references.insert(references.end(), {reinterpret_cast<intptr_t>(get), reinterpret_cast<intptr_t>(set),
                                       reinterpret_cast<intptr_t>(query), reinterpret_cast<intptr_t>(remove),
                                       reinterpret_cast<intptr_t>(enumerate), reinterpret_cast<intptr_t>(define)});
}

}  // namespace gyre
