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

#include <algorithm>

#include "binding/binding.h"
#include "runtime/process_info.h"

#define GYRE_TEXT_(x) #x
#define GYRE_TEXT(x) GYRE_TEXT_(x)

namespace gyre {

Facts component_versions() {
  Facts all;
  const auto put = [&](const char* name, std::string value) { all.emplace_back(name, std::move(value)); };
  put("node", kNodeVersion);
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
  std::sort(all.begin() + 1, all.end());
  return all;
}

Facts release_facts() {
  const std::string version = std::string("v") + kNodeVersion;
  const std::string place = "https://nodejs.org/download/release/" + version + "/node-" + version;
  return {{"name", "node"},
          {"lts", "Krypton"},
          {"headersUrl", place + "-headers.tar.gz"},
          {"sourceUrl", place + ".tar.gz"}};
}

namespace {

v8::Local<v8::Value> to_pairs(Realm& js, const Facts& facts) {
  std::vector<std::string> flat;
  for (const auto& [name, value] : facts) flat.insert(flat.end(), {name, value});
  return to_js(js, flat);
}

}  // namespace

GYRE_MODULE(process_info) {
  // [name, value, ...]
  b.value("versions", [](Realm& js) { return to_pairs(js, component_versions()); });
  b.value("release", [](Realm& js) { return to_pairs(js, release_facts()); });
#ifdef GYRE_ASAN
  b.value("asan", [](Realm& js) -> v8::Local<v8::Value> { return v8::True(js.isolate()); });
#else
  b.value("asan", [](Realm& js) -> v8::Local<v8::Value> { return v8::False(js.isolate()); });
#endif
}

}  // namespace gyre
