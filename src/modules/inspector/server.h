// The WebSocket server that debuggers connect to, on a thread of its own: it answers while the
// program is busy or paused.
#pragma once

#include <uv.h>

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace gyre::inspector {

class Agent;

// Where a debugger learns the address of the socket.
struct Publishing {
  bool on_stderr = true;
  bool on_http = true;
};

class Server {
 public:
  Server(Agent& agent, Publishing publishing) : agent_(agent), publishing_(publishing) {}
  // Closes all connections and joins the thread.
  ~Server();
  Server(const Server&) = delete;
  void operator=(const Server&) = delete;

  // Listens and starts the thread; says so on standard error. Returns libuv's error.
  int start(const std::string& host, int port, const std::string& script);
  // ws://host:port/id
  std::string url() const;
  // From the agent's thread: a message to the debugger of a session.
  void send(int session, std::string message);
  // No new debuggers.
  void stop_listening();

 private:
  struct Connection;

  void on_connection();
  void on_request(Connection& connection);
  void on_frames(Connection& connection);
  void upgrade(Connection& connection, const std::string& key);
  void answer(Connection& connection, int status, const std::string& body);
  void write(Connection& connection, std::string data, bool then_close);
  void close(Connection& connection);
  void run_outbox();
  std::string describe_target(const std::string& host) const;

  struct Outgoing {
    enum Kind { Message, StopListening, Quit } kind;
    int session = 0;
    std::string text = {};
  };
  void post(Outgoing message);

  Agent& agent_;
  const Publishing publishing_;
  uv_loop_t loop_;
  std::array<char, 65536> read_buffer_;  // of all connections: each read is taken out of it at once
  uv_tcp_t listener_;
  uv_async_t wake_;
  uv_thread_t thread_;
  bool is_running_ = false;
  std::string host_;
  int port_ = 0;
  std::string id_;
  std::string script_;
  int next_session_ = 1;
  std::map<int, Connection*> connections_;

  std::mutex mutex_;
  std::deque<Outgoing> outbox_;
};

}  // namespace gyre::inspector
