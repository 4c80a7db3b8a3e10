// Message digests by the names that programs use.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "modules/crypto/failure.h"
#include "modules/crypto/openssl.h"

namespace gyre {
class Environment;
}

namespace gyre::crypto {

// A digest by any of its names (sha256, SHA-256, RSA-SHA256 ...); null if there is none.
DigestPtr fetch_digest(const std::string& name);

// The same, kept for the next time: fetching costs more than hashing a short text.
class DigestCache {
 public:
  explicit DigestCache(Environment&) {}
  const EVP_MD* find(const std::string& name);

 private:
  std::unordered_map<std::string, DigestPtr> digests_;
};

// The failure of a digest that does not exist: ERR_CRYPTO_INVALID_DIGEST.
Failure invalid_digest(const std::string& name);

// How long the result is unless asked otherwise: also for SHAKE, which has no length of its own.
size_t default_length(const EVP_MD* digest);

// Ends the computation: `length` bytes.
Outcome<ByteVector> finish_digest(EVP_MD_CTX* context, size_t length);

// All at once.
Outcome<ByteVector> digest_of(const EVP_MD* digest, ByteView data, std::optional<size_t> length);

}  // namespace gyre::crypto
