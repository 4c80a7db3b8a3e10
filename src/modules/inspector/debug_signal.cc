#include "modules/inspector/debug_signal.h"

#include <signal.h>
#include <uv.h>

#include <atomic>

#include "runtime/environment.h"

namespace gyre::inspector {
namespace {

// A signal handler has nothing but this to find the loop by.
std::atomic<uv_async_t*> waker = nullptr;

void on_signal(int) {
  if (uv_async_t* handle = waker.load()) uv_async_send(handle);
}

void open_inspector(uv_async_t* handle) {
  Environment& env = *static_cast<Environment*>(handle->data);
  if (!env.can_call_into_js()) return;
  CallbackScope scope(env);
  v8::TryCatch caught(env.isolate());
  env.call_hook("openInspector", 0, nullptr).IsEmpty();
  if (caught.HasCaught() && !caught.HasTerminated()) env.report_exception(caught.Exception(), caught.Message());
}

}  // namespace

void listen_for_debug_signal(Environment& env) {
  auto* handle = new uv_async_t;
  uv_async_init(env.loop(), handle, open_inspector);
  handle->data = &env;
  uv_unref(reinterpret_cast<uv_handle_t*>(handle));
  waker = handle;
  env.at_exit([handle] {
    waker = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_async_t*>(handle); });
  });
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, nullptr);
}

}  // namespace gyre::inspector
