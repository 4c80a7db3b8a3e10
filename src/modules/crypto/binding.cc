// native('crypto'): one bind function for each family of functions.
#include "binding/binding.h"
#include "modules/crypto/bindings.h"

namespace gyre::crypto {

GYRE_MODULE(crypto) {
  bind_setup(b);
  bind_keys(b);
  bind_hash(b);
  bind_random(b);
  bind_kdf(b);
  bind_cipher(b);
  bind_keygen(b);
  bind_sign(b);
  bind_rsa(b);
  bind_dh(b);
  bind_ecdh(b);
  bind_kem(b);
  bind_x509(b);
  bind_spkac(b);
}

}  // namespace gyre::crypto
