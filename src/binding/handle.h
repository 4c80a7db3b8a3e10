// A libuv handle owned by a JavaScript object. libuv may use the handle until its close callback, so
// the object stays pinned from its start until then.
#pragma once

#include <cstddef>

#include "binding/binding.h"

namespace gyre {

// H is the libuv type (uv_tcp_t ...), Base what the class is besides a handle. The derived class
// initializes handle() in its constructor and then calls opened().
template <typename H, typename Base = AsyncWrapped>
class HandleWrapped : public Base {
 public:
  static constexpr ClassTag kTag{"Handle", &Base::kTag};
  using Base::async_id;
  using Base::Base;
  using Base::call_back;
  using Base::pin;
  using Base::realm;
  using Base::unpin;

  H* handle() { return &handle_; }
  uv_handle_t* base() { return reinterpret_cast<uv_handle_t*>(&handle_); }
  // The object around a handle. The handle's data field is left to what is built on this class.
  static HandleWrapped* from(H* handle) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
    return reinterpret_cast<HandleWrapped*>(reinterpret_cast<char*>(handle) - offsetof(HandleWrapped, handle_));
#pragma GCC diagnostic pop
  }

  uv_handle_t* open_handle() override { return is_open() ? base() : nullptr; }
  bool is_open() const { return state_ == State::Open; }

  // Closes the handle; `callback`, if a function, is called when that is done.
  void close(v8::Local<v8::Value> callback) {
    if (state_ != State::Open) return;
    if (callback->IsFunction()) close_callback_.Reset(realm().isolate(), callback.As<v8::Function>());
    state_ = State::Closing;
    closing();
    uv_close(base(), [](uv_handle_t* handle) { from(reinterpret_cast<H*>(handle))->closed(); });
  }
  void ref() {
    if (state_ == State::Open) uv_ref(base());
  }
  void unref() {
    if (state_ == State::Open) uv_unref(base());
  }
  bool has_ref() { return state_ == State::Open && uv_has_ref(base()); }

  void dispose() override {
    if (state_ == State::Open) close(v8::Undefined(realm().isolate()));
  }

  double id() { return async_id(); }

  // Adds close, ref, unref, hasRef to a class whose tag derives from HandleWrapped<H>::kTag.
  template <typename T>
  static void bind_methods(ClassBuilder<T>& type) {
    type.template method<&HandleWrapped::close>("close");
    type.template method<&HandleWrapped::ref>("ref");
    type.template method<&HandleWrapped::unref>("unref");
    type.template method<&HandleWrapped::has_ref>("hasRef");
    type.template method<&HandleWrapped::id>("getAsyncId");
  }

 protected:
  // The handle was initialized: from here on libuv knows of it.
  void opened() {
    state_ = State::Open;
    pin();
  }
  // The handle is about to be closed: stop what runs.
  virtual void closing() {}

 private:
  enum class State { New, Open, Closing, Closed };

  void closed() {
    state_ = State::Closed;
    if (!close_callback_.IsEmpty() && realm().can_call_into_js()) {
      v8::HandleScope handles(realm().isolate());
      call_back(close_callback_.Get(realm().isolate()), 0, nullptr);
    }
    close_callback_.Reset();
    this->end_resource();
    unpin();
  }

  H handle_;
  State state_ = State::New;
  v8::Global<v8::Function> close_callback_;
};

}  // namespace gyre
