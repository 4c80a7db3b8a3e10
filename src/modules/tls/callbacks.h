// What OpenSSL asks while a connection is being made.
#pragma once

#include <openssl/ssl.h>

namespace gyre::tls {

// Lets the connections of a context answer for themselves.
void set_callbacks(SSL_CTX* context);

// The same for one connection: pre-shared keys, only where a program has them.
void set_psk_callbacks(SSL* ssl, bool is_server);

}  // namespace gyre::tls
