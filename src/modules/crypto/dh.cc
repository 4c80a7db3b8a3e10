// Diffie-Hellman over prime numbers, and the shared secret of two keys of any kind.
#include "modules/crypto/openssl.h"

#include <openssl/dh.h>
#include <openssl/err.h>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/input.h"
#include "modules/crypto/keys.h"

namespace gyre::crypto {
namespace {

using DhPtr = std::unique_ptr<DH, FreeWith<DH_free>>;

// The primes of RFC 2409 and RFC 3526 by the names of getDiffieHellman().
BIGNUM* known_prime(const std::string& name) {
  if (name == "modp1") return BN_get_rfc2409_prime_768(nullptr);
  if (name == "modp2") return BN_get_rfc2409_prime_1024(nullptr);
  if (name == "modp5") return BN_get_rfc3526_prime_1536(nullptr);
  if (name == "modp14") return BN_get_rfc3526_prime_2048(nullptr);
  if (name == "modp15") return BN_get_rfc3526_prime_3072(nullptr);
  if (name == "modp16") return BN_get_rfc3526_prime_4096(nullptr);
  if (name == "modp17") return BN_get_rfc3526_prime_6144(nullptr);
  if (name == "modp18") return BN_get_rfc3526_prime_8192(nullptr);
  return nullptr;
}

Failure invalid_parameters() {
  ERR_clear_error();
  return coded(ErrorType::Error, "ERR_CRYPTO_OPERATION_FAILED", "Invalid DH parameters");
}

class DiffieHellman : public Wrapped {
 public:
  static constexpr ClassTag kTag{"DiffieHellman", nullptr};

  DiffieHellman(Realm& realm, v8::Local<v8::Object> object, DhPtr dh)
      : Wrapped(realm, object, kTag), dh_(std::move(dh)) {}

  static Outcome<v8::Local<v8::Object>> make(Realm& js, DhPtr dh) {
    const auto object = instance_of<DiffieHellman>(js);
    new DiffieHellman(js, object, std::move(dh));
    return object;
  }

  static Outcome<v8::Local<v8::Object>> of_group(Realm& js, std::string name) {
    BIGNUM* prime = known_prime(name);
    if (prime == nullptr) {
      return coded(ErrorType::Error, "ERR_CRYPTO_UNKNOWN_DH_GROUP", "Unknown DH group");
    }
    return of_numbers(js, prime, 2);
  }

  static Outcome<v8::Local<v8::Object>> of_numbers(Realm& js, BIGNUM* prime, BN_ULONG generator) {
    BIGNUM* g = BN_new();
    BN_set_word(g, generator);
    DhPtr dh(DH_new());
    DH_set0_pqg(dh.get(), prime, nullptr, g);
    return make(js, std::move(dh));
  }

  // A prime of that many bits is looked for.
  static Outcome<v8::Local<v8::Object>> of_length(Realm& js, int32_t bits, int32_t generator) {
    DhPtr dh(DH_new());
    if (DH_generate_parameters_ex(dh.get(), bits, generator, nullptr) != 1) {
      return openssl_failure("Initialization failed");
    }
    return make(js, std::move(dh));
  }

  static Outcome<v8::Local<v8::Object>> of_prime(Realm& js, Copied prime, Copied generator) {
    BignumPtr p = to_bignum(prime);
    BignumPtr g = to_bignum(generator);
    if (BN_is_zero(g.get()) || BN_is_one(g.get())) {
      ERR_raise(ERR_LIB_DH, DH_R_BAD_GENERATOR);
      return openssl_failure("Invalid generator");
    }
    DhPtr dh(DH_new());
    if (DH_set0_pqg(dh.get(), p.get(), nullptr, g.get()) != 1) return invalid_parameters();
    p.release();
    g.release();
    return make(js, std::move(dh));
  }

  Outcome<ByteVector> generate_keys() {
    if (DH_generate_key(dh_.get()) != 1) return openssl_failure("Key generation failed");
    return public_key();
  }

  Outcome<ByteVector> compute_secret(Copied other) {
    const BignumPtr key = to_bignum(other);
    int codes = 0;
    if (DH_check_pub_key(dh_.get(), key.get(), &codes) != 1 ||
        codes & (DH_CHECK_PUBKEY_TOO_SMALL | DH_CHECK_PUBKEY_TOO_LARGE)) {
      return refused(codes);
    }
    ByteVector secret(DH_size(dh_.get()));
    const int size = DH_compute_key(secret.data(), key.get(), dh_.get());
    if (size == -1) return refused(0);
    // Always as long as the prime: zeros come first.
    secret.resize(size);
    secret.insert(secret.begin(), DH_size(dh_.get()) - size, 0);
    return secret;
  }

  Outcome<ByteVector> prime() { return number(DH_get0_p(dh_.get()), "prime"); }
  Outcome<ByteVector> generator() { return number(DH_get0_g(dh_.get()), "generator"); }
  Outcome<ByteVector> public_key() { return number(DH_get0_pub_key(dh_.get()), "public key"); }
  Outcome<ByteVector> private_key() { return number(DH_get0_priv_key(dh_.get()), "private key"); }

  Outcome<Done> set_public_key(Copied key) {
    DH_set0_key(dh_.get(), to_bignum(key).release(), nullptr);
    return Done{};
  }
  Outcome<Done> set_private_key(Copied key) {
    DH_set0_key(dh_.get(), nullptr, to_bignum(key).release());
    return Done{};
  }

  Outcome<int32_t> verify_error() {
    int codes = 0;
    DH_check(dh_.get(), &codes);
    return static_cast<int32_t>(codes);
  }

 private:
  Outcome<ByteVector> number(const BIGNUM* number, const char* name) {
    if (number == nullptr) {
      return coded(ErrorType::Error, "ERR_CRYPTO_INVALID_STATE",
                   std::string("No ") + name + " - did you forget to generate one?");
    }
    return to_bytes(number);
  }

  static Failure refused(int codes) {
    ERR_clear_error();
    const char* message = codes & DH_CHECK_PUBKEY_TOO_SMALL   ? "Supplied key is too small"
                          : codes & DH_CHECK_PUBKEY_TOO_LARGE ? "Supplied key is too large"
                                                              : "Invalid key";
    return coded(ErrorType::RangeError, "ERR_CRYPTO_INVALID_KEYLEN", message);
  }

  DhPtr dh_;
};

// diffieHellman(private key, public key)
Outcome<ByteVector> shared_secret(KeyRef own, KeyRef other) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, own->pkey(), nullptr));
  size_t size = 0;
  if (!context || EVP_PKEY_derive_init(context.get()) <= 0 ||
      EVP_PKEY_derive_set_peer(context.get(), other->pkey()) <= 0 ||
      EVP_PKEY_derive(context.get(), nullptr, &size) <= 0) {
    return openssl_failure("diffieHellman failed");
  }
  ByteVector secret(size);
  if (EVP_PKEY_derive(context.get(), secret.data(), &size) <= 0) {
    return openssl_failure("diffieHellman failed");
  }
  // Always as long as the prime: zeros come first.
  if (size < secret.size()) {
    secret.resize(size);
    secret.insert(secret.begin(), secret.capacity() - size, 0);
  }
  return secret;
}

constexpr char kDhJob[] = "DERIVEBITSREQUEST";

}  // namespace

void bind_dh(Binding& b) {
  b.class_<DiffieHellman>("DiffieHellman");
  function<&DiffieHellman::of_group>(b, "createDhGroup");
  function<&DiffieHellman::of_length>(b, "createDhLength");
  function<&DiffieHellman::of_prime>(b, "createDhPrime");
  method<&DiffieHellman::generate_keys>(b, "dhGenerateKeys");
  method<&DiffieHellman::compute_secret>(b, "dhComputeSecret");
  method<&DiffieHellman::prime>(b, "dhPrime");
  method<&DiffieHellman::generator>(b, "dhGenerator");
  method<&DiffieHellman::public_key>(b, "dhPublicKey");
  method<&DiffieHellman::private_key>(b, "dhPrivateKey");
  method<&DiffieHellman::set_public_key>(b, "dhSetPublicKey");
  method<&DiffieHellman::set_private_key>(b, "dhSetPrivateKey");
  method<&DiffieHellman::verify_error>(b, "dhVerifyError");
  job<&shared_secret, kDhJob>(b, "sharedSecret");
}

}  // namespace gyre::crypto
