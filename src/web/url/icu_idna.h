// The part of ICU's C API (unicode/uidna.h) that idna.cc calls. ICU is inside V8's archive, whose
// headers do not come with it.
#pragma once

#include <cstdint>

extern "C" {

struct UIDNA;
using UErrorCode = int;

struct UIDNAInfo {
  int16_t size;
  int8_t isTransitionalDifferent;
  int8_t reservedB3;
  uint32_t errors;
  int32_t reservedI2;
  int32_t reservedI3;
};

UIDNA* uidna_openUTS46_77(uint32_t options, UErrorCode* status);
int32_t uidna_nameToASCII_UTF8_77(const UIDNA* idna, const char* name, int32_t length, char* dest, int32_t capacity,
                                  UIDNAInfo* info, UErrorCode* status);
int32_t uidna_nameToUnicodeUTF8_77(const UIDNA* idna, const char* name, int32_t length, char* dest, int32_t capacity,
                                   UIDNAInfo* info, UErrorCode* status);
}

namespace gyre::url::icu {

inline constexpr uint32_t kCheckBidi = 0x04;
inline constexpr uint32_t kCheckContextJ = 0x08;
inline constexpr uint32_t kNontransitionalToAscii = 0x10;
inline constexpr uint32_t kNontransitionalToUnicode = 0x20;

inline constexpr uint32_t kErrorEmptyLabel = 0x01;
inline constexpr uint32_t kErrorLabelTooLong = 0x02;
inline constexpr uint32_t kErrorDomainNameTooLong = 0x04;
inline constexpr uint32_t kErrorLeadingHyphen = 0x08;
inline constexpr uint32_t kErrorTrailingHyphen = 0x10;
inline constexpr uint32_t kErrorHyphen34 = 0x20;

inline constexpr UErrorCode kBufferOverflow = 15;

}  // namespace gyre::url::icu
