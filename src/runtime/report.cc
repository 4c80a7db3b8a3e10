// native('report'): what a diagnostic report tells that script cannot find out.
#include <dlfcn.h>
#include <execinfo.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <sys/resource.h>

#include <cmath>
#include <cstdio>

#include "binding/binding.h"
#include "runtime/environment.h"

namespace gyre {
namespace {

constexpr int kMaxNativeFrames = 256;

std::string address(const void* pointer) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%016lx", reinterpret_cast<unsigned long>(pointer));
  return text;
}

// [of the machine, that the executable was made for]
std::vector<std::string> glibc_versions() {
  return {gnu_get_libc_version(), std::to_string(__GLIBC__) + '.' + std::to_string(__GLIBC_MINOR__)};
}

std::vector<std::string> shared_objects() {
  std::vector<std::string> names;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* out) {
        if (info->dlpi_name && *info->dlpi_name) {
          static_cast<std::vector<std::string>*>(out)->emplace_back(info->dlpi_name);
        }
        return 0;
      },
      &names);
  return names;
}

// The stack of this thread in pairs: an address and what is there.
std::vector<std::string> native_stack() {
  void* frames[kMaxNativeFrames];
  const int count = backtrace(frames, kMaxNativeFrames);
  std::vector<std::string> pairs;
  // The first frame is this function.
  for (int i = 1; i < count; i++) {
    Dl_info info{};
    std::string symbol;
    if (dladdr(frames[i], &info) != 0) {
      symbol = info.dli_sname ? info.dli_sname : "";
      if (info.dli_fname) symbol += std::string(" [") + info.dli_fname + ']';
    }
    pairs.push_back(address(frames[i]));
    pairs.push_back(symbol);
  }
  return pairs;
}

// Triples of a name and its soft and hard limit, Infinity for none.
v8::Local<v8::Value> limits(Realm& js) {
  struct Limit {
    const char* name;
    int resource;
  };
  static constexpr Limit kLimits[] = {
      {"core_file_size_blocks", RLIMIT_CORE}, {"data_seg_size_bytes", RLIMIT_DATA},
      {"file_size_blocks", RLIMIT_FSIZE},     {"max_locked_memory_bytes", RLIMIT_MEMLOCK},
      {"max_memory_size_bytes", RLIMIT_RSS},  {"open_files", RLIMIT_NOFILE},
      {"stack_size_bytes", RLIMIT_STACK},     {"cpu_time_seconds", RLIMIT_CPU},
      {"max_user_processes", RLIMIT_NPROC},   {"virtual_memory_bytes", RLIMIT_AS},
  };
  std::vector<v8::Local<v8::Value>> values;
  const auto number = [&](rlim_t limit) {
    return to_js(js, limit == RLIM_INFINITY ? HUGE_VAL : static_cast<double>(limit));
  };
  for (const Limit& each : kLimits) {
    rlimit limit{};
    if (getrlimit(each.resource, &limit) != 0) continue;
    values.push_back(js.string(each.name));
    values.push_back(number(limit.rlim_cur));
    values.push_back(number(limit.rlim_max));
  }
  return v8::Array::New(js.isolate(), values.data(), values.size());
}

void set_endpoint(Realm& js, v8::Local<v8::Object> out, const char* key, const sockaddr_storage& storage) {
  char host[INET6_ADDRSTRLEN] = "";
  const auto* any = reinterpret_cast<const sockaddr*>(&storage);
  uint16_t port = 0;
  v8::Local<v8::Object> endpoint = v8::Object::New(js.isolate());
  if (any->sa_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(any);
    uv_ip4_name(four, host, sizeof host);
    port = ntohs(four->sin_port);
    js.set(endpoint, "ip4", js.string(host));
  } else if (any->sa_family == AF_INET6) {
    const auto* six = reinterpret_cast<const sockaddr_in6*>(any);
    uv_ip6_name(six, host, sizeof host);
    port = ntohs(six->sin6_port);
    js.set(endpoint, "ip6", js.string(host));
  } else {
    return;
  }
  js.set(endpoint, "host", js.string(host));
  js.set(endpoint, "port", v8::Integer::New(js.isolate(), port));
  js.set(out, key, endpoint);
}

v8::Local<v8::Object> describe_handle(Realm& js, uv_handle_t* handle) {
  v8::Isolate* isolate = js.isolate();
  v8::Local<v8::Object> out = v8::Object::New(isolate);
  js.set(out, "type", js.string(uv_handle_type_name(handle->type)));
  js.set(out, "is_active", to_js(js, uv_is_active(handle) != 0));
  js.set(out, "is_referenced", to_js(js, uv_has_ref(handle) != 0));
  js.set(out, "address", js.string(address(handle)));
  sockaddr_storage storage;
  const auto fresh = [&] {
    storage = {};
    return static_cast<int>(sizeof storage);
  };
  auto* generic = reinterpret_cast<sockaddr*>(&storage);
  switch (handle->type) {
    case UV_TCP: {
      auto* tcp = reinterpret_cast<uv_tcp_t*>(handle);
      int size = fresh();
      if (uv_tcp_getsockname(tcp, generic, &size) == 0) set_endpoint(js, out, "localEndpoint", storage);
      size = fresh();
      if (uv_tcp_getpeername(tcp, generic, &size) == 0) set_endpoint(js, out, "remoteEndpoint", storage);
      break;
    }
    case UV_UDP: {
      auto* udp = reinterpret_cast<uv_udp_t*>(handle);
      int size = fresh();
      if (uv_udp_getsockname(udp, generic, &size) == 0) set_endpoint(js, out, "localEndpoint", storage);
      break;
    }
    case UV_TIMER: {
      auto* timer = reinterpret_cast<uv_timer_t*>(handle);
      const double left = static_cast<double>(timer->timeout) - static_cast<double>(uv_now(handle->loop));
      js.set(out, "repeat", to_js(js, static_cast<double>(uv_timer_get_repeat(timer))));
      js.set(out, "firesInMsFromNow", to_js(js, left));
      js.set(out, "expired", to_js(js, left <= 0));
      break;
    }
    case UV_PROCESS: js.set(out, "pid", v8::Integer::New(isolate, reinterpret_cast<uv_process_t*>(handle)->pid)); break;
    case UV_SIGNAL:
      js.set(out, "signum", v8::Integer::New(isolate, reinterpret_cast<uv_signal_t*>(handle)->signum));
      break;
    case UV_FS_EVENT: {
      char path[4096];
      size_t length = sizeof path;
      if (uv_fs_event_getpath(reinterpret_cast<uv_fs_event_t*>(handle), path, &length) == 0) {
        js.set(out, "filename", js.string(std::string_view(path, length)));
      }
      break;
    }
    default: break;
  }
  uv_os_fd_t fd;
  if (uv_fileno(handle, &fd) == 0) js.set(out, "fd", v8::Integer::New(isolate, fd));
  return out;
}

// Every handle of this thread's event loop, and the loop.
v8::Local<v8::Value> handles(Realm& js) {
  struct Walk {
    Realm& js;
    std::vector<v8::Local<v8::Value>> found;
  } walk{js, {}};
  uv_walk(
      js.loop(),
      [](uv_handle_t* handle, void* out) {
        auto* walk = static_cast<Walk*>(out);
        if (!uv_is_closing(handle)) walk->found.push_back(describe_handle(walk->js, handle));
      },
      &walk);
  v8::Local<v8::Object> loop = v8::Object::New(js.isolate());
  js.set(loop, "type", js.string("loop"));
  js.set(loop, "is_active", to_js(js, uv_loop_alive(js.loop()) != 0));
  js.set(loop, "address", js.string(address(js.loop())));
  js.set(loop, "loopIdleTimeSeconds", to_js(js, static_cast<double>(uv_metrics_idle_time(js.loop())) / 1e9));
  walk.found.push_back(loop);
  return v8::Array::New(js.isolate(), walk.found.data(), walk.found.size());
}

double thread_id(Realm& js) { return Environment::from(js).config().thread_id; }

}  // namespace

GYRE_MODULE(report) {
  b.function<&glibc_versions>("glibcVersions");
  b.function<&shared_objects>("sharedObjects");
  b.function<&native_stack>("nativeStack");
  b.function<&limits>("limits");
  b.function<&handles>("handles");
  b.function<&thread_id>("threadId");
}

}  // namespace gyre
