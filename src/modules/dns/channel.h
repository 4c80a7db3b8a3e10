// A c-ares channel on the event loop: one for each Resolver.
#pragma once

#include <ares.h>
#include <uv.h>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "binding/binding.h"

namespace gyre::dns {

// Closes a handle that lives on the heap; libuv may use it until its close callback frees it.
struct CloseHandle {
  template <typename H>
  void operator()(H* handle) const {
    handle->data = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(handle), [](uv_handle_t* closed) { delete reinterpret_cast<H*>(closed); });
  }
};
template <typename H>
using OwnedHandle = std::unique_ptr<H, CloseHandle>;

class Channel;

// One query: the object that JavaScript made for it. Its `oncomplete(error, records, ttls)` is
// called once, from the event loop; `error` is a code or null.
class Query final : public AsyncWrapped {
 public:
  static constexpr ClassTag kTag{"QueryReqWrap", &AsyncWrapped::kTag};
  Query(Realm& js, v8::Local<v8::Object> object);

 private:
  friend class Channel;
  void complete();

  ares_dns_rec_type_t type_ = ARES_REC_TYPE_A;
  Channel* channel_ = nullptr;  // until the answer is here
  v8::Global<v8::Object> channel_object_;
  const char* error_ = nullptr;
  v8::Global<v8::Value> records_;
  v8::Global<v8::Value> ttls_;
};

class Channel final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"ChannelWrap", nullptr};
  Channel(Realm& js, v8::Local<v8::Object> object, int32_t timeout, int32_t tries, uint32_t max_timeout);
  ~Channel() override;
  void dispose() override;

  // Starts a query. `type` is the name of a record type, `name` a domain.
  Result<> query(Query* query, std::string type, std::string name);
  // The names of an address, from the hosts file or the DNS. An error code of libuv if `address` is
  // none, 0 otherwise.
  int32_t reverse(Query* query, std::string address);
  void cancel();

  // [[address, port]...]
  Result<v8::Local<v8::Value>> servers(Realm& js);
  // [[family, address, port]...]; '' or what is wrong.
  std::string set_servers(v8::Local<v8::Array> servers);
  Result<> set_local_address(std::string first, std::optional<std::string> second);

 private:
  void begin(Query& query);
  void finish(Query& query, int status);
  // c-ares was called: what it waits for may have changed, and answers may be here.
  void after_activity(bool from_loop);
  void deliver();
  void hold_loop(uv_poll_t* poll);
  void on_socket_state(ares_socket_t socket, bool readable, bool writable);
  void close();
  void use_new_servers();

  ares_channel_t* channel_ = nullptr;
  std::unordered_map<ares_socket_t, OwnedHandle<uv_poll_t>> sockets_;
  OwnedHandle<uv_timer_t> timer_;     // for c-ares' timeouts
  OwnedHandle<uv_timer_t> delivery_;  // for answers that came while JavaScript was running
  std::vector<Query*> done_;
  int pending_ = 0;
  bool has_own_servers_ = false;
  bool was_refused_ = false;
};

}  // namespace gyre::dns
