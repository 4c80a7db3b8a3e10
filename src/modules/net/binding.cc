// native('net'): TCP and Pipe, and the tests on addresses that need no object.
#include <algorithm>
#include <cctype>

#include "binding/binding.h"
#include "modules/net/pipe.h"
#include "modules/net/tcp.h"

namespace gyre::net {
namespace {

// 4, 6, or 0 for what is no IP address. A zone (%eth0) may follow an IPv6 address.
int32_t ip_version(std::string text) {
  unsigned char bytes[16];
  if (text.size() > 80) return 0;
  if (uv_inet_pton(AF_INET, text.c_str(), bytes) == 0) return 4;
  if (const size_t zone = text.find('%'); zone != std::string::npos) {
    const auto is_zone_byte = [](char c) {
      return isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == ':' || c == '_';
    };
    if (zone + 1 == text.size() ||
        !std::all_of(text.begin() + static_cast<ptrdiff_t>(zone) + 1, text.end(), is_zone_byte))
      return 0;
    text.resize(zone);
  }
  return uv_inet_pton(AF_INET6, text.c_str(), bytes) == 0 ? 6 : 0;
}

}  // namespace

GYRE_MODULE(net) {
  {
    auto tcp = b.class_<Tcp>("TCP");
    tcp.constructor<int32_t>()
        .method<&Tcp::open>("open")
        .method<&Tcp::bind>("bind")
        .method<&Tcp::listen>("listen")
        .method<&Tcp::connect>("connect")
        .method<&Tcp::set_no_delay>("setNoDelay")
        .method<&Tcp::set_keep_alive>("setKeepAlive")
        .method<&Tcp::set_type_of_service>("setTypeOfService")
        .method<&Tcp::type_of_service>("getTypeOfService")
        .method<&Tcp::reset>("reset")
        .method<&Tcp::socket_name>("getsockname")
        .method<&Tcp::peer_name>("getpeername")
        .getter<&Tcp::fd>("fd");
    Tcp::bind_methods(tcp);
    Tcp::bind_stream_methods(tcp);
  }
  {
    auto pipe = b.class_<Pipe>("Pipe");
    pipe.constructor<int32_t>()
        .method<&Pipe::open>("open")
        .method<&Pipe::open_copy>("openCopy")
        .method<&Pipe::bind>("bind")
        .method<&Pipe::listen>("listen")
        .method<&Pipe::connect>("connect")
        .method<&Pipe::fchmod>("fchmod")
        .method<&Pipe::write_handle>("writeHandle")
        .getter<&Pipe::fd>("fd");
    Pipe::bind_methods(pipe);
    Pipe::bind_stream_methods(pipe);
  }
  b.function<&ip_version>("ipVersion");
  b.constant("SOCKET", Tcp::kSocket);
  b.constant("SERVER", Tcp::kServer);
  b.constant("IPC", Pipe::kIpc);
  b.constant("UV_TCP_IPV6ONLY", UV_TCP_IPV6ONLY);
  b.constant("UV_TCP_REUSEPORT", UV_TCP_REUSEPORT);
  b.constant("UV_EOF", UV_EOF);
  b.constant("UV_EADDRINUSE", UV_EADDRINUSE);
  b.constant("UV_ECANCELED", UV_ECANCELED);
  b.constant("UV_EINVAL", UV_EINVAL);
  b.constant("UV_ENOTCONN", UV_ENOTCONN);
  b.constant("UV_ETIMEDOUT", UV_ETIMEDOUT);
}

}  // namespace gyre::net
