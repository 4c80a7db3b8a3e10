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

// The variables as NAME=VALUE, but nameless ones.
std::vector<std::string> all_variables() {
  std::lock_guard guard(lock());
  std::vector<std::string> pairs;
  for (char** at = environ; at && *at; at++) {
    if (std::string_view(*at).find('=', 1) != std::string_view::npos) pairs.emplace_back(*at);
  }
  return pairs;
}

// Reading process.env is common in hot code, and asking the system each time takes as long as ten reads of a property.
// So the object of the main thread holds every variable as a property, which all that writes by way of process.env
// keeps up to date; what native code does to the environment is seen by `in` and by listing. As soon as a worker shares
// the environment, whose writes nobody here sees, the properties go and each read asks.
struct Mirror {
  explicit Mirror(Realm&) {}
  v8::Global<v8::Object> object;  // empty where there is none, or no more
  bool storing = false;           // what happens to the object is not the program's doing
};

Mirror& mirror(Realm& js) { return Environment::from(js).module_state<Mirror>(); }

void store(Realm& js, Mirror& mirror, v8::Local<v8::Name> name, std::string_view value) {
  if (mirror.object.IsEmpty()) return;
  mirror.storing = true;
  mirror.object.Get(js.isolate())->CreateDataProperty(js.context(), name, js.string(value)).Check();
  mirror.storing = false;
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
  Mirror& mirror = gyre::mirror(js);
  if (mirror.storing) return v8::Intercepted::kNo;
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
    if (setenv(name.c_str(), content.c_str(), 1) != 0) return v8::Intercepted::kYes;
    if (name == "TZ") tzset();
  }
  // Both ended at a null character for the system.
  if (name.find('\0') == std::string::npos) store(js, mirror, key, content.c_str());
  if (name == "TZ") {
    isolate->DateTimeConfigurationChangeNotification(v8::Isolate::TimeZoneDetection::kRedetect);
  }
  return v8::Intercepted::kYes;
}

v8::Intercepted query(v8::Local<v8::Name> key, const v8::PropertyCallbackInfo<v8::Integer>& info) {
  if (key->IsSymbol()) return v8::Intercepted::kNo;
  Realm& js = Realm::from(info.GetIsolate());
  if (mirror(js).storing) return v8::Intercepted::kNo;
  const std::string name = utf8(js, key.As<v8::String>());
  trace(js, "query", name);
  if (!variable(name)) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(v8::None);
  return v8::Intercepted::kYes;
}

v8::Intercepted remove(v8::Local<v8::Name> key, const v8::PropertyCallbackInfo<v8::Boolean>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  Mirror& mirror = gyre::mirror(js);
  if (mirror.storing) return v8::Intercepted::kNo;
  if (!key->IsSymbol()) {
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
  // The property of the mirror goes, too.
  if (!mirror.object.IsEmpty()) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(true);
  return v8::Intercepted::kYes;
}

void enumerate(const v8::PropertyCallbackInfo<v8::Array>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  trace(js, "enumerate environment variables", "");
  std::vector<v8::Local<v8::Value>> names;
  for (const std::string_view pair : all_variables()) names.push_back(js.string(pair.substr(0, pair.find('=', 1))));
  info.GetReturnValue().Set(v8::Array::New(js.isolate(), names.data(), names.size()));
}

v8::Intercepted define(v8::Local<v8::Name> key, const v8::PropertyDescriptor& descriptor,
                       const v8::PropertyCallbackInfo<void>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  if (mirror(js).storing) return v8::Intercepted::kNo;
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

v8::Local<v8::Object> make_object(Realm& js, v8::NamedPropertyGetterCallback getter) {
  v8::Local<v8::FunctionTemplate> holder = v8::FunctionTemplate::New(js.isolate());
  v8::Local<v8::ObjectTemplate> shape = holder->InstanceTemplate();
  shape->SetHandler(v8::NamedPropertyHandlerConfiguration(getter, set, query, remove, enumerate, define, nullptr, {},
                                                          v8::PropertyHandlerFlags::kHasNoSideEffect));
  v8::Local<v8::Object> env = shape->NewInstance(js.context()).ToLocalChecked();
  // An ordinary object to the program: its prototype is Object.prototype.
  v8::Local<v8::Value> object_prototype = v8::Object::New(js.isolate())->GetPrototypeV2();
  env->SetPrototypeV2(js.context(), object_prototype).Check();
  return env;
}

// Makes each variable a property of `env`, which has no getter.
void fill(Realm& js, v8::Local<v8::Object> env) {
  Mirror& mirror = gyre::mirror(js);
  mirror.object.Reset(js.isolate(), env);
  for (const std::string_view pair : all_variables()) {
    v8::HandleScope handles(js.isolate());
    const size_t equals = pair.find('=', 1);
    store(js, mirror, js.string(pair.substr(0, equals)), pair.substr(equals + 1));
  }
}

}  // namespace

v8::Local<v8::Value> environment_object(Realm& js) {
  const Environment& env = Environment::from(js);
  const ParsedOptions& options = env.options();
  if (!env.config().is_main_thread) return make_object(js, get);
  tracing.with_stack = options.flag("--trace-env-js-stack");
  tracing.on = tracing.with_stack || options.flag("--trace-env") || options.flag("--trace-env-native-stack");
  // A snapshot is not to hold the variables of the process that made it.
  if (tracing.on || options.flag("--build-snapshot") || options.values.contains("--build-snapshot-config")) {
    return make_object(js, get);
  }
  v8::Local<v8::Object> object = make_object(js, nullptr);
  fill(js, object);
  return object;
}

v8::Local<v8::Value> share_environment(Realm& js, v8::Local<v8::Value> current) {
  Mirror& mirror = gyre::mirror(js);
  if (mirror.object.IsEmpty()) return current;
  v8::Local<v8::Object> env = mirror.object.Get(js.isolate());
  v8::Local<v8::Context> context = js.context();
  v8::Local<v8::Array> names =
      env->GetPropertyNames(context, v8::KeyCollectionMode::kOwnOnly, v8::SKIP_SYMBOLS,
                            v8::IndexFilter::kIncludeIndices, v8::KeyConversionMode::kConvertToString)
          .ToLocalChecked();
  mirror.storing = true;
  for (uint32_t i = 0; i < names->Length(); i++) {
    env->Delete(context, names->Get(context, i).ToLocalChecked()).Check();
  }
  mirror.storing = false;
  mirror.object.Reset();
  // Whoever holds the object goes on reading from it: what it lacks it inherits.
  v8::Local<v8::Object> shared = make_object(js, get);
  env->SetPrototypeV2(context, shared).Check();
  return current == env ? shared.As<v8::Value>() : current;
}

v8::Local<v8::Value> environment_pairs(Realm& js, v8::Local<v8::Value> env) {
  const Mirror& mirror = gyre::mirror(js);
  if (mirror.object.IsEmpty() || mirror.object != env) return v8::Undefined(js.isolate());
  std::vector<v8::Local<v8::Value>> pairs;
  for (const std::string& pair : all_variables()) pairs.push_back(js.string(pair));
  return v8::Array::New(js.isolate(), pairs.data(), pairs.size());
}

void add_environment_references(std::vector<intptr_t>& references) {
  references.insert(references.end(), {reinterpret_cast<intptr_t>(get), reinterpret_cast<intptr_t>(set),
                                       reinterpret_cast<intptr_t>(query), reinterpret_cast<intptr_t>(remove),
                                       reinterpret_cast<intptr_t>(enumerate), reinterpret_cast<intptr_t>(define)});
}

}  // namespace gyre
