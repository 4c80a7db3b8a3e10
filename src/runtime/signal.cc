// native('signal'): the Signal class, a watcher of one signal on the event loop.
#include <uv.h>

#include "binding/handle.h"

namespace gyre {
namespace {

class Signal final : public HandleWrapped<uv_signal_t> {
 public:
  static constexpr ClassTag kTag{"Signal", &HandleWrapped<uv_signal_t>::kTag};

  Signal(Realm& js, v8::Local<v8::Object> object) : HandleWrapped(js, object, kTag, "SIGNALWRAP") {
    CHECK(uv_signal_init(js.loop(), handle()) == 0);
    opened();
    // A listener for a signal keeps no program alive.
    uv_unref(base());
  }

  // Returns 0 or libuv's error.
  int32_t start(int32_t number) {
    if (!is_open()) return UV_EBADF;
    return uv_signal_start(
        handle(),
        [](uv_signal_t* handle, int number) {
          auto* self = static_cast<Signal*>(from(handle));
          v8::HandleScope handles(self->realm().isolate());
          v8::Context::Scope entered(self->realm().context());
          v8::Local<v8::Value> argv[] = {v8::Integer::New(self->realm().isolate(), number)};
          self->call_back(self->realm().name("onsignal"), 1, argv);
        },
        number);
  }
  int32_t stop() { return is_open() ? uv_signal_stop(handle()) : 0; }
};

}  // namespace

GYRE_MODULE(signal) {
  auto type = b.class_<Signal>("Signal");
  type.constructor<>().method<&Signal::start>("start").method<&Signal::stop>("stop");
  Signal::bind_methods(type);
}

}  // namespace gyre
