#include "modules/fs/stat.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <cmath>

#include "base/permission.h"
#include "modules/fs/system.h"
#include "runtime/environment.h"

namespace gyre::fs {

namespace {

// statx(2) rather than stat(2): it tells the time of birth.
Result<Stats> query(int directory, const std::string& path, int flags, const char* syscall, bool bigint, bool quiet) {
  // A descriptor was opened under the permissions of its time.
  if (!path.empty()) GYRE_TRY(permit(Permission::FileSystemRead, path));
  struct statx info;
  if (::statx(directory, path.c_str(), flags, STATX_BASIC_STATS | STATX_BTIME, &info) == -1) {
    if (!quiet || (errno != ENOENT && errno != ENOTDIR)) return failed(syscall, path);
    Stats missing;
    missing.missing = true;
    return missing;
  }
  return to_stats(info, bigint);
}

void write_numbers(const Stats& stats, double* fields) {
  for (int i = 0; i < Stats::kTimes; i++) fields[i] = static_cast<double>(stats.fields[i]);
  for (int i = Stats::kTimes; i < Stats::kCount; i++) {
    const Stats::Time& time = stats.times[i - Stats::kTimes];
    fields[i] = static_cast<double>(time.seconds) * 1e3 + static_cast<double>(time.nanoseconds) / 1e6;
  }
}

// The array that synchronous calls of one thread share.
class SharedNumbers {
 public:
  explicit SharedNumbers(Environment& environment) {
    v8::Isolate* isolate = environment.isolate();
    v8::HandleScope handles(isolate);
    v8::Local<v8::ArrayBuffer> memory = v8::ArrayBuffer::New(isolate, Stats::kCount * sizeof(double));
    data_ = static_cast<double*>(memory->Data());
    array_.Reset(isolate, v8::Float64Array::New(memory, 0, Stats::kCount));
  }

  v8::Local<v8::Value> fill(v8::Isolate* isolate, const Stats& stats) {
    write_numbers(stats, data_);
    return array_.Get(isolate);
  }

 private:
  v8::Global<v8::Float64Array> array_;
  double* data_;
};

Result<v8::Local<v8::Value>> shared(Realm& js, Result<Stats> result) {
  const Stats stats = GYRE_TRY(std::move(result));
  if (stats.missing || stats.bigint) return to_js(js, stats);
  return Environment::from(js).module_state<SharedNumbers>().fill(js.isolate(), stats);
}

timespec to_timespec(double seconds) {
  const double whole = std::floor(seconds);
  return {static_cast<time_t>(whole), static_cast<long>((seconds - whole) * 1e9)};
}

Result<> set_times(const std::string& path, double atime, double mtime, int flags, const char* syscall) {
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  const timespec times[] = {to_timespec(atime), to_timespec(mtime)};
  return done_or_failed(::utimensat(AT_FDCWD, path.c_str(), times, flags), syscall, path);
}

}  // namespace

Stats to_stats(const struct statx& info, bool bigint) {
  return Stats{
      .fields = {static_cast<int64_t>(makedev(info.stx_dev_major, info.stx_dev_minor)), info.stx_mode, info.stx_nlink,
                 info.stx_uid, info.stx_gid, static_cast<int64_t>(makedev(info.stx_rdev_major, info.stx_rdev_minor)),
                 info.stx_blksize, static_cast<int64_t>(info.stx_ino), static_cast<int64_t>(info.stx_size),
                 static_cast<int64_t>(info.stx_blocks)},
      .times = {{info.stx_atime.tv_sec, info.stx_atime.tv_nsec},
                {info.stx_mtime.tv_sec, info.stx_mtime.tv_nsec},
                {info.stx_ctime.tv_sec, info.stx_ctime.tv_nsec},
                {info.stx_btime.tv_sec, info.stx_btime.tv_nsec}},
      .bigint = bigint,
  };
}

v8::Local<v8::Value> to_js(Realm& js, const Stats& stats) {
  v8::Isolate* isolate = js.isolate();
  if (stats.missing) return v8::Undefined(isolate);
  v8::Local<v8::ArrayBuffer> memory = v8::ArrayBuffer::New(isolate, Stats::kCount * sizeof(double));
  if (stats.bigint) {
    auto* fields = static_cast<int64_t*>(memory->Data());
    for (int i = 0; i < Stats::kTimes; i++) fields[i] = stats.fields[i];
    for (int i = Stats::kTimes; i < Stats::kCount; i++) {
      const Stats::Time& time = stats.times[i - Stats::kTimes];
      fields[i] = time.seconds * 1'000'000'000 + time.nanoseconds;
    }
    return v8::BigInt64Array::New(memory, 0, Stats::kCount);
  }
  write_numbers(stats, static_cast<double*>(memory->Data()));
  return v8::Float64Array::New(memory, 0, Stats::kCount);
}

v8::Local<v8::Value> to_js(Realm& js, const FileSystemStats& stats) {
  v8::Isolate* isolate = js.isolate();
  v8::Local<v8::Value> values[FileSystemStats::kCount];
  for (int i = 0; i < FileSystemStats::kCount; i++) {
    if (stats.bigint) {
      values[i] = v8::BigInt::NewFromUnsigned(isolate, stats.fields[i]);
    } else {
      values[i] = v8::Number::New(isolate, static_cast<double>(stats.fields[i]));
    }
  }
  return v8::Array::New(isolate, values, FileSystemStats::kCount);
}

Result<Stats> stat(std::string path, bool bigint, bool quiet) {
  return query(AT_FDCWD, path, 0, "stat", bigint, quiet);
}

Result<Stats> lstat(std::string path, bool bigint, bool quiet) {
  return query(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, "lstat", bigint, quiet);
}

Result<Stats> fstat(int32_t fd, bool bigint) { return query(fd, "", AT_EMPTY_PATH, "fstat", bigint, false); }

Result<v8::Local<v8::Value>> stat_now(Realm& js, std::string path, bool bigint, bool quiet) {
  return shared(js, stat(std::move(path), bigint, quiet));
}

Result<v8::Local<v8::Value>> lstat_now(Realm& js, std::string path, bool bigint, bool quiet) {
  return shared(js, lstat(std::move(path), bigint, quiet));
}

Result<v8::Local<v8::Value>> fstat_now(Realm& js, int32_t fd, bool bigint) { return shared(js, fstat(fd, bigint)); }

Result<FileSystemStats> statfs(std::string path, bool bigint) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  struct ::statfs info;
  if (::statfs(path.c_str(), &info) == -1) return failed("statfs", path);
  return FileSystemStats{
      .fields = {static_cast<uint64_t>(info.f_type), static_cast<uint64_t>(info.f_bsize),
                 static_cast<uint64_t>(info.f_frsize), info.f_blocks, info.f_bfree, info.f_bavail, info.f_files,
                 info.f_ffree},
      .bigint = bigint,
  };
}

Result<> access(std::string path, int32_t mode) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  return done_or_failed(::access(path.c_str(), mode), "access", path);
}

Result<bool> exists(std::string path) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  return ::access(path.c_str(), F_OK) == 0;
}

Result<> check_directory(std::string path) {
  const Stats stats = GYRE_TRY(lstat(path, false, false));
  constexpr int kMode = 1;
  if (!S_ISDIR(stats.fields[kMode])) {
    errno = ENOTDIR;
    return failed("rmdir", path);
  }
  return Done{};
}

Result<> chmod(std::string path, uint32_t mode) {
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  return done_or_failed(::chmod(path.c_str(), mode), "chmod", path);
}

Result<> fchmod(int32_t fd, uint32_t mode) {
  GYRE_TRY(permit_descriptor_call("fchmod"));
  return done_or_failed(::fchmod(fd, mode), "fchmod");
}

Result<> chown(std::string path, int64_t uid, int64_t gid) {
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  return done_or_failed(::chown(path.c_str(), static_cast<uid_t>(uid), static_cast<gid_t>(gid)), "chown", path);
}

Result<> fchown(int32_t fd, int64_t uid, int64_t gid) {
  GYRE_TRY(permit_descriptor_call("fchown"));
  return done_or_failed(::fchown(fd, static_cast<uid_t>(uid), static_cast<gid_t>(gid)), "fchown");
}

Result<> lchown(std::string path, int64_t uid, int64_t gid) {
  GYRE_TRY(permit(Permission::FileSystemWrite, path));
  return done_or_failed(::lchown(path.c_str(), static_cast<uid_t>(uid), static_cast<gid_t>(gid)), "lchown", path);
}

Result<> utimes(std::string path, double atime, double mtime) { return set_times(path, atime, mtime, 0, "utime"); }

Result<> futimes(int32_t fd, double atime, double mtime) {
  GYRE_TRY(permit_descriptor_call("futimes"));
  const timespec times[] = {to_timespec(atime), to_timespec(mtime)};
  return done_or_failed(::futimens(fd, times), "futime");
}

Result<> lutimes(std::string path, double atime, double mtime) {
  return set_times(path, atime, mtime, AT_SYMLINK_NOFOLLOW, "lutime");
}

Result<> copy_times(std::string source, std::string dest) {
  const Stats stats = GYRE_TRY(stat(source, false, false));
  GYRE_TRY(permit(Permission::FileSystemWrite, dest));
  const timespec times[] = {{stats.times[0].seconds, static_cast<long>(stats.times[0].nanoseconds)},
                            {stats.times[1].seconds, static_cast<long>(stats.times[1].nanoseconds)}};
  return done_or_failed(::utimensat(AT_FDCWD, dest.c_str(), times, 0), "utime", dest);
}

}  // namespace gyre::fs
