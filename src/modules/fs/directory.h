// Directories: made, listed and removed, whole trees in one call.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "modules/fs/content.h"
#include "modules/fs/descriptors.h"

namespace gyre::fs {

Result<> mkdir(std::string path, uint32_t mode);
// Makes the missing parents too; the result is the first directory that was made, if any was.
Result<std::optional<std::string>> mkdir_all(std::string path, uint32_t mode);
// Appends six random characters to the prefix; the result is bytes, for any encoding.
Result<std::vector<uint8_t>> mkdtemp(std::string prefix);
Result<> rmdir(std::string path);

// What the kernel says of a directory, in its own form.
struct DirectoryBlock {
  std::unique_ptr<char[], Free> memory;
  size_t used = 0;
};

// Names in a directory, as strings or, with `bytes`, as Buffers.
struct Names {
  DirectoryBlock block;  // what the names lie in
  std::vector<std::string_view> names;
  bool bytes = false;
};
v8::Local<v8::Value> to_js(Realm& js, const Names& names);

// Names with the UV_DIRENT_* type of each. Reaches JavaScript as [directory, names, types], without
// the directory when `directory` is not set.
struct Listing {
  std::optional<std::string> directory;
  Names names;
  std::vector<int32_t> types;
};
v8::Local<v8::Value> to_js(Realm& js, const Listing& listing);

// All names but "." and "..", sorted by their bytes. The `_open` form reads a descriptor from its start.
Result<Names> readdir(std::string path, bool bytes);
Result<Names> readdir_open(int fd, const std::string& path, bool bytes);
// The listing of a directory and, with `recursive`, of all below it, breadth first; each names its
// directory relative to `path`. With `follow_links` a link to a directory counts as one.
Result<Listing> readdir_types_open(int fd, const std::string& path, bool bytes);
Result<std::vector<Listing>> readdir_types(std::string path, bool bytes, bool recursive, bool follow_links);

// A descriptor for read_directory, which returns the next entries: none at the end.
Result<Descriptor> open_directory(std::string path);
Result<Listing> read_directory(int32_t fd, uint32_t count, std::string path, bool bytes);

// rm: fails with EISDIR from "rm" for a directory without `recursive`; with `force` a path that does
// not exist is no error.
Result<> remove(std::string path, bool recursive, bool force);

}  // namespace gyre::fs
