#include "modules/tls/secure_context.h"

#include <openssl/dh.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstring>

#include "modules/tls/callbacks.h"
#include "runtime/environment.h"

namespace gyre::tls {

using crypto::coded;
using crypto::openssl_failure;
using crypto::X509Ptr;

namespace {

// The authorities trusted by default, parsed once a thread.
struct DefaultTrust {
  explicit DefaultTrust(Environment&) {}
  X509StorePtr store;
};

int passphrase_of(char* buffer, int size, int, void* data) {
  const auto* passphrase = static_cast<const std::optional<Copied>*>(data);
  if (!passphrase->has_value()) return 0;
  const auto length = static_cast<int>((*passphrase)->size());
  if (length > size) return -1;
  std::memcpy(buffer, (*passphrase)->data(), static_cast<size_t>(length));
  return length;
}

void add_all(X509_STORE* store, const std::vector<std::string>& pems) {
  for (const std::string& pem : pems) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(pem.data());
    for (const X509Ptr& certificate : read_certificates({bytes, pem.size()})) {
      X509_STORE_add_cert(store, certificate.get());
    }
  }
  ERR_clear_error();
}

}  // namespace

// Tickets are protected by keys that servers can share: 16 bytes each of name, HMAC key and AES key.
int ticket_key(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
               int encrypt) {
  auto* context = static_cast<SecureContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  uint8_t* keys = context->ticket_keys_.data();
  if (encrypt) {
    std::memcpy(name, keys, 16);
    if (RAND_bytes(iv, 16) != 1) return -1;
  } else if (std::memcmp(name, keys, 16) != 0) {
    return 0;
  }
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, keys + 16, 16),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  if (EVP_MAC_CTX_set_params(mac, params) != 1) return -1;
  if (EVP_CipherInit_ex(cipher, EVP_aes_128_cbc(), nullptr, keys + 32, iv, encrypt) != 1) return -1;
  return 1;
}

std::optional<std::vector<uint8_t>> der_of(X509* certificate) {
  if (certificate == nullptr) return std::nullopt;
  uint8_t* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size <= 0) return std::nullopt;
  std::vector<uint8_t> bytes(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

SecureContext::SecureContext(Realm& realm, v8::Local<v8::Object> object)
    : Wrapped(realm, object, kTag), context_(SSL_CTX_new(TLS_method())) {
  CHECK(context_);
  SSL_CTX* context = get();
  SSL_CTX_set_app_data(context, this);
  // SSL 2 and 3 are broken; what falls behind a broken compression is too.
  SSL_CTX_set_options(context,
                      SSL_OP_NO_SSLv2 | SSL_OP_NO_SSLv3 | SSL_OP_NO_COMPRESSION | SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
  // Compressed certificates are for those who ask for them: set_certificate_compression().
  SSL_CTX_set_options(context, SSL_OP_NO_TX_CERTIFICATE_COMPRESSION | SSL_OP_NO_RX_CERTIFICATE_COMPRESSION);
  SSL_CTX_clear_mode(context, SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  // Sessions are kept by the program, not by OpenSSL.
  SSL_CTX_set_session_cache_mode(context,
                                 SSL_SESS_CACHE_BOTH | SSL_SESS_CACHE_NO_INTERNAL | SSL_SESS_CACHE_NO_AUTO_CLEAR);
  CHECK(RAND_bytes(ticket_keys_.data(), static_cast<int>(ticket_keys_.size())) == 1);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, ticket_key);
  set_callbacks(context);
}

Outcome<Done> SecureContext::set_versions(int32_t min, int32_t max) {
  SSL_CTX_set_min_proto_version(get(), min);
  SSL_CTX_set_max_proto_version(get(), max);
  return Done{};
}

Outcome<Done> SecureContext::set_options(double options) {
  SSL_CTX_set_options(get(), static_cast<uint64_t>(options));
  return Done{};
}

Outcome<Done> SecureContext::set_key(Copied pem, std::optional<Copied> passphrase) {
  const crypto::BioPtr bio = crypto::reading(pem);
  const crypto::PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, passphrase_of, &passphrase));
  if (!key) return openssl_failure("PEM_read_bio_PrivateKey");
  if (SSL_CTX_use_PrivateKey(get(), key.get()) != 1) return openssl_failure("SSL_CTX_use_PrivateKey");
  return Done{};
}

Outcome<Done> SecureContext::use_chain(X509Ptr leaf, std::vector<X509Ptr> rest) {
  if (SSL_CTX_use_certificate(get(), leaf.get()) != 1) return openssl_failure("SSL_CTX_use_certificate");
  SSL_CTX_clear_extra_chain_certs(get());
  issuer_.reset();
  for (X509Ptr& each : rest) {
    if (SSL_CTX_add1_chain_cert(get(), each.get()) != 1) return openssl_failure("SSL_CTX_add1_chain_cert");
    if (!issuer_ && X509_check_issued(each.get(), leaf.get()) == X509_V_OK) issuer_ = std::move(each);
  }
  if (!issuer_) {
    // OCSP asks for the issuer even where the peer is not shown it.
    X509_STORE_CTX* lookup = X509_STORE_CTX_new();
    X509* found = nullptr;
    if (X509_STORE_CTX_init(lookup, SSL_CTX_get_cert_store(get()), nullptr, nullptr) == 1) {
      X509_STORE_CTX_get1_issuer(&found, lookup, leaf.get());
    }
    issuer_.reset(found);
    X509_STORE_CTX_free(lookup);
  }
  certificate_ = std::move(leaf);
  return Done{};
}

Outcome<Done> SecureContext::set_certificate(Copied pem) {
  const crypto::BioPtr bio = crypto::reading(pem);
  X509Ptr leaf(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr));
  if (!leaf) return openssl_failure("SSL_CTX_use_certificate_chain");
  std::vector<X509Ptr> rest;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) rest.emplace_back(next);
  const unsigned long last = ERR_peek_last_error();
  if (last != 0 && !(ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE)) {
    return openssl_failure("SSL_CTX_use_certificate_chain");
  }
  ERR_clear_error();
  return use_chain(std::move(leaf), std::move(rest));
}

// Node tells of these failures by the reason alone.
static crypto::Failure pfx_failure() {
  crypto::Failure failure = openssl_failure("Unable to load PFX certificate");
  if (failure.reason == "unsupported") {
    return coded(ErrorType::Error, "ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported PKCS12 PFX data");
  }
  if (!failure.reason.empty()) failure.message = failure.reason;
  failure.stack.clear();
  return failure;
}

Outcome<Done> SecureContext::set_pfx(Copied der, std::optional<Copied> passphrase) {
  const crypto::BioPtr bio = crypto::reading(der);
  const std::unique_ptr<PKCS12, crypto::FreeWith<PKCS12_free>> pfx(d2i_PKCS12_bio(bio.get(), nullptr));
  if (!pfx) return pfx_failure();
  std::string phrase;
  if (passphrase) phrase.assign(passphrase->bytes.begin(), passphrase->bytes.end());
  EVP_PKEY* key = nullptr;
  X509* leaf = nullptr;
  STACK_OF(X509)* extra = nullptr;
  if (PKCS12_parse(pfx.get(), phrase.c_str(), &key, &leaf, &extra) != 1) return pfx_failure();
  const crypto::PkeyPtr own_key(key);
  X509Ptr own_leaf(leaf);
  std::vector<X509Ptr> rest;
  while (sk_X509_num(extra) > 0) rest.emplace_back(sk_X509_shift(extra));
  sk_X509_free(extra);
  if (!own_key) return coded(ErrorType::Error, "", "Unable to load private key from PFX data");
  if (!own_leaf) return coded(ErrorType::Error, "", "Unable to load certificate from PFX");
  for (const X509Ptr& each : rest) {
    X509_STORE_add_cert(own_store(), each.get());
    SSL_CTX_add_client_CA(get(), each.get());
  }
  GYRE_CRYPTO_TRY(use_chain(std::move(own_leaf), std::move(rest)));
  if (SSL_CTX_use_PrivateKey(get(), own_key.get()) != 1) return openssl_failure("SSL_CTX_use_PrivateKey");
  return Done{};
}

// The context's own store: the one of the defaults is shared.
X509_STORE* SecureContext::own_store() {
  if (!owns_store_) {
    owns_store_ = true;
    X509_STORE* fresh = X509_STORE_new();
    STACK_OF(X509)* trusted = X509_STORE_get1_all_certs(SSL_CTX_get_cert_store(get()));
    for (int i = 0; i < sk_X509_num(trusted); i++) X509_STORE_add_cert(fresh, sk_X509_value(trusted, i));
    OSSL_STACK_OF_X509_free(trusted);
    SSL_CTX_set_cert_store(get(), fresh);
  }
  return SSL_CTX_get_cert_store(get());
}

Outcome<Done> SecureContext::add_ca(Copied pem) {
  for (const X509Ptr& certificate : read_certificates(pem)) {
    X509_STORE_add_cert(own_store(), certificate.get());
    SSL_CTX_add_client_CA(get(), certificate.get());
  }
  ERR_clear_error();
  return Done{};
}

// What contexts trust from now on that name no authorities of their own.
Outcome<Done> SecureContext::trust(std::vector<std::string> pems) {
  auto& state = static_cast<Environment&>(realm()).module_state<DefaultTrust>();
  state.store.reset(X509_STORE_new());
  add_all(state.store.get(), pems);
  return trust_defaults();
}

Outcome<Done> SecureContext::trust_defaults() {
  auto& state = static_cast<Environment&>(realm()).module_state<DefaultTrust>();
  CHECK(state.store);
  SSL_CTX_set1_cert_store(get(), state.store.get());
  owns_store_ = false;
  return Done{};
}

Outcome<Done> SecureContext::add_crl(Copied pem) {
  const crypto::BioPtr bio = crypto::reading(pem);
  const std::unique_ptr<X509_CRL, crypto::FreeWith<X509_CRL_free>> crl(
      PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
  if (!crl) return coded(ErrorType::Error, "ERR_CRYPTO_OPERATION_FAILED", "Failed to parse CRL");
  X509_STORE* store = own_store();
  X509_STORE_add_crl(store, crl.get());
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  return Done{};
}

Outcome<Done> SecureContext::allow_partial_chains() {
  X509_STORE_set_flags(own_store(), X509_V_FLAG_PARTIAL_CHAIN);
  return Done{};
}

Outcome<Done> SecureContext::set_ciphers(std::string list) {
  if (SSL_CTX_set_cipher_list(get(), list.c_str()) == 1) return Done{};
  // An empty list is one for those who speak TLS 1.3 alone.
  const unsigned long error = ERR_peek_last_error();
  if (list.empty() && ERR_GET_REASON(error) == SSL_R_NO_CIPHER_MATCH) {
    ERR_clear_error();
    return Done{};
  }
  return openssl_failure("Failed to set ciphers");
}

Outcome<Done> SecureContext::set_suites(std::string list) {
  if (SSL_CTX_set_ciphersuites(get(), list.c_str()) != 1) return openssl_failure("Failed to set ciphers");
  return Done{};
}

Outcome<Done> SecureContext::set_signature_algorithms(std::string list) {
  if (SSL_CTX_set1_sigalgs_list(get(), list.c_str()) != 1) return openssl_failure("Failed to set sigalgs");
  return Done{};
}

Outcome<Done> SecureContext::set_certificate_compression(std::vector<int32_t> algorithms) {
  if (SSL_CTX_set1_cert_comp_preference(get(), algorithms.data(), algorithms.size()) != 1) {
    ERR_clear_error();
    return coded(ErrorType::Error, "ERR_CRYPTO_OPERATION_FAILED", "Failed to set certificate compression preference");
  }
  SSL_CTX_clear_options(get(), SSL_OP_NO_TX_CERTIFICATE_COMPRESSION | SSL_OP_NO_RX_CERTIFICATE_COMPRESSION);
  // A context without a certificate has nothing to compress.
  SSL_CTX_compress_certs(get(), 0);
  ERR_clear_error();
  return Done{};
}

Outcome<Done> SecureContext::set_curve(std::string list) {
  if (list == "auto") return Done{};
  if (SSL_CTX_set1_curves_list(get(), list.c_str()) != 1) {
    return coded(ErrorType::Error, "ERR_CRYPTO_OPERATION_FAILED", "Failed to set ECDH curve");
  }
  return Done{};
}

Outcome<std::optional<int32_t>> SecureContext::set_dh(std::optional<Copied> pem) {
  if (!pem) {
    SSL_CTX_set_dh_auto(get(), 1);
    return std::optional<int32_t>();
  }
  const crypto::BioPtr bio = crypto::reading(*pem);
  crypto::PkeyPtr params(PEM_read_bio_Parameters(bio.get(), nullptr));
  if (!params || !EVP_PKEY_is_a(params.get(), "DH")) return std::optional<int32_t>();
  const int bits = EVP_PKEY_get_bits(params.get());
  if (bits < 1024) {
    return coded(ErrorType::Error, "ERR_INVALID_ARG_VALUE", "DH parameter is less than 1024 bits");
  }
  if (SSL_CTX_set0_tmp_dh_pkey(get(), params.get()) != 1) return openssl_failure("Error setting temp DH parameter");
  params.release();
  return bits < 2048 ? std::optional<int32_t>(bits) : std::nullopt;
}

Outcome<Done> SecureContext::set_session_id_context(std::string text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (SSL_CTX_set_session_id_context(get(), bytes, static_cast<unsigned>(text.size())) == 1) return Done{};
  return openssl_failure("SSL_CTX_set_session_id_context error");
}

Outcome<Done> SecureContext::set_session_timeout(int32_t seconds) {
  SSL_CTX_set_timeout(get(), seconds);
  return Done{};
}

Outcome<Done> SecureContext::set_psk_hint(std::string hint) {
  if (SSL_CTX_use_psk_identity_hint(get(), hint.c_str()) != 1) {
    return coded(ErrorType::Error, "ERR_TLS_PSK_SET_IDENTITY_HINT_FAILED", "Failed to set PSK identity hint");
  }
  psk_hint_ = std::move(hint);
  return Done{};
}

Outcome<std::vector<uint8_t>> SecureContext::ticket_keys() {
  return std::vector<uint8_t>(ticket_keys_.begin(), ticket_keys_.end());
}

Outcome<Done> SecureContext::set_ticket_keys(Copied keys) {
  CHECK(keys.size() == ticket_keys_.size());
  std::memcpy(ticket_keys_.data(), keys.data(), keys.size());
  return Done{};
}

Outcome<std::optional<std::vector<uint8_t>>> SecureContext::own_certificate() { return der_of(certificate()); }
Outcome<std::optional<std::vector<uint8_t>>> SecureContext::own_issuer() { return der_of(issuer()); }

}  // namespace gyre::tls
