// What TCP sockets, pipes and terminals share: a uv_stream_t behind a StreamWrapped.
#pragma once

#include "modules/net/stream_wrapped.h"

namespace gyre::net {

template <typename H>
class LibuvStream : public HandleWrapped<H, StreamWrapped> {
 public:
  using Handle = HandleWrapped<H, StreamWrapped>;
  using Handle::base;
  using Handle::call_back;
  using Handle::handle;
  using Handle::is_open;
  using Handle::realm;
  static constexpr ClassTag kTag{"LibuvStream", &Handle::kTag};

  LibuvStream(Realm& realm, v8::Local<v8::Object> object, const ClassTag& tag, const char* provider)
      : Handle(realm, object, tag, provider), stream_(reinterpret_cast<uv_stream_t*>(handle())) {}

  ByteStream& bytes() override { return stream_; }
  bool usable() override { return is_open(); }

  // The file descriptor, or -1.
  int32_t fd() {
    uv_os_fd_t fd = -1;
    if (is_open()) uv_fileno(base(), &fd);
    return fd;
  }

  // Calls onconnection(status, handle) on this object for each connection.
  int32_t listen(int32_t backlog) {
    if (!is_open()) return UV_EBADF;
    return uv_listen(reinterpret_cast<uv_stream_t*>(handle()), backlog, [](uv_stream_t* server, int status) {
      auto* self = static_cast<LibuvStream*>(Handle::from(reinterpret_cast<H*>(server)));
      Realm& js = self->realm();
      if (!js.can_call_into_js()) return;
      v8::HandleScope handles(js.isolate());
      v8::Context::Scope entered(js.context());
      v8::Local<v8::Value> client = v8::Undefined(js.isolate());
      if (status == 0) {
        // The server is what the connection comes from.
        double& trigger = js.async_fields()[AsyncIds::kDefaultTriggerId];
        trigger = self->async_id();
        client = self->accept();
        trigger = -1;
        if (client->IsUndefined()) return;  // the peer has gone again
      }
      v8::Local<v8::Value> argv[] = {v8::Integer::New(js.isolate(), status), client};
      self->call_back(js.name("onconnection"), 2, argv);
    });
  }

 protected:
  void opened() {
    stream_.attach();
    Handle::opened();
  }
  // A new handle object for a connection that waits, or undefined.
  virtual v8::Local<v8::Value> accept() = 0;

  LibuvByteStream stream_;
};

// A uv_connect_t on the heap that reports and frees itself.
struct ConnectRequest {
  uv_connect_t request;
  std::function<void(int)> done;
  explicit ConnectRequest(std::function<void(int)> done) : done(std::move(done)) { request.data = this; }
  static void finished(uv_connect_t* request, int status) {
    std::unique_ptr<ConnectRequest> self(static_cast<ConnectRequest*>(request->data));
    self->done(status);
  }
};

}  // namespace gyre::net
