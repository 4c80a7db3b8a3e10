// One HTTP/2 connection: nghttp2 reads straight from the stream's buffer, and what it has to send goes
// out in batches. Script hears of whole events: a block of headers, a piece of data, the end.
//
// Script may do anything in a callback, destroying the session too. Nothing that nghttp2 or a loop
// above still works on is freed meanwhile: the nghttp2 session goes when the last of them has ended.
#pragma once

#include <deque>
#include <unordered_map>

#include "loop/byte_stream.h"
#include "modules/http2/flusher.h"
#include "modules/http2/stream.h"

namespace gyre::http2 {

// The functions that events are told to, set once a thread by script.
enum class Callback {
  kHeaders,     // stream: (session, id, category, flags, fields, sensitive names)
  kData,        // stream: (chunk), or () at the end
  kClose,       // stream: (code)
  kWritten,     // stream: (status)
  kTrailers,    // stream: () the last data is out, trailers may follow
  kFrameError,  // session: (type, code, stream id)
  kSettings,    // session: (is acknowledgement)
  kPing,        // session: (payload, is acknowledgement)
  kGoaway,      // session: (code, last stream id, data)
  kAltsvc,      // session: (stream id, origin, value)
  kOrigin,      // session: ([origin ...])
  kError,       // session: (nghttp2's error or a Failure, text)
  kEnd,         // session: (status) the stream below has ended
  kCount,
};

// What ends a session besides nghttp2's errors.
enum Failure { kTooManyInvalidFrames = 1, kTooManyRejectedStreams = 2 };

// The numbers of options that script passes, in this order.
struct Options {
  enum Padding { kNone, kAligned, kMax };
  double max_deflate_table = -1;  // -1: nghttp2's default
  double max_settings = 32;
  double max_reserved_streams = 200;
  double max_send_header_block = -1;
  double peer_max_streams = 100;
  double padding = kNone;
  double max_header_pairs = 128;
  double max_memory = 10'000'000;  // bytes
  double max_invalid_frames = 1000;
  double max_rejected_streams = 100;
  double reset_burst = -1;
  double reset_rate = -1;
  double strict_whitespace = 1;
};

class Session final : public AsyncWrapped, public StreamListener {
 public:
  static constexpr ClassTag kTag{"Http2Session", &AsyncWrapped::kTag};
  enum Type { kServer, kClient };
  Session(Realm& js, v8::Local<v8::Object> object, int32_t type, Flusher* flusher, std::span<uint8_t> options);
  ~Session() override;

  void dispose() override { release(); }

  // Reads and writes through a stream handle from now on. With `foreign` what is read belongs to
  // script, which could take it away meanwhile: it is copied.
  bool consume(v8::Local<v8::Value> handle, bool foreign);
  // Bytes that were read from the stream before.
  void receive(std::span<uint8_t> data);
  // Lets go of the stream, after a last GOAWAY if `code` is given. No callback comes any more.
  void destroy(std::optional<uint32_t> code);
  void flush();

  // The new stream, or an error.
  v8::Local<v8::Value> request(v8::Local<v8::Value> headers, uint32_t count, uint32_t options);
  int32_t submit_settings(std::span<uint8_t> pairs);
  int32_t ping(std::span<uint8_t> payload);
  int32_t goaway(uint32_t code, int32_t last_id, std::span<uint8_t> data);
  int32_t set_next_stream_id(int32_t id);
  int32_t set_local_window(int32_t size);
  int32_t altsvc(int32_t id, std::string origin, std::string value);
  int32_t origin(std::vector<std::string> origins);
  std::vector<double> local_settings();
  // Known settings by number, then the numbers and values of those that are custom.
  std::vector<double> remote_settings();
  void keep_custom_settings(std::vector<uint32_t> ids) { custom_ids_ = std::move(ids); }
  std::vector<double> state();
  std::vector<double> statistics();
  // Milliseconds since something was read or written.
  double idle();
  double async_id_of() { return async_id(); }
  // Whether something is written that the system has not taken yet.
  bool is_writing() { return writing_; }

  // StreamListener
  void on_data(std::span<const uint8_t> data) override;
  void on_end(int status) override;

  // For streams.
  nghttp2_session* get() const { return session_; }
  // There is something to send.
  void schedule();
  void forget(Stream& stream);
  Stream* add_stream(int32_t id);
  Stream* find(int32_t id);
  void finished_write(Stream& stream);
  void tell(Stream& stream, Callback callback, int argc = 0, v8::Local<v8::Value> argv[] = nullptr);
  // Bytes have reached their reader: the peer may send as many again, on the stream and the connection.
  void consumed(Stream& stream, size_t size);
  void consumed_by_connection(size_t size);
  // Resets the stream once what it has queued, and may be sent, is collected.
  void reset_later(Stream& stream, uint32_t code);

  static void set_callbacks(const v8::FunctionCallbackInfo<v8::Value>& info);
  struct Functions;

 private:
  friend struct FrameCallbacks;
  // What is told when nghttp2 is no longer at work.
  struct Event {
    Callback callback;
    Stream* stream;  // pinned, or nullptr: the session's
    int32_t numbers[3];
  };

  void make_session(const Options& options);
  void parse(std::span<const uint8_t> data);
  void release();
  void release_when_idle();
  bool busy() const { return receiving_ || sending_; }
  // Collects frames; false after an error.
  bool collect(Outgoing& out);
  void write(const std::shared_ptr<Outgoing>& out);
  void wrote(const std::vector<Stream*>& streams, int status);
  void defer(Callback callback, Stream* stream, int32_t a = 0, int32_t b = 0, int32_t c = 0);
  bool tell_deferred();  // whether there was something
  void tell(Callback callback, int argc, v8::Local<v8::Value> argv[]);
  void fail(int32_t error, const char* text = nullptr);
  bool over_budget() const;
  void touch();

  const int32_t type_;
  const Functions& functions_;
  Flusher* flusher_;
  v8::Global<v8::Object> flusher_object_;
  v8::Global<v8::Object> handle_;
  v8::Global<v8::Value> frame_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, Stream*> streams_;  // pinned
  std::deque<Event> events_;
  std::vector<std::pair<int32_t, uint32_t>> resets_;  // stream and code
  std::vector<Stream*> writing_streams_;              // pinned: their writes are in the batch that is written
  std::vector<Stream*> finished_streams_;             // pinned: their writes are in the batch that is made
  std::vector<std::vector<uint8_t>> waiting_input_;
  std::vector<uint32_t> custom_ids_;
  std::unordered_map<uint32_t, uint32_t> custom_settings_;
  Options options_;

  bool foreign_ = false;
  bool receiving_ = false;
  bool sending_ = false;
  bool telling_ = false;
  bool writing_ = false;
  bool scheduled_ = false;
  bool released_ = false;
  bool failed_ = false;
  bool said_goaway_ = false;  // script did
  int depth_ = 0;             // of calls that still use the nghttp2 session

  std::optional<uint32_t> last_words_;  // a GOAWAY with this code goes out before the end
  Outgoing* outgoing_ = nullptr;        // that frames are collected in
  size_t memory_ = 0;                   // what nghttp2 has allocated
  size_t retained_ = 0;                 // by streams: what waits to be sent, or to be read
  size_t unwritten_ = 0;
  uint32_t invalid_frames_ = 0;
  uint32_t rejected_streams_ = 0;

  uint64_t started_;
  uint64_t last_active_;
  uint64_t bytes_read_ = 0;
  uint64_t bytes_written_ = 0;
  uint32_t frames_received_ = 0;
  uint32_t frames_sent_ = 0;
  uint32_t stream_count_ = 0;
  uint32_t max_concurrent_ = 0;
  double stream_time_ = 0;
  uint32_t streams_ended_ = 0;

  friend class Stream;
  friend class Flusher;
};

}  // namespace gyre::http2
