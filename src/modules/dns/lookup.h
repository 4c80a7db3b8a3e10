// The system's own name resolution: getaddrinfo and getnameinfo. Both block, and know no V8.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace gyre::dns {

// How the addresses of a name are sorted.
enum class Order : int32_t { Verbatim, Ipv4First, Ipv6First };

// The addresses of `hostname`, each once. `family` is 0, 4 or 6, `hints` are AI_* flags.
Result<std::vector<std::string>> look_up(std::string hostname, int32_t family, int32_t hints, int32_t order);

struct Service {
  std::string hostname;
  std::string service;
};

// Host and service behind a numeric address.
Result<Service> look_up_service(std::string address, int32_t port);

}  // namespace gyre::dns
