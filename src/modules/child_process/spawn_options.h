// What a process is started with, taken from the options object that JavaScript made.
#pragma once

#include <uv.h>

#include <optional>
#include <string>
#include <vector>

#include "binding/convert.h"
#include "modules/net/pipe.h"

namespace gyre::child_process {

// One descriptor of the child.
struct Stdio {
  enum Kind { kIgnore, kPipe, kFd };
  Kind kind = kIgnore;
  int fd = -1;                // kFd: the parent's descriptor
  net::Pipe* pipe = nullptr;  // kPipe, asynchronous: the parent's end
  OwnedBytes input;           // kPipe, synchronous: what the child is to read
  bool writable = true;       // kPipe, synchronous: what the child writes is wanted
};

struct SpawnOptions {
  std::string file;
  std::vector<std::string> args;
  std::vector<std::string> env;
  std::optional<std::string> cwd;
  std::vector<Stdio> stdio;
  unsigned flags = 0;
  uv_uid_t uid = 0;
  uv_gid_t gid = 0;
};

// Reads { file, args, envPairs, cwd, detached, uid, gid, stdio: [{ type, fd, handle, input }] }.
bool from_js(Realm& js, v8::Local<v8::Value> value, SpawnOptions& out);

}  // namespace gyre::child_process
