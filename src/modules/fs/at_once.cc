#include "modules/fs/at_once.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <functional>
#include <mutex>
#include <vector>

#include "modules/fs/file.h"
#include "modules/fs/patience.h"
#include "modules/fs/system.h"

namespace gyre::fs {

namespace {

// Copying more than this costs more than a thread's help saves.
constexpr size_t kMaxCopied = 64 * 1024;
// What the system has to free when such a file is cut or removed is little.
constexpr size_t kMaxDropped = 1024 * 1024;

// openat2(2) that gives up rather than look for a part of the path on disk; -1 with errno.
int open_cached(const char* path, int flags) {
  // A kernel or a sandbox without the call says so once.
  static std::atomic<bool> missing = false;
  if (missing.load(std::memory_order_relaxed)) {
    errno = EAGAIN;
    return -1;
  }
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_CACHED;
  const int fd = static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how)));
  if (fd == -1 && (errno == ENOSYS || errno == EINVAL || errno == EPERM)) {
    if (errno != EPERM) missing.store(true, std::memory_order_relaxed);
    errno = EAGAIN;
  }
  return fd;
}

// The file systems without a block device of their own that never wait for another machine or process,
// by their number.
class LocalFileSystems {
 public:
  bool contains(uint32_t major, uint32_t minor) {
    if (major != 0) return true;
    const std::lock_guard lock(mutex_);
    if (!known(minor)) read_mounts(minor);
    return std::find(local_.begin(), local_.end(), minor) != local_.end();
  }

 private:
  bool known(uint32_t minor) const { return std::find(known_.begin(), known_.end(), minor) != known_.end(); }

  // Lines look like "36 35 0:32 / /mnt rw,noatime master:1 - overlay source options".
  void read_mounts(uint32_t wanted) {
    std::FILE* file = std::fopen("/proc/self/mountinfo", "re");
    char line[4096];
    while (file && std::fgets(line, sizeof(line), file)) {
      unsigned major, minor;
      const char* type = std::strstr(line, " - ");
      if (!type || std::sscanf(line, "%*u %*u %u:%u", &major, &minor) != 2 || major != 0 || known(minor)) continue;
      known_.push_back(minor);
      if (is_local(type + 3)) local_.push_back(minor);
    }
    if (file) std::fclose(file);
    if (!known(wanted)) known_.push_back(wanted);
  }

  static bool is_local(const char* type) {
    for (const char* name : {"overlay ", "tmpfs ", "btrfs ", "zfs ", "bcachefs "}) {
      if (std::strncmp(type, name, std::strlen(name)) == 0) return true;
    }
    return false;
  }

  std::mutex mutex_;
  std::vector<uint32_t> known_;
  std::vector<uint32_t> local_;
};

bool is_local(const struct statx& info) {
  static LocalFileSystems& systems = *new LocalFileSystems;
  return systems.contains(info.stx_dev_major, info.stx_dev_minor);
}

// Attributes that are there; false also for a file system that may have to ask elsewhere.
bool attributes(int fd, struct statx& info) {
  constexpr unsigned kMask = STATX_BASIC_STATS | STATX_BTIME;
  return ::statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, kMask, &info) == 0 && is_local(info);
}

// A file that was found by its path; O_PATH opens nothing, so that no device and no FIFO notices.
struct Found {
  enum class Outcome { Here, Missing, Unknown };
  explicit Found(const std::string& path, int flags = 0) : fd(open_cached(path.c_str(), O_PATH | flags)) {
    if (fd.get() == -1) {
      outcome = errno == ENOENT && !path.empty() ? Outcome::Missing : Outcome::Unknown;
    } else {
      outcome = attributes(fd.get(), info) ? Outcome::Here : Outcome::Unknown;
    }
  }

  bool is_here() const { return outcome == Outcome::Here; }
  bool is_missing() const { return outcome == Outcome::Missing; }

  OwnedFd fd;
  struct statx info;
  Outcome outcome;
};

uint64_t device_of(const struct statx& info) { return makedev(info.stx_dev_major, info.stx_dev_minor); }

SystemError missing(const char* syscall, const std::string& path) {
  return SystemError{UV_ENOENT, syscall, named_path(path)};
}

// Reads what the page cache holds, up to `size` bytes or the end of the file; -1 if that is not all of it.
ssize_t read_cached(int fd, uint8_t* data, size_t size, int64_t position) {
  size_t total = 0;
  while (total < size) {
    iovec vector = {data + total, size - total};
    const int64_t at = position < 0 ? -1 : position + static_cast<int64_t>(total);
    const ssize_t count = uninterrupted([&] { return ::preadv2(fd, &vector, 1, at, RWF_NOWAIT); });
    if (count == 0) break;
    if (count > 0) {
      total += count;
      continue;
    }
    // What was read of a pipe cannot be put back: a part is an answer too.
    if (position < 0 && total > 0 && ::lseek(fd, -static_cast<off_t>(total), SEEK_CUR) == -1) break;
    return -1;
  }
  return static_cast<ssize_t>(total);
}

AtOnce<Stats> attributes_at_once(const std::string& path, int flags, const char* syscall, bool bigint, bool quiet) {
  const Found found(path, flags);
  if (found.is_here()) return to_stats(found.info, bigint);
  if (!found.is_missing()) return std::nullopt;
  if (!quiet) return missing(syscall, path);
  Stats stats;
  stats.missing = true;
  return stats;
}

// Paths that were regular files a while ago. Such a one is opened at once: should it be another kind of
// file by now, that has been open for a moment.
class RegularFiles {
 public:
  bool contains(const std::string& path) { return slot(path).load(std::memory_order_relaxed) == hash(path); }
  void add(const std::string& path) {
    // Others depend on the current directory.
    if (path.starts_with('/')) slot(path).store(hash(path), std::memory_order_relaxed);
  }
  void remove(const std::string& path) { slot(path).store(0, std::memory_order_relaxed); }

 private:
  static constexpr size_t kSlots = 256;

  static size_t hash(const std::string& path) { return std::hash<std::string>()(path); }
  std::atomic<size_t>& slot(const std::string& path) { return slots_[hash(path) % kSlots]; }

  std::array<std::atomic<size_t>, kSlots> slots_ = {};
};

// A regular file, opened.
struct Regular {
  OwnedFd fd{-1};
  struct statx info;
  bool is_missing = false;

  Regular(const std::string& path, int flags) {
    static RegularFiles& known = *new RegularFiles;
    const bool is_known = known.contains(path);
    if (!is_known) {
      const Found found(path);
      is_missing = found.is_missing();
      if (!found.is_here() || !S_ISREG(found.info.stx_mode)) return;
      info = found.info;
    }
    // Without O_NONBLOCK, opening waits for another program's lease to end.
    fd.reset(open_cached(path.c_str(), flags | O_NONBLOCK));
    if (!is_known) {
      known.add(path);
      return;
    }
    is_missing = fd.get() == -1 && errno == ENOENT;
    if (fd.get() != -1 && attributes(fd.get(), info) && S_ISREG(info.stx_mode)) return;
    known.remove(path);
    fd.reset(-1);
  }
};

template <typename Opened>
AtOnce<Opened> open_as(const std::string& path, int32_t flags) {
  constexpr int kPlain = O_ACCMODE | O_APPEND | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC;
  if ((flags & ~kPlain) != 0) return std::nullopt;
  {
    const Found found(path, flags & O_NOFOLLOW);
    if (found.is_missing()) return missing("open", path);
    if (!found.is_here() || !(S_ISREG(found.info.stx_mode) || S_ISDIR(found.info.stx_mode))) return std::nullopt;
  }
  // Without O_NONBLOCK, opening waits for another program's lease to end.
  OwnedFd fd(open_cached(path.c_str(), flags | O_NONBLOCK));
  if (fd.get() == -1 || ::fcntl(fd.get(), F_SETFL, flags & O_APPEND) == -1) return std::nullopt;
  return Opened{std::move(fd)};
}

// The descriptor that was last found to be written to without ceremony, and its device: asking anew for
// each write takes a tenth of the write.
std::atomic<uint64_t> writable = 0;

uint64_t writable_key(int fd, uint64_t device) { return static_cast<uint64_t>(fd + 1) << 32 | device; }

// The device of a local regular file whose writes do not wait for the disk by themselves.
std::optional<uint64_t> writable_device(int fd) {
  const uint64_t known = writable.load(std::memory_order_relaxed);
  if (known >> 32 == static_cast<uint64_t>(fd + 1)) return known & UINT32_MAX;
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags == -1 || (flags & (O_SYNC | O_DSYNC | O_DIRECT)) != 0) return std::nullopt;
  struct statx info;
  if (!attributes(fd, info) || !S_ISREG(info.stx_mode)) return std::nullopt;
  const uint64_t device = device_of(info);
  if (device <= UINT32_MAX) writable.store(writable_key(fd, device), std::memory_order_relaxed);
  return device;
}

// What was open for writing can have to be written.
AtOnce<> close_local(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  struct statx info;
  if (flags == -1 || !attributes(fd, info)) return std::nullopt;
  const bool is_plain = S_ISDIR(info.stx_mode) || (S_ISREG(info.stx_mode) && (flags & O_ACCMODE) == O_RDONLY);
  // The last descriptor of a file without a name frees its content.
  if (!is_plain || info.stx_nlink == 0) return std::nullopt;
  forget_descriptor(fd);
  if (::close(fd) == -1) return std::nullopt;
  return Done{};
}

// A directory whose content comes in a few kilobytes; -1 if it is not known to be one, or not now.
int open_small_directory(const std::string& path, struct statx& info) {
  OwnedFd fd(open_cached(path.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK));
  if (fd.get() == -1 || !attributes(fd.get(), info) || info.stx_size > kMaxCopied) return -1;
  return fd.release();
}

AtOnce<> write_whole(const std::string& path, const char* data, size_t size, int flags) {
  constexpr int kAppend = O_WRONLY | O_CREAT | O_APPEND;
  if (size > kMaxCopied || (flags != kReplaceFlags && flags != kAppend)) return std::nullopt;
  // To make a file takes more than to write one.
  const Regular file(path, O_WRONLY | (flags & O_APPEND));
  if (file.fd.get() == -1 || file.info.stx_size > kMaxDropped) return std::nullopt;
  const Attempt attempt(device_of(file.info));
  if (!attempt.may_try()) return std::nullopt;
  return write_content(file.fd.get(), data, size, flags == kReplaceFlags);
}

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

void forget_descriptor(int fd) {
  uint64_t known = writable.load(std::memory_order_relaxed);
  if (known >> 32 == static_cast<uint64_t>(fd + 1)) writable.compare_exchange_strong(known, 0);
}

AtOnce<Descriptor> open_at_once(const std::string& path, int32_t flags, int32_t) {
  return open_as<Descriptor>(path, flags);
}

AtOnce<RawDescriptor> open_raw_at_once(const std::string& path, int32_t flags, int32_t) {
  return open_as<RawDescriptor>(path, flags);
}

AtOnce<double> read_at_once(int32_t fd, const OwnedBytes& memory, double offset, double length, int64_t position) {
  if (length > kMaxCopied) return std::nullopt;
  const ssize_t count =
      read_cached(fd, memory.data() + static_cast<size_t>(offset), static_cast<size_t>(length), position);
  if (count == -1) return std::nullopt;
  return static_cast<double>(count);
}

AtOnce<Bytes> read_file_at_once(const std::string& path, int32_t flags) {
  // A file system that never reads at once (tmpfs on many kernels) is not asked again.
  static std::atomic<uint64_t> slow_device = 0;
  if (flags != O_RDONLY) return std::nullopt;
  const Regular file(path, O_RDONLY);
  if (file.is_missing) return missing("open", path);
  if (file.fd.get() == -1 || file.info.stx_size == 0 || file.info.stx_size > kMaxCopied) return std::nullopt;
  const uint64_t device = device_of(file.info);
  if (device == slow_device.load(std::memory_order_relaxed)) return std::nullopt;
  const size_t size = file.info.stx_size;
  Bytes bytes;
  bytes.data = allocate_bytes(size);
  if (!bytes.data) return std::nullopt;
  const ssize_t count = read_cached(file.fd.get(), bytes.data.get(), size, 0);
  if (count == -1 && errno == EOPNOTSUPP) slow_device.store(device, std::memory_order_relaxed);
  if (count != static_cast<ssize_t>(size)) return std::nullopt;
  bytes.size = size;
  return bytes;
}

AtOnce<Text> read_text_at_once(const std::string& path, int32_t flags) {
  AtOnce<Bytes> bytes = read_file_at_once(path, flags);
  if (!bytes) return std::nullopt;
  if (!*bytes) return std::move(*bytes).error();
  return decode_utf8(std::move(*bytes).value());
}

AtOnce<Stats> stat_at_once(const std::string& path, bool bigint, bool quiet) {
  return attributes_at_once(path, 0, "stat", bigint, quiet);
}

AtOnce<Stats> lstat_at_once(const std::string& path, bool bigint, bool quiet) {
  return attributes_at_once(path, O_NOFOLLOW, "lstat", bigint, quiet);
}

AtOnce<Stats> fstat_at_once(int32_t fd, bool bigint) {
  struct statx info;
  if (!attributes(fd, info)) return std::nullopt;
  return to_stats(info, bigint);
}

AtOnce<> access_at_once(const std::string& path, int32_t mode) {
  const Found found(path);
  if (found.is_missing()) return missing("access", path);
  if (!found.is_here()) return std::nullopt;
  // The system call itself: the library's function knows no AT_EMPTY_PATH.
  if (mode != F_OK && ::syscall(SYS_faccessat2, found.fd.get(), "", mode, AT_EMPTY_PATH) == -1) return std::nullopt;
  return Done{};
}

AtOnce<bool> exists_at_once(const std::string& path) {
  const Found found(path);
  if (found.is_missing()) return false;
  if (!found.is_here()) return std::nullopt;
  return true;
}

AtOnce<> close_at_once(Alone, const GivenUp& descriptor) { return close_local(descriptor.fd); }

AtOnce<> close_raw_at_once(Alone, const RawGivenUp& descriptor) { return close_local(descriptor.fd); }

AtOnce<double> write_at_once(Alone, int32_t fd, const OwnedBytes& bytes, double offset, double length,
                             int64_t position) {
  if (length > kMaxCopied) return std::nullopt;
  const std::optional<uint64_t> device = writable_device(fd);
  if (!device) return std::nullopt;
  const Attempt attempt(*device);
  if (!attempt.may_try()) return std::nullopt;
  const uint8_t* data = bytes.data() + static_cast<size_t>(offset);
  const size_t size = static_cast<size_t>(length);
  const ssize_t count = position < 0 ? ::write(fd, data, size) : ::pwrite(fd, data, size, position);
  if (count == -1) return std::nullopt;
  return static_cast<double>(count);
}

AtOnce<> write_file_at_once(Alone, const std::string& path, const OwnedBytes& bytes, int32_t flags, int32_t) {
  return write_whole(path, reinterpret_cast<const char*>(bytes.data()), bytes.size(), flags);
}

AtOnce<> write_text_file_at_once(Alone, const std::string& path, const std::string& text, int32_t flags, int32_t) {
  return write_whole(path, text.data(), text.size(), flags);
}

AtOnce<Names> readdir_at_once(Alone, const std::string& path, bool bytes) {
  struct statx info;
  const OwnedFd fd(open_small_directory(path, info));
  if (fd.get() == -1) return std::nullopt;
  const Attempt attempt(device_of(info));
  if (!attempt.may_try()) return std::nullopt;
  Result<Names> names = readdir_open(fd.get(), path, bytes);
  if (!names) return std::nullopt;
  return names;
}

AtOnce<std::vector<Listing>> readdir_types_at_once(Alone, const std::string& path, bool bytes, bool recursive, bool) {
  struct statx info;
  const OwnedFd fd(recursive ? -1 : open_small_directory(path, info));
  if (fd.get() == -1) return std::nullopt;
  const Attempt attempt(device_of(info));
  if (!attempt.may_try()) return std::nullopt;
  Result<Listing> listing = readdir_types_open(fd.get(), path, bytes);
  if (!listing) return std::nullopt;
  std::vector<Listing> listings;
  listings.push_back(std::move(listing).value());
  listings.back().directory.emplace();
  return listings;
}

AtOnce<std::vector<uint8_t>> mkdtemp_at_once(Alone, const std::string& prefix) {
  const Found parent(directory_of(prefix));
  if (!parent.is_here() || !S_ISDIR(parent.info.stx_mode)) return std::nullopt;
  const Attempt attempt(device_of(parent.info));
  if (!attempt.may_try()) return std::nullopt;
  Result<std::vector<uint8_t>> path = mkdtemp(prefix);
  if (!path) return std::nullopt;
  return path;
}

// A small file, or a directory if it is empty.
AtOnce<> remove_at_once(Alone, const std::string& path, bool recursive, bool) {
  const Found found(path, O_NOFOLLOW);
  if (!found.is_here()) return std::nullopt;
  const bool is_directory = S_ISDIR(found.info.stx_mode);
  if (is_directory ? !recursive : !S_ISREG(found.info.stx_mode) || found.info.stx_size > kMaxDropped) {
    return std::nullopt;
  }
  const Attempt attempt(device_of(found.info));
  if (!attempt.may_try()) return std::nullopt;
  if ((is_directory ? ::rmdir(path.c_str()) : ::unlink(path.c_str())) == -1) return std::nullopt;
  return Done{};
}

}  // namespace gyre::fs
