// How OpenSSL starts: without the machine's configuration, with one only where it is asked for.
#include "modules/crypto/openssl.h"

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"

namespace gyre::crypto {
namespace {

// Policies that a distribution sets for its own programs must not change what scripts see, and
// reading them would take time. Everything of OpenSSL that is used later comes after this.
bool initialize() {
  if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr) != 1) {
    return false;
  }
  const char* file = std::getenv("OPENSSL_CONF");
  if (file != nullptr && *file != 0) {
    CONF_modules_load_file(file, "nodejs_conf", CONF_MFLAGS_IGNORE_MISSING_FILE);
    ERR_clear_error();
  }
  return true;
}

// --openssl-config: the section is that of Node, or with --openssl-shared-config that of all.
Outcome<Done> load_config(std::string file, std::string section) {
  if (CONF_modules_load_file(file.c_str(), section.c_str(), 0) <= 0) {
    return openssl_failure("OpenSSL configuration error");
  }
  // A configuration may leave nothing to make random numbers with: then nothing is safe.
  if (RAND_status() != 1) {
    std::fputs("OpenSSL has no source of random numbers\n", stderr);
    std::abort();
  }
  return Done{};
}

// --openssl-legacy-provider: algorithms that are no longer secure, from a module beside OpenSSL.
Outcome<Done> load_legacy() {
  if (OSSL_PROVIDER_load(nullptr, "legacy") == nullptr) {
    return openssl_failure("Cannot load the legacy provider of OpenSSL");
  }
  // Loading one provider by name takes away the one that is there by default.
  OSSL_PROVIDER_load(nullptr, "default");
  return Done{};
}

}  // namespace

void bind_setup(Binding& b) {
  b.value("isInitialized", [](Realm& js) { return to_js(js, initialize()); });
  b.constant("kVersionNumber", static_cast<double>(OPENSSL_VERSION_NUMBER));
  function<&load_config>(b, "loadConfig");
  function<&load_legacy>(b, "loadLegacyProvider");
}

}  // namespace gyre::crypto
