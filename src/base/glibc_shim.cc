// Four libc functions that glibc gained after 2.36. The static libraries come from a newer Debian
// and call them; on Debian 12 these definitions answer. They are weak: a libc that has them wins.
#include <cstddef>
#include <cstdlib>
#include <cstring>

extern "C" {

__attribute__((weak)) long __isoc23_strtol(const char* text, char** end, int base) { return strtol(text, end, base); }

__attribute__((weak)) unsigned long __isoc23_strtoul(const char* text, char** end, int base) {
  return strtoul(text, end, base);
}

__attribute__((weak)) long long __isoc23_strtoll(const char* text, char** end, int base) {
  return strtoll(text, end, base);
}

__attribute__((weak)) unsigned long long __isoc23_strtoull(const char* text, char** end, int base) {
  return strtoull(text, end, base);
}

__attribute__((weak)) size_t strlcpy(char* to, const char* from, size_t size) {
  const size_t length = strlen(from);
  if (size > 0) {
    const size_t count = length < size - 1 ? length : size - 1;
    memcpy(to, from, count);
    to[count] = '\0';
  }
  return length;
}

__attribute__((weak)) size_t strlcat(char* to, const char* from, size_t size) {
  const size_t used = strnlen(to, size);
  if (used == size) return size + strlen(from);
  return used + strlcpy(to + used, from, size - used);
}

}  // extern "C"
