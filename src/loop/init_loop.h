#pragma once

#include <uv.h>

namespace gyre {

// uv_loop_init() that keeps nothing open when it fails. Returns libuv's error, or 0.
int init_loop(uv_loop_t* loop);

}  // namespace gyre
