// ECDH: keys on a named curve as bare points and numbers.
#include "modules/crypto/openssl.h"

#include <openssl/ec.h>
#include <openssl/err.h>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/input.h"

namespace gyre::crypto {
namespace {

using EcKeyPtr = std::unique_ptr<EC_KEY, FreeWith<EC_KEY_free>>;

point_conversion_form_t form_of(int32_t value) { return static_cast<point_conversion_form_t>(value); }

ByteVector write_point(const EC_GROUP* group, const EC_POINT* point, int32_t form) {
  uint8_t* octets = nullptr;
  const size_t size = EC_POINT_point2buf(group, point, form_of(form), &octets, nullptr);
  ByteVector bytes(octets, octets + size);
  OPENSSL_free(octets);
  return bytes;
}

EcPointPtr read_point(const EC_GROUP* group, ByteView bytes) {
  EcPointPtr point(EC_POINT_new(group));
  if (EC_POINT_oct2point(group, point.get(), bytes.data(), bytes.size(), nullptr) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return point;
}

int curve_id(const std::string& name) {
  const int nid = OBJ_sn2nid(name.c_str());
  return nid != NID_undef ? nid : EC_curve_nist2nid(name.c_str());
}

Failure invalid_curve() {
  ERR_clear_error();
  return coded(ErrorType::TypeError, "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
}

class Ecdh : public Wrapped {
 public:
  static constexpr ClassTag kTag{"ECDH", nullptr};

  Ecdh(Realm& realm, v8::Local<v8::Object> object, EcKeyPtr key) : Wrapped(realm, object, kTag), key_(std::move(key)) {}

  static Outcome<v8::Local<v8::Object>> create(Realm& js, std::string curve) {
    const int nid = curve_id(curve);
    EcKeyPtr key(nid == NID_undef ? nullptr : EC_KEY_new_by_curve_name(nid));
    if (!key) return invalid_curve();
    const auto object = instance_of<Ecdh>(js);
    new Ecdh(js, object, std::move(key));
    return object;
  }

  Outcome<Done> generate_keys() {
    if (EC_KEY_generate_key(key_.get()) != 1) return openssl_failure("Failed to generate key");
    return Done{};
  }

  Outcome<ByteVector> compute_secret(Copied other) {
    const EcPointPtr point = read_point(group(), other);
    if (!point) {
      return coded(ErrorType::Error, "ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY",
                   "Public key is not valid for specified curve");
    }
    if (!has_valid_pair()) {
      return coded(ErrorType::RangeError, "ERR_CRYPTO_INVALID_KEYPAIR", "Invalid key pair");
    }
    ByteVector secret((EC_GROUP_get_degree(group()) + 7) / 8);
    if (ECDH_compute_key(secret.data(), secret.size(), point.get(), key_.get(), nullptr) <= 0) {
      return openssl_failure("Failed to compute ECDH key");
    }
    return secret;
  }

  Outcome<ByteVector> public_key(int32_t form) {
    const EC_POINT* point = EC_KEY_get0_public_key(key_.get());
    if (point == nullptr) {
      return coded(ErrorType::Error, "ERR_CRYPTO_OPERATION_FAILED", "Failed to get ECDH public key");
    }
    return write_point(group(), point, form);
  }

  Outcome<ByteVector> private_key() {
    const BIGNUM* number = EC_KEY_get0_private_key(key_.get());
    if (number == nullptr) {
      return coded(ErrorType::Error, "ERR_CRYPTO_OPERATION_FAILED", "Failed to get ECDH private key");
    }
    return to_bytes(number);
  }

  // Also makes the public key that belongs to it.
  Outcome<Done> set_private_key(Copied bytes) {
    const BignumPtr number = to_bignum(bytes);
    const BIGNUM* order = EC_GROUP_get0_order(group());
    if (BN_is_zero(number.get()) || BN_cmp(number.get(), order) >= 0) {
      return coded(ErrorType::RangeError, "ERR_CRYPTO_INVALID_KEYTYPE",
                   "Private key is not valid for specified curve.");
    }
    EcKeyPtr key(EC_KEY_new());
    const EcPointPtr point(EC_POINT_new(group()));
    if (EC_KEY_set_group(key.get(), group()) != 1 || EC_KEY_set_private_key(key.get(), number.get()) != 1 ||
        EC_POINT_mul(group(), point.get(), number.get(), nullptr, nullptr, nullptr) != 1 ||
        EC_KEY_set_public_key(key.get(), point.get()) != 1) {
      return openssl_failure("Failed to convert BN to a private key");
    }
    key_ = std::move(key);
    return Done{};
  }

  Outcome<Done> set_public_key(Copied bytes) {
    const EcPointPtr point = read_point(group(), bytes);
    if (!point || EC_KEY_set_public_key(key_.get(), point.get()) != 1) {
      return coded(ErrorType::Error, "ERR_CRYPTO_OPERATION_FAILED", "Failed to convert Buffer to EC_POINT");
    }
    return Done{};
  }

 private:
  const EC_GROUP* group() const { return EC_KEY_get0_group(key_.get()); }
  bool has_valid_pair() const {
    const bool valid = EC_KEY_check_key(key_.get()) == 1;
    ERR_clear_error();
    return valid;
  }

  EcKeyPtr key_;
};

// convertKey(point, curve, form)
Outcome<ByteVector> convert_key(Copied bytes, std::string curve, int32_t form) {
  const int nid = curve_id(curve);
  const EcGroupPtr group(nid == NID_undef ? nullptr : EC_GROUP_new_by_curve_name(nid));
  if (!group) return invalid_curve();
  const EcPointPtr point = read_point(group.get(), bytes);
  if (!point) {
    return coded(ErrorType::Error, "ERR_CRYPTO_OPERATION_FAILED", "Failed to convert Buffer to EC_POINT");
  }
  return write_point(group.get(), point.get(), form);
}

}  // namespace

void bind_ecdh(Binding& b) {
  b.class_<Ecdh>("ECDH");
  function<&Ecdh::create>(b, "createEcdh");
  method<&Ecdh::generate_keys>(b, "ecdhGenerateKeys");
  method<&Ecdh::compute_secret>(b, "ecdhComputeSecret");
  method<&Ecdh::public_key>(b, "ecdhPublicKey");
  method<&Ecdh::private_key>(b, "ecdhPrivateKey");
  method<&Ecdh::set_public_key>(b, "ecdhSetPublicKey");
  method<&Ecdh::set_private_key>(b, "ecdhSetPrivateKey");
  function<&convert_key>(b, "ecdhConvertKey");
}

}  // namespace gyre::crypto
