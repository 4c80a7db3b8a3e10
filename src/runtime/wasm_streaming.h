// WebAssembly.compileStreaming() and instantiateStreaming().
#pragma once

#include "v8.h"

namespace gyre {

/// What V8 calls with the source of a module: hands it to web/wasm/streaming.js.
void start_wasm_streaming(const v8::FunctionCallbackInfo<v8::Value>& info);

}  // namespace gyre
