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
    // OpenSSL knows it (MD4), but no provider that is loaded has it. Its own refusal, when a context is
    // made, says so; what it is not told to free, it does not.
    ERR_clear_error();
    return DigestPtr(const_cast<EVP_MD*>(known));
  }
  DigestPtr digest(EVP_MD_fetch(nullptr, name.c_str(), nullptr));
  if (!digest) ERR_clear_error();
  return digest;
}

int32_t DigestCache::number_of(const std::string& name) {
  const auto known = numbers_.find(name);
  if (known != numbers_.end()) return known->second;
  DigestPtr digest = fetch_digest(name);
  if (!digest) return -1;
  digests_.push_back(std::move(digest));
  const auto number = static_cast<int32_t>(digests_.size() - 1);
  numbers_.emplace(name, number);
  return number;
}

const EVP_MD* DigestCache::at(int32_t number) const {
  const auto index = static_cast<size_t>(number);
  return number >= 0 && index < digests_.size() ? digests_[index].get() : nullptr;
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

Outcome<ByteVector> digest_of(EVP_MD_CTX* context, const EVP_MD* digest, ByteView data, std::optional<size_t> length) {
  if (EVP_DigestInit_ex2(context, digest, nullptr) != 1 || EVP_DigestUpdate(context, data.data(), data.size()) != 1) {
    return openssl_failure("Digest failed");
  }
  return finish_digest(context, length.value_or(default_length(digest)));
}

}  // namespace gyre::crypto
