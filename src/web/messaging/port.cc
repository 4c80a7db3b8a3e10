#include "web/messaging/port.h"

#include <algorithm>
#include <unordered_map>

#include "runtime/environment.h"

namespace gyre::messaging {

void Channel::join(PortEnd& end) {
  std::lock_guard lock(mutex_);
  ends_.push_back(&end);
}

void Channel::leave(PortEnd& end) {
  std::lock_guard lock(mutex_);
  std::erase(ends_, &end);
  if (is_broadcast_) return;
  for (PortEnd* other : ends_) {
    if (std::shared_ptr<Bell> bell = other->arrive(Message::closing())) Bell::ring(bell);
  }
}

bool Channel::post(PortEnd& from, const std::shared_ptr<Message>& message) {
  // Rung without the lock: threads that wake up want it at once.
  std::shared_ptr<Bell> first;
  std::vector<std::shared_ptr<Bell>> others;
  bool arrived = false;
  {
    std::lock_guard lock(mutex_);
    for (PortEnd* end : ends_) {
      if (end == &from) continue;
      arrived = true;
      std::shared_ptr<Bell> bell = end->arrive(message);
      if (!first) {
        first = std::move(bell);
      } else if (bell) {
        others.push_back(std::move(bell));
      }
    }
  }
  if (first) Bell::ring(first);
  for (const auto& bell : others) Bell::ring(bell);
  return arrived;
}

bool Channel::post_copy(PortEnd& from, Realm& js, v8::Local<v8::Value> copy) {
  std::shared_ptr<Bell> bell;
  {
    std::lock_guard lock(mutex_);
    if (ends_.size() != 2) return false;
    PortEnd& end = *ends_[ends_[0] == &from ? 1 : 0];
    // An end leaves home on its own thread, which is this one: it cannot do so meanwhile.
    bell = end.bell();
    if (!bell || bell->realm() != &js) return false;
    end.arrive(Message::local(js, copy));
  }
  Bell::ring(bell);
  return true;
}

std::shared_ptr<Channel> broadcast_channel(const std::string& name) {
  // The one thing that all threads look up: which channel has which name.
  static std::mutex mutex;
  static std::unordered_map<std::string, std::weak_ptr<Channel>> channels;
  std::lock_guard lock(mutex);
  std::shared_ptr<Channel> channel = channels[name].lock();
  if (!channel) {
    std::erase_if(channels, [](const auto& entry) { return entry.second.expired(); });
    channel = std::make_shared<Channel>(true);
    channels[name] = channel;
  }
  return channel;
}

std::shared_ptr<Bell> PortEnd::arrive(std::shared_ptr<Message> message) {
  std::lock_guard lock(mutex_);
  queue_.push(std::move(message));
  return bell_;
}

void PortEnd::set_bell(std::shared_ptr<Bell> bell) {
  std::lock_guard lock(mutex_);
  bell_ = std::move(bell);
}

std::shared_ptr<Bell> PortEnd::bell() {
  std::lock_guard lock(mutex_);
  return bell_;
}

void PortEnd::leave_home(Realm& js) {
  std::vector<std::shared_ptr<Message>> waiting;
  {
    std::lock_guard lock(mutex_);
    bell_ = nullptr;
    waiting.assign(queue_.begin(), queue_.end());
  }
  // Without the lock, as V8 may collect other ports meanwhile. Nobody else can take a message now.
  for (const auto& message : waiting) message->leave_thread(js);
}

size_t PortEnd::waiting() {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

std::shared_ptr<Message> PortEnd::take(bool only_closing, size_t* count) {
  std::lock_guard lock(mutex_);
  if (count) *count = queue_.size();
  if (queue_.size() == 0) return nullptr;
  if (only_closing && !queue_.front()->is_closing()) return nullptr;
  return queue_.pop();
}

namespace {

class PortPayload final : public Payload {
 public:
  explicit PortPayload(std::unique_ptr<PortEnd> end) : end_(std::move(end)) {}
  v8::MaybeLocal<v8::Object> receive(Realm& js) override { return MessagePort::make(js, std::move(end_)); }

 private:
  std::unique_ptr<PortEnd> end_;
};

}  // namespace

MessagePort::MessagePort(Realm& js, v8::Local<v8::Object> object, std::unique_ptr<PortEnd> end)
    : HandleWrapped(js, object, kTag, nullptr), end_(std::move(end)) {
  CHECK(uv_async_init(js.loop(), handle(), nullptr) == 0);
  opened();
  // A port keeps the loop open only once somebody listens.
  uv_unref(base());
  bell_ = Arrivals::bell_for(*this);
  end_->set_bell(bell_);
  if (end_->waiting() > 0) wake();
}

MessagePort::~MessagePort() { bell_->silence(); }

v8::Local<v8::Object> MessagePort::make(Realm& js, std::unique_ptr<PortEnd> end) {
  // Also while a message is read in another context.
  v8::Context::Scope entered(js.context());
  v8::Local<v8::Object> object = instance_of<MessagePort>(js);
  new MessagePort(js, object, std::move(end));
  return object;
}

void MessagePort::start() {
  if (!is_attached()) return;
  receiving_ = true;
  if (end_->waiting() > 0) wake();
}

void MessagePort::drain() { process(true); }

// Closes this end; the handle's close callback tells script.
void MessagePort::shut() {
  if (!is_open()) return;
  if (processing_ && !end_->channel()->is_broadcast()) {
    // What had arrived is still delivered.
    shut_when_processed_ = true;
    return;
  }
  v8::HandleScope handles(realm().isolate());
  v8::Local<v8::Value> onclose = v8::Undefined(realm().isolate());
  v8::Local<v8::Context> context = realm().context();
  v8::Context::Scope entered(context);
  if (!object()->Get(context, hooks(realm()).onclose.Get(realm().isolate())).ToLocal(&onclose)) return;
  close(onclose);
}

void MessagePort::closing() { bell_->silence(); }

void MessagePort::dispose() { HandleWrapped::dispose(); }

std::shared_ptr<Payload> MessagePort::transfer() {
  if (!is_attached()) return nullptr;
  end_->leave_home(realm());
  auto payload = std::make_shared<PortPayload>(std::move(end_));
  close(v8::Undefined(realm().isolate()));
  return payload;
}

v8::Local<v8::Value> MessagePort::move(Realm& js) {
  if (!is_attached()) return v8::Undefined(js.isolate());
  end_->leave_home(js);
  v8::Local<v8::Object> object = make(js, std::move(end_));
  close(v8::Undefined(js.isolate()));
  return object;
}

void MessagePort::enter_context(Realm& js, v8::Local<v8::Function> inhabitant, v8::Local<v8::Function> receive) {
  v8::Local<v8::Context> context;
  if (!inhabitant->GetCreationContext(js.isolate()).ToLocal(&context)) return;
  context_.Reset(js.isolate(), context);
  receive_.Reset(js.isolate(), receive);
}

bool MessagePort::deliver(Message& message) {
  v8::Isolate* isolate = realm().isolate();
  v8::HandleScope handles(isolate);
  v8::Local<v8::Context> context = context_.IsEmpty() ? realm().context() : context_.Get(isolate);
  v8::Context::Scope entered(context);
  v8::Local<v8::Value> value;
  std::vector<v8::Local<v8::Value>> moved;
  v8::Local<v8::Value> error;
  {
    v8::TryCatch caught(isolate);
    if (!message.read(realm(), moved, receive_.Get(isolate)).ToLocal(&value)) {
      if (!caught.HasCaught() || caught.HasTerminated()) return false;
      error = caught.Exception();
    }
  }
  if (!error.IsEmpty()) {
    v8::Local<v8::Value> argv[] = {error};
    call_back(realm().name("onmessageerror"), 1, argv);
    return true;
  }
  v8::Local<v8::Value> argv[] = {value, v8::Undefined(isolate)};
  if (!moved.empty()) argv[1] = v8::Array::New(isolate, moved.data(), moved.size());
  if (context_.IsEmpty()) {
    call_back(hooks(realm()).deliver.Get(isolate), 2, argv);
  } else {
    call_back(realm().name("onmessage"), 2, argv);
  }
  return true;
}

// Delivers what has arrived, but at most about as much as waited when it began: a port that posts to
// itself must not keep everybody else waiting.
void MessagePort::process(bool all) {
  if (!is_attached()) return;
  pin();  // a listener may drop the port
  processing_ = true;
  bool is_left = false;
  size_t limit = SIZE_MAX;
  for (size_t delivered = 0; is_attached() && realm().can_call_into_js(); delivered++) {
    is_left = delivered == limit;
    if (is_left) break;
    size_t count = 0;
    std::shared_ptr<Message> message = end_->take(!receiving_ && !all, &count);
    if (!message) break;
    if (delivered == 0 && !all) limit = std::max<size_t>(count, 1000);
    if (message->is_closing()) {
      shut_when_processed_ = true;
      break;
    }
    is_left = !deliver(*message);
    if (is_left) break;
  }
  processing_ = false;
  if (shut_when_processed_) shut();
  if (is_left && is_attached() && receiving_) wake();
  unpin();
}

v8::Local<v8::Value> MessagePort::receive(Realm& js) {
  if (!is_attached()) return v8::Undefined(js.isolate());
  std::shared_ptr<Message> message = end_->take(false);
  if (!message) return v8::Undefined(js.isolate());
  if (message->is_closing()) {
    shut();
    return v8::Undefined(js.isolate());
  }
  v8::Local<v8::Value> value;
  std::vector<v8::Local<v8::Value>> contents(1);
  if (!message->read(js, contents).ToLocal(&value)) return {};
  contents[0] = value;
  return v8::Array::New(js.isolate(), contents.data(), contents.size());
}

bool MessagePort::post_copy(Realm& js, v8::Local<v8::Value> copy) {
  return is_attached() && end_->channel() && end_->channel()->post_copy(*end_, js, copy);
}

void MessagePort::post_text(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (!is_attached()) return;
  auto message = Message::text(realm(), info[0].As<v8::String>(), info[1]->IsTrue());
  info.GetReturnValue().Set(end_->channel() && end_->channel()->post(*end_, message));
}

void MessagePort::post_message(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm& js = realm();
  TransferList transfer;
  if (!from_js(js, info[1], transfer)) return;
  if (info[2]->IsArrayBuffer()) transfer.block = info[2].As<v8::ArrayBuffer>();
  bool target_moves = false;
  for (v8::Local<v8::Object> object : transfer.objects) {
    auto* port = unwrap<MessagePort>(object);
    if (port && port != this && port->end_ && end_ && port->end_->channel() == end_->channel()) target_moves = true;
  }
  auto message = std::make_shared<Message>();
  if (!message->write(js, info[0], transfer, info.This())) return;
  if (!is_attached()) return;
  if (target_moves) {
    // The message would have to carry the port that it is sent to.
    shut();
    info.GetReturnValue().Set(js.name("lost"));
    return;
  }
  info.GetReturnValue().Set(end_->channel() && end_->channel()->post(*end_, message));
}

}  // namespace gyre::messaging
