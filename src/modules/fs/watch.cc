// native('fs').FSEvent: a watcher of one file or directory.
#include "modules/fs/watch.h"

#include <uv.h>

#include "base/permission.h"
#include "binding/handle.h"

namespace gyre::fs {

namespace {

class FsEvent final : public HandleWrapped<uv_fs_event_t> {
 public:
  static constexpr ClassTag kTag{"FSEvent", &HandleWrapped<uv_fs_event_t>::kTag};

  FsEvent(Realm& js, v8::Local<v8::Object> object) : HandleWrapped(js, object, kTag, "FSEVENTWRAP") {
    CHECK(uv_fs_event_init(js.loop(), handle()) == 0);
    opened();
  }

  // Starts; calls object.onchange(status, event, name) with the name as bytes. Returns 0 or libuv's error.
  Result<int32_t> start(std::string path, bool persistent) {
    GYRE_TRY(permit(Permission::FileSystemRead, path));
    if (!is_open()) return UV_EBADF;
    const int error = uv_fs_event_start(
        handle(),
        [](uv_fs_event_t* handle, const char* name, int events, int status) {
          static_cast<FsEvent*>(from(handle))->changed(name, events, status);
        },
        path.c_str(), 0);
    if (error == 0 && !persistent) unref();
    return error;
  }

  // What the handle became of a close that someone else asked for.
  bool initialized() { return is_open(); }

 private:
  void changed(const char* name, int events, int status) {
    v8::Isolate* isolate = realm().isolate();
    v8::HandleScope handles(isolate);
    v8::Context::Scope entered(realm().context());
    const char* event = (events & UV_RENAME) != 0 ? "rename" : "change";
    v8::Local<v8::Value> bytes = v8::Null(isolate);
    if (name) {
      const std::string_view text(name);
      bytes = realm().buffer(std::vector<uint8_t>(text.begin(), text.end()));
    }
    v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate, status), realm().name(event), bytes};
    call_back(realm().name("onchange"), 3, argv);
  }
};

}  // namespace

void bind_watch(Binding& b) {
  auto event = b.class_<FsEvent>("FSEvent");
  event.constructor<>().method<&FsEvent::start>("start").getter<&FsEvent::initialized>("initialized");
  FsEvent::bind_methods(event);
}

}  // namespace gyre::fs
