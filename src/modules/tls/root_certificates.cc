#include "modules/tls/root_certificates.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstring>
#include <fstream>
#include <sstream>

namespace gyre::tls {
namespace {

// Where distributions keep the authorities they trust, the first that exists is taken.
constexpr const char* kBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Red Hat
    "/etc/ssl/cert.pem",                                  // the BSDs
};

bool read_file(const std::string& file, std::string& out) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return false;
  std::ostringstream text;
  text << stream.rdbuf();
  out = std::move(text).str();
  return true;
}

std::vector<std::string> as_pem(const std::string& text) {
  std::vector<std::string> list;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  for (const crypto::X509Ptr& certificate : read_certificates({bytes, text.size()})) {
    const crypto::BioPtr bio = crypto::writing();
    PEM_write_bio_X509(bio.get(), certificate.get());
    std::string pem = crypto::written_text(bio.get());
    list.push_back(std::move(pem));
  }
  return list;
}

}  // namespace

std::vector<crypto::X509Ptr> read_certificates(crypto::ByteView pem) {
  std::vector<crypto::X509Ptr> list;
  const crypto::BioPtr bio = crypto::reading(pem);
  while (X509* certificate = PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr)) {
    list.emplace_back(certificate);
  }
  ERR_clear_error();
  return list;
}

std::vector<std::string> bundled_certificates() {
  std::string text;
  for (const char* file : kBundles) {
    if (read_file(file, text)) return as_pem(text);
  }
  return {};
}

std::vector<std::string> extra_certificates(std::string file, std::string& error) {
  std::string text;
  if (!read_file(file, text)) {
    error = std::strerror(errno);
    return {};
  }
  std::vector<std::string> list = as_pem(text);
  if (list.empty()) error = "no certificate found";
  return list;
}

}  // namespace gyre::tls
