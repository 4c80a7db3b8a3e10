#include "modules/crypto/failure.h"

#include <openssl/err.h>

#include <algorithm>
#include <cctype>

#include "binding/realm.h"

namespace gyre::crypto {
namespace {

std::string describe(unsigned long error) {
  char text[256];
  ERR_error_string_n(error, text, sizeof text);
  return text;
}

// The libraries that Node names in the code; errors of others (the providers among them) are told by
// their reason alone.
const char* library_prefix(int library) {
  switch (library) {
    case ERR_LIB_SYS: return "SYS_";
    case ERR_LIB_BN: return "BN_";
    case ERR_LIB_RSA: return "RSA_";
    case ERR_LIB_DH: return "DH_";
    case ERR_LIB_EVP: return "EVP_";
    case ERR_LIB_BUF: return "BUF_";
    case ERR_LIB_OBJ: return "OBJ_";
    case ERR_LIB_PEM: return "PEM_";
    case ERR_LIB_DSA: return "DSA_";
    case ERR_LIB_X509: return "X509_";
    case ERR_LIB_ASN1: return "ASN1_";
    case ERR_LIB_CONF: return "CONF_";
    case ERR_LIB_CRYPTO: return "CRYPTO_";
    case ERR_LIB_EC: return "EC_";
    case ERR_LIB_SSL: return "SSL_";
    case ERR_LIB_BIO: return "BIO_";
    case ERR_LIB_PKCS7: return "PKCS7_";
    case ERR_LIB_X509V3: return "X509V3_";
    case ERR_LIB_PKCS12: return "PKCS12_";
    case ERR_LIB_RAND: return "RAND_";
    case ERR_LIB_DSO: return "DSO_";
    case ERR_LIB_ENGINE: return "ENGINE_";
    case ERR_LIB_OCSP: return "OCSP_";
    case ERR_LIB_UI: return "UI_";
    case ERR_LIB_COMP: return "COMP_";
    case ERR_LIB_CMS: return "CMS_";
    case ERR_LIB_TS: return "TS_";
    case ERR_LIB_HMAC: return "HMAC_";
    case ERR_LIB_CT: return "CT_";
    case ERR_LIB_ASYNC: return "ASYNC_";
    case ERR_LIB_KDF: return "KDF_";
    case ERR_LIB_SM2: return "SM2_";
    default: return "";
  }
}

// ERR_OSSL_EVP_UNSUPPORTED of "digital envelope routines" and "unsupported".
std::string code_of(unsigned long error, std::string_view reason) {
  std::string code = "ERR_OSSL_";
  code += library_prefix(ERR_GET_LIB(error));
  for (const char c : reason) {
    code += c == ' ' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return code;
}

v8::Local<v8::Value> make_error(Realm& js, ErrorType type, const std::string& message) {
  const auto text = js.string(message);
  switch (type) {
    case ErrorType::TypeError: return v8::Exception::TypeError(text);
    case ErrorType::RangeError: return v8::Exception::RangeError(text);
    case ErrorType::SyntaxError: return v8::Exception::SyntaxError(text);
    default: return v8::Exception::Error(text);
  }
}

}  // namespace

Failure coded(ErrorType type, std::string_view code, std::string_view message) {
  Failure failure;
  failure.type = type;
  failure.code = code;
  failure.message = message;
  return failure;
}

Failure openssl_failure(std::string_view otherwise) {
  Failure failure;
  const unsigned long first = ERR_get_error();
  if (first == 0) {
    failure.message = otherwise;
    return failure;
  }
  failure.message = describe(first);
  if (const char* library = ERR_lib_error_string(first)) failure.library = library;
  if (const char* reason = ERR_reason_error_string(first)) {
    failure.reason = reason;
    failure.code = code_of(first, failure.reason);
  }
  while (const unsigned long next = ERR_get_error()) failure.stack.push_back(describe(next));
  // The latest came last: it stands first.
  std::reverse(failure.stack.begin(), failure.stack.end());
  return failure;
}

v8::Local<v8::Value> exception(Realm& js, const Failure& failure) {
  // Codes of Node's own belong to errors whose stack shows them.
  if (!failure.code.empty() && failure.library.empty()) {
    return js.exception(CodedError{failure.type, failure.code.c_str(), failure.message});
  }
  const auto error = make_error(js, failure.type, failure.message).As<v8::Object>();
  if (!failure.stack.empty()) {
    std::vector<v8::Local<v8::Value>> stack;
    for (const std::string& each : failure.stack) stack.push_back(js.string(each));
    js.set(error, "opensslErrorStack", v8::Array::New(js.isolate(), stack.data(), stack.size()));
  }
  if (!failure.library.empty()) js.set(error, "library", js.string(failure.library));
  if (!failure.reason.empty()) js.set(error, "reason", js.string(failure.reason));
  if (!failure.code.empty()) js.set(error, "code", js.string(failure.code));
  return error;
}

ErrorScope::ErrorScope() { ERR_clear_error(); }
ErrorScope::~ErrorScope() { ERR_clear_error(); }

}  // namespace gyre::crypto
