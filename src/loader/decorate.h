// Puts the source line of an error in front of its stack, as a reader of a stack trace expects it
// for errors that have no stack frame of their own (syntax errors, missing exports).
#pragma once

#include "binding/realm.h"

namespace gyre::loader {

// Prepends the excerpt and `gap` to error.stack, once, and marks the error (runtime/source_excerpt.h),
// so that what prints uncaught errors leaves the excerpt out.
void decorate(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::Value> error, v8::Local<v8::Message> message,
              const char* gap);

}  // namespace gyre::loader
