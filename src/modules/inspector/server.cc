#include "modules/inspector/server.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/check.h"
#include "loop/init_loop.h"
#include "modules/inspector/agent.h"

namespace gyre::inspector {

namespace {

// RFC 6455, section 1.3: what the answer to the key is made of.
constexpr char kWebSocketGuid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr char kHelp[] = "For help, see: https://nodejs.org/learn/getting-started/debugging\n";
constexpr size_t kMaxRequest = 64 * 1024;
constexpr uint8_t kFinal = 0x80;

enum Opcode { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

std::string accept_key(const std::string& key) {
  const std::string text = key + kWebSocketGuid;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha1(), nullptr);
  unsigned char encoded[64];
  const int size = EVP_EncodeBlock(encoded, digest, static_cast<int>(length));
  return std::string(reinterpret_cast<char*>(encoded), static_cast<size_t>(size));
}

std::string random_id() {
  unsigned char bytes[16];
  RAND_bytes(bytes, sizeof bytes);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  std::string id;
  for (int i = 0; i < 16; i++) {
    char hex[3];
    std::snprintf(hex, sizeof hex, "%02x", bytes[i]);
    if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
    id += hex;
  }
  return id;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return tolower(c); });
  return text;
}

// The value of a header, empty without it; `name` in lower case.
std::string header(const std::string& request, const std::string& name) {
  size_t at = request.find("\r\n");
  while (at != std::string::npos && at + 2 < request.size()) {
    const size_t start = at + 2;
    const size_t end = request.find("\r\n", start);
    const std::string line = request.substr(start, end - start);
    const size_t colon = line.find(':');
    if (colon != std::string::npos && lower(line.substr(0, colon)) == name) {
      const size_t value = line.find_first_not_of(' ', colon + 1);
      return value == std::string::npos ? "" : line.substr(value);
    }
    at = end;
  }
  return "";
}

// A page elsewhere must not reach us through a name that it makes point here: only addresses and
// localhost are taken for ours.
bool is_allowed_host(const std::string& value) {
  if (value.empty()) return true;
  std::string host = value;
  if (host[0] == '[') {
    const size_t end = host.find(']');
    if (end == std::string::npos) return false;
    sockaddr_in6 address;
    return uv_ip6_addr(host.substr(1, end - 1).c_str(), 0, &address) == 0;
  }
  const size_t colon = host.rfind(':');
  if (colon != std::string::npos) host.resize(colon);
  sockaddr_in address;
  if (uv_ip4_addr(host.c_str(), 0, &address) == 0) return true;
  const std::string name = lower(host);
  return name == "localhost" || name == "localhost6";
}

std::string frame(Opcode opcode, const std::string& payload) {
  std::string data;
  data += static_cast<char>(kFinal | opcode);
  const size_t size = payload.size();
  if (size < 126) {
    data += static_cast<char>(size);
  } else if (size < 65536) {
    data += static_cast<char>(126);
    data += static_cast<char>(size >> 8);
    data += static_cast<char>(size & 0xff);
  } else {
    data += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8) data += static_cast<char>((size >> shift) & 0xff);
  }
  return data + payload;
}

std::string json_string(const std::string& text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

struct Server::Connection {
  explicit Connection(Server& server) : server(server) {}
  Server& server;
  uv_tcp_t socket;
  std::string input;
  std::string fragments;  // of a message that comes in several frames
  int session = 0;        // 0 before the upgrade
  bool is_closing = false;
};

Server::~Server() {
  if (!is_running_) return;
  if (publishing_.on_stderr) std::fprintf(stderr, "Debugger ending on %s\n%s", url().c_str(), kHelp);
  post({Outgoing::Quit});
  uv_thread_join(&thread_);
  uv_loop_close(&loop_);
}

std::string Server::url() const {
  const bool is_v6 = host_.find(':') != std::string::npos;
  return "ws://" + (is_v6 ? "[" + host_ + "]" : host_) + ":" + std::to_string(port_) + "/" + id_;
}

int Server::start(const std::string& host, int port, const std::string& script) {
  host_ = host;
  script_ = script;
  id_ = random_id();
  if (const int error = init_loop(&loop_)) {
    std::fprintf(stderr, "Starting inspector on %s:%d failed: %s\n", host.c_str(), port, uv_strerror(error));
    return error;
  }
  uv_tcp_init(&loop_, &listener_);
  listener_.data = this;

  uv_getaddrinfo_t look_up;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  int error = uv_getaddrinfo(&loop_, &look_up, nullptr, host.c_str(), std::to_string(port).c_str(), &hints);
  if (!error) {
    error = uv_tcp_bind(&listener_, look_up.addrinfo->ai_addr, 0);
    uv_freeaddrinfo(look_up.addrinfo);
  }
  if (!error) {
    error = uv_listen(reinterpret_cast<uv_stream_t*>(&listener_), 511, [](uv_stream_t* listener, int status) {
      if (status == 0) static_cast<Server*>(listener->data)->on_connection();
    });
  }
  if (error) {
    std::fprintf(stderr, "Starting inspector on %s:%d failed: %s\n", host.c_str(), port, uv_strerror(error));
    uv_close(reinterpret_cast<uv_handle_t*>(&listener_), nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
    return error;
  }
  sockaddr_storage address;
  int length = sizeof address;
  uv_tcp_getsockname(&listener_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                              : reinterpret_cast<sockaddr_in*>(&address)->sin_port);

  uv_async_init(&loop_, &wake_, [](uv_async_t* handle) { static_cast<Server*>(handle->data)->run_outbox(); });
  wake_.data = this;
  is_running_ = true;
  uv_thread_create(
      &thread_, [](void* self) { uv_run(&static_cast<Server*>(self)->loop_, UV_RUN_DEFAULT); }, this);
  if (publishing_.on_stderr) std::fprintf(stderr, "Debugger listening on %s\n%s", url().c_str(), kHelp);
  return 0;
}

void Server::send(int session, std::string message) { post({Outgoing::Message, session, std::move(message)}); }

void Server::stop_listening() { post({Outgoing::StopListening}); }

void Server::post(Outgoing message) {
  {
    std::lock_guard lock(mutex_);
    outbox_.push_back(std::move(message));
  }
  uv_async_send(&wake_);
}

void Server::run_outbox() {
  std::deque<Outgoing> messages;
  {
    std::lock_guard lock(mutex_);
    messages.swap(outbox_);
  }
  const auto close_listener = [this] {
    auto* handle = reinterpret_cast<uv_handle_t*>(&listener_);
    if (!uv_is_closing(handle)) uv_close(handle, nullptr);
  };
  for (Outgoing& message : messages) {
    switch (message.kind) {
      case Outgoing::Message: {
        auto at = connections_.find(message.session);
        if (at != connections_.end()) write(*at->second, frame(kText, message.text), false);
        break;
      }
      case Outgoing::StopListening: close_listener(); break;
      case Outgoing::Quit:
        close_listener();
        uv_walk(
            &loop_,
            [](uv_handle_t* handle, void* self) {
              auto* server = static_cast<Server*>(self);
              if (handle == reinterpret_cast<uv_handle_t*>(&server->listener_)) return;
              if (handle == reinterpret_cast<uv_handle_t*>(&server->wake_)) return;
              if (handle->type == UV_TCP) server->close(*static_cast<Connection*>(handle->data));
            },
            this);
        uv_close(reinterpret_cast<uv_handle_t*>(&wake_), nullptr);
        break;
    }
  }
}

void Server::on_connection() {
  auto* connection = new Connection(*this);
  uv_tcp_init(&loop_, &connection->socket);
  connection->socket.data = connection;
  auto* stream = reinterpret_cast<uv_stream_t*>(&connection->socket);
  if (uv_accept(reinterpret_cast<uv_stream_t*>(&listener_), stream) != 0) return close(*connection);
  uv_tcp_nodelay(&connection->socket, 1);
  uv_read_start(
      stream,
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        auto& bytes = static_cast<Connection*>(handle->data)->server.read_buffer_;
        *buffer = uv_buf_init(bytes.data(), bytes.size());
      },
      [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
        auto& connection = *static_cast<Connection*>(stream->data);
        if (connection.is_closing) return;
        if (count < 0) return connection.server.close(connection);
        connection.input.append(buffer->base, static_cast<size_t>(count));
        if (connection.session == 0)
          connection.server.on_request(connection);
        else
          connection.server.on_frames(connection);
      });
}

void Server::close(Connection& connection) {
  if (connection.is_closing) return;
  connection.is_closing = true;
  if (connection.session != 0) {
    connections_.erase(connection.session);
    agent_.post({Incoming::Disconnect, connection.session});
  }
  uv_close(reinterpret_cast<uv_handle_t*>(&connection.socket),
           [](uv_handle_t* handle) { delete static_cast<Connection*>(handle->data); });
}

void Server::write(Connection& connection, std::string data, bool then_close) {
  struct Write {
    uv_write_t request;
    std::string data;
    Connection* connection;
    bool then_close;
  };
  auto* write = new Write{{}, std::move(data), &connection, then_close};
  write->request.data = write;
  uv_buf_t buffer = uv_buf_init(write->data.data(), static_cast<unsigned>(write->data.size()));
  const int error = uv_write(&write->request, reinterpret_cast<uv_stream_t*>(&connection.socket), &buffer, 1,
                             [](uv_write_t* request, int status) {
                               std::unique_ptr<Write> done(static_cast<Write*>(request->data));
                               if (status == UV_ECANCELED) return;
                               if (done->then_close) done->connection->server.close(*done->connection);
                             });
  if (error) {
    delete write;
    close(connection);
  }
}

void Server::answer(Connection& connection, int status, const std::string& body) {
  const std::string reason = status == 200 ? "OK" : status == 404 ? "Not Found" : "Bad Request";
  write(connection,
        "HTTP/1.0 " + std::to_string(status) + " " + reason +
            "\r\nContent-Type: application/json; charset=UTF-8\r\nCache-Control: no-cache\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body,
        true);
}

std::string Server::describe_target(const std::string& host) const {
  const std::string address = (host.empty() ? host_ + ":" + std::to_string(port_) : host) + "/" + id_;
  const std::string tools = "devtools://devtools/bundled/";
  const std::string arguments = "?experiments=true&v8only=true&ws=" + address;
  const std::string url = script_.empty() ? "" : "file://" + script_;
  const std::string title = script_.empty() ? "node[" + std::to_string(uv_os_getpid()) + "]" : script_;
  return "[ {\n  \"description\": \"node.js instance\",\n  \"devtoolsFrontendUrl\": " +
         json_string(tools + "js_app.html" + arguments) +
         ",\n  \"devtoolsFrontendUrlCompat\": " + json_string(tools + "inspector.html" + arguments) +
         ",\n  \"faviconUrl\": \"https://nodejs.org/static/images/favicons/favicon.ico\",\n  \"id\": " +
         json_string(id_) + ",\n  \"title\": " + json_string(title) +
         ",\n  \"type\": \"node\",\n  \"url\": " + json_string(url.empty() ? "file://" : url) +
         ",\n  \"webSocketDebuggerUrl\": " + json_string("ws://" + address) + "\n} ]\n\n";
}

void Server::on_request(Connection& connection) {
  const size_t end = connection.input.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (connection.input.size() > kMaxRequest) close(connection);
    return;
  }
  const std::string request = connection.input.substr(0, end + 2);
  connection.input.erase(0, end + 4);
  const std::string line = request.substr(0, request.find("\r\n"));
  const size_t space = line.find(' ');
  if (line.substr(0, space) != "GET" || !is_allowed_host(header(request, "host"))) return answer(connection, 400, "");
  std::string path = line.substr(space + 1, line.find(' ', space + 1) - space - 1);

  if (lower(header(request, "upgrade")) == "websocket") {
    const std::string key = header(request, "sec-websocket-key");
    if (key.empty() || path != "/" + id_) return answer(connection, 400, "");
    return upgrade(connection, key);
  }
  const bool is_listing = path.starts_with("/json");
  if (is_listing && !publishing_.on_http) return answer(connection, 404, "Not Found\n");
  if (path == "/json" || path == "/json/list") return answer(connection, 200, describe_target(header(request, "host")));
  if (path == "/json/version") {
    return answer(connection, 200, "{\n  \"Browser\": \"node.js/v24.21.0\",\n  \"Protocol-Version\": \"1.1\"\n}\n");
  }
  answer(connection, is_listing ? 404 : 400, "WebSockets request was expected\r\n");
}

void Server::upgrade(Connection& connection, const std::string& key) {
  write(connection,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
            accept_key(key) + "\r\n\r\n",
        false);
  connection.session = next_session_++;
  connections_[connection.session] = &connection;
  agent_.post({Incoming::Connect, connection.session});
  on_frames(connection);
}

// RFC 6455, section 5.2.
void Server::on_frames(Connection& connection) {
  std::string& input = connection.input;
  while (!connection.is_closing && input.size() >= 2) {
    const auto byte = [&](size_t at) { return static_cast<uint64_t>(static_cast<uint8_t>(input[at])); };
    const bool is_final = byte(0) & kFinal;
    const auto opcode = static_cast<Opcode>(byte(0) & 0x0f);
    const bool is_masked = byte(1) & 0x80;
    uint64_t size = byte(1) & 0x7f;
    size_t at = 2;
    if (size >= 126) {
      const size_t width = size == 126 ? 2 : 8;
      if (input.size() < at + width) return;
      size = 0;
      for (size_t i = 0; i < width; i++) size = size << 8 | byte(at + i);
      at += width;
    }
    // A client's frames are always masked.
    if (!is_masked || size > (1u << 30)) return close(connection);
    if (input.size() < at + 4 + size) return;
    std::string payload = input.substr(at + 4, size);
    for (size_t i = 0; i < payload.size(); i++) payload[i] ^= input[at + i % 4];
    input.erase(0, at + 4 + size);

    if (opcode == kClose) return write(connection, frame(kClose, ""), true);
    if (opcode == kPing) {
      write(connection, frame(kPong, payload), false);
    } else if (opcode == kText || opcode == kBinary || opcode == kContinuation) {
      connection.fragments += payload;
      if (is_final) agent_.post({Incoming::Message, connection.session, std::exchange(connection.fragments, {})});
    }
  }
}

}  // namespace gyre::inspector
