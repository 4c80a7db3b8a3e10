// Failure is part of the return type: Result<T> holds a T or an Error.
#pragma once

#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace gyre {

// The value of an operation that succeeds with nothing to say.
struct Done {};

// A failed system call. `code` is libuv's negative number (UV_ENOENT); it becomes a JavaScript
// Error with code, errno, syscall, path and dest.
struct SystemError {
  int code = 0;
  const char* syscall = "";
  std::string path = {};
  std::string dest = {};
};

enum class ErrorType { Error, TypeError, RangeError, SyntaxError };

// An error that carries one of Node's codes (ERR_INVALID_ARG_VALUE ...) and its message.
struct CodedError {
  ErrorType type = ErrorType::Error;
  const char* code = "";
  std::string message = {};
};

// The permission model forbids it: becomes an Error with the code ERR_ACCESS_DENIED.
struct AccessDenied {
  std::string message = {};
  const char* permission = "";
  std::string resource = {};
};

// A JavaScript exception is already pending in the isolate.
struct Thrown {};

using Error = std::variant<SystemError, CodedError, AccessDenied, Thrown>;

// Either a value or an Error. Implicitly made from both, so that a function returns whichever it has.
template <typename T = Done>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  Result(SystemError error) : state_(std::in_place_index<1>, std::move(error)) {}
  Result(CodedError error) : state_(std::in_place_index<1>, std::move(error)) {}
  Result(AccessDenied error) : state_(std::in_place_index<1>, std::move(error)) {}
  Result(Thrown error) : state_(std::in_place_index<1>, error) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }

  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }

  Error& error() & { return *std::get_if<1>(&state_); }
  Error&& error() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace gyre

// Yields the value of a Result, or returns its error from the enclosing function.
#define GYRE_TRY(expression)                                         \
  ({                                                                 \
    auto gyre_try_result = (expression);                             \
    if (!gyre_try_result) return std::move(gyre_try_result).error(); \
    std::move(gyre_try_result).value();                              \
  })
