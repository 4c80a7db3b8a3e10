#include "modules/net/tcp.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

namespace gyre::net {

bool parse_address(const std::string& address, int port, sockaddr_storage& out) {
  if (uv_ip4_addr(address.c_str(), port, reinterpret_cast<sockaddr_in*>(&out)) == 0) return true;
  return uv_ip6_addr(address.c_str(), port, reinterpret_cast<sockaddr_in6*>(&out)) == 0;
}

void describe_address(Realm& js, const sockaddr* address, v8::Local<v8::Object> out) {
  char text[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];
  if (address->sa_family == AF_INET6) {
    const auto* six = reinterpret_cast<const sockaddr_in6*>(address);
    uv_ip6_name(six, text, sizeof text);
    std::string full = text;
    // A link-local address means nothing without its interface.
    if (six->sin6_scope_id != 0 && IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr)) {
      char name[IF_NAMESIZE];
      if (if_indextoname(six->sin6_scope_id, name)) full += std::string("%") + name;
    }
    js.set(out, "address", js.string(full));
    js.set(out, "family", js.name("IPv6"));
    js.set(out, "port", to_js(js, static_cast<int32_t>(ntohs(six->sin6_port))));
  } else if (address->sa_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(address);
    uv_ip4_name(four, text, sizeof text);
    js.set(out, "address", js.string(text));
    js.set(out, "family", js.name("IPv4"));
    js.set(out, "port", to_js(js, static_cast<int32_t>(ntohs(four->sin_port))));
  } else {
    js.set(out, "address", js.string(""));
  }
}

Tcp::Tcp(Realm& js, v8::Local<v8::Object> object, int32_t kind)
    : LibuvStream(js, object, kTag, kind == kServer ? "TCPSERVERWRAP" : "TCPWRAP") {
  CHECK(uv_tcp_init(js.loop(), handle()) == 0);
  opened();
}

int32_t Tcp::open(int32_t fd) { return is_open() ? uv_tcp_open(handle(), fd) : UV_EBADF; }

int32_t Tcp::bind(std::string address, int32_t port, uint32_t flags) {
  sockaddr_storage storage;
  if (!is_open()) return UV_EBADF;
  if (!parse_address(address, port, storage)) return UV_EINVAL;
  return uv_tcp_bind(handle(), reinterpret_cast<sockaddr*>(&storage), flags);
}

int32_t Tcp::connect(std::string address, int32_t port) {
  sockaddr_storage storage;
  if (!is_open()) return UV_EBADF;
  if (!parse_address(address, port, storage)) return UV_EINVAL;
  auto request = std::make_unique<ConnectRequest>(answer_to("TCPCONNECTWRAP", "onconnect"));
  const int err =
      uv_tcp_connect(&request->request, handle(), reinterpret_cast<sockaddr*>(&storage), ConnectRequest::finished);
  if (err) return err;
  request.release();
  pin();
  return 0;
}

int32_t Tcp::set_no_delay(bool on) { return is_open() ? uv_tcp_nodelay(handle(), on) : UV_EBADF; }

int32_t Tcp::set_keep_alive(bool on, uint32_t seconds) {
  return is_open() ? uv_tcp_keepalive(handle(), on, on && seconds == 0 ? 1 : seconds) : UV_EBADF;
}

int32_t Tcp::type_of_service_option(uv_os_fd_t& fd, int& level, int& name) {
  if (!is_open()) return UV_EBADF;
  if (const int err = uv_fileno(base(), &fd)) return err;
  int family = 0;
  socklen_t size = sizeof family;
  if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size)) return -errno;
  level = family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
  name = family == AF_INET6 ? IPV6_TCLASS : IP_TOS;
  return 0;
}

int32_t Tcp::set_type_of_service(int32_t value) {
  uv_os_fd_t fd;
  int level, name;
  if (const int err = type_of_service_option(fd, level, name)) return err;
  return setsockopt(fd, level, name, &value, sizeof value) ? -errno : 0;
}

int32_t Tcp::type_of_service() {
  uv_os_fd_t fd;
  int level, name;
  if (const int err = type_of_service_option(fd, level, name)) return err;
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, name, &value, &size) ? -errno : value;
}

int32_t Tcp::reset(v8::Local<v8::Value> callback) {
  if (!is_open()) return 0;
  linger lingering{1, 0};
  uv_os_fd_t fd;
  if (int err = uv_fileno(base(), &fd)) return err;
  if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &lingering, sizeof lingering)) return -errno;
  close(callback);
  return 0;
}

int32_t Tcp::name_into(v8::Local<v8::Object> out, int (*get)(const uv_tcp_t*, sockaddr*, int*)) {
  if (!is_open()) return UV_EBADF;
  sockaddr_storage storage;
  int size = sizeof storage;
  if (int err = get(handle(), reinterpret_cast<sockaddr*>(&storage), &size)) return err;
  describe_address(realm(), reinterpret_cast<sockaddr*>(&storage), out);
  return 0;
}

int32_t Tcp::socket_name(v8::Local<v8::Object> out) { return name_into(out, uv_tcp_getsockname); }
int32_t Tcp::peer_name(v8::Local<v8::Object> out) { return name_into(out, uv_tcp_getpeername); }

v8::Local<v8::Value> Tcp::accept() {
  v8::Local<v8::Object> object = instance_of<Tcp>(realm());
  auto* client = new Tcp(realm(), object, kSocket);
  if (uv_accept(reinterpret_cast<uv_stream_t*>(handle()), reinterpret_cast<uv_stream_t*>(client->handle()))) {
    client->close(v8::Undefined(realm().isolate()));
    return v8::Undefined(realm().isolate());
  }
  return object;
}

}  // namespace gyre::net
