#include "modules/net/pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include "modules/dgram/udp.h"
#include "modules/net/tcp.h"

namespace gyre::net {

Pipe::Pipe(Realm& js, v8::Local<v8::Object> object, int32_t kind)
    : LibuvStream(js, object, kTag, kind == kServer ? "PIPESERVERWRAP" : "PIPEWRAP"), kind_(kind) {
  CHECK(uv_pipe_init(js.loop(), handle(), kind == kIpc) == 0);
  opened();
}

int32_t Pipe::open(int32_t fd) { return is_open() ? uv_pipe_open(handle(), fd) : UV_EBADF; }

int32_t Pipe::open_copy(int32_t fd) {
  if (!is_open()) return UV_EBADF;
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return -errno;
  const int err = uv_pipe_open(handle(), copy);
  if (err) ::close(copy);
  return err;
}

int32_t Pipe::bind(std::string path) {
  if (!is_open()) return UV_EBADF;
  return uv_pipe_bind2(handle(), path.data(), path.size(), UV_PIPE_NO_TRUNCATE);
}

int32_t Pipe::connect(std::string path) {
  if (!is_open()) return UV_EBADF;
  auto request = std::make_unique<ConnectRequest>(answer_to("PIPECONNECTWRAP", "onconnect"));
  const int err = uv_pipe_connect2(&request->request, handle(), path.data(), path.size(), UV_PIPE_NO_TRUNCATE,
                                   ConnectRequest::finished);
  if (err) return err;
  request.release();
  pin();
  return 0;
}

int32_t Pipe::fchmod(int32_t mode) { return is_open() ? uv_pipe_chmod(handle(), mode) : UV_EBADF; }

int32_t Pipe::write_handle(v8::Local<v8::Value> data, v8::Local<v8::Object> object) {
  if (!is_open()) return UV_EBADF;
  auto owner = std::make_shared<OwnedBytes>(owned_bytes_of(data));
  uv_buf_t part = uv_buf_init(reinterpret_cast<char*>(owner->data()), static_cast<unsigned>(owner->size()));
  uv_stream_t* sent = nullptr;
  if (auto* tcp = unwrap<Tcp>(object)) sent = reinterpret_cast<uv_stream_t*>(tcp->handle());
  if (auto* pipe = unwrap<Pipe>(object)) sent = reinterpret_cast<uv_stream_t*>(pipe->handle());
  if (auto* udp = unwrap<dgram::Udp>(object)) sent = reinterpret_cast<uv_stream_t*>(udp->handle());
  if (!sent) return UV_EINVAL;
  pin();
  const int err = stream_.write_handle({&part, 1}, sent, owner, answer_to("WRITEWRAP", "onwritten"));
  if (err) {
    unpin();
    return err;
  }
  return 1;
}

v8::Local<v8::Value> Pipe::accept() {
  v8::Local<v8::Object> object = instance_of<Pipe>(realm());
  auto* client = new Pipe(realm(), object, kSocket);
  if (uv_accept(reinterpret_cast<uv_stream_t*>(handle()), reinterpret_cast<uv_stream_t*>(client->handle()))) {
    client->close(v8::Undefined(realm().isolate()));
    return v8::Undefined(realm().isolate());
  }
  return object;
}

v8::Local<v8::Value> Pipe::pending_handle() {
  if (kind_ != kIpc || uv_pipe_pending_count(handle()) == 0) return v8::Undefined(realm().isolate());
  const auto take = [&]<typename T>(T* made) {
    if (uv_accept(reinterpret_cast<uv_stream_t*>(handle()), reinterpret_cast<uv_stream_t*>(made->handle()))) {
      made->close(v8::Undefined(realm().isolate()));
    }
  };
  switch (uv_pipe_pending_type(handle())) {
    case UV_TCP: {
      v8::Local<v8::Object> object = instance_of<Tcp>(realm());
      take(new Tcp(realm(), object, Tcp::kSocket));
      return object;
    }
    case UV_NAMED_PIPE: {
      v8::Local<v8::Object> object = instance_of<Pipe>(realm());
      take(new Pipe(realm(), object, kSocket));
      return object;
    }
    case UV_UDP: {
      // A program that has used no datagram socket yet has not loaded their class.
      if (!realm().templates().contains(&dgram::Udp::kTag) && bind_module(realm(), "udp").IsEmpty()) {
        return v8::Undefined(realm().isolate());
      }
      v8::Local<v8::Object> object = instance_of<dgram::Udp>(realm());
      auto* udp = new dgram::Udp(realm(), object, false);
      take(udp);
      udp->learn_family();
      return object;
    }
    default: return v8::Undefined(realm().isolate());
  }
}

}  // namespace gyre::net
