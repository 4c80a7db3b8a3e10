// Keys from passwords and from other keys.
#include <openssl/kdf.h>
#include <openssl/thread.h>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/digest.h"
#include "modules/crypto/input.h"
#include "modules/crypto/keys.h"

namespace gyre::crypto {
namespace {

const uint8_t kNothing = 0;

OSSL_PARAM octets(const char* name, ByteView bytes) {
  // A null pointer would stand for "not given".
  auto* data = const_cast<uint8_t*>(bytes.empty() ? &kNothing : bytes.data());
  return OSSL_PARAM_construct_octet_string(name, data, bytes.size());
}

Outcome<ByteVector> derive(const char* algorithm, const OSSL_PARAM* params, size_t length, std::string_view otherwise) {
  const KdfPtr kdf(EVP_KDF_fetch(nullptr, algorithm, nullptr));
  const KdfCtxPtr context(EVP_KDF_CTX_new(kdf.get()));
  ByteVector key(length);
  if (!context || EVP_KDF_derive(context.get(), key.data(), length, params) != 1) {
    return openssl_failure(otherwise);
  }
  return key;
}

Outcome<ByteVector> pbkdf2(Copied password, Copied salt, uint32_t iterations, double length, std::string digest_name) {
  const DigestPtr digest = fetch_digest(digest_name);
  if (!digest) return invalid_digest(digest_name);
  ByteVector key(static_cast<size_t>(length));
  if (key.empty()) return key;
  const auto* secret = reinterpret_cast<const char*>(password.size() ? password.data() : &kNothing);
  if (PKCS5_PBKDF2_HMAC(secret, static_cast<int>(password.size()), salt.data(), static_cast<int>(salt.size()),
                        static_cast<int>(iterations), digest.get(), static_cast<int>(key.size()), key.data()) != 1) {
    return openssl_failure("PBKDF2 failed");
  }
  return key;
}

// Whether a digest exists, before a job is made of it.
Outcome<bool> is_digest(std::string name) { return fetch_digest(name) != nullptr; }

Failure invalid_scrypt() {
  Failure failure = openssl_failure("");
  std::string message = "Invalid scrypt params";
  if (!failure.message.empty()) message += ": " + failure.message;
  return coded(ErrorType::RangeError, "ERR_CRYPTO_INVALID_SCRYPT_PARAMS", message);
}

// Throws for parameters that scrypt refuses; called before a job is made.
Outcome<Done> check_scrypt(double n, double r, double p, double maxmem) {
  if (EVP_PBE_scrypt(nullptr, 0, nullptr, 0, static_cast<uint64_t>(n), static_cast<uint64_t>(r),
                     static_cast<uint64_t>(p), static_cast<uint64_t>(maxmem), nullptr, 0) != 1) {
    return invalid_scrypt();
  }
  return Done{};
}

Outcome<ByteVector> scrypt(Copied password, Copied salt, double n, double r, double p, double maxmem, double length) {
  ByteVector key(static_cast<size_t>(length));
  if (key.empty()) return key;
  const auto* secret = reinterpret_cast<const char*>(password.size() ? password.data() : &kNothing);
  const auto* spice = salt.size() ? salt.data() : &kNothing;
  if (EVP_PBE_scrypt(secret, password.size(), spice, salt.size(), static_cast<uint64_t>(n), static_cast<uint64_t>(r),
                     static_cast<uint64_t>(p), static_cast<uint64_t>(maxmem), key.data(), key.size()) != 1) {
    return invalid_scrypt();
  }
  return key;
}

// https://www.rfc-editor.org/rfc/rfc5869
Outcome<ByteVector> hkdf(std::string digest_name, KeyRef key, Copied salt, Copied info, double length) {
  const DigestPtr digest = fetch_digest(digest_name);
  if (!digest) return invalid_digest(digest_name);
  const size_t size = static_cast<size_t>(length);
  if (size > 255 * static_cast<size_t>(EVP_MD_get_size(digest.get()))) {
    return coded(ErrorType::RangeError, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
  }
  if (size == 0) return ByteVector();
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, const_cast<char*>(EVP_MD_get0_name(digest.get())), 0),
      octets(OSSL_KDF_PARAM_KEY, key->secret()),
      octets(OSSL_KDF_PARAM_SALT, salt),
      octets(OSSL_KDF_PARAM_INFO, info),
      OSSL_PARAM_construct_end(),
  };
  return derive("HKDF", params, size, "HKDF failed");
}

// argon2(algorithm, message, nonce, lanes, length, memory, passes, secret, associated)
Outcome<ByteVector> argon2(std::string algorithm, Copied message, Copied nonce, uint32_t lanes, double length,
                           uint32_t memory, uint32_t passes, Copied secret, Copied associated) {
  // One thread: the pool already runs jobs beside each other.
  uint32_t threads = 1;
  std::vector<OSSL_PARAM> params = {
      octets(OSSL_KDF_PARAM_PASSWORD, message),
      octets(OSSL_KDF_PARAM_SALT, nonce),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_LANES, &lanes),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_THREADS, &threads),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_MEMCOST, &memory),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &passes),
  };
  if (secret.size() > 0) params.push_back(octets(OSSL_KDF_PARAM_SECRET, secret));
  if (associated.size() > 0) params.push_back(octets(OSSL_KDF_PARAM_ARGON2_AD, associated));
  params.push_back(OSSL_PARAM_construct_end());
  return derive(algorithm.c_str(), params.data(), static_cast<size_t>(length), "Argon2 failed");
}

constexpr char kPbkdf2Job[] = "PBKDF2REQUEST";
constexpr char kScryptJob[] = "SCRYPTREQUEST";
constexpr char kDeriveJob[] = "DERIVEBITSREQUEST";

}  // namespace

void bind_kdf(Binding& b) {
  job<&pbkdf2, kPbkdf2Job>(b, "pbkdf2");
  job<&scrypt, kScryptJob>(b, "scrypt");
  job<&hkdf, kDeriveJob>(b, "hkdf");
  job<&argon2, kDeriveJob>(b, "argon2");
  function<&check_scrypt>(b, "checkScrypt");
  function<&is_digest>(b, "isDigest");
}

}  // namespace gyre::crypto
