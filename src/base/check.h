// CHECK: a condition whose failure is a bug of ours. Prints where and ends the process.
#pragma once

namespace gyre {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace gyre

#define CHECK(condition) \
  (__builtin_expect(!(condition), 0) ? ::gyre::check_failed(#condition, __FILE__, __LINE__) : (void)0)
