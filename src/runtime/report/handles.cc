// The section "libuv" of a report: the loop of a thread and its handles.
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <uv.h>

#include "runtime/environment.h"
#include "runtime/report/report.h"

namespace gyre::report {
namespace {

struct Walk {
  JsonWriter& json;
  uv_loop_t* loop;
  bool resolves;  // addresses to names
};

std::string address_of(const void* thing) {
  char text[24];
  snprintf(text, sizeof text, "0x%016zx", reinterpret_cast<size_t>(thing));
  return text;
}

void write_endpoint(const Walk& walk, const char* key, const sockaddr_storage& storage, int err) {
  if (err) return walk.json.null(key);
  char ip[INET6_ADDRSTRLEN];
  int port;
  const bool six = storage.ss_family == AF_INET6;
  if (six) {
    const auto* address = reinterpret_cast<const sockaddr_in6*>(&storage);
    uv_ip6_name(address, ip, sizeof ip);
    port = ntohs(address->sin6_port);
  } else {
    const auto* address = reinterpret_cast<const sockaddr_in*>(&storage);
    uv_ip4_name(address, ip, sizeof ip);
    port = ntohs(address->sin_port);
  }
  walk.json.open_object(key);
  if (walk.resolves) {
    uv_getnameinfo_t request;
    const auto* address = reinterpret_cast<const sockaddr*>(&storage);
    const bool known = uv_getnameinfo(walk.loop, &request, nullptr, address, NI_NUMERICSERV) == 0;
    walk.json.text("host", known ? request.host : ip);
  } else {
    walk.json.text("host", ip);
  }
  walk.json.text(six ? "ip6" : "ip4", ip);
  walk.json.number("port", port);
  walk.json.close_object();
}

template <typename H>
void write_endpoints(const Walk& walk, H* handle, int (*local)(const H*, sockaddr*, int*),
                     int (*remote)(const H*, sockaddr*, int*)) {
  sockaddr_storage storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  int size = sizeof storage;
  write_endpoint(walk, "localEndpoint", storage, local(handle, address, &size));
  size = sizeof storage;
  write_endpoint(walk, "remoteEndpoint", storage, remote(handle, address, &size));
}

void write_pipe_end(JsonWriter& json, const char* key, uv_pipe_t* pipe, int (*get)(const uv_pipe_t*, char*, size_t*)) {
  char name[4096];
  size_t size = sizeof name;
  get(pipe, name, &size) == 0 && size > 0 ? json.text(key, {name, size}) : json.null(key);
}

void write_socket(JsonWriter& json, uv_handle_t* handle) {
  if (handle->type == UV_TCP || handle->type == UV_NAMED_PIPE || handle->type == UV_UDP) {
    int send = 0, receive = 0;
    if (uv_send_buffer_size(handle, &send) == 0) json.number("sendBufferSize", send);
    if (uv_recv_buffer_size(handle, &receive) == 0) json.number("recvBufferSize", receive);
  }
  uv_os_fd_t fd;
  if (uv_fileno(handle, &fd) == 0) json.number("fd", fd);
}

void write_stream(JsonWriter& json, uv_handle_t* handle) {
  write_socket(json, handle);
  auto* stream = reinterpret_cast<uv_stream_t*>(handle);
  json.number("writeQueueSize", uv_stream_get_write_queue_size(stream));
  json.number("readable", uv_is_readable(stream) != 0);
  json.number("writable", uv_is_writable(stream) != 0);
}

void write_file_name(JsonWriter& json, int err, const char* name, size_t size) {
  err == 0 ? json.text("filename", {name, size}) : json.null("filename");
}

void write_details(const Walk& walk, uv_handle_t* handle) {
  JsonWriter& json = walk.json;
  switch (handle->type) {
    case UV_TCP:
      write_endpoints(walk, reinterpret_cast<uv_tcp_t*>(handle), uv_tcp_getsockname, uv_tcp_getpeername);
      return write_stream(json, handle);
    case UV_NAMED_PIPE:
      write_pipe_end(json, "localEndpoint", reinterpret_cast<uv_pipe_t*>(handle), uv_pipe_getsockname);
      write_pipe_end(json, "remoteEndpoint", reinterpret_cast<uv_pipe_t*>(handle), uv_pipe_getpeername);
      return write_stream(json, handle);
    case UV_TTY: {
      int width, height;
      if (uv_tty_get_winsize(reinterpret_cast<uv_tty_t*>(handle), &width, &height) == 0) {
        json.number("width", width);
        json.number("height", height);
      }
      return write_stream(json, handle);
    }
    case UV_UDP: {
      auto* udp = reinterpret_cast<uv_udp_t*>(handle);
      write_endpoints(walk, udp, uv_udp_getsockname, uv_udp_getpeername);
      write_socket(json, handle);
      json.number("writeQueueSize", uv_udp_get_send_queue_size(udp));
      return json.number("writeQueueCount", uv_udp_get_send_queue_count(udp));
    }
    case UV_TIMER: {
      auto* timer = reinterpret_cast<uv_timer_t*>(handle);
      const uint64_t due = uv_timer_get_due_in(timer);
      json.number("repeat", uv_timer_get_repeat(timer));
      json.number("firesInMsFromNow", due);
      return json.number("expired", uv_is_active(handle) && due == 0);
    }
    case UV_PROCESS: return json.number("pid", reinterpret_cast<uv_process_t*>(handle)->pid);
    case UV_SIGNAL: {
      const int number = reinterpret_cast<uv_signal_t*>(handle)->signum;
      json.number("signum", number);
      const char* name = sigabbrev_np(number);
      return json.text("signal", name ? std::string("SIG") + name : "");
    }
    case UV_FS_EVENT: {
      char name[4096];
      size_t size = sizeof name;
      const int err = uv_fs_event_getpath(reinterpret_cast<uv_fs_event_t*>(handle), name, &size);
      return write_file_name(json, err, name, size);
    }
    case UV_FS_POLL: {
      char name[4096];
      size_t size = sizeof name;
      const int err = uv_fs_poll_getpath(reinterpret_cast<uv_fs_poll_t*>(handle), name, &size);
      return write_file_name(json, err, name, size);
    }
    default: return;
  }
}

void write_handle(uv_handle_t* handle, void* data) {
  const Walk& walk = *static_cast<Walk*>(data);
  JsonWriter& json = walk.json;
  json.open_object();
  json.text("type", uv_handle_type_name(handle->type));
  json.number("is_active", uv_is_active(handle) != 0);
  json.number("is_referenced", uv_has_ref(handle) != 0);
  json.text("address", address_of(handle));
  write_details(walk, handle);
  json.close_object();
}

}  // namespace

void write_handles(JsonWriter& json, Environment& env, bool with_network) {
  Walk walk{json, env.loop(), with_network};
  uv_walk(env.loop(), write_handle, &walk);
  json.open_object();
  json.text("type", "loop");
  json.number("is_active", uv_loop_alive(env.loop()) != 0);
  json.text("address", address_of(env.loop()));
  json.number("loopIdleTimeSeconds", static_cast<double>(env.poll_times().idle()) / 1e9);
  json.close_object();
}

}  // namespace gyre::report
