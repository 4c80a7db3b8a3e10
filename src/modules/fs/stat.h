// What the system knows of files, and what can be changed of that.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "base/result.h"
#include "binding/convert.h"

namespace gyre::fs {

// Fourteen numbers of a file: dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks and the
// times of access, modification, change and birth. They reach JavaScript as one Float64Array with
// times in milliseconds, or one BigInt64Array with nanoseconds; a missing file as undefined.
struct Stats {
  static constexpr int kCount = 14;
  static constexpr int kTimes = 10;
  int64_t fields[kTimes];
  struct Time {
    int64_t seconds;
    int64_t nanoseconds;
  } times[kCount - kTimes];
  bool bigint = false;
  bool missing = false;
};
v8::Local<v8::Value> to_js(Realm& js, const Stats& stats);
Stats to_stats(const struct statx& info, bool bigint);

// With `quiet`, a file that is not there is no error.
Result<Stats> stat(std::string path, bool bigint, bool quiet);
Result<Stats> lstat(std::string path, bool bigint, bool quiet);
Result<Stats> fstat(int32_t fd, bool bigint);

// The same without the cost of an array for each call: numbers come in one array of this thread, good
// until the next call.
Result<v8::Local<v8::Value>> stat_now(Realm& js, std::string path, bool bigint, bool quiet);
Result<v8::Local<v8::Value>> lstat_now(Realm& js, std::string path, bool bigint, bool quiet);
Result<v8::Local<v8::Value>> fstat_now(Realm& js, int32_t fd, bool bigint);

// type, bsize, frsize, blocks, bfree, bavail, files, ffree of a file system.
struct FileSystemStats {
  static constexpr int kCount = 8;
  uint64_t fields[kCount];
  bool bigint = false;
};
v8::Local<v8::Value> to_js(Realm& js, const FileSystemStats& stats);
Result<FileSystemStats> statfs(std::string path, bool bigint);

Result<> access(std::string path, int32_t mode);
Result<bool> exists(std::string path);
// Fails with ENOTDIR, or as lstat does.
Result<> check_directory(std::string path);

Result<> chmod(std::string path, uint32_t mode);
Result<> fchmod(int32_t fd, uint32_t mode);
Result<> chown(std::string path, int64_t uid, int64_t gid);
Result<> fchown(int32_t fd, int64_t uid, int64_t gid);
Result<> lchown(std::string path, int64_t uid, int64_t gid);
// Times in seconds.
Result<> utimes(std::string path, double atime, double mtime);
Result<> futimes(int32_t fd, double atime, double mtime);
Result<> lutimes(std::string path, double atime, double mtime);
// Gives one file the times of another, to the nanosecond.
Result<> copy_times(std::string source, std::string dest);

}  // namespace gyre::fs
