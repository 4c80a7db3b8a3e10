// The part of ICU's converter interface that Gyre calls. ICU 77 is inside V8's archive, its headers
// are not: these declarations repeat the C interface.
#pragma once

#include <cstdint>

extern "C" {

struct UConverter;
struct UConverterToUnicodeArgs;

enum UErrorCode : int32_t { U_ZERO_ERROR = 0, U_BUFFER_OVERFLOW_ERROR = 15 };
constexpr bool U_FAILURE(UErrorCode code) { return code > U_ZERO_ERROR; }

enum UConverterCallbackReason { UCNV_UNASSIGNED, UCNV_ILLEGAL, UCNV_IRREGULAR, UCNV_RESET, UCNV_CLOSE, UCNV_CLONE };

using UConverterToUCallback = void (*)(const void* context, UConverterToUnicodeArgs* args, const char* bytes,
                                       int32_t length, UConverterCallbackReason reason, UErrorCode* error);

UConverter* ucnv_open_77(const char* name, UErrorCode* error);
void ucnv_close_77(UConverter* converter);
void ucnv_reset_77(UConverter* converter);
int8_t ucnv_getMaxCharSize_77(const UConverter* converter);
void ucnv_toUnicode_77(UConverter* converter, char16_t** target, const char16_t* target_limit, const char** source,
                       const char* source_limit, int32_t* offsets, int8_t flush, UErrorCode* error);
void ucnv_setToUCallBack_77(UConverter* converter, UConverterToUCallback action, const void* context,
                            UConverterToUCallback* old_action, const void** old_context, UErrorCode* error);
void ucnv_cbToUWriteUChars_77(UConverterToUnicodeArgs* args, const char16_t* source, int32_t length,
                              int32_t offset_index, UErrorCode* error);
}
