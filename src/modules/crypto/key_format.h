// Keys from and to PEM and DER.
#pragma once

#include <optional>
#include <string>

#include "modules/crypto/failure.h"
#include "modules/crypto/openssl.h"

namespace gyre::crypto {

// `format` is pem or der; `type` (pkcs1, pkcs8, sec1, spki) matters for DER only. PEM may also be a
// certificate or a private key where a public one is wanted.
Outcome<PkeyPtr> parse_private(ByteView data, const std::string& format, const std::string& type,
                               const std::optional<std::string>& passphrase);
Outcome<PkeyPtr> parse_public(ByteView data, const std::string& format, const std::string& type,
                              const std::optional<std::string>& passphrase);

Outcome<ByteVector> write_public(EVP_PKEY* pkey, const std::string& format, const std::string& type);
// `cipher` and `passphrase` go together: the name of a cipher that encrypts the key.
Outcome<ByteVector> write_private(EVP_PKEY* pkey, const std::string& format, const std::string& type,
                                  const std::optional<std::string>& cipher,
                                  const std::optional<std::string>& passphrase);

}  // namespace gyre::crypto
