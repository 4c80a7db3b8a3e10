#include "loader/fs_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include "base/permission.h"
#define SIMDJSON_EXCEPTIONS 0
#include "simdjson.h"

namespace gyre::loader {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kModulesFolder = "/node_modules";

// Closes the descriptor when it goes out of scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// Reads the whole file and leaves `spare` bytes of capacity behind it, which the JSON parser needs.
Result<std::string> read_whole(const std::string& path, size_t spare) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return SystemError{-errno, "open", path};
  struct stat info;
  if (fstat(file.get(), &info) != 0) return SystemError{-errno, "fstat", path};
  if (S_ISDIR(info.st_mode)) return SystemError{-EISDIR, "read"};

  std::string bytes;
  // A size of zero is also what pipes and /proc report: then read until the end.
  size_t room = info.st_size > 0 ? static_cast<size_t>(info.st_size) + 1 : 4096;
  size_t used = 0;
  for (;;) {
    bytes.reserve(room + spare);
    bytes.resize(room);
    const ssize_t got = read(file.get(), bytes.data() + used, room - used);
    if (got < 0) {
      if (errno == EINTR) continue;
      return SystemError{-errno, "read"};
    }
    used += got;
    if (got == 0) break;
    if (used == room) room *= 2;
  }
  bytes.resize(used);
  if (bytes.starts_with(kByteOrderMark)) bytes.erase(0, kByteOrderMark.size());
  return bytes;
}

bool is_file(const char* path) {
  struct stat info;
  return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

using simdjson::ondemand::json_type;
using simdjson::ondemand::value;

std::optional<std::string> text_of(value& field) {
  std::string_view text;
  if (field.get_string().get(text)) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> json_of(value& field) {
  std::string_view json;
  if (field.raw_json().get(json)) return std::nullopt;
  return std::string(json);
}

}  // namespace

int32_t module_stat(std::string path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return -1;
  return S_ISDIR(info.st_mode) ? 1 : 0;
}

Result<std::string> read_source(std::string path) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  return read_whole(path, 0);
}

Result<std::string> real_path(std::string path) {
  char resolved[PATH_MAX];
  if (!realpath(path.c_str(), resolved)) return SystemError{-errno, "realpath", std::move(path)};
  return std::string(resolved);
}

std::optional<std::string> nearest_package(std::string path) {
  for (size_t slash = path.rfind('/'); slash != std::string::npos; slash = path.rfind('/', slash - 1)) {
    path.resize(slash);
    if (path.ends_with(kModulesFolder)) break;
    path += "/package.json";
    if (is_file(path.c_str())) return path;
    if (slash == 0) break;
  }
  return std::nullopt;
}

std::variant<NoSuchPackage, BrokenPackage, PackageFields> read_package(const std::string& path) {
  auto text = read_whole(path, simdjson::SIMDJSON_PADDING);
  if (!text) return NoSuchPackage{};
  std::string& bytes = text.value();
  bytes.reserve(bytes.size() + simdjson::SIMDJSON_PADDING);

  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (parser.iterate(bytes).get(document) || document.get_object().get(object)) return BrokenPackage{};

  PackageFields fields;
  for (auto entry : object) {
    std::string_view key;
    value field;
    json_type type;
    if (entry.unescaped_key().get(key) || entry.value().get(field) || field.type().get(type)) {
      return BrokenPackage{};
    }
    if (key == "name") {
      fields.name = text_of(field);
    } else if (key == "main") {
      fields.main = text_of(field);
    } else if (key == "type") {
      fields.type = text_of(field);
    } else if (key == "exports") {
      // A number exports nothing, which is not the same as a missing field.
      const bool counts = type != json_type::boolean && type != json_type::null;
      fields.exports = counts ? json_of(field) : std::nullopt;
      if (counts && !fields.exports) return BrokenPackage{};
    } else if (key == "imports" && type == json_type::object) {
      fields.imports = json_of(field);
      if (!fields.imports) return BrokenPackage{};
    }
  }
  if (!document.at_end()) return BrokenPackage{};
  return fields;
}

}  // namespace gyre::loader
