#include "modules/inspector/agent.h"

#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

#include "binding/convert.h"
#include "modules/inspector/server.h"
#include "modules/inspector/main_session.h"
#include "runtime/environment.h"
#include "runtime/report/json_writer.h"

namespace gyre::inspector {

using v8_inspector::StringBuffer;
using v8_inspector::StringView;

namespace {

// V8 groups contexts; all of ours are one program.
constexpr int kGroup = 1;

StringView view(std::string_view ascii) {
  return StringView(reinterpret_cast<const uint8_t*>(ascii.data()), ascii.size());
}

v8::Local<v8::String> to_string(v8::Isolate* isolate, StringView text) {
  const int length = static_cast<int>(text.length());
  return (text.is8Bit() ? v8::String::NewFromOneByte(isolate, text.characters8(), v8::NewStringType::kNormal, length)
                        : v8::String::NewFromTwoByte(isolate, text.characters16(), v8::NewStringType::kNormal, length))
      .ToLocalChecked();
}

}  // namespace

void Frontend::forward(StringView message) {
  v8::Isolate* isolate = realm_.isolate();
  v8::HandleScope handles(isolate);
  v8::Context::Scope entered(realm_.context());
  send(to_string(isolate, message));
}

// A debugger at the other end of a socket, or in another thread.
struct Agent::Remote final : Frontend {
  Remote(Agent& agent, Realm& realm, int id, std::function<void(std::string)> deliver)
      : Frontend(realm), agent(agent), id(id), deliver(std::move(deliver)) {}
  ~Remote() override { agent.forget(*this); }
  void send(v8::Local<v8::String> message) override {
    if (deliver) {
      deliver(utf8(realm_, message));
    } else if (agent.server_) {
      agent.server_->send(id, utf8(realm_, message));
    }
  }
  Agent& agent;
  int id;
  std::function<void(std::string)> deliver;
  std::unique_ptr<v8_inspector::V8InspectorSession> session;
};

// How other threads reach the agent of the main thread.
struct Agent::Link {
  std::mutex mutex;
  Agent* agent = nullptr;
  bool is_asked_for = false;
  std::deque<Incoming> waiting;
};

Agent::Link& Agent::main_link() {
  static auto* link = new Link;
  return *link;
}

void Agent::post_to_main(Environment& main, Incoming message) {
  Link& link = main_link();
  std::lock_guard lock(link.mutex);
  if (link.agent) return link.agent->post(std::move(message));
  // It looks for the workers itself when somebody asks it.
  if (message.kind == Incoming::WorkerStarted || message.kind == Incoming::WorkerEnded) return;
  link.waiting.push_back(std::move(message));
  if (link.is_asked_for) return;
  link.is_asked_for = true;
  main.interrupt([&main] {
    v8::HandleScope handles(main.isolate());
    v8::Context::Scope entered(main.context());
    main.call_hook("prepareInspector", 0, nullptr).IsEmpty();
    Agent& agent = Agent::of(main);
    agent.ensure();
    agent.open_inbox();
  });
}

Agent::Agent(Environment& env) : env_(env) {}

Agent::~Agent() {
  if (env_.config().is_main_thread) {
    Link& link = main_link();
    std::lock_guard lock(link.mutex);
    link.agent = nullptr;
  }
  close_server();
  remotes_.clear();
}

Agent& Agent::of(Realm& js) { return Environment::from(js).module_state<Agent>(); }

void Agent::ensure() {
  if (inspector_) return;
  inspector_ = v8_inspector::V8Inspector::create(env_.isolate(), this);
  char process_title[512] = "node";
  uv_get_process_title(process_title, sizeof(process_title));
  const std::string title = std::string(process_title) + "[" + std::to_string(uv_os_getpid()) + "]";
  v8::HandleScope handles(env_.isolate());
  v8_inspector::V8ContextInfo info(env_.context(), kGroup, view(title));
  info.auxData = view(R"({"isDefault":true,"type":"default"})");
  inspector_->contextCreated(info);
}

void Agent::announce(v8::Local<v8::Context> context, const std::string& name, const std::string& origin) {
  if (!inspector_) return;
  // Names may be any text, so they go as UTF-16.
  const auto units = [this](const std::string& text) {
    v8::Local<v8::String> string = env_.string(text);
    std::vector<uint16_t> out(static_cast<size_t>(string->Length()));
    string->WriteV2(env_.isolate(), 0, static_cast<uint32_t>(out.size()), out.data());
    return out;
  };
  const std::vector<uint16_t> name_units = units(name), origin_units = units(origin);
  v8_inspector::V8ContextInfo info(context, kGroup, StringView(name_units.data(), name_units.size()));
  info.origin = StringView(origin_units.data(), origin_units.size());
  info.auxData = view(R"({"isDefault":false,"type":"default"})");
  inspector_->contextCreated(info);
}

int Agent::context_id(v8::Local<v8::Context> context) {
  ensure();
  if (const int id = v8_inspector::V8ContextInfo::executionContextId(context)) return id;
  announce(context, "VM Context", "");
  return v8_inspector::V8ContextInfo::executionContextId(context);
}

std::unique_ptr<v8_inspector::V8InspectorSession> Agent::connect(Frontend& frontend) {
  ensure();
  frontends_.insert(&frontend);
  // Not as one that waits: the first debugger that lets the program run does so for all of them.
  return inspector_->connect(kGroup, &frontend, StringView(), v8_inspector::V8Inspector::kFullyTrusted,
                             v8_inspector::V8Inspector::kNotWaitingForDebugger);
}

void Agent::forget(Frontend& frontend) {
  frontends_.erase(&frontend);
  // The last one that wanted the context to be there at the end is done with it.
  if (!is_ending_ || !frontend.hears_of_end) return;
  for (Frontend* other : frontends_) {
    if (other->hears_of_end) return;
  }
  v8::HandleScope handles(env_.isolate());
  inspector_->contextDestroyed(env_.context());
}

void Agent::dispatch(Frontend& frontend, v8_inspector::V8InspectorSession& session, v8::Local<v8::String> message) {
  v8::Isolate* isolate = env_.isolate();
  v8::HandleScope handles(isolate);
  v8::Local<v8::Context> context = env_.context();
  {
    v8::TryCatch caught(isolate);
    v8::Local<v8::Value> parsed, method;
    if (v8::JSON::Parse(context, message).ToLocal(&parsed) && parsed->IsObject() &&
        parsed.As<v8::Object>()->Get(context, env_.string("method")).ToLocal(&method) && method->IsString() &&
        answer(frontend, utf8(env_, method.As<v8::String>()), parsed.As<v8::Object>())) {
      return;
    }
  }
  std::vector<uint16_t> units(static_cast<size_t>(message->Length()));
  message->WriteV2(isolate, 0, static_cast<uint32_t>(units.size()), units.data());
  session.dispatchProtocolMessage(StringView(units.data(), units.size()));
}

// The commands of the domains that Node adds to V8's. Says whether this was one.
bool Agent::answer(Frontend& frontend, const std::string& method, v8::Local<v8::Object> message) {
  static const std::set<std::string> kDomains = {"IO", "Network", "NodeRuntime", "NodeTracing", "NodeWorker", "Target"};
  const size_t dot = method.find('.');
  const std::string domain = method.substr(0, dot);
  if (dot == std::string::npos || !kDomains.contains(domain)) return false;
  const std::string name = method.substr(dot + 1);
  v8::Local<v8::Context> context = env_.context();

  auto get = [&](v8::Local<v8::Value> object, const char* key) -> v8::Local<v8::Value> {
    v8::Local<v8::Value> value;
    if (!object->IsObject() || !object.As<v8::Object>()->Get(context, env_.string(key)).ToLocal(&value)) {
      return v8::Undefined(env_.isolate());
    }
    return value;
  };
  std::string outcome;
  // Others are not script's business: it would be what a debugger that is starting pauses in.
  if (domain == "Network" || domain == "IO") outcome = ask_script(method, get(message, "params"));
  if (name == "enable") {
    frontend.domains.insert(domain);
    if (domain == "NodeRuntime" && is_waiting_) {
      frontend.send(env_.string(R"({"method":"NodeRuntime.waitingForDebugger"})"));
    }
    if (domain == "NodeWorker") announce_workers(frontend);
  } else if (name == "disable") {
    frontend.domains.erase(domain);
  } else if (method == "NodeRuntime.notifyWhenWaitingForDisconnect") {
    frontend.hears_of_end = get(get(message, "params"), "enabled")->IsTrue();
  } else if (outcome.empty()) {
    return false;
  }
  if (outcome.empty()) outcome = "\"result\":{}";
  v8::Local<v8::Value> number = get(message, "id");
  const std::string id = std::to_string(number->IsInt32() ? number.As<v8::Int32>()->Value() : 0);
  frontend.send(env_.string("{\"id\":" + id + "," + outcome + "}"));
  return true;
}

std::string Agent::ask_script(const std::string& method, v8::Local<v8::Value> parameters) {
  if (commands_.IsEmpty()) return "";
  v8::Local<v8::Value> argv[] = {env_.string(method), parameters};
  v8::Local<v8::Value> text;
  v8::TryCatch caught(env_.isolate());
  if (!commands_.Get(env_.isolate())->Call(env_.context(), v8::Undefined(env_.isolate()), 2, argv).ToLocal(&text)) {
    if (caught.HasCaught() && !caught.HasTerminated()) env_.report_exception(caught.Exception(), caught.Message());
    return "";
  }
  return text->IsString() ? utf8(env_, text.As<v8::String>()) : "";
}

void Agent::emit(const std::string& event, const std::string& parameters) {
  const std::string domain = event.substr(0, event.find('.'));
  const std::string message = "{\"method\":\"" + event + "\",\"params\":" + parameters + "}";
  for (Frontend* frontend : std::set<Frontend*>(frontends_)) {
    if (frontends_.contains(frontend) && frontend->domains.contains(domain)) frontend->send(env_.string(message));
  }
}

bool Agent::say_waiting_for_disconnect() {
  bool heard = false;
  for (Frontend* frontend : std::set<Frontend*>(frontends_)) {
    if (!frontend->hears_of_end) continue;
    heard = true;
    frontend->send(env_.string(R"({"method":"NodeRuntime.waitingForDisconnect"})"));
  }
  return heard;
}

// From here on post() reaches this thread.
void Agent::open_inbox() {
  if (wake_) return;
  wake_ = new uv_async_t;
  wake_->data = this;
  uv_async_init(env_.loop(), wake_, [](uv_async_t* handle) { static_cast<Agent*>(handle->data)->run_inbox(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(wake_));
  env_.at_exit([this] {
    if (env_.config().is_main_thread) {
      Link& link = main_link();
      std::lock_guard lock(link.mutex);
      link.agent = nullptr;
    }
    close_server();
    uv_close(reinterpret_cast<uv_handle_t*>(wake_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_async_t*>(handle); });
    wake_ = nullptr;
  });
  if (!env_.config().is_main_thread) return;
  Link& link = main_link();
  std::lock_guard lock(link.mutex);
  link.agent = this;
  link.is_asked_for = true;
  for (Incoming& message : link.waiting) post(std::move(message));
  link.waiting.clear();
}

namespace {

// "attachedToWorker" of a worker.
std::string describe_worker(Environment& worker) {
  const std::string id = std::to_string(static_cast<int64_t>(worker.config().thread_id));
  const std::vector<std::string>& args = worker.config().args;
  const std::string script = args.size() > 1 ? args[1] : "";
  report::JsonWriter json(true);
  json.open_object();
  json.text("sessionId", id);
  json.open_object("workerInfo");
  json.text("workerId", id);
  json.text("type", "worker");
  json.text("title", "[worker " + id + "] " + worker.config().thread_name);
  json.text("url", script.starts_with('/') ? "file://" + script : script);
  json.close_object();
  json.number("waitingForDebugger", false);
  json.close_object();
  return json.take();
}

// Those that a thread has started, and those that these have.
void collect_workers(Environment& starter, std::vector<std::string>& found) {
  starter.for_each_child([&](Environment& worker) {
    found.push_back(describe_worker(worker));
    collect_workers(worker, found);
  });
}

}  // namespace

void Agent::announce_workers(Frontend& frontend) {
  std::vector<std::string> all;
  collect_workers(env_, all);
  for (const std::string& worker : all) {
    frontend.send(env_.string("{\"method\":\"NodeWorker.attachedToWorker\",\"params\":" + worker + "}"));
  }
}

void tell_of_worker(Environment& main, Environment& worker, bool started) {
  const int id = static_cast<int>(worker.config().thread_id);
  if (started) {
    Agent::post_to_main(main, {Incoming::WorkerStarted, id, describe_worker(worker)});
  } else {
    Agent::post_to_main(main, {Incoming::WorkerEnded, id});
  }
}

int Agent::listen(const std::string& host, int port, Publishing publishing) {
  ensure();
  open_inbox();
  server_ = std::make_unique<Server>(*this, publishing);
  const std::vector<std::string>& args = env_.config().args;
  const int error = server_->start(host, port, args.size() > 1 ? args[1] : "");
  if (error) {
    server_.reset();
    is_expecting_ = is_waiting_ = false;
  }
  return error;
}

void Agent::close_server() {
  server_.reset();
  // Nobody is there any more for what was still to come.
  {
    std::lock_guard lock(mutex_);
    inbox_.clear();
  }
  remotes_.clear();
  has_no_remotes_ = true;
}

void Agent::post(Incoming message) {
  {
    std::lock_guard lock(mutex_);
    inbox_.push_back(std::move(message));
  }
  arrived_.notify_all();
  wake();
}

// Whatever the thread does: it waits in its loop, or it runs script.
void Agent::wake() {
  uv_async_send(wake_);
  env_.isolate()->RequestInterrupt([](v8::Isolate*, void* data) { static_cast<Agent*>(data)->run_inbox(); }, this);
}

void Agent::run_inbox() {
  v8::HandleScope handles(env_.isolate());
  v8::Context::Scope entered(env_.context());
  for (;;) {
    Incoming next{Incoming::Message, 0};
    {
      std::lock_guard lock(mutex_);
      if (inbox_.empty()) return;
      next = std::move(inbox_.front());
      inbox_.pop_front();
    }
    take(std::move(next));
  }
}

void Agent::take(Incoming message) {
  switch (message.kind) {
    case Incoming::Connect: {
      const bool is_thread = static_cast<bool>(message.deliver);
      auto remote = std::make_unique<Remote>(*this, env_, message.session, std::move(message.deliver));
      remote->session = connect(*remote);
      remotes_[message.session] = std::move(remote);
      has_no_remotes_ = false;
      if (!is_thread) std::fputs("Debugger attached.\n", stderr);
      break;
    }
    case Incoming::Message: {
      auto at = remotes_.find(message.session);
      if (at != remotes_.end()) dispatch(*at->second, *at->second->session, env_.string(message.text));
      break;
    }
    case Incoming::Disconnect:
      remotes_.erase(message.session);
      has_no_remotes_ = remotes_.empty();
      // Nobody is left to let the program go on.
      if (has_no_remotes_) is_paused_ = false;
      break;
    case Incoming::WorkerStarted: emit("NodeWorker.attachedToWorker", message.text); break;
    case Incoming::WorkerEnded:
      emit("NodeWorker.detachedFromWorker", "{\"sessionId\":\"" + std::to_string(message.session) + "\"}");
      break;
  }
}

void Agent::wait_for_messages() {
  // A worker may be told to stop meanwhile, and nothing says so to those who wait.
  constexpr auto kPatience = std::chrono::milliseconds(50);
  {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, kPatience, [this] { return !inbox_.empty(); });
  }
  run_inbox();
}

void Agent::pump_until(const bool& done) {
  while (!done) wait_for_messages();
}

void Agent::expect_debugger() { is_expecting_ = is_waiting_ = true; }

void Agent::wait_for_debugger() {
  if (!std::exchange(is_expecting_, false)) is_waiting_ = true;
  if (!is_waiting_) return;
  emit("NodeRuntime.waitingForDebugger", "{}");
  while (is_waiting_ && !env_.stopping()) wait_for_messages();
}

void Agent::wait_for_disconnect() {
  if (!inspector_) return;
  // Workers end with the program: nobody waits for them.
  std::erase_if(remotes_, [](const auto& remote) { return remote.first < 0; });
  has_no_remotes_ = remotes_.empty();
  if (!has_no_remotes_) std::fputs("Waiting for the debugger to disconnect...\n", stderr);
  v8::HandleScope handles(env_.isolate());
  is_ending_ = true;
  if (!say_waiting_for_disconnect()) inspector_->contextDestroyed(env_.context());
  if (server_) server_->stop_listening();
  pump_until(has_no_remotes_);
}

void Agent::pause_on_next_statement() {
  const StringView reason = view("Break on start");
  for (auto& [id, remote] : remotes_) remote->session->schedulePauseOnNextStatement(reason, StringView());
}

void Agent::runMessageLoopOnPause(int) {
  // A session of the paused thread itself could not answer.
  if (has_no_remotes_ || is_paused_) return;
  is_paused_ = true;
  while (is_paused_ && !env_.stopping()) wait_for_messages();
}

v8::Local<v8::Context> Agent::ensureDefaultContextInGroup(int) { return env_.context(); }

void Agent::set_commands(v8::Local<v8::Function> answer) { commands_.Reset(env_.isolate(), answer); }

void Agent::set_command_line_installer(v8::Local<v8::Function> installer) {
  installer_.Reset(env_.isolate(), installer);
}

void Agent::installAdditionalCommandLineAPI(v8::Local<v8::Context> context, v8::Local<v8::Object> names) {
  if (installer_.IsEmpty()) return;
  v8::TryCatch caught(env_.isolate());
  v8::Local<v8::Value> argv[] = {names};
  installer_.Get(env_.isolate())->Call(context, v8::Undefined(env_.isolate()), 1, argv).IsEmpty();
}

// Debuggers ask for stacks across callbacks only where they show them: they cost each resource.
void Agent::maxAsyncCallStackDepthChanged(int depth) {
  v8::HandleScope handles(env_.isolate());
  v8::TryCatch caught(env_.isolate());
  v8::Local<v8::Value> argv[] = {v8::Boolean::New(env_.isolate(), depth > 0)};
  env_.call_hook("followAsyncTasks", 1, argv).IsEmpty();
}

namespace {

// V8 tells tasks apart by pointers and takes odd ones for promises.
void* task_of(double async_id) { return reinterpret_cast<void*>(static_cast<uintptr_t>(async_id) << 1); }

}  // namespace

void Agent::async_task_scheduled(const std::string& type, double async_id) {
  // The task of a timer that repeats is run more than once; whatever ends is canceled.
  if (inspector_) inspector_->asyncTaskScheduled(view(type), task_of(async_id), true);
}
void Agent::async_task_started(double async_id) {
  if (inspector_) inspector_->asyncTaskStarted(task_of(async_id));
}
void Agent::async_task_finished(double async_id) {
  if (inspector_) inspector_->asyncTaskFinished(task_of(async_id));
}
void Agent::async_task_canceled(double async_id) {
  if (inspector_) inspector_->asyncTaskCanceled(task_of(async_id));
}

double Agent::currentTimeMS() {
  uv_timeval64_t now;
  uv_gettimeofday(&now);
  return static_cast<double>(now.tv_sec) * 1000 + now.tv_usec / 1000.0;
}

// A script that is named by its path is a file to the debugger.
std::unique_ptr<StringBuffer> Agent::resourceNameToUrl(const StringView& name) {
  std::string text;
  for (size_t i = 0; i < name.length(); i++) {
    const uint16_t unit = name.is8Bit() ? name.characters8()[i] : name.characters16()[i];
    if (i == 0 && unit != '/') return nullptr;
    const bool is_plain =
        unit < 0x80 && (isalnum(unit) ||
                        std::string_view("/-_.!~*'()@:+,$&=;").find(static_cast<char>(unit)) != std::string_view::npos);
    if (is_plain) {
      text += static_cast<char>(unit);
    } else {
      // Beyond ASCII the name is left as it is.
      if (unit >= 0x80) return nullptr;
      static constexpr char kHex[] = "0123456789ABCDEF";
      text += '%';
      text += kHex[unit >> 4];
      text += kHex[unit & 15];
    }
  }
  if (text.empty()) return nullptr;
  const std::string url = "file://" + text;
  return StringBuffer::create(view(url));
}

}  // namespace gyre::inspector
