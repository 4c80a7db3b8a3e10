// What nghttp2 calls while it reads or makes frames.
#pragma once

#include <nghttp2/nghttp2.h>

namespace gyre::http2 {

// The callbacks of every session; made once.
const nghttp2_session_callbacks* frame_callbacks();

}  // namespace gyre::http2
