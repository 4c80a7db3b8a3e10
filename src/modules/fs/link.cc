#include "modules/fs/link.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/permission.h"
#include "modules/fs/content.h"
#include "modules/fs/system.h"

namespace gyre::fs {

namespace {

Result<std::string> target_of(const std::string& path) {
  std::string target(256, '\0');
  for (;;) {
    const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
    if (length == -1) return failed("readlink", path);
    if (static_cast<size_t>(length) < target.size()) {
      target.resize(length);
      return target;
    }
    target.resize(target.size() * 2);
  }
}

using CString = std::unique_ptr<char, Free>;

// Walks `path` from the root. realpath(3) has failed on it, so that mostly this only finds out where.
Result<std::string> walk(const std::string& path) {
  std::string resolved;
  std::string rest = path;
  while (!rest.empty()) {
    const size_t start = rest.find_first_not_of('/');
    if (start == std::string::npos) break;
    const size_t end = std::min(rest.find('/', start), rest.size());
    const std::string name = rest.substr(start, end - start);
    rest.erase(0, end);
    if (name == ".") continue;
    if (name == "..") {
      resolved.erase(std::min(resolved.rfind('/'), resolved.size()));
      continue;
    }
    const std::string at = resolved + '/' + name;
    struct stat info;
    if (::lstat(at.c_str(), &info) == -1) return failed("lstat", at);
    if (!S_ISLNK(info.st_mode)) {
      resolved = at;
      continue;
    }
    // The kernel notices links that lead round in a circle.
    if (::stat(at.c_str(), &info) == -1) return failed("stat", at);
    const std::string target = GYRE_TRY(target_of(at));
    // /proc/self/fd/0 may lead to 'pipe:[1234]', which is the name of something without a path.
    if (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode)) {
      resolved = target.starts_with('/') ? target : resolved + '/' + target;
      continue;
    }
    if (target.starts_with('/')) resolved.clear();
    rest = target + '/' + rest;
  }
  return resolved.empty() ? "/" : resolved;
}

// Who may make links could give names to files that no grant covers.
Result<> permit_link(const std::string& target, const std::string& path) {
  if (current_permissions == nullptr) return Done{};
  const Permissions& permissions = *current_permissions;
  if (!permissions.allows(Permission::FileSystemRead) || !permissions.allows(Permission::FileSystemWrite)) {
    GYRE_TRY(permit(Permission::FileSystemRead, target));
    GYRE_TRY(permit(Permission::FileSystemWrite, path));
    return permissions.refuse("fs.symlink API requires full fs.read and fs.write permissions.");
  }
  // A relative target counts from the link's folder, which may be moved.
  if (!target.starts_with('/')) return permissions.refuse("relative symbolic link target");
  return Done{};
}

}  // namespace

Result<> rename(std::string from, std::string to) {
  GYRE_TRY(permit(Permission::FileSystemRead, from));
  GYRE_TRY(permit(Permission::FileSystemWrite, from));
  GYRE_TRY(permit(Permission::FileSystemWrite, to));
  return done_or_failed(::rename(from.c_str(), to.c_str()), "rename", from, to);
}

Result<> link(std::string existing, std::string path) {
  GYRE_TRY(permit(Permission::FileSystemRead, existing));
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  return done_or_failed(::link(existing.c_str(), path.c_str()), "link", existing, path);
}

Result<> symlink(std::string target, std::string path) {
  GYRE_TRY(permit_link(target, path));
  return done_or_failed(::symlink(target.c_str(), path.c_str()), "symlink", target, path);
}

Result<> unlink(std::string path) {
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  return done_or_failed(::unlink(path.c_str()), "unlink", path);
}

Result<std::vector<uint8_t>> readlink(std::string path) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  const std::string target = GYRE_TRY(target_of(path));
  return std::vector<uint8_t>(target.begin(), target.end());
}

Result<std::vector<uint8_t>> realpath(std::string path) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  const CString resolved(::realpath(path.c_str(), nullptr));
  if (!resolved) return failed("realpath", path);
  const std::string text(resolved.get());
  return std::vector<uint8_t>(text.begin(), text.end());
}

Result<std::string> resolve_path(std::string path) {
  // Programs find their own place so: it may be asked for without a permission.
  const CString resolved(::realpath(path.c_str(), nullptr));
  if (resolved) return std::string(resolved.get());
  return walk(path);
}

}  // namespace gyre::fs
