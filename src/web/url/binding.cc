// native('url'): the parser, from strings of V8 to strings of V8 with one copy at most.
#include "binding/binding.h"

#include <optional>

#include "web/url/host.h"
#include "web/url/idna.h"
#include "web/url/parser.h"
#include "web/url/plain_idna.h"

namespace gyre::url {

namespace {

// A JavaScript string as UTF-8. ASCII is viewed where it lies, so V8 must not be called while this
// lives.
class Utf8View {
 public:
  Utf8View(v8::Isolate* isolate, v8::Local<v8::String> text) : view_(isolate, text) {
    if (view_.is_one_byte()) {
      encode(view_.data8(), view_.length());
    } else {
      encode(view_.data16(), view_.length());
    }
  }

  std::string_view text() const { return text_; }
  // Whether text() is the string itself, unit for unit.
  bool is_ascii() const { return storage_.empty(); }

 private:
  void encode(const uint8_t* units, size_t length) {
    uint8_t seen = 0;
    for (size_t i = 0; i < length; i++) seen |= units[i];
    if (seen < 0x80) {
      text_ = std::string_view(reinterpret_cast<const char*>(units), length);
      return;
    }
    storage_.reserve(length * 2);
    for (size_t i = 0; i < length; i++) append(units[i]);
    text_ = storage_;
  }

  void encode(const uint16_t* units, size_t length) {
    storage_.reserve(length * 3);
    for (size_t i = 0; i < length; i++) {
      uint32_t unit = units[i];
      bool high = unit >= 0xd800 && unit < 0xdc00;
      if (high && i + 1 < length && units[i + 1] >= 0xdc00 && units[i + 1] < 0xe000) {
        append(0x10000 + ((unit & 0x3ff) << 10 | (units[++i] & 0x3ff)));
      } else {
        append(unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
      }
    }
    text_ = storage_;
  }

  void append(uint32_t code_point) {
    if (code_point < 0x80) {
      storage_ += static_cast<char>(code_point);
      return;
    }
    int continuation = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
    constexpr uint8_t kLead[] = {0, 0xc0, 0xe0, 0xf0};
    storage_ += static_cast<char>(kLead[continuation] | code_point >> (6 * continuation));
    while (continuation-- > 0) {
      storage_ += static_cast<char>(0x80 | (code_point >> (6 * continuation) & 0x3f));
    }
  }

  v8::String::ValueView view_;
  std::string storage_;
  std::string_view text_;
};

// Without a base, undefined; false when there is one that cannot be parsed.
bool parse_base(v8::Isolate* isolate, v8::Local<v8::Value> value, std::optional<Url>& base) {
  if (!value->IsString()) return true;
  base = parse(Utf8View(isolate, value.As<v8::String>()).text());
  return base.has_value();
}

// The offsets that the Uint32Array of the caller holds.
UrlOffsets read_offsets(v8::Local<v8::Value> array) {
  std::span<uint8_t> bytes = bytes_of(array);
  CHECK(bytes.size() == 7 * sizeof(uint32_t));
  const uint32_t* in = reinterpret_cast<const uint32_t*>(bytes.data());
  return {in[0], in[1], in[2], in[3], in[4], in[5], in[6]};
}

// Writes the offsets of `url` into the Uint32Array that the caller brought.
void write_offsets(const UrlOffsets& url, v8::Local<v8::Value> array) {
  std::span<uint8_t> bytes = bytes_of(array);
  CHECK(bytes.size() == 7 * sizeof(uint32_t));
  uint32_t* out = reinterpret_cast<uint32_t*>(bytes.data());
  out[0] = url.protocol_end;
  out[1] = url.username_end;
  out[2] = url.host_start;
  out[3] = url.host_end;
  out[4] = url.path_start;
  out[5] = url.search_start;
  out[6] = url.hash_start;
}

bool write_if_serialized(std::string_view input, v8::Local<v8::Value> array) {
  UrlOffsets offsets;
  if (!is_serialized(input, offsets)) return false;
  write_offsets(offsets, array);
  return true;
}

// isSerialized(input, offsets): whether the input is seen at once to be a URL as it is serialized.
void js_is_serialized(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Utf8View input(info.GetIsolate(), info[0].As<v8::String>());
  info.GetReturnValue().Set(input.is_ascii() && write_if_serialized(input.text(), info[1]));
}

bool fast_is_serialized(v8::Local<v8::Value>, const v8::FastOneByteString& input, v8::Local<v8::Value> offsets,
                        v8::FastApiCallbackOptions& options) {
  const v8::HandleScope handles(options.isolate);
  // Latin-1 beyond ASCII is in the sets of what has to be encoded, and in no host.
  return write_if_serialized({input.data, input.length}, offsets);
}

std::string_view bytes(const v8::String::ValueView& view) {
  return {reinterpret_cast<const char*>(view.data8()), view.length()};
}

// OPTIMIZATION: most that has a base is a path on its server.
bool resolve_at_once(const v8::FunctionCallbackInfo<v8::Value>& info, Url& url) {
  // Flattens the input, for which V8 allocates: it must not while there is a view.
  { v8::String::ValueView flattened(info.GetIsolate(), info[0].As<v8::String>()); }
  v8::String::ValueView base(info.GetIsolate(), info[1].As<v8::String>());
  v8::String::ValueView input(info.GetIsolate(), info[0].As<v8::String>());
  // Latin-1 beyond ASCII is in the sets of what has to be encoded, and in no host.
  if (!base.is_one_byte() || !input.is_one_byte()) return false;
  UrlOffsets offsets;
  if (info[3]->IsTrue()) {
    offsets = read_offsets(info[2]);
  } else if (!is_nearly_serialized(bytes(base), offsets)) {
    return false;
  }
  return resolve_plain_path(bytes(base), offsets, bytes(input), url);
}

// parse(input, base | undefined, offsets, isKnown): the serialization, or undefined on failure. A base that is known
// is one itself, and the offsets are its.
void js_parse(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (Url url; info[1]->IsString() && resolve_at_once(info, url)) {
    write_offsets(url, info[2]);
    return info.GetReturnValue().Set(Realm::from(isolate).latin1(url.href));
  }
  std::optional<Url> base;
  if (!parse_base(isolate, info[1], base)) return;
  std::optional<Url> url;
  {
    Utf8View input(isolate, info[0].As<v8::String>());
    // Most URLs are given as they are serialized: then the string in hand will do.
    if (input.is_ascii() && write_if_serialized(input.text(), info[2])) return info.GetReturnValue().Set(info[0]);
    url = parse(input.text(), base ? &*base : nullptr);
  }
  if (!url) return;
  write_offsets(*url, info[2]);
  info.GetReturnValue().Set(Realm::from(isolate).latin1(url->href));
}

void js_can_parse(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  std::optional<Url> base;
  bool valid = parse_base(isolate, info[1], base) &&
               can_parse(Utf8View(isolate, info[0].As<v8::String>()).text(), base ? &*base : nullptr);
  info.GetReturnValue().Set(valid);
}

// set(href, attribute, value, offsets): the serialization afterwards; the offsets are those of the URL
// before, and then those of the new one.
void js_set(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  Url url{read_offsets(info[3]), std::string(Utf8View(isolate, info[0].As<v8::String>()).text())};
  auto attribute = static_cast<Attribute>(info[1].As<v8::Uint32>()->Value());
  set_attribute(url, attribute, Utf8View(isolate, info[2].As<v8::String>()).text());
  write_offsets(url, info[3]);
  info.GetReturnValue().Set(Realm::from(isolate).latin1(url.href));
}

// The host that a URL with this domain would have, '' for one that is not valid. As in a URL, tabs and
// line breaks do not count, and a path may follow.
std::string ascii_domain(std::string domain) {
  if (size_t end = domain.find_first_of("/\\?#"); end != std::string::npos) domain.resize(end);
  std::erase_if(domain, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  // OPTIMIZATION: nothing in it could end the host, or make it an address.
  if (auto plain = plain_domain_to_ascii(domain); plain && !ends_in_number(*plain)) return *std::move(plain);
  return parse_host(domain, false).value_or(std::string());
}

std::string unicode_domain(std::string domain) {
  std::string ascii = ascii_domain(std::move(domain));
  return ascii.empty() ? ascii : domain_to_unicode(ascii);
}

// The host part of a legacy URL in ASCII, '' for one that is not valid: no '/', '?' or '#' ends it,
// and numbers are not addresses.
std::string legacy_domain(std::string domain) { return domain_to_ascii(domain).value_or(std::string()); }

}  // namespace

GYRE_MODULE(url) {
  b.raw_fast<&js_is_serialized, &fast_is_serialized>("isSerialized");
  b.raw<&js_parse>("parse");
  b.raw<&js_can_parse>("canParse");
  b.raw<&js_set>("set");
  b.function<&ascii_domain>("domainToASCII");
  b.function<&unicode_domain>("domainToUnicode");
  b.function<&legacy_domain>("idnaToASCII");
}

}  // namespace gyre::url
