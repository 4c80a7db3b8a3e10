// The Pipe class: a Unix domain socket or server, one end of a pipe, or an IPC channel that also
// carries handles.
#pragma once

#include "modules/net/libuv_stream.h"

namespace gyre::net {

class Pipe final : public LibuvStream<uv_pipe_t> {
 public:
  static constexpr ClassTag kTag{"Pipe", &LibuvStream<uv_pipe_t>::kTag};
  enum Kind { kSocket, kServer, kIpc };

  Pipe(Realm& js, v8::Local<v8::Object> object, int32_t kind);

  int32_t open(int32_t fd);
  // Opens a second descriptor of a socket that another handle has bound: libuv reads only what it has opened or
  // connected.
  int32_t open_copy(int32_t fd);
  int32_t bind(std::string path);
  int32_t connect(std::string path);
  int32_t fchmod(int32_t mode);
  // Sends a handle (TCP, Pipe, UDP) with the bytes: writeHandle(buffer, handle). As write() otherwise;
  // IPC pipes only.
  int32_t write_handle(v8::Local<v8::Value> data, v8::Local<v8::Object> sent);

 protected:
  v8::Local<v8::Value> accept() override;
  v8::Local<v8::Value> pending_handle() override;

 private:
  int32_t kind_;
};

}  // namespace gyre::net
