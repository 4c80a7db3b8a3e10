#include "modules/os/os.h"

#include <uv.h>

#include <cstdio>
#include <cstring>

namespace gyre::os {

namespace {

// Calls a libuv function of the form (buffer, size*) with a buffer that fits.
template <typename Call>
Result<std::string> read_string(Call call, const char* name) {
  std::string out(256, '\0');
  for (;;) {
    size_t size = out.size();
    int status = call(out.data(), &size);
    if (status == UV_ENOBUFS && size > out.size()) {
      out.resize(size);
      continue;
    }
    if (status != 0) return SystemError{status, name};
    out.resize(size);
    return out;
  }
}

std::vector<uint8_t> bytes(const char* text) {
  if (text == nullptr) return {};
  return {text, text + std::strlen(text)};
}

// The bits that are set in front, -1 if there are others.
int prefix_length(const uint8_t* mask, size_t size) {
  int length = 0;
  bool ended = false;
  for (size_t i = 0; i < size * 8; i++) {
    bool set = mask[i / 8] >> (7 - i % 8) & 1;
    if (set && ended) return -1;
    if (set) length++;
    ended = ended || !set;
  }
  return length;
}

Interface describe(const uv_interface_address_t& from) {
  Interface to;
  to.name = from.name;
  to.is_internal = from.is_internal != 0;
  char text[64];
  std::snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", uint8_t(from.phys_addr[0]),
                uint8_t(from.phys_addr[1]), uint8_t(from.phys_addr[2]), uint8_t(from.phys_addr[3]),
                uint8_t(from.phys_addr[4]), uint8_t(from.phys_addr[5]));
  to.mac = text;
  to.is_ipv6 = from.address.address4.sin_family == AF_INET6;
  if (to.is_ipv6) {
    uv_ip6_name(&from.address.address6, text, sizeof(text));
    to.address = text;
    uv_ip6_name(&from.netmask.netmask6, text, sizeof(text));
    to.netmask = text;
    to.prefix_length = prefix_length(from.netmask.netmask6.sin6_addr.s6_addr, 16);
    to.scope_id = from.address.address6.sin6_scope_id;
  } else {
    uv_ip4_name(&from.address.address4, text, sizeof(text));
    to.address = text;
    uv_ip4_name(&from.netmask.netmask4, text, sizeof(text));
    to.netmask = text;
    auto mask = reinterpret_cast<const uint8_t*>(&from.netmask.netmask4.sin_addr.s_addr);
    to.prefix_length = prefix_length(mask, 4);
  }
  return to;
}

}  // namespace

Result<std::string> hostname() { return read_string(uv_os_gethostname, "uv_os_gethostname"); }

Result<std::string> homedir() { return read_string(uv_os_homedir, "uv_os_homedir"); }

Result<Uname> uname() {
  uv_utsname_t info;
  if (int status = uv_os_uname(&info)) return SystemError{status, "uv_os_uname"};
  return Uname{info.sysname, info.release, info.version, info.machine};
}

Result<User> user_info() {
  uv_passwd_t entry;
  if (int status = uv_os_get_passwd(&entry)) return SystemError{status, "uv_os_get_passwd"};
  User user{static_cast<int64_t>(entry.uid), static_cast<int64_t>(entry.gid), bytes(entry.username),
            bytes(entry.homedir), bytes(entry.shell)};
  uv_os_free_passwd(&entry);
  return user;
}

Result<double> uptime() {
  double seconds = 0;
  if (int status = uv_uptime(&seconds)) return SystemError{status, "uv_uptime"};
  return seconds;
}

Result<int32_t> priority(int32_t pid) {
  int value = 0;
  if (int status = uv_os_getpriority(pid, &value)) return SystemError{status, "uv_os_getpriority"};
  return value;
}

Result<> set_priority(int32_t pid, int32_t value) {
  if (int status = uv_os_setpriority(pid, value)) return SystemError{status, "uv_os_setpriority"};
  return Done{};
}

Result<std::vector<Interface>> network_interfaces() {
  uv_interface_address_t* list = nullptr;
  int count = 0;
  int status = uv_interface_addresses(&list, &count);
  if (status == UV_ENOSYS) return std::vector<Interface>();
  if (status != 0) return SystemError{status, "uv_interface_addresses"};
  std::vector<Interface> interfaces;
  for (int i = 0; i < count; i++) interfaces.push_back(describe(list[i]));
  uv_free_interface_addresses(list, count);
  return interfaces;
}

std::vector<Cpu> cpus() {
  uv_cpu_info_t* list = nullptr;
  int count = 0;
  if (uv_cpu_info(&list, &count) != 0) return {};
  std::vector<Cpu> cpus;
  for (int i = 0; i < count; i++) {
    const auto& times = list[i].cpu_times;
    cpus.push_back({list[i].model, list[i].speed, double(times.user), double(times.nice), double(times.sys),
                    double(times.idle), double(times.irq)});
  }
  uv_free_cpu_info(list, count);
  return cpus;
}

std::vector<double> load_average() {
  std::vector<double> averages(3);
  uv_loadavg(averages.data());
  return averages;
}

double free_memory() { return static_cast<double>(uv_get_free_memory()); }

double total_memory() { return static_cast<double>(uv_get_total_memory()); }

uint32_t available_parallelism() { return uv_available_parallelism(); }

}  // namespace gyre::os
