#include "modules/dns/channel.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <mutex>
#include <optional>

#include "base/check.h"
#include "modules/dns/records.h"

namespace gyre::dns {

namespace {

constexpr uint16_t kDnsPort = 53;

bool has_answers(const ares_dns_record_t* answer) { return ares_dns_record_rr_cnt(answer, ARES_SECTION_ANSWER) > 0; }

// An answer with records of other types alone, as that an alias exists: for these an empty list, an error for others.
bool may_be_none(ares_dns_rec_type_t type) {
  switch (type) {
    case ARES_REC_TYPE_CAA:
    case ARES_REC_TYPE_MX:
    case ARES_REC_TYPE_NAPTR:
    case ARES_REC_TYPE_SRV:
    case ARES_REC_TYPE_TLSA:
    case ARES_REC_TYPE_TXT: return true;
    default: return false;
  }
}

void initialize_library() {
  static std::once_flag once;
  std::call_once(once, [] { CHECK(ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS); });
}

OwnedHandle<uv_timer_t> make_timer(uv_loop_t* loop, void* data) {
  auto timer = std::make_unique<uv_timer_t>();
  CHECK(uv_timer_init(loop, timer.get()) == 0);
  timer->data = data;
  return OwnedHandle<uv_timer_t>(timer.release());
}

CodedError invalid_value(const char* message) {
  return CodedError{ErrorType::TypeError, "ERR_INVALID_ARG_VALUE", message};
}

}  // namespace

Query::Query(Realm& js, v8::Local<v8::Object> object) : AsyncWrapped(js, object, kTag, "QUERYWRAP") {}

void Query::complete() {
  Realm& js = realm();
  v8::HandleScope handles(js.isolate());
  v8::Context::Scope entered(js.context());
  v8::Local<v8::Value> argv[] = {v8::Null(js.isolate()), v8::Undefined(js.isolate()), v8::Undefined(js.isolate())};
  if (error_ != nullptr) {
    argv[0] = js.string(error_);
  } else {
    if (!records_.IsEmpty()) argv[1] = records_.Get(js.isolate());
    if (!ttls_.IsEmpty()) argv[2] = ttls_.Get(js.isolate());
  }
  channel_object_.Reset();
  records_.Reset();
  ttls_.Reset();
  call_back(js.name("oncomplete"), 3, argv);
  end_resource();
  unpin();
}

Channel::Channel(Realm& js, v8::Local<v8::Object> object, int32_t timeout, int32_t tries, uint32_t max_timeout)
    : Wrapped(js, object, kTag) {
  initialize_library();
  ares_options options{};
  // A server's refusal is an answer, not a reason to ask the next one.
  options.flags = ARES_FLAG_NOCHECKRESP;
  options.tries = tries;
  // Each query asks: programs rely on seeing changes.
  options.qcache_max_ttl = 0;
  options.sock_state_cb = [](void* data, ares_socket_t socket, int readable, int writable) {
    static_cast<Channel*>(data)->on_socket_state(socket, readable != 0, writable != 0);
  };
  options.sock_state_cb_data = this;
  int mask = ARES_OPT_FLAGS | ARES_OPT_TRIES | ARES_OPT_QUERY_CACHE | ARES_OPT_SOCK_STATE_CB;
  if (timeout >= 0) {
    options.timeout = timeout;
    mask |= ARES_OPT_TIMEOUTMS;
  }
  if (max_timeout > 0) {
    options.maxtimeout = static_cast<int>(std::min<uint32_t>(max_timeout, INT32_MAX));
    mask |= ARES_OPT_MAXTIMEOUTMS;
  }
  CHECK(ares_init_options(&channel_, &options, mask) == ARES_SUCCESS);
}

Channel::~Channel() { close(); }

void Channel::dispose() { close(); }

void Channel::close() {
  if (channel_ == nullptr) return;
  ares_channel_t* channel = channel_;
  channel_ = nullptr;
  // Calls back for what is pending; those queries end without telling JavaScript.
  ares_destroy(channel);
  for (Query* query : done_) {
    query->channel_object_.Reset();
    query->unpin();
  }
  done_.clear();
  sockets_.clear();
  timer_.reset();
  delivery_.reset();
}

void Channel::begin(Query& query) {
  if (was_refused_) use_new_servers();
  query.channel_ = this;
  query.channel_object_.Reset(realm().isolate(), object());
  query.pin();
  pending_++;
}

// Without a resolv.conf, c-ares asks this machine, where nobody may listen. A program that runs on
// while the network comes up gets the servers that have become known since.
void Channel::use_new_servers() {
  was_refused_ = false;
  if (!has_own_servers_ && pending_ == 0) ares_reinit(channel_);
}

Result<> Channel::query(Query* query, std::string type, std::string name) {
  const RecordType* record = find_record_type(type);
  CHECK(record != nullptr && query->channel_ == nullptr);
  begin(*query);
  query->type_ = record->type;
  ares_query_dnsrec(
      channel_, name.c_str(), ARES_CLASS_IN, record->type,
      [](void* data, ares_status_t status, size_t, const ares_dns_record_t* answer) {
        auto* query = static_cast<Query*>(data);
        Channel* channel = query->channel_;
        if (status == ARES_SUCCESS && answer != nullptr && channel->channel_ != nullptr) {
          Realm& js = query->realm();
          v8::HandleScope handles(js.isolate());
          v8::Context::Scope entered(js.context());
          v8::Local<v8::Object> soa;
          if (query->type_ == ARES_REC_TYPE_SOA) {
            if (soa_to_js(js, answer).ToLocal(&soa)) {
              query->records_.Reset(js.isolate(), soa);
            } else {
              status = has_answers(answer) ? ARES_EBADRESP : ARES_ENODATA;
            }
          } else {
            v8::Local<v8::Array> ttls;
            v8::Local<v8::Array> records = records_to_js(js, answer, query->type_, ttls);
            if (records->Length() == 0 && !(may_be_none(query->type_) && has_answers(answer))) status = ARES_ENODATA;
            query->records_.Reset(js.isolate(), records);
            query->ttls_.Reset(js.isolate(), ttls);
          }
        }
        channel->finish(*query, status);
      },
      query, nullptr);
  after_activity(false);
  return Done{};
}

int32_t Channel::reverse(Query* query, std::string address) {
  CHECK(query->channel_ == nullptr);
  in6_addr bytes;
  int family = AF_INET;
  int size = sizeof(in_addr);
  if (uv_inet_pton(AF_INET, address.c_str(), &bytes) != 0) {
    family = AF_INET6;
    size = sizeof(in6_addr);
    if (uv_inet_pton(AF_INET6, address.c_str(), &bytes) != 0) return UV_EINVAL;
  }
  begin(*query);
  ares_gethostbyaddr(
      channel_, &bytes, size, family,
      [](void* data, int status, int, hostent* host) {
        auto* query = static_cast<Query*>(data);
        Channel* channel = query->channel_;
        if (status == ARES_SUCCESS && host != nullptr && channel->channel_ != nullptr) {
          Realm& js = query->realm();
          v8::HandleScope handles(js.isolate());
          v8::Context::Scope entered(js.context());
          v8::LocalVector<v8::Value> names(js.isolate());
          for (char** alias = host->h_aliases; *alias != nullptr; alias++) {
            names.push_back(js.string(*alias));
          }
          query->records_.Reset(js.isolate(), v8::Array::New(js.isolate(), names.data(), names.size()));
        }
        channel->finish(*query, status);
      },
      query);
  after_activity(false);
  return 0;
}

void Channel::finish(Query& query, int status) {
  pending_--;
  query.channel_ = nullptr;
  if (channel_ == nullptr) {
    // The channel is being closed.
    query.channel_object_.Reset();
    query.unpin();
    return;
  }
  if (status == ARES_ECONNREFUSED) was_refused_ = true;
  if (status != ARES_SUCCESS) query.error_ = status_name(status);
  done_.push_back(&query);
}

void Channel::cancel() {
  ares_cancel(channel_);
  after_activity(false);
}

// c-ares keeps a socket open for a while. Only a query keeps the program running.
void Channel::hold_loop(uv_poll_t* poll) {
  auto* handle = reinterpret_cast<uv_handle_t*>(poll);
  if (pending_ > 0) {
    uv_ref(handle);
  } else {
    uv_unref(handle);
  }
}

void Channel::after_activity(bool from_loop) {
  for (auto& [socket, poll] : sockets_) hold_loop(poll.get());
  timeval wait;
  if (ares_timeout(channel_, nullptr, &wait) != nullptr) {
    if (!timer_) timer_ = make_timer(realm().loop(), this);
    uint64_t ms = static_cast<uint64_t>(wait.tv_sec) * 1000 + (wait.tv_usec + 999) / 1000;
    uv_update_time(realm().loop());
    uv_timer_start(
        timer_.get(),
        [](uv_timer_t* timer) {
          auto* self = static_cast<Channel*>(timer->data);
          if (self == nullptr) return;
          ares_process_fd(self->channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
          self->after_activity(true);
        },
        std::max<uint64_t>(ms, 1), 0);
  } else if (timer_) {
    uv_timer_stop(timer_.get());
  }
  if (done_.empty()) return;
  if (from_loop) return deliver();
  // A callback never runs inside the call that asked.
  if (!delivery_) delivery_ = make_timer(realm().loop(), this);
  uv_timer_start(
      delivery_.get(),
      [](uv_timer_t* timer) {
        auto* self = static_cast<Channel*>(timer->data);
        if (self != nullptr) self->deliver();
      },
      0, 0);
}

void Channel::deliver() {
  // The channel must survive what its callbacks do.
  pin();
  std::vector<Query*> done;
  done.swap(done_);
  for (Query* query : done) query->complete();
  unpin();
}

void Channel::on_socket_state(ares_socket_t socket, bool readable, bool writable) {
  if (!readable && !writable) {
    sockets_.erase(socket);
    return;
  }
  if (channel_ == nullptr) return;
  OwnedHandle<uv_poll_t>& poll = sockets_[socket];
  if (!poll) {
    auto made = std::make_unique<uv_poll_t>();
    if (uv_poll_init_socket(realm().loop(), made.get(), socket) != 0) {
      sockets_.erase(socket);
      return;
    }
    made->data = this;
    poll.reset(made.release());
    hold_loop(poll.get());
  }
  int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
  uv_poll_start(poll.get(), events, [](uv_poll_t* poll, int status, int events) {
    auto* self = static_cast<Channel*>(poll->data);
    if (self == nullptr) return;
    uv_os_fd_t fd;
    if (uv_fileno(reinterpret_cast<uv_handle_t*>(poll), &fd) != 0) return;
    // An error makes c-ares read and write, which is how it finds out.
    if (status < 0) events = UV_READABLE | UV_WRITABLE;
    ares_process_fd(self->channel_, events & UV_READABLE ? fd : ARES_SOCKET_BAD,
                    events & UV_WRITABLE ? fd : ARES_SOCKET_BAD);
    self->after_activity(true);
  });
}

Result<v8::Local<v8::Value>> Channel::servers(Realm& js) {
  ares_addr_port_node* list = nullptr;
  if (ares_get_servers_ports(channel_, &list) != ARES_SUCCESS) {
    return v8::Local<v8::Value>(v8::Array::New(js.isolate(), 0));
  }
  v8::LocalVector<v8::Value> servers(js.isolate());
  for (const ares_addr_port_node* at = list; at != nullptr; at = at->next) {
    char text[INET6_ADDRSTRLEN];
    if (inet_ntop(at->family, &at->addr, text, sizeof(text)) == nullptr) continue;
    int port = at->udp_port == 0 ? kDnsPort : at->udp_port;
    v8::Local<v8::Value> pair[] = {js.string(text), to_js(js, port)};
    servers.push_back(v8::Array::New(js.isolate(), pair, 2));
  }
  ares_free_data(list);
  return v8::Local<v8::Value>(v8::Array::New(js.isolate(), servers.data(), servers.size()));
}

std::string Channel::set_servers(v8::Local<v8::Array> servers) {
  if (pending_ > 0) return "There are pending queries.";
  std::vector<ares_addr_port_node> nodes(servers->Length());
  v8::Local<v8::Context> context = realm().context();
  for (uint32_t i = 0; i < nodes.size(); i++) {
    v8::Local<v8::Value> entry;
    std::vector<v8::Local<v8::Value>> fields;
    if (!servers->Get(context, i).ToLocal(&entry) || !from_js(realm(), entry, fields)) return "";
    CHECK(fields.size() == 3);
    std::string address = utf8(realm(), fields[1].As<v8::String>());
    nodes[i].family = fields[0].As<v8::Int32>()->Value() == 4 ? AF_INET : AF_INET6;
    nodes[i].udp_port = nodes[i].tcp_port = fields[2].As<v8::Int32>()->Value();
    if (uv_inet_pton(nodes[i].family, address.c_str(), &nodes[i].addr) != 0) {
      return ares_strerror(ARES_EBADSTR);
    }
    if (i > 0) nodes[i - 1].next = &nodes[i];
  }
  int status = ares_set_servers_ports(channel_, nodes.empty() ? nullptr : nodes.data());
  if (status != ARES_SUCCESS) return ares_strerror(status);
  has_own_servers_ = true;
  return "";
}

Result<> Channel::set_local_address(std::string first, std::optional<std::string> second) {
  in_addr v4;
  in6_addr v6;
  bool has_v4 = false;
  bool has_v6 = false;
  for (const std::string* address : {&first, second ? &*second : nullptr}) {
    if (address == nullptr) continue;
    if (uv_inet_pton(AF_INET, address->c_str(), &v4) == 0) {
      if (has_v4) return invalid_value("Cannot specify two IPv4 addresses.");
      has_v4 = true;
    } else if (uv_inet_pton(AF_INET6, address->c_str(), &v6) == 0) {
      if (has_v6) return invalid_value("Cannot specify two IPv6 addresses.");
      has_v6 = true;
    } else {
      return invalid_value("Invalid IP address.");
    }
  }
  // What is not given is any address again.
  ares_set_local_ip4(channel_, has_v4 ? ntohl(v4.s_addr) : 0);
  in6_addr any{};
  ares_set_local_ip6(channel_, (has_v6 ? v6 : any).s6_addr);
  return Done{};
}

}  // namespace gyre::dns
