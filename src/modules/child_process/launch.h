// Starts a program without copying this process: fork() would copy the page tables of everything that
// is mapped, which takes longer the more memory a program uses.
#pragma once

#include <vector>

#include "modules/child_process/spawn_options.h"

namespace gyre::child_process {

// The child's pid, or libuv's number of what went wrong before its program ran. `ends` gets this process's
// end of each pipe, for the caller to own, and -1 for other descriptors; it is empty if the pipes could
// not be made.
int launch(const SpawnOptions& options, std::vector<int>& ends);

// How a child ended.
struct Exit {
  int64_t status = 0;
  int signal = 0;  // that ended it; 0 for none
};

enum class WaitFor { Nothing, End };
// Whether the child has ended, and how. Once it was told so, its pid is free for others.
bool has_ended(int pid, Exit& out, WaitFor what = WaitFor::Nothing);

}  // namespace gyre::child_process
