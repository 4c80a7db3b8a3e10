// Something that will call back later, as async_hooks sees it: its ids, the async context of its
// making, and the hooks that are told when it begins, calls back and ends. Whatever calls JavaScript
// from the event loop does so as one.
#pragma once

#include "binding/realm.h"

namespace gyre {

class AsyncResource {
 public:
  // Not begun: has no ids yet.
  explicit AsyncResource(Realm& realm) : realm_(realm) {}
  ~AsyncResource() { end(); }
  AsyncResource(const AsyncResource&) = delete;
  void operator=(const AsyncResource&) = delete;

  // Takes ids and the async context of now and tells the hooks. A resource without a provider is
  // announced by the script that owns it. One that has begun before ends first.
  void begin(const char* provider, v8::Local<v8::Object> object);
  void begin(const char* provider, v8::Local<v8::Object> object, double trigger_id);
  // Tells the hooks, once.
  void end();

  Realm& realm() const { return realm_; }
  double id() const { return id_; }
  double trigger_id() const { return trigger_id_; }
  v8::Local<v8::Value> frame() const;

 private:
  Realm& realm_;
  double id_ = -1;
  double trigger_id_ = -1;
  bool live_ = false;
  v8::Global<v8::Value> frame_;  // empty for no context
};

// A question that the event loop owes the one answer to: a job of the thread pool, a write that is
// under way, a connection that is being made. Listed while it exists.
class AsyncRequest {
 public:
  // `trigger_id` is that of the handle that asks; negative for what runs now.
  AsyncRequest(Realm& realm, const char* provider, double trigger_id = -1);
  ~AsyncRequest();
  AsyncRequest(const AsyncRequest&) = delete;
  void operator=(const AsyncRequest&) = delete;

  const AsyncResource& resource() const { return resource_; }
  const char* provider() const { return provider_; }
  // What hooks know the request as: made when somebody first asks.
  v8::Local<v8::Object> object();
  // The same, or undefined while nobody has asked.
  v8::Local<v8::Value> known_object() const;
  AsyncRequest* next() const { return next_; }

  // Calls receiver[key](...argv) as the request, in a CallbackScope. What is no function is passed over.
  void call_back(v8::Local<v8::Object> receiver, v8::Local<v8::String> key, int argc, v8::Local<v8::Value> argv[]);

 private:
  AsyncResource resource_;
  const char* provider_;
  v8::Global<v8::Object> object_;
  AsyncRequest* next_ = nullptr;
  AsyncRequest* previous_ = nullptr;
};

}  // namespace gyre
