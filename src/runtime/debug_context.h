// What a debugger that comes later needs from the start.
#pragma once

#include <v8-context.h>

namespace v8::debug {
// V8's own inspector uses this, and no public header shows it.
void SetContextId(v8::Local<v8::Context> context, int id);
}  // namespace v8::debug

namespace gyre {

// V8 only shows a debugger the scripts that ran in a context with a number. The inspector is made
// when the first debugger comes and numbers contexts from 1: the first one has its number already.
inline void number_for_debugger(v8::Local<v8::Context> context) { v8::debug::SetContextId(context, 1); }

}  // namespace gyre
