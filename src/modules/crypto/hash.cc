// Hash and Hmac: digests computed piece by piece, and at once.

#include "modules/crypto/openssl.h"

#include <openssl/err.h>
#include <openssl/hmac.h>

#include <set>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/digest.h"
#include "modules/crypto/input.h"
#include "modules/crypto/keys.h"
#include "runtime/environment.h"

namespace gyre::crypto {
namespace {

DigestCache& digests(Realm& js) { return static_cast<Environment&>(js).module_state<DigestCache>(); }

// digestNumber(name): what the other functions know a digest by; -1 for unknown ones.
int32_t digest_number(Realm& js, std::string name) {
  const ErrorScope scope;
  return digests(js).number_of(name);
}

class Hash : public Wrapped {
 public:
  static constexpr ClassTag kTag{"Hash", nullptr};

  Hash(Realm& realm, v8::Local<v8::Object> object) : Wrapped(realm, object, kTag) {}

  // createHash(digest or Hash, length?)
  static Outcome<v8::Local<v8::Object>> create(Realm& js, v8::Local<v8::Value> source, std::optional<double> length) {
    const auto object = instance_of<Hash>(js);
    auto* hash = new Hash(js, object);
    hash->context_.reset(EVP_MD_CTX_new());
    const EVP_MD* digest = nullptr;
    if (const Hash* original = gyre::unwrap<Hash>(source)) {
      digest = EVP_MD_CTX_get0_md(original->context_.get());
      if (EVP_MD_CTX_copy(hash->context_.get(), original->context_.get()) != 1) {
        return openssl_failure("Digest copy error");
      }
    } else {
      int32_t number;
      if (!from_js(js, source, number)) return Failure{.thrown = true};
      digest = digests(js).at(number);
      if (!digest || EVP_DigestInit_ex2(hash->context_.get(), digest, nullptr) != 1) {
        return openssl_failure("Digest method not supported");
      }
    }
    hash->length_ = default_length(digest);
    if (length && *length != static_cast<double>(hash->length_)) {
      if (!(EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF)) {
        refuse_length();
        return openssl_failure("Unsupported state or unable to set the length");
      }
      hash->length_ = static_cast<size_t>(*length);
    }
    return object;
  }

  // update(data, encoding?): whether it worked.
  void update(const Info& info) {
    const bool ok = with_bytes(info.GetIsolate(), info[0], info[1], [&](ByteView bytes) {
      return EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
    });
    info.GetReturnValue().Set(ok);
  }

  // digest(encoding?)
  void digest(const Info& info) {
    // A stream's end spends the context; digest() may still be called once.
    if (!result_) {
      auto result = finish_digest(context_.get(), length_);
      if (!result) return throw_failure(realm(), result.error());
      result_ = std::move(result).value();
    }
    info.GetReturnValue().Set(output(realm(), *result_, info[0]));
  }

 private:
  static void refuse_length();

  DigestCtxPtr context_;
  size_t length_ = 0;
  std::optional<ByteVector> result_;
};

using HmacCtxPtr = std::unique_ptr<HMAC_CTX, FreeWith<HMAC_CTX_free>>;

bool start_hmac(HMAC_CTX* context, const EVP_MD* digest, ByteView key) {
  // A null pointer would mean "the key stays".
  const uint8_t nothing = 0;
  return HMAC_Init_ex(context, key.empty() ? &nothing : key.data(), static_cast<int>(key.size()), digest, nullptr) == 1;
}

class Hmac : public Wrapped {
 public:
  static constexpr ClassTag kTag{"Hmac", nullptr};

  Hmac(Realm& realm, v8::Local<v8::Object> object) : Wrapped(realm, object, kTag) {}

  // createHmac(digest, key, name): the name is for the error.
  static Outcome<v8::Local<v8::Object>> create(Realm& js, int32_t number, KeyRef key, std::string name) {
    const EVP_MD* digest = digests(js).at(number);
    if (!digest) return invalid_digest(name);
    const auto object = instance_of<Hmac>(js);
    auto* hmac = new Hmac(js, object);
    hmac->context_.reset(HMAC_CTX_new());
    if (!start_hmac(hmac->context_.get(), digest, key->secret())) {
      return openssl_failure("HMAC failed");
    }
    return object;
  }

  void update(const Info& info) {
    const bool ok = with_bytes(info.GetIsolate(), info[0], info[1], [&](ByteView bytes) {
      return HMAC_Update(context_.get(), bytes.data(), bytes.size()) == 1;
    });
    info.GetReturnValue().Set(ok);
  }

  void digest(const Info& info) {
    ByteVector result(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    if (HMAC_Final(context_.get(), result.data(), &size) != 1) {
      return throw_failure(realm(), openssl_failure("HMAC failed"));
    }
    result.resize(size);
    info.GetReturnValue().Set(output(realm(), std::move(result), info[0]));
  }

 private:
  // The older interface: the newer one looks its digest up by name each time.
  HmacCtxPtr context_;
};

void Hash::refuse_length() { ERR_raise(ERR_LIB_EVP, EVP_R_NOT_XOF_OR_INVALID_LENGTH); }

// hash(digest, data, inputEncoding, outputEncoding, length, name)
void hash_at_once(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  DigestCache& cache = digests(js);
  const EVP_MD* digest = cache.at(info[0].As<v8::Int32>()->Value());
  const auto name = [&] {
    std::string text;
    (void)from_js(js, info[5], text);
    return text;
  };
  if (!digest) {
    return throw_failure(js, Failure{.message = "Digest method " + name() + " is not supported"});
  }
  std::optional<size_t> length;
  if (info[4]->IsNumber()) length = static_cast<size_t>(info[4].As<v8::Number>()->Value());
  if (length && *length != default_length(digest) && !(EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF)) {
    return throw_failure(js, Failure{.message = "Output length " + std::to_string(*length) + " is invalid for " +
                                                name() + ", which does not support XOF"});
  }
  auto result = with_bytes(js.isolate(), info[1], info[2],
                           [&](ByteView bytes) { return digest_of(cache.context(), digest, bytes, length); });
  if (!result) return throw_failure(js, result.error());
  info.GetReturnValue().Set(output(js, std::move(result).value(), info[3]));
}

// A context for HMACs that end before another begins.
struct IdleHmac {
  explicit IdleHmac(Environment&) : context(HMAC_CTX_new()) {}
  HmacCtxPtr context;
};

// hmac(digest, key, data, inputEncoding, outputEncoding): the key is text in UTF-8.
void hmac_at_once(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  const EVP_MD* digest = digests(js).at(info[0].As<v8::Int32>()->Value());
  HMAC_CTX* context = static_cast<Environment&>(js).module_state<IdleHmac>().context.get();
  ByteVector result(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  const bool ok = with_bytes(js.isolate(), info[1], v8::Undefined(js.isolate()),
                             [&](ByteView key) { return start_hmac(context, digest, key); }) &&
                  with_bytes(js.isolate(), info[2], info[3],
                             [&](ByteView bytes) { return HMAC_Update(context, bytes.data(), bytes.size()) == 1; }) &&
                  HMAC_Final(context, result.data(), &size) == 1;
  if (!ok) return throw_failure(js, openssl_failure("HMAC failed"));
  result.resize(size);
  info.GetReturnValue().Set(output(js, std::move(result), info[4]));
}

// Hash one-shot for web cryptography, on a pool thread.
Outcome<ByteVector> digest_bytes(std::string name, Copied data, std::optional<double> length) {
  const DigestPtr digest = fetch_digest(name);
  if (!digest) return invalid_digest(name);
  std::optional<size_t> size;
  if (length) size = static_cast<size_t>(*length);
  const DigestCtxPtr context(EVP_MD_CTX_new());
  return digest_of(context.get(), digest.get(), data, size);
}

// An HMAC at once.
Outcome<ByteVector> hmac_bytes(std::string name, KeyRef key, Copied data) {
  const DigestPtr digest = fetch_digest(name);
  if (!digest) return invalid_digest(name);
  ByteVector result(EVP_MAX_MD_SIZE);
  size_t size = 0;
  const ByteView secret = key->secret();
  const uint8_t nothing = 0;
  if (!EVP_Q_mac(nullptr, "HMAC", nullptr, EVP_MD_get0_name(digest.get()), nullptr,
                 secret.empty() ? &nothing : secret.data(), secret.size(), data.data(), data.size(), result.data(),
                 result.size(), &size)) {
    return openssl_failure("HMAC failed");
  }
  result.resize(size);
  return result;
}

// A KMAC at once: KMAC128 or KMAC256 with a customization string.
Outcome<ByteVector> kmac_bytes(std::string name, KeyRef key, Copied data, Copied customization, double length) {
  const MacPtr mac(EVP_MAC_fetch(nullptr, name.c_str(), nullptr));
  MacCtxPtr context(EVP_MAC_CTX_new(mac.get()));
  size_t size = static_cast<size_t>(length);
  std::vector<OSSL_PARAM> params = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size)};
  if (customization.size() > 0) {
    params.push_back(
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_CUSTOM, customization.bytes.data(), customization.size()));
  }
  params.push_back(OSSL_PARAM_construct_end());
  ByteVector result(size);
  const ByteView secret = key->secret();
  size_t written = 0;
  if (EVP_MAC_init(context.get(), secret.data(), secret.size(), params.data()) != 1 ||
      EVP_MAC_update(context.get(), data.data(), data.size()) != 1 ||
      EVP_MAC_final(context.get(), result.data(), &written, result.size()) != 1) {
    return openssl_failure("KMAC failed");
  }
  return result;
}

Outcome<std::vector<std::string>> get_hashes() {
  std::set<std::string> names;
  EVP_MD_do_all_sorted(
      [](const EVP_MD* digest, const char* from, const char*, void* into) {
        if (digest == nullptr && from == nullptr) return;
        const DigestPtr fetched = from == nullptr ? nullptr : fetch_digest(from);
        if (fetched && EVP_MD_get0_provider(fetched.get()) != nullptr) {
          static_cast<std::set<std::string>*>(into)->insert(from);
        }
      },
      &names);
  return std::vector<std::string>(names.begin(), names.end());
}

constexpr char kHashJob[] = "HASHREQUEST";

}  // namespace

void bind_hash(Binding& b) {
  b.class_<Hash>("Hash").raw_method<&Hash::update>("update").raw_method<&Hash::digest>("digest");
  b.class_<Hmac>("Hmac").raw_method<&Hmac::update>("update").raw_method<&Hmac::digest>("digest");
  function<&Hash::create>(b, "createHash");
  function<&Hmac::create>(b, "createHmac");
  b.function<&digest_number>("digestNumber");
  b.raw<&hash_at_once>("hash");
  b.raw<&hmac_at_once>("hmac");
  job<&digest_bytes, kHashJob>(b, "digestBytes");
  job<&hmac_bytes, kHashJob>(b, "hmacBytes");
  job<&kmac_bytes, kHashJob>(b, "kmacBytes");
  function<&get_hashes>(b, "getHashes");
}

}  // namespace gyre::crypto
