#include "modules/inspector/main_session.h"

#include <atomic>

#include "modules/inspector/agent.h"
#include "modules/worker_threads/worker.h"
#include "runtime/environment.h"

namespace gyre::inspector {
namespace {

int next_id() {
  static std::atomic<int> last = 0;
  return --last;
}

}  // namespace

MainSession::MainSession(Realm& js, v8::Local<v8::Object> object, v8::Local<v8::Function> on_message)
    : Wrapped(js, object, kTag), id_(next_id()), on_message_(js.isolate(), on_message) {
  Environment& env = Environment::from(js);
  main_ = env.module_state<worker_threads::ThisThread>().state->main;
  mailbox_ = std::make_shared<Mailbox>();
  mailbox_->session = this;
  mailbox_->owner = &env;
  Agent::post_to_main(*main_, {Incoming::Connect, id_, "",
                               [mailbox = mailbox_](std::string message) { put(mailbox, std::move(message)); }});
  pin();
}

void MainSession::dispatch(std::string message) {
  if (mailbox_) Agent::post_to_main(*main_, {Incoming::Message, id_, std::move(message)});
}

void MainSession::disconnect() {
  if (!mailbox_) return;
  close();
  unpin();
}

void MainSession::close() {
  if (!mailbox_) return;
  {
    std::lock_guard lock(mailbox_->mutex);
    mailbox_->session = nullptr;
    mailbox_->owner = nullptr;
  }
  mailbox_ = nullptr;
  Agent::post_to_main(*main_, {Incoming::Disconnect, id_});
}

// On the main thread.
void MainSession::put(const std::shared_ptr<Mailbox>& mailbox, std::string message) {
  std::lock_guard lock(mailbox->mutex);
  if (!mailbox->owner) return;
  mailbox->messages.push_back(std::move(message));
  if (mailbox->is_delivering) return;
  mailbox->is_delivering = true;
  mailbox->owner->interrupt([mailbox, isolate = mailbox->owner->isolate()] {
    v8::HandleScope handles(isolate);
    isolate->EnqueueMicrotask(
        [](void* data) {
          const std::unique_ptr<std::shared_ptr<Mailbox>> mailbox(static_cast<std::shared_ptr<Mailbox>*>(data));
          deliver(*mailbox);
        },
        new std::shared_ptr<Mailbox>(mailbox));
  });
}

// On the session's own thread.
void MainSession::deliver(const std::shared_ptr<Mailbox>& mailbox) {
  std::deque<std::string> messages;
  {
    std::lock_guard lock(mailbox->mutex);
    messages.swap(mailbox->messages);
    mailbox->is_delivering = false;
  }
  for (const std::string& message : messages) {
    MainSession* self = mailbox->session;  // this thread alone changes it
    if (!self || !self->realm().can_call_into_js()) return;
    Realm& js = self->realm();
    v8::HandleScope handles(js.isolate());
    v8::Context::Scope entered(js.context());
    v8::Local<v8::Value> argv[] = {js.string(message)};
    js.call(self->object(), self->on_message_.Get(js.isolate()), 1, argv);
  }
}

}  // namespace gyre::inspector
