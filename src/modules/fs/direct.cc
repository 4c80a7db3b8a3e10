#include "modules/fs/direct.h"

#include <fcntl.h>
#include <unistd.h>
#include <uv.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

#include "base/check.h"
#include "base/simdutf.h"
#include "engine/typed_array.h"
#include "modules/fs/at_once.h"
#include "modules/fs/content.h"
#include "modules/fs/file.h"
#include "modules/fs/system.h"
#include "runtime/environment.h"

namespace gyre::fs {

namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// What a function of this file returns for a call that is not of the usual kind: script makes the general
// one then. No descriptor and no count is negative.
constexpr int32_t kUnusual = -1;

// A path in the form that the system takes, on the stack.
class ShortPath {
 public:
  ShortPath(const char* latin1, size_t length) { set(latin1, length); }
  explicit ShortPath(const Info& info) {
    if (!info[0]->IsString()) return;
    const v8::String::ValueView view(info.GetIsolate(), info[0].As<v8::String>());
    if (view.is_one_byte()) set(reinterpret_cast<const char*>(view.data8()), view.length());
  }

  bool is_usual() const { return is_usual_; }
  const char* text() const { return text_; }

 private:
  void set(const char* latin1, size_t length) {
    // Each character beyond ASCII takes two bytes.
    if (length >= sizeof(text_) / 2 || std::memchr(latin1, '\0', length)) return;
    if (simdutf::validate_ascii(latin1, length)) {
      std::memcpy(text_, latin1, length);
    } else {
      length = simdutf::convert_latin1_to_utf8(latin1, length, text_);
    }
    text_[length] = '\0';
    is_usual_ = true;
  }

  bool is_usual_ = false;
  char text_[1024];
};

// Under --permission and --trace-sync-io every call is looked at, and workers count their descriptors.
bool is_usual(Realm& js) { return current_permissions == nullptr && !js.warns_of_sync_io; }
bool is_usual_for_descriptors(Realm& js) { return is_usual(js) && Environment::from(js).config().is_main_thread; }

template <typename... Path>
int32_t throw_failed(Realm& js, const char* syscall, Path&&... path) {
  const SystemError error = failed(syscall, std::forward<Path>(path)...);
  const v8::HandleScope handles(js.isolate());
  js.throw_error(error);
  return 0;
}

// access(path, mode): 0
int32_t access_directly(Realm& js, const ShortPath& path, int32_t mode) {
  if (!path.is_usual() || !is_usual(js)) return kUnusual;
  return ::access(path.text(), mode) == 0 ? 0 : throw_failed(js, "access", path.text());
}

// exists(path): 0 or 1
int32_t exists_directly(Realm& js, const ShortPath& path, int32_t) {
  if (!path.is_usual() || !is_usual(js)) return kUnusual;
  return ::access(path.text(), F_OK) == 0 ? 1 : 0;
}

// open(path, flags, mode): a descriptor
int32_t open_directly(Realm& js, const ShortPath& path, int32_t flags, int32_t mode) {
  if (!path.is_usual() || !is_usual_for_descriptors(js)) return kUnusual;
  const int fd = uninterrupted([&] { return ::open(path.text(), flags | O_CLOEXEC, mode); });
  return fd >= 0 ? fd : throw_failed(js, "open", path.text());
}

// close(fd): 0
int32_t close_directly(Realm& js, int32_t fd) {
  if (!is_usual_for_descriptors(js)) return kUnusual;
  forget_descriptor(fd);
  // After EINTR the descriptor is closed on Linux.
  if (::close(fd) == 0 || errno == EINTR || errno == EINPROGRESS) return 0;
  return throw_failed(js, "close");
}

// read(fd, array, offset, length, position): a count; the range is one of the array's.
double read_directly(Realm& js, int32_t fd, v8::Local<v8::Value> array, double offset, double length, double position) {
  TypedArrayBytes bytes;
  if (!is_usual(js) || !bytes.read(array) || offset + length > static_cast<double>(bytes.size)) return kUnusual;
  uint8_t* data = bytes.data + static_cast<size_t>(offset);
  const size_t size = static_cast<size_t>(length);
  const ssize_t count = uninterrupted(
      [&] { return position < 0 ? ::read(fd, data, size) : ::pread(fd, data, size, static_cast<off_t>(position)); });
  return count >= 0 ? static_cast<double>(count) : throw_failed(js, "read");
}

// write(fd, array, offset, length, position): a count; the range is one of the array's.
double write_directly(Realm& js, int32_t fd, v8::Local<v8::Value> array, double offset, double length,
                      double position) {
  TypedArrayBytes bytes;
  if (!is_usual(js) || !bytes.read(array) || offset + length > static_cast<double>(bytes.size)) return kUnusual;
  const uint8_t* data = bytes.data + static_cast<size_t>(offset);
  const size_t size = static_cast<size_t>(length);
  const ssize_t count = uninterrupted(
      [&] { return position < 0 ? ::write(fd, data, size) : ::pwrite(fd, data, size, static_cast<off_t>(position)); });
  return count >= 0 ? static_cast<double>(count) : throw_failed(js, "write");
}

// A file that is to be read whole, between the call that opens it and the one that takes what it holds. A
// small one is read when it is opened: its end tells its size for less than fstat() does.
struct WholeFile {
  explicit WholeFile(Environment&) {}

  OwnedFd fd{-1};  // closed when all is in `head`
  size_t size = 0;
  uint8_t head[4096];
  // Hashes of paths whose files were too large for `head`, each in a place of its own: those are not tried.
  std::array<size_t, 64> large = {};
};

// What openWhole() returns for a file that `head` is too small for.
constexpr int32_t kLarge = INT32_MAX;

WholeFile& whole_file(Realm& js) { return Environment::from(js).module_state<WholeFile>(); }

// openWhole(path, flags): how much it holds, or kLarge. One of the three below must follow.
int32_t open_whole(Realm& js, const ShortPath& path, int32_t flags) {
  if (!path.is_usual() || !is_usual(js)) return kUnusual;
  OwnedFd fd(uninterrupted([&] { return ::open(path.text(), flags | O_CLOEXEC, 0666); }));
  if (fd.get() == -1) return throw_failed(js, "open", path.text());
  WholeFile& file = whole_file(js);
  file.size = 0;
  const size_t hash = std::hash<std::string_view>()(path.text());
  size_t& large = file.large[hash % file.large.size()];
  while (large != hash && file.size < sizeof(file.head)) {
    const ssize_t count =
        uninterrupted([&] { return ::read(fd.get(), file.head + file.size, sizeof(file.head) - file.size); });
    if (count == -1) return throw_failed(js, "read");
    if (count == 0) return static_cast<int32_t>(file.size);
    file.size += count;
  }
  large = hash;
  file.fd.reset(fd.release());
  return kLarge;
}

// takeWhole(array): fills it with what was read.
void take_whole(Realm& js, v8::Local<v8::Value> array) {
  TypedArrayBytes bytes;
  WholeFile& file = whole_file(js);
  CHECK(bytes.read(array) && bytes.size <= file.size);
  std::memcpy(bytes.data, file.head, bytes.size);
}

// readWhole(): a large one.
Result<Bytes> read_whole(Realm& js) {
  WholeFile& file = whole_file(js);
  const OwnedFd fd(std::move(file.fd));
  if (file.size == 0 || ::lseek(fd.get(), 0, SEEK_SET) == 0) return read_all(fd.get());
  Bytes rest = GYRE_TRY(read_all(fd.get()));
  Bytes all{.data = allocate_bytes(file.size + rest.size), .size = file.size + rest.size};
  if (!all.data) return SystemError{UV_ENOMEM, "read"};
  std::memcpy(all.data.get(), file.head, file.size);
  if (rest.size > 0) std::memcpy(all.data.get() + file.size, rest.data.get(), rest.size);
  return all;
}

// readWholeText(): any.
Result<v8::Local<v8::Value>> read_whole_text(Realm& js) {
  WholeFile& file = whole_file(js);
  if (file.fd.get() != -1) return to_js(js, GYRE_TRY(decode_utf8(GYRE_TRY(read_whole(js)))));
  const std::string_view text(reinterpret_cast<const char*>(file.head), file.size);
  return v8::Local<v8::Value>(simdutf::validate_ascii(text.data(), text.size()) ? js.latin1(text) : js.string(text));
}

int32_t to_int32(v8::Local<v8::Value> value) { return value.As<v8::Int32>()->Value(); }
double to_double(v8::Local<v8::Value> value) { return value.As<v8::Number>()->Value(); }

// A function of a path and a number.
template <int32_t (*Call)(Realm&, const ShortPath&, int32_t)>
void call_path(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  info.GetReturnValue().Set(Call(js, ShortPath(info), to_int32(info[1])));
}
template <int32_t (*Call)(Realm&, const ShortPath&, int32_t)>
int32_t fast_path(v8::Local<v8::Value>, const v8::FastOneByteString& path, int32_t argument,
                  v8::FastApiCallbackOptions& options) {
  return Call(Realm::from(options.isolate), ShortPath(path.data, path.length), argument);
}

void call_open_whole(const Info& info) {
  info.GetReturnValue().Set(open_whole(Realm::from(info.GetIsolate()), ShortPath(info), to_int32(info[1])));
}
int32_t fast_open_whole(v8::Local<v8::Value>, const v8::FastOneByteString& path, int32_t flags,
                        v8::FastApiCallbackOptions& options) {
  return open_whole(Realm::from(options.isolate), ShortPath(path.data, path.length), flags);
}

void call_take_whole(const Info& info) { take_whole(Realm::from(info.GetIsolate()), info[0]); }
void fast_take_whole(v8::Local<v8::Value>, v8::Local<v8::Value> array, v8::FastApiCallbackOptions& options) {
  take_whole(Realm::from(options.isolate), array);
}

void call_open(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  info.GetReturnValue().Set(open_directly(js, ShortPath(info), to_int32(info[1]), to_int32(info[2])));
}
int32_t fast_open(v8::Local<v8::Value>, const v8::FastOneByteString& path, int32_t flags, int32_t mode,
                  v8::FastApiCallbackOptions& options) {
  return open_directly(Realm::from(options.isolate), ShortPath(path.data, path.length), flags, mode);
}

void call_close(const Info& info) {
  info.GetReturnValue().Set(close_directly(Realm::from(info.GetIsolate()), to_int32(info[0])));
}
int32_t fast_close(v8::Local<v8::Value>, int32_t fd, v8::FastApiCallbackOptions& options) {
  return close_directly(Realm::from(options.isolate), fd);
}

using Transfer = double (*)(Realm&, int32_t, v8::Local<v8::Value>, double, double, double);
template <Transfer kTransfer>
void call_transfer(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  info.GetReturnValue().Set(
      kTransfer(js, to_int32(info[0]), info[1], to_double(info[2]), to_double(info[3]), to_double(info[4])));
}
template <Transfer kTransfer>
double fast_transfer(v8::Local<v8::Value>, int32_t fd, v8::Local<v8::Value> array, double offset, double length,
                     double position, v8::FastApiCallbackOptions& options) {
  return kTransfer(Realm::from(options.isolate), fd, array, offset, length, position);
}

}  // namespace

void bind_direct(Binding& b) {
  b.raw_fast<&call_path<&access_directly>, &fast_path<&access_directly>>("accessDirectly", 2);
  b.raw_fast<&call_path<&exists_directly>, &fast_path<&exists_directly>>("existsDirectly", 2);
  b.raw_fast<&call_open, &fast_open>("openDirectly", 3);
  b.raw_fast<&call_close, &fast_close>("closeDirectly", 1);
  b.raw_fast<&call_transfer<&read_directly>, &fast_transfer<&read_directly>>("readDirectly", 5);
  b.raw_fast<&call_transfer<&write_directly>, &fast_transfer<&write_directly>>("writeDirectly", 5);
  b.raw_fast<&call_open_whole, &fast_open_whole>("openWhole", 2);
  b.raw_fast<&call_take_whole, &fast_take_whole>("takeWhole", 1);
  b.function<&read_whole>("readWhole");
  b.function<&read_whole_text>("readWholeText");
}

}  // namespace gyre::fs
