// Key encapsulation: a shared secret and what carries it to the owner of a key.
#include "modules/crypto/openssl.h"

#include <openssl/err.h>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/input.h"
#include "modules/crypto/keys.h"

namespace gyre::crypto {
namespace {

// How keys that were made for other purposes encapsulate.
const char* operation_of(const EVP_PKEY* pkey) {
  if (EVP_PKEY_is_a(pkey, "RSA")) return OSSL_KEM_PARAM_OPERATION_RSASVE;
  if (EVP_PKEY_is_a(pkey, "EC") || EVP_PKEY_is_a(pkey, "X25519") || EVP_PKEY_is_a(pkey, "X448")) {
    return OSSL_KEM_PARAM_OPERATION_DHKEM;
  }
  return nullptr;
}

template <typename Init>
PkeyCtxPtr start(EVP_PKEY* pkey, Init init) {
  PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr));
  if (!context || init(context.get(), nullptr) <= 0) return nullptr;
  const char* operation = operation_of(pkey);
  if (operation && EVP_PKEY_CTX_set_kem_op(context.get(), operation) <= 0) return nullptr;
  return context;
}

Failure failed(const char* operation) {
  ERR_clear_error();
  return coded(ErrorType::Error, "ERR_CRYPTO_OPERATION_FAILED", std::string("Failed to perform ") + operation);
}

// [shared key, ciphertext]
Outcome<std::vector<ByteVector>> encapsulate(KeyRef key) {
  const PkeyCtxPtr context = start(key->pkey(), EVP_PKEY_encapsulate_init);
  size_t cipher_size = 0;
  size_t secret_size = 0;
  if (!context || EVP_PKEY_encapsulate(context.get(), nullptr, &cipher_size, nullptr, &secret_size) <= 0) {
    return failed("encapsulation");
  }
  ByteVector cipher(cipher_size);
  ByteVector secret(secret_size);
  if (EVP_PKEY_encapsulate(context.get(), cipher.data(), &cipher_size, secret.data(), &secret_size) <= 0) {
    return failed("encapsulation");
  }
  return std::vector<ByteVector>{secret, cipher};
}

Outcome<ByteVector> decapsulate(KeyRef key, Copied ciphertext) {
  const PkeyCtxPtr context = start(key->pkey(), EVP_PKEY_decapsulate_init);
  size_t size = 0;
  if (!context || EVP_PKEY_decapsulate(context.get(), nullptr, &size, ciphertext.data(), ciphertext.size()) <= 0) {
    return failed("decapsulation");
  }
  ByteVector secret(size);
  if (EVP_PKEY_decapsulate(context.get(), secret.data(), &size, ciphertext.data(), ciphertext.size()) <= 0) {
    return failed("decapsulation");
  }
  secret.resize(size);
  return secret;
}

constexpr char kKemJob[] = "DERIVEBITSREQUEST";

}  // namespace

void bind_kem(Binding& b) {
  job<&encapsulate, kKemJob>(b, "encapsulate");
  job<&decapsulate, kKemJob>(b, "decapsulate");
}

}  // namespace gyre::crypto
