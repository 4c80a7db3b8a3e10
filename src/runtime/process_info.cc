// native('process_info'): the versions of what the executable is made of.
#include <ares.h>
#include <brotli/encode.h>
#include <llhttp.h>
#include <nghttp2/nghttp2ver.h>
#include <openssl/opensslv.h>
#include <simdjson.h>
#include <sqlite3.h>
#include <uv.h>
#include <zlib.h>
#include <zstd.h>

#include "binding/binding.h"

#define GYRE_TEXT_(x) #x
#define GYRE_TEXT(x) GYRE_TEXT_(x)

namespace gyre {

GYRE_MODULE(process_info) {
  b.value("versions", [](Realm& js) -> v8::Local<v8::Value> {
    v8::Local<v8::Object> versions = v8::Object::New(js.isolate());
    const auto put = [&](const char* name, std::string_view value) { js.set(versions, name, js.string(value)); };
    put("gyre", GYRE_VERSION);
    put("v8", v8::V8::GetVersion());
    put("uv", uv_version_string());
    put("zlib", zlibVersion());
    put("brotli", std::to_string(BrotliEncoderVersion() >> 24) + "." +
                      std::to_string((BrotliEncoderVersion() >> 12) & 0xfff) + "." +
                      std::to_string(BrotliEncoderVersion() & 0xfff));
    put("zstd", ZSTD_VERSION_STRING);
    put("ares", ARES_VERSION_STR);
    put("modules", "137");
    put("nghttp2", NGHTTP2_VERSION);
    put("napi", "10");
    put("llhttp",
        GYRE_TEXT(LLHTTP_VERSION_MAJOR) "." GYRE_TEXT(LLHTTP_VERSION_MINOR) "." GYRE_TEXT(LLHTTP_VERSION_PATCH));
    put("openssl", OPENSSL_FULL_VERSION_STR);
    put("simdjson", SIMDJSON_VERSION);
    put("sqlite", SQLITE_VERSION);
    put("icu", "77.1");
    put("unicode", "16.0");
    put("cldr", "47.0");
    put("tz", "2025b");
    return versions;
  });
#ifdef GYRE_ASAN
  b.value("asan", [](Realm& js) -> v8::Local<v8::Value> { return v8::True(js.isolate()); });
#else
  b.value("asan", [](Realm& js) -> v8::Local<v8::Value> { return v8::False(js.isolate()); });
#endif
}

}  // namespace gyre
