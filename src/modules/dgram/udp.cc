#include "modules/dgram/udp.h"

#include <cstring>
#include <memory>

#include "modules/net/tcp.h"

namespace gyre::dgram {

namespace {

// The largest datagram that IP can carry.
constexpr size_t kLargestDatagram = 64 * 1024;

const char* text_or_null(const std::optional<std::string>& text) { return text ? text->c_str() : nullptr; }

}  // namespace

// A datagram that waits in libuv's queue: keeps the bytes, and what to call afterwards.
struct Udp::Send : AsyncWrapped {
  static constexpr ClassTag kTag{"UdpSend", &AsyncWrapped::kTag};

  Send(Realm& js, v8::Local<v8::Object> object) : AsyncWrapped(js, object, kTag, "UDPSENDWRAP") {}

  uv_udp_send_t request;
  std::vector<OwnedBytes> chunks;
  size_t size = 0;
  v8::Global<v8::Function> callback;

  void done(int status) {
    Realm& js = realm();
    v8::HandleScope handles(js.isolate());
    v8::Context::Scope entered(js.context());
    if (!callback.IsEmpty()) {
      v8::Local<v8::Value> argv[] = {to_js(js, status), to_js(js, static_cast<double>(size))};
      v8::Local<v8::Function> function = callback.Get(js.isolate());
      callback.Reset();
      call_back(function, 2, argv);
    }
    unpin();
  }
};

Udp::Udp(Realm& js, v8::Local<v8::Object> object, bool is_ipv6)
    : HandleWrapped(js, object, kTag, "UDPWRAP"), is_ipv6_(is_ipv6) {
  CHECK(uv_udp_init(js.loop(), handle()) == 0);
  opened();
}

void Udp::learn_family() {
  sockaddr_storage name;
  int size = sizeof(name);
  if (uv_udp_getsockname(handle(), reinterpret_cast<sockaddr*>(&name), &size) == 0) {
    is_ipv6_ = name.ss_family == AF_INET6;
  }
}

bool Udp::parse(const std::string& address, int port, sockaddr_storage& out) const {
  if (is_ipv6_) return uv_ip6_addr(address.c_str(), port, reinterpret_cast<sockaddr_in6*>(&out)) == 0;
  return uv_ip4_addr(address.c_str(), port, reinterpret_cast<sockaddr_in*>(&out)) == 0;
}

int32_t Udp::open(int32_t fd) { return is_open() ? uv_udp_open(handle(), fd) : UV_EBADF; }

int32_t Udp::bind(std::string address, int32_t port, uint32_t flags) {
  if (!is_open()) return UV_EBADF;
  sockaddr_storage to;
  if (!parse(address, port, to)) return UV_EINVAL;
  return uv_udp_bind(handle(), reinterpret_cast<sockaddr*>(&to), flags);
}

int32_t Udp::connect(std::string address, int32_t port) {
  if (!is_open()) return UV_EBADF;
  sockaddr_storage to;
  if (!parse(address, port, to)) return UV_EINVAL;
  return uv_udp_connect(handle(), reinterpret_cast<sockaddr*>(&to));
}

int32_t Udp::disconnect() { return is_open() ? uv_udp_connect(handle(), nullptr) : UV_EBADF; }

v8::Local<v8::Value> Udp::send(Realm& js, std::vector<OwnedBytes> chunks, std::optional<std::string> address,
                               int32_t port, v8::Local<v8::Value> callback) {
  if (!is_open()) return to_js(js, static_cast<int32_t>(UV_EBADF));
  std::vector<uv_buf_t> buffers;
  size_t size = 0;
  for (const OwnedBytes& chunk : chunks) {
    buffers.push_back(uv_buf_init(reinterpret_cast<char*>(chunk.data()), chunk.size()));
    size += chunk.size();
  }
  sockaddr_storage storage;
  const sockaddr* to = nullptr;
  if (address) {
    if (!parse(*address, port, storage)) return to_js(js, static_cast<int32_t>(UV_EINVAL));
    to = reinterpret_cast<sockaddr*>(&storage);
  }
  int status = uv_udp_try_send(handle(), buffers.data(), buffers.size(), to);
  if (status >= 0) return to_js(js, static_cast<double>(size));
  if (status != UV_EAGAIN && status != UV_ENOSYS) return to_js(js, status);

  auto* send = new Send(js, instance_of<Send>(js));
  send->chunks = std::move(chunks);
  send->size = size;
  if (callback->IsFunction()) send->callback.Reset(js.isolate(), callback.As<v8::Function>());
  send->request.data = send;
  send->pin();
  status = uv_udp_send(&send->request, handle(), buffers.data(), buffers.size(), to,
                       [](uv_udp_send_t* request, int status) { static_cast<Send*>(request->data)->done(status); });
  if (status == 0) return v8::Undefined(js.isolate());
  send->unpin();
  return to_js(js, status);
}

int32_t Udp::receive_start() {
  if (!is_open()) return UV_EBADF;
  int status = uv_udp_recv_start(
      handle(),
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        auto* self = static_cast<Udp*>(from(reinterpret_cast<uv_udp_t*>(handle)));
        self->incoming_.resize(kLargestDatagram);
        *buffer = uv_buf_init(self->incoming_.data(), self->incoming_.size());
      },
      [](uv_udp_t* handle, ssize_t size, const uv_buf_t* buffer, const sockaddr* address, unsigned) {
        static_cast<Udp*>(from(handle))->receive(size, buffer, address);
      });
  // Who shares a socket with others may start twice.
  return status == UV_EALREADY ? 0 : status;
}

int32_t Udp::receive_stop() { return is_open() ? uv_udp_recv_stop(handle()) : UV_EBADF; }

void Udp::receive(ssize_t size, const uv_buf_t* buffer, const sockaddr* from) {
  // Nothing was there to read.
  if (size == 0 && from == nullptr) return;
  Realm& js = realm();
  v8::HandleScope handles(js.isolate());
  v8::Context::Scope entered(js.context());
  if (size < 0) {
    v8::Local<v8::Value> argv[] = {to_js(js, static_cast<int32_t>(size))};
    call_back(js.name("onerror"), 1, argv);
    return;
  }
  auto bytes = reinterpret_cast<const uint8_t*>(buffer->base);
  v8::Local<v8::Object> address = v8::Object::New(js.isolate());
  net::describe_address(js, from, address);
  v8::Local<v8::Value> argv[] = {js.buffer(std::vector<uint8_t>(bytes, bytes + size)), address};
  call_back(js.name("onmessage"), 2, argv);
}

int32_t Udp::socket_name(v8::Local<v8::Object> out) {
  sockaddr_storage storage;
  int size = sizeof(storage);
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  if (!is_open()) return UV_EBADF;
  if (int status = uv_udp_getsockname(handle(), address, &size)) return status;
  net::describe_address(realm(), address, out);
  return 0;
}

int32_t Udp::peer_name(v8::Local<v8::Object> out) {
  sockaddr_storage storage;
  int size = sizeof(storage);
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  if (!is_open()) return UV_EBADF;
  if (int status = uv_udp_getpeername(handle(), address, &size)) return status;
  net::describe_address(realm(), address, out);
  return 0;
}

int32_t Udp::set_broadcast(bool on) { return is_open() ? uv_udp_set_broadcast(handle(), on) : UV_EBADF; }

int32_t Udp::set_ttl(int32_t ttl) { return is_open() ? uv_udp_set_ttl(handle(), ttl) : UV_EBADF; }

int32_t Udp::set_multicast_ttl(int32_t ttl) { return is_open() ? uv_udp_set_multicast_ttl(handle(), ttl) : UV_EBADF; }

int32_t Udp::set_multicast_loopback(bool on) { return is_open() ? uv_udp_set_multicast_loop(handle(), on) : UV_EBADF; }

int32_t Udp::set_multicast_interface(std::string interface) {
  return is_open() ? uv_udp_set_multicast_interface(handle(), interface.c_str()) : UV_EBADF;
}

int32_t Udp::set_membership(std::string group, std::optional<std::string> interface, bool join) {
  if (!is_open()) return UV_EBADF;
  return uv_udp_set_membership(handle(), group.c_str(), text_or_null(interface), join ? UV_JOIN_GROUP : UV_LEAVE_GROUP);
}

int32_t Udp::set_source_membership(std::string source, std::string group, std::optional<std::string> interface,
                                   bool join) {
  if (!is_open()) return UV_EBADF;
  return uv_udp_set_source_membership(handle(), group.c_str(), text_or_null(interface), source.c_str(),
                                      join ? UV_JOIN_GROUP : UV_LEAVE_GROUP);
}

int32_t Udp::buffer_size(int32_t size, bool is_receive) {
  if (!is_open()) return UV_EBADF;
  int status = is_receive ? uv_recv_buffer_size(base(), &size) : uv_send_buffer_size(base(), &size);
  return status == 0 ? size : status;
}

double Udp::send_queue_size() { return is_open() ? static_cast<double>(uv_udp_get_send_queue_size(handle())) : 0; }

double Udp::send_queue_count() { return is_open() ? static_cast<double>(uv_udp_get_send_queue_count(handle())) : 0; }

int32_t Udp::fd() {
  uv_os_fd_t fd = -1;
  if (!is_open() || uv_fileno(base(), &fd) != 0) return -1;
  return fd;
}

GYRE_MODULE(udp) {
  b.class_<Udp::Send>("UdpSend");
  auto type = b.class_<Udp>("UDP");
  type.constructor<bool>()
      .method<&Udp::open>("open")
      .method<&Udp::bind>("bind")
      .method<&Udp::connect>("connect")
      .method<&Udp::disconnect>("disconnect")
      .method<&Udp::send>("send")
      .method<&Udp::receive_start>("recvStart")
      .method<&Udp::receive_stop>("recvStop")
      .method<&Udp::socket_name>("getsockname")
      .method<&Udp::peer_name>("getpeername")
      .method<&Udp::set_broadcast>("setBroadcast")
      .method<&Udp::set_ttl>("setTTL")
      .method<&Udp::set_multicast_ttl>("setMulticastTTL")
      .method<&Udp::set_multicast_loopback>("setMulticastLoopback")
      .method<&Udp::set_multicast_interface>("setMulticastInterface")
      .method<&Udp::set_membership>("setMembership")
      .method<&Udp::set_source_membership>("setSourceMembership")
      .method<&Udp::buffer_size>("bufferSize")
      .method<&Udp::send_queue_size>("getSendQueueSize")
      .method<&Udp::send_queue_count>("getSendQueueCount")
      .getter<&Udp::fd>("fd");
  Udp::bind_methods(type);
}

}  // namespace gyre::dgram
