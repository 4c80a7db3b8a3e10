#include "modules/crypto/cipher.h"

#include <openssl/err.h>
#include <openssl/proverr.h>

#include <algorithm>

namespace gyre::crypto {
namespace {

Failure invalid_iv() { return coded(ErrorType::TypeError, "ERR_CRYPTO_INVALID_IV", "Invalid initialization vector"); }

Failure invalid_tag_length(size_t length) {
  return coded(ErrorType::TypeError, "ERR_CRYPTO_INVALID_AUTH_TAG",
               "Invalid authentication tag length: " + std::to_string(length));
}

Failure invalid_state(std::string_view operation) {
  return coded(ErrorType::Error, "ERR_CRYPTO_INVALID_STATE", "Invalid state for operation " + std::string(operation));
}

// NIST SP 800-38D, section 5.2.1.2.
bool is_gcm_tag_length(size_t length) { return length == 4 || length == 8 || (length >= 12 && length <= 16); }

constexpr size_t kFullTag = 16;

}  // namespace

CipherPtr fetch_cipher(const std::string& name) {
  // Aliases (id-aes128-wrap, aes128) are known to the older table only.
  if (const EVP_CIPHER* known = EVP_get_cipherbyname(name.c_str())) {
    if (EVP_CIPHER* fetched = EVP_CIPHER_fetch(nullptr, EVP_CIPHER_get0_name(known), nullptr)) {
      return CipherPtr(fetched);
    }
    // OpenSSL knows it (RC4), but no provider that is loaded has it: using it is refused with that reason.
    ERR_clear_error();
    return CipherPtr(const_cast<EVP_CIPHER*>(known));
  }
  CipherPtr cipher(EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr));
  if (!cipher) ERR_clear_error();
  return cipher;
}

bool Cipher::is_authenticated() const {
  // OpenSSL's flag also marks combinations that only TLS can use, such as aes-128-cbc-hmac-sha1.
  switch (mode()) {
    case EVP_CIPH_GCM_MODE:
    case EVP_CIPH_CCM_MODE:
    case EVP_CIPH_OCB_MODE: return true;
    default: return EVP_CIPHER_is_a(cipher_.get(), "ChaCha20-Poly1305");
  }
}

Outcome<Cipher> Cipher::create(Direction direction, const std::string& name, ByteView key,
                               const std::optional<ByteVector>& iv, std::optional<size_t> tag_length) {
  CipherPtr fetched = fetch_cipher(name);
  if (!fetched) return coded(ErrorType::Error, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
  Cipher cipher(direction, std::move(fetched), CipherCtxPtr(EVP_CIPHER_CTX_new()));
  const EVP_CIPHER* kind = cipher.cipher_.get();
  EVP_CIPHER_CTX* context = cipher.context_.get();
  const size_t expected_iv = EVP_CIPHER_get_iv_length(kind);
  const size_t iv_size = iv ? iv->size() : 0;
  if (!iv && expected_iv != 0) return invalid_iv();
  if (iv && !cipher.is_authenticated() && iv_size != expected_iv) return invalid_iv();
  // Longer ones were once accepted and cut.
  if (EVP_CIPHER_is_a(kind, "ChaCha20-Poly1305") && iv_size > 12) return invalid_iv();

  if (cipher.mode() == EVP_CIPH_WRAP_MODE) {
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  }
  const int encrypt = cipher.encrypts();
  if (EVP_CipherInit_ex2(context, kind, nullptr, nullptr, encrypt, nullptr) != 1) {
    return openssl_failure("Failed to initialize cipher");
  }
  if (cipher.is_authenticated()) {
    auto prepared = cipher.prepare_tag(name, iv_size, tag_length);
    if (!prepared) return std::move(prepared).error();
  }
  if (EVP_CIPHER_CTX_set_key_length(context, static_cast<int>(key.size())) != 1) {
    ERR_clear_error();
    return coded(ErrorType::RangeError, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
  }
  if (EVP_CipherInit_ex2(context, nullptr, key.data(), iv ? iv->data() : nullptr, encrypt, nullptr) != 1) {
    return openssl_failure("Failed to initialize cipher");
  }
  return cipher;
}

Outcome<Done> Cipher::prepare_tag(const std::string& name, size_t iv_size, std::optional<size_t> tag_length) {
  EVP_CIPHER_CTX* context = context_.get();
  if (iv_size == 0 || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(iv_size), nullptr) != 1) {
    ERR_clear_error();
    return invalid_iv();
  }
  if (mode() == EVP_CIPH_GCM_MODE) {
    if (tag_length && !is_gcm_tag_length(*tag_length)) return invalid_tag_length(*tag_length);
    tag_length_ = tag_length;
    return Done{};
  }
  if (!tag_length) {
    if (!EVP_CIPHER_is_a(cipher_.get(), "ChaCha20-Poly1305")) {
      return coded(ErrorType::TypeError, "ERR_CRYPTO_INVALID_AUTH_TAG", "authTagLength required for " + name);
    }
    tag_length = kFullTag;
  }
  // OpenSSL takes zero for ChaCha20-Poly1305, and would check nothing.
  if (*tag_length == 0 ||
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(*tag_length), nullptr) != 1) {
    ERR_clear_error();
    return invalid_tag_length(*tag_length);
  }
  tag_length_ = tag_length;
  if (mode() == EVP_CIPH_CCM_MODE && iv_size >= 12) {
    // What the nonce leaves of 15 bytes holds the length of the message.
    max_message_size_ = (size_t{1} << (8 * (15 - iv_size))) - 1;
  }
  return Done{};
}

Outcome<Done> Cipher::check_message_size(size_t size) const {
  if (size <= max_message_size_) return Done{};
  return coded(ErrorType::RangeError, "ERR_CRYPTO_INVALID_MESSAGELEN", "Invalid message length");
}

// Gives OpenSSL the tag that the program set. CCM wants it before the data, the others at the end.
bool Cipher::hand_over_tag() {
  if (encrypts() || tag_state_ != TagState::Known) return true;
  tag_state_ = TagState::Given;
  return EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_.size()), tag_.data()) == 1;
}

Outcome<ByteVector> Cipher::update(ByteView data) {
  if (finished_ || data.size() > INT_MAX - EVP_MAX_BLOCK_LENGTH) {
    return Failure{.message = "Trying to add data in unsupported state"};
  }
  if (mode() == EVP_CIPH_CCM_MODE) {
    auto fits = check_message_size(data.size());
    if (!fits) return std::move(fits).error();
  }
  if (is_authenticated() && !hand_over_tag()) return openssl_failure("Invalid tag");
  // Wrapping adds up to two blocks, everything else at most one.
  int size = 0;
  ByteVector result(data.size() + EVP_MAX_BLOCK_LENGTH);
  const bool ok =
      EVP_CipherUpdate(context_.get(), result.data(), &size, data.data(), static_cast<int>(data.size())) == 1;
  if (!ok && !encrypts() && mode() == EVP_CIPH_CCM_MODE) {
    ERR_clear_error();
    authentication_failed_ = true;
    return ByteVector();
  }
  if (!ok) return openssl_failure("Trying to add data in unsupported state");
  has_message_ = true;
  // Unwrapping data of a wrong length reports a negative one.
  result.resize(std::max(size, 0));
  return result;
}

Outcome<ByteVector> Cipher::finish() {
  if (finished_) return coded(ErrorType::Error, "ERR_CRYPTO_INVALID_STATE", "Invalid state");
  const char* otherwise = is_authenticated() ? "Unsupported state or unable to authenticate data" : "Unsupported state";
  ByteVector result(EVP_MAX_BLOCK_LENGTH);
  int size = 0;
  bool ok;
  if (is_authenticated() && !encrypts() && tag_state_ == TagState::Unknown) {
    // Without a tag nothing can be authenticated.
    ok = false;
  } else if (!encrypts() && mode() == EVP_CIPH_CCM_MODE) {
    ok = !authentication_failed_;
  } else if (mode() == EVP_CIPH_CCM_MODE && !has_message_) {
    // OpenSSL looks at memory that it has not set, and may give that as the tag.
    ERR_raise(ERR_LIB_PROV, PROV_R_TAG_NOT_SET);
    ok = false;
  } else {
    ok = hand_over_tag() && EVP_CipherFinal_ex(context_.get(), result.data(), &size) == 1;
  }
  if (ok && encrypts() && is_authenticated()) {
    tag_.resize(tag_length_.value_or(kFullTag));
    tag_length_ = tag_.size();
    ok = EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_.size()), tag_.data()) == 1;
    if (ok) tag_state_ = TagState::Known;
  }
  finished_ = true;
  if (!ok) {
    // Of a wrong tag OpenSSL queues nothing.
    return openssl_failure(otherwise);
  }
  result.resize(size);
  return result;
}

Outcome<Done> Cipher::set_auto_padding(bool on) {
  if (finished_) return invalid_state("setAutoPadding");
  if (EVP_CIPHER_CTX_set_padding(context_.get(), on) != 1) return invalid_state("setAutoPadding");
  return Done{};
}

Outcome<Done> Cipher::set_additional_data(ByteView data, std::optional<size_t> plaintext_length) {
  if (finished_ || !is_authenticated()) return invalid_state("setAAD");
  int size = 0;
  if (mode() == EVP_CIPH_CCM_MODE) {
    if (!plaintext_length) {
      return coded(ErrorType::TypeError, "ERR_MISSING_ARGS", "options.plaintextLength required for CCM mode with AAD");
    }
    auto fits = check_message_size(*plaintext_length);
    if (!fits) return std::move(fits).error();
    if (!hand_over_tag()) return invalid_state("setAAD");
    if (EVP_CipherUpdate(context_.get(), nullptr, &size, nullptr, static_cast<int>(*plaintext_length)) != 1) {
      ERR_clear_error();
      return invalid_state("setAAD");
    }
  }
  // To CCM, no data and no length would be a message of no bytes.
  if (data.empty()) return Done{};
  if (EVP_CipherUpdate(context_.get(), nullptr, &size, data.data(), static_cast<int>(data.size())) != 1) {
    ERR_clear_error();
    return invalid_state("setAAD");
  }
  return Done{};
}

Outcome<Done> Cipher::set_tag(ByteView tag) {
  if (finished_ || !is_authenticated() || encrypts() || tag_state_ != TagState::Unknown) {
    return invalid_state("setAuthTag");
  }
  const bool is_valid =
      tag_length_ ? *tag_length_ == tag.size() : mode() == EVP_CIPH_GCM_MODE && is_gcm_tag_length(tag.size());
  if (!is_valid) return invalid_tag_length(tag.size());
  implicit_short_tag_ = !tag_length_ && tag.size() < kFullTag;
  tag_ = copy(tag);
  tag_state_ = TagState::Known;
  return Done{};
}

Outcome<ByteVector> Cipher::tag() const {
  if (!finished_ || !encrypts() || tag_state_ != TagState::Known) return invalid_state("getAuthTag");
  return tag_;
}

}  // namespace gyre::crypto
