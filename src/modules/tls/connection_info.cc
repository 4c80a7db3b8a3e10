// What a connection says of itself, and its settings: the rest of TlsStream's methods.
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "modules/tls/callbacks.h"
#include "modules/tls/connection_info.h"

namespace gyre::tls {
namespace {

using Bytes = std::vector<uint8_t>;

v8::Local<v8::Object> object_of(Realm& js) { return v8::Object::New(js.isolate()); }

struct VerifyCode {
  long code;
  const char* name;
};
#define GYRE_CODE(name) \
  { X509_V_ERR_##name, #name }
constexpr VerifyCode kVerifyCodes[] = {
    GYRE_CODE(UNABLE_TO_GET_ISSUER_CERT),
    GYRE_CODE(UNABLE_TO_GET_CRL),
    GYRE_CODE(UNABLE_TO_DECRYPT_CERT_SIGNATURE),
    GYRE_CODE(UNABLE_TO_DECRYPT_CRL_SIGNATURE),
    GYRE_CODE(UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY),
    GYRE_CODE(CERT_SIGNATURE_FAILURE),
    GYRE_CODE(CRL_SIGNATURE_FAILURE),
    GYRE_CODE(CERT_NOT_YET_VALID),
    GYRE_CODE(CERT_HAS_EXPIRED),
    GYRE_CODE(CRL_NOT_YET_VALID),
    GYRE_CODE(CRL_HAS_EXPIRED),
    GYRE_CODE(ERROR_IN_CERT_NOT_BEFORE_FIELD),
    GYRE_CODE(ERROR_IN_CERT_NOT_AFTER_FIELD),
    GYRE_CODE(ERROR_IN_CRL_LAST_UPDATE_FIELD),
    GYRE_CODE(ERROR_IN_CRL_NEXT_UPDATE_FIELD),
    GYRE_CODE(OUT_OF_MEM),
    GYRE_CODE(DEPTH_ZERO_SELF_SIGNED_CERT),
    GYRE_CODE(SELF_SIGNED_CERT_IN_CHAIN),
    GYRE_CODE(UNABLE_TO_GET_ISSUER_CERT_LOCALLY),
    GYRE_CODE(UNABLE_TO_VERIFY_LEAF_SIGNATURE),
    GYRE_CODE(CERT_CHAIN_TOO_LONG),
    GYRE_CODE(CERT_REVOKED),
    GYRE_CODE(INVALID_CA),
    GYRE_CODE(PATH_LENGTH_EXCEEDED),
    GYRE_CODE(INVALID_PURPOSE),
    GYRE_CODE(CERT_UNTRUSTED),
    GYRE_CODE(CERT_REJECTED),
    GYRE_CODE(HOSTNAME_MISMATCH),
};
#undef GYRE_CODE

const char* verify_code(long code) {
  for (const VerifyCode& each : kVerifyCodes) {
    if (each.code == code) return each.name;
  }
  return "UNSPECIFIED";
}

Bytes session_bytes(SSL_SESSION* session) {
  const int size = i2d_SSL_SESSION(session, nullptr);
  if (size <= 0) return {};
  Bytes data(static_cast<size_t>(size));
  unsigned char* at = data.data();
  i2d_SSL_SESSION(session, &at);
  return data;
}

// The certificates from the peer's own up to the last that is known, as DER.
std::optional<std::vector<Bytes>> peer_chain(TlsStream* stream, bool whole) {
  SSL* ssl = stream->ssl();
  crypto::X509Ptr leaf(SSL_get1_peer_certificate(ssl));
  if (!leaf) return std::nullopt;
  std::vector<Bytes> chain{*der_of(leaf.get())};
  if (!whole) return chain;
  X509_STORE_CTX* lookup = X509_STORE_CTX_new();
  X509_STORE_CTX_init(lookup, SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl)), nullptr, nullptr);
  STACK_OF(X509)* sent = SSL_get_peer_cert_chain(ssl);
  crypto::X509Ptr current = std::move(leaf);
  for (int depth = 0; depth < 32; depth++) {
    if (X509_check_issued(current.get(), current.get()) == X509_V_OK) break;
    crypto::X509Ptr issuer;
    for (int i = 0; i < sk_X509_num(sent) && !issuer; i++) {
      X509* candidate = sk_X509_value(sent, i);
      if (X509_check_issued(candidate, current.get()) != X509_V_OK) continue;
      X509_up_ref(candidate);
      issuer.reset(candidate);
    }
    if (!issuer) {
      X509* found = nullptr;
      if (X509_STORE_CTX_get1_issuer(&found, lookup, current.get()) <= 0) break;
      issuer.reset(found);
    }
    chain.push_back(*der_of(issuer.get()));
    current = std::move(issuer);
  }
  X509_STORE_CTX_free(lookup);
  ERR_clear_error();
  return chain;
}

std::optional<Bytes> own_certificate(TlsStream* stream) { return der_of(SSL_get_certificate(stream->ssl())); }

v8::Local<v8::Value> verify_error(Realm& js, TlsStream* stream) {
  SSL* ssl = stream->ssl();
  long code = SSL_get_verify_result(ssl);
  // Without a certificate OpenSSL has found nothing wrong; keys shared before and sessions of before need none.
  const crypto::X509Ptr peer(SSL_get1_peer_certificate(ssl));
  if (!peer) {
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
    const bool is_psk = cipher && (SSL_CIPHER_get_auth_nid(cipher) == NID_auth_psk ||
                                   (SSL_version(ssl) >= TLS1_3_VERSION && SSL_session_reused(ssl)));
    if (!is_psk) code = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT;
  }
  if (code == X509_V_OK) return v8::Null(js.isolate());
  const char* reason = X509_verify_cert_error_string(code);
  const auto error = v8::Exception::Error(js.string(reason)).As<v8::Object>();
  js.set(error, "code", js.string(verify_code(code)));
  return error;
}

v8::Local<v8::Value> cipher_info(Realm& js, TlsStream* stream) {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(stream->ssl());
  if (!cipher) return v8::Undefined(js.isolate());
  const auto out = object_of(js);
  js.set(out, "name", js.string(SSL_CIPHER_get_name(cipher)));
  const char* standard = SSL_CIPHER_standard_name(cipher);
  js.set(out, "standardName", js.string(standard ? standard : SSL_CIPHER_get_name(cipher)));
  js.set(out, "version", js.string(SSL_CIPHER_get_version(cipher)));
  return out;
}

v8::Local<v8::Value> ephemeral_key(Realm& js, TlsStream* stream) {
  const auto out = object_of(js);
  EVP_PKEY* raw = nullptr;
  if (SSL_get_peer_tmp_key(stream->ssl(), &raw) != 1) return out;
  const crypto::PkeyPtr key(raw);
  if (EVP_PKEY_is_a(raw, "DH")) {
    js.set(out, "type", js.string("DH"));
    js.set(out, "size", to_js(js, EVP_PKEY_get_bits(raw)));
    return out;
  }
  const int id = EVP_PKEY_get_id(raw);
  const bool is_curve = id == EVP_PKEY_EC || id == EVP_PKEY_X25519 || id == EVP_PKEY_X448;
  if (!is_curve) return out;
  js.set(out, "type", js.string("ECDH"));
  char group[80] = "";
  size_t size = 0;
  if (id == EVP_PKEY_EC) {
    EVP_PKEY_get_group_name(raw, group, sizeof group, &size);
  } else {
    snprintf(group, sizeof group, "%s", OBJ_nid2sn(id));
  }
  js.set(out, "name", js.string(group));
  js.set(out, "size", to_js(js, EVP_PKEY_get_bits(raw)));
  return out;
}

std::vector<std::string> shared_signature_algorithms(TlsStream* stream) {
  SSL* ssl = stream->ssl();
  std::vector<std::string> names;
  const int count = SSL_get_shared_sigalgs(ssl, 0, nullptr, nullptr, nullptr, nullptr, nullptr);
  for (int i = 0; i < count; i++) {
    int sign = 0;
    int hash = 0;
    unsigned char raw_sign = 0;
    unsigned char raw_hash = 0;
    SSL_get_shared_sigalgs(ssl, i, &sign, &hash, nullptr, &raw_sign, &raw_hash);
    std::string name;
    switch (sign) {
      case EVP_PKEY_RSA: name = "RSA+"; break;
      case EVP_PKEY_RSA_PSS: name = "RSA-PSS+"; break;
      case EVP_PKEY_DSA: name = "DSA+"; break;
      case EVP_PKEY_EC: name = "ECDSA+"; break;
      case NID_ED25519: name = "Ed25519+"; break;
      case NID_ED448: name = "Ed448+"; break;
      default: {
        const char* text = sign != NID_undef ? OBJ_nid2sn(sign) : nullptr;
        char number[16];
        snprintf(number, sizeof number, "0x%x+", raw_sign);
        name = text ? std::string(text) + "+" : number;
      }
    }
    if (const char* text = hash != NID_undef ? OBJ_nid2sn(hash) : nullptr) {
      name += text;
    } else {
      name += "UNDEF";
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::optional<Bytes> finished(TlsStream* stream) {
  Bytes out(EVP_MAX_MD_SIZE);
  const size_t size = SSL_get_finished(stream->ssl(), out.data(), out.size());
  if (size == 0) return std::nullopt;
  out.resize(size);
  return out;
}

std::optional<Bytes> peer_finished(TlsStream* stream) {
  Bytes out(EVP_MAX_MD_SIZE);
  const size_t size = SSL_get_peer_finished(stream->ssl(), out.data(), out.size());
  if (size == 0) return std::nullopt;
  out.resize(size);
  return out;
}

std::optional<Bytes> session_of(TlsStream* stream) {
  SSL_SESSION* session = SSL_get_session(stream->ssl());
  if (!session) return std::nullopt;
  return session_bytes(session);
}

std::optional<Bytes> ticket_of(TlsStream* stream) {
  SSL_SESSION* session = SSL_get_session(stream->ssl());
  if (!session) return std::nullopt;
  const unsigned char* ticket = nullptr;
  size_t size = 0;
  SSL_SESSION_get0_ticket(session, &ticket, &size);
  if (!ticket) return std::nullopt;
  return Bytes(ticket, ticket + size);
}

bool is_reused(TlsStream* stream) { return SSL_session_reused(stream->ssl()) == 1; }
std::string protocol_of(TlsStream* stream) { return SSL_get_version(stream->ssl()); }

std::optional<std::string> alpn_of(TlsStream* stream) {
  const unsigned char* data = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(stream->ssl(), &data, &size);
  if (size == 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(data), size);
}

std::optional<std::string> server_name_of(TlsStream* stream) {
  const char* name = SSL_get_servername(stream->ssl(), TLSEXT_NAMETYPE_host_name);
  return name ? std::optional<std::string>(name) : std::nullopt;
}

Outcome<Bytes> export_keying_material(TlsStream* stream, uint32_t size, std::string label,
                                      std::optional<Copied> context) {
  Bytes out(size);
  const int ok = SSL_export_keying_material(stream->ssl(), out.data(), size, label.data(), label.size(),
                                            context ? context->data() : nullptr, context ? context->size() : 0,
                                            context.has_value());
  if (ok != 1) return crypto::openssl_failure("SSL_export_keying_material");
  return out;
}

std::vector<std::string> cipher_names() {
  const SslCtxPtr context(SSL_CTX_new(TLS_method()));
  // Of TLS 1.3 all, the ones too that are off by default.
  SSL_CTX_set_ciphersuites(context.get(),
                           "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:"
                           "TLS_AES_128_CCM_8_SHA256:TLS_AES_128_CCM_SHA256");
  std::vector<std::string> names;
  STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(context.get());
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); i++) {
    names.emplace_back(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, i)));
  }
  ERR_clear_error();
  return names;
}

// Whether a text of PEM has certificates that can be read; says what the last of them fails for.
Outcome<bool> check_certificates(Copied pem) {
  const crypto::BioPtr bio = crypto::reading(pem);
  bool any = false;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    X509_free(certificate);
    any = true;
  }
  const unsigned long last = ERR_peek_last_error();
  ERR_clear_error();
  if (ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE) return any;
  ERR_raise(ERR_GET_LIB(last), ERR_GET_REASON(last));
  return crypto::openssl_failure("Failed to parse certificate");
}

v8::Local<v8::Value> extra(Realm& js, std::string file) {
  std::string error;
  const std::vector<std::string> list = extra_certificates(std::move(file), error);
  if (!error.empty()) return js.string(error);
  return to_js(js, list);
}

}  // namespace

void TlsStream::set_verify(bool request, bool reject) {
  int mode = SSL_VERIFY_NONE;
  if (is_server_ && request) {
    mode = SSL_VERIFY_PEER;
    if (reject) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  // Script judges: a bad certificate does not break the handshake off.
  SSL_set_verify(ssl(), mode, [](int, X509_STORE_CTX*) { return 1; });
}

bool TlsStream::set_server_name(std::string name) { return SSL_set_tlsext_host_name(ssl(), name.c_str()) == 1; }

void TlsStream::set_alpn(std::span<uint8_t> protocols) {
  alpn_.assign(protocols.begin(), protocols.end());
  if (!is_server_) SSL_set_alpn_protos(ssl(), alpn_.data(), static_cast<unsigned>(alpn_.size()));
}

void TlsStream::request_ocsp() { SSL_set_tlsext_status_type(ssl(), TLSEXT_STATUSTYPE_ocsp); }

void TlsStream::enable_psk() { set_psk_callbacks(ssl(), is_server_); }

void TlsStream::enable_trace() {
  BIO* bio = BIO_new_fp(stderr, BIO_NOCLOSE | BIO_FP_TEXT);
  SSL_set_msg_callback(ssl(),
                       [](int is_write, int version, int type, const void* data, size_t size, SSL* ssl, void* arg) {
                         // Tracing must not leave errors for the connection to find.
                         ERR_set_mark();
                         SSL_trace(is_write, version, type, data, size, ssl, arg);
                         ERR_pop_to_mark();
                       });
  // Lives as long as the process: connections end at any time.
  SSL_set_msg_callback_arg(ssl(), bio);
}

bool TlsStream::set_session(std::span<uint8_t> data) {
  const unsigned char* at = data.data();
  const SessionPtr session(d2i_SSL_SESSION(nullptr, &at, static_cast<long>(data.size())));
  ERR_clear_error();
  return session && SSL_set_session(ssl(), session.get()) == 1;
}

Outcome<Done> TlsStream::renegotiate() {
  if (SSL_renegotiate(ssl()) != 1) return crypto::openssl_failure("Failed to renegotiate");
  advance();
  return Done{};
}

void bind_connection_info(Binding& b) {
  b.function<&peer_chain>("peerChain");
  b.function<&own_certificate>("ownCertificate");
  b.function<&verify_error>("verifyError");
  b.function<&cipher_info>("cipherInfo");
  b.function<&ephemeral_key>("ephemeralKey");
  b.function<&shared_signature_algorithms>("sharedSignatureAlgorithms");
  b.function<&finished>("finished");
  b.function<&peer_finished>("peerFinished");
  b.function<&session_of>("sessionOf");
  b.function<&ticket_of>("ticketOf");
  b.function<&is_reused>("isReused");
  b.function<&protocol_of>("protocolOf");
  b.function<&alpn_of>("alpnOf");
  b.function<&server_name_of>("serverNameOf");
  crypto::function<&export_keying_material>(b, "exportKeyingMaterial");
  b.function<&cipher_names>("cipherNames");
  b.function<&bundled_certificates>("bundledCertificates");
  crypto::function<&check_certificates>(b, "checkCertificates");
  b.function<&extra>("extraCertificates");
}

}  // namespace gyre::tls
