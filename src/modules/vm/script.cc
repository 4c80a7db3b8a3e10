// native('vm'): scripts, functions and modules that are compiled for a context and run in one.
#include <memory>
#include <vector>

#include "binding/binding.h"
#include "loader/decorate.h"
#include "loader/module_host.h"
#include "loader/module_wrap.h"
#include "modules/vm/context.h"
#include "modules/vm/watchdog.h"
#include "runtime/environment.h"
#include "v8-microtask-queue.h"

namespace gyre::vm {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// The context for a contextified object; the main one for anything else.
v8::Local<v8::Context> context_or_main(Realm& js, v8::Local<v8::Value> object) {
  v8::Local<v8::Context> context;
  return context_of(js, object).ToLocal(&context) ? context : js.context();
}

v8::ScriptCompiler::CachedData* cached_data(v8::Local<v8::Value> value) {
  if (!value->IsArrayBufferView()) return nullptr;
  const auto bytes = bytes_of(value);
  return new v8::ScriptCompiler::CachedData(bytes.data(), static_cast<int>(bytes.size()));
}

v8::ScriptOrigin origin_of(Realm& js, v8::Local<v8::Value> filename, v8::Local<v8::Value> line,
                           v8::Local<v8::Value> column, v8::Local<v8::Value> host_id) {
  return v8::ScriptOrigin(filename, line.As<v8::Int32>()->Value(), column.As<v8::Int32>()->Value(), true, -1, {}, false,
                          false, false, loader::host_options(js.isolate(), host_id));
}

v8::Local<v8::Value> cache_to_js(Realm& js, std::unique_ptr<v8::ScriptCompiler::CachedData> data) {
  if (!data) return v8::Undefined(js.isolate());
  return js.buffer(std::vector<uint8_t>(data->data, data->data + data->length));
}

// Passes a compile error on, with the source line in front of its stack.
void rethrow_compile_error(Realm& js, v8::Local<v8::Context> context, v8::TryCatch& caught) {
  if (!caught.HasTerminated()) loader::decorate(js, context, caught.Exception(), caught.Message(), "\n");
  caught.ReThrow();
}

// An object that holds what was compiled. Not a Wrapped: the collector alone looks after many of them far better.
struct ScriptTemplate {
  explicit ScriptTemplate(Environment& js) {
    v8::Local<v8::ObjectTemplate> made = v8::ObjectTemplate::New(js.isolate());
    made->SetInternalFieldCount(1);
    object.Reset(js.isolate(), made);
  }
  v8::Global<v8::ObjectTemplate> object;
};

v8::MaybeLocal<v8::Object> hold(Realm& js, v8::Local<v8::UnboundScript> script) {
  const auto& holders = Environment::from(js).module_state<ScriptTemplate>();
  v8::Local<v8::Object> object;
  if (!holders.object.Get(js.isolate())->NewInstance(js.context()).ToLocal(&object)) return {};
  object->SetInternalField(0, script);
  return object;
}

v8::Local<v8::UnboundScript> held_script(v8::Local<v8::Value> object) {
  CHECK(object->IsObject() && object.As<v8::Object>()->InternalFieldCount() == 1);
  return object.As<v8::Object>()->GetInternalField(0).As<v8::UnboundScript>();
}

// createCachedData(script)
v8::Local<v8::Value> create_cached_data(Realm& js, v8::Local<v8::Value> script) {
  return cache_to_js(
      js, std::unique_ptr<v8::ScriptCompiler::CachedData>(v8::ScriptCompiler::CreateCodeCache(held_script(script))));
}

Watchdog::Limits limits_of(v8::Local<v8::Value> timeout, v8::Local<v8::Value> break_on_sigint) {
  Watchdog::Limits limits;
  const double ms = timeout.As<v8::Number>()->Value();
  if (ms >= 0) limits.timeout_ms = static_cast<uint64_t>(ms);
  limits.break_on_sigint = break_on_sigint->IsTrue();
  return limits;
}

// Runs `evaluate`, and the microtasks of a queue of its own, within limits. False means that an
// exception is pending: what the script threw, or that it took too long.
template <typename Evaluate>
bool run_within(Realm& js, const Watchdog::Limits& limits, v8::MicrotaskQueue* queue, Evaluate evaluate) {
  const auto evaluate_all = [&] {
    if (!evaluate()) return false;
    if (queue) queue->PerformCheckpoint(js.isolate());
    return true;
  };
  if (!limits.any()) return evaluate_all();

  Watchdog watchdog(js.isolate(), limits);
  if (auto started = watchdog.start(); !started) {
    js.throw_error(started.error());
    return false;
  }
  bool done;
  {
    v8::TryCatch caught(js.isolate());
    done = evaluate_all();
    watchdog.stop();
    if (!watchdog.timed_out() && !watchdog.interrupted()) {
      if (!done || caught.HasTerminated()) caught.ReThrow();
      return done && !caught.HasTerminated();
    }
  }
  // Who ended the whole thread meanwhile means that, too.
  if (Environment::from(js).stopping()) return false;
  // It was this watchdog that ended the script, or came too late to: the program goes on.
  js.isolate()->CancelTerminateExecution();
  if (watchdog.timed_out()) {
    js.throw_coded(ErrorType::Error, "ERR_SCRIPT_EXECUTION_TIMEOUT",
                   "Script execution timed out after " + std::to_string(*limits.timeout_ms) + "ms");
  } else {
    js.throw_coded(ErrorType::Error, "ERR_SCRIPT_EXECUTION_INTERRUPTED",
                   "Script execution was interrupted by `SIGINT`");
  }
  return false;
}

// runScript(script, contextObject or null, timeout or -1, displayErrors, breakOnSigint)
void run_script(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  v8::Isolate* isolate = js.isolate();
  v8::Local<v8::Context> context = context_or_main(js, info[1]);
  v8::Context::Scope entered(context);
  v8::TryCatch caught(isolate);
  v8::Local<v8::Script> script = held_script(info[0])->BindToCurrentContext();
  v8::Local<v8::Value> result;
  const bool done = run_within(js, limits_of(info[2], info[4]), own_queue_of(js, context),
                               [&] { return script->Run(context).ToLocal(&result); });
  if (done && !caught.HasCaught()) return info.GetReturnValue().Set(result);
  if (info[3]->IsTrue() && !caught.HasTerminated()) {
    loader::decorate(js, context, caught.Exception(), caught.Message(), "\n");
  }
  caught.ReThrow();
}

// compileScript(code, filename, line, column, cachedData, hostId, contextObject): the script, or [script,
// sourceMapURL, rejected] where there is more to say.
void compile_script(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  v8::Isolate* isolate = js.isolate();
  v8::Local<v8::Context> context = context_or_main(js, info[6]);
  v8::Context::Scope entered(context);
  v8::TryCatch caught(isolate);
  v8::ScriptCompiler::CachedData* cached = cached_data(info[4]);
  v8::ScriptCompiler::Source source(info[0].As<v8::String>(), origin_of(js, info[1], info[2], info[3], info[5]),
                                    cached);
  const auto options = cached ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions;
  v8::Local<v8::UnboundScript> script;
  if (!v8::ScriptCompiler::CompileUnboundScript(isolate, &source, options).ToLocal(&script)) {
    return rethrow_compile_error(js, context, caught);
  }
  v8::Local<v8::Object> object;
  if (!hold(js, script).ToLocal(&object)) return;
  v8::Local<v8::Value> rejected = v8::Undefined(isolate);
  if (cached) rejected = v8::Boolean::New(isolate, source.GetCachedData()->rejected);
  v8::Local<v8::Value> url = script->GetSourceMappingURL();
  v8::Local<v8::Value> name = script->GetSourceURL();
  if (url->IsUndefined() && name->IsUndefined() && !cached) return info.GetReturnValue().Set(object);
  v8::Local<v8::Value> out[] = {object, url, rejected, name};
  info.GetReturnValue().Set(v8::Array::New(isolate, out, 4));
}

// The elements of an array of ours, each of which is a T.
template <typename T>
std::vector<v8::Local<T>> elements(v8::Local<v8::Context> context, v8::Local<v8::Value> value) {
  std::vector<v8::Local<T>> out;
  if (!value->IsArray()) return out;
  v8::Local<v8::Array> array = value.As<v8::Array>();
  for (uint32_t i = 0; i < array->Length(); ++i) {
    v8::Local<v8::Value> element;
    if (array->Get(context, i).ToLocal(&element)) out.push_back(element.As<T>());
  }
  return out;
}

// compileFunction(code, filename, line, column, cachedData, hostId, contextObject, extensions,
// parameters, producesCache): [function, sourceMapURL, rejected, cache].
void compile_function(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  v8::Isolate* isolate = js.isolate();
  v8::Local<v8::Context> context = context_or_main(js, info[6]);
  std::vector<v8::Local<v8::Object>> extensions = elements<v8::Object>(js.context(), info[7]);
  std::vector<v8::Local<v8::String>> parameters = elements<v8::String>(js.context(), info[8]);
  v8::Context::Scope entered(context);
  v8::TryCatch caught(isolate);
  v8::ScriptCompiler::CachedData* cached = cached_data(info[4]);
  v8::ScriptCompiler::Source source(info[0].As<v8::String>(), origin_of(js, info[1], info[2], info[3], info[5]),
                                    cached);
  const auto options = cached ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions;
  v8::Local<v8::Function> function;
  if (!v8::ScriptCompiler::CompileFunction(context, &source, parameters.size(), parameters.data(), extensions.size(),
                                           extensions.data(), options)
           .ToLocal(&function)) {
    return rethrow_compile_error(js, context, caught);
  }
  v8::Local<v8::Value> rejected = v8::Undefined(isolate);
  if (cached) rejected = v8::Boolean::New(isolate, source.GetCachedData()->rejected);
  v8::Local<v8::Value> cache = v8::Undefined(isolate);
  if (info[9]->IsTrue()) {
    cache = cache_to_js(
        js, std::unique_ptr<v8::ScriptCompiler::CachedData>(v8::ScriptCompiler::CreateCodeCacheForFunction(function)));
  }
  v8::Local<v8::Value> out[] = {function, function->GetScriptOrigin().SourceMapUrl(), rejected, cache};
  info.GetReturnValue().Set(v8::Array::New(isolate, out, 4));
}

// compileModule(code, identifier, line, column, cachedData, hostId, contextObject): the wrap.
void compile_module(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  v8::ScriptCompiler::CachedData* cached = cached_data(info[4]);
  const loader::ModuleWrap::Origin origin{info[1], info[2].As<v8::Int32>()->Value(), info[3].As<v8::Int32>()->Value(),
                                          info[5]};
  bool rejected = false;
  v8::Local<v8::Object> wrap;
  if (!loader::ModuleWrap::compile(js, context_or_main(js, info[6]), info[0].As<v8::String>(), origin, cached,
                                   &rejected)
           .ToLocal(&wrap)) {
    return;
  }
  if (cached) js.set(wrap, "cachedDataRejected", v8::Boolean::New(js.isolate(), rejected));
  info.GetReturnValue().Set(wrap);
}

// createSynthetic(identifier, names, steps, contextObject): the wrap.
v8::Local<v8::Value> create_synthetic(Realm& js, v8::Local<v8::String> identifier,
                                      std::vector<v8::Local<v8::String>> names, v8::Local<v8::Function> steps,
                                      v8::Local<v8::Value> context_object) {
  return loader::ModuleWrap::synthetic(js, context_or_main(js, context_object), identifier, names, steps);
}

void do_nothing(const Info&) {}

v8::Local<v8::Function> noop(Realm& js) {
  return v8::Function::New(js.context(), do_nothing, {}, 0, v8::ConstructorBehavior::kThrow).ToLocalChecked();
}

// A promise of the main context for one of another, settled already if that one is: what belongs to
// a context with a microtask queue of its own would else wait for that queue.
v8::Local<v8::Value> promise_for_program(Realm& js, v8::Local<v8::Promise> promise) {
  v8::Local<v8::Context> context = js.context();
  v8::Context::Scope entered(context);
  v8::Local<v8::Promise::Resolver> resolver = v8::Promise::Resolver::New(context).ToLocalChecked();
  switch (promise->State()) {
    case v8::Promise::kFulfilled: resolver->Resolve(context, v8::Undefined(js.isolate())).FromMaybe(false); break;
    case v8::Promise::kRejected:
      // Who handles the program's promise handles this one.
      promise->Catch(promise->GetCreationContextChecked(js.isolate()), noop(js)).IsEmpty();
      resolver->Reject(context, promise->Result()).FromMaybe(false);
      break;
    case v8::Promise::kPending: resolver->Resolve(context, promise).FromMaybe(false); break;
  }
  return resolver->GetPromise();
}

// evaluateModule(wrap, timeout or -1, breakOnSigint, contextObject): the promise.
void evaluate_module(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  loader::ModuleWrap* wrap = unwrap<loader::ModuleWrap>(info[0]);
  CHECK(wrap);
  v8::Local<v8::Context> context = wrap->context();
  v8::Context::Scope entered(context);
  v8::Local<v8::Value> promise;
  if (run_within(js, limits_of(info[1], info[2]), own_queue_of(js, context),
                 [&] { return wrap->module()->Evaluate(context).ToLocal(&promise); })) {
    if (context != js.context()) promise = promise_for_program(js, promise.As<v8::Promise>());
    info.GetReturnValue().Set(promise);
  }
}

// measureMemory(detailed, eager): a promise of what V8 knows.
v8::Local<v8::Value> measure_memory(Realm& js, bool detailed, bool eager) {
  v8::Isolate* isolate = js.isolate();
  v8::Local<v8::Promise::Resolver> resolver = v8::Promise::Resolver::New(js.context()).ToLocalChecked();
  const auto mode = detailed ? v8::MeasureMemoryMode::kDetailed : v8::MeasureMemoryMode::kSummary;
  const auto execution = eager ? v8::MeasureMemoryExecution::kEager : v8::MeasureMemoryExecution::kDefault;
  isolate->MeasureMemory(v8::MeasureMemoryDelegate::Default(isolate, js.context(), resolver, mode), execution);
  return resolver->GetPromise();
}

}  // namespace
}  // namespace gyre::vm

namespace gyre {

GYRE_MODULE(vm) {
  using namespace vm;
  b.raw<&run_script>("runScript", 5);
  b.function<&create_cached_data>("createCachedData");
  b.raw<&make_context>("makeContext", 5);
  b.function<&is_context>("isContext");
  b.raw<&compile_script>("compileScript", 7);
  b.raw<&compile_function>("compileFunction", 10);
  b.raw<&compile_module>("compileModule", 7);
  b.function<&create_synthetic>("createSynthetic");
  b.raw<&evaluate_module>("evaluateModule", 4);
  b.function<&measure_memory>("measureMemory");
}

}  // namespace gyre
