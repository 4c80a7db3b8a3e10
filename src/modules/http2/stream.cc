#include "modules/http2/stream.h"

#include <algorithm>

#include "modules/http2/session.h"

namespace gyre::http2 {
namespace {

enum Encoding { kUtf8, kLatin1, kUtf16 };

constexpr int kWriteRefused = UV_EPIPE;
constexpr double kNanosecondsInMs = 1e6;

std::string encode(v8::Isolate* isolate, v8::Local<v8::String> text, int encoding) {
  const auto length = static_cast<uint32_t>(text->Length());
  std::string out;
  if (encoding == kLatin1) {
    out.resize(length);
    text->WriteOneByteV2(isolate, 0, length, reinterpret_cast<uint8_t*>(out.data()));
  } else if (encoding == kUtf16) {
    out.resize(size_t{length} * 2);
    // The string's own memory need not be aligned for 16 bits.
    std::vector<uint16_t> units(length);
    text->WriteV2(isolate, 0, length, units.data());
    if (length > 0) std::memcpy(out.data(), units.data(), out.size());
  } else {
    out.resize(text->Utf8LengthV2(isolate));
    text->WriteUtf8V2(isolate, out.data(), out.size(), v8::String::WriteFlags::kReplaceInvalidUtf8);
  }
  return out;
}

v8::Local<v8::Value> bytes_to_js(Realm& js, std::span<const uint8_t> data) {
  std::unique_ptr<v8::BackingStore> store =
      v8::ArrayBuffer::NewBackingStore(js.isolate(), data.size(), v8::BackingStoreInitializationMode::kUninitialized);
  std::memcpy(store->Data(), data.data(), data.size());
  return js.buffer(std::shared_ptr<v8::BackingStore>(std::move(store)), 0, data.size());
}

}  // namespace

Stream::Stream(Realm& js, v8::Local<v8::Object> object, Session& session, int32_t id)
    : AsyncWrapped(js, object, kTag, "HTTP2STREAM"),
      session_(&session),
      id_(id),
      max_header_list_(nghttp2_session_get_local_settings(session.get(), NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE)),
      started_(uv_hrtime()),
      last_active_(uv_now(js.loop())) {}

Stream::~Stream() {
  if (session_) session_->forget(*this);
}

void Stream::detach() {
  if (!session_) return;
  session_->retained_ -= retained();
  session_->consumed_by_connection(held_);
  held_ = 0;
  session_->stream_time_ += static_cast<double>(uv_hrtime() - started_) / kNanosecondsInMs;
  session_->streams_ended_++;
  session_ = nullptr;
  fields_.clear();
  chunks_.clear();
  queued_ = 0;
  end_resource();
}

nghttp2_ssize Stream::read_callback(nghttp2_session*, int32_t id, uint8_t*, size_t size, uint32_t* flags,
                                    nghttp2_data_source*, void* session) {
  Stream* stream = static_cast<Session*>(session)->find(id);
  return stream ? stream->provide(size, flags) : static_cast<nghttp2_ssize>(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE);
}

nghttp2_ssize Stream::provide(size_t max, uint32_t* flags) {
  if (queued_ == 0 && !ending_) return NGHTTP2_ERR_DEFERRED;
  const size_t size = std::min(max, queued_);
  if (size > 0) *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (ending_ && size == queued_) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (waits_for_trailers_) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      if (!wants_trailers_) {
        wants_trailers_ = true;
        session_->defer(Callback::kTrailers, this);
      }
    }
  }
  return static_cast<nghttp2_ssize>(size);
}

void Stream::take(size_t size, Outgoing& out) {
  bytes_written_ += size;
  if (first_byte_sent_ == 0) first_byte_sent_ = uv_hrtime();
  last_active_ = uv_now(realm().loop());
  while (size > 0 && !chunks_.empty()) {
    const std::shared_ptr<Chunk>& first = chunks_.front();
    const std::span<const uint8_t> rest = first->span().subspan(chunk_offset_);
    const size_t part = std::min(size, rest.size());
    out.refer(rest.first(part), first);
    size -= part;
    queued_ -= part;
    session_->retained_ -= part;
    chunk_offset_ += part;
    if (part == rest.size()) {
      chunks_.pop_front();
      chunk_offset_ = 0;
    }
  }
  if (queued_ == 0 && write_waits_) {
    write_waits_ = false;
    session_->finished_write(*this);
  }
}

void Stream::set_options(uint32_t options) {
  waits_for_trailers_ = (options & kWaitForTrailers) != 0;
  if (options & kEndStream) ending_ = true;
}

int32_t Stream::respond(v8::Local<v8::Value> headers, uint32_t count, uint32_t options) {
  if (!session_) return NGHTTP2_ERR_INVALID_STREAM_ID;
  const HeaderBlock block(realm().isolate(), headers, count);
  if (!block.valid()) return NGHTTP2_ERR_INVALID_ARGUMENT;
  set_options(options);
  const nghttp2_data_provider2 data = provider();
  // With trailers to come, the end of the data is asked for even if there is none.
  const bool has_data = !(options & kEndStream) || waits_for_trailers_;
  const int err =
      nghttp2_submit_response2(session_->get(), id_, block.data(), block.size(), has_data ? &data : nullptr);
  session_->schedule();
  return err;
}

int32_t Stream::inform(v8::Local<v8::Value> headers, uint32_t count) {
  if (!session_) return NGHTTP2_ERR_INVALID_STREAM_ID;
  const HeaderBlock block(realm().isolate(), headers, count);
  if (!block.valid()) return NGHTTP2_ERR_INVALID_ARGUMENT;
  const int err =
      nghttp2_submit_headers(session_->get(), NGHTTP2_FLAG_NONE, id_, nullptr, block.data(), block.size(), nullptr);
  session_->schedule();
  return err;
}

int32_t Stream::send_trailers(v8::Local<v8::Value> headers, uint32_t count) {
  if (!session_) return NGHTTP2_ERR_INVALID_STREAM_ID;
  int err;
  if (count == 0) {
    // No trailers after all: an empty frame carries the end.
    waits_for_trailers_ = false;
    ending_ = true;
    const nghttp2_data_provider2 data = provider();
    err = nghttp2_submit_data2(session_->get(), NGHTTP2_FLAG_END_STREAM, id_, &data);
  } else {
    const HeaderBlock block(realm().isolate(), headers, count);
    if (!block.valid()) return NGHTTP2_ERR_INVALID_ARGUMENT;
    err = nghttp2_submit_trailer(session_->get(), id_, block.data(), block.size());
  }
  session_->schedule();
  return err;
}

v8::Local<v8::Value> Stream::push(v8::Local<v8::Value> headers, uint32_t count) {
  v8::Isolate* isolate = realm().isolate();
  if (!session_) return v8::Integer::New(isolate, NGHTTP2_ERR_INVALID_STREAM_ID);
  const HeaderBlock block(isolate, headers, count);
  if (!block.valid()) return v8::Integer::New(isolate, NGHTTP2_ERR_INVALID_ARGUMENT);
  const int32_t id =
      nghttp2_submit_push_promise(session_->get(), NGHTTP2_FLAG_NONE, id_, block.data(), block.size(), nullptr);
  if (id <= 0) return v8::Integer::New(isolate, id);
  Stream* stream = session_->add_stream(id);
  session_->schedule();
  return stream->object();
}

bool Stream::enqueue(v8::Isolate* isolate, v8::Local<v8::Value> data, v8::Local<v8::Value> encoding, size_t& size) {
  auto chunk = std::make_shared<Chunk>();
  if (data->IsString()) {
    chunk->is_text = true;
    chunk->text =
        encode(isolate, data.As<v8::String>(), encoding->IsInt32() ? encoding.As<v8::Int32>()->Value() : kUtf8);
  } else {
    chunk->bytes = owned_bytes_of(data);
  }
  const size_t bytes = chunk->span().size();
  if (bytes == 0) return false;
  size += bytes;
  queued_ += bytes;
  session_->retained_ += bytes;
  chunks_.push_back(std::move(chunk));
  return true;
}

void Stream::queue_changed() {
  // Fails where nothing is deferred, which is well: the data is found when its turn comes.
  nghttp2_session_resume_data(session_->get(), id_);
  session_->schedule();
}

void Stream::write(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (!session_ || ending_) return info.GetReturnValue().Set(kWriteRefused);
  size_t size = 0;
  if (enqueue(info.GetIsolate(), info[0], info[1], size)) write_waits_ = true;
  if (info[2]->IsTrue()) ending_ = true;
  queue_changed();
  info.GetReturnValue().Set(static_cast<double>(size));
}

void Stream::writev(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (!session_ || ending_ || !info[0]->IsArray()) return info.GetReturnValue().Set(kWriteRefused);
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Array> list = info[0].As<v8::Array>();
  size_t size = 0;
  for (uint32_t i = 0; i + 1 < list->Length(); i += 2) {
    v8::Local<v8::Value> chunk, encoding;
    if (!list->Get(context, i).ToLocal(&chunk) || !list->Get(context, i + 1).ToLocal(&encoding)) return;
    if (enqueue(isolate, chunk, encoding, size)) write_waits_ = true;
  }
  if (info[1]->IsTrue()) ending_ = true;
  queue_changed();
  info.GetReturnValue().Set(static_cast<double>(size));
}

void Stream::end() {
  if (!session_ || ending_) return;
  ending_ = true;
  queue_changed();
}

int32_t Stream::reset(uint32_t code) {
  if (!session_) return NGHTTP2_ERR_INVALID_STREAM_ID;
  // What was written before goes out before, unless nobody wants it.
  if (code != NGHTTP2_CANCEL && (queued_ > 0 || ending_)) {
    session_->reset_later(*this, code);
    return 0;
  }
  const int err = nghttp2_submit_rst_stream(session_->get(), NGHTTP2_FLAG_NONE, id_, code);
  session_->schedule();
  return err;
}

void Stream::reset_after_end(uint32_t code) {
  if (session_) session_->reset_later(*this, code);
}

void Stream::headers_began() {
  if (first_header_ == 0) first_header_ = uv_hrtime();
  last_active_ = uv_now(realm().loop());
}

void Stream::received(std::span<const uint8_t> data) {
  if (first_byte_ == 0) first_byte_ = uv_hrtime();
  last_active_ = uv_now(realm().loop());
  bytes_read_ += data.size();
  if (!reading_) {
    inbound_.insert(inbound_.end(), data.begin(), data.end());
    session_->retained_ += data.size();
    // One stream that nobody reads must not stop the others: only its own window stays closed, as long
    // as there is memory for it.
    if (session_->over_budget()) {
      held_ += data.size();
    } else {
      session_->consumed_by_connection(data.size());
    }
    return;
  }
  v8::HandleScope handles(realm().isolate());
  v8::Local<v8::Value> argv[] = {bytes_to_js(realm(), data)};
  session_->consumed_by_connection(data.size());
  session_->consumed(*this, data.size());
  session_->tell(*this, Callback::kData, 1, argv);
}

v8::Local<v8::Value> Stream::read_start() {
  reading_ = true;
  if (inbound_.empty()) return v8::Undefined(realm().isolate());
  v8::Local<v8::Value> chunk = bytes_to_js(realm(), inbound_);
  if (session_) {
    session_->retained_ -= inbound_.size();
    session_->consumed(*this, inbound_.size());
    session_->consumed_by_connection(held_);
    held_ = 0;
    session_->schedule();
  }
  inbound_ = {};
  return chunk;
}

v8::Local<v8::Value> Stream::state() {
  v8::Isolate* isolate = realm().isolate();
  nghttp2_session* session = session_ ? session_->get() : nullptr;
  nghttp2_stream* found = session ? nghttp2_session_find_stream(session, id_) : nullptr;
  if (!session) return v8::Undefined(isolate);
  // A request that waits for its turn is no stream of nghttp2's yet.
  if (!found) {
    const v8::Local<v8::Value> zero = v8::Integer::New(isolate, 0);
    v8::Local<v8::Value> numbers[] = {v8::Integer::New(isolate, NGHTTP2_STREAM_STATE_IDLE), zero, zero, zero};
    return v8::Array::New(isolate, numbers, 4);
  }
  v8::Local<v8::Value> numbers[] = {
      v8::Integer::New(isolate, nghttp2_stream_get_state(found)),
      v8::Integer::New(isolate, nghttp2_session_get_stream_local_close(session, id_)),
      v8::Integer::New(isolate, nghttp2_session_get_stream_remote_close(session, id_)),
      v8::Integer::New(isolate, nghttp2_session_get_stream_local_window_size(session, id_)),
  };
  return v8::Array::New(isolate, numbers, 4);
}

std::vector<double> Stream::statistics() {
  const auto ms = [](uint64_t time) { return static_cast<double>(time) / kNanosecondsInMs; };
  return {static_cast<double>(bytes_read_),
          static_cast<double>(bytes_written_),
          ms(started_),
          ms(first_header_),
          ms(first_byte_),
          ms(first_byte_sent_),
          ms(uv_hrtime())};
}

double Stream::idle() { return static_cast<double>(uv_now(realm().loop()) - last_active_); }

}  // namespace gyre::http2
