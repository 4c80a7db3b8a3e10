#include "modules/http/parser.h"

#include <algorithm>
#include <cstring>

#include "modules/net/stream_wrapped.h"
#include "runtime/environment.h"

namespace gyre::http {
namespace {

constexpr size_t kMaxChunkExtensions = 16 * 1024;

v8::Local<v8::Value> text_or_empty(Realm& js, const std::string& bytes) {
  if (bytes.empty()) return v8::String::Empty(js.isolate());
  return js.latin1(bytes);
}

// ASCII letters only: `lower` is a header's name.
bool equals(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return (a | 0x20) == b; });
}

}  // namespace

// Internalized once a thread: they are looked up for every message.
struct Parser::MethodNames {
  explicit MethodNames(Realm& js) {
    static constexpr const char* kTexts[kMethodCount] = {"onHeaders", "onBody",    "onComplete",
                                                         "onError",   "onUpgrade", "onEnd"};
    v8::HandleScope handles(js.isolate());
    for (int i = 0; i < kMethodCount; i++) names[i].Set(js.isolate(), js.name(kTexts[i]));
  }
  v8::Eternal<v8::String> names[kMethodCount];
};

const llhttp_settings_t& Parser::settings() {
  static const llhttp_settings_t all = [] {
    llhttp_settings_t s;
    llhttp_settings_init(&s);
    s.on_message_begin = on_message_begin;
    s.on_url = on_url;
    s.on_status = on_url;
    s.on_header_field = on_header_field;
    s.on_header_value = on_header_value;
    s.on_header_value_complete = on_header_value_complete;
    s.on_headers_complete = on_headers_complete;
    s.on_chunk_header = on_chunk_header;
    s.on_chunk_extension_name = on_chunk_extension;
    s.on_chunk_extension_value = on_chunk_extension;
    s.on_body = on_body;
    s.on_message_complete = on_message_complete;
    return s;
  }();
  return all;
}

Parser::Parser(Realm& js, v8::Local<v8::Object> object)
    : Wrapped(js, object, kTag), names_(Environment::from(js).module_state<MethodNames>()), resource_(js) {
  llhttp_init(&parser_, HTTP_REQUEST, &settings());
  parser_.data = this;
}

void Parser::initialize(int32_t type, uint32_t max_header, int32_t lenient) {
  llhttp_init(&parser_, static_cast<llhttp_type_t>(type), &settings());
  parser_.data = this;
  if (lenient & kLenientAll) {
    llhttp_set_lenient_headers(&parser_, 1);
    llhttp_set_lenient_chunked_length(&parser_, 1);
    llhttp_set_lenient_keep_alive(&parser_, 1);
    llhttp_set_lenient_transfer_encoding(&parser_, 1);
    llhttp_set_lenient_version(&parser_, 1);
    llhttp_set_lenient_data_after_close(&parser_, 1);
    llhttp_set_lenient_optional_lf_after_cr(&parser_, 1);
    llhttp_set_lenient_optional_cr_before_lf(&parser_, 1);
    llhttp_set_lenient_optional_crlf_after_chunk(&parser_, 1);
    llhttp_set_lenient_spaces_after_chunk_size(&parser_, 1);
  }
  v8::HandleScope handles(realm().isolate());
  v8::Local<v8::Object> resource = v8::Object::New(realm().isolate());
  resource_object_.Reset(realm().isolate(), resource);
  resource_.begin(type == kRequest ? "HTTPINCOMINGMESSAGE" : "HTTPCLIENTREQUEST", resource);
  max_header_ = max_header;
  url_.clear();
  headers_.clear();
  header_bytes_ = 0;
  started_ = 0;
  in_value_ = headers_done_ = has_host_ = expects_ = completed_early_ = failed_ = upgraded_ = false;
  pending_.clear();
}

bool Parser::consume(v8::Local<v8::Value> handle) {
  net::StreamWrapped* stream = net::stream_of(handle);
  if (!stream || !stream->usable()) return false;
  previous_ = stream;
  stream->bytes().set_listener(this);
  pin();
  return true;
}

void Parser::unconsume() {
  ByteStream* stream_now = stream();
  if (!previous_) return;
  StreamListener* back = previous_;
  previous_ = nullptr;
  if (stream_now) stream_now->set_listener(back);
  unpin();
}

void Parser::free() {
  unconsume();
  resource_.end();
  url_ = {};
  headers_ = {};
  pending_ = {};
}

int Parser::count_header(size_t bytes) {
  header_bytes_ += bytes;
  if (max_header_ > 0 && header_bytes_ >= max_header_) {
    llhttp_set_error_reason(&parser_, "HPE_HEADER_OVERFLOW:Header overflow");
    return HPE_USER;
  }
  return 0;
}

int Parser::on_message_begin(llhttp_t* parser) {
  Parser& self = of(parser);
  self.url_.clear();
  self.headers_.clear();
  self.header_bytes_ = 0;
  self.in_value_ = self.headers_done_ = self.has_host_ = self.expects_ = self.completed_early_ = false;
  if (self.started_ == 0) self.started_ = std::max<uint64_t>(1, uv_now(self.realm().loop()));
  return 0;
}

int Parser::on_url(llhttp_t* parser, const char* at, size_t length) {
  Parser& self = of(parser);
  if (int err = self.count_header(length)) return err;
  self.url_.append(at, length);
  return 0;
}

int Parser::on_header_field(llhttp_t* parser, const char* at, size_t length) {
  Parser& self = of(parser);
  if (int err = self.count_header(length)) return err;
  if (self.in_value_) {
    self.in_value_ = false;
    self.name_start_ = self.headers_.size();
  } else if (self.headers_.empty()) {
    self.name_start_ = 0;
  }
  self.headers_.append(at, length);
  return 0;
}

int Parser::on_header_value(llhttp_t* parser, const char* at, size_t length) {
  Parser& self = of(parser);
  if (int err = self.count_header(length)) return err;
  if (!self.in_value_) {
    self.in_value_ = true;
    const std::string_view name(self.headers_.data() + self.name_start_, self.headers_.size() - self.name_start_);
    if (equals(name, "host")) self.has_host_ = true;
    if (equals(name, "expect")) self.expects_ = true;
    self.headers_.push_back('\0');
  }
  self.headers_.append(at, length);
  return 0;
}

int Parser::on_header_value_complete(llhttp_t* parser) {
  Parser& self = of(parser);
  if (!self.in_value_) {  // an empty value
    self.in_value_ = true;
    self.headers_.push_back('\0');
  }
  // Optional white space behind a value is no part of it (RFC 9112, 5.1).
  while (!self.headers_.empty() && (self.headers_.back() == ' ' || self.headers_.back() == '\t'))
    self.headers_.pop_back();
  self.headers_.push_back('\0');
  return 0;
}

int Parser::on_headers_complete(llhttp_t* parser) {
  Parser& self = of(parser);
  v8::Isolate* isolate = self.realm().isolate();
  self.headers_done_ = true;
  self.header_bytes_ = 0;
  int flags = 0;
  if (llhttp_should_keep_alive(parser)) flags |= kKeepAlive;
  if (parser->upgrade) flags |= kUpgrade;
  if (parser->flags & F_CHUNKED) flags |= kChunked;
  if (parser->flags & F_CONTENT_LENGTH) flags |= kHasLength;
  if (parser->flags & F_CONNECTION_UPGRADE) flags |= kConnectionUpgrade;
  if (self.has_host_) flags |= kHasHost;
  if (self.expects_) flags |= kExpects;
  const bool is_request = parser->type == HTTP_REQUEST;
  // A request has a body only if it says so: without one it is complete now, and one call tells all.
  if (is_request && !parser->upgrade && !(parser->flags & (F_CHUNKED | F_TRANSFER_ENCODING)) &&
      parser->content_length == 0) {
    flags |= kComplete;
    self.completed_early_ = true;
    self.started_ = 0;
  }
  v8::HandleScope handles(isolate);
  v8::Local<v8::Value> argv[] = {
      v8::Integer::New(isolate, flags),
      v8::Integer::New(isolate, is_request ? parser->method : parser->status_code),
      text_or_empty(self.realm(), self.url_),
      text_or_empty(self.realm(), self.headers_),
      v8::Integer::New(isolate, parser->http_major),
      v8::Integer::New(isolate, parser->http_minor),
  };
  self.headers_.clear();
  self.in_value_ = false;
  self.name_start_ = 0;
  const int answer = self.call(kOnHeaders, 6, argv);
  if (answer != kOtherProtocol) parser->upgrade = 0;
  return answer;
}

// Extensions of chunks have no meaning to us; a peer that sends many means harm.
int Parser::on_chunk_extension(llhttp_t* parser, const char*, size_t length) {
  Parser& self = of(parser);
  self.extension_bytes_ += length;
  if (self.extension_bytes_ > kMaxChunkExtensions) {
    llhttp_set_error_reason(parser, "HPE_CHUNK_EXTENSIONS_OVERFLOW:Chunk extensions overflow");
    return HPE_USER;
  }
  return 0;
}

int Parser::on_chunk_header(llhttp_t* parser) {
  Parser& self = of(parser);
  self.header_bytes_ = 0;
  self.extension_bytes_ = 0;
  return 0;
}

int Parser::on_body(llhttp_t* parser, const char* at, size_t length) {
  Parser& self = of(parser);
  if (length == 0) return 0;
  v8::Isolate* isolate = self.realm().isolate();
  v8::HandleScope handles(isolate);
  std::shared_ptr<v8::BackingStore> store =
      v8::ArrayBuffer::NewBackingStore(isolate, length, v8::BackingStoreInitializationMode::kUninitialized);
  std::memcpy(store->Data(), at, length);
  v8::Local<v8::Value> argv[] = {self.realm().buffer(std::move(store), 0, length)};
  self.call(kOnBody, 1, argv);
  return 0;
}

int Parser::on_message_complete(llhttp_t* parser) {
  Parser& self = of(parser);
  self.started_ = 0;
  if (self.completed_early_) return 0;
  v8::HandleScope handles(self.realm().isolate());
  v8::Local<v8::Value> argv[] = {text_or_empty(self.realm(), self.headers_)};
  self.headers_.clear();
  self.call(kOnComplete, 1, argv);
  return 0;
}

int32_t Parser::call(Method method, int argc, v8::Local<v8::Value> argv[]) {
  v8::Local<v8::Value> function;
  v8::Local<v8::Object> self = object();
  const v8::Local<v8::String> name = names_.names[method].Get(realm().isolate());
  if (!self->Get(realm().context(), name).ToLocal(&function) || !function->IsFunction()) return 0;
  CallbackScope scope(resource_, resource_object_.Get(realm().isolate()));
  v8::Local<v8::Value> result;
  // An exception was reported as uncaught; if the program lives on, so does the connection.
  if (!realm().call(self, function.As<v8::Function>(), argc, argv).ToLocal(&result) || !result->IsInt32()) return 0;
  return result.As<v8::Int32>()->Value();
}

void Parser::report_error(llhttp_errno_t error, std::span<const uint8_t> data) {
  v8::Isolate* isolate = realm().isolate();
  failed_ = true;
  std::string code = llhttp_errno_name(error);
  const char* given = llhttp_get_error_reason(&parser_);
  std::string reason = given ? given : "";
  // A reason of ours carries its code: "HPE_HEADER_OVERFLOW:Header overflow".
  if (error == HPE_USER) {
    if (const size_t colon = reason.find(':'); colon != std::string::npos) {
      code = reason.substr(0, colon);
      reason = reason.substr(colon + 1);
    }
  }
  // The text of the llhttp that Node 24 has.
  if (reason == "Expected HTTP/") reason = "Expected HTTP/, RTSP/ or ICE/";
  const char* at = llhttp_get_error_pos(&parser_);
  const auto* begin = reinterpret_cast<const char*>(data.data());
  const size_t parsed = at >= begin && at <= begin + data.size() ? static_cast<size_t>(at - begin) : 0;
  v8::Local<v8::Value> argv[] = {realm().string(code), realm().string(reason),
                                 v8::Integer::NewFromUnsigned(isolate, static_cast<uint32_t>(parsed)),
                                 realm().buffer({data.begin(), data.end()})};
  call(kOnError, 4, argv);
}

void Parser::parse(std::span<const uint8_t> data) {
  if (upgraded_) return;
  const auto* begin = reinterpret_cast<const char*>(data.data());
  pin();  // script may drop the parser in its own callback
  executing_ = true;
  const llhttp_errno_t error = llhttp_execute(&parser_, begin, data.size());
  executing_ = false;
  if (error == HPE_PAUSED) {
    const char* at = llhttp_get_error_pos(&parser_);
    pending_.append(at, static_cast<size_t>(begin + data.size() - at));
  } else if (error == HPE_PAUSED_UPGRADE) {
    const char* at = llhttp_get_error_pos(&parser_);
    failed_ = upgraded_ = true;  // no HTTP follows
    v8::Local<v8::Value> argv[] = {
        realm().buffer({reinterpret_cast<const uint8_t*>(at), reinterpret_cast<const uint8_t*>(begin + data.size())})};
    call(kOnUpgrade, 1, argv);
  } else if (error != HPE_OK) {
    report_error(error, data);
  }
  unpin();
}

void Parser::execute(const v8::FunctionCallbackInfo<v8::Value>& info) {
  const auto bytes = bytes_of(info[0]);
  // A program's callbacks may change the buffer: parse a copy.
  const std::vector<uint8_t> copy(bytes.begin(), bytes.end());
  parse(copy);
  info.GetReturnValue().Set(!failed_);
}

void Parser::finish() {
  if (failed_) return;
  const llhttp_errno_t error = llhttp_finish(&parser_);
  if (error != HPE_OK) report_error(error, {});
}

void Parser::pause() { llhttp_pause(&parser_); }

void Parser::resume() {
  if (llhttp_get_errno(&parser_) == HPE_PAUSED) llhttp_resume(&parser_);
  if (executing_ || pending_.empty()) return;
  const std::string rest = std::move(pending_);
  pending_.clear();
  parse({reinterpret_cast<const uint8_t*>(rest.data()), rest.size()});
}

bool Parser::expired(double headers_timeout, double request_timeout) {
  if (started_ == 0) return false;
  const auto elapsed = static_cast<double>(uv_now(realm().loop()) - started_);
  if (!headers_done_ && headers_timeout > 0 && elapsed >= headers_timeout) return true;
  return request_timeout > 0 && elapsed >= request_timeout;
}

void Parser::on_data(std::span<const uint8_t> data) {
  Realm& js = realm();
  if (!js.can_call_into_js()) return;
  CallbackScope scope(js);
  if (!pending_.empty()) {  // paused: what came first goes first
    pending_.append(reinterpret_cast<const char*>(data.data()), data.size());
    return;
  }
  parse(data);
}

void Parser::on_end(int status) {
  Realm& js = realm();
  if (!js.can_call_into_js()) return;
  CallbackScope scope(js);
  v8::Local<v8::Value> argv[] = {v8::Integer::New(js.isolate(), status)};
  call(kOnEnd, 1, argv);
}

}  // namespace gyre::http
