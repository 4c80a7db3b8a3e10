#include "modules/crypto/certificate.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>

namespace gyre::crypto {
namespace {

constexpr int kNameFlags =
    ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT | XN_FLAG_SEP_MULTILINE | XN_FLAG_FN_SN;

std::string time_text(const ASN1_TIME* time) {
  const BioPtr bio = writing();
  ASN1_TIME_print(bio.get(), time);
  return written_text(bio.get());
}

double time_milliseconds(const ASN1_TIME* time) {
  tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return static_cast<double>(timegm(&parts)) * 1000;
}

std::string fingerprint(const X509* certificate, const EVP_MD* digest) {
  uint8_t hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(certificate, digest, hash, &size) != 1) return {};
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (unsigned int i = 0; i < size; i++) {
    if (i > 0) text += ':';
    text += kDigits[hash[i] >> 4];
    text += kDigits[hash[i] & 15];
  }
  return text;
}

std::string object_text(const ASN1_OBJECT* object) {
  char text[128];
  OBJ_obj2txt(text, sizeof text, object, 1);
  return text;
}

enum class Charset { Latin1, Utf8 };

// Whether a character could let a name be mistaken for several, or for another.
bool is_ambiguous(unsigned char c, Charset charset) {
  if (c == '"' || c == '\\' || c == ',' || c == '\'') return true;
  return c < ' ' || c == 0x7f || (charset == Charset::Latin1 && c > 0x7f);
}

// Ambiguous text is written as a JSON string without commas, so that the list can be split at them.
std::string quoted_if_ambiguous(std::string_view text, Charset charset = Charset::Latin1) {
  if (std::none_of(text.begin(), text.end(), [&](unsigned char c) { return is_ambiguous(c, charset); })) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const unsigned char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += static_cast<char>(c);
    } else if (c == ',' || c < ' ' || c == 0x7f || (charset == Charset::Latin1 && c > 0x7f)) {
      char escape[8];
      snprintf(escape, sizeof escape, "\\u%04x", c);
      quoted += escape;
    } else {
      quoted += static_cast<char>(c);
    }
  }
  return quoted + '"';
}

std::string_view ia5(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  const uint8_t* bytes = ASN1_STRING_get0_data(address);
  char text[INET6_ADDRSTRLEN];
  if (ASN1_STRING_length(address) == 4) return inet_ntop(AF_INET, bytes, text, sizeof text);
  if (ASN1_STRING_length(address) != 16) {
    return "<invalid length=" + std::to_string(ASN1_STRING_length(address)) + ">";
  }
  // Not shortened: that is how the OpenSSL of old wrote it.
  std::string groups;
  for (int i = 0; i < 16; i += 2) {
    snprintf(text, sizeof text, "%s%X", i ? ":" : "", bytes[i] << 8 | bytes[i + 1]);
    groups += text;
  }
  return groups;
}

// The kinds of other names that hold plain text.
std::string other_name_text(const OTHERNAME* other) {
  const char* prefix = nullptr;
  int type = V_ASN1_UTF8STRING;
  switch (OBJ_obj2nid(other->type_id)) {
    case NID_id_on_SmtpUTF8Mailbox: prefix = "SmtpUTF8Mailbox:"; break;
    case NID_XmppAddr: prefix = "XmppAddr:"; break;
    case NID_SRVName:
      prefix = "SRVName:";
      type = V_ASN1_IA5STRING;
      break;
    case NID_ms_upn: prefix = "UPN:"; break;
    case NID_NAIRealm: prefix = "NAIRealm:"; break;
    default: break;
  }
  if (prefix == nullptr || other->value->type != type) return "<unsupported>";
  const Charset charset = type == V_ASN1_UTF8STRING ? Charset::Utf8 : Charset::Latin1;
  return quoted_if_ambiguous(prefix + std::string(ia5(other->value->value.asn1_string)), charset);
}

std::string general_name_text(const GENERAL_NAME* name) {
  switch (name->type) {
    case GEN_DNS: return "DNS:" + quoted_if_ambiguous(ia5(name->d.dNSName));
    case GEN_EMAIL: return "email:" + quoted_if_ambiguous(ia5(name->d.rfc822Name));
    case GEN_URI: return "URI:" + quoted_if_ambiguous(ia5(name->d.uniformResourceIdentifier));
    case GEN_IPADD: return "IP Address:" + address_text(name->d.iPAddress);
    case GEN_RID: return "Registered ID:" + object_text(name->d.registeredID);
    case GEN_DIRNAME: {
      const BioPtr bio = writing();
      // Control characters stay: quoting escapes them, and escaping twice would hide them.
      X509_NAME_print_ex(bio.get(), name->d.directoryName, 0,
                         XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB & ~ASN1_STRFLGS_ESC_CTRL);
      return "DirName:" + quoted_if_ambiguous(written_text(bio.get()), Charset::Utf8);
    }
    case GEN_OTHERNAME: return "othername:" + other_name_text(name->d.otherName);
    default: {
      const BioPtr bio = writing();
      GENERAL_NAME_print(bio.get(), const_cast<GENERAL_NAME*>(name));
      return written_text(bio.get());
    }
  }
}

std::string alternative_names(X509* certificate) {
  auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  std::string text;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
    if (i > 0) text += ", ";
    text += general_name_text(sk_GENERAL_NAME_value(names, i));
  }
  GENERAL_NAMES_free(names);
  return text;
}

// One line for each access method.
std::string information_access(X509* certificate) {
  auto* list = static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr));
  std::string text;
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(list); i++) {
    const ACCESS_DESCRIPTION* access = sk_ACCESS_DESCRIPTION_value(list, i);
    if (i > 0) text += '\n';
    char method[80];
    OBJ_obj2txt(method, sizeof method, access->method, 0);
    text += std::string(method) + " - " + general_name_text(access->location);
  }
  AUTHORITY_INFO_ACCESS_free(list);
  return text;
}

// What the older form of a certificate tells about its key.
void add_key_fields(X509* certificate, Fields& fields) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return;
  if (EVP_PKEY_is_a(key, "RSA")) {
    const BignumPtr n = bignum_param(key, OSSL_PKEY_PARAM_RSA_N);
    const BignumPtr e = bignum_param(key, OSSL_PKEY_PARAM_RSA_E);
    char* modulus = BN_bn2hex(n.get());
    fields.text("modulus", modulus);
    OPENSSL_free(modulus);
    fields.number("bits", BN_num_bits(n.get()));
    char exponent[32];
    snprintf(exponent, sizeof exponent, "0x%llx", static_cast<unsigned long long>(BN_get_word(e.get())));
    fields.text("exponent", exponent);
    uint8_t* der = nullptr;
    const int size = i2d_PUBKEY(const_cast<EVP_PKEY*>(key), &der);
    if (size > 0) fields.bytes("pubkey", ByteVector(der, der + size));
    OPENSSL_free(der);
  } else if (EVP_PKEY_is_a(key, "EC")) {
    const BignumPtr order = bignum_param(key, OSSL_PKEY_PARAM_EC_ORDER);
    if (order) fields.number("bits", BN_num_bits(order.get()));
    size_t size = 0;
    EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, nullptr, 0, &size);
    ByteVector point(size);
    EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point.data(), size, &size);
    fields.bytes("pubkey", std::move(point));
    const std::string curve = curve_name(key);
    if (!curve.empty()) {
      fields.text("asn1Curve", curve);
      if (const char* nist = EC_curve_nid2nist(OBJ_sn2nid(curve.c_str()))) {
        fields.text("nistCurve", nist);
      }
    }
  }
}

}  // namespace

std::string name_text(const X509_NAME* name) {
  const BioPtr bio = writing();
  X509_NAME_print_ex(bio.get(), name, 0, kNameFlags);
  return written_text(bio.get());
}

std::vector<std::vector<std::string>> name_entries(const X509_NAME* name) {
  std::vector<std::vector<std::string>> entries;
  for (int i = 0; i < X509_NAME_entry_count(name); i++) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const ASN1_OBJECT* object = X509_NAME_ENTRY_get_object(entry);
    const int nid = OBJ_obj2nid(object);
    uint8_t* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
    if (size < 0) continue;
    entries.push_back(
        {nid == NID_undef ? object_text(object) : OBJ_nid2sn(nid), std::string(reinterpret_cast<char*>(utf8), size)});
    OPENSSL_free(utf8);
  }
  return entries;
}

std::vector<std::string> extended_key_usage(X509* certificate) {
  auto* usages = static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr));
  std::vector<std::string> names;
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages); i++) {
    names.push_back(object_text(sk_ASN1_OBJECT_value(usages, i)));
  }
  EXTENDED_KEY_USAGE_free(usages);
  return names;
}

Fields certificate_fields(X509* certificate) {
  Fields fields;
  fields.text("subject", name_text(X509_get_subject_name(certificate)));
  fields.text("issuer", name_text(X509_get_issuer_name(certificate)));
  if (X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) >= 0) {
    fields.text("subjectAltName", alternative_names(certificate));
  }
  if (X509_get_ext_by_NID(certificate, NID_info_access, -1) >= 0) {
    fields.text("infoAccess", information_access(certificate));
  }
  fields.text("validFrom", time_text(X509_get0_notBefore(certificate)));
  fields.text("validTo", time_text(X509_get0_notAfter(certificate)));
  fields.number("validFromTime", time_milliseconds(X509_get0_notBefore(certificate)));
  fields.number("validToTime", time_milliseconds(X509_get0_notAfter(certificate)));
  fields.text("fingerprint", fingerprint(certificate, EVP_sha1()));
  fields.text("fingerprint256", fingerprint(certificate, EVP_sha256()));
  fields.text("fingerprint512", fingerprint(certificate, EVP_sha512()));
  const BignumPtr serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  if (serial) {
    char* digits = BN_bn2hex(serial.get());
    fields.text("serialNumber", digits);
    OPENSSL_free(digits);
  }
  fields.number("ca", X509_check_ca(certificate) == 1);
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  const int nid = OBJ_obj2nid(object);
  if (nid != NID_undef) fields.text("signatureAlgorithm", OBJ_nid2ln(nid));
  fields.text("signatureAlgorithmOid", object_text(object));
  uint8_t* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size > 0) fields.bytes("raw", ByteVector(der, der + size));
  OPENSSL_free(der);
  add_key_fields(certificate, fields);
  ERR_clear_error();
  return fields;
}

}  // namespace gyre::crypto
