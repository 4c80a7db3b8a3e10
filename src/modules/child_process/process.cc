// native('child_process'): the Process class, one child process on the event loop, and spawnSync.
#include <signal.h>
#include <uv.h>

#include <cerrno>

#include "base/check.h"
#include "binding/handle.h"
#include "modules/child_process/launch.h"
#include "modules/child_process/spawn_options.h"
#include "modules/child_process/spawn_sync.h"

namespace gyre::child_process {

namespace {

// A signal handle: the system tells with SIGCHLD that some child has ended.
class Process final : public HandleWrapped<uv_signal_t> {
 public:
  static constexpr ClassTag kTag{"Process", &HandleWrapped<uv_signal_t>::kTag};

  Process(Realm& js, v8::Local<v8::Object> object) : HandleWrapped(js, object, kTag, "PROCESSWRAP") {}

  // Starts the process and sets object.pid; returns 0 or libuv's error. Calls object.onexit(code, signal)
  // at its end, with the number of the signal that ended it, or 0.
  Result<int32_t> spawn(Realm& js, SpawnOptions options) {
    GYRE_TRY(permit(Permission::ChildProcess, options.file));
    for (const Stdio& stdio : options.stdio) {
      if (stdio.kind == Stdio::kPipe && !stdio.pipe) return UV_EINVAL;
    }
    if (const int error = uv_signal_init(js.loop(), handle())) return error;
    opened();
    // Before there is a process: it may end at once.
    int result = uv_signal_start(
        handle(), [](uv_signal_t* handle, int) { static_cast<Process*>(from(handle))->look(); }, SIGCHLD);
    if (result == 0) {
      std::vector<int> ends;
      result = launch(options, ends);
      // The pipes of a process that could not be started are there too, and end.
      for (size_t i = 0; i < ends.size(); i++) {
        if (ends[i] != -1) CHECK(uv_pipe_open(options.stdio[i].pipe->handle(), ends[i]) == 0);
      }
    }
    if (result < 0) {
      close(v8::Undefined(js.isolate()));
      return result;
    }
    pid_ = result;
    js.set(object(), "pid", v8::Integer::New(js.isolate(), pid_));
    return 0;
  }

  int32_t kill(int32_t signal) {
    if (pid_ == 0) return UV_ESRCH;
    return ::kill(pid_, signal) == 0 ? 0 : -errno;
  }

 private:
  void look() {
    Exit exit;
    if (pid_ == 0 || !has_ended(pid_, exit)) return;
    pid_ = 0;
    uv_signal_stop(handle());
    v8::Isolate* isolate = realm().isolate();
    v8::HandleScope handles(isolate);
    v8::Context::Scope entered(realm().context());
    v8::Local<v8::Value> argv[] = {v8::Number::New(isolate, static_cast<double>(exit.status)),
                                   v8::Integer::New(isolate, exit.signal)};
    call_back(realm().name("onexit"), 2, argv);
  }

  int pid_ = 0;  // 0 before the process has started and after it has ended
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
