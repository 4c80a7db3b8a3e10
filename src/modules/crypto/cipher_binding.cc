// Cipheriv and Decipheriv, and what getCipherInfo() tells.
#include <openssl/err.h>
#include <openssl/objects.h>

#include <set>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/cipher.h"
#include "modules/crypto/input.h"
#include "modules/crypto/key_parts.h"

namespace gyre::crypto {
namespace {

std::optional<size_t> to_size(std::optional<double> value) {
  if (!value) return std::nullopt;
  return static_cast<size_t>(*value);
}

std::optional<ByteVector> to_bytes(std::optional<Copied> value) {
  if (!value) return std::nullopt;
  return std::move(value->bytes);
}

class CipherHandle : public Wrapped {
 public:
  static constexpr ClassTag kTag{"CipherBase", nullptr};

  CipherHandle(Realm& realm, v8::Local<v8::Object> object, Cipher cipher)
      : Wrapped(realm, object, kTag), cipher_(std::move(cipher)) {}

  // createCipher(encrypt, name, key, iv?, tag length?)
  static Outcome<v8::Local<v8::Object>> create(Realm& js, bool encrypt, std::string name, KeyRef key,
                                               std::optional<Copied> iv, std::optional<double> tag_length) {
    const auto direction = encrypt ? Cipher::Direction::Encrypt : Cipher::Direction::Decrypt;
    Cipher cipher =
        GYRE_CRYPTO_TRY(Cipher::create(direction, name, key->secret(), to_bytes(std::move(iv)), to_size(tag_length)));
    const auto object = instance_of<CipherHandle>(js);
    new CipherHandle(js, object, std::move(cipher));
    return object;
  }

  // update(data, encoding?)
  void update(const Info& info) {
    const ErrorScope scope;
    finish(realm(), info,
           with_bytes(info.GetIsolate(), info[0], info[1], [&](ByteView bytes) { return cipher_.update(bytes); }));
  }

  Outcome<ByteVector> final() { return cipher_.finish(); }
  Outcome<Done> set_auto_padding(bool on) { return cipher_.set_auto_padding(on); }
  Outcome<Done> set_aad(Copied data, std::optional<double> plaintext_length) {
    return cipher_.set_additional_data(data, to_size(plaintext_length));
  }
  // Whether the tag is shorter than it should be.
  Outcome<bool> set_tag(Copied tag) {
    auto result = cipher_.set_tag(tag);
    if (!result) return std::move(result).error();
    return cipher_.has_implicit_short_tag();
  }
  Outcome<ByteVector> tag() { return cipher_.tag(); }

 private:
  Cipher cipher_;
};

// A whole message, for web cryptography: encrypting appends the tag, decrypting expects it there.
Outcome<ByteVector> crypt(bool encrypt, std::string name, KeyRef key, std::optional<Copied> iv,
                          std::optional<double> tag_length, std::optional<Copied> aad, Copied data) {
  const auto direction = encrypt ? Cipher::Direction::Encrypt : Cipher::Direction::Decrypt;
  Cipher cipher =
      GYRE_CRYPTO_TRY(Cipher::create(direction, name, key->secret(), to_bytes(std::move(iv)), to_size(tag_length)));
  ByteView message = data;
  if (tag_length && !encrypt) {
    const size_t size = static_cast<size_t>(*tag_length);
    if (message.size() < size) return Failure{.message = "The provided data is too small."};
    GYRE_CRYPTO_TRY(cipher.set_tag(message.last(size)));
    message = message.first(message.size() - size);
  }
  if (aad && aad->size() > 0) {
    GYRE_CRYPTO_TRY(cipher.set_additional_data(*aad, std::nullopt));
  }
  ByteVector result = GYRE_CRYPTO_TRY(cipher.update(message));
  const ByteVector rest = GYRE_CRYPTO_TRY(cipher.finish());
  result.insert(result.end(), rest.begin(), rest.end());
  if (tag_length && encrypt) {
    const ByteVector tag = GYRE_CRYPTO_TRY(cipher.tag());
    result.insert(result.end(), tag.begin(), tag.end());
  }
  return result;
}

const char* mode_name(const EVP_CIPHER* cipher) {
  switch (EVP_CIPHER_get_mode(cipher)) {
    case EVP_CIPH_CBC_MODE: return "cbc";
    case EVP_CIPH_CCM_MODE: return "ccm";
    case EVP_CIPH_CFB_MODE: return "cfb";
    case EVP_CIPH_CTR_MODE: return "ctr";
    case EVP_CIPH_ECB_MODE: return "ecb";
    case EVP_CIPH_GCM_MODE: return "gcm";
    case EVP_CIPH_OCB_MODE: return "ocb";
    case EVP_CIPH_OFB_MODE: return "ofb";
    case EVP_CIPH_WRAP_MODE: return "wrap";
    case EVP_CIPH_XTS_MODE: return "xts";
    case EVP_CIPH_STREAM_CIPHER: return "stream";
    default: return nullptr;
  }
}

// Whether the cipher takes a key and a nonce of these lengths.
bool accepts(const EVP_CIPHER* cipher, std::optional<int32_t> key_length, std::optional<int32_t> iv_length) {
  const CipherCtxPtr context(EVP_CIPHER_CTX_new());
  if (EVP_CipherInit_ex2(context.get(), cipher, nullptr, nullptr, 1, nullptr) != 1) return false;
  if (key_length && EVP_CIPHER_CTX_set_key_length(context.get(), *key_length) != 1) return false;
  if (!iv_length) return true;
  if (!(EVP_CIPHER_get_flags(cipher) & EVP_CIPH_FLAG_AEAD_CIPHER)) {
    return *iv_length == EVP_CIPHER_get_iv_length(cipher);
  }
  return EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, *iv_length, nullptr) == 1;
}

// getCipherInfo(name, nid, keyLength?, ivLength?); a name of "" stands for the number.
Outcome<std::optional<Fields>> cipher_info(std::string name, int32_t nid, std::optional<int32_t> key_length,
                                           std::optional<int32_t> iv_length) {
  if (name.empty()) {
    const char* found = nid > 0 ? OBJ_nid2sn(nid) : nullptr;
    if (found == nullptr) return std::optional<Fields>();
    name = found;
  }
  const CipherPtr cipher = fetch_cipher(name);
  if (!cipher || !accepts(cipher.get(), key_length, iv_length)) return std::optional<Fields>();
  const EVP_CIPHER* known = EVP_get_cipherbyname(name.c_str());
  if (known == nullptr) known = EVP_get_cipherbyname(EVP_CIPHER_get0_name(cipher.get()));
  const int id = EVP_CIPHER_get_nid(known ? known : cipher.get());
  Fields fields;
  if (const char* mode = mode_name(cipher.get())) fields.text("mode", mode);
  const char* short_name = OBJ_nid2sn(id);
  std::string shown = id != NID_undef && short_name ? short_name : name;
  for (char& c : shown) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  fields.text("name", shown);
  fields.number("nid", id);
  const int block = EVP_CIPHER_get_block_size(cipher.get());
  if (EVP_CIPHER_get_mode(cipher.get()) != EVP_CIPH_STREAM_CIPHER) fields.number("blockSize", block);
  const int iv = iv_length.value_or(EVP_CIPHER_get_iv_length(cipher.get()));
  if (iv > 0) fields.number("ivLength", iv);
  fields.number("keyLength", key_length.value_or(EVP_CIPHER_get_key_length(cipher.get())));
  return std::optional<Fields>(std::move(fields));
}

Outcome<std::vector<std::string>> get_ciphers() {
  std::set<std::string> names;
  EVP_CIPHER_do_all_sorted(
      [](const EVP_CIPHER*, const char* from, const char*, void* into) {
        const CipherPtr cipher = from == nullptr ? nullptr : fetch_cipher(from);
        if (cipher && EVP_CIPHER_get0_provider(cipher.get()) != nullptr) {
          static_cast<std::set<std::string>*>(into)->insert(from);
        }
      },
      &names);
  return std::vector<std::string>(names.begin(), names.end());
}

constexpr char kCipherJob[] = "CIPHERREQUEST";

}  // namespace

void bind_cipher(Binding& b) {
  b.class_<CipherHandle>("CipherBase").raw_method<&CipherHandle::update>("update");
  function<&CipherHandle::create>(b, "createCipher");
  method<&CipherHandle::final>(b, "cipherFinal");
  method<&CipherHandle::set_auto_padding>(b, "cipherSetAutoPadding");
  method<&CipherHandle::set_aad>(b, "cipherSetAAD");
  method<&CipherHandle::set_tag>(b, "cipherSetAuthTag");
  method<&CipherHandle::tag>(b, "cipherGetAuthTag");
  function<&cipher_info>(b, "cipherInfo");
  function<&get_ciphers>(b, "getCiphers");
  job<&crypt, kCipherJob>(b, "crypt");
}

}  // namespace gyre::crypto
