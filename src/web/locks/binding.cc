// native('locks').Client: this thread's share of the process's locks; calls ontell(id, outcome)
// with 0 granted, 1 not available, 2 stolen, unless take() got the outcome before.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <deque>

#include "binding/handle.h"
#include "runtime/environment.h"
#include "web/locks/table.h"

namespace gyre::locks {
namespace {

class LockClient final : public HandleWrapped<uv_async_t>, public Client {
 public:
  static constexpr ClassTag kTag{"LockClient", &HandleWrapped<uv_async_t>::kTag};

  LockClient(Realm& js, v8::Local<v8::Object> object) : HandleWrapped(js, object, kTag, "LOCKS") {
    client_id_ = "node-" + std::to_string(getpid()) + "-" +
                 std::to_string(static_cast<int64_t>(Environment::from(js).config().thread_id));
    const auto on_told = [](uv_async_t* handle) { static_cast<LockClient*>(from(handle))->deliver(); };
    CHECK(uv_async_init(js.loop(), handle(), on_told) == 0);
    opened();
    uv_unref(base());
  }
  ~LockClient() override { Table::of_process().forget(*this); }

  // The number of the new request.
  double request(std::string name, bool exclusive, bool if_available, bool steal) {
    static std::atomic<uint64_t> last = 0;
    const uint64_t id = ++last;
    Request request{id, std::move(name), exclusive, client_id_, this};
    Table::of_process().request(std::move(request), if_available, steal);
    return static_cast<double>(id);
  }
  bool release(double id) { return Table::of_process().release(static_cast<uint64_t>(id)); }

  // [name, exclusive, client id, ...] of what is held, or wanted: this thread's first.
  v8::Local<v8::Value> list(Realm& js, bool held) {
    std::vector<Request> all = held ? Table::of_process().held() : Table::of_process().pending();
    std::stable_partition(all.begin(), all.end(), [&](const Request& each) { return each.client == this; });
    std::vector<v8::Local<v8::Value>> out;
    for (const Request& each : all) {
      out.push_back(js.string(each.name));
      out.push_back(to_js(js, each.exclusive));
      out.push_back(js.string(each.client_id));
    }
    return v8::Array::New(js.isolate(), out.data(), out.size());
  }

  // [id, outcome, ...] of what has been told and not delivered.
  v8::Local<v8::Value> take(Realm& js) {
    std::vector<v8::Local<v8::Value>> out;
    for (const auto& [request, outcome] : take_told()) {
      out.push_back(to_js(js, static_cast<double>(request)));
      out.push_back(to_js(js, static_cast<int32_t>(outcome)));
    }
    return v8::Array::New(js.isolate(), out.data(), out.size());
  }

  void tell(uint64_t request, Outcome outcome) override {
    std::lock_guard lock(mutex_);
    told_.emplace_back(request, outcome);
    if (is_alive_) uv_async_send(handle());
  }

 protected:
  void closing() override {
    Table::of_process().forget(*this);
    std::lock_guard lock(mutex_);
    is_alive_ = false;
  }

 private:
  std::deque<std::pair<uint64_t, Outcome>> take_told() {
    std::deque<std::pair<uint64_t, Outcome>> told;
    std::lock_guard lock(mutex_);
    told.swap(told_);
    return told;
  }

  void deliver() {
    v8::HandleScope handles(realm().isolate());
    v8::Context::Scope entered(realm().context());
    for (const auto& [request, outcome] : take_told()) {
      v8::Local<v8::Value> argv[] = {to_js(realm(), static_cast<double>(request)),
                                     to_js(realm(), static_cast<int32_t>(outcome))};
      call_back(realm().name("ontell"), 2, argv);
    }
  }

  std::string client_id_;
  std::mutex mutex_;  // guards the rest
  std::deque<std::pair<uint64_t, Outcome>> told_;
  bool is_alive_ = true;
};

}  // namespace

GYRE_MODULE(locks) {
  auto client = b.class_<LockClient>("Client");
  client.constructor<>()
      .method<&LockClient::request>("request")
      .method<&LockClient::release>("release")
      .method<&LockClient::list>("list")
      .method<&LockClient::take>("take");
  LockClient::bind_methods(client);
}

}  // namespace gyre::locks
