// Puts the source line of an error in front of its stack, as a reader of a stack trace expects it
// for errors that have no stack frame of their own (syntax errors, missing exports).
#pragma once

#include "binding/realm.h"

namespace gyre::loader {

// Where the error is: "file:line", the line, and a line of carets under the place.
std::string source_excerpt(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::Message> message);

// Prepends the excerpt (and `gap`) to error.stack, once. What prints uncaught errors finds the
// private property kDecorated on the error and leaves the excerpt out.
void decorate(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::Value> error,
              v8::Local<v8::Message> message, const char* gap);

inline constexpr char kDecorated[] = "gyre:decorated";

}  // namespace gyre::loader
