// Certificate: Netscape's signed public key and challenge.
#include "modules/crypto/openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/input.h"

namespace gyre::crypto {
namespace {

using SpkacPtr = std::unique_ptr<NETSCAPE_SPKI, FreeWith<NETSCAPE_SPKI_free>>;

SpkacPtr parse(ByteView text) {
  // Line ends at the end would be taken for digits.
  size_t size = text.size();
  while (size > 0 &&
         (text[size - 1] == '\n' || text[size - 1] == '\r' || text[size - 1] == '\t' || text[size - 1] == ' ')) {
    size--;
  }
  SpkacPtr spkac(NETSCAPE_SPKI_b64_decode(reinterpret_cast<const char*>(text.data()), static_cast<int>(size)));
  ERR_clear_error();
  return spkac;
}

Outcome<bool> verify(Copied text) {
  const SpkacPtr spkac = parse(text);
  const PkeyPtr key(spkac ? X509_PUBKEY_get(spkac->spkac->pubkey) : nullptr);
  return key && NETSCAPE_SPKI_verify(spkac.get(), key.get()) > 0;
}

// Empty where the text is no SPKAC.
Outcome<ByteVector> public_key(Copied text) {
  const SpkacPtr spkac = parse(text);
  const PkeyPtr key(spkac ? X509_PUBKEY_get(spkac->spkac->pubkey) : nullptr);
  if (!key) return ByteVector();
  const BioPtr bio = writing();
  if (PEM_write_bio_PUBKEY(bio.get(), key.get()) <= 0) return ByteVector();
  return written(bio.get());
}

Outcome<ByteVector> challenge(Copied text) {
  const SpkacPtr spkac = parse(text);
  if (!spkac) return ByteVector();
  uint8_t* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, spkac->spkac->challenge);
  if (size < 0) return ByteVector();
  ByteVector bytes(utf8, utf8 + size);
  OPENSSL_free(utf8);
  return bytes;
}

}  // namespace

void bind_spkac(Binding& b) {
  function<&verify>(b, "verifySpkac");
  function<&public_key>(b, "spkacPublicKey");
  function<&challenge>(b, "spkacChallenge");
}

}  // namespace gyre::crypto
