// One HTTP/2 stream: what waits to be sent on it, and what has arrived and was not asked for yet.
//
// Callbacks (see Callbacks in session.h), with the stream's object as `this`.
#pragma once

#include <deque>

#include "modules/http2/header_block.h"
#include "modules/http2/outgoing.h"

namespace gyre::http2 {

class Session;

class Stream final : public AsyncWrapped {
 public:
  static constexpr ClassTag kTag{"Http2Stream", &AsyncWrapped::kTag};
  Stream(Realm& js, v8::Local<v8::Object> object, Session& session, int32_t id);
  ~Stream() override;

  enum Option { kEndStream = 1, kWaitForTrailers = 2 };

  // From script. Those that return a number return 0 or nghttp2's error, unless they say more.
  int32_t id() { return id_; }
  int32_t respond(v8::Local<v8::Value> headers, uint32_t count, uint32_t options);
  int32_t inform(v8::Local<v8::Value> headers, uint32_t count);
  int32_t send_trailers(v8::Local<v8::Value> headers, uint32_t count);
  // The new stream, or an error.
  v8::Local<v8::Value> push(v8::Local<v8::Value> headers, uint32_t count);
  // write(chunk, encoding, ends): as net's handles take it. onwritten comes when the system has it.
  // Returns the size in bytes, or a negative error.
  void write(const v8::FunctionCallbackInfo<v8::Value>& info);
  // writev([chunk, encoding, ...], ends)
  void writev(const v8::FunctionCallbackInfo<v8::Value>& info);
  // What was written is all.
  void end();
  int32_t reset(uint32_t code);
  // The same once everything that can go out now is out, the end of the data among it.
  void reset_after_end(uint32_t code);
  // Data comes as it arrives from now on; returns what has come before, if anything.
  v8::Local<v8::Value> read_start();
  void read_stop() { reading_ = false; }
  // [state, local close, remote close, local window], or nothing once it is closed.
  v8::Local<v8::Value> state();
  // [bytes read, bytes written, start, first header, first byte, first byte sent, now], times in ms.
  std::vector<double> statistics();
  double idle();
  double async_id_of() { return async_id(); }

  // From the session.
  Session* session() const { return session_; }
  FieldList& fields() { return fields_; }
  // The limit that held when the stream began.
  size_t max_header_list() const { return max_header_list_; }
  nghttp2_headers_category category = NGHTTP2_HCAT_REQUEST;
  void received(std::span<const uint8_t> data);
  void headers_began();
  nghttp2_ssize provide(size_t max, uint32_t* flags);
  void take(size_t size, Outgoing& out);
  // nghttp2 knows no more of it.
  void detach();
  void set_options(uint32_t options);
  static nghttp2_ssize read_callback(nghttp2_session*, int32_t id, uint8_t*, size_t size, uint32_t* flags,
                                     nghttp2_data_source*, void* session);
  static nghttp2_data_provider2 provider() { return {{}, read_callback}; }
  // What it holds of the session's budget.
  size_t retained() const { return queued_ + inbound_.size(); }

 private:
  bool enqueue(v8::Isolate* isolate, v8::Local<v8::Value> data, v8::Local<v8::Value> encoding, size_t& size);
  void queue_changed();

  Session* session_;
  const int32_t id_;
  FieldList fields_;
  const size_t max_header_list_;
  std::deque<std::shared_ptr<Chunk>> chunks_;
  size_t chunk_offset_ = 0;  // in the first of them
  size_t queued_ = 0;
  bool write_waits_ = false;
  bool ending_ = false;
  bool waits_for_trailers_ = false;
  bool wants_trailers_ = false;
  bool reading_ = false;
  std::vector<uint8_t> inbound_;
  size_t held_ = 0;  // of it, the connection's window does not know

  uint64_t bytes_read_ = 0;
  uint64_t bytes_written_ = 0;
  uint64_t started_;
  uint64_t first_header_ = 0;
  uint64_t first_byte_ = 0;
  uint64_t first_byte_sent_ = 0;
  uint64_t last_active_;
};

}  // namespace gyre::http2
