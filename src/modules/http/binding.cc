// native('http'): the parser, and the splitting of header bytes.
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "binding/binding.h"
#include "modules/http/parser.h"
#include "runtime/environment.h"

namespace gyre::http {
namespace {

// Header names seen before, made once a thread: equal names are the same string to V8.
struct HeaderNames {
  explicit HeaderNames(Realm&) {}
  std::unordered_map<std::string, v8::Global<v8::String>> names;
};

// A peer that invents names must not fill memory.
constexpr size_t kMaxNames = 512;

v8::Local<v8::String> header_name(Realm& js, HeaderNames& known, std::string name) {
  if (auto at = known.names.find(name); at != known.names.end()) return at->second.Get(js.isolate());
  v8::Local<v8::String> made =
      v8::String::NewFromOneByte(js.isolate(), reinterpret_cast<const uint8_t*>(name.data()),
                                 v8::NewStringType::kInternalized, static_cast<int>(name.size()))
          .ToLocalChecked();
  if (known.names.size() < kMaxNames) known.names[std::move(name)].Reset(js.isolate(), made);
  return made;
}

// ["name", "value", ...] of a block "name\0value\0..." as onHeaders brings it; at most `limit` headers
// (0: all).
v8::Local<v8::Value> split_headers(Realm& js, v8::Local<v8::String> block, uint32_t limit) {
  v8::Isolate* isolate = js.isolate();
  HeaderNames& known = Environment::from(js).module_state<HeaderNames>();
  const auto length = static_cast<uint32_t>(block->Length());
  std::string bytes(length, '\0');
  block->WriteOneByteV2(isolate, 0, length, reinterpret_cast<uint8_t*>(bytes.data()));
  std::vector<v8::Local<v8::Value>> parts;
  size_t at = 0;
  while (at < length) {
    const size_t name_end = bytes.find('\0', at);
    if (name_end == std::string::npos) break;
    const size_t value_end = std::min<size_t>(bytes.find('\0', name_end + 1), length);
    if (limit > 0 && parts.size() >= size_t{limit} * 2) break;
    parts.push_back(header_name(js, known, bytes.substr(at, name_end - at)));
    parts.push_back(js.latin1({bytes.data() + name_end + 1, value_end - name_end - 1}));
    at = value_end + 1;
  }
  return v8::Array::New(isolate, parts.data(), parts.size());
}

// The methods llhttp knows, by its numbers.
v8::Local<v8::Value> method_names(Realm& js) {
  v8::Local<v8::Array> names = v8::Array::New(js.isolate());
#define GYRE_ROW(number, identifier, text) \
  names->Set(js.isolate()->GetCurrentContext(), number, js.name(#text)).Check();
  HTTP_METHOD_MAP(GYRE_ROW)
#undef GYRE_ROW
  return names;
}

}  // namespace

GYRE_MODULE(http) {
  b.class_<Parser>("Parser")
      .constructor<>()
      .method<&Parser::initialize>("initialize")
      .method<&Parser::consume>("consume")
      .method<&Parser::unconsume>("unconsume")
      .raw_method<&Parser::execute>("execute")
      .method<&Parser::finish>("finish")
      .method<&Parser::pause>("pause")
      .method<&Parser::resume>("resume")
      .method<&Parser::free>("free")
      .method<&Parser::close>("close")
      .method<&Parser::expired>("expired")
      .method<&Parser::busy>("busy")
      .method<&Parser::start_clock>("startClock")
      .method<&Parser::async_id>("getAsyncId");
  b.function<&split_headers>("splitHeaders");
  b.value("methods", [](Realm& js) { return method_names(js); });
  b.constant("REQUEST", Parser::kRequest);
  b.constant("RESPONSE", Parser::kResponse);
}

}  // namespace gyre::http
