#include "modules/crypto/key_format.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <cstring>

namespace gyre::crypto {
namespace {

struct Passphrase {
  const std::optional<std::string>& text;

  static int ask(char* buffer, int size, int, void* data) {
    const auto* self = static_cast<const Passphrase*>(data);
    if (!self->text || self->text->size() > static_cast<size_t>(size)) return -1;
    std::memcpy(buffer, self->text->data(), self->text->size());
    return static_cast<int>(self->text->size());
  }
};

Failure unreadable(bool has_passphrase) {
  const unsigned long first = ERR_peek_error();
  if (!has_passphrase && ERR_GET_LIB(first) == ERR_LIB_PEM && ERR_GET_REASON(first) == PEM_R_BAD_PASSWORD_READ) {
    ERR_clear_error();
    return coded(ErrorType::TypeError, "ERR_MISSING_PASSPHRASE", "Passphrase required for encrypted key");
  }
  return openssl_failure("Failed to read private key");
}

// The contents of the first PEM block of that name; nullopt if there is none.
std::optional<ByteVector> pem_block(ByteView data, const char* name) {
  const BioPtr bio = reading(data);
  uint8_t* der = nullptr;
  long size = 0;
  // The mark keeps "no start line" of one attempt out of the error of the next.
  ERR_set_mark();
  const int ok = PEM_bytes_read_bio(&der, &size, nullptr, name, bio.get(), nullptr, nullptr);
  ERR_pop_to_mark();
  if (ok != 1) return std::nullopt;
  ByteVector block(der, der + size);
  OPENSSL_clear_free(der, size);
  return block;
}

// The content of an ASN.1 SEQUENCE that is the whole of `data`.
std::optional<ByteView> sequence(ByteView data) {
  if (data.size() < 2 || data[0] != 0x30) return std::nullopt;
  size_t header = 2;
  size_t length = data[1];
  if (length & 0x80) {
    const size_t count = length & 0x7f;
    if (count > sizeof(size_t) || data.size() < 2 + count) return std::nullopt;
    length = 0;
    for (size_t i = 0; i < count; i++) length = length << 8 | data[2 + i];
    header += count;
  }
  return data.subspan(header, std::min(length, data.size() - header));
}

// An EncryptedPrivateKeyInfo begins with the algorithm, a PrivateKeyInfo with its version.
bool is_encrypted_pkcs8(ByteView data) {
  const auto content = sequence(data);
  return content && !content->empty() && (*content)[0] != 0x02;
}

PkeyPtr parse_der_private(ByteView data, const std::string& type, Passphrase& passphrase) {
  const uint8_t* at = data.data();
  const long size = static_cast<long>(data.size());
  if (type == "pkcs1") return PkeyPtr(d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &at, size));
  if (type == "sec1") return PkeyPtr(d2i_PrivateKey(EVP_PKEY_EC, nullptr, &at, size));
  const BioPtr bio = reading(data);
  if (is_encrypted_pkcs8(data)) {
    return PkeyPtr(d2i_PKCS8PrivateKey_bio(bio.get(), nullptr, Passphrase::ask, &passphrase));
  }
  const Pkcs8Ptr info(d2i_PKCS8_PRIV_KEY_INFO_bio(bio.get(), nullptr));
  return info ? PkeyPtr(EVP_PKCS82PKEY(info.get())) : nullptr;
}

// PKCS#1 writes private keys with a version before the modulus.
bool is_pkcs1_private(ByteView data) {
  const auto content = sequence(data);
  return content && content->size() > 2 && (*content)[0] == 0x02 && (*content)[1] == 1;
}

PkeyPtr parse_der_public(ByteView data, const std::string& type) {
  const uint8_t* at = data.data();
  const long size = static_cast<long>(data.size());
  return PkeyPtr(type == "pkcs1" ? d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size) : d2i_PUBKEY(nullptr, &at, size));
}

}  // namespace

Outcome<PkeyPtr> parse_private(ByteView data, const std::string& format, const std::string& type,
                               const std::optional<std::string>& passphrase) {
  Passphrase asked{passphrase};
  PkeyPtr pkey;
  if (format == "pem") {
    const BioPtr bio = reading(data);
    pkey.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, Passphrase::ask, &asked));
  } else {
    pkey = parse_der_private(data, type, asked);
  }
  if (!pkey) return unreadable(passphrase.has_value());
  return pkey;
}

Outcome<PkeyPtr> parse_public(ByteView data, const std::string& format, const std::string& type,
                              const std::optional<std::string>& passphrase) {
  PkeyPtr pkey;
  if (format != "pem") {
    if (type == "pkcs8" || type == "sec1" || (type == "pkcs1" && is_pkcs1_private(data))) {
      return parse_private(data, format, type, passphrase);
    }
    pkey = parse_der_public(data, type);
  } else if (const auto spki = pem_block(data, "PUBLIC KEY")) {
    pkey = parse_der_public(*spki, "spki");
  } else if (const auto pkcs1 = pem_block(data, "RSA PUBLIC KEY")) {
    pkey = parse_der_public(*pkcs1, "pkcs1");
  } else if (const auto certificate = pem_block(data, "CERTIFICATE")) {
    const uint8_t* at = certificate->data();
    const X509Ptr x509(d2i_X509(nullptr, &at, static_cast<long>(certificate->size())));
    if (x509) pkey.reset(X509_get_pubkey(x509.get()));
  } else {
    return parse_private(data, format, type, passphrase);
  }
  if (!pkey) return openssl_failure("Failed to read asymmetric key");
  return pkey;
}

Outcome<ByteVector> write_public(EVP_PKEY* pkey, const std::string& format, const std::string& type) {
  const BioPtr bio = writing();
  bool ok;
  if (format == "pem" && type == "pkcs1") {
    uint8_t* der = nullptr;
    const int size = i2d_PublicKey(pkey, &der);
    ok = size > 0 && PEM_write_bio(bio.get(), "RSA PUBLIC KEY", "", der, size) > 0;
    OPENSSL_free(der);
  } else if (format == "pem") {
    ok = PEM_write_bio_PUBKEY(bio.get(), pkey) == 1;
  } else if (type == "pkcs1") {
    uint8_t* der = nullptr;
    const int size = i2d_PublicKey(pkey, &der);
    ok = size > 0 && BIO_write(bio.get(), der, size) == size;
    OPENSSL_free(der);
  } else {
    ok = i2d_PUBKEY_bio(bio.get(), pkey) == 1;
  }
  if (!ok) return openssl_failure("Failed to encode public key");
  return written(bio.get());
}

Outcome<ByteVector> write_private(EVP_PKEY* pkey, const std::string& format, const std::string& type,
                                  const std::optional<std::string>& cipher_name,
                                  const std::optional<std::string>& passphrase) {
  const EVP_CIPHER* cipher = nullptr;
  if (cipher_name) {
    cipher = EVP_get_cipherbyname(cipher_name->c_str());
    if (!cipher) return coded(ErrorType::Error, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
  }
  // Without a cipher no passphrase; with one, an empty passphrase is still one.
  const std::string secret = passphrase.value_or("");
  const char* text = cipher ? secret.data() : nullptr;
  const int length = cipher ? static_cast<int>(secret.size()) : 0;
  const BioPtr bio = writing();
  bool ok;
  if (type == "pkcs8") {
    ok = format == "pem" ? PEM_write_bio_PKCS8PrivateKey(bio.get(), pkey, cipher, text, length, nullptr, nullptr) == 1
                         : i2d_PKCS8PrivateKey_bio(bio.get(), pkey, cipher, text, length, nullptr, nullptr) == 1;
  } else if (format == "pem") {
    const auto* key = reinterpret_cast<const unsigned char*>(text);
    ok = PEM_write_bio_PrivateKey_traditional(bio.get(), pkey, cipher, const_cast<unsigned char*>(key), length, nullptr,
                                              nullptr) == 1;
  } else {
    uint8_t* der = nullptr;
    const int size = i2d_PrivateKey(pkey, &der);
    ok = size > 0 && BIO_write(bio.get(), der, size) == size;
    OPENSSL_clear_free(der, size > 0 ? size : 0);
  }
  if (!ok) return openssl_failure("Failed to encode private key");
  return written(bio.get());
}

}  // namespace gyre::crypto
