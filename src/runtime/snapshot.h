// Where things lie in the startup snapshot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/builtins.h"
#include "v8.h"

namespace gyre {

constexpr size_t kMainContextIndex = 0;  // the context that runtime/bootstrap.js ran in
constexpr size_t kHooksIndex = 0;        // what it returned: data of each context

// The null-terminated table of addresses that the snapshot refers to.
const intptr_t* external_references();

// Creates the startup snapshot and the code cache of all built-ins; the build calls it. `profile_file` lists the
// functions to compile ahead (tools/startup_profile.py), or is null. Returns the exit code.
int build_snapshot(const char* snapshot_file, const char* cache_file, const char* profile_file);

// The code cache of all built-ins, as embedded_code_cache() describes it, with the functions of `eager` compiled.
// V8 accepts the code only beside the snapshot that it was made with. No isolate of another snapshot may exist.
std::vector<uint8_t> make_code_cache(const EagerFunctions& eager, const v8::StartupData& snapshot);

// The snapshot that this process starts from, and which of its contexts the main thread's program gets. A user's
// snapshot (user_snapshot.cc) holds two: the plain one, which workers start from, and the program's.
v8::StartupData startup_snapshot();
size_t program_context_index();

// Makes this process start from a file that --build-snapshot wrote; an empty string, or what is wrong with it.
std::string use_user_snapshot(const std::string& path);

// Runs from these files instead of the executable's own; false if one cannot be read.
bool use_startup_files(const char* snapshot_file, const char* cache_file);

}  // namespace gyre
