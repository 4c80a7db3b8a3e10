#include "modules/crypto/key_parts.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

namespace gyre::crypto {
namespace {

std::string text_param(const EVP_PKEY* pkey, const char* name) {
  char text[128];
  size_t size = 0;
  if (EVP_PKEY_get_utf8_string_param(pkey, name, text, sizeof text, &size) != 1) return {};
  return {text, size};
}

std::string digest_name(const X509_ALGOR* algorithm) {
  if (algorithm == nullptr) return "sha1";
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  const char* name = OBJ_nid2ln(OBJ_obj2nid(object));
  return name ? name : "";
}

// The restrictions of an RSA-PSS key, which only the older interface gives in full.
void add_pss_details(const EVP_PKEY* pkey, Fields& fields) {
  const RSA* rsa = EVP_PKEY_get0_RSA(pkey);
  const RSA_PSS_PARAMS* params = rsa ? RSA_get0_pss_params(rsa) : nullptr;
  if (params == nullptr) return;
  std::string mgf1 = "sha1";
  if (params->maskGenAlgorithm != nullptr) {
    const ASN1_OBJECT* object = nullptr;
    int type = 0;
    const void* value = nullptr;
    X509_ALGOR_get0(&object, &type, &value, params->maskGenAlgorithm);
    if (type == V_ASN1_SEQUENCE) {
      const auto* string = static_cast<const ASN1_STRING*>(value);
      const uint8_t* at = ASN1_STRING_get0_data(string);
      X509_ALGOR* inner = d2i_X509_ALGOR(nullptr, &at, ASN1_STRING_length(string));
      if (inner) mgf1 = digest_name(inner);
      X509_ALGOR_free(inner);
    }
  }
  fields.text("hashAlgorithm", digest_name(params->hashAlgorithm));
  fields.text("mgf1HashAlgorithm", mgf1);
  fields.number("saltLength", params->saltLength ? static_cast<double>(ASN1_INTEGER_get(params->saltLength)) : 20);
}

bool add_bignum(const EVP_PKEY* pkey, Fields& fields, const char* name, const char* param, size_t size = 0) {
  const BignumPtr number = bignum_param(pkey, param);
  if (!number) return false;
  fields.bytes(name, to_bytes(number.get(), size));
  return true;
}

bool add_octets(const EVP_PKEY* pkey, Fields& fields, const char* name, const char* param) {
  size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(pkey, param, nullptr, 0, &size) != 1) return false;
  ByteVector bytes(size);
  if (EVP_PKEY_get_octet_string_param(pkey, param, bytes.data(), size, &size) != 1) return false;
  fields.bytes(name, std::move(bytes));
  return true;
}

}  // namespace

v8::Local<v8::Value> to_js(Realm& js, Fields fields) {
  const auto object = v8::Object::New(js.isolate());
  for (auto& [name, value] : fields.entries) {
    if (auto* bytes = std::get_if<ByteVector>(&value)) {
      js.set(object, name, to_js(js, std::move(*bytes)));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      js.set(object, name, js.string(*text));
    } else {
      js.set(object, name, v8::Number::New(js.isolate(), *std::get_if<double>(&value)));
    }
  }
  return object;
}

BignumPtr bignum_param(const EVP_PKEY* pkey, const char* name) {
  BIGNUM* number = nullptr;
  ERR_set_mark();
  EVP_PKEY_get_bn_param(pkey, name, &number);
  ERR_pop_to_mark();
  return BignumPtr(number);
}

std::string curve_name(const EVP_PKEY* pkey) {
  const std::string name = text_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME);
  if (name.empty()) return name;
  // OpenSSL may answer with an alias (P-256); Node shows the short name.
  const int nid = OBJ_txt2nid(name.c_str());
  if (nid != NID_undef) return OBJ_nid2sn(nid);
  const int nist = EC_curve_nist2nid(name.c_str());
  return nist != NID_undef ? OBJ_nid2sn(nist) : name;
}

size_t field_size(const EVP_PKEY* pkey) {
  const BignumPtr prime = bignum_param(pkey, OSSL_PKEY_PARAM_EC_P);
  if (!prime) return 0;
  // Of binary curves this is the reduction polynomial, one bit longer than the field.
  const int bits = BN_num_bits(prime.get());
  const std::string kind = text_param(pkey, OSSL_PKEY_PARAM_EC_FIELD_TYPE);
  return (bits - (kind == SN_X9_62_characteristic_two_field ? 1 : 0) + 7) / 8;
}

Outcome<Fields> key_details(const EVP_PKEY* pkey) {
  Fields fields;
  const std::string algorithm = key_algorithm(pkey);
  if (algorithm == "rsa" || algorithm == "rsa-pss") {
    fields.number("modulusLength", EVP_PKEY_get_bits(pkey));
    add_bignum(pkey, fields, "publicExponent", OSSL_PKEY_PARAM_RSA_E);
    if (algorithm == "rsa-pss") add_pss_details(pkey, fields);
  } else if (algorithm == "dsa") {
    fields.number("modulusLength", EVP_PKEY_get_bits(pkey));
    const BignumPtr q = bignum_param(pkey, OSSL_PKEY_PARAM_FFC_Q);
    if (q) fields.number("divisorLength", BN_num_bits(q.get()));
  } else if (algorithm == "ec") {
    fields.text("namedCurve", curve_name(pkey));
  }
  return fields;
}

Outcome<Fields> key_parts(const KeyData& key) {
  const EVP_PKEY* pkey = key.pkey();
  const bool is_private = key.type() == KeyType::Private;
  Fields fields;
  if (EVP_PKEY_is_a(pkey, "RSA") || EVP_PKEY_is_a(pkey, "RSA-PSS")) {
    add_bignum(pkey, fields, "n", OSSL_PKEY_PARAM_RSA_N);
    add_bignum(pkey, fields, "e", OSSL_PKEY_PARAM_RSA_E);
    if (is_private) {
      add_bignum(pkey, fields, "d", OSSL_PKEY_PARAM_RSA_D);
      add_bignum(pkey, fields, "p", OSSL_PKEY_PARAM_RSA_FACTOR1);
      add_bignum(pkey, fields, "q", OSSL_PKEY_PARAM_RSA_FACTOR2);
      add_bignum(pkey, fields, "dp", OSSL_PKEY_PARAM_RSA_EXPONENT1);
      add_bignum(pkey, fields, "dq", OSSL_PKEY_PARAM_RSA_EXPONENT2);
      add_bignum(pkey, fields, "qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
    }
  } else if (EVP_PKEY_is_a(pkey, "EC")) {
    const size_t size = field_size(pkey);
    fields.text("curve", curve_name(pkey));
    add_bignum(pkey, fields, "x", OSSL_PKEY_PARAM_EC_PUB_X, size);
    add_bignum(pkey, fields, "y", OSSL_PKEY_PARAM_EC_PUB_Y, size);
    const BignumPtr order = bignum_param(pkey, OSSL_PKEY_PARAM_EC_ORDER);
    const size_t scalar = order ? BN_num_bytes(order.get()) : size;
    if (is_private) add_bignum(pkey, fields, "d", OSSL_PKEY_PARAM_PRIV_KEY, scalar);
  } else {
    ERR_set_mark();
    add_octets(pkey, fields, "pub", OSSL_PKEY_PARAM_PUB_KEY);
    if (is_private) {
      add_octets(pkey, fields, "seed", "seed");
      add_octets(pkey, fields, "priv", OSSL_PKEY_PARAM_PRIV_KEY);
    }
    ERR_pop_to_mark();
  }
  return fields;
}

}  // namespace gyre::crypto
