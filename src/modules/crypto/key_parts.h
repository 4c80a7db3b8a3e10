// The numbers that keys are made of, as JSON Web Keys and key details show them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "modules/crypto/keys.h"

namespace gyre::crypto {

// Named values; a plain object in JavaScript.
struct Fields {
  std::vector<std::pair<std::string, std::variant<std::string, double, ByteVector>>> entries;

  void text(const char* name, std::string value) { entries.emplace_back(name, std::move(value)); }
  void number(const char* name, double value) { entries.emplace_back(name, value); }
  void bytes(const char* name, ByteVector value) { entries.emplace_back(name, std::move(value)); }
};
v8::Local<v8::Value> to_js(Realm& js, Fields fields);

// What asymmetricKeyDetails tells.
Outcome<Fields> key_details(const EVP_PKEY* pkey);

// RSA: n e (d p q dp dq qi); EC: curve x y (d); others: pub (priv, or seed where one is kept).
Outcome<Fields> key_parts(const KeyData& key);

// The size in bytes of one coordinate, and the curve's name; 0 and "" for keys on no curve.
size_t field_size(const EVP_PKEY* pkey);
std::string curve_name(const EVP_PKEY* pkey);

BignumPtr bignum_param(const EVP_PKEY* pkey, const char* name);

}  // namespace gyre::crypto
