// Binds functions that return Outcome<T>: as they are, or as jobs of the thread pool too.
#pragma once

#include <optional>
#include <string>
#include <tuple>

#include "binding/binding.h"
#include "modules/crypto/failure.h"

namespace gyre::crypto {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// Throws the failure, unless an exception is pending already.
inline void throw_failure(Realm& js, const Failure& failure) {
  if (!failure.thrown) js.isolate()->ThrowException(exception(js, failure));
}

// Sets the returned value, or throws.
template <typename T>
void finish(Realm& js, const Info& info, Outcome<T> outcome) {
  if (!outcome) return throw_failure(js, outcome.error());
  if constexpr (!std::is_same_v<T, Done>) {
    info.GetReturnValue().Set(to_js(js, std::move(outcome).value()));
  }
}

template <auto Fn, typename F = decltype(Fn)>
struct Call;

template <auto Fn, typename T, typename... Args>
struct Call<Fn, Outcome<T> (*)(Args...)> {
  using Tuple = std::tuple<std::remove_cvref_t<Args>...>;

  static void now(const Info& info) {
    Realm& js = Realm::from(info.GetIsolate());
    Tuple args;
    if (!binding::arguments(js, info, args)) return;
    finish(js, info, run(args));
  }

  static Outcome<T> run(Tuple& args) {
    const ErrorScope scope;
    return std::apply([](auto&... each) { return Fn(std::move(each)...); }, args);
  }

  class Job final : public JobBase {
   public:
    Job(Realm& realm, v8::Local<v8::Value> callback, const char* provider, Tuple args)
        : JobBase(realm, callback, provider), args_(std::move(args)) {}

   protected:
    void work() override { outcome_.emplace(run(args_)); }
    v8::Local<v8::Value> outcome(v8::Local<v8::Value>& error) override {
      if (!*outcome_) {
        error = exception(realm_, outcome_->error());
        return v8::Undefined(realm_.isolate());
      }
      return to_js(realm_, std::move(*outcome_).value());
    }

   private:
    Tuple args_;
    std::optional<Outcome<T>> outcome_;
  };

  // The provider's name follows the arguments' types, because it is a literal of the binding.
  template <const char* kProvider>
  static void later(const Info& info) {
    Realm& js = Realm::from(info.GetIsolate());
    Tuple args;
    if (!binding::arguments(js, info, args)) return;
    auto* job = new Job(js, info[sizeof...(Args)], kProvider, std::move(args));
    info.GetReturnValue().Set(job->start());
  }
};

// Functions that may touch V8 run on the thread of the realm only.
template <auto Fn, typename T, typename... Args>
struct Call<Fn, Outcome<T> (*)(Realm&, Args...)> {
  static void now(const Info& info) {
    Realm& js = Realm::from(info.GetIsolate());
    std::tuple<std::remove_cvref_t<Args>...> args;
    if (!binding::arguments(js, info, args)) return;
    const ErrorScope scope;
    finish(js, info, std::apply([&](auto&... each) { return Fn(js, std::move(each)...); }, args));
  }
};

// name(...args)
template <auto Fn>
void function(Binding& b, const char* name) {
  b.raw<&Call<Fn>::now>(name);
}

// nameSync(...args) and name(...args, callback)
template <auto Fn, const char* kProvider>
void job(Binding& b, const std::string& name) {
  b.raw<&Call<Fn>::now>((name + "Sync").c_str());
  b.raw<&Call<Fn>::template later<kProvider>>(name.c_str());
}

// A method of a wrapped class that returns Outcome<T>, as a function whose first argument is the
// object.
template <auto Fn, typename F = decltype(Fn)>
struct Method;
template <auto Fn, typename Class, typename T, typename... Args>
struct Method<Fn, Outcome<T> (Class::*)(Args...)> {
  static void call(const Info& info) {
    Realm& js = Realm::from(info.GetIsolate());
    std::tuple<Class*, std::remove_cvref_t<Args>...> args;
    if (!binding::arguments(js, info, args)) return;
    const ErrorScope scope;
    finish(js, info, std::apply([](Class* self, auto&... each) { return (self->*Fn)(std::move(each)...); }, args));
  }
};

template <auto Fn>
void method(Binding& b, const char* name) {
  b.raw<&Method<Fn>::call>(name);
}

}  // namespace gyre::crypto

// Yields the value of an Outcome, or returns its failure from the enclosing function.
#define GYRE_CRYPTO_TRY(expression)                            \
  ({                                                           \
    auto gyre_outcome = (expression);                          \
    if (!gyre_outcome) return std::move(gyre_outcome).error(); \
    std::move(gyre_outcome).value();                           \
  })
