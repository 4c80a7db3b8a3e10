// Where things lie in the startup snapshot.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gyre {

constexpr size_t kMainContextIndex = 0;  // the context that runtime/bootstrap.js ran in
constexpr size_t kHooksIndex = 0;        // what it returned: data of that context

// The null-terminated table of addresses that the snapshot refers to.
const intptr_t* external_references();

}  // namespace gyre
