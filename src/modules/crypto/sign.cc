// Signatures: of a message at once, and of one that comes in pieces.
#include "modules/crypto/openssl.h"

#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/digest.h"
#include "modules/crypto/input.h"
#include "modules/crypto/key_parts.h"
#include "modules/crypto/keys.h"

namespace gyre::crypto {
namespace {

// What a caller may ask of a signature besides its digest.
struct Options {
  std::optional<int32_t> padding;
  std::optional<int32_t> salt_length;
  // r and s side by side (IEEE P1363) instead of in DER.
  bool p1363 = false;
  // Ed25519ctx, ML-DSA: bound into the signature.
  std::optional<Copied> context;
};

bool is_rsa(const EVP_PKEY* pkey) { return EVP_PKEY_is_a(pkey, "RSA") || EVP_PKEY_is_a(pkey, "RSA-PSS"); }

bool apply_rsa(EVP_PKEY_CTX* context, const EVP_PKEY* pkey, const Options& options) {
  if (!is_rsa(pkey)) return true;
  const int padding =
      options.padding.value_or(EVP_PKEY_is_a(pkey, "RSA-PSS") ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING);
  if (EVP_PKEY_CTX_set_rsa_padding(context, padding) <= 0) return false;
  if (padding != RSA_PKCS1_PSS_PADDING) return true;
  // The longest salt when signing, any when verifying: the same number stands for both.
  const int salt_length = options.salt_length.value_or(RSA_PSS_SALTLEN_MAX_SIGN);
  return EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt_length) > 0;
}

// The size of r and of s; 0 for algorithms whose signatures are no pairs.
size_t half_size(const EVP_PKEY* pkey) {
  const char* order = EVP_PKEY_is_a(pkey, "EC")    ? OSSL_PKEY_PARAM_EC_ORDER
                      : EVP_PKEY_is_a(pkey, "DSA") ? OSSL_PKEY_PARAM_FFC_Q
                                                   : nullptr;
  if (order == nullptr) return 0;
  const BignumPtr number = bignum_param(pkey, order);
  return number ? BN_num_bytes(number.get()) : 0;
}

// DSA and ECDSA write their pairs alike.
Outcome<ByteVector> der_to_p1363(const EVP_PKEY* pkey, ByteVector signature) {
  const size_t half = half_size(pkey);
  if (half == 0) return signature;
  const uint8_t* at = signature.data();
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(signature.size()));
  if (pair == nullptr) return openssl_failure("Malformed signature");
  ByteVector flat = to_bytes(ECDSA_SIG_get0_r(pair), half);
  const ByteVector s = to_bytes(ECDSA_SIG_get0_s(pair), half);
  flat.insert(flat.end(), s.begin(), s.end());
  ECDSA_SIG_free(pair);
  return flat;
}

// Empty for signatures of the wrong size.
ByteVector p1363_to_der(const EVP_PKEY* pkey, const ByteVector& signature) {
  const size_t half = half_size(pkey);
  if (half == 0) return signature;
  if (signature.size() != half * 2) return {};
  ECDSA_SIG* pair = ECDSA_SIG_new();
  const ByteView bytes = signature;
  ECDSA_SIG_set0(pair, to_bignum(bytes.first(half)).release(), to_bignum(bytes.subspan(half)).release());
  uint8_t* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair, &der);
  ECDSA_SIG_free(pair);
  if (size <= 0) return {};
  ByteVector result(der, der + size);
  OPENSSL_free(der);
  return result;
}

// Prepares a one-shot operation; `digest` is null for algorithms that have their own.
template <typename Init>
Outcome<DigestCtxPtr> prepare(Init init, EVP_PKEY* pkey, const EVP_MD* digest, const Options& options) {
  DigestCtxPtr context(EVP_MD_CTX_new());
  std::vector<OSSL_PARAM> params;
  if (options.context && options.context->size() > 0) {
    if (EVP_PKEY_is_a(pkey, "ED25519")) {
      params.push_back(
          OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_INSTANCE, const_cast<char*>("Ed25519ctx"), 0));
    }
    params.push_back(OSSL_PARAM_construct_octet_string(
        OSSL_SIGNATURE_PARAM_CONTEXT_STRING, const_cast<uint8_t*>(options.context->data()), options.context->size()));
  }
  params.push_back(OSSL_PARAM_construct_end());
  EVP_PKEY_CTX* key_context = nullptr;
  const char* name = digest ? EVP_MD_get0_name(digest) : nullptr;
  if (init(context.get(), &key_context, name, nullptr, nullptr, pkey, params.data()) != 1 ||
      !apply_rsa(key_context, pkey, options)) {
    return openssl_failure("Signature initialization failed");
  }
  return context;
}

Outcome<DigestPtr> named_digest(const std::optional<std::string>& name) {
  if (!name) return DigestPtr();
  DigestPtr digest = fetch_digest(*name);
  if (!digest) return invalid_digest(*name);
  return digest;
}

// sign(key, digest?, data, padding?, salt length?, p1363, context?)
Outcome<ByteVector> sign(KeyRef key, std::optional<std::string> digest_name, Copied data,
                         std::optional<int32_t> padding, std::optional<int32_t> salt_length, bool p1363,
                         std::optional<Copied> context_string) {
  const Options options{padding, salt_length, p1363, std::move(context_string)};
  const DigestPtr digest = GYRE_CRYPTO_TRY(named_digest(digest_name));
  const DigestCtxPtr context = GYRE_CRYPTO_TRY(prepare(EVP_DigestSignInit_ex, key->pkey(), digest.get(), options));
  size_t size = 0;
  if (EVP_DigestSign(context.get(), nullptr, &size, data.data(), data.size()) != 1) {
    return openssl_failure("Signing failed");
  }
  ByteVector signature(size);
  if (EVP_DigestSign(context.get(), signature.data(), &size, data.data(), data.size()) != 1) {
    return openssl_failure("Signing failed");
  }
  signature.resize(size);
  if (p1363) return der_to_p1363(key->pkey(), std::move(signature));
  return signature;
}

// verify(key, digest?, data, signature, padding?, salt length?, p1363, context?)
Outcome<bool> verify(KeyRef key, std::optional<std::string> digest_name, Copied data, Copied signature,
                     std::optional<int32_t> padding, std::optional<int32_t> salt_length, bool p1363,
                     std::optional<Copied> context_string) {
  const Options options{padding, salt_length, p1363, std::move(context_string)};
  const DigestPtr digest = GYRE_CRYPTO_TRY(named_digest(digest_name));
  const DigestCtxPtr context = GYRE_CRYPTO_TRY(prepare(EVP_DigestVerifyInit_ex, key->pkey(), digest.get(), options));
  const ByteVector der = p1363 ? p1363_to_der(key->pkey(), signature.bytes) : std::move(signature.bytes);
  return EVP_DigestVerify(context.get(), der.data(), der.size(), data.data(), data.size()) == 1;
}

// Collects a message; sign() and verify() end it with a key.
class SignContext : public Wrapped {
 public:
  static constexpr ClassTag kTag{"SignContext", nullptr};

  SignContext(Realm& realm, v8::Local<v8::Object> object) : Wrapped(realm, object, kTag) {}

  static Outcome<v8::Local<v8::Object>> create(Realm& js, std::string digest_name) {
    // DSA's own name for SHA-1, from times when keys and digests came together.
    const bool is_dss1 = digest_name == "DSS1" || digest_name == "dss1";
    DigestPtr digest = fetch_digest(is_dss1 ? "sha1" : digest_name);
    if (!digest) {
      return coded(ErrorType::TypeError, "ERR_CRYPTO_INVALID_DIGEST", "Invalid digest: " + digest_name);
    }
    const auto object = instance_of<SignContext>(js);
    auto* context = new SignContext(js, object);
    context->context_.reset(EVP_MD_CTX_new());
    if (EVP_DigestInit_ex2(context->context_.get(), digest.get(), nullptr) != 1) {
      return openssl_failure("Digest initialization failed");
    }
    context->digest_ = std::move(digest);
    return object;
  }

  void update(const Info& info) {
    const bool ok = with_bytes(info.GetIsolate(), info[0], info[1], [&](ByteView bytes) {
      return EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
    });
    info.GetReturnValue().Set(ok);
  }

  // sign(key, padding?, salt length?, p1363)
  Outcome<ByteVector> sign(KeyRef key, std::optional<int32_t> padding, std::optional<int32_t> salt_length, bool p1363) {
    const Options options{padding, salt_length, p1363, {}};
    const ByteVector hash = GYRE_CRYPTO_TRY(finish());
    const PkeyCtxPtr context = start(key->pkey(), EVP_PKEY_sign_init, options);
    size_t size = 0;
    if (!context || EVP_PKEY_sign(context.get(), nullptr, &size, hash.data(), hash.size()) != 1) {
      return refused(key->pkey());
    }
    ByteVector signature(size);
    if (EVP_PKEY_sign(context.get(), signature.data(), &size, hash.data(), hash.size()) != 1) {
      return refused(key->pkey());
    }
    signature.resize(size);
    if (p1363) return der_to_p1363(key->pkey(), std::move(signature));
    return signature;
  }

  // verify(key, signature, padding?, salt length?, p1363)
  Outcome<bool> verify(KeyRef key, Copied signature, std::optional<int32_t> padding, std::optional<int32_t> salt_length,
                       bool p1363) {
    const Options options{padding, salt_length, p1363, {}};
    const ByteVector hash = GYRE_CRYPTO_TRY(finish());
    const PkeyCtxPtr context = start(key->pkey(), EVP_PKEY_verify_init, options);
    if (!context) return refused(key->pkey());
    const ByteVector der = p1363 ? p1363_to_der(key->pkey(), signature.bytes) : std::move(signature.bytes);
    return EVP_PKEY_verify(context.get(), der.data(), der.size(), hash.data(), hash.size()) == 1;
  }

 private:
  Outcome<ByteVector> finish() { return finish_digest(context_.get(), default_length(digest_.get())); }

  template <typename Init>
  PkeyCtxPtr start(EVP_PKEY* pkey, Init init, const Options& options) {
    PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr));
    if (!context || init(context.get()) <= 0 || !apply_rsa(context.get(), pkey, options) ||
        EVP_PKEY_CTX_set_signature_md(context.get(), digest_.get()) <= 0) {
      return nullptr;
    }
    return context;
  }

  // Ed25519 and its like hash the whole message themselves.
  static Failure refused(const EVP_PKEY* pkey) {
    if (!is_rsa(pkey) && half_size(pkey) == 0) {
      ERR_clear_error();
      return coded(ErrorType::Error, "ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported crypto operation");
    }
    return openssl_failure("PEM_read_bio_PrivateKey failed");
  }

  DigestCtxPtr context_;
  DigestPtr digest_;
};

constexpr char kSignJob[] = "SIGNREQUEST";

}  // namespace

void bind_sign(Binding& b) {
  b.class_<SignContext>("SignContext").raw_method<&SignContext::update>("update");
  function<&SignContext::create>(b, "createSignContext");
  method<&SignContext::sign>(b, "signContext");
  method<&SignContext::verify>(b, "verifyContext");
  job<&sign, kSignJob>(b, "sign");
  job<&verify, kSignJob>(b, "verify");
}

}  // namespace gyre::crypto
