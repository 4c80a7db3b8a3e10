// The certificate authorities that are trusted where a program names none.
#pragma once

#include <string>
#include <vector>

#include "modules/crypto/openssl.h"

namespace gyre::tls {

using X509StorePtr = std::unique_ptr<X509_STORE, crypto::FreeWith<X509_STORE_free>>;

// Every certificate of a text of PEM.
std::vector<crypto::X509Ptr> read_certificates(crypto::ByteView pem);

// Certificates as PEM: of the machine's bundle, and of the file that NODE_EXTRA_CA_CERTS names (an
// empty list if it cannot be read; `error` then says why).
std::vector<std::string> bundled_certificates();
std::vector<std::string> extra_certificates(std::string file, std::string& error);

}  // namespace gyre::tls
