#include "modules/fs/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <uv.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <numeric>

#include "base/permission.h"
#include "modules/fs/system.h"

namespace gyre::fs {

namespace {

bool is_dots(const char* name) { return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0')); }

int32_t type_of_mode(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return UV_DIRENT_FILE;
    case S_IFDIR: return UV_DIRENT_DIR;
    case S_IFLNK: return UV_DIRENT_LINK;
    case S_IFIFO: return UV_DIRENT_FIFO;
    case S_IFSOCK: return UV_DIRENT_SOCKET;
    case S_IFCHR: return UV_DIRENT_CHAR;
    case S_IFBLK: return UV_DIRENT_BLOCK;
    default: return UV_DIRENT_UNKNOWN;
  }
}

// Some file systems keep no types in their directories: those are looked up.
int32_t type_of_entry(int directory, unsigned char type, const char* name) {
  switch (type) {
    case DT_REG: return UV_DIRENT_FILE;
    case DT_DIR: return UV_DIRENT_DIR;
    case DT_LNK: return UV_DIRENT_LINK;
    case DT_FIFO: return UV_DIRENT_FIFO;
    case DT_SOCK: return UV_DIRENT_SOCKET;
    case DT_CHR: return UV_DIRENT_CHAR;
    case DT_BLK: return UV_DIRENT_BLOCK;
    default: break;
  }
  struct stat info;
  if (::fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) == -1) return UV_DIRENT_UNKNOWN;
  return type_of_mode(info.st_mode);
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

struct Entry {
  std::string name;
  int32_t type;
};

Result<std::vector<Entry>> scan(const std::string& path, bool with_types) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  const Directory directory(::opendir(path.c_str()));
  if (!directory) return failed("scandir", path);
  std::vector<Entry> entries;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (!entry) {
      if (errno != 0) return failed("scandir", path);
      break;
    }
    if (is_dots(entry->d_name)) continue;
    const int32_t type =
        with_types ? type_of_entry(::dirfd(directory.get()), entry->d_type, entry->d_name) : UV_DIRENT_UNKNOWN;
    entries.push_back({entry->d_name, type});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

std::string join(const std::string& directory, const std::string& name) {
  if (directory.empty()) return name;
  return directory.back() == '/' ? directory + name : directory + '/' + name;
}

bool leads_to_directory(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// The path without its last component and the slashes before it; empty when nothing is left.
std::string parent_of(const std::string& path) {
  size_t end = path.size();
  while (end > 1 && path[end - 1] == '/') end--;
  while (end > 0 && path[end - 1] != '/') end--;
  while (end > 1 && path[end - 1] == '/') end--;
  return path.substr(0, end);
}

// What is there when mkdir says EEXIST: fine if a directory, else the error it is for `path`.
Result<> expect_directory(const std::string& at, const std::string& path) {
  struct stat info;
  if (::stat(at.c_str(), &info) == -1) return failed("mkdir", path);
  if (S_ISDIR(info.st_mode)) return Done{};
  return SystemError{at == path ? UV_EEXIST : UV_ENOTDIR, "mkdir", path};
}

// Removes what `path` names, directories with all they hold. What vanishes meanwhile is no error.
Result<> remove_tree(const std::string& path, bool is_directory) {
  if (is_directory) {
    Result<std::vector<Entry>> entries = scan(path, true);
    if (!entries) {
      const auto* error = std::get_if<SystemError>(&entries.error());
      if (error && error->code == UV_ENOENT) return Done{};
      return std::move(entries).error();
    }
    for (const Entry& entry : entries.value()) {
      GYRE_TRY(remove_tree(join(path, entry.name), entry.type == UV_DIRENT_DIR));
    }
  }
  const int result = is_directory ? ::rmdir(path.c_str()) : ::unlink(path.c_str());
  if (result == -1 && errno != ENOENT) return failed(is_directory ? "rmdir" : "unlink", path);
  return Done{};
}

v8::Local<v8::Value> name_to_js(Realm& js, const std::string& name, bool bytes) {
  if (!bytes) return js.string(name);
  return js.buffer(std::vector<uint8_t>(name.begin(), name.end()));
}

}  // namespace

v8::Local<v8::Value> to_js(Realm& js, const Names& names) {
  std::vector<v8::Local<v8::Value>> elements;
  elements.reserve(names.names.size());
  for (const std::string& name : names.names) elements.push_back(name_to_js(js, name, names.bytes));
  return v8::Array::New(js.isolate(), elements.data(), elements.size());
}

v8::Local<v8::Value> to_js(Realm& js, const Listing& listing) {
  v8::Local<v8::Value> parts[] = {{}, to_js(js, listing.names), to_js(js, listing.types)};
  if (!listing.directory) return v8::Array::New(js.isolate(), parts + 1, 2);
  parts[0] = js.string(*listing.directory);
  return v8::Array::New(js.isolate(), parts, 3);
}

Result<> mkdir(std::string path, uint32_t mode) {
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  return done_or_failed(::mkdir(path.c_str(), mode), "mkdir", path);
}

Result<std::optional<std::string>> mkdir_all(std::string path, uint32_t mode) {
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  // Downwards from the first parent that exists; `missing` holds what is left to make.
  std::optional<std::string> first;
  std::vector<std::string> missing{path};
  while (!missing.empty()) {
    const std::string& next = missing.back();
    if (::mkdir(next.c_str(), mode) == 0) {
      if (!first) first = next;
      missing.pop_back();
    } else if (errno == EEXIST) {
      GYRE_TRY(expect_directory(next, path));
      missing.pop_back();
    } else if (errno == ENOENT) {
      std::string parent = parent_of(next);
      // A parent that has been made and is gone again, or a name that cannot be.
      if (parent.empty() || parent == next || (first && missing.size() == 1)) return failed("mkdir", path);
      missing.push_back(std::move(parent));
    } else {
      const int error = errno;
      if (error != ENOTDIR && leads_to_directory(next)) {
        missing.pop_back();
        continue;
      }
      errno = error;
      return failed("mkdir", path);
    }
  }
  if (first) {
    while (first->size() > 1 && first->back() == '/') first->pop_back();
  }
  return first;
}

Result<std::vector<uint8_t>> mkdtemp(std::string prefix) {
  prefix += "XXXXXX";
  GYRE_TRY(permit(Permission::FileSystemWrite, prefix));
  std::string path = prefix;
  if (!::mkdtemp(path.data())) return failed("mkdtemp", prefix);
  return std::vector<uint8_t>(path.begin(), path.end());
}

Result<> rmdir(std::string path) {
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  return done_or_failed(::rmdir(path.c_str()), "rmdir", path);
}

Result<Names> readdir(std::string path, bool bytes) {
  std::vector<Entry> entries = GYRE_TRY(scan(path, false));
  Names names{.names = {}, .bytes = bytes};
  names.names.reserve(entries.size());
  for (Entry& entry : entries) names.names.push_back(std::move(entry.name));
  return names;
}

Result<std::vector<Listing>> readdir_types(std::string path, bool bytes, bool recursive, bool follow_links) {
  std::vector<Listing> listings;
  std::deque<std::string> pending{""};
  while (!pending.empty()) {
    const std::string directory = std::move(pending.front());
    pending.pop_front();
    const std::string full = directory.empty() ? path : join(path, directory);
    std::vector<Entry> entries = GYRE_TRY(scan(full, true));
    Listing listing{.directory = directory, .names = {.names = {}, .bytes = bytes}, .types = {}};
    for (Entry& entry : entries) {
      const bool descend = recursive && (entry.type == UV_DIRENT_DIR || (follow_links && entry.type == UV_DIRENT_LINK &&
                                                                         leads_to_directory(join(full, entry.name))));
      if (descend) pending.push_back(join(directory, entry.name));
      listing.names.names.push_back(std::move(entry.name));
      listing.types.push_back(entry.type);
    }
    listings.push_back(std::move(listing));
  }
  return listings;
}

Result<Descriptor> open_directory(std::string path) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  const int fd = uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (fd == -1) return failed("opendir", path);
  return Descriptor{OwnedFd(fd)};
}

Result<Listing> read_directory(int32_t fd, uint32_t count, std::string path, bool bytes) {
  // The kernel fills a buffer; how many entries fit depends on their names.
  constexpr size_t kEntrySize = 128;
  constexpr size_t kMinSize = 4096;
  constexpr size_t kMaxSize = 1024 * 1024;
  const size_t size = std::clamp(count * kEntrySize, kMinSize, kMaxSize);
  const std::unique_ptr<char[]> buffer(new char[size]);
  Listing listing{.directory = {}, .names = {.names = {}, .bytes = bytes}, .types = {}};
  // A batch of nothing but "." and ".." is not the end.
  while (listing.types.empty()) {
    const ssize_t used = uninterrupted([&] { return ::getdents64(fd, buffer.get(), size); });
    // An open directory that has been removed has nothing more to give (POSIX, readdir).
    if (used == 0 || (used == -1 && errno == ENOENT)) break;
    if (used == -1) return failed("scandir", path);
    for (ssize_t at = 0; at < used;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer.get() + at);
      at += entry->d_reclen;
      if (is_dots(entry->d_name)) continue;
      listing.names.names.emplace_back(entry->d_name);
      listing.types.push_back(type_of_entry(fd, entry->d_type, entry->d_name));
    }
  }
  return listing;
}

Result<> remove(std::string path, bool recursive, bool force) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  struct stat info;
  if (::lstat(path.c_str(), &info) == -1) {
    if (force && errno == ENOENT) return Done{};
    return failed("lstat", path);
  }
  const bool is_directory = S_ISDIR(info.st_mode);
  if (is_directory && !recursive) return SystemError{UV_EISDIR, "rm", path};
  return remove_tree(path, is_directory);
}

}  // namespace gyre::fs
