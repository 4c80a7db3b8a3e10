#include "web/url/idna.h"

#include "web/url/icu_idna.h"
#include "web/url/plain_idna.h"

namespace gyre::url {

namespace {

// The standard sets CheckHyphens and VerifyDnsLength to false; ICU always reports these.
constexpr uint32_t kIgnoredErrors = icu::kErrorEmptyLabel | icu::kErrorLabelTooLong | icu::kErrorDomainNameTooLong |
                                    icu::kErrorLeadingHyphen | icu::kErrorTrailingHyphen | icu::kErrorHyphen34;

// ICU's data for UTS #46: immutable once open, so all threads share it, and never closed.
const UIDNA* uts46() {
  static const UIDNA* const idna = [] {
    UErrorCode status = 0;
    return uidna_openUTS46_77(
        icu::kCheckBidi | icu::kCheckContextJ | icu::kNontransitionalToAscii | icu::kNontransitionalToUnicode, &status);
  }();
  return idna;
}

using Convert = int32_t (*)(const UIDNA*, const char*, int32_t, char*, int32_t, UIDNAInfo*, UErrorCode*);

// Calls ICU with a buffer that fits. Nothing when ICU itself fails.
std::optional<std::string> convert(Convert function, std::string_view domain, uint32_t& errors) {
  constexpr size_t kLongestDomain = 1 << 20;
  if (uts46() == nullptr || domain.size() > kLongestDomain) return std::nullopt;
  std::string out(domain.size() + 64, '\0');
  for (;;) {
    UIDNAInfo info{};
    info.size = sizeof(info);
    UErrorCode status = 0;
    int32_t length = function(uts46(), domain.data(), static_cast<int32_t>(domain.size()), out.data(),
                              static_cast<int32_t>(out.size()), &info, &status);
    if (status == icu::kBufferOverflow) {
      out.resize(static_cast<size_t>(length) + 1);
      continue;
    }
    if (status > 0) return std::nullopt;
    errors = info.errors;
    out.resize(static_cast<size_t>(length));
    return out;
  }
}

}  // namespace

std::optional<std::string> domain_to_ascii(std::string_view domain) {
  // OPTIMIZATION: ICU takes several times as long.
  if (auto plain = plain_domain_to_ascii(domain)) return plain;
  uint32_t errors = 0;
  auto ascii = convert(uidna_nameToASCII_UTF8_77, domain, errors);
  if (!ascii || (errors & ~kIgnoredErrors) != 0) return std::nullopt;
  return ascii;
}

std::string domain_to_unicode(std::string_view domain) {
  uint32_t errors = 0;
  return convert(uidna_nameToUnicodeUTF8_77, domain, errors).value_or(std::string(domain));
}

}  // namespace gyre::url
