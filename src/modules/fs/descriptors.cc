#include "modules/fs/descriptors.h"

#include <set>

#include "runtime/environment.h"

namespace gyre::fs {
namespace {

class OpenDescriptors {
 public:
  explicit OpenDescriptors(Realm&) {}
  ~OpenDescriptors() {
    for (const int fd : open_) ::close(fd);
  }
  bool add(int fd) { return open_.insert(fd).second; }
  bool remove(int fd) { return open_.erase(fd) == 1; }

 private:
  std::set<int> open_;
};

// nullptr where nobody keeps count.
OpenDescriptors* descriptors_of(Realm& js) {
  Environment& env = Environment::from(js);
  return env.config().is_main_thread ? nullptr : &env.module_state<OpenDescriptors>();
}

OpenDescriptors* raw_descriptors_of(Realm& js) {
  return Environment::from(js).config().tracks_descriptors ? descriptors_of(js) : nullptr;
}

void warn(Realm& js, int fd, const char* what) {
  v8::Local<v8::Value> text = js.string("File descriptor " + std::to_string(fd) + what);
  Environment::from(js).call_hook("emitWarning", 1, &text).IsEmpty();
}

}  // namespace

v8::Local<v8::Value> to_js(Realm& js, Descriptor opened) {
  const int32_t fd = opened.fd.release();
  adopt(js, fd);
  return to_js(js, fd);
}

v8::Local<v8::Value> to_js(Realm& js, RawDescriptor opened) {
  const int32_t fd = opened.fd.release();
  OpenDescriptors* tracked = raw_descriptors_of(js);
  if (tracked && !tracked->add(fd)) warn(js, fd, " opened in unmanaged mode twice");
  return to_js(js, fd);
}

bool from_js(Realm& js, v8::Local<v8::Value> value, GivenUp& out) {
  if (!from_js(js, value, out.fd)) return false;
  if (OpenDescriptors* tracked = descriptors_of(js)) tracked->remove(out.fd);
  return true;
}

bool from_js(Realm& js, v8::Local<v8::Value> value, RawGivenUp& out) {
  if (!from_js(js, value, out.fd)) return false;
  OpenDescriptors* known = descriptors_of(js);
  const bool was_known = known && known->remove(out.fd);
  if (!was_known && raw_descriptors_of(js)) warn(js, out.fd, " closed but not opened in unmanaged mode");
  return true;
}

void adopt(Realm& js, int32_t fd) {
  if (OpenDescriptors* tracked = descriptors_of(js)) tracked->add(fd);
}

void give_up(GivenUp) {}

}  // namespace gyre::fs
