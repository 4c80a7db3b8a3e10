// A blocking C++ function as one thread-pool job: it converts its arguments once, runs on a pool
// thread, and comes back once, to a callback(error, value) or a promise.
#pragma once

#include <optional>
#include <tuple>

#include "binding/async_resource.h"
#include "binding/convert.h"

namespace gyre {

// What every job shares: the request, and where its outcome goes.
class JobBase {
 public:
  // `callback` is a function, or undefined for a promise (returned).
  JobBase(Realm& realm, v8::Local<v8::Value> callback, const char* provider);
  virtual ~JobBase() = default;

  // Queues the job; the job deletes itself when its outcome was delivered.
  v8::Local<v8::Value> start();

 protected:
  virtual void work() = 0;  // on a pool thread
  // On the realm's thread, in its context: the value, or an error in `error`.
  virtual v8::Local<v8::Value> outcome(v8::Local<v8::Value>& error) = 0;

  Realm& realm_;

 private:
  void finish();

  uv_work_t request_;
  std::shared_ptr<const Permissions> permissions_;
  v8::Global<v8::Function> callback_;
  v8::Global<v8::Promise::Resolver> resolver_;
  AsyncRequest asked_;
};

template <auto Fn, typename R, typename... Args>
class Job final : public JobBase {
 public:
  Job(Realm& realm, v8::Local<v8::Value> callback, const char* provider, std::tuple<Args...> args)
      : JobBase(realm, callback, provider), args_(std::move(args)) {}

 protected:
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
  std::tuple<Args...> args_;
  std::optional<R> result_;
};

}  // namespace gyre
