// Keys: secret bytes, or the public or private half of a key pair. Shared, because a job on another
// thread may outlive the JavaScript object.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "binding/convert.h"
#include "binding/payload.h"
#include "modules/crypto/failure.h"
#include "modules/crypto/openssl.h"

namespace gyre::crypto {

enum class KeyType { Secret, Public, Private };

class KeyData {
 public:
  explicit KeyData(ByteVector secret) : type_(KeyType::Secret), secret_(std::move(secret)) {}
  KeyData(KeyType type, PkeyPtr pkey) : type_(type), pkey_(std::move(pkey)) {}

  KeyType type() const { return type_; }
  ByteView secret() const { return secret_; }
  // OpenSSL locks its keys itself: they may be used from several threads.
  EVP_PKEY* pkey() const { return pkey_.get(); }

 private:
  KeyType type_;
  ByteVector secret_;
  PkeyPtr pkey_;
};

using KeyRef = std::shared_ptr<const KeyData>;

inline KeyRef make_key(KeyType type, PkeyPtr pkey) { return std::make_shared<const KeyData>(type, std::move(pkey)); }

// What JavaScript holds of a key.
class KeyHandle : public Wrapped {
 public:
  static constexpr ClassTag kTag{"KeyHandle", nullptr};
  KeyHandle(Realm& realm, v8::Local<v8::Object> object, KeyRef key)
      : Wrapped(realm, object, kTag), key_(std::move(key)) {}
  const KeyRef& key() const { return key_; }
  std::shared_ptr<Payload> clone() override;

 private:
  KeyRef key_;
};

// A KeyHandle, or bytes as a secret key of their own.
bool from_js(Realm& js, v8::Local<v8::Value> value, KeyRef& out);
v8::Local<v8::Value> to_js(Realm& js, const KeyRef& key);

// Both halves; [public, private] in JavaScript.
struct KeyPair {
  KeyRef public_key;
  KeyRef private_key;
};
v8::Local<v8::Value> to_js(Realm& js, const KeyPair& pair);

// The handles of a key pair that was just made.
KeyPair make_pair(PkeyPtr pkey);

// The algorithm as Node spells it: rsa, rsa-pss, dsa, dh, ec, ed25519, ml-dsa-44 ...
std::string key_algorithm(const EVP_PKEY* pkey);

}  // namespace gyre::crypto
