// Symmetric ciphers by name, and what is known of them. Plain C++ over OpenSSL.
#pragma once

#include <optional>
#include <string>

#include "modules/crypto/failure.h"
#include "modules/crypto/openssl.h"

namespace gyre::crypto {

// A cipher by any of its names; null if there is none.
CipherPtr fetch_cipher(const std::string& name);

// One encryption or decryption from its key to its authentication tag.
class Cipher {
 public:
  enum class Direction { Encrypt, Decrypt };

  static Outcome<Cipher> create(Direction direction, const std::string& name, ByteView key,
                                const std::optional<ByteVector>& iv, std::optional<size_t> tag_length);

  Outcome<ByteVector> update(ByteView data);
  Outcome<ByteVector> finish();
  Outcome<Done> set_auto_padding(bool on);
  // `plaintext_length` is needed by CCM.
  Outcome<Done> set_additional_data(ByteView data, std::optional<size_t> plaintext_length);
  Outcome<Done> set_tag(ByteView tag);
  Outcome<ByteVector> tag() const;

  // Whether a tag shorter than the full one was accepted without having been asked for.
  bool has_implicit_short_tag() const { return implicit_short_tag_; }

 private:
  enum class TagState { Unknown, Known, Given };

  Cipher(Direction direction, CipherPtr cipher, CipherCtxPtr context)
      : direction_(direction), cipher_(std::move(cipher)), context_(std::move(context)) {}

  bool encrypts() const { return direction_ == Direction::Encrypt; }
  int mode() const { return EVP_CIPHER_get_mode(cipher_.get()); }
  bool is_authenticated() const;
  Outcome<Done> prepare_tag(const std::string& name, size_t iv_size, std::optional<size_t> tag_length);
  Outcome<Done> check_message_size(size_t size) const;
  bool hand_over_tag();

  Direction direction_;
  CipherPtr cipher_;
  CipherCtxPtr context_;
  std::optional<size_t> tag_length_;
  ByteVector tag_;
  TagState tag_state_ = TagState::Unknown;
  size_t max_message_size_ = SIZE_MAX;
  // CCM authenticates in update(): the failure is told by finish().
  bool authentication_failed_ = false;
  bool has_message_ = false;
  bool implicit_short_tag_ = false;
  bool finished_ = false;
};

}  // namespace gyre::crypto
