// Runs a process to its end while nothing else happens on this thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "modules/child_process/spawn_options.h"

namespace gyre::child_process {

struct SyncLimits {
  double timeout = 0;       // milliseconds; 0: none
  double max_buffer = 0;    // bytes of each output; infinite or 0: no limit
  int32_t kill_signal = 0;  // what a limit that is reached sends
};

struct SyncResult {
  int error = 0;  // libuv's: not started, ETIMEDOUT, ENOBUFS
  int pid = 0;
  std::optional<int64_t> status;  // nothing when a signal ended the process
  int signal = 0;
  std::vector<std::optional<std::vector<uint8_t>>> output;  // of each descriptor that was a pipe
};
// { error, pid, status, signal, output }
v8::Local<v8::Value> to_js(Realm& js, SyncResult result);

Result<SyncResult> spawn_sync(Realm& js, SpawnOptions options, double timeout, double max_buffer, int32_t kill_signal);

}  // namespace gyre::child_process
