// Message digests by the names that programs use.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "modules/crypto/failure.h"
#include "modules/crypto/openssl.h"

namespace gyre {
class Environment;
}

namespace gyre::crypto {

// A digest by any of its names (sha256, SHA-256, RSA-SHA256 ...); null if there is none.
DigestPtr fetch_digest(const std::string& name);

// The same, kept for the next time and numbered: fetching costs more than hashing a short text, and
// a number is found faster than a name.
class DigestCache {
 public:
  explicit DigestCache(Environment&) : context_(EVP_MD_CTX_new()) {}

  // The number of a digest; -1 if there is none of that name.
  int32_t number_of(const std::string& name);
  // Null for numbers that were not given out.
  const EVP_MD* at(int32_t number) const;
  // A context for computations that end before anything else is computed.
  EVP_MD_CTX* context() const { return context_.get(); }

 private:
  std::unordered_map<std::string, int32_t> numbers_;
  std::vector<DigestPtr> digests_;
  DigestCtxPtr context_;
};

// The failure of a digest that does not exist: ERR_CRYPTO_INVALID_DIGEST.
Failure invalid_digest(const std::string& name);

// How long the result is unless asked otherwise: also for SHAKE, which has no length of its own.
size_t default_length(const EVP_MD* digest);

// Ends the computation: `length` bytes.
Outcome<ByteVector> finish_digest(EVP_MD_CTX* context, size_t length);

// All at once.
Outcome<ByteVector> digest_of(EVP_MD_CTX* context, const EVP_MD* digest, ByteView data, std::optional<size_t> length);

}  // namespace gyre::crypto
