// The sections of a report that tell of the process and the machine.
#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>
#include <uv.h>

#include <ctime>
#include <span>

#include "runtime/environment.h"
#include "runtime/process_info.h"
#include "runtime/report/report.h"

namespace gyre::report {
namespace {

constexpr int kReportVersion = 5;

double seconds(const uv_timeval_t& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}
double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

void write_processors(JsonWriter& json) {
  json.open_array("cpus");
  uv_cpu_info_t* all;
  int count;
  if (uv_cpu_info(&all, &count) == 0) {
    for (const uv_cpu_info_t& cpu : std::span(all, static_cast<size_t>(count))) {
      json.open_object();
      json.text("model", cpu.model);
      json.number("speed", cpu.speed);
      json.number("user", cpu.cpu_times.user);
      json.number("nice", cpu.cpu_times.nice);
      json.number("sys", cpu.cpu_times.sys);
      json.number("idle", cpu.cpu_times.idle);
      json.number("irq", cpu.cpu_times.irq);
      json.close_object();
    }
    uv_free_cpu_info(all, count);
  }
  json.close_array();
}

void write_networks(JsonWriter& json) {
  json.open_array("networkInterfaces");
  uv_interface_address_t* all;
  int count;
  if (uv_interface_addresses(&all, &count) == 0) {
    for (const uv_interface_address_t& one : std::span(all, static_cast<size_t>(count))) {
      const auto byte = [&](int i) { return static_cast<unsigned char>(one.phys_addr[i]); };
      char mac[18], address[INET6_ADDRSTRLEN], mask[INET6_ADDRSTRLEN];
      snprintf(mac, sizeof mac, "%02x:%02x:%02x:%02x:%02x:%02x", byte(0), byte(1), byte(2), byte(3), byte(4), byte(5));
      json.open_object();
      json.text("name", one.name);
      json.number("internal", one.is_internal != 0);
      json.text("mac", mac);
      if (one.address.address4.sin_family == AF_INET) {
        uv_ip4_name(&one.address.address4, address, sizeof address);
        uv_ip4_name(&one.netmask.netmask4, mask, sizeof mask);
        json.text("address", address);
        json.text("netmask", mask);
        json.text("family", "IPv4");
      } else if (one.address.address4.sin_family == AF_INET6) {
        uv_ip6_name(&one.address.address6, address, sizeof address);
        uv_ip6_name(&one.netmask.netmask6, mask, sizeof mask);
        json.text("address", address);
        json.text("netmask", mask);
        json.text("family", "IPv6");
        json.number("scopeid", one.address.address6.sin6_scope_id);
      } else {
        json.text("family", "unknown");
      }
      json.close_object();
    }
    uv_free_interface_addresses(all, count);
  }
  json.close_array();
}

void write_command_line(JsonWriter& json, Environment* env) {
  json.open_array("commandLine");
  if (env) {
    char path[4096];
    size_t size = sizeof path;
    const std::vector<std::string>& args = env->config().args;
    json.text({}, uv_exepath(path, &size) == 0 ? std::string(path, size) : args.empty() ? "" : args[0]);
    for (const std::string& arg : env->config().exec_args) json.text({}, arg);
    for (size_t i = 1; i < args.size(); i++) json.text({}, args[i]);
  }
  json.close_array();
}

// CPU times of a usage, and what share of the time since the start they are.
template <typename Usage>
void write_times(JsonWriter& json, const Usage& usage, Environment* env) {
  const double uptime = env ? static_cast<double>(uv_hrtime() - env->milestones().start) / 1e9 : 1;
  const double user = seconds(usage.ru_utime), kernel = seconds(usage.ru_stime);
  json.number("userCpuSeconds", user);
  json.number("kernelCpuSeconds", kernel);
  json.number("cpuConsumptionPercent", (user + kernel) / uptime * 100);
  json.number("userCpuConsumptionPercent", user / uptime * 100);
  json.number("kernelCpuConsumptionPercent", kernel / uptime * 100);
}

template <typename Usage>
void write_file_activity(JsonWriter& json, const Usage& usage) {
  json.open_object("fsActivity");
  json.number("reads", usage.ru_inblock);
  json.number("writes", usage.ru_oublock);
  json.close_object();
}

std::string symbol_of(void* address) {
  Dl_info info;
  if (!dladdr(address, &info)) return "";
  std::string text;
  if (info.dli_sname) {
    int status;
    char* plain = abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status);
    text = plain ? plain : info.dli_sname;
    free(plain);
  }
  return text + " [" + (info.dli_fname ? info.dli_fname : "") + "]";
}

}  // namespace

void write_header(JsonWriter& json, Environment* env, const Cause& cause, const std::optional<std::string>& filename,
                  bool with_network) {
  json.open_object("header");
  json.number("reportVersion", kReportVersion);
  json.text("event", cause.event);
  json.text("trigger", cause.trigger);
  filename ? json.text("filename", *filename) : json.null("filename");
  timeval now;
  gettimeofday(&now, nullptr);
  tm utc;
  gmtime_r(&now.tv_sec, &utc);
  char stamp[32];
  strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
  json.text("dumpEventTime", stamp);
  json.text("dumpEventTimeStamp", std::to_string(now.tv_sec * 1000 + now.tv_usec / 1000));
  json.number("processId", getpid());
  env ? json.number("threadId", static_cast<int64_t>(env->config().thread_id)) : json.null("threadId");
  char directory[4096];
  size_t size = sizeof directory;
  json.text("cwd", uv_cwd(directory, &size) == 0 ? directory : "");
  write_command_line(json, env);
  json.text("nodejsVersion", std::string("v") + kNodeVersion);
  json.text("glibcVersionRuntime", gnu_get_libc_version());
  json.text("glibcVersionCompiler", std::to_string(__GLIBC__) + "." + std::to_string(__GLIBC_MINOR__));
  json.number("wordSize", sizeof(void*) * 8);
  json.text("arch", "x64");
  json.text("platform", "linux");
  json.open_object("componentVersions");
  for (const auto& [name, version] : component_versions()) json.text(name, version);
  json.close_object();
  json.open_object("release");
  for (const auto& [name, value] : release_facts()) json.text(name, value);
  json.close_object();
  uv_utsname_t system;
  if (uv_os_uname(&system) == 0) {
    json.text("osName", system.sysname);
    json.text("osRelease", system.release);
    json.text("osVersion", system.version);
    json.text("osMachine", system.machine);
  }
  write_processors(json);
  if (with_network) write_networks(json);
  char host[UV_MAXHOSTNAMESIZE];
  size = sizeof host;
  if (uv_os_gethostname(host, &size) == 0) json.text("host", host);
  json.close_object();
}

void write_native_stack(JsonWriter& json) {
  json.open_array("nativeStack");
  void* frames[64];
  const int count = backtrace(frames, std::size(frames));
  for (int i = 1; i < count; i++) {
    char address[24];
    snprintf(address, sizeof address, "0x%016zx", reinterpret_cast<size_t>(frames[i]));
    json.open_object();
    json.text("pc", address);
    json.text("symbol", symbol_of(frames[i]));
    json.close_object();
  }
  json.close_array();
}

void write_resource_usage(JsonWriter& json, Environment* env) {
  json.open_object("resourceUsage");
  json.number("free_memory", uv_get_free_memory());
  json.number("total_memory", uv_get_total_memory());
  size_t resident = 0;
  if (uv_resident_set_memory(&resident) == 0) json.number("rss", resident);
  json.number("constrained_memory", uv_get_constrained_memory());
  json.number("available_memory", uv_get_available_memory());
  uv_rusage_t usage;
  if (uv_getrusage(&usage) == 0) {
    write_times(json, usage, env);
    json.number("maxRss", usage.ru_maxrss * 1024);
    json.open_object("pageFaults");
    json.number("IORequired", usage.ru_majflt);
    json.number("IONotRequired", usage.ru_minflt);
    json.close_object();
    write_file_activity(json, usage);
  }
  json.close_object();
  rusage thread;
  if (getrusage(RUSAGE_THREAD, &thread)) return;
  json.open_object("uvthreadResourceUsage");
  write_times(json, thread, env);
  write_file_activity(json, thread);
  json.close_object();
}

void write_environment_variables(JsonWriter& json) {
  json.open_object("environmentVariables");
  uv_env_item_t* all;
  int count;
  if (uv_os_environ(&all, &count) == 0) {
    for (const uv_env_item_t& one : std::span(all, static_cast<size_t>(count))) json.text(one.name, one.value);
    uv_os_free_environ(all, count);
  }
  json.close_object();
}

void write_user_limits(JsonWriter& json) {
  static constexpr struct {
    const char* name;
    __rlimit_resource resource;
  } kLimits[] = {
      {"core_file_size_blocks", RLIMIT_CORE}, {"data_seg_size_bytes", RLIMIT_DATA},
      {"file_size_blocks", RLIMIT_FSIZE},     {"max_locked_memory_bytes", RLIMIT_MEMLOCK},
      {"max_memory_size_bytes", RLIMIT_RSS},  {"open_files", RLIMIT_NOFILE},
      {"stack_size_bytes", RLIMIT_STACK},     {"cpu_time_seconds", RLIMIT_CPU},
      {"max_user_processes", RLIMIT_NPROC},   {"virtual_memory_bytes", RLIMIT_AS},
  };
  json.open_object("userLimits");
  for (const auto& [name, resource] : kLimits) {
    rlimit limit;
    if (getrlimit(resource, &limit)) continue;
    const auto put = [&](const char* key, rlim_t value) {
      value == RLIM_INFINITY ? json.text(key, "unlimited") : json.number(key, value);
    };
    json.open_object(name);
    put("soft", limit.rlim_cur);
    put("hard", limit.rlim_max);
    json.close_object();
  }
  json.close_object();
}

void write_shared_objects(JsonWriter& json) {
  json.open_array("sharedObjects");
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* json) {
        if (*info->dlpi_name) static_cast<JsonWriter*>(json)->text({}, info->dlpi_name);
        return 0;
      },
      &json);
  json.close_array();
}

}  // namespace gyre::report
