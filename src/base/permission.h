// What the program of a thread may do (--permission). Checked where the operation happens, on
// whatever thread that is: GYRE_TRY(permit(Permission::FileSystemRead, path)).
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gyre {

enum class Permission {
  FileSystemRead,
  FileSystemWrite,
  ChildProcess,
  WorkerThreads,
  Inspector,
  Wasi,
  Addon,
  OpensslStore,
  kCount,
};

// What errors call it: "FileSystemRead".
const char* permission_name(Permission permission);

// The grants of one thread. A value is not changed once jobs may see it: who drops a permission
// makes a new one.
class Permissions {
 public:
  // Told of what would be refused, from the thread that asks. With it, nothing is refused.
  using Audit = std::function<void(Permission, const std::string& resource)>;

  explicit Permissions(Audit audit = nullptr) : audit_(std::move(audit)) {}

  void allow(Permission permission) { at(permission).whole = true; }
  // A path as the command line has it: "*", a path that may end in "*", or a directory with all in it.
  void allow_path(Permission permission, std::string_view path);
  // One file, of which nobody need be told: the program's own.
  void allow_file(Permission permission, std::string_view path);
  void drop(Permission permission) { at(permission) = {}; }
  // Takes back the grant that was made with the same path.
  void drop_path(Permission permission, std::string_view path);

  // Whether everything of the kind is allowed.
  bool allows(Permission permission) const { return at(permission).whole; }
  bool allows_path(Permission permission, const std::string& path) const;

  // The paths that allow_path() was given, absolute; "*" for everything.
  std::vector<std::string> granted_paths(Permission permission) const;

  bool audits() const { return audit_ != nullptr; }

  // The refusal, if it is one. A resource of the file system is a path, anything else is a name.
  Result<> check(Permission permission, const std::string& resource) const;
  // For what no grant covers: operations on descriptors.
  Result<> refuse(const std::string& message) const;

 private:
  struct Path {
    std::string name;    // absolute, as it was granted
    std::string prefix;  // what all paths of the grant begin with, or empty for this one path
    bool implied = false;
  };
  struct Grant {
    bool whole = false;
    std::vector<Path> paths;
    bool covers(const std::string& absolute) const;
  };
  Grant& at(Permission permission) { return grants_[static_cast<size_t>(permission)]; }
  const Grant& at(Permission permission) const { return grants_[static_cast<size_t>(permission)]; }

  std::array<Grant, static_cast<size_t>(Permission::kCount)> grants_;
  Audit audit_;
};

// Those of the program that the current thread works for; nullptr: everything is allowed.
extern constinit thread_local const Permissions* current_permissions;

// Lets a thread, one of the pool as a rule, work under the permissions of those that it works for.
class PermissionScope {
 public:
  explicit PermissionScope(const Permissions* permissions) : outer_(current_permissions) {
    current_permissions = permissions;
  }
  ~PermissionScope() { current_permissions = outer_; }
  PermissionScope(const PermissionScope&) = delete;
  void operator=(const PermissionScope&) = delete;

 private:
  const Permissions* outer_;
};

// Fails with ERR_ACCESS_DENIED unless the program may do it.
inline Result<> permit(Permission permission, const std::string& resource) {
  if (current_permissions == nullptr) [[likely]]
    return Done{};
  return current_permissions->check(permission, resource);
}

// The call that acts on a descriptor, for which no path can be checked: refused under --permission.
inline Result<> permit_descriptor_call(const char* name) {
  if (current_permissions == nullptr) [[likely]]
    return Done{};
  return current_permissions->refuse(std::string(name) + " API is disabled when Permission Model is enabled.");
}

}  // namespace gyre
