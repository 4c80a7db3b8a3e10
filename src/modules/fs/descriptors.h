// Who closes a descriptor that nobody closed: a worker gives back at its end what its script left open,
// handles' descriptors always and those of fs.open() as Worker's option trackUnmanagedFds says. In the
// main thread that is the system's affair.
#pragma once

#include "binding/convert.h"
#include "modules/fs/system.h"

namespace gyre::fs {

// A descriptor on its way to a handle of script; closed if it does not arrive.
struct Descriptor {
  OwnedFd fd;
};
v8::Local<v8::Value> to_js(Realm& js, Descriptor opened);

// The same on its way to a program that sees the number.
struct RawDescriptor {
  OwnedFd fd;
};
v8::Local<v8::Value> to_js(Realm& js, RawDescriptor opened);

// A descriptor that script gives up, to have it closed or to give it to another thread.
struct GivenUp {
  int32_t fd = -1;
};
bool from_js(Realm& js, v8::Local<v8::Value> value, GivenUp& out);

// The same from a program that knows only the number.
struct RawGivenUp {
  int32_t fd = -1;
};
bool from_js(Realm& js, v8::Local<v8::Value> value, RawGivenUp& out);

// What to do with one that this thread got from another.
void adopt(Realm& js, int32_t fd);
void give_up(GivenUp descriptor);

}  // namespace gyre::fs
