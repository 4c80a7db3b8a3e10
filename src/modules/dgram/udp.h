// The UDP class: a datagram socket.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "binding/handle.h"

namespace gyre::dgram {

// Most functions return 0 or libuv's negative error. Addresses are numeric.
class Udp final : public HandleWrapped<uv_udp_t> {
 public:
  static constexpr ClassTag kTag{"UDP", &HandleWrapped<uv_udp_t>::kTag};
  struct Send;

  Udp(Realm& js, v8::Local<v8::Object> object, bool is_ipv6);

  // Takes the family from the socket that the handle has got from somewhere else.
  void learn_family();

  int32_t open(int32_t fd);
  int32_t bind(std::string address, int32_t port, uint32_t flags);
  int32_t connect(std::string address, int32_t port);
  int32_t disconnect();

  // Sends the bytes of `chunks` as one datagram, to the connected peer without an address. The
  // number of bytes if that could be done at once, a negative error, or undefined: then `callback`
  // (error, bytes) is called later. The chunks may not change until then.
  v8::Local<v8::Value> send(Realm& js, std::vector<OwnedBytes> chunks, std::optional<std::string> address, int32_t port,
                            v8::Local<v8::Value> callback);

  // Each datagram is given to the object's onmessage(bytes, { address, family, port }), an error to
  // onerror(errno).
  int32_t receive_start();
  int32_t receive_stop();

  // Fill { address, family, port } into an object.
  int32_t socket_name(v8::Local<v8::Object> out);
  int32_t peer_name(v8::Local<v8::Object> out);

  int32_t set_broadcast(bool on);
  int32_t set_ttl(int32_t ttl);
  int32_t set_multicast_ttl(int32_t ttl);
  int32_t set_multicast_loopback(bool on);
  int32_t set_multicast_interface(std::string interface);
  int32_t set_membership(std::string group, std::optional<std::string> interface, bool join);
  int32_t set_source_membership(std::string source, std::string group, std::optional<std::string> interface, bool join);

  // The size of a buffer of the socket in the kernel, set first when `size` is not 0. What the
  // kernel says after that is what it has.
  int32_t buffer_size(int32_t size, bool is_receive);
  double send_queue_size();
  double send_queue_count();
  int32_t fd();

 private:
  bool parse(const std::string& address, int port, sockaddr_storage& out) const;
  void receive(ssize_t size, const uv_buf_t* buffer, const sockaddr* from);

  bool is_ipv6_;
  // Where libuv puts the datagram that it reads: one at a time.
  std::vector<char> incoming_;
};

}  // namespace gyre::dgram
