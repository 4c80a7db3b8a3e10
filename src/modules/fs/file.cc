#include "modules/fs/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <uv.h>

#include <algorithm>
#include <climits>

#include "base/permission.h"
#include "modules/fs/at_once.h"
#include "modules/fs/system.h"

namespace gyre::fs {

namespace {

// Files that do not tell their size (pipes, /proc) are read in steps of this.
constexpr size_t kChunkSize = 64 * 1024;
constexpr int64_t kMaxFileSize = INT32_MAX;

SystemError failed_open(const std::string& path) { return failed("open", path); }

CodedError too_large(int64_t size) {
  return CodedError{ErrorType::RangeError, "ERR_FS_FILE_TOO_LARGE",
                    "File size (" + std::to_string(size) + ") is greater than 2 GiB"};
}

// Reads until `size` bytes or the end of the file came.
Result<Bytes> read_known(int fd, size_t size) {
  Bytes bytes;
  bytes.data = allocate_bytes(size);
  if (!bytes.data) return SystemError{UV_ENOMEM, "read"};
  while (bytes.size < size) {
    const ssize_t count = uninterrupted([&] { return ::read(fd, bytes.data.get() + bytes.size, size - bytes.size); });
    if (count == -1) return failed("read");
    if (count == 0) break;
    bytes.size += count;
  }
  return bytes;
}

// Reads until the end of the file, however far that is.
Result<Bytes> read_unknown(int fd) {
  Bytes bytes;
  size_t capacity = 0;
  for (;;) {
    if (capacity - bytes.size < kChunkSize) {
      capacity = std::max(capacity * 2, bytes.size + kChunkSize);
      void* grown = std::realloc(bytes.data.get(), capacity);
      if (!grown) return SystemError{UV_ENOMEM, "read"};
      (void)bytes.data.release();
      bytes.data.reset(static_cast<uint8_t*>(grown));
    }
    const ssize_t count =
        uninterrupted([&] { return ::read(fd, bytes.data.get() + bytes.size, capacity - bytes.size); });
    if (count == -1) return failed("read");
    if (count == 0) break;
    bytes.size += count;
    if (static_cast<int64_t>(bytes.size) > kMaxFileSize) return too_large(bytes.size);
  }
  return bytes;
}

Result<Bytes> read_descriptor(int fd) {
  struct stat info;
  if (::fstat(fd, &info) == -1) return failed("fstat");
  if (!S_ISREG(info.st_mode) || info.st_size == 0) return read_unknown(fd);
  if (info.st_size > kMaxFileSize) return too_large(info.st_size);
  return read_known(fd, info.st_size);
}

Result<> write_everything(int fd, const char* data, size_t size, size_t& written) {
  while (written < size) {
    const ssize_t count = uninterrupted([&] { return ::write(fd, data + written, size - written); });
    if (count == -1) return failed("write");
    written += count;
  }
  return Done{};
}

Result<> write_everything(int fd, const char* data, size_t size) {
  size_t written = 0;
  return write_everything(fd, data, size, written);
}

// Opens, writes and closes. What a file of some content is to be replaced with is written over it, and
// what is left of the old content is cut off then: emptying it first (O_TRUNC) makes ext4 and its like
// flush the new content to disk when the file is closed.
Result<> write_whole(const std::string& path, const char* data, size_t size, int flags, int mode) {
  const bool replaces = flags == kReplaceFlags;
  const OwnedFd fd(GYRE_TRY(open_file(path, replaces ? flags & ~O_TRUNC : flags, mode)));
  return write_content(fd.get(), data, size, replaces);
}

Result<double> write_some(int fd, const void* data, size_t size, int64_t position) {
  const ssize_t count =
      uninterrupted([&] { return position < 0 ? ::write(fd, data, size) : ::pwrite(fd, data, size, position); });
  if (count == -1) return failed("write");
  return static_cast<double>(count);
}

std::vector<iovec> to_vectors(const std::vector<OwnedBytes>& buffers) {
  std::vector<iovec> vectors;
  vectors.reserve(buffers.size());
  for (const OwnedBytes& buffer : buffers) vectors.push_back({buffer.data(), buffer.size()});
  return vectors;
}

// readv and writev take no more than IOV_MAX vectors at once; `transfer(vectors, count, position)`
// is repeated as long as each call moves all that it was given.
template <typename Transfer>
Result<double> transfer_all(std::vector<iovec> vectors, int64_t position, const char* syscall, Transfer transfer) {
  double total = 0;
  size_t at = 0;
  do {
    const size_t count = std::min(vectors.size() - at, static_cast<size_t>(IOV_MAX));
    const ssize_t moved =
        uninterrupted([&] { return transfer(vectors.data() + at, static_cast<int>(count), position); });
    if (moved == -1) return total > 0 ? Result<double>(total) : Result<double>(failed(syscall));
    ssize_t wanted = 0;
    for (size_t i = 0; i < count; i++) wanted += vectors[at + i].iov_len;
    total += moved;
    at += count;
    if (position >= 0) position += moved;
    if (moved < wanted) break;
  } while (at < vectors.size());
  return total;
}

Result<> close_descriptor(int fd) {
  forget_descriptor(fd);
  // After EINTR the descriptor is closed on Linux; a second try could hit another thread's file.
  if (::close(fd) == -1 && errno != EINTR && errno != EINPROGRESS) return failed("close");
  return Done{};
}

}  // namespace

Result<int> open_file(const std::string& path, int flags, int mode) {
  const int access = flags & O_ACCMODE;
  if (access != O_WRONLY) GYRE_TRY(permit(Permission::FileSystemRead, path));
  if (access != O_RDONLY || (flags & (O_CREAT | O_TRUNC | O_APPEND)) != 0) {
    GYRE_TRY(permit(Permission::FileSystemWrite, path));
  }
  const int fd = uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
  if (fd == -1) return failed_open(path);
  return fd;
}

Result<Descriptor> open(std::string path, int32_t flags, int32_t mode) {
  return Descriptor{OwnedFd(GYRE_TRY(open_file(path, flags, mode)))};
}

Result<RawDescriptor> open_raw(std::string path, int32_t flags, int32_t mode) {
  return RawDescriptor{OwnedFd(GYRE_TRY(open_file(path, flags, mode)))};
}

Result<> close(GivenUp descriptor) { return close_descriptor(descriptor.fd); }

Result<> close_raw(RawGivenUp descriptor) { return close_descriptor(descriptor.fd); }

Result<double> read(int32_t fd, OwnedBytes memory, double offset, double length, int64_t position) {
  uint8_t* data = memory.data() + static_cast<size_t>(offset);
  const size_t size = static_cast<size_t>(length);
  const ssize_t count =
      uninterrupted([&] { return position < 0 ? ::read(fd, data, size) : ::pread(fd, data, size, position); });
  if (count == -1) return failed("read");
  return static_cast<double>(count);
}

Result<double> write(int32_t fd, OwnedBytes bytes, double offset, double length, int64_t position) {
  return write_some(fd, bytes.data() + static_cast<size_t>(offset), static_cast<size_t>(length), position);
}

Result<double> write_text(int32_t fd, std::string text, int64_t position) {
  return write_some(fd, text.data(), text.size(), position);
}

Result<double> readv(int32_t fd, std::vector<OwnedBytes> buffers, int64_t position) {
  // Without any buffer there is nothing to read into, which the kernel would let pass.
  if (buffers.empty()) return SystemError{UV_EINVAL, "read"};
  return transfer_all(to_vectors(buffers), position, "read", [fd](iovec* vectors, int count, int64_t at) {
    return at < 0 ? ::readv(fd, vectors, count) : ::preadv(fd, vectors, count, at);
  });
}

Result<double> writev(int32_t fd, std::vector<OwnedBytes> buffers, int64_t position) {
  return transfer_all(to_vectors(buffers), position, "write", [fd](iovec* vectors, int count, int64_t at) {
    return at < 0 ? ::writev(fd, vectors, count) : ::pwritev(fd, vectors, count, at);
  });
}

Result<Bytes> read_file(std::string path, int32_t flags) {
  const OwnedFd fd(GYRE_TRY(open_file(path, flags, 0666)));
  return read_descriptor(fd.get());
}

Result<Text> read_text(std::string path, int32_t flags) {
  return decode_utf8(GYRE_TRY(read_file(std::move(path), flags)));
}

Result<Bytes> read_all(int32_t fd) { return read_descriptor(fd); }

Result<Text> read_all_text(int32_t fd) { return decode_utf8(GYRE_TRY(read_descriptor(fd))); }

Result<> write_content(int fd, const char* data, size_t size, bool replaces) {
  if (!replaces) return write_everything(fd, data, size);
  struct stat info;
  if (::fstat(fd, &info) == -1) return failed("fstat");
  size_t end = 0;
  Result<> written = write_everything(fd, data, size, end);
  if (!S_ISREG(info.st_mode)) return written;
  // Also where writing failed, and for no content at all, which must count as a change.
  const bool has_rest = size == 0 || static_cast<int64_t>(end) < info.st_size;
  if (has_rest && ::ftruncate(fd, static_cast<off_t>(end)) == -1 && written.ok()) return failed("ftruncate");
  return written;
}

Result<> write_file(std::string path, OwnedBytes bytes, int32_t flags, int32_t mode) {
  return write_whole(path, reinterpret_cast<const char*>(bytes.data()), bytes.size(), flags, mode);
}

Result<> write_text_file(std::string path, std::string text, int32_t flags, int32_t mode) {
  return write_whole(path, text.data(), text.size(), flags, mode);
}

Result<> write_all(int32_t fd, OwnedBytes bytes) {
  return write_everything(fd, reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Result<> write_all_text(int32_t fd, std::string text) { return write_everything(fd, text.data(), text.size()); }

Result<> copy_file(std::string source, std::string dest, int32_t mode) {
  GYRE_TRY(permit(Permission::FileSystemRead, source));
  GYRE_TRY(permit(Permission::FileSystemWrite, dest));
  // libuv knows how each file system clones and copies; without a callback it works on this thread.
  uv_fs_t request;
  const int result = uv_fs_copyfile(nullptr, &request, source.c_str(), dest.c_str(), mode, nullptr);
  uv_fs_req_cleanup(&request);
  if (result < 0) return SystemError{result, "copyfile", named_path(std::move(source)), named_path(std::move(dest))};
  return Done{};
}

Result<> fsync(int32_t fd) {
  GYRE_TRY(permit_descriptor_call("fsync"));
  return done_or_failed(uninterrupted([&] { return ::fsync(fd); }), "fsync");
}

Result<> fdatasync(int32_t fd) {
  GYRE_TRY(permit_descriptor_call("fdatasync"));
  return done_or_failed(uninterrupted([&] { return ::fdatasync(fd); }), "fdatasync");
}

Result<> ftruncate(int32_t fd, int64_t length) {
  return done_or_failed(uninterrupted([&] { return ::ftruncate(fd, length); }), "ftruncate");
}

Result<> truncate(std::string path, int64_t length) {
  const OwnedFd fd(GYRE_TRY(open_file(path, O_RDWR, 0666)));
  return fs::ftruncate(fd.get(), length);
}

}  // namespace gyre::fs
