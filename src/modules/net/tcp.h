// The TCP class: a socket or a server.
#pragma once

#include "modules/net/libuv_stream.h"

namespace gyre::net {

class Tcp final : public LibuvStream<uv_tcp_t> {
 public:
  static constexpr ClassTag kTag{"TCP", &LibuvStream<uv_tcp_t>::kTag};
  enum Kind { kSocket, kServer };

  Tcp(Realm& js, v8::Local<v8::Object> object, int32_t kind);

  int32_t open(int32_t fd);
  int32_t bind(std::string address, int32_t port, uint32_t flags);
  int32_t connect(std::string address, int32_t port);
  int32_t set_no_delay(bool on);
  int32_t set_keep_alive(bool on, uint32_t seconds);
  // The TOS byte of IPv4 or the traffic class of IPv6. What is read is the value or a negative error.
  int32_t set_type_of_service(int32_t value);
  int32_t type_of_service();
  // Closes with a RST instead of a FIN.
  int32_t reset(v8::Local<v8::Value> callback);
  // Fills { address, family, port } into an object; returns 0 or an error.
  int32_t socket_name(v8::Local<v8::Object> out);
  int32_t peer_name(v8::Local<v8::Object> out);

 protected:
  v8::Local<v8::Value> accept() override;

 private:
  // The descriptor, and which option its family knows the type of service by.
  int32_t type_of_service_option(uv_os_fd_t& fd, int& level, int& name);
  int32_t name_into(v8::Local<v8::Object> out, int (*get)(const uv_tcp_t*, sockaddr*, int*));
};

// A textual address and port as a sockaddr; false if it is neither IPv4 nor IPv6.
bool parse_address(const std::string& address, int port, sockaddr_storage& out);
// { address, family, port } of a sockaddr.
void describe_address(Realm& js, const sockaddr* address, v8::Local<v8::Object> out);

}  // namespace gyre::net
