// Making, reading and describing keys.
#include "modules/crypto/keys.h"

#include <openssl/err.h>
#include <openssl/objects.h>

#include <algorithm>
#include <cctype>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/input.h"
#include "modules/crypto/key_format.h"
#include "modules/crypto/key_parts.h"

namespace gyre::crypto {

bool from_js(Realm& js, v8::Local<v8::Value> value, KeyRef& out) {
  if (const auto* handle = unwrap<KeyHandle>(value)) {
    out = handle->key();
    return true;
  }
  const buffer::Bytes bytes(value);
  if (!bytes.ok()) return wrong_kind(js, "a key");
  out = std::make_shared<const KeyData>(copy(bytes.span()));
  return true;
}

namespace {

// Keys do not change: threads share them.
class KeyPayload final : public Payload {
 public:
  explicit KeyPayload(KeyRef key) : key_(std::move(key)) {}
  v8::MaybeLocal<v8::Object> receive(Realm& js) override {
    // This thread may not have heard of keys yet.
    if (!js.templates().contains(&KeyHandle::kTag) && bind_module(js, "crypto").IsEmpty()) return {};
    return to_js(js, key_).As<v8::Object>();
  }

 private:
  KeyRef key_;
};

}  // namespace

std::shared_ptr<Payload> KeyHandle::clone() { return std::make_shared<KeyPayload>(key_); }

v8::Local<v8::Value> to_js(Realm& js, const KeyRef& key) {
  const auto object = instance_of<KeyHandle>(js);
  new KeyHandle(js, object, key);
  return object;
}

v8::Local<v8::Value> to_js(Realm& js, const KeyPair& pair) {
  v8::Local<v8::Value> both[] = {to_js(js, pair.public_key), to_js(js, pair.private_key)};
  return v8::Array::New(js.isolate(), both, 2);
}

KeyPair make_pair(PkeyPtr pkey) {
  EVP_PKEY_up_ref(pkey.get());
  PkeyPtr same(pkey.get());
  return {make_key(KeyType::Public, std::move(same)), make_key(KeyType::Private, std::move(pkey))};
}

std::string key_algorithm(const EVP_PKEY* pkey) {
  switch (EVP_PKEY_get_base_id(pkey)) {
    case EVP_PKEY_RSA: return "rsa";
    case EVP_PKEY_RSA_PSS: return "rsa-pss";
    case EVP_PKEY_DSA: return "dsa";
    case EVP_PKEY_DH:
    case EVP_PKEY_DHX: return "dh";
    case EVP_PKEY_EC: return "ec";
    case EVP_PKEY_ED25519: return "ed25519";
    case EVP_PKEY_ED448: return "ed448";
    case EVP_PKEY_X25519: return "x25519";
    case EVP_PKEY_X448: return "x448";
    default: break;
  }
  const char* name = EVP_PKEY_get0_type_name(pkey);
  std::string lower = name ? name : "";
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

namespace {

bool is_key_handle(v8::Local<v8::Value> value) { return unwrap<KeyHandle>(value) != nullptr; }

Outcome<KeyRef> create_secret(Copied bytes) { return KeyRef(std::make_shared<const KeyData>(std::move(bytes.bytes))); }

Outcome<KeyRef> create_private(Copied data, std::string format, std::string type,
                               std::optional<std::string> passphrase) {
  return make_key(KeyType::Private, GYRE_CRYPTO_TRY(parse_private(data, format, type, passphrase)));
}

Outcome<KeyRef> create_public(Copied data, std::string format, std::string type,
                              std::optional<std::string> passphrase) {
  return make_key(KeyType::Public, GYRE_CRYPTO_TRY(parse_public(data, format, type, passphrase)));
}

// The public half of a private key.
Outcome<KeyRef> public_of(KeyRef key) {
  EVP_PKEY_up_ref(key->pkey());
  return make_key(KeyType::Public, PkeyPtr(key->pkey()));
}

Outcome<std::string> algorithm_of(KeyRef key) { return key_algorithm(key->pkey()); }
Outcome<Fields> details_of(KeyRef key) { return key_details(key->pkey()); }
Outcome<Fields> parts_of(KeyRef key) { return key_parts(*key); }

Outcome<ByteVector> export_secret(KeyRef key) { return copy(key->secret()); }

// Bytes of DER; a string of PEM is made of them by the caller.
Outcome<ByteVector> export_key(KeyRef key, std::string format, std::string type, std::optional<std::string> cipher,
                               std::optional<std::string> passphrase) {
  if (key->type() == KeyType::Public) return write_public(key->pkey(), format, type);
  return write_private(key->pkey(), format, type, cipher, passphrase);
}

Outcome<bool> equals(KeyRef first, KeyRef second) {
  if (first->type() != second->type()) return false;
  if (first->type() == KeyType::Secret) {
    const ByteView a = first->secret();
    const ByteView b = second->secret();
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
  }
  const int same = EVP_PKEY_eq(first->pkey(), second->pkey());
  if (same == -2) {
    return coded(ErrorType::Error, "ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported crypto operation");
  }
  return same == 1;
}

// Whether the numbers of a key fit together: a point on its curve, a private key within its range.
Outcome<bool> is_valid(KeyRef key) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key->pkey(), nullptr));
  const int result =
      key->type() == KeyType::Private ? EVP_PKEY_check(context.get()) : EVP_PKEY_public_check(context.get());
  return result == 1;
}

// An EVP_PKEY from named numbers and strings.
class Builder {
 public:
  Builder() : build_(OSSL_PARAM_BLD_new()) {}

  void number(const char* name, ByteView bytes) {
    numbers_.push_back(to_bignum(bytes));
    OSSL_PARAM_BLD_push_BN(build_.get(), name, numbers_.back().get());
  }
  void text(const char* name, const std::string& value) {
    OSSL_PARAM_BLD_push_utf8_string(build_.get(), name, value.c_str(), 0);
  }
  void octets(const char* name, ByteView bytes) {
    OSSL_PARAM_BLD_push_octet_string(build_.get(), name, bytes.data(), bytes.size());
  }

  PkeyPtr finish(const char* algorithm, bool is_private) {
    const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
    const ParamsPtr params(OSSL_PARAM_BLD_to_param(build_.get()));
    EVP_PKEY* pkey = nullptr;
    if (!context || !params || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
    EVP_PKEY_fromdata(context.get(), &pkey, is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params.get());
    return PkeyPtr(pkey);
  }

 private:
  ParamsBuildPtr build_;
  std::vector<BignumPtr> numbers_;
};

Failure invalid_jwk(const char* kind) {
  ERR_clear_error();
  return coded(ErrorType::TypeError, "ERR_CRYPTO_INVALID_JWK", std::string("Invalid JWK ") + kind + " key");
}

KeyType half(bool is_private) { return is_private ? KeyType::Private : KeyType::Public; }

// importRsa([n, e] or [n, e, d, p, q, dp, dq, qi])
Outcome<KeyRef> import_rsa(std::vector<Copied> numbers) {
  static constexpr const char* kNames[] = {OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,
                                           OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
                                           OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
                                           OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
  const bool is_private = numbers.size() > 2;
  Builder builder;
  for (size_t i = 0; i < numbers.size() && i < std::size(kNames); i++) {
    builder.number(kNames[i], numbers[i]);
  }
  PkeyPtr pkey = builder.finish("RSA", is_private);
  if (!pkey) return invalid_jwk("RSA");
  return make_key(half(is_private), std::move(pkey));
}

// importEc(curve, point, scalar?): the point compressed or not, as X9.62 writes it.
Outcome<KeyRef> import_ec(std::string curve, Copied point, std::optional<Copied> scalar) {
  const int nid = OBJ_sn2nid(curve.c_str());
  const EcGroupPtr group(nid == NID_undef ? nullptr : EC_GROUP_new_by_curve_name(nid));
  if (!group) return coded(ErrorType::TypeError, "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
  const EcPointPtr place(EC_POINT_new(group.get()));
  if (scalar && point.size() == 0) {
    const BignumPtr number = to_bignum(*scalar);
    EC_POINT_mul(group.get(), place.get(), number.get(), nullptr, nullptr, nullptr);
  } else if (EC_POINT_oct2point(group.get(), place.get(), point.data(), point.size(), nullptr) != 1) {
    return invalid_jwk("EC");
  }
  uint8_t* octets = nullptr;
  const size_t size = EC_POINT_point2buf(group.get(), place.get(), POINT_CONVERSION_UNCOMPRESSED, &octets, nullptr);
  Builder builder;
  builder.text(OSSL_PKEY_PARAM_GROUP_NAME, curve);
  builder.octets(OSSL_PKEY_PARAM_PUB_KEY, {octets, size});
  if (scalar) builder.number(OSSL_PKEY_PARAM_PRIV_KEY, *scalar);
  PkeyPtr pkey = builder.finish("EC", scalar.has_value());
  OPENSSL_free(octets);
  if (!pkey) return invalid_jwk("EC");
  return make_key(half(scalar.has_value()), std::move(pkey));
}

// importRaw(algorithm, bytes, kind): kind is public, private or seed.
Outcome<KeyRef> import_raw(std::string algorithm, Copied bytes, std::string kind) {
  PkeyPtr pkey;
  if (kind == "seed") {
    Builder builder;
    builder.octets("seed", bytes);
    pkey = builder.finish(algorithm.c_str(), true);
  } else if (kind == "private") {
    pkey.reset(EVP_PKEY_new_raw_private_key_ex(nullptr, algorithm.c_str(), nullptr, bytes.data(), bytes.size()));
  } else {
    pkey.reset(EVP_PKEY_new_raw_public_key_ex(nullptr, algorithm.c_str(), nullptr, bytes.data(), bytes.size()));
  }
  if (!pkey) {
    ERR_clear_error();
    return coded(ErrorType::TypeError, "ERR_CRYPTO_INVALID_JWK", "Invalid JWK data");
  }
  return make_key(half(kind != "public"), std::move(pkey));
}

// The curves that this OpenSSL knows, by short name.
Outcome<std::vector<std::string>> get_curves() {
  const size_t count = EC_get_builtin_curves(nullptr, 0);
  std::vector<EC_builtin_curve> curves(count);
  EC_get_builtin_curves(curves.data(), count);
  std::vector<std::string> names;
  for (const EC_builtin_curve& curve : curves) names.emplace_back(OBJ_nid2sn(curve.nid));
  return names;
}

Outcome<bool> is_curve(std::string name) {
  int nid = OBJ_sn2nid(name.c_str());
  if (nid == NID_undef) nid = EC_curve_nist2nid(name.c_str());
  if (nid == NID_undef) return false;
  return EcGroupPtr(EC_GROUP_new_by_curve_name(nid)) != nullptr;
}

}  // namespace

void bind_keys(Binding& b) {
  b.class_<KeyHandle>("KeyHandle");
  b.function<&is_key_handle>("isKeyHandle");
  function<&create_secret>(b, "createSecret");
  function<&create_private>(b, "createPrivate");
  function<&create_public>(b, "createPublic");
  function<&public_of>(b, "publicOf");
  function<&algorithm_of>(b, "keyAlgorithm");
  function<&details_of>(b, "keyDetails");
  function<&parts_of>(b, "keyParts");
  function<&export_secret>(b, "exportSecret");
  function<&export_key>(b, "exportKey");
  function<&equals>(b, "keysEqual");
  function<&is_valid>(b, "isValidKey");
  function<&import_rsa>(b, "importRsa");
  function<&import_ec>(b, "importEc");
  function<&import_raw>(b, "importRaw");
  function<&get_curves>(b, "getCurves");
  function<&is_curve>(b, "isCurve");
}

}  // namespace gyre::crypto
