// native('inspector').
#include "binding/binding.h"
#include "modules/inspector/agent.h"
#include "modules/inspector/main_session.h"
#include "modules/inspector/server.h"
#include "runtime/environment.h"

namespace gyre::inspector {
namespace {

// A session of the thread with its own inspector: messages go to a function.
class Connection final : public Wrapped, private Frontend {
 public:
  static constexpr ClassTag kTag{"Connection", nullptr};

  Connection(Realm& js, v8::Local<v8::Object> object, v8::Local<v8::Function> on_message)
      : Wrapped(js, object, kTag), Frontend(js), on_message_(js.isolate(), on_message) {
    session_ = Agent::of(js).connect(*this);
    pin();
  }

  void dispatch(Realm& js, v8::Local<v8::String> message) {
    if (session_) Agent::of(js).dispatch(*this, *session_, message);
  }
  void disconnect() {
    if (!session_) return;
    close();
    unpin();
  }
  void dispose() override { close(); }
  // The value that the protocol calls by an id.
  v8::Local<v8::Value> unwrap(Realm& js, v8::Local<v8::String> id) {
    std::vector<uint16_t> units(static_cast<size_t>(id->Length()));
    id->WriteV2(js.isolate(), 0, static_cast<uint32_t>(units.size()), units.data());
    std::unique_ptr<v8_inspector::StringBuffer> error, group;
    v8::Local<v8::Value> value;
    v8::Local<v8::Context> context;
    if (!session_ || !session_->unwrapObject(&error, v8_inspector::StringView(units.data(), units.size()), &value,
                                             &context, &group)) {
      return v8::Undefined(js.isolate());
    }
    return value;
  }

 private:
  void close() {
    if (session_) Agent::of(realm()).forget(*this);
    session_.reset();
  }
  void send(v8::Local<v8::String> message) override {
    Realm& js = realm();
    // At the end of the environment too, when other script does not run any more.
    if (js.isolate()->IsExecutionTerminating()) return;
    v8::Local<v8::Value> argv[] = {message};
    v8::TryCatch caught(js.isolate());
    if (on_message_.Get(js.isolate())->Call(js.context(), object(), 1, argv).IsEmpty() && caught.HasCaught()) {
      js.report_exception(caught.Exception(), caught.Message());
    }
  }

  v8::Global<v8::Function> on_message_;
  std::unique_ptr<v8_inspector::V8InspectorSession> session_;
};

Result<int32_t> open_server(Realm& js, std::string host, int32_t port, bool on_stderr, bool on_http) {
  GYRE_TRY(permit(Permission::Inspector, "StartIoThread"));
  return Agent::of(js).listen(host, port, {on_stderr, on_http});
}
void close_server(Realm& js) { Agent::of(js).close_server(); }
v8::Local<v8::Value> server_url(Realm& js) {
  Server* server = Agent::of(js).server();
  if (!server) return v8::Undefined(js.isolate());
  return js.string(server->url());
}
int32_t context_id(Realm& js, v8::Local<v8::Object> global) {
  v8::Local<v8::Context> context;
  if (!global->GetCreationContext(js.isolate()).ToLocal(&context)) return 0;
  return Agent::of(js).context_id(context);
}
void emit_event(Realm& js, std::string event, std::string parameters) { Agent::of(js).emit(event, parameters); }
void expect_debugger(Realm& js) { Agent::of(js).expect_debugger(); }
void wait_for_debugger(Realm& js) { Agent::of(js).wait_for_debugger(); }
void wait_for_disconnect(Realm& js) { Agent::of(js).wait_for_disconnect(); }

void async_task_scheduled(Realm& js, std::string type, double id) { Agent::of(js).async_task_scheduled(type, id); }
void async_task_started(Realm& js, double id) { Agent::of(js).async_task_started(id); }
void async_task_finished(Realm& js, double id) { Agent::of(js).async_task_finished(id); }
void async_task_canceled(Realm& js, double id) { Agent::of(js).async_task_canceled(id); }

void set_commands(Realm& js, v8::Local<v8::Function> answer) { Agent::of(js).set_commands(answer); }
void set_command_line_installer(Realm& js, v8::Local<v8::Function> installer) {
  Agent::of(js).set_command_line_installer(installer);
}

// atEnd(function): called when the environment ends in whatever way but by a signal, last of all.
void at_end(Realm& js, v8::Local<v8::Function> function) {
  Environment& env = Environment::from(js);
  auto kept = std::make_shared<v8::Global<v8::Function>>(js.isolate(), function);
  env.at_exit([&env, kept] {
    v8::Isolate* isolate = env.isolate();
    // A worker may have been terminated.
    isolate->CancelTerminateExecution();
    v8::HandleScope handles(isolate);
    v8::Context::Scope entered(env.context());
    v8::TryCatch caught(isolate);
    if (kept->Get(isolate)->Call(env.context(), v8::Undefined(isolate), 0, nullptr).IsEmpty() && caught.HasCaught()) {
      v8::String::Utf8Value text(isolate, caught.Exception());
      std::fprintf(stderr, "%s\n", *text ? *text : "Recording failed");
    }
    kept->Reset();
  });
}

// callBoth(report, write, ...values), to be bound: a console's method, first the inspector's and then
// that which writes. Being no script it is not seen on the stack.
void call_both(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = Realm::from(isolate).context();
  std::vector<v8::Local<v8::Value>> arguments;
  for (int i = 2; i < info.Length(); i++) arguments.push_back(info[i]);
  const int count = static_cast<int>(arguments.size());
  if (info[0].As<v8::Function>()->Call(context, info.This(), count, arguments.data()).IsEmpty()) return;
  v8::Local<v8::Value> result;
  if (info[1].As<v8::Function>()->Call(context, info.This(), count, arguments.data()).ToLocal(&result)) {
    info.GetReturnValue().Set(result);
  }
}

// callPaused(function, receiver, ...arguments): the debugger stops at the function's first statement.
void call_paused(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  std::vector<v8::Local<v8::Value>> arguments;
  for (int i = 2; i < info.Length(); i++) arguments.push_back(info[i]);
  Agent::of(js).pause_on_next_statement();
  v8::Local<v8::Value> result;
  if (info[0]
          .As<v8::Function>()
          ->Call(js.context(), info[1], static_cast<int>(arguments.size()), arguments.data())
          .ToLocal(&result)) {
    info.GetReturnValue().Set(result);
  }
}

}  // namespace

GYRE_MODULE(inspector) {
  b.class_<Connection>("Connection")
      .constructor<v8::Local<v8::Function>>()
      .method<&Connection::dispatch>("dispatch")
      .method<&Connection::unwrap>("unwrap")
      .method<&Connection::disconnect>("disconnect");
  b.class_<MainSession>("MainSession")
      .constructor<v8::Local<v8::Function>>()
      .method<&MainSession::dispatch>("dispatch")
      .method<&MainSession::disconnect>("disconnect");
  b.function<&open_server>("open");
  b.function<&close_server>("close");
  b.function<&server_url>("url");
  b.function<&context_id>("contextId");
  b.function<&emit_event>("emit");
  b.function<&expect_debugger>("expectDebugger");
  b.function<&wait_for_debugger>("waitForDebugger");
  b.function<&wait_for_disconnect>("waitForDisconnect");
  b.function<&async_task_scheduled>("asyncTaskScheduled");
  b.function<&async_task_started>("asyncTaskStarted");
  b.function<&async_task_finished>("asyncTaskFinished");
  b.function<&async_task_canceled>("asyncTaskCanceled");
  b.function<&set_commands>("setCommands");
  b.function<&set_command_line_installer>("setCommandLineInstaller");
  b.function<&at_end>("atEnd");
  b.raw<&call_both>("callBoth", 2);
  b.raw<&call_paused>("callPaused", 2);
}

}  // namespace gyre::inspector
