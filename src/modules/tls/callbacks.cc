// The questions that OpenSSL asks while a connection is being made, and how script answers them.
#include "modules/tls/callbacks.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <cstring>

#include "modules/tls/tls_stream.h"

namespace gyre::tls {
namespace {

int client_hello(SSL* ssl, int*, void*) {
  TlsStream* stream = TlsStream::from(ssl);
  return stream ? stream->on_client_hello() : SSL_CLIENT_HELLO_SUCCESS;
}

int certificate(SSL* ssl, void*) {
  TlsStream* stream = TlsStream::from(ssl);
  return stream ? stream->on_certificate() : 1;
}

int select_protocol(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned in_size, void*) {
  return TlsStream::from(ssl)->on_alpn(out, out_size, in, in_size);
}

SSL_SESSION* wanted_session(SSL* ssl, const unsigned char* id, int size, int* copy) {
  *copy = 0;
  return TlsStream::from(ssl)->on_wanted_session({id, static_cast<size_t>(size)});
}

int new_session(SSL* ssl, SSL_SESSION* session) {
  if (TlsStream* stream = TlsStream::from(ssl)) stream->on_new_session(session);
  return 0;
}

void key_line(const SSL* ssl, const char* line) {
  if (TlsStream* stream = TlsStream::from(ssl)) stream->on_key(line);
}

int ocsp_status(SSL* ssl, void*) { return TlsStream::from(ssl)->on_ocsp(); }

unsigned psk_server(SSL* ssl, const char* identity, unsigned char* key, unsigned max_size) {
  return TlsStream::from(ssl)->on_psk_server(identity, key, max_size);
}

unsigned psk_client(SSL* ssl, const char* hint, char* identity, unsigned max_identity, unsigned char* key,
                    unsigned max_size) {
  return TlsStream::from(ssl)->on_psk_client(hint, identity, max_identity, key, max_size);
}

v8::Local<v8::Value> text_or_undefined(Realm& js, const char* text) {
  if (text == nullptr) return v8::Undefined(js.isolate());
  return js.string(text);
}

// The host_name entry of a server_name extension (RFC 6066, 3).
std::string server_name_of(const unsigned char* data, size_t size) {
  if (size < 5 || data[2] != TLSEXT_NAMETYPE_host_name) return {};
  const size_t length = static_cast<size_t>(data[3]) << 8 | data[4];
  if (length + 5 > size) return {};
  return {reinterpret_cast<const char*>(data + 5), length};
}

}  // namespace

void set_callbacks(SSL_CTX* context) {
  SSL_CTX_set_client_hello_cb(context, client_hello, nullptr);
  SSL_CTX_set_cert_cb(context, certificate, nullptr);
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
  SSL_CTX_sess_set_get_cb(context, wanted_session);
  SSL_CTX_sess_set_new_cb(context, new_session);
  SSL_CTX_set_keylog_callback(context, key_line);
  SSL_CTX_set_tlsext_status_cb(context, ocsp_status);
}

void set_psk_callbacks(SSL* ssl, bool is_server) {
  if (is_server) {
    SSL_set_psk_server_callback(ssl, psk_server);
  } else {
    SSL_set_psk_client_callback(ssl, psk_client);
  }
}

int TlsStream::on_client_hello() {
  if (!watches_hello_ || hello_done_) return SSL_CLIENT_HELLO_SUCCESS;
  if (!hello_asked_) {
    hello_asked_ = true;
    const unsigned char* data = nullptr;
    size_t size = SSL_client_hello_get0_session_id(ssl(), &data);
    std::vector<uint8_t> id(data, data + size);
    std::string name;
    if (SSL_client_hello_get0_ext(ssl(), TLSEXT_TYPE_server_name, &data, &size)) name = server_name_of(data, size);
    const bool has_ticket = SSL_client_hello_get0_ext(ssl(), TLSEXT_TYPE_session_ticket, &data, &size) && size > 0;
    v8::HandleScope handles(realm().isolate());
    tell("onclienthello", {realm().buffer(std::move(id)), realm().string(name), to_js(realm(), has_ticket)});
  }
  return hello_done_ ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_RETRY;
}

void TlsStream::load_session(v8::Local<v8::Value> data) {
  if (data->IsArrayBufferView()) {
    const std::span<uint8_t> bytes = bytes_of(data);
    const unsigned char* at = bytes.data();
    next_session_.reset(d2i_SSL_SESSION(nullptr, &at, static_cast<long>(bytes.size())));
    ERR_clear_error();
  }
  hello_done_ = true;
  advance();
}

SSL_SESSION* TlsStream::on_wanted_session(std::span<const uint8_t> id) {
  if (!next_session_) return nullptr;
  unsigned size = 0;
  const unsigned char* have = SSL_SESSION_get_id(next_session_.get(), &size);
  if (size != id.size() || std::memcmp(have, id.data(), size) != 0) return nullptr;
  return next_session_.release();
}

int TlsStream::on_certificate() {
  if (!is_server_ || !watches_certificate_) return 1;
  if (!certificate_asked_) {
    certificate_asked_ = true;
    v8::HandleScope handles(realm().isolate());
    const bool wants_ocsp = SSL_get_tlsext_status_type(ssl()) == TLSEXT_STATUSTYPE_ocsp;
    const char* name = SSL_get_servername(ssl(), TLSEXT_NAMETYPE_host_name);
    tell("oncertificate", {text_or_undefined(realm(), name), to_js(realm(), wants_ocsp)});
  }
  if (!certificate_done_) return -1;
  if (!next_context_.IsEmpty()) {
    v8::HandleScope handles(realm().isolate());
    auto* next = unwrap<SecureContext>(next_context_.Get(realm().isolate()));
    next_context_.Reset();
    if (!use_context(next)) return 0;
  }
  return 1;
}

Outcome<Done> TlsStream::use_context(SecureContext* context) {
  context_ = context;
  context_object_.Reset(realm().isolate(), context->object());
  if (!SSL_set_SSL_CTX(ssl(), context->get())) return crypto::openssl_failure("CertCbDone");
  // What the switch leaves as it was: whom to trust, and the names to tell the client.
  if (SSL_set1_verify_cert_store(ssl(), SSL_CTX_get_cert_store(context->get())) != 1) {
    return crypto::openssl_failure("CertCbDone");
  }
  STACK_OF(X509_NAME)* names = SSL_dup_CA_list(SSL_CTX_get_client_CA_list(context->get()));
  SSL_set_client_CA_list(ssl(), names);
  return Done{};
}

Outcome<Done> TlsStream::certificate_done(v8::Local<v8::Value> context) {
  if (!context->IsUndefined()) {
    if (!unwrap<SecureContext>(context)) {
      return crypto::coded(ErrorType::TypeError, "ERR_TLS_INVALID_CONTEXT", "Invalid SNI context");
    }
    next_context_.Reset(realm().isolate(), context.As<v8::Object>());
  }
  certificate_done_ = true;
  advance();
  return Done{};
}

int TlsStream::on_alpn(const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size) {
  if (asks_alpn_) {
    v8::HandleScope handles(realm().isolate());
    std::vector<v8::Local<v8::Value>> names;
    for (unsigned at = 0; at < in_size; at += 1 + in[at]) {
      names.push_back(realm().latin1({reinterpret_cast<const char*>(in + at + 1), in[at]}));
    }
    const char* name = SSL_get_servername(ssl(), TLSEXT_NAMETYPE_host_name);
    v8::Local<v8::Value> chosen;
    const auto list = v8::Array::New(realm().isolate(), names.data(), names.size());
    if (!ask("onalpn", {text_or_undefined(realm(), name), list}).ToLocal(&chosen) || !chosen->IsString()) {
      return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    const v8::String::Utf8Value text(realm().isolate(), chosen);
    chosen_alpn_.assign(*text, static_cast<size_t>(text.length()));
    // It stands in the client's list: script has seen to that. OpenSSL wants it to last.
    *out = reinterpret_cast<const unsigned char*>(chosen_alpn_.data());
    *out_size = static_cast<unsigned char>(chosen_alpn_.size());
    return SSL_TLSEXT_ERR_OK;
  }
  if (alpn_.empty()) return SSL_TLSEXT_ERR_NOACK;
  unsigned char* selected = nullptr;
  const int result =
      SSL_select_next_proto(&selected, out_size, alpn_.data(), static_cast<unsigned>(alpn_.size()), in, in_size);
  *out = selected;
  // RFC 7301, 3.2: without a common protocol there is no connection.
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void TlsStream::on_new_session(SSL_SESSION* session) {
  const int size = i2d_SSL_SESSION(session, nullptr);
  if (size <= 0) return;
  std::vector<uint8_t> data(static_cast<size_t>(size));
  unsigned char* at = data.data();
  i2d_SSL_SESSION(session, &at);
  unsigned id_size = 0;
  const unsigned char* id = SSL_SESSION_get_id(session, &id_size);
  v8::HandleScope handles(realm().isolate());
  tell("onsession", {realm().buffer({id, id + id_size}), realm().buffer(std::move(data))});
}

void TlsStream::on_key(const char* line) {
  if (!logs_keys_) return;
  v8::HandleScope handles(realm().isolate());
  std::vector<uint8_t> bytes(line, line + std::strlen(line));
  bytes.push_back('\n');
  tell("onkeylog", {realm().buffer(std::move(bytes))});
}

int TlsStream::on_ocsp() {
  v8::HandleScope handles(realm().isolate());
  if (!is_server_) {
    const unsigned char* response = nullptr;
    const long size = SSL_get_tlsext_status_ocsp_resp(ssl(), &response);
    v8::Local<v8::Value> value = v8::Null(realm().isolate());
    if (response != nullptr && size >= 0) value = realm().buffer({response, response + size});
    tell("onocspresponse", {value});
    return 1;
  }
  if (ocsp_response_.empty()) return SSL_TLSEXT_ERR_NOACK;
  auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(ocsp_response_.data(), ocsp_response_.size()));
  SSL_set_tlsext_status_ocsp_resp(ssl(), copy, static_cast<long>(ocsp_response_.size()));
  ocsp_response_.clear();
  return SSL_TLSEXT_ERR_OK;
}

void TlsStream::on_info(int where) {
  if ((where & SSL_CB_HANDSHAKE_START) != 0 && !(established_ && SSL_version(ssl()) >= TLS1_3_VERSION)) {
    handshake_began_ = true;
  }
  // In TLS 1.3 each ticket ends another "handshake".
  if ((where & SSL_CB_HANDSHAKE_DONE) != 0 && !(established_ && SSL_version(ssl()) >= TLS1_3_VERSION)) {
    handshake_ended_ = true;
  }
}

unsigned TlsStream::on_psk_server(const char* identity, unsigned char* key, unsigned max_size) {
  v8::HandleScope handles(realm().isolate());
  v8::Local<v8::Value> answer;
  if (!ask("onpskserver", {text_or_undefined(realm(), identity), to_js(realm(), max_size)}).ToLocal(&answer) ||
      !answer->IsArrayBufferView()) {
    return 0;
  }
  const std::span<uint8_t> bytes = bytes_of(answer);
  if (bytes.size() > max_size) return 0;
  std::memcpy(key, bytes.data(), bytes.size());
  return static_cast<unsigned>(bytes.size());
}

unsigned TlsStream::on_psk_client(const char* hint, char* identity, unsigned max_identity, unsigned char* key,
                                  unsigned max_size) {
  v8::HandleScope handles(realm().isolate());
  v8::Local<v8::Value> answer;
  v8::Local<v8::Value> null_or_hint = v8::Null(realm().isolate());
  if (hint != nullptr) null_or_hint = realm().string(hint);
  if (!ask("onpskclient", {null_or_hint, to_js(realm(), max_size), to_js(realm(), max_identity)}).ToLocal(&answer) ||
      !answer->IsArray()) {
    return 0;
  }
  v8::Local<v8::Value> name, secret;
  if (!answer.As<v8::Array>()->Get(realm().context(), 0).ToLocal(&name) ||
      !answer.As<v8::Array>()->Get(realm().context(), 1).ToLocal(&secret)) {
    return 0;
  }
  const v8::String::Utf8Value text(realm().isolate(), name);
  const std::span<uint8_t> bytes = bytes_of(secret);
  if (static_cast<size_t>(text.length()) > max_identity || bytes.size() > max_size) return 0;
  std::memcpy(identity, *text, static_cast<size_t>(text.length()) + 1);
  std::memcpy(key, bytes.data(), bytes.size());
  return static_cast<unsigned>(bytes.size());
}

}  // namespace gyre::tls
