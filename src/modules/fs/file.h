// Files: descriptors, and whole files in one call.
#pragma once

#include <fcntl.h>

#include <cstdint>
#include <string>
#include <vector>

#include "modules/fs/content.h"
#include "modules/fs/descriptors.h"

namespace gyre::fs {

// writeFile's flag 'w'.
inline constexpr int kReplaceFlags = O_WRONLY | O_CREAT | O_TRUNC;

Result<Descriptor> open(std::string path, int32_t flags, int32_t mode);
Result<> close(GivenUp descriptor);
// For fs.open() and fs.close(), whose callers hold the number.
Result<RawDescriptor> open_raw(std::string path, int32_t flags, int32_t mode);
Result<> close_raw(RawGivenUp descriptor);

// A negative position stands for the file's own, which moves.
Result<double> read(int32_t fd, OwnedBytes memory, double offset, double length, int64_t position);
Result<double> write(int32_t fd, OwnedBytes bytes, double offset, double length, int64_t position);
Result<double> write_text(int32_t fd, std::string text, int64_t position);
Result<double> readv(int32_t fd, std::vector<OwnedBytes> buffers, int64_t position);
Result<double> writev(int32_t fd, std::vector<OwnedBytes> buffers, int64_t position);

// Opens, reads to the end and closes.
Result<Bytes> read_file(std::string path, int32_t flags);
Result<Text> read_text(std::string path, int32_t flags);
// Reads from the descriptor's position to the end.
Result<Bytes> read_all(int32_t fd);
Result<Text> read_all_text(int32_t fd);

// Opens, writes everything and closes.
Result<> write_file(std::string path, OwnedBytes bytes, int32_t flags, int32_t mode);
Result<> write_text_file(std::string path, std::string text, int32_t flags, int32_t mode);
// Writes everything to a file that was just opened for writing. With `replaces` the file was not emptied:
// what is left of its content is cut off behind the new.
Result<> write_content(int fd, const char* data, size_t size, bool replaces);
// Writes everything at the descriptor's position.
Result<> write_all(int32_t fd, OwnedBytes bytes);
Result<> write_all_text(int32_t fd, std::string text);

Result<> copy_file(std::string source, std::string dest, int32_t mode);
Result<> fsync(int32_t fd);
Result<> fdatasync(int32_t fd);
Result<> ftruncate(int32_t fd, int64_t length);
// open and ftruncate in one; the file must exist.
Result<> truncate(std::string path, int64_t length);

}  // namespace gyre::fs
