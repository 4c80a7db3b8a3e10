// Stacks that options ask for on standard error: --trace-exit, --trace-sync-io, --trace-uncaught.
#pragma once

#include <string>

#include "runtime/environment.h"

namespace gyre {

// How many frames a stack shows: --stack-trace-limit, or 10.
int stack_frame_limit(const ParsedOptions& options);

// "function (file:line:column)", or the place alone.
std::string format_frame(Realm& js, v8::Local<v8::StackFrame> frame);

// One line a frame, each with "    at " before it.
std::string format_frames(Realm& js, v8::Local<v8::StackTrace> stack);

// "(node:PID) WARNING: TITLE" and where the program is.
void print_stack_here(Environment& env, const std::string& title);

// Writes to standard error, past any stream of the program's.
void write_to_stderr(std::string_view text);

}  // namespace gyre
