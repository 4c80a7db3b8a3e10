// SecureContext: what connections have in common - versions, ciphers, credentials and whom they trust.
#pragma once

#include <openssl/ssl.h>

#include <array>

#include "modules/crypto/call.h"
#include "modules/crypto/failure.h"
#include "modules/crypto/input.h"
#include "modules/tls/root_certificates.h"

namespace gyre::tls {

using SslCtxPtr = std::unique_ptr<SSL_CTX, crypto::FreeWith<SSL_CTX_free>>;
using crypto::Copied;
using crypto::Outcome;

class SecureContext final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"SecureContext", nullptr};
  SecureContext(Realm& realm, v8::Local<v8::Object> object);

  SSL_CTX* get() const { return context_.get(); }
  X509* certificate() const { return certificate_.get(); }
  X509* issuer() const { return issuer_.get(); }
  const std::string& psk_hint() const { return psk_hint_; }

  // 0: whatever OpenSSL can.
  Outcome<Done> set_versions(int32_t min, int32_t max);
  Outcome<Done> set_options(double options);
  Outcome<Done> set_key(Copied pem, std::optional<Copied> passphrase);
  Outcome<Done> set_certificate(Copied pem);
  Outcome<Done> set_pfx(Copied der, std::optional<Copied> passphrase);
  Outcome<Done> add_ca(Copied pem);
  Outcome<Done> trust(std::vector<std::string> pems);
  Outcome<Done> trust_defaults();
  Outcome<Done> add_crl(Copied pem);
  Outcome<Done> allow_partial_chains();
  // Ciphers of TLS up to 1.2, and of 1.3.
  Outcome<Done> set_ciphers(std::string list);
  Outcome<Done> set_suites(std::string list);
  Outcome<Done> set_signature_algorithms(std::string list);
  // RFC 8879: certificates are sent and taken compressed by these, the most wanted first.
  Outcome<Done> set_certificate_compression(std::vector<int32_t> algorithms);
  Outcome<Done> set_curve(std::string list);
  // DER or PEM parameters, 'auto' by nothing. Returns the size where it is too small to be safe.
  Outcome<std::optional<int32_t>> set_dh(std::optional<Copied> pem);
  Outcome<Done> set_session_id_context(std::string text);
  Outcome<Done> set_session_timeout(int32_t seconds);
  Outcome<Done> set_psk_hint(std::string hint);
  Outcome<std::vector<uint8_t>> ticket_keys();
  Outcome<Done> set_ticket_keys(Copied keys);
  Outcome<std::optional<std::vector<uint8_t>>> own_certificate();
  Outcome<std::optional<std::vector<uint8_t>>> own_issuer();
  Outcome<int32_t> min_version() { return static_cast<int32_t>(SSL_CTX_get_min_proto_version(get())); }
  Outcome<int32_t> max_version() { return static_cast<int32_t>(SSL_CTX_get_max_proto_version(get())); }

 private:
  friend int ticket_key(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                        int encrypt);
  Outcome<Done> use_chain(crypto::X509Ptr leaf, std::vector<crypto::X509Ptr> rest);
  X509_STORE* own_store();

  SslCtxPtr context_;
  bool owns_store_ = false;
  crypto::X509Ptr certificate_;
  crypto::X509Ptr issuer_;
  std::string psk_hint_;
  std::array<uint8_t, 48> ticket_keys_;
};

// The DER of a certificate; nothing for none.
std::optional<std::vector<uint8_t>> der_of(X509* certificate);

}  // namespace gyre::tls
