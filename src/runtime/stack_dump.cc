#include "runtime/stack_dump.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "binding/convert.h"
#include "runtime/options.h"

namespace gyre {

int stack_frame_limit(const ParsedOptions& options) {
  constexpr int kDefaultLimit = 10;
  const auto at = options.values.find("--stack-trace-limit");
  const auto* text = at == options.values.end() ? nullptr : std::get_if<std::string>(&at->second);
  return text ? atoi(text->c_str()) : kDefaultLimit;
}

std::string format_frame(Realm& js, v8::Local<v8::StackFrame> frame) {
  const auto shown = [&](v8::Local<v8::String> part) { return part.IsEmpty() ? "" : utf8(js, part); };
  const std::string place = shown(frame->GetScriptNameOrSourceURL()) + ':' + std::to_string(frame->GetLineNumber()) +
                            ':' + std::to_string(frame->GetColumn());
  const std::string function = shown(frame->GetFunctionName());
  return function.empty() ? place : function + " (" + place + ')';
}

std::string format_frames(Realm& js, v8::Local<v8::StackTrace> stack) {
  std::string text;
  for (int i = 0; i < stack->GetFrameCount(); i++) {
    text += "    at " + format_frame(js, stack->GetFrame(js.isolate(), static_cast<uint32_t>(i))) + '\n';
  }
  return text;
}

void print_stack_here(Environment& env, const std::string& title) {
  v8::HandleScope handles(env.isolate());
  std::string text = "(node:" + std::to_string(getpid());
  if (!env.config().is_main_thread) text += ", thread:" + std::to_string(static_cast<int64_t>(env.config().thread_id));
  text += ") WARNING: " + title + '\n';
  const int limit = stack_frame_limit(env.options());
  text += format_frames(env, v8::StackTrace::CurrentStackTrace(env.isolate(), limit, v8::StackTrace::kDetailed));
  write_to_stderr(text + '\n');
}

void write_to_stderr(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(2, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      usleep(1000);
      continue;
    }
    if (n <= 0) return;
    text.remove_prefix(static_cast<size_t>(n));
  }
}

}  // namespace gyre
