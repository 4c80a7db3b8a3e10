// Names of files: made, changed, taken away, resolved.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace gyre::fs {

Result<> rename(std::string from, std::string to);
Result<> link(std::string existing, std::string path);
Result<> symlink(std::string target, std::string path);
Result<> unlink(std::string path);
Result<std::vector<uint8_t>> readlink(std::string path);

// realpath(3).
Result<std::vector<uint8_t>> realpath(std::string path);
// The same for an absolute path, with the errors of a walk that asks for one component after the
// other: of lstat or stat, with the path of the component that failed.
Result<std::string> resolve_path(std::string path);

}  // namespace gyre::fs
