// native('fs') classes: FsEvent, a watcher of one file or directory, and StatPoll, which looks at a
// file again and again.
#include "modules/fs/watch.h"

#include <uv.h>

#include "binding/handle.h"
#include "modules/fs/stat.h"

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
  int32_t start(std::string path, bool persistent) {
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

class StatPoll final : public HandleWrapped<uv_timer_t> {
 public:
  static constexpr ClassTag kTag{"StatWatcher", &HandleWrapped<uv_timer_t>::kTag};

  StatPoll(Realm& js, v8::Local<v8::Object> object) : HandleWrapped(js, object, kTag, "STATWATCHER") {
    CHECK(uv_timer_init(js.loop(), handle()) == 0);
    opened();
  }

  // Calls object.ontick() every `interval` milliseconds.
  int32_t start(double interval) {
    if (!is_open()) return UV_EBADF;
    const auto period = static_cast<uint64_t>(interval);
    return uv_timer_start(
        handle(),
        [](uv_timer_t* handle) {
          auto* self = static_cast<StatPoll*>(from(handle));
          v8::HandleScope handles(self->realm().isolate());
          v8::Context::Scope entered(self->realm().context());
          self->call_back(self->realm().name("ontick"), 0, nullptr);
        },
        period, period);
  }
};

}  // namespace

void bind_watch(Binding& b) {
  auto event = b.class_<FsEvent>("FSEvent");
  event.constructor<>().method<&FsEvent::start>("start").getter<&FsEvent::initialized>("initialized");
  FsEvent::bind_methods(event);
  auto poll = b.class_<StatPoll>("StatWatcher");
  poll.constructor<>().method<&StatPoll::start>("start");
  StatPoll::bind_methods(poll);
}

}  // namespace gyre::fs
