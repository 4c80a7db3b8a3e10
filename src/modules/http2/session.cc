#include "modules/http2/session.h"

#include <algorithm>

#include "modules/net/stream_wrapped.h"
#include "runtime/environment.h"

namespace gyre::http2 {
namespace {

// Frames are collected up to this size before they are written.
constexpr size_t kBatch = 256 * 1024;
// How often a flush may find more to send before the loop has its turn.
constexpr int kMaxRounds = 16;

}  // namespace

// What set_callbacks() has set, once a thread.
struct Session::Functions {
  explicit Functions(Realm&) {}
  v8::Local<v8::Function> get(Realm& js, Callback callback) const {
    return all[static_cast<size_t>(callback)].Get(js.isolate());
  }
  v8::Eternal<v8::Function> all[static_cast<size_t>(Callback::kCount)];
};

Flusher::Flusher(Realm& js, v8::Local<v8::Object> object) : HandleWrapped(js, object, kTag, nullptr) {
  CHECK(uv_prepare_init(js.loop(), handle()) == 0);
  opened();
}

void Flusher::add(Session& session) {
  if (!is_open()) return;
  if (waiting_.empty()) {
    uv_prepare_start(handle(), [](uv_prepare_t* handle) { static_cast<Flusher*>(from(handle))->run(); });
  }
  waiting_.push_back(&session);
}

void Flusher::remove(Session& session) {
  waiting_.erase(std::remove(waiting_.begin(), waiting_.end(), &session), waiting_.end());
  if (waiting_.empty() && is_open()) uv_prepare_stop(handle());
}

void Flusher::run() {
  // Those that script adds meanwhile have their turn before the loop waits, too.
  while (!waiting_.empty()) {
    Session& session = *waiting_.front();
    waiting_.pop_front();
    session.scheduled_ = false;
    session.flush();
  }
  if (is_open()) uv_prepare_stop(handle());
}

Session::Session(Realm& js, v8::Local<v8::Object> object, int32_t type, Flusher* flusher, std::span<uint8_t> options)
    : AsyncWrapped(js, object, kTag, "HTTP2SESSION"),
      type_(type),
      functions_(Environment::from(js).module_state<Functions>()),
      flusher_(flusher),
      flusher_object_(js.isolate(), flusher->object()),
      frame_(js.isolate(), js.async_frame()),
      started_(uv_hrtime()),
      last_active_(uv_now(js.loop())) {
  if (options.size() == sizeof options_) std::memcpy(&options_, options.data(), sizeof options_);
  make_session(options_);
}

Session::~Session() {
  release();
  for (Stream* stream : writing_streams_) stream->unpin();
}

void Session::set_callbacks(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Array> list = info[0].As<v8::Array>();
  auto& functions = Environment::from(isolate).module_state<Functions>();
  for (uint32_t i = 0; i < static_cast<uint32_t>(Callback::kCount); i++) {
    v8::Local<v8::Value> function;
    if (!list->Get(isolate->GetCurrentContext(), i).ToLocal(&function)) return;
    CHECK(function->IsFunction());
    functions.all[i].Set(isolate, function.As<v8::Function>());
  }
}

bool Session::consume(v8::Local<v8::Value> handle, bool foreign) {
  net::StreamWrapped* below = net::stream_of(handle);
  if (!below || !below->usable() || released_ || !handle_.IsEmpty()) return false;
  foreign_ = foreign;
  handle_.Reset(realm().isolate(), handle.As<v8::Object>());
  pin();  // until release_when_idle()
  below->bytes().set_listener(this);
  below->bytes().read_start();
  schedule();
  return true;
}

void Session::touch() { last_active_ = uv_now(realm().loop()); }

double Session::idle() { return static_cast<double>(uv_now(realm().loop()) - last_active_); }

// Reading.

void Session::receive(std::span<uint8_t> data) {
  const std::vector<uint8_t> copy(data.begin(), data.end());
  v8::HandleScope handles(realm().isolate());
  parse(copy);
}

void Session::on_data(std::span<const uint8_t> data) {
  if (!realm().can_call_into_js()) return;
  v8::HandleScope handles(realm().isolate());
  v8::Context::Scope entered(realm().context());
  if (!foreign_) return parse(data);
  const std::vector<uint8_t> copy(data.begin(), data.end());
  parse(copy);
}

void Session::on_end(int status) {
  if (!realm().can_call_into_js() || released_) return;
  v8::HandleScope handles(realm().isolate());
  v8::Context::Scope entered(realm().context());
  v8::Local<v8::Value> argv[] = {v8::Integer::New(realm().isolate(), status)};
  tell(Callback::kEnd, 1, argv);
}

void Session::parse(std::span<const uint8_t> data) {
  if (!session_ || released_ || failed_) return;
  touch();
  bytes_read_ += data.size();
  if (busy()) {
    // A program's stream can answer while we write to it.
    waiting_input_.emplace_back(data.begin(), data.end());
    return;
  }
  pin();
  depth_++;
  // Streams that the peer opens belong to the context in which the session was made.
  const v8::Local<v8::Value> outer = realm().async_frame();
  realm().set_async_frame(frame_.Get(realm().isolate()));
  receiving_ = true;
  const nghttp2_ssize n = nghttp2_session_mem_recv2(session_, data.data(), data.size());
  receiving_ = false;
  realm().set_async_frame(outer);
  if (!released_ && !failed_ && n < 0) fail(static_cast<int32_t>(n));
  tell_deferred();
  if (!waiting_input_.empty()) {
    std::vector<std::vector<uint8_t>> waiting;
    waiting.swap(waiting_input_);
    for (const std::vector<uint8_t>& each : waiting) parse(each);
  }
  depth_--;
  flush();
  release_when_idle();
  unpin();
}

void Session::consumed(Stream& stream, size_t size) {
  if (session_) nghttp2_session_consume_stream(session_, stream.id(), size);
}

void Session::consumed_by_connection(size_t size) {
  if (session_ && size > 0) nghttp2_session_consume_connection(session_, size);
}

// Writing.

void Session::schedule() {
  if (released_ || scheduled_ || writing_ || depth_ > 0 || handle_.IsEmpty()) return;
  scheduled_ = true;
  flusher_->add(*this);
}

void Session::reset_later(Stream& stream, uint32_t code) {
  resets_.emplace_back(stream.id(), code);
  schedule();
}

bool Session::collect(Outgoing& out) {
  sending_ = true;
  outgoing_ = &out;
  nghttp2_ssize n = 0;
  while (out.size() < kBatch) {
    const uint8_t* data = nullptr;
    n = nghttp2_session_mem_send2(session_, &data);
    if (n < 0) break;
    if (n > 0) {
      out.append(data, static_cast<size_t>(n));
      continue;
    }
    if (resets_.empty()) break;
    for (const auto& [id, code] : resets_) {
      // With the end of both sides out there is nothing left to reset.
      if (!nghttp2_session_find_stream(session_, id)) continue;
      nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, code);
    }
    resets_.clear();
  }
  outgoing_ = nullptr;
  sending_ = false;
  if (n < 0 && !released_ && !failed_) fail(static_cast<int32_t>(n));
  return n >= 0;
}

void Session::flush() {
  if (!session_ || released_ || writing_ || depth_ > 0 || handle_.IsEmpty()) return;
  if (!realm().can_call_into_js()) return;
  v8::HandleScope handles(realm().isolate());
  v8::Context::Scope entered(realm().context());
  pin();
  depth_++;
  bool more = true;
  int rounds = 0;
  while (more && !released_ && !writing_ && rounds++ < kMaxRounds) {
    auto out = std::make_shared<Outgoing>(foreign_);
    more = collect(*out) && out->size() > 0;
    if (out->size() > 0) write(out);
    if (tell_deferred()) more = true;
  }
  depth_--;
  if (more) schedule();
  release_when_idle();
  unpin();
}

void Session::write(const std::shared_ptr<Outgoing>& out) {
  touch();
  bytes_written_ += out->size();
  net::StreamWrapped* below = net::stream_of(handle_.Get(realm().isolate()));
  std::vector<Stream*> finished;
  finished.swap(finished_streams_);
  if (!below || !below->usable()) return wrote(finished, UV_EPIPE);
  ByteStream& bytes = below->bytes();
  size_t done = 0;
  if (bytes.queued() == 0) {
    const ssize_t n = bytes.try_write(out->parts(0));
    if (n < 0 && n != UV_EAGAIN && n != UV_ENOSYS) return wrote(finished, static_cast<int>(n));
    if (n > 0) done = static_cast<size_t>(n);
    if (done == out->size()) return wrote(finished, 0);
  }
  const std::vector<uv_buf_t> rest = out->parts(done);
  writing_ = true;
  writing_streams_.insert(writing_streams_.end(), finished.begin(), finished.end());
  unwritten_ += out->size() - done;
  pin();
  // A program's stream gets each frame for itself; the last write stands for all.
  for (size_t i = 0; foreign_ && i + 1 < rest.size(); i++) bytes.write({&rest[i], 1}, out, [](int) {});
  const std::span<const uv_buf_t> last = foreign_ ? std::span(rest).last(1) : std::span(rest);
  const int err = bytes.write(last, out, [this, size = out->size() - done](int status) {
    unwritten_ -= size;
    std::vector<Stream*> streams;
    streams.swap(writing_streams_);
    writing_ = false;
    v8::HandleScope handles(realm().isolate());
    touch();
    wrote(streams, status);
    if (depth_ == 0) {
      v8::Context::Scope entered(realm().context());
      tell_deferred();
      flush();
      release_when_idle();
    }
    unpin();
  });
  if (err == 0) return;
  unwritten_ -= out->size() - done;
  writing_ = false;
  std::vector<Stream*> streams;
  streams.swap(writing_streams_);
  wrote(streams, err);
  unpin();
}

void Session::finished_write(Stream& stream) {
  stream.pin();
  finished_streams_.push_back(&stream);
}

// A batch is with the system, or lost: reading tells of a broken connection.
void Session::wrote(const std::vector<Stream*>& streams, int status) {
  size_t at = 0;
  for (Stream* stream : streams) {
    if (released_) {
      stream->unpin();
    } else {
      // Before what is told of the same streams for other reasons.
      events_.insert(events_.begin() + static_cast<ptrdiff_t>(at++), Event{Callback::kWritten, stream, {status, 0, 0}});
    }
  }
}

// Telling.

void Session::tell(Callback callback, int argc, v8::Local<v8::Value> argv[]) {
  if (released_) return;
  call_back(functions_.get(realm(), callback), argc, argv);
}

void Session::tell(Stream& stream, Callback callback, int argc, v8::Local<v8::Value> argv[]) {
  if (released_) return;
  stream.pin();
  stream.call_back(functions_.get(realm(), callback), argc, argv);
  stream.unpin();
}

void Session::defer(Callback callback, Stream* stream, int32_t a, int32_t b, int32_t c) {
  if (stream) stream->pin();
  events_.push_back({callback, stream, {a, b, c}});
}

bool Session::tell_deferred() {
  if (telling_ || events_.empty()) return false;
  telling_ = true;
  v8::Isolate* isolate = realm().isolate();
  while (!events_.empty()) {
    const Event event = events_.front();
    events_.pop_front();
    v8::HandleScope handles(isolate);
    v8::Local<v8::Value> argv[3];
    for (int i = 0; i < 3; i++) argv[i] = v8::Number::New(isolate, static_cast<double>(event.numbers[i]));
    if (event.stream) {
      if (event.callback == Callback::kClose)
        argv[0] = v8::Integer::NewFromUnsigned(isolate, static_cast<uint32_t>(event.numbers[0]));
      tell(*event.stream, event.callback, 1, argv);
      event.stream->unpin();
    } else {
      tell(event.callback, 3, argv);
    }
  }
  telling_ = false;
  return true;
}

void Session::fail(int32_t error, const char* text) {
  failed_ = true;
  v8::HandleScope handles(realm().isolate());
  v8::Local<v8::Value> argv[] = {v8::Integer::New(realm().isolate(), error),
                                 realm().string(text        ? text
                                                : error < 0 ? nghttp2_strerror(error)
                                                            : "")};
  tell(Callback::kError, 2, argv);
}

// Ending.

void Session::destroy(std::optional<uint32_t> code) {
  if (released_ || !session_) return;
  last_words_ = code;
  release();
}

void Session::release() {
  if (released_) return;
  released_ = true;
  if (scheduled_) flusher_->remove(*this);
  scheduled_ = false;
  if (stream()) stream()->set_listener(nullptr);
  release_when_idle();
}

void Session::release_when_idle() {
  if (!released_ || depth_ > 0 || busy() || !session_) return;
  if (last_words_ && !handle_.IsEmpty() && realm().can_call_into_js()) {
    v8::HandleScope handles(realm().isolate());
    auto out = std::make_shared<Outgoing>(foreign_);
    depth_++;
    // What was said before goes out before the goodbye.
    if (collect(*out)) {
      nghttp2_session_terminate_session(session_, *last_words_);
      collect(*out);
    }
    if (out->size() > 0) write(out);
    depth_--;
  }
  nghttp2_session* session = session_;
  session_ = nullptr;
  const std::unordered_map<int32_t, Stream*> streams = std::move(streams_);
  streams_.clear();
  for (const auto& [id, stream] : streams) {
    stream->detach();
    stream->unpin();
  }
  for (Stream* stream : finished_streams_) stream->unpin();
  finished_streams_.clear();
  for (const Event& event : events_) {
    if (event.stream) event.stream->unpin();
  }
  events_.clear();
  nghttp2_session_del(session);
  const bool was_pinned = !handle_.IsEmpty();
  handle_.Reset();
  end_resource();
  if (was_pinned) unpin();
}

// Streams.

Stream* Session::find(int32_t id) {
  const auto at = streams_.find(id);
  return at == streams_.end() ? nullptr : at->second;
}

Stream* Session::add_stream(int32_t id) {
  v8::HandleScope handles(realm().isolate());
  auto* stream = new Stream(realm(), instance_of<Stream>(realm()), *this, id);
  stream->pin();  // until it is closed
  streams_[id] = stream;
  stream_count_++;
  max_concurrent_ = std::max(max_concurrent_, static_cast<uint32_t>(streams_.size()));
  return stream;
}

void Session::forget(Stream& stream) {
  const auto at = streams_.find(stream.id());
  if (at != streams_.end() && at->second == &stream) streams_.erase(at);
}

bool Session::over_budget() const {
  return static_cast<double>(memory_ + retained_ + unwritten_) > options_.max_memory;
}

}  // namespace gyre::http2
