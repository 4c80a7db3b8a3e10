// What the kernel can answer from its caches, without waiting for a disk or a network: asked on the
// thread that wants to know, such a call costs less than the way to the thread pool and back.
//
// Every function returns nothing when it could have had to wait, or when a failure deserves the full
// treatment: then a thread of the pool asks, as if nothing had been tried.
#pragma once

#include <optional>
#include <string>

#include "binding/convert.h"
#include "binding/job.h"
#include "modules/fs/content.h"
#include "modules/fs/descriptors.h"
#include "modules/fs/directory.h"
#include "modules/fs/stat.h"

namespace gyre::fs {

template <typename T = Done>
using AtOnce = std::optional<Result<T>>;

AtOnce<Descriptor> open_at_once(const std::string& path, int32_t flags, int32_t mode);
AtOnce<RawDescriptor> open_raw_at_once(const std::string& path, int32_t flags, int32_t mode);
AtOnce<> close_at_once(Alone, const GivenUp& descriptor);
AtOnce<> close_raw_at_once(Alone, const RawGivenUp& descriptor);
AtOnce<double> read_at_once(int32_t fd, const OwnedBytes& memory, double offset, double length, int64_t position);
AtOnce<Bytes> read_file_at_once(const std::string& path, int32_t flags);
AtOnce<Text> read_text_at_once(const std::string& path, int32_t flags);

// These can have to wait, if rarely: see patience.h.
AtOnce<double> write_at_once(Alone, int32_t fd, const OwnedBytes& bytes, double offset, double length,
                             int64_t position);
AtOnce<> write_file_at_once(Alone, const std::string& path, const OwnedBytes& bytes, int32_t flags, int32_t mode);
AtOnce<> write_text_file_at_once(Alone, const std::string& path, const std::string& text, int32_t flags, int32_t mode);
AtOnce<Names> readdir_at_once(Alone, const std::string& path, bool bytes);
AtOnce<std::vector<Listing>> readdir_types_at_once(Alone, const std::string& path, bool bytes, bool recursive,
                                                   bool follow_links);
AtOnce<std::vector<uint8_t>> mkdtemp_at_once(Alone, const std::string& prefix);
AtOnce<> remove_at_once(Alone, const std::string& path, bool recursive, bool force);

// Before a descriptor is closed: its number will be another file's.
void forget_descriptor(int fd);

AtOnce<Stats> stat_at_once(const std::string& path, bool bigint, bool quiet);
AtOnce<Stats> lstat_at_once(const std::string& path, bool bigint, bool quiet);
AtOnce<Stats> fstat_at_once(int32_t fd, bool bigint);
AtOnce<> access_at_once(const std::string& path, int32_t mode);
AtOnce<bool> exists_at_once(const std::string& path);

}  // namespace gyre::fs
