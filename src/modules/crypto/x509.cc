// X509Certificate.
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/certificate.h"
#include "modules/crypto/input.h"
#include "modules/crypto/keys.h"

namespace gyre::crypto {
namespace {

class Certificate : public Wrapped {
 public:
  static constexpr ClassTag kTag{"X509Certificate", nullptr};

  Certificate(Realm& realm, v8::Local<v8::Object> object, X509Ptr certificate)
      : Wrapped(realm, object, kTag), certificate_(std::move(certificate)) {}

  static Outcome<v8::Local<v8::Object>> parse(Realm& js, Copied data) {
    const BioPtr bio = reading(data);
    X509Ptr certificate(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr));
    if (!certificate) {
      // The error about PEM stands if it is no DER either.
      const uint8_t* at = data.data();
      ERR_set_mark();
      certificate.reset(d2i_X509(nullptr, &at, static_cast<long>(data.size())));
      ERR_pop_to_mark();
    }
    if (!certificate) return openssl_failure("Failed to parse certificate");
    const auto object = instance_of<Certificate>(js);
    new Certificate(js, object, std::move(certificate));
    return object;
  }

  Outcome<Fields> fields() { return certificate_fields(x509()); }
  Outcome<std::vector<std::vector<std::string>>> subject() { return name_entries(X509_get_subject_name(x509())); }
  Outcome<std::vector<std::vector<std::string>>> issuer() { return name_entries(X509_get_issuer_name(x509())); }
  Outcome<std::vector<std::string>> key_usage() { return extended_key_usage(x509()); }

  Outcome<KeyRef> public_key() {
    PkeyPtr key(X509_get_pubkey(x509()));
    if (!key) return openssl_failure("Failed to read public key");
    return make_key(KeyType::Public, std::move(key));
  }

  Outcome<std::string> pem() {
    const BioPtr bio = writing();
    if (PEM_write_bio_X509(bio.get(), x509()) != 1) return openssl_failure("Failed to write PEM");
    return written_text(bio.get());
  }

  // The name that matched; undefined if none did.
  Outcome<std::optional<std::string>> check_host(std::string name, uint32_t flags) {
    char* peer = nullptr;
    const int result = X509_check_host(x509(), name.data(), name.size(), flags, &peer);
    if (result < 0) return invalid("name");
    std::optional<std::string> matched;
    if (result == 1) matched = peer ? peer : name;
    OPENSSL_free(peer);
    return matched;
  }
  Outcome<std::optional<std::string>> check_email(std::string email, uint32_t flags) {
    const int result = X509_check_email(x509(), email.data(), email.size(), flags);
    if (result < 0) return invalid("email");
    return result == 1 ? std::optional(email) : std::nullopt;
  }
  Outcome<std::optional<std::string>> check_ip(std::string address) {
    const int result = X509_check_ip_asc(x509(), address.c_str(), 0);
    if (result == -2) return invalid("ip");
    return result == 1 ? std::optional(address) : std::nullopt;
  }

  Outcome<bool> check_issued(Certificate* issuer) { return X509_check_issued(issuer->x509(), x509()) == X509_V_OK; }
  Outcome<bool> check_private_key(KeyRef key) { return X509_check_private_key(x509(), key->pkey()) == 1; }
  Outcome<bool> verify(KeyRef key) { return X509_verify(x509(), key->pkey()) > 0; }

 private:
  X509* x509() { return certificate_.get(); }
  static Failure invalid(const char* name) {
    ERR_clear_error();
    return coded(ErrorType::TypeError, "ERR_INVALID_ARG_VALUE", std::string("Invalid ") + name);
  }

  X509Ptr certificate_;
};

}  // namespace

void bind_x509(Binding& b) {
  b.class_<Certificate>("X509Certificate");
  function<&Certificate::parse>(b, "parseCertificate");
  method<&Certificate::fields>(b, "certificateFields");
  method<&Certificate::subject>(b, "certificateSubject");
  method<&Certificate::issuer>(b, "certificateIssuer");
  method<&Certificate::key_usage>(b, "certificateKeyUsage");
  method<&Certificate::public_key>(b, "certificatePublicKey");
  method<&Certificate::pem>(b, "certificatePem");
  method<&Certificate::check_host>(b, "certificateCheckHost");
  method<&Certificate::check_email>(b, "certificateCheckEmail");
  method<&Certificate::check_ip>(b, "certificateCheckIp");
  method<&Certificate::check_issued>(b, "certificateCheckIssued");
  method<&Certificate::check_private_key>(b, "certificateCheckPrivateKey");
  method<&Certificate::verify>(b, "certificateVerify");
}

}  // namespace gyre::crypto
