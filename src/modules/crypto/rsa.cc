// Encrypting with RSA keys, and the older way round: with the private key.
#include "modules/crypto/openssl.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/digest.h"
#include "modules/crypto/input.h"
#include "modules/crypto/keys.h"

namespace gyre::crypto {
namespace {

template <auto kInit, auto kTransform>
Outcome<ByteVector> transform(KeyRef key, Copied data, int32_t padding, std::optional<std::string> oaep_hash,
                              std::optional<Copied> oaep_label) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key->pkey(), nullptr));
  if (!context || kInit(context.get()) <= 0 || EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) <= 0) {
    return openssl_failure("RSA operation failed");
  }
  DigestPtr digest;
  if (oaep_hash) {
    digest = fetch_digest(*oaep_hash);
    if (!digest) {
      return coded(ErrorType::Error, "ERR_OSSL_EVP_INVALID_DIGEST", "Invalid digest used");
    }
    if (padding == RSA_PKCS1_OAEP_PADDING && EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), digest.get()) <= 0) {
      return openssl_failure("RSA operation failed");
    }
  }
  if (padding == RSA_PKCS1_OAEP_PADDING && oaep_label && oaep_label->size() > 0) {
    // The context takes the copy over.
    void* label = OPENSSL_memdup(oaep_label->data(), oaep_label->size());
    if (EVP_PKEY_CTX_set0_rsa_oaep_label(context.get(), label, static_cast<int>(oaep_label->size())) <= 0) {
      OPENSSL_free(label);
      return openssl_failure("RSA operation failed");
    }
  }
  size_t size = 0;
  if (kTransform(context.get(), nullptr, &size, data.data(), data.size()) <= 0) {
    return openssl_failure("RSA operation failed");
  }
  ByteVector result(size);
  if (kTransform(context.get(), result.data(), &size, data.data(), data.size()) <= 0) {
    return openssl_failure("RSA operation failed");
  }
  result.resize(size);
  return result;
}

constexpr char kCipherJob[] = "CIPHERREQUEST";

}  // namespace

void bind_rsa(Binding& b) {
  job<&transform<&EVP_PKEY_encrypt_init, &EVP_PKEY_encrypt>, kCipherJob>(b, "publicEncrypt");
  job<&transform<&EVP_PKEY_decrypt_init, &EVP_PKEY_decrypt>, kCipherJob>(b, "privateDecrypt");
  job<&transform<&EVP_PKEY_sign_init, &EVP_PKEY_sign>, kCipherJob>(b, "privateEncrypt");
  job<&transform<&EVP_PKEY_verify_recover_init, &EVP_PKEY_verify_recover>, kCipherJob>(b, "publicDecrypt");
}

}  // namespace gyre::crypto
