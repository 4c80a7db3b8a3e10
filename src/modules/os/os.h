// What node:os asks the system. Knows no V8. Failures are SystemErrors named after the libuv call.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace gyre::os {

struct Cpu {
  std::string model;
  int speed = 0;  // MHz
  // Milliseconds since the system started.
  double user = 0, nice = 0, sys = 0, idle = 0, irq = 0;
};

struct Interface {
  std::string name;
  std::string address;
  std::string netmask;
  std::string mac;
  bool is_ipv6 = false;
  bool is_internal = false;
  // Bits of the netmask, -1 when they are not one run.
  int prefix_length = -1;
  uint32_t scope_id = 0;
};

// An entry of the password file, in the bytes that stand there.
struct User {
  int64_t uid = -1;
  int64_t gid = -1;
  std::vector<uint8_t> username;
  std::vector<uint8_t> homedir;
  std::vector<uint8_t> shell;
};

struct Uname {
  std::string sysname, release, version, machine;
};

Result<std::string> hostname();
Result<std::string> homedir();
Result<Uname> uname();
Result<User> user_info();
Result<double> uptime();
Result<int32_t> priority(int32_t pid);
Result<> set_priority(int32_t pid, int32_t priority);
Result<std::vector<Interface>> network_interfaces();
std::vector<Cpu> cpus();  // empty where the system does not say
std::vector<double> load_average();
double free_memory();
double total_memory();
uint32_t available_parallelism();

// A number of the C library with its name; lists end with a null name.
struct NamedNumber {
  const char* name;
  int value;
};
extern const NamedNumber kErrnos[];
extern const NamedNumber kSignals[];
extern const NamedNumber kDlopenFlags[];

}  // namespace gyre::os
