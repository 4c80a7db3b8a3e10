#include "modules/crypto/digest.h"

#include <openssl/err.h>

#include <cstring>

namespace gyre::crypto {

DigestPtr fetch_digest(const std::string& name) {
  // The names of signature algorithms (RSA-SHA256) are known to the older table only.
  if (const EVP_MD* known = EVP_get_digestbyname(name.c_str())) {
    if (EVP_MD* fetched = EVP_MD_fetch(nullptr, EVP_MD_get0_name(known), nullptr)) {
      return DigestPtr(fetched);
    }
  }
  DigestPtr digest(EVP_MD_fetch(nullptr, name.c_str(), nullptr));
  if (!digest) ERR_clear_error();
  return digest;
}

const EVP_MD* DigestCache::find(const std::string& name) {
  const auto at = digests_.find(name);
  if (at != digests_.end()) return at->second.get();
  DigestPtr digest = fetch_digest(name);
  if (!digest) return nullptr;
  return digests_.emplace(name, std::move(digest)).first->second.get();
}

Failure invalid_digest(const std::string& name) {
  return coded(ErrorType::TypeError, "ERR_CRYPTO_INVALID_DIGEST", "Invalid digest: " + name);
}

size_t default_length(const EVP_MD* digest) {
  if (EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF) {
    // Half of the security that a sponge of this capacity gives.
    return EVP_MD_is_a(digest, "SHAKE128") ? 16 : 32;
  }
  return EVP_MD_get_size(digest);
}

Outcome<ByteVector> finish_digest(EVP_MD_CTX* context, size_t length) {
  ByteVector result(length);
  if (length == 0) return result;
  const EVP_MD* digest = EVP_MD_CTX_get0_md(context);
  bool ok;
  if (EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF) {
    ok = EVP_DigestFinalXOF(context, result.data(), length) == 1;
  } else {
    uint8_t whole[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    ok = EVP_DigestFinal_ex(context, whole, &size) == 1 && size == length;
    if (ok) std::memcpy(result.data(), whole, length);
  }
  if (!ok) return openssl_failure("Digest failed");
  return result;
}

Outcome<ByteVector> digest_of(const EVP_MD* digest, ByteView data, std::optional<size_t> length) {
  DigestCtxPtr context(EVP_MD_CTX_new());
  if (EVP_DigestInit_ex2(context.get(), digest, nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), data.data(), data.size()) != 1) {
    return openssl_failure("Digest failed");
  }
  return finish_digest(context.get(), length.value_or(default_length(digest)));
}

}  // namespace gyre::crypto
