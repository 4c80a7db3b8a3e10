// The native modules of the runtime itself: what its scripts need of C++.
#include <uv.h>

#include "binding/binding.h"
#include "engine/builtins.h"
#include "runtime/environment.h"
#include "runtime/options.h"

namespace gyre {
namespace {

void compile(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  std::string id;
  if (!from_js(js, info[0], id)) return;
  const Builtin* builtin = find_builtin(id);
  if (!builtin) {
    js.throw_coded(ErrorType::Error, "ERR_UNKNOWN_BUILTIN_MODULE", "No such built-in module: " + id);
    return;
  }
  v8::Local<v8::Function> function;
  if (compile_builtin(js.context(), *builtin).ToLocal(&function)) info.GetReturnValue().Set(function);
}

void bind(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  std::string name;
  if (!from_js(js, info[0], name)) return;
  v8::Local<v8::Object> module;
  if (bind_module(js, name).ToLocal(&module)) info.GetReturnValue().Set(module);
}

// Pairs [id, public name] of every script.
v8::Local<v8::Value> scripts(Realm& js) {
  std::vector<v8::Local<v8::Value>> all;
  for (size_t i = 0; i < kBuiltinCount; i++) {
    v8::Local<v8::Value> pair[] = {js.name(kBuiltins[i].id), js.name(kBuiltins[i].public_name)};
    all.push_back(v8::Array::New(js.isolate(), pair, 2));
  }
  return v8::Array::New(js.isolate(), all.data(), all.size());
}

void run_microtasks(const v8::FunctionCallbackInfo<v8::Value>& info) {
  info.GetIsolate()->PerformMicrotaskCheckpoint();
}

// The queue of the thread's own context, kept where it is read at once: queueMicrotask() is called often.
v8::MicrotaskQueue& microtask_queue(v8::Isolate* isolate) {
  constexpr uint32_t kSlot = 1;
  if (!isolate->GetData(kSlot)) {
    const v8::HandleScope handles(isolate);
    isolate->SetData(kSlot, Realm::from(isolate).context()->GetMicrotaskQueue());
  }
  return *static_cast<v8::MicrotaskQueue*>(isolate->GetData(kSlot));
}

// enqueueMicrotask(callback): a function, which may be of a context with a queue of its own; it runs with the
// program's microtasks all the same.
void js_enqueue_microtask(const v8::FunctionCallbackInfo<v8::Value>& info) {
  microtask_queue(info.GetIsolate()).EnqueueMicrotask(info.GetIsolate(), info[0].As<v8::Function>());
}
void fast_enqueue_microtask(v8::Local<v8::Value>, v8::Local<v8::Value> callback, v8::FastApiCallbackOptions& options) {
  microtask_queue(options.isolate).EnqueueMicrotask(options.isolate, callback.As<v8::Function>());
}

// V8's own functions for the continuation data: script calls them without crossing into C++.
v8::Local<v8::Value> extra(Realm& js, const char* name) {
  v8::Local<v8::Context> context = js.isolate()->GetCurrentContext();
  return context->GetExtrasBindingObject()->Get(context, js.name(name)).ToLocalChecked();
}
v8::Local<v8::Value> get_frame(Realm& js) { return extra(js, "getContinuationPreservedEmbedderData"); }
v8::Local<v8::Value> set_frame(Realm& js) { return extra(js, "setContinuationPreservedEmbedderData"); }

void schedule(Realm& js, int64_t delay) { Environment::from(js).schedule_timer(delay); }
// setTimerRef(ref), setImmediateRef(ref) and now() run for many a timer: optimized code calls them without a frame.
void set_timer_ref(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Environment::from(info.GetIsolate()).set_timer_ref(info[0]->IsTrue());
}
void fast_set_timer_ref(v8::Local<v8::Value>, bool ref, v8::FastApiCallbackOptions& options) {
  Environment::from(options.isolate).set_timer_ref(ref);
}
void set_immediate_ref(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Environment::from(info.GetIsolate()).set_immediate_ref(info[0]->IsTrue());
}
void fast_set_immediate_ref(v8::Local<v8::Value>, bool ref, v8::FastApiCallbackOptions& options) {
  Environment::from(options.isolate).set_immediate_ref(ref);
}
void now(const v8::FunctionCallbackInfo<v8::Value>& info) {
  info.GetReturnValue().Set(Environment::from(info.GetIsolate()).now());
}
double fast_now(v8::Local<v8::Value>, v8::FastApiCallbackOptions& options) {
  return Environment::from(options.isolate).now();
}
// The time at which this turn of the loop began: for limits of seconds it spares a look at the clock.
double loop_time(Realm& js) { return static_cast<double>(uv_now(js.loop())); }
double fast_loop_time(v8::Local<v8::Object>, v8::FastApiCallbackOptions& options) {
  return loop_time(Realm::from(options.isolate));
}
void slow_loop_time(const v8::FunctionCallbackInfo<v8::Value>& info) {
  info.GetReturnValue().Set(loop_time(Realm::from(info.GetIsolate())));
}

v8::Local<v8::Value> option_value(Realm& js, const OptionSpec& spec, const ParsedOptions& options) {
  switch (spec.kind) {
    case OptionKind::Flag: return to_js(js, options.flag(spec.name));
    case OptionKind::Number: return to_js(js, options.number(spec.name));
    case OptionKind::List: return to_js(js, options.list(spec.name));
    case OptionKind::Text: return to_js(js, options.text(spec.name));
    case OptionKind::Engine: {
      auto at = options.values.find(spec.name);
      if (at == options.values.end()) return v8::False(js.isolate());
      if (const auto* text = std::get_if<std::string>(&at->second)) return to_js(js, *text);
      const bool* on = std::get_if<bool>(&at->second);
      return to_js(js, on && *on);
    }
  }
  return v8::Undefined(js.isolate());
}

v8::Local<v8::Value> get_option(Realm& js, std::string name) {
  const OptionSpec* spec = find_option(name);
  if (!spec) return v8::Undefined(js.isolate());
  return option_value(js, *spec, Environment::from(js).options());
}

// Whether the command line (or NODE_OPTIONS) gave the option, as opposed to its default.
bool is_option_given(Realm& js, std::string name) { return Environment::from(js).options().values.contains(name); }

// [name, shorthand, kind, allowed in NODE_OPTIONS, help] of every option.
v8::Local<v8::Value> option_rows(Realm& js) {
  static constexpr const char* kKinds[] = {"flag", "text", "number", "list", "engine"};
  std::vector<v8::Local<v8::Value>> rows;
  for (const OptionSpec& spec : option_table()) {
    v8::Local<v8::Value> row[] = {js.name(spec.name), js.name(spec.shorthand),
                                  js.name(kKinds[static_cast<int>(spec.kind)]), to_js(js, spec.in_environment),
                                  js.name(spec.help)};
    rows.push_back(v8::Array::New(js.isolate(), row, 5));
  }
  return v8::Array::New(js.isolate(), rows.data(), rows.size());
}

std::vector<std::string> program_arguments(Realm& js) { return Environment::from(js).options().rest; }
bool script_from_stdin(Realm& js) { return Environment::from(js).options().force_script_from_stdin; }

// Ends the thread (or is taken by a handler) as an exception that nobody caught would.
void raise(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Environment::from(info.GetIsolate()).end_uncaught(info[0], {}, info[1]->BooleanValue(info.GetIsolate()));
}

void set_abort_on_uncaught(Realm& js, bool on) { Environment::from(js).abort_on_uncaught = on; }

// Shows an error as an uncaught one, without ending anything.
void print(const v8::FunctionCallbackInfo<v8::Value>& info) {
  print_uncaught(Environment::from(info.GetIsolate()), info[0],
                 v8::Exception::CreateMessage(info.GetIsolate(), info[0]));
}

// describe(value): in few words, without running any script.
v8::Local<v8::Value> describe(Realm& js, v8::Local<v8::Value> value) {
  v8::Local<v8::String> text;
  return value->ToDetailString(js.context()).ToLocal(&text) ? text : v8::String::Empty(js.isolate());
}

std::string uv_error_name(int32_t code) {
  char name[64];
  return uv_err_name_r(code, name, sizeof name);
}

std::string uv_error_message(int32_t code) {
  char text[128];
  return uv_strerror_r(code, text, sizeof text);
}

// Map { errno => [name, message] } of every libuv error.
v8::Local<v8::Value> error_map(Realm& js) {
  v8::Local<v8::Map> map = v8::Map::New(js.isolate());
#define GYRE_ROW(name, message)                                                                              \
  {                                                                                                          \
    v8::Local<v8::Value> pair[] = {js.string(#name), js.string(message)};                                    \
    map->Set(js.context(), v8::Integer::New(js.isolate(), UV_##name), v8::Array::New(js.isolate(), pair, 2)) \
        .ToLocalChecked();                                                                                   \
  }
  UV_ERRNO_MAP(GYRE_ROW)
#undef GYRE_ROW
  return map;
}

}  // namespace

GYRE_MODULE(builtins) {
  b.raw<&compile>("compile");
  b.raw<&bind>("bind");
  b.function<&scripts>("scripts");
}

GYRE_MODULE(task_queue) {
  b.raw<&run_microtasks>("runMicrotasks");
  b.raw_fast<&js_enqueue_microtask, &fast_enqueue_microtask>("enqueueMicrotask", 1);
}

GYRE_MODULE(async_context) {
  b.value("getFrame", get_frame);
  b.value("setFrame", set_frame);
}

GYRE_MODULE(timers) {
  b.function<&schedule>("schedule");
  b.raw_fast<&set_timer_ref, &fast_set_timer_ref>("setTimerRef", 1);
  b.raw_fast<&set_immediate_ref, &fast_set_immediate_ref>("setImmediateRef", 1);
  b.raw_fast<&now, &fast_now>("now");
  b.raw_fast<&slow_loop_time, &fast_loop_time>("loopTime");
}

GYRE_MODULE(options) {
  b.function<&get_option>("get");
  b.function<&is_option_given>("isGiven");
  b.function<&option_rows>("rows");
  b.function<&program_arguments>("programArguments");
  b.function<&script_from_stdin>("scriptFromStdin");
}

GYRE_MODULE(errors) {
  b.raw<&raise>("raise");
  b.raw<&print>("print");
  b.function<&set_abort_on_uncaught>("setAbortOnUncaught");
  b.function<&describe>("describe");
}

GYRE_MODULE(uv) {
  b.function<&uv_error_name>("errname");
  b.function<&uv_error_message>("errmessage");
  b.function<&error_map>("getErrorMap");
#define GYRE_ROW(name, message) b.constant("UV_" #name, UV_##name);
  UV_ERRNO_MAP(GYRE_ROW)
#undef GYRE_ROW
}

}  // namespace gyre
