// Why a cryptographic operation failed, and Outcome<T>: a value or a Failure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "v8.h"

namespace gyre {
class Realm;
}

namespace gyre::crypto {

// A Failure carries no handle, so that it can be made on any thread.
struct Failure {
  ErrorType type = ErrorType::Error;
  std::string code = {};  // empty: the error has none
  std::string message = {};
  // From OpenSSL's error queue.
  std::string library = {};
  std::string reason = {};
  std::vector<std::string> stack = {};
  // An exception is already pending in the isolate.
  bool thrown = false;
};

// An error with one of Node's codes.
Failure coded(ErrorType type, std::string_view code, std::string_view message);

// The errors that OpenSSL queued on this thread, which are taken away; `otherwise` is the message
// where there are none.
Failure openssl_failure(std::string_view otherwise);

// The JavaScript error of a failure.
v8::Local<v8::Value> exception(Realm& js, const Failure& failure);

template <typename T = Done>
class [[nodiscard]] Outcome {
 public:
  using value_type = T;

  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& value() & { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  Failure& error() & { return *std::get_if<1>(&state_); }
  Failure&& error() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Failure> state_;
};

// Forgets what OpenSSL queued before and, at its end, what an operation that succeeded left there.
class ErrorScope {
 public:
  ErrorScope();
  ~ErrorScope();
  ErrorScope(const ErrorScope&) = delete;
  void operator=(const ErrorScope&) = delete;
};

}  // namespace gyre::crypto
