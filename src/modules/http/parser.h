// HTTP/1 from socket to message: llhttp reads straight from the stream's buffer; script hears of a
// message once its headers are complete (and, when there is no body, that it is complete), of body
// chunks, and of its end.
#pragma once

#include <llhttp.h>

#include <string>

#include "binding/binding.h"
#include "loop/byte_stream.h"

namespace gyre::http {

// Calls on its JavaScript object:
//   onHeaders(flags, method or status, url or reason, headers, major, minor) -> 1: there is no body; 2: no body
//     and what follows is another protocol's. `headers` is "name\0value\0..." in Latin-1.
//   onBody(buffer), onComplete(trailers), onError(code, reason, bytes parsed, raw packet), onEnd(status),
//   onUpgrade(rest of the bytes)
class Parser final : public Wrapped, public StreamListener {
 public:
  static constexpr ClassTag kTag{"HTTPParser", nullptr};
  enum Type { kRequest = HTTP_REQUEST, kResponse = HTTP_RESPONSE };
  enum Flag {
    kKeepAlive = 1,
    kUpgrade = 2,
    kChunked = 4,
    kHasLength = 8,
    kComplete = 16,
    kHasHost = 32,
    kExpects = 64,
    kConnectionUpgrade = 128
  };
  // What onHeaders may answer.
  enum Answer { kNoBody = 1, kOtherProtocol = 2 };
  // Leniency, as in http.Server's insecureHTTPParser.
  enum Lenient { kLenientAll = 1 };

  Parser(Realm& js, v8::Local<v8::Object> object);

  // Ready for a new connection (or request), as a new async resource. `max_header` in bytes, 0 for no limit.
  void initialize(int32_t type, uint32_t max_header, int32_t lenient);
  // Reads from a stream handle from now on, instead of its JavaScript.
  bool consume(v8::Local<v8::Value> handle);
  // Gives the stream back.
  void unconsume();
  // Parses bytes that came another way. Returns whether the parser is still usable.
  void execute(const v8::FunctionCallbackInfo<v8::Value>& info);
  // The peer has ended: a message that lasts until then is complete.
  void finish();
  void pause();
  void resume();
  // Frees what the last message took, and ends the resource.
  void free();
  // Stops for good.
  void close() { free(); }
  double async_id() { return resource_.id(); }

  // Milliseconds, 0 for no limit: whether the message under way has taken too long.
  bool expired(double headers_timeout, double request_timeout);
  // A message has begun and is not complete.
  bool busy() const { return started_ != 0; }
  // The connection counts as begun now: its first request must come in time.
  void start_clock() { started_ = uv_now(realm().loop()); }

  // StreamListener
  void on_data(std::span<const uint8_t> data) override;
  void on_end(int status) override;

 private:
  // The methods of the object that tell of the message, by the places of their names in MethodNames.
  enum Method { kOnHeaders, kOnBody, kOnComplete, kOnError, kOnUpgrade, kOnEnd, kMethodCount };
  struct MethodNames;
  static int on_message_begin(llhttp_t* parser);
  static int on_url(llhttp_t* parser, const char* at, size_t length);
  static int on_header_field(llhttp_t* parser, const char* at, size_t length);
  static int on_header_value(llhttp_t* parser, const char* at, size_t length);
  static int on_header_value_complete(llhttp_t* parser);
  static int on_headers_complete(llhttp_t* parser);
  static int on_chunk_header(llhttp_t* parser);
  static int on_chunk_extension(llhttp_t* parser, const char* at, size_t length);
  static int on_body(llhttp_t* parser, const char* at, size_t length);
  static int on_message_complete(llhttp_t* parser);
  static const llhttp_settings_t& settings();
  static Parser& of(llhttp_t* parser) { return *static_cast<Parser*>(parser->data); }

  // Runs llhttp over bytes, inside a CallbackScope.
  void parse(std::span<const uint8_t> data);
  int count_header(size_t bytes);
  // Calls a method of the object as the resource; returns the integer it answers, or 0.
  int32_t call(Method method, int argc, v8::Local<v8::Value> argv[]);
  void report_error(llhttp_errno_t error, std::span<const uint8_t> data);

  llhttp_t parser_;
  const MethodNames& names_;
  AsyncResource resource_;
  v8::Global<v8::Object> resource_object_;  // a parser is used again, a resource is not
  std::string url_;
  std::string headers_;  // "name\0value\0" ...
  bool in_value_ = false;
  bool headers_done_ = false;
  bool has_host_ = false;
  bool expects_ = false;
  bool completed_early_ = false;
  bool failed_ = false;
  bool upgraded_ = false;
  bool executing_ = false;
  size_t header_bytes_ = 0;
  size_t extension_bytes_ = 0;
  size_t max_header_ = 16 * 1024;
  size_t name_start_ = 0;
  uint64_t started_ = 0;  // loop time of the message's first byte, 0 when idle
  std::string pending_;   // bytes that came while paused
  StreamListener* previous_ = nullptr;
};

}  // namespace gyre::http
