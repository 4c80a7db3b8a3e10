// How the global object of a contextified context shows its sandbox.
#pragma once

#include "v8.h"

namespace gyre::vm {

// The sandbox of a context; empty for contexts without.
v8::Local<v8::Object> sandbox_of(v8::Local<v8::Context> context);

void install_interceptors(v8::Local<v8::ObjectTemplate> global);

}  // namespace gyre::vm
