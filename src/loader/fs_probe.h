// What the loaders ask the file system: one call and one crossing for each question.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/result.h"

namespace gyre::loader {

// 0 for a file (or anything that is not a folder), 1 for a folder, -1 when there is nothing.
int32_t module_stat(std::string path);

// The whole file, without a byte order mark.
Result<std::string> read_source(std::string path);

// The path without symbolic links, '.' and '..'.
Result<std::string> real_path(std::string path);

// The package.json that a file belongs to: the nearest one in the folders above it, up to (and not
// including) a folder called node_modules.
std::optional<std::string> nearest_package(std::string path);

// The fields of a package.json that the loaders use. `exports` and `imports` are JSON text.
struct PackageFields {
  std::optional<std::string> name, main, type, exports, imports;
};

struct NoSuchPackage {};
struct BrokenPackage {};

// The package.json at `path`. A folder of that name counts as no package.
std::variant<NoSuchPackage, BrokenPackage, PackageFields> read_package(const std::string& path);

}  // namespace gyre::loader
