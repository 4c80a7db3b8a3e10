// A worker's session with the inspector of the main thread.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "binding/binding.h"

namespace gyre {
class Environment;
}

namespace gyre::inspector {

// native('inspector').MainSession: calls a function with each message, in a microtask of its own, never
// in the middle of script.
class MainSession final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"MainSession", nullptr};

  MainSession(Realm& js, v8::Local<v8::Object> object, v8::Local<v8::Function> on_message);

  void dispatch(std::string message);
  void disconnect();
  void dispose() override { close(); }

 private:
  // What both threads see of the session.
  struct Mailbox {
    std::mutex mutex;
    MainSession* session = nullptr;  // until it is closed
    Environment* owner = nullptr;
    std::deque<std::string> messages;
    bool is_delivering = false;
  };

  static void put(const std::shared_ptr<Mailbox>& mailbox, std::string message);
  static void deliver(const std::shared_ptr<Mailbox>& mailbox);
  void close();

  Environment* main_;
  int id_;
  std::shared_ptr<Mailbox> mailbox_;
  v8::Global<v8::Function> on_message_;
};

// Tells the debugger of the main thread, where there is one, that a worker has started or ends.
void tell_of_worker(Environment& main, Environment& worker, bool started);

}  // namespace gyre::inspector
