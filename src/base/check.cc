#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace gyre {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "gyre: internal error: CHECK(%s) failed at %s:%d\n", condition, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace gyre
