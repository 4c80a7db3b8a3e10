// --disable-proto: Object.prototype.__proto__ is taken away, or throws.
#pragma once

#include "runtime/environment.h"

namespace gyre {

// Does to a new context what --disable-proto asks for.
void disable_proto(Environment& env, v8::Local<v8::Context> context);

}  // namespace gyre
