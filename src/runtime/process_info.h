// What this runtime is and what it is made of.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace gyre {

// The release of Node.js whose API this is.
inline constexpr const char* kNodeVersion = "24.21.0";

using Facts = std::vector<std::pair<std::string, std::string>>;

// process.versions, "node" first, the others by name.
Facts component_versions();
// process.release.
Facts release_facts();

}  // namespace gyre
