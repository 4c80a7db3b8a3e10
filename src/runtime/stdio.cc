// native('stdio'): what the standard streams are, and writing to them in one blocking call.
#include <errno.h>
#include <poll.h>
#include <unistd.h>
#include <uv.h>

#include "base/simdutf.h"
#include "binding/binding.h"

namespace gyre {
namespace {

std::string guess_handle_type(int32_t fd) {
  switch (uv_guess_handle(fd)) {
    case UV_TCP: return "TCP";
    case UV_TTY: return "TTY";
    case UV_UDP: return "UDP";
    case UV_FILE: return "FILE";
    case UV_NAMED_PIPE: return "PIPE";
    default: return "UNKNOWN";
  }
}

// Waits where the descriptor would block.
Result<> write_bytes(int32_t fd, std::span<const uint8_t> rest) {
  while (!rest.empty()) {
    const ssize_t n = write(fd, rest.data(), rest.size());
    if (n >= 0) {
      rest = rest.subspan(static_cast<size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd ready{fd, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return SystemError{-errno, "write"};
    }
  }
  return Done{};
}

// Writes all of a string (as UTF-8) or a buffer.
Result<> write_all(Realm& js, int32_t fd, v8::Local<v8::Value> chunk) {
  if (!chunk->IsString()) return write_bytes(fd, bytes_of(chunk));
  v8::Local<v8::String> string = chunk.As<v8::String>();
  {
    // Most text is ASCII, which goes out from where it lies.
    v8::String::ValueView view(js.isolate(), string);
    if (view.is_one_byte() && simdutf::validate_ascii(reinterpret_cast<const char*>(view.data8()), view.length())) {
      return write_bytes(fd, {view.data8(), view.length()});
    }
  }
  const std::string text = utf8(js, string);
  return write_bytes(fd, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace

GYRE_MODULE(stdio) {
  b.function<&guess_handle_type>("guessHandleType");
  b.function<&write_all>("writeAll");
}

}  // namespace gyre
