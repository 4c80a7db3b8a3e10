// Generating key pairs, each as a job of the thread pool.
#include "modules/crypto/openssl.h"

#include <openssl/dh.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/digest.h"
#include "modules/crypto/input.h"
#include "modules/crypto/keys.h"

namespace gyre::crypto {
namespace {

constexpr const char* kFailed = "Key generation job failed";

Outcome<KeyPair> generate(EVP_PKEY_CTX* context) {
  EVP_PKEY* pkey = nullptr;
  if (context == nullptr || EVP_PKEY_keygen(context, &pkey) != 1) return openssl_failure(kFailed);
  return make_pair(PkeyPtr(pkey));
}

PkeyCtxPtr context_for(const char* algorithm) {
  PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1) return nullptr;
  return context;
}

// A key of parameters that were generated or built before.
Outcome<KeyPair> generate_from(EVP_PKEY* parameters) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, parameters, nullptr));
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1) return openssl_failure(kFailed);
  return generate(context.get());
}

bool set_exponent(EVP_PKEY_CTX* context, double exponent) {
  const BignumPtr number(BN_new());
  BN_set_word(number.get(), static_cast<BN_ULONG>(exponent));
  return EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, number.get()) == 1;
}

Outcome<KeyPair> generate_rsa(int32_t bits, double exponent) {
  const PkeyCtxPtr context = context_for("RSA");
  if (!context || EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), bits) != 1 ||
      !set_exponent(context.get(), exponent)) {
    return openssl_failure(kFailed);
  }
  return generate(context.get());
}

// generateRsaPss(bits, exponent, digest?, mgf1 digest?, salt length?)
Outcome<KeyPair> generate_rsa_pss(int32_t bits, double exponent, std::optional<std::string> digest,
                                  std::optional<std::string> mgf1, std::optional<int32_t> salt) {
  const PkeyCtxPtr context = context_for("RSA-PSS");
  if (!context || EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), bits) != 1 ||
      !set_exponent(context.get(), exponent)) {
    return openssl_failure(kFailed);
  }
  DigestPtr message_digest;
  DigestPtr mask_digest;
  if (digest) {
    message_digest = fetch_digest(*digest);
    if (!message_digest) return invalid_digest(*digest);
    if (EVP_PKEY_CTX_set_rsa_pss_keygen_md(context.get(), message_digest.get()) != 1) {
      return openssl_failure(kFailed);
    }
  }
  // The mask is made with the digest of the message unless another is named.
  if (mgf1 || digest) {
    const std::string& name = mgf1 ? *mgf1 : *digest;
    mask_digest = fetch_digest(name);
    if (!mask_digest) return invalid_digest(name);
    if (EVP_PKEY_CTX_set_rsa_pss_keygen_mgf1_md(context.get(), mask_digest.get()) != 1) {
      return openssl_failure(kFailed);
    }
  }
  if (!salt && message_digest) salt = EVP_MD_get_size(message_digest.get());
  if (salt && EVP_PKEY_CTX_set_rsa_pss_keygen_saltlen(context.get(), *salt) != 1) {
    return openssl_failure(kFailed);
  }
  return generate(context.get());
}

Outcome<KeyPair> generate_dsa(int32_t modulus_bits, int32_t divisor_bits) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_bits(context.get(), modulus_bits) != 1) {
    return openssl_failure(kFailed);
  }
  if (divisor_bits > 0 && EVP_PKEY_CTX_set_dsa_paramgen_q_bits(context.get(), divisor_bits) != 1) {
    return openssl_failure(kFailed);
  }
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_paramgen(context.get(), &made) != 1) return openssl_failure(kFailed);
  const PkeyPtr parameters(made);
  return generate_from(parameters.get());
}

// The curve is known by its name, or by all of its numbers ("explicit").
Outcome<KeyPair> generate_ec(std::string curve, bool is_named) {
  const PkeyCtxPtr context = context_for("EC");
  if (!context || EVP_PKEY_CTX_set_group_name(context.get(), curve.c_str()) != 1 ||
      EVP_PKEY_CTX_set_ec_param_enc(context.get(), is_named ? OPENSSL_EC_NAMED_CURVE : OPENSSL_EC_EXPLICIT_CURVE) !=
          1) {
    return openssl_failure(kFailed);
  }
  return generate(context.get());
}

// Algorithms without parameters: ED25519, X448, ML-KEM-768 ...
Outcome<KeyPair> generate_named(std::string algorithm) { return generate(context_for(algorithm.c_str()).get()); }

// Of a known group, of a given prime, or of a prime that is looked for.
Outcome<KeyPair> generate_dh_group(std::string group) {
  const PkeyCtxPtr context = context_for("DH");
  if (!context || EVP_PKEY_CTX_set_group_name(context.get(), group.c_str()) != 1) {
    return openssl_failure(kFailed);
  }
  return generate(context.get());
}

Outcome<KeyPair> generate_dh_prime(Copied prime, int32_t generator) {
  DH* dh = DH_new();
  const PkeyPtr parameters(EVP_PKEY_new());
  BIGNUM* g = BN_new();
  BN_set_word(g, generator);
  if (DH_set0_pqg(dh, to_bignum(prime).release(), nullptr, g) != 1 || EVP_PKEY_assign_DH(parameters.get(), dh) != 1) {
    return openssl_failure(kFailed);
  }
  return generate_from(parameters.get());
}

Outcome<KeyPair> generate_dh_length(int32_t bits, int32_t generator) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
  if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_dh_paramgen_prime_len(context.get(), bits) != 1 ||
      EVP_PKEY_CTX_set_dh_paramgen_generator(context.get(), generator) != 1) {
    return openssl_failure(kFailed);
  }
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_paramgen(context.get(), &made) != 1) return openssl_failure(kFailed);
  const PkeyPtr parameters(made);
  return generate_from(parameters.get());
}

constexpr char kKeyPairJob[] = "KEYPAIRGENREQUEST";

}  // namespace

void bind_keygen(Binding& b) {
  job<&generate_rsa, kKeyPairJob>(b, "generateRsa");
  job<&generate_rsa_pss, kKeyPairJob>(b, "generateRsaPss");
  job<&generate_dsa, kKeyPairJob>(b, "generateDsa");
  job<&generate_ec, kKeyPairJob>(b, "generateEc");
  job<&generate_named, kKeyPairJob>(b, "generateNamed");
  job<&generate_dh_group, kKeyPairJob>(b, "generateDhGroup");
  job<&generate_dh_prime, kKeyPairJob>(b, "generateDhPrime");
  job<&generate_dh_length, kKeyPairJob>(b, "generateDhLength");
}

}  // namespace gyre::crypto
