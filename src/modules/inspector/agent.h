// The debugger's side of a thread: V8's inspector, the sessions that are connected to it, and the
// messages that come for them from other threads.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "binding/realm.h"
#include "v8-inspector.h"

namespace gyre {
class Environment;
}

namespace gyre::inspector {

class Server;
struct Publishing;

// Where a session's messages go. Its functions are called on the thread of the agent.
class Frontend : public v8_inspector::V8Inspector::Channel {
 public:
  virtual void send(v8::Local<v8::String> message) = 0;

  // The domains beyond V8's own that it listens to, and whether it wants to hear that the program ends.
  std::set<std::string> domains;
  bool hears_of_end = false;

 protected:
  explicit Frontend(Realm& realm) : realm_(realm) {}
  Realm& realm_;

 private:
  void forward(v8_inspector::StringView message);
  void sendResponse(int, std::unique_ptr<v8_inspector::StringBuffer> message) override { forward(message->string()); }
  void sendNotification(std::unique_ptr<v8_inspector::StringBuffer> message) override { forward(message->string()); }
  void flushProtocolNotifications() override {}
};

// A message from another thread: the server's, or a worker's. Sessions of workers have negative numbers.
struct Incoming {
  enum Kind { Connect, Message, Disconnect, WorkerStarted, WorkerEnded } kind;
  int session;            // of a worker that started or ended: its thread id
  std::string text = {};  // of a worker that started: what describes it, as JSON
  // Takes what the session is to hear, where it is not one of the server.
  std::function<void(std::string)> deliver = {};
};

class Agent final : public v8_inspector::V8InspectorClient {
 public:
  explicit Agent(Environment& env);
  ~Agent() override;

  static Agent& of(Realm& js);

  // A session for a frontend, which must outlive it; forget() is called before it goes.
  std::unique_ptr<v8_inspector::V8InspectorSession> connect(Frontend& frontend);
  void forget(Frontend& frontend);
  void dispatch(Frontend& frontend, v8_inspector::V8InspectorSession& session, v8::Local<v8::String> message);
  // An event of a domain of ours ("Network.dataSent") for those who listen to it; the parameters are JSON.
  void emit(const std::string& event, const std::string& parameters);

  // Tells the sessions of a context besides the main one, if there is an inspector.
  void announce(v8::Local<v8::Context> context, const std::string& name, const std::string& origin);
  // The number by which commands name a context.
  int context_id(v8::Local<v8::Context> context);

  // The life of an async resource, so that stacks go on beyond it: see async_stacks.js.
  void async_task_scheduled(const std::string& type, double async_id);
  void async_task_started(double async_id);
  void async_task_finished(double async_id);
  void async_task_canceled(double async_id);

  // answer(method, parameters): answers commands that C++ does not know, by the text
  // `"result":...` or `"error":...`, or undefined where it does not know them either.
  void set_commands(v8::Local<v8::Function> answer);

  // Given the object whose properties are names in a debugger's command line.
  void set_command_line_installer(v8::Local<v8::Function> installer);

  // The server that debuggers connect to. Returns libuv's error, 0 when it listens.
  int listen(const std::string& host, int port, Publishing publishing);
  void close_server();
  Server* server() const { return server_.get(); }

  // Blocks until a debugger says that the program may run.
  void wait_for_debugger();
  // The next wait_for_debugger() is announced: a debugger that lets the program run before it counts.
  void expect_debugger();
  // Says goodbye to the debuggers that are connected and blocks until they have gone.
  void wait_for_disconnect();
  // Pauses at the first statement that runs next.
  void pause_on_next_statement();

  // From any thread.
  void post(Incoming message);
  // For the agent of the main thread. It is made if there is none yet, unless that would only be told
  // of workers.
  static void post_to_main(Environment& main, Incoming message);

 private:
  struct Remote;
  struct Link;

  static Link& main_link();
  void open_inbox();
  void announce_workers(Frontend& frontend);
  void ensure();
  void wake();
  void run_inbox();
  void take(Incoming message);
  void wait_for_messages();
  void pump_until(const bool& done);
  bool answer(Frontend& frontend, const std::string& method, v8::Local<v8::Object> message);
  // The same by script: the text of the answer, or "".
  std::string ask_script(const std::string& method, v8::Local<v8::Value> parameters);
  bool say_waiting_for_disconnect();

  void runMessageLoopOnPause(int group) override;
  void quitMessageLoopOnPause() override { is_paused_ = false; }
  void runIfWaitingForDebugger(int) override { is_waiting_ = false; }
  v8::Local<v8::Context> ensureDefaultContextInGroup(int) override;
  void installAdditionalCommandLineAPI(v8::Local<v8::Context> context, v8::Local<v8::Object> names) override;
  double currentTimeMS() override;
  void maxAsyncCallStackDepthChanged(int depth) override;
  std::unique_ptr<v8_inspector::StringBuffer> resourceNameToUrl(const v8_inspector::StringView& name) override;

  Environment& env_;
  std::unique_ptr<v8_inspector::V8Inspector> inspector_;
  std::map<int, std::unique_ptr<Remote>> remotes_;
  std::set<Frontend*> frontends_;
  v8::Global<v8::Function> installer_;
  v8::Global<v8::Function> commands_;
  std::unique_ptr<Server> server_;
  uv_async_t* wake_ = nullptr;
  bool is_paused_ = false;
  bool is_waiting_ = false;
  bool is_expecting_ = false;
  bool has_no_remotes_ = true;
  bool is_ending_ = false;

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Incoming> inbox_;
};

}  // namespace gyre::inspector
