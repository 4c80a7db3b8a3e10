#include "base/permission.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace gyre {

constinit thread_local const Permissions* current_permissions = nullptr;

namespace {

struct Names {
  const char* permission;  // what an error calls it
  const char* option;      // what allows it
};
constexpr Names kNames[] = {
    {"FileSystemRead", "--allow-fs-read"},
    {"FileSystemWrite", "--allow-fs-write"},
    {"ChildProcess", "--allow-child-process"},
    {"WorkerThreads", "--allow-worker"},
    {"Inspector", "--allow-inspector"},
    {"WASI", "--allow-wasi"},
    {"Addon", "--allow-addons"},
    {"OpenSSLStore", "--allow-openssl-store"},
};
static_assert(std::size(kNames) == static_cast<size_t>(Permission::kCount));

bool is_path(Permission permission) {
  return permission == Permission::FileSystemRead || permission == Permission::FileSystemWrite;
}

// The absolute path without "." and "..", as it reads: links are not looked at. No slash at its end.
std::string normalized(std::string_view path) {
  std::string full;
  if (!path.starts_with('/')) {
    char* folder = ::getcwd(nullptr, 0);
    if (folder != nullptr) full = folder;
    ::free(folder);
    full += '/';
  }
  full += path;
  std::string result;
  for (size_t at = 0; at < full.size();) {
    const size_t end = std::min(full.find('/', at), full.size());
    const std::string_view name = std::string_view(full).substr(at, end - at);
    if (name == "..") {
      result.erase(std::min(result.rfind('/'), result.size()));
    } else if (!name.empty() && name != ".") {
      result += '/';
      result += name;
    }
    at = end + 1;
  }
  return result.empty() ? "/" : result;
}

std::string with_slash(std::string path) { return path.ends_with('/') ? path : path + '/'; }

// Where the path's last ".." ends, or npos.
size_t end_of_parents(std::string_view path) {
  for (size_t at = path.rfind(".."); at != std::string_view::npos && at != 0; at = path.rfind("..", at - 1)) {
    const bool begins = path[at - 1] == '/';
    const bool ends = at + 2 == path.size() || path[at + 2] == '/';
    if (begins && ends) return at + 2;
  }
  const bool leads = path == ".." || path.starts_with("../");
  return leads ? 2 : std::string_view::npos;
}

std::optional<std::string> real(const std::string& path) {
  char* resolved = ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return std::nullopt;
  std::string result = resolved;
  ::free(resolved);
  return result;
}

// "link/.." is not where it reads to be when link leads elsewhere: then this is the path that the
// system will see.
std::optional<std::string> detour(const std::string& path) {
  const size_t end = end_of_parents(path);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string prefix = path.substr(0, end);
  const auto physical = real(prefix);
  if (!physical || physical == real(normalized(prefix))) return std::nullopt;
  return normalized(*physical + path.substr(end));
}

}  // namespace

bool Permissions::Grant::covers(const std::string& absolute) const {
  return std::any_of(paths.begin(), paths.end(), [&](const Path& path) {
    if (path.prefix.empty()) return absolute == path.name;
    if (absolute.starts_with(path.prefix)) return true;
    // A directory belongs to what is granted in it.
    return path.prefix.ends_with('/') && absolute + '/' == path.prefix;
  });
}

void Permissions::allow_path(Permission permission, std::string_view path) {
  if (path == "*") return allow(permission);
  Path entry;
  struct stat info;
  if (const size_t star = path.find('*'); star != std::string_view::npos) {
    // What is behind the star does not count.
    const size_t leaf = path.rfind('/', star) + 1;
    entry.prefix = with_slash(normalized(path.substr(0, leaf))) + std::string(path.substr(leaf, star - leaf));
    entry.name = entry.prefix + '*';
  } else {
    entry.name = normalized(path);
    if (::stat(entry.name.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) entry.prefix = with_slash(entry.name);
  }
  at(permission).paths.push_back(std::move(entry));
}

void Permissions::allow_file(Permission permission, std::string_view path) {
  at(permission).paths.push_back({.name = normalized(path), .prefix = "", .implied = true});
}

std::vector<std::string> Permissions::granted_paths(Permission permission) const {
  const Grant& grant = at(permission);
  if (grant.whole) return {"*"};
  std::vector<std::string> names;
  for (const Path& path : grant.paths) {
    if (!path.implied) names.push_back(path.name);
  }
  return names;
}

void Permissions::drop_path(Permission permission, std::string_view path) {
  const std::string name = normalized(path);
  std::erase_if(at(permission).paths, [&](const Path& entry) { return entry.name == name; });
}

bool Permissions::allows_path(Permission permission, const std::string& path) const {
  const Grant& grant = at(permission);
  if (grant.whole) return true;
  // Most programs of few permissions are refused before the system need be asked for anything.
  if (grant.paths.empty() || path.empty() || !grant.covers(normalized(path))) return false;
  const auto elsewhere = detour(path);
  return !elsewhere || grant.covers(*elsewhere);
}

Result<> Permissions::check(Permission permission, const std::string& resource) const {
  if (is_path(permission) ? allows_path(permission, resource) : allows(permission)) return Done{};
  if (audit_) {
    audit_(permission, resource);
    return Done{};
  }
  const Names& names = kNames[static_cast<size_t>(permission)];
  return AccessDenied{
      .message = std::string("Access to this API has been restricted. Use ") + names.option + " to manage permissions.",
      .permission = names.permission,
      .resource = resource,
  };
}

Result<> Permissions::refuse(const std::string& message) const {
  if (audit_) return Done{};
  return AccessDenied{.message = message, .permission = "", .resource = ""};
}

const char* permission_name(Permission permission) { return kNames[static_cast<size_t>(permission)].permission; }

}  // namespace gyre
