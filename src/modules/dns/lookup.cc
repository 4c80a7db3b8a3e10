#include "modules/dns/lookup.h"

#include <netdb.h>
#include <uv.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace gyre::dns {

namespace {

// libuv's number of an EAI_* code.
int translate(int code) {
  switch (code) {
    case EAI_AGAIN: return UV_EAI_AGAIN;
    case EAI_BADFLAGS: return UV_EAI_BADFLAGS;
    case EAI_FAIL: return UV_EAI_FAIL;
    case EAI_FAMILY: return UV_EAI_FAMILY;
    case EAI_MEMORY: return UV_EAI_MEMORY;
    case EAI_NONAME: return UV_EAI_NONAME;
    case EAI_OVERFLOW: return UV_EAI_OVERFLOW;
    case EAI_SERVICE: return UV_EAI_SERVICE;
    case EAI_SOCKTYPE: return UV_EAI_SOCKTYPE;
    case EAI_SYSTEM: return uv_translate_sys_error(errno);
#ifdef EAI_ADDRFAMILY
    case EAI_ADDRFAMILY: return UV_EAI_ADDRFAMILY;
#endif
#ifdef EAI_NODATA
    case EAI_NODATA: return UV_EAI_NODATA;
#endif
    default: return UV_EAI_FAIL;
  }
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

constexpr size_t kLongestHostname = 255;

}  // namespace

Result<std::vector<std::string>> look_up(std::string hostname, int32_t family, int32_t hints, int32_t order) {
  if (hostname.size() > kLongestHostname) return SystemError{UV_EINVAL, "getaddrinfo"};
  addrinfo want{};
  want.ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
  want.ai_flags = hints;
  // One kind of socket: otherwise each address comes once for each.
  want.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  if (int code = getaddrinfo(hostname.c_str(), nullptr, &want, &raw)) {
    return SystemError{translate(code), "getaddrinfo"};
  }
  std::unique_ptr<addrinfo, FreeAddresses> list(raw);

  std::vector<const addrinfo*> found;
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    if (at->ai_family == AF_INET || at->ai_family == AF_INET6) found.push_back(at);
  }
  if (order != static_cast<int32_t>(Order::Verbatim)) {
    int first = order == static_cast<int32_t>(Order::Ipv4First) ? AF_INET : AF_INET6;
    std::stable_partition(found.begin(), found.end(), [first](const addrinfo* at) { return at->ai_family == first; });
  }
  std::vector<std::string> addresses;
  for (const addrinfo* at : found) {
    char text[INET6_ADDRSTRLEN];
    if (uv_ip_name(at->ai_addr, text, sizeof(text)) == 0) addresses.emplace_back(text);
  }
  if (addresses.empty()) return SystemError{UV_EAI_NODATA, "getaddrinfo"};
  return addresses;
}

Result<Service> look_up_service(std::string address, int32_t port) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_in);
  if (uv_ip4_addr(address.c_str(), port, reinterpret_cast<sockaddr_in*>(&storage)) != 0) {
    size = sizeof(sockaddr_in6);
    int status = uv_ip6_addr(address.c_str(), port, reinterpret_cast<sockaddr_in6*>(&storage));
    if (status != 0) return SystemError{status, "getnameinfo"};
  }
  char host[NI_MAXHOST];
  char service[NI_MAXSERV];
  int code = getnameinfo(reinterpret_cast<sockaddr*>(&storage), size, host, sizeof(host), service, sizeof(service),
                         NI_NAMEREQD);
  if (code != 0) return SystemError{translate(code), "getnameinfo"};
  return Service{host, service};
}

}  // namespace gyre::dns
