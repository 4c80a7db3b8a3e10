// A blocking C++ function as one thread-pool job: it converts its arguments once, runs on a pool
// thread, and comes back once, to a callback(error, value) or a promise. A job whose result is known at
// once spares the thread, but not the turn of the loop.
#pragma once

#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "binding/async_resource.h"
#include "binding/convert.h"
#include "loop/work_pool.h"

namespace gyre {

// Marks an at-once function that changes what other jobs may see: `f_at_once(Alone, const Args&...)` is
// asked only while the pool has no job of the realm, so that nothing overtakes what was asked for before.
struct Alone {};

// What every job shares: the request, and where its outcome goes.
class JobBase : private PoolWork {
 public:
  // `callback` is a function, or undefined for a promise (returned).
  JobBase(Realm& realm, v8::Local<v8::Value> callback, const char* provider);
  ~JobBase() override = default;

  // Queues the job; the job deletes itself when its outcome was delivered.
  v8::Local<v8::Value> start();

  // Delivers the outcome, on the realm's thread.
  void finish();

 protected:
  // On the realm's thread: whether the result is known without any waiting.
  virtual bool work_at_once(bool /*is_alone*/) { return false; }
  virtual void work() = 0;  // on a pool thread
  // On the realm's thread, in its context: the value, or an error in `error`.
  virtual v8::Local<v8::Value> outcome(v8::Local<v8::Value>& error) = 0;

  Realm& realm_;

 private:
  void run_in_pool() override;
  void back_on_loop() override;

  std::shared_ptr<const Permissions> permissions_;
  v8::Global<v8::Function> callback_;
  v8::Global<v8::Promise::Resolver> resolver_;
  AsyncRequest asked_;
};

template <auto Fn, auto AtOnce, typename R, typename... Args>
class Job final : public JobBase {
 public:
  Job(Realm& realm, v8::Local<v8::Value> callback, const char* provider, std::tuple<Args...> args)
      : JobBase(realm, callback, provider), args_(std::move(args)) {}

 protected:
  bool work_at_once(bool is_alone) override {
    if constexpr (std::is_invocable_v<decltype(AtOnce), Alone, const Args&...>) {
      if (is_alone) keep(std::apply([](const Args&... args) { return AtOnce(Alone{}, args...); }, args_));
    } else if constexpr (!std::is_same_v<decltype(AtOnce), std::nullptr_t>) {
      keep(std::apply([](const Args&... args) { return AtOnce(args...); }, args_));
    }
    return result_.has_value();
  }

  void work() override {
    result_.emplace(std::apply([](Args&... args) { return Fn(std::move(args)...); }, args_));
  }

  v8::Local<v8::Value> outcome(v8::Local<v8::Value>& error) override {
    if (!*result_) {
      error = realm_.exception(std::move(*result_).error());
      return v8::Undefined(realm_.isolate());
    }
    return to_js(realm_, std::move(*result_).value());
  }

 private:
  void keep(std::optional<R> known) {
    if (known) result_.emplace(std::move(*known));
  }

  std::tuple<Args...> args_;
  std::optional<R> result_;
};

// Jobs that are done before they were queued. They are delivered when the loop has polled and run its
// immediates once, as if a thread had worked on them: programs see the same order of events.
class DoneJobs {
 public:
  explicit DoneJobs(Realm& realm);

  // So many at a time; others shall share the work with the pool.
  bool is_full() const { return fresh_.size() + due_.size() >= kMax; }
  void add(std::unique_ptr<JobBase> job);
  // The realm ends: drops what waits and closes the handles, which the loop must still see closed.
  void close();

 private:
  static constexpr size_t kMax = 64;

  void deliver();

  Realm& realm_;
  uv_idle_t idle_;    // keeps the loop from waiting; delivers
  uv_check_t check_;  // behind the poll
  std::vector<std::unique_ptr<JobBase>> fresh_;
  std::vector<std::unique_ptr<JobBase>> due_;
};

}  // namespace gyre
