// native('child_process'): the Process class, one child process on the event loop, and spawnSync.
#include <uv.h>

#include "binding/handle.h"
#include "modules/child_process/spawn_options.h"
#include "modules/child_process/spawn_sync.h"

namespace gyre::child_process {

namespace {

class Process final : public HandleWrapped<uv_process_t> {
 public:
  static constexpr ClassTag kTag{"Process", &HandleWrapped<uv_process_t>::kTag};

  Process(Realm& js, v8::Local<v8::Object> object) : HandleWrapped(js, object, kTag, "PROCESSWRAP") {}

  // Starts the process and sets object.pid; returns 0 or libuv's error. Calls object.onexit(code, signal)
  // at its end, with the number of the signal that ended it, or 0.
  Result<int32_t> spawn(Realm& js, SpawnOptions options) {
    GYRE_TRY(permit(Permission::ChildProcess, options.file));
    ProcessOptions process(options, [](uv_process_t* handle, int64_t status, int signal) {
      static_cast<Process*>(from(handle))->exited(status, signal);
    });
    for (size_t i = 0; i < options.stdio.size(); i++) {
      if (options.stdio[i].kind != Stdio::kPipe) continue;
      net::Pipe* pipe = options.stdio[i].pipe;
      if (!pipe) return UV_EINVAL;
      process.stdio(i).flags = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE);
      process.stdio(i).data.stream = reinterpret_cast<uv_stream_t*>(pipe->handle());
    }
    const int error = uv_spawn(js.loop(), handle(), process.get());
    // libuv knows of the handle whether or not the process could be started.
    opened();
    if (error) {
      close(v8::Undefined(js.isolate()));
      return error;
    }
    js.set(object(), "pid", v8::Integer::New(js.isolate(), handle()->pid));
    return 0;
  }

  int32_t kill(int32_t signal) { return is_open() ? uv_process_kill(handle(), signal) : UV_ESRCH; }

 private:
  void exited(int64_t status, int signal) {
    v8::Isolate* isolate = realm().isolate();
    v8::HandleScope handles(isolate);
    v8::Context::Scope entered(realm().context());
    v8::Local<v8::Value> argv[] = {v8::Number::New(isolate, static_cast<double>(status)),
                                   v8::Integer::New(isolate, signal)};
    call_back(realm().name("onexit"), 2, argv);
  }
};

}  // namespace

GYRE_MODULE(child_process) {
  {
    auto process = b.class_<Process>("Process");
    process.constructor<>().method<&Process::spawn>("spawn").method<&Process::kill>("kill");
    Process::bind_methods(process);
  }
  b.synchronous<&spawn_sync>("spawnSync");
}

}  // namespace gyre::child_process
