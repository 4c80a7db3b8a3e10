// native('http2'): sessions and streams as script sees them.
#include "modules/http2/session.h"

namespace gyre::http2 {
namespace {

std::string error_text(int32_t error) { return nghttp2_strerror(error); }

}  // namespace

GYRE_MODULE(http2) {
  {
    auto flusher = b.class_<Flusher>("Flusher");
    flusher.constructor<>();
  }
  {
    auto session = b.class_<Session>("Session");
    session.constructor<int32_t, Flusher*, std::span<uint8_t>>()
        .method<&Session::consume>("consume")
        .method<&Session::receive>("receive")
        .method<&Session::destroy>("destroy")
        .method<&Session::flush>("flush")
        .method<&Session::request>("request")
        .method<&Session::submit_settings>("settings")
        .method<&Session::ping>("ping")
        .method<&Session::goaway>("goaway")
        .method<&Session::set_next_stream_id>("setNextStreamId")
        .method<&Session::set_local_window>("setLocalWindow")
        .method<&Session::altsvc>("altsvc")
        .method<&Session::origin>("origin")
        .method<&Session::local_settings>("localSettings")
        .method<&Session::remote_settings>("remoteSettings")
        .method<&Session::keep_custom_settings>("keepCustomSettings")
        .method<&Session::state>("state")
        .method<&Session::statistics>("statistics")
        .method<&Session::idle>("idle")
        .method<&Session::is_writing>("isWriting")
        .method<&Session::async_id_of>("getAsyncId");
  }
  {
    auto stream = b.class_<Stream>("Stream");
    stream.method<&Stream::id>("id")
        .method<&Stream::respond>("respond")
        .method<&Stream::inform>("inform")
        .method<&Stream::send_trailers>("sendTrailers")
        .method<&Stream::push>("push")
        .raw_method<&Stream::write>("write")
        .raw_method<&Stream::writev>("writev")
        .method<&Stream::end>("end")
        .method<&Stream::reset>("reset")
        .method<&Stream::reset_after_end>("resetAfterEnd")
        .method<&Stream::read_start>("readStart")
        .method<&Stream::read_stop>("readStop")
        .method<&Stream::state>("state")
        .method<&Stream::statistics>("statistics")
        .method<&Stream::idle>("idle")
        .method<&Stream::async_id_of>("getAsyncId");
  }
  b.raw<&Session::set_callbacks>("setCallbacks", 1);
  b.function<&error_text>("errorText");
  b.constant("SERVER", Session::kServer);
  b.constant("CLIENT", Session::kClient);
  b.constant("TOO_MANY_INVALID_FRAMES", kTooManyInvalidFrames);
  b.constant("TOO_MANY_REJECTED_STREAMS", kTooManyRejectedStreams);
}

}  // namespace gyre::http2
