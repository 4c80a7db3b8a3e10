// What certificates say, as text. Plain C++ over OpenSSL.
#pragma once

#include <string>
#include <vector>

#include "modules/crypto/key_parts.h"
#include "modules/crypto/openssl.h"

namespace gyre::crypto {

// C=...\nCN=...
std::string name_text(const X509_NAME* name);
// [attribute, value] pairs, in order; an attribute may come more than once.
std::vector<std::vector<std::string>> name_entries(const X509_NAME* name);

// Everything of a certificate that is text or bytes; see certificate.cc for the names.
Fields certificate_fields(X509* certificate);

// The purposes of the extended key usage, as object identifiers.
std::vector<std::string> extended_key_usage(X509* certificate);

}  // namespace gyre::crypto
