// Which locks are held and wanted, in all threads of the process.
// https://w3c.github.io/web-locks/#concepts
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <vector>

namespace gyre::locks {

enum class Outcome { Granted, Unavailable, Stolen };

// One thread's share of the table: is told, from any thread, what became of its requests.
class Client {
 public:
  virtual ~Client() = default;
  virtual void tell(uint64_t request, Outcome outcome) = 0;
};

struct Request {
  uint64_t id;
  std::string name;
  bool exclusive;
  std::string client_id;
  Client* client;
};

class Table {
 public:
  static Table& of_process();

  // Grants the request now or later, and tells its client. With `if_available` it is granted now or
  // never; with `steal` whoever holds the lock loses it.
  void request(Request request, bool if_available, bool steal);
  // The holder is done, or the one who waits has given up. False if the lock was stolen meanwhile.
  bool release(uint64_t id);
  // The client ends, with all that it holds and wants.
  void forget(Client& client);

  std::vector<Request> held();
  std::vector<Request> pending();

 private:
  bool is_free(const Request& request) const;
  bool is_awaited(const std::string& name) const;
  void grant_what_is_free();

  std::mutex mutex_;
  std::list<Request> held_;
  std::list<Request> pending_;
};

}  // namespace gyre::locks
