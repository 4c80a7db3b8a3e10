#include "modules/http2/frame_callbacks.h"

#include <algorithm>

#include "modules/http2/session.h"

namespace gyre::http2 {

struct FrameCallbacks {
  static Session& of(void* data) { return *static_cast<Session*>(data); }

  // The stream that a block of headers belongs to.
  static int32_t id_of(const nghttp2_frame* frame) {
    return frame->hd.type == NGHTTP2_PUSH_PROMISE ? frame->push_promise.promised_stream_id : frame->hd.stream_id;
  }

  // The peer is told to slow down; frame and stream are dropped.
  static int reject(Session& self, nghttp2_session* session, int32_t id) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_ENHANCE_YOUR_CALM);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* data) {
    Session& self = of(data);
    if (self.released_) return NGHTTP2_ERR_CALLBACK_FAILURE;
    const int32_t id = id_of(frame);
    Stream* stream = self.find(id);
    if (!stream) {
      if (self.over_budget()) {
        if (++self.rejected_streams_ > self.options_.max_rejected_streams) {
          self.fail(kTooManyRejectedStreams);
          return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
        return reject(self, session, id);
      }
      self.rejected_streams_ = 0;
      stream = self.add_stream(id);
    }
    stream->headers_began();
    stream->fields().clear();
    stream->category = frame->hd.type == NGHTTP2_PUSH_PROMISE ? NGHTTP2_HCAT_REQUEST : frame->headers.cat;
    return 0;
  }

  static int on_header(nghttp2_session* session, const nghttp2_frame* frame, nghttp2_rcbuf* name, nghttp2_rcbuf* value,
                       uint8_t flags, void* data) {
    Session& self = of(data);
    if (self.released_) return NGHTTP2_ERR_CALLBACK_FAILURE;
    const int32_t id = id_of(frame);
    Stream* stream = self.find(id);
    if (!stream) return 0;
    // A name is never empty (RFC 9113, 8.2.1); such a field tells nothing.
    if (nghttp2_rcbuf_get_buf(name).len == 0) return 0;
    FieldList& fields = stream->fields();
    const size_t limit = stream->max_header_list();
    if (static_cast<double>(fields.count()) >= self.options_.max_header_pairs ||
        fields.list_size() + nghttp2_rcbuf_get_buf(name).len + nghttp2_rcbuf_get_buf(value).len > limit) {
      return reject(self, session, id);
    }
    fields.add(name, value, flags);
    return 0;
  }

  // Fields with characters that are not allowed are passed over; nghttp2 sees to those that matter.
  static int on_invalid_header(nghttp2_session*, const nghttp2_frame*, nghttp2_rcbuf*, nghttp2_rcbuf*, uint8_t, void*) {
    return 0;
  }

  static int on_frame_recv(nghttp2_session* session, const nghttp2_frame* frame, void* data) {
    Session& self = of(data);
    self.frames_received_++;
    if (self.released_) return NGHTTP2_ERR_CALLBACK_FAILURE;
    v8::HandleScope handles(self.realm().isolate());
    switch (frame->hd.type) {
      case NGHTTP2_DATA:
        if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) {
          ended(self, frame->hd.stream_id);
        } else if (frame->hd.length == 0 && self.invalid_frames_++ > self.options_.max_invalid_frames) {
          // Empty frames are allowed, but many of them only keep us busy.
          self.fail(kTooManyInvalidFrames);
          return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
        break;
      case NGHTTP2_HEADERS:
      case NGHTTP2_PUSH_PROMISE: headers(self, frame); break;
      case NGHTTP2_SETTINGS: settings(self, frame->settings); break;
      case NGHTTP2_PING: {
        v8::Local<v8::Value> argv[] = {
            self.realm().buffer({frame->ping.opaque_data, frame->ping.opaque_data + sizeof frame->ping.opaque_data}),
            v8::Boolean::New(self.realm().isolate(), (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0)};
        self.tell(Callback::kPing, 2, argv);
        break;
      }
      case NGHTTP2_GOAWAY: goaway(self, frame->goaway); break;
      case NGHTTP2_ALTSVC: altsvc(self, frame); break;
      case NGHTTP2_ORIGIN: origin(self, frame); break;
      default: break;
    }
    return self.released_ ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
  }

  static void ended(Session& self, int32_t id) {
    if (Stream* stream = self.find(id)) self.tell(*stream, Callback::kData);
  }

  static void headers(Session& self, const nghttp2_frame* frame) {
    Realm& js = self.realm();
    Stream* stream = self.find(id_of(frame));
    if (!stream) return;
    v8::Local<v8::Value> argv[] = {
        self.object(),
        v8::Integer::New(js.isolate(), stream->id()),
        v8::Integer::New(js.isolate(), stream->category),
        v8::Integer::New(js.isolate(), frame->hd.flags),
        stream->fields().to_array(js),
        stream->fields().sensitive(js),
    };
    stream->fields().clear();
    self.tell(*stream, Callback::kHeaders, 6, argv);
  }

  static void settings(Session& self, const nghttp2_settings& frame) {
    const bool is_ack = (frame.hd.flags & NGHTTP2_FLAG_ACK) != 0;
    for (size_t i = 0; i < frame.niv && !is_ack; i++) {
      const auto id = static_cast<uint32_t>(frame.iv[i].settings_id);
      if (std::find(self.custom_ids_.begin(), self.custom_ids_.end(), id) != self.custom_ids_.end()) {
        self.custom_settings_[id] = frame.iv[i].value;
      }
    }
    v8::Local<v8::Value> argv[] = {v8::Boolean::New(self.realm().isolate(), is_ack)};
    self.tell(Callback::kSettings, 1, argv);
  }

  static void goaway(Session& self, const nghttp2_goaway& frame) {
    v8::Isolate* isolate = self.realm().isolate();
    v8::Local<v8::Value> argv[] = {v8::Integer::NewFromUnsigned(isolate, frame.error_code),
                                   v8::Integer::New(isolate, frame.last_stream_id), v8::Undefined(isolate)};
    if (frame.opaque_data_len > 0) {
      argv[2] = self.realm().buffer({frame.opaque_data, frame.opaque_data + frame.opaque_data_len});
    }
    self.tell(Callback::kGoaway, 3, argv);
  }

  static v8::Local<v8::Value> text(Realm& js, const uint8_t* data, size_t size) {
    return js.latin1({reinterpret_cast<const char*>(data), size});
  }

  static void altsvc(Session& self, const nghttp2_frame* frame) {
    const auto* payload = static_cast<const nghttp2_ext_altsvc*>(frame->ext.payload);
    v8::Local<v8::Value> argv[] = {v8::Integer::New(self.realm().isolate(), frame->hd.stream_id),
                                   text(self.realm(), payload->origin, payload->origin_len),
                                   text(self.realm(), payload->field_value, payload->field_value_len)};
    self.tell(Callback::kAltsvc, 3, argv);
  }

  static void origin(Session& self, const nghttp2_frame* frame) {
    const auto* payload = static_cast<const nghttp2_ext_origin*>(frame->ext.payload);
    std::vector<v8::Local<v8::Value>> origins;
    for (size_t i = 0; i < payload->nov; i++) {
      origins.push_back(text(self.realm(), payload->ov[i].origin, payload->ov[i].origin_len));
    }
    v8::Local<v8::Value> argv[] = {v8::Array::New(self.realm().isolate(), origins.data(), origins.size())};
    self.tell(Callback::kOrigin, 1, argv);
  }

  static int on_data_chunk_recv(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* bytes, size_t size,
                                void* data) {
    Session& self = of(data);
    if (self.released_) return NGHTTP2_ERR_CALLBACK_FAILURE;
    if (size == 0) return 0;
    if (Stream* stream = self.find(id)) {
      stream->received({bytes, size});
    } else {
      nghttp2_session_consume(session, id, size);
    }
    return self.released_ ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
  }

  static int on_invalid_frame_recv(nghttp2_session*, const nghttp2_frame* frame, int error, void* data) {
    Session& self = of(data);
    if (self.released_) return NGHTTP2_ERR_CALLBACK_FAILURE;
    if (++self.invalid_frames_ > self.options_.max_invalid_frames) {
      self.fail(kTooManyInvalidFrames);
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    // What concerns one stream ends that stream; nghttp2 sees to it.
    const bool concerns_all = frame->hd.stream_id == 0 && error == NGHTTP2_ERR_PROTO;
    if (nghttp2_is_fatal(error) || error == NGHTTP2_ERR_STREAM_CLOSED || concerns_all) self.fail(error);
    return self.released_ ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
  }

  static int on_stream_close(nghttp2_session*, int32_t id, uint32_t code, void* data) {
    Session& self = of(data);
    Stream* stream = self.find(id);
    if (!stream) return 0;
    self.streams_.erase(id);
    stream->detach();
    if (self.released_) {
      stream->unpin();
      return 0;
    }
    if (self.sending_) {
      self.defer(Callback::kClose, stream, static_cast<int32_t>(code));
    } else {
      v8::HandleScope handles(self.realm().isolate());
      v8::Local<v8::Value> argv[] = {v8::Integer::NewFromUnsigned(self.realm().isolate(), code)};
      self.tell(*stream, Callback::kClose, 1, argv);
    }
    stream->unpin();
    return 0;
  }

  static int on_frame_send(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    Session& self = of(data);
    self.frames_sent_++;
    // nghttp2 itself has had enough of the peer, and reads no more.
    if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR && !self.said_goaway_ &&
        !self.released_ && !self.failed_) {
      self.failed_ = true;
      self.defer(Callback::kError, nullptr, NGHTTP2_ERR_PROTO);
    }
    return 0;
  }

  // The error as it would stand in a frame (RFC 9113, 7).
  static int32_t code_of(int error) {
    switch (error) {
      case NGHTTP2_ERR_PROTO: return NGHTTP2_PROTOCOL_ERROR;
      case NGHTTP2_ERR_FLOW_CONTROL: return NGHTTP2_FLOW_CONTROL_ERROR;
      case NGHTTP2_ERR_FRAME_SIZE_ERROR: return NGHTTP2_FRAME_SIZE_ERROR;
      case NGHTTP2_ERR_REFUSED_STREAM: return NGHTTP2_REFUSED_STREAM;
      case NGHTTP2_ERR_HEADER_COMP: return NGHTTP2_COMPRESSION_ERROR;
      case NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE:
      case NGHTTP2_ERR_INVALID_STREAM_STATE: return NGHTTP2_STREAM_CLOSED;
      default: return NGHTTP2_INTERNAL_ERROR;
    }
  }

  static int on_frame_not_send(nghttp2_session*, const nghttp2_frame* frame, int error, void* data) {
    Session& self = of(data);
    // Frames of what is over are dropped without a word.
    if (error == NGHTTP2_ERR_SESSION_CLOSING || error == NGHTTP2_ERR_STREAM_CLOSED ||
        error == NGHTTP2_ERR_STREAM_CLOSING || error == NGHTTP2_ERR_CANCEL || self.released_) {
      return 0;
    }
    self.defer(Callback::kFrameError, nullptr, frame->hd.type, code_of(error), frame->hd.stream_id);
    return 0;
  }

  static nghttp2_ssize select_padding(nghttp2_session*, const nghttp2_frame* frame, size_t max, void* data) {
    constexpr size_t kFrameHeader = 9;
    constexpr size_t kAlignment = 8;
    const size_t size = frame->hd.length;
    switch (static_cast<int>(of(data).options_.padding)) {
      case Options::kMax: return static_cast<nghttp2_ssize>(max);
      case Options::kAligned: {
        const size_t over = (size + kFrameHeader) % kAlignment;
        return static_cast<nghttp2_ssize>(over == 0 ? size : std::min(max, size + kAlignment - over));
      }
      default: return static_cast<nghttp2_ssize>(size);
    }
  }

  static int send_data(nghttp2_session*, nghttp2_frame* frame, const uint8_t* head, size_t size, nghttp2_data_source*,
                       void* data) {
    constexpr size_t kFrameHeader = 9;
    Session& self = of(data);
    Stream* stream = self.find(frame->hd.stream_id);
    if (!stream || !self.outgoing_) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    Outgoing& out = *self.outgoing_;
    out.append(head, kFrameHeader);
    const size_t padding = frame->data.padlen;
    if (padding > 0) {
      const auto count = static_cast<uint8_t>(padding - 1);
      out.append(&count, 1);
    }
    stream->take(size, out);
    if (padding > 1) out.append_zeros(padding - 1);
    return 0;
  }
};

const nghttp2_session_callbacks* frame_callbacks() {
  static const nghttp2_session_callbacks* all = [] {
    nghttp2_session_callbacks* made = nullptr;
    CHECK(nghttp2_session_callbacks_new(&made) == 0);
    using F = FrameCallbacks;
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, F::on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback2(made, F::on_header);
    nghttp2_session_callbacks_set_on_invalid_header_callback2(made, F::on_invalid_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, F::on_frame_recv);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, F::on_data_chunk_recv);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(made, F::on_invalid_frame_recv);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, F::on_stream_close);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, F::on_frame_send);
    nghttp2_session_callbacks_set_on_frame_not_send_callback(made, F::on_frame_not_send);
    nghttp2_session_callbacks_set_select_padding_callback2(made, F::select_padding);
    nghttp2_session_callbacks_set_send_data_callback(made, F::send_data);
    return made;
  }();
  return all;
}

}  // namespace gyre::http2
