// The ends of message channels, which move between threads, and the native half of a MessagePort.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "binding/handle.h"
#include "web/messaging/arrivals.h"
#include "web/messaging/message.h"

namespace gyre::messaging {

class PortEnd;

// Ends that hear of one another: two for a MessageChannel, any number for a BroadcastChannel.
class Channel {
 public:
  explicit Channel(bool is_broadcast) : is_broadcast_(is_broadcast) { ends_.reserve(2); }

  bool is_broadcast() const { return is_broadcast_; }

  void join(PortEnd& end);
  // The end hears no more; the other end of a pair is told that it is alone.
  void leave(PortEnd& end);
  // Gives the message to all other ends. False if there is none.
  bool post(PortEnd& from, const std::shared_ptr<Message>& message);
  // The same, if there is one other end and it is at home on the same thread.
  bool post_copy(PortEnd& from, Realm& js, v8::Local<v8::Value> copy);

 private:
  bool is_broadcast_;
  std::mutex mutex_;
  std::vector<PortEnd*> ends_;
};

// The channel of all BroadcastChannels of a name, in all threads.
std::shared_ptr<Channel> broadcast_channel(const std::string& name);

// Messages in their order. Takes no memory before there is one, unlike a deque: most ports see few.
class MessageQueue {
 public:
  size_t size() const { return messages_.size() - first_; }
  const std::shared_ptr<Message>& front() const { return messages_[first_]; }
  void push(std::shared_ptr<Message> message) { messages_.push_back(std::move(message)); }
  std::shared_ptr<Message> pop() {
    std::shared_ptr<Message> message = std::move(messages_[first_++]);
    // What was taken goes when it is the greater part.
    if (first_ * 2 >= messages_.size()) {
      messages_.erase(messages_.begin(), messages_.begin() + static_cast<ptrdiff_t>(first_));
      first_ = 0;
    }
    return message;
  }
  auto begin() const { return messages_.begin() + static_cast<ptrdiff_t>(first_); }
  auto end() const { return messages_.end(); }

 private:
  std::vector<std::shared_ptr<Message>> messages_;
  size_t first_ = 0;
};

// One end, with what has arrived and nobody has read. Lives in a MessagePort, or in a message.
class PortEnd {
 public:
  explicit PortEnd(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) { channel_->join(*this); }
  ~PortEnd() { leave(); }

  void leave() {
    if (channel_) channel_->leave(*this);
    channel_ = nullptr;
  }
  Channel* channel() const { return channel_.get(); }

  // From any thread. Somebody has to ring the bell, if there is one.
  std::shared_ptr<Bell> arrive(std::shared_ptr<Message> message);

  void set_bell(std::shared_ptr<Bell> bell);
  std::shared_ptr<Bell> bell();
  // The end is about to leave its thread or context.
  void leave_home(Realm& js);
  size_t waiting();
  // The oldest message. One that closes is also taken when `only_closing`, others are not. Tells how many
  // there were if `count` is given.
  std::shared_ptr<Message> take(bool only_closing, size_t* count = nullptr);

 private:
  std::shared_ptr<Channel> channel_;
  std::mutex mutex_;  // guards the rest
  MessageQueue queue_;
  std::shared_ptr<Bell> bell_;
};

// native('messaging').Port: calls the function that setDelivery() was given (in another context its own
// property onmessage(value, moved?)), and its properties onmessageerror(error) and
// onclose(). The handle keeps the loop alive; what wakes the loop is the thread's Arrivals.
class MessagePort final : public HandleWrapped<uv_async_t> {
 public:
  static constexpr ClassTag kTag{"Port", &HandleWrapped<uv_async_t>::kTag};

  MessagePort(Realm& js, v8::Local<v8::Object> object, std::unique_ptr<PortEnd> end);
  ~MessagePort() override;

  // An object around an end.
  static v8::Local<v8::Object> make(Realm& js, std::unique_ptr<PortEnd> end);

  void start();
  void stop() { receiving_ = false; }
  void drain();
  void shut();
  bool is_attached() const { return end_ != nullptr && is_open(); }
  // The handle is closed: the other end hears of it.
  void leave() { end_ = nullptr; }
  // postCopy(value): true if it could be left to the other end as it is, which nobody else may have.
  bool post_copy(Realm& js, v8::Local<v8::Value> copy);
  // postMessage(value, transfer, block?): true if somebody will get it.
  void post_message(const v8::FunctionCallbackInfo<v8::Value>& info);
  // postText(text, isJson): the same for a message that text is enough for.
  void post_text(const v8::FunctionCallbackInfo<v8::Value>& info);
  // The oldest message as [value], or undefined.
  v8::Local<v8::Value> receive(Realm& js);
  // A new object around this one's end; this one is closed.
  v8::Local<v8::Value> move(Realm& js);
  // From now on messages become objects of the context that `inhabitant` is from; `receive(id, data)`
  // makes those of our own.
  void enter_context(Realm& js, v8::Local<v8::Function> inhabitant, v8::Local<v8::Function> receive);

  // There are messages: they will be delivered.
  void wake() { Bell::ring(bell_); }
  // Delivers what has arrived. `all`: even if there is much of it, or nobody asked for it yet.
  void process(bool all);

  std::shared_ptr<Payload> transfer() override;
  void dispose() override;

 protected:
  void closing() override;

 private:
  bool deliver(Message& message);

  std::unique_ptr<PortEnd> end_;
  std::shared_ptr<Bell> bell_;
  // Set by enter_context().
  v8::Global<v8::Context> context_;
  v8::Global<v8::Function> receive_;
  bool receiving_ = false;
  bool processing_ = false;
  bool shut_when_processed_ = false;
};

}  // namespace gyre::messaging
