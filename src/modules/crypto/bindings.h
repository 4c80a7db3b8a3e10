// One bind function for each family; binding.cc calls them all.
#pragma once

namespace gyre {
class Binding;
}

namespace gyre::crypto {

void bind_cipher(Binding& b);
void bind_dh(Binding& b);
void bind_ecdh(Binding& b);
void bind_hash(Binding& b);
void bind_kdf(Binding& b);
void bind_kem(Binding& b);
void bind_keygen(Binding& b);
void bind_keys(Binding& b);
void bind_random(Binding& b);
void bind_rsa(Binding& b);
void bind_setup(Binding& b);  // first
void bind_sign(Binding& b);
void bind_spkac(Binding& b);
void bind_x509(Binding& b);

}  // namespace gyre::crypto
