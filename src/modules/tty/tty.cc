// native('tty'): the TTY class, a terminal as a stream.
#include "binding/binding.h"
#include "modules/net/libuv_stream.h"

namespace gyre::tty {
namespace {

class Tty final : public net::LibuvStream<uv_tty_t> {
 public:
  static constexpr ClassTag kTag{"TTY", &LibuvStream<uv_tty_t>::kTag};

  // `status` is libuv's answer for a descriptor that may be no terminal: the object is unusable then.
  Tty(Realm& js, v8::Local<v8::Object> object, int32_t fd) : LibuvStream(js, object, kTag, "TTYWRAP") {
    status_ = uv_tty_init(js.loop(), handle(), fd, 0);
    if (status_ == 0) opened();
  }

  int32_t status() { return status_; }
  // [columns, rows], or libuv's error number.
  v8::Local<v8::Value> window_size() {
    int width = 0, height = 0;
    if (!is_open()) return to_js(realm(), static_cast<int32_t>(UV_EBADF));
    if (int err = uv_tty_get_winsize(handle(), &width, &height)) return to_js(realm(), static_cast<int32_t>(err));
    return to_js(realm(), std::vector<int32_t>{width, height});
  }
  int32_t set_raw_mode(bool raw) {
    return is_open() ? uv_tty_set_mode(handle(), raw ? UV_TTY_MODE_RAW : UV_TTY_MODE_NORMAL) : UV_EBADF;
  }
  int32_t set_blocking(bool blocking) {
    return is_open() ? uv_stream_set_blocking(reinterpret_cast<uv_stream_t*>(handle()), blocking) : UV_EBADF;
  }

 protected:
  v8::Local<v8::Value> accept() override { return v8::Undefined(realm().isolate()); }

 private:
  int status_ = 0;
};

bool is_tty(int32_t fd) { return uv_guess_handle(fd) == UV_TTY; }

}  // namespace

GYRE_MODULE(tty) {
  auto type = b.class_<Tty>("TTY");
  type.constructor<int32_t>()
      .method<&Tty::status>("status")
      .method<&Tty::window_size>("windowSize")
      .method<&Tty::set_raw_mode>("setRawMode")
      .method<&Tty::set_blocking>("setBlocking")
      .getter<&Tty::fd>("fd");
  Tty::bind_methods(type);
  Tty::bind_stream_methods(type);
  b.function<&is_tty>("isatty");
}

}  // namespace gyre::tty
