#include "modules/fs/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <uv.h>

#include <algorithm>
#include <cstring>
#include <deque>

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

// One name and, for sorting, the first bytes in which it differs from others.
struct Entry {
  uint64_t key;
  std::string_view name;
  unsigned char type;  // DT_*
};

constexpr size_t kKeySize = sizeof(Entry::key);

// Eight bytes of a name as a number that sorts like them; past the name's end they count as zero. What
// lies there belongs to the block: it has so many bytes more.
uint64_t key_of(std::string_view name, size_t from) {
  uint64_t key;
  std::memcpy(&key, name.data() + from, kKeySize);
  key = __builtin_bswap64(key);
  const size_t left = name.size() - from;
  if (left == 0) return 0;
  return left < kKeySize ? key & ~(~uint64_t{0} >> (8 * left)) : key;
}

size_t common_prefix(const std::vector<Entry>& entries) {
  if (entries.empty()) return 0;
  std::string_view prefix = entries.front().name;
  for (const Entry& entry : entries) {
    size_t length = 0;
    const size_t most = std::min(prefix.size(), entry.name.size());
    while (length < most && prefix[length] == entry.name[length]) length++;
    prefix = prefix.substr(0, length);
  }
  return prefix.size();
}

void sort_by_bytes(std::vector<Entry>& entries) {
  const size_t prefix = common_prefix(entries);
  for (Entry& entry : entries) entry.key = key_of(entry.name, prefix);
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.key != b.key ? a.key < b.key : a.name < b.name; });
}

// Appends all entries of a block but "." and "..".
void split(const DirectoryBlock& block, std::vector<Entry>& entries) {
  for (size_t at = 0; at < block.used;) {
    const auto* entry = reinterpret_cast<const dirent64*>(block.memory.get() + at);
    at += entry->d_reclen;
    if (!is_dots(entry->d_name)) entries.push_back({.key = 0, .name = entry->d_name, .type = entry->d_type});
  }
}

struct Scan {
  DirectoryBlock block;
  std::vector<Entry> entries;
};

bool reserve(DirectoryBlock& block, size_t capacity) {
  void* grown = std::realloc(block.memory.get(), capacity + kKeySize);
  if (!grown) return false;
  (void)block.memory.release();
  block.memory.reset(static_cast<char*>(grown));
  return true;
}

Result<Scan> scan_open(int fd, const std::string& path) {
  constexpr size_t kMinSize = 32 * 1024;
  constexpr size_t kMinRoom = 8 * 1024;
  Scan scan;
  DirectoryBlock& block = scan.block;
  size_t capacity = 0;
  while (true) {
    if (capacity - block.used < kMinRoom) {
      capacity = std::max(capacity * 2, kMinSize);
      if (!reserve(block, capacity)) return SystemError{UV_ENOMEM, "scandir", path};
    }
    const ssize_t count =
        uninterrupted([&] { return ::getdents64(fd, block.memory.get() + block.used, capacity - block.used); });
    // An open directory that has been removed has nothing more to give (POSIX, readdir).
    if (count == 0 || (count == -1 && errno == ENOENT)) break;
    if (count == -1) return failed("scandir", path);
    block.used += count;
  }
  // A guess of how many there are: that much a short name takes.
  scan.entries.reserve(block.used / 32);
  split(block, scan.entries);
  sort_by_bytes(scan.entries);
  return scan;
}

Result<OwnedFd> open_for_scan(const std::string& path) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  const int fd = uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (fd == -1) return failed("scandir", path);
  return OwnedFd(fd);
}

std::string join(const std::string& directory, std::string_view name) {
  std::string path;
  path.reserve(directory.size() + 1 + name.size());
  path = directory;
  if (!path.empty() && path.back() != '/') path += '/';
  return path += name;
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
    // Most directories of a tree's last level, and many others, are empty by now.
    if (::rmdir(path.c_str()) == 0) return Done{};
    const OwnedFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (fd.get() == -1) {
      if (errno == ENOENT) return Done{};
      return failed("scandir", path);
    }
    const Scan scan = GYRE_TRY(scan_open(fd.get(), path));
    for (const Entry& entry : scan.entries) {
      const int32_t type = type_of_entry(fd.get(), entry.type, entry.name.data());
      GYRE_TRY(remove_tree(join(path, entry.name), type == UV_DIRENT_DIR));
    }
  }
  const int result = is_directory ? ::rmdir(path.c_str()) : ::unlink(path.c_str());
  if (result == -1 && errno != ENOENT) return failed(is_directory ? "rmdir" : "unlink", path);
  return Done{};
}

bool is_ascii(std::string_view text) {
  unsigned char bits = 0;
  for (const char c : text) bits |= static_cast<unsigned char>(c);
  return bits < 0x80;
}

v8::Local<v8::Value> name_to_js(Realm& js, std::string_view name, bool bytes) {
  if (bytes) return js.buffer(std::vector<uint8_t>(name.begin(), name.end()));
  return is_ascii(name) ? js.latin1(name) : js.string(name);
}

}  // namespace

v8::Local<v8::Value> to_js(Realm& js, const Names& names) {
  std::vector<v8::Local<v8::Value>> elements;
  elements.reserve(names.names.size());
  for (const std::string_view name : names.names) elements.push_back(name_to_js(js, name, names.bytes));
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

Result<Names> readdir_open(int fd, const std::string& path, bool bytes) {
  Scan scan = GYRE_TRY(scan_open(fd, path));
  Names names{.block = std::move(scan.block), .names = {}, .bytes = bytes};
  names.names.reserve(scan.entries.size());
  for (const Entry& entry : scan.entries) names.names.push_back(entry.name);
  return names;
}

Result<Names> readdir(std::string path, bool bytes) {
  const OwnedFd fd = GYRE_TRY(open_for_scan(path));
  return readdir_open(fd.get(), path, bytes);
}

Result<Listing> readdir_types_open(int fd, const std::string& path, bool bytes) {
  Scan scan = GYRE_TRY(scan_open(fd, path));
  Listing listing;
  listing.names.bytes = bytes;
  listing.names.names.reserve(scan.entries.size());
  listing.types.reserve(scan.entries.size());
  for (const Entry& entry : scan.entries) {
    listing.names.names.push_back(entry.name);
    listing.types.push_back(type_of_entry(fd, entry.type, entry.name.data()));
  }
  listing.names.block = std::move(scan.block);
  return listing;
}

Result<std::vector<Listing>> readdir_types(std::string path, bool bytes, bool recursive, bool follow_links) {
  std::vector<Listing> listings;
  std::deque<std::string> pending{""};
  while (!pending.empty()) {
    std::string directory = std::move(pending.front());
    pending.pop_front();
    const std::string full = directory.empty() ? path : join(path, directory);
    const OwnedFd fd = GYRE_TRY(open_for_scan(full));
    Listing listing = GYRE_TRY(readdir_types_open(fd.get(), full, bytes));
    for (size_t i = 0; recursive && i < listing.types.size(); i++) {
      const std::string_view name = listing.names.names[i];
      const int32_t type = listing.types[i];
      if (type == UV_DIRENT_DIR || (follow_links && type == UV_DIRENT_LINK && leads_to_directory(join(full, name)))) {
        pending.push_back(join(directory, name));
      }
    }
    listing.directory = std::move(directory);
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
  DirectoryBlock block;
  if (!reserve(block, size)) return SystemError{UV_ENOMEM, "scandir", path};
  std::vector<Entry> entries;
  // A batch of nothing but "." and ".." is not the end.
  while (entries.empty()) {
    const ssize_t used = uninterrupted([&] { return ::getdents64(fd, block.memory.get(), size); });
    // An open directory that has been removed has nothing more to give (POSIX, readdir).
    if (used == 0 || (used == -1 && errno == ENOENT)) break;
    if (used == -1) return failed("scandir", path);
    block.used = used;
    split(block, entries);
  }
  Listing listing;
  listing.names.bytes = bytes;
  for (const Entry& entry : entries) {
    listing.names.names.push_back(entry.name);
    listing.types.push_back(type_of_entry(fd, entry.type, entry.name.data()));
  }
  listing.names.block = std::move(block);
  return listing;
}

Result<> remove(std::string path, bool recursive, bool force) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  // Without a look first: what is no empty directory fails at once.
  if (recursive && ::rmdir(path.c_str()) == 0) return Done{};
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
