// A C++ object with a JavaScript face. The JavaScript object owns the C++ one: when the collector
// takes the first, the second is deleted. While the event loop owes the C++ object a callback it
// holds a pin, which keeps the JavaScript object alive.
#pragma once

#include <memory>

#include "binding/async_resource.h"
#include "binding/payload.h"
#include "binding/realm.h"

namespace gyre {

// Identifies a C++ class behind a JavaScript object, and the class it derives from.
struct ClassTag {
  const char* name;
  const ClassTag* base;
};

class Wrapped {
 public:
  enum Field { kTag, kPointer, kFieldCount };

  // Ties this to `object`, made from a class_<T> template (or with kFieldCount internal fields).
  Wrapped(Realm& realm, v8::Local<v8::Object> object, const ClassTag& tag);
  virtual ~Wrapped();
  Wrapped(const Wrapped&) = delete;
  void operator=(const Wrapped&) = delete;

  Realm& realm() const { return realm_; }
  v8::Local<v8::Object> object() const { return object_.Get(realm_.isolate()); }

  // Keeps the JavaScript object alive until as many unpin() calls.
  void pin();
  void unpin();

  // The realm ends: stop, close handles. The object is deleted afterwards unless it deleted itself.
  virtual void dispose() {}

  // The libuv handle that this is, if it is one that is open.
  virtual uv_handle_t* open_handle() { return nullptr; }
  // The one that was made before this one.
  Wrapped* next() const { return next_; }

  // What a structured clone of this object, or its transfer, carries to another thread; nullptr if
  // it cannot be cloned, or transferred. A transfer leaves this object without its substance.
  virtual std::shared_ptr<Payload> clone() { return nullptr; }
  virtual std::shared_ptr<Payload> transfer() { return nullptr; }

  // Any object of ours behind a value, or nullptr.
  static Wrapped* of_any_class(Realm& realm, v8::Local<v8::Value> value);

  // The C++ object of class T (or derived from it) behind a value, or nullptr.
  static void* unwrap_tagged(v8::Local<v8::Value> value, const ClassTag& tag);

 protected:
  // The collector found the JavaScript object dead. By default the C++ object goes too.
  virtual void collected() { delete this; }

 private:
  friend class Realm;
  void make_weak();

  Realm& realm_;
  v8::Global<v8::Object> object_;
  int pins_ = 0;
  Wrapped* next_ = nullptr;
  Wrapped* previous_ = nullptr;
};

// A class derived from Wrapped says `static constexpr ClassTag kTag{"Name", &Base::kTag or nullptr}`.
template <typename T>
T* unwrap(v8::Local<v8::Value> value) {
  return static_cast<T*>(static_cast<Wrapped*>(Wrapped::unwrap_tagged(value, T::kTag)));
}

// A Wrapped whose callbacks come from the event loop: has async ids, an async context frame taken at
// its making, and calls JavaScript in them.
class AsyncWrapped : public Wrapped {
 public:
  static constexpr ClassTag kTag{"AsyncWrapped", nullptr};
  AsyncWrapped(Realm& realm, v8::Local<v8::Object> object, const ClassTag& tag, const char* provider);

  double async_id() const { return resource_.id(); }
  // The resource has ended, whenever the collector takes the object: tells the hooks, once.
  void end_resource() { resource_.end(); }

  // Calls object[key](...argv) (a property that is not a function is passed over) or a function,
  // inside a CallbackScope of this resource.
  void call_back(v8::Local<v8::String> key, int argc, v8::Local<v8::Value> argv[]);
  void call_back(v8::Local<v8::Function> function, int argc, v8::Local<v8::Value> argv[]);

 private:
  AsyncResource resource_;
};

}  // namespace gyre
