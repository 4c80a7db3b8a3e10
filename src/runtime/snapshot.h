// Where things lie in the startup snapshot.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gyre {

constexpr size_t kMainContextIndex = 0;  // the context that runtime/bootstrap.js ran in
constexpr size_t kHooksIndex = 0;        // what it returned: data of that context

// The null-terminated table of addresses that the snapshot refers to.
const intptr_t* external_references();

// Creates the startup snapshot and the code cache of all built-ins; the build calls it. `profile_file` lists the
// functions to compile ahead (tools/startup_profile.py), or is null. Returns the exit code.
int build_snapshot(const char* snapshot_file, const char* cache_file, const char* profile_file);

// Runs from these files instead of the executable's own; false if one cannot be read.
bool use_startup_files(const char* snapshot_file, const char* cache_file);

}  // namespace gyre
