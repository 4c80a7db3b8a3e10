#include "runtime/trace_sigint.h"

#include <semaphore.h>
#include <signal.h>

#include <cerrno>
#include <thread>

#include "base/check.h"
#include "binding/binding.h"
#include "runtime/stack_dump.h"

namespace gyre {
namespace {

// A signal handler can reach nothing but globals, and may do little more than this.
sem_t arrived;

void on_sigint(int) { sem_post(&arrived); }

void handle_with(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigfillset(&action.sa_mask);
  CHECK(sigaction(SIGINT, &action, nullptr) == 0);
}

// On the main thread: says where it is, and ends it as the signal would have.
void print_and_end(Environment& env) {
  v8::HandleScope handles(env.isolate());
  const int limit = stack_frame_limit(env.options());
  write_to_stderr(
      "KEYBOARD_INTERRUPT: Script execution was interrupted by `SIGINT`\n" +
      format_frames(env, v8::StackTrace::CurrentStackTrace(env.isolate(), limit, v8::StackTrace::kDetailed)));
  handle_with(SIG_DFL);
  raise(SIGINT);
}

// Waits for signals beside the main thread, which may be in a loop without end.
void start_watching(Environment& env) {
  static bool is_watching = false;
  if (is_watching) return;
  is_watching = true;
  CHECK(sem_init(&arrived, 0, 0) == 0);
  std::thread([&env] {
    for (;;) {
      if (sem_wait(&arrived) == 0) env.interrupt([&env] { print_and_end(env); });
    }
  }).detach();
}

}  // namespace

void trace_sigint(Environment& env, bool enable) {
  if (enable) start_watching(env);
  handle_with(enable ? on_sigint : SIG_DFL);
}

namespace {

void set_trace_sigint(Realm& js, bool enable) { trace_sigint(Environment::from(js.isolate()), enable); }

}  // namespace

GYRE_MODULE(trace_sigint) { b.function<&set_trace_sigint>("set"); }

}  // namespace gyre
