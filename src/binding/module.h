// A native module: the C++ half of a room, seen by its JavaScript as native('name').
#pragma once

#include <cstddef>

namespace gyre {

class Binding;

struct NativeModule {
  const char* name;
  void (*bind)(Binding& b);
};

extern const NativeModule kNativeModules[];  // sorted by name; made by tools/embed.py
extern const size_t kNativeModuleCount;

}  // namespace gyre

// GYRE_MODULE(os) { b.function<&hostname>("hostname"); } in any namespace, first in its line.
#define GYRE_MODULE(name) extern "C" void gyre_bind_##name(::gyre::Binding& b)
