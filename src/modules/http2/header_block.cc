#include "modules/http2/header_block.h"

#include <cstring>
#include <unordered_map>

#include "runtime/environment.h"

namespace gyre::http2 {
namespace {

// What each field costs besides its bytes (RFC 9113, 6.5.2).
constexpr size_t kFieldOverhead = 32;

// Text of HPACK's static table, made once a thread: its bytes are constants of the library.
struct StaticTexts {
  explicit StaticTexts(Realm&) {}
  std::unordered_map<const void*, v8::Eternal<v8::String>> known;
};

v8::Local<v8::String> make_text(v8::Isolate* isolate, nghttp2_rcbuf* buffer, v8::NewStringType type) {
  const nghttp2_vec bytes = nghttp2_rcbuf_get_buf(buffer);
  return v8::String::NewFromOneByte(isolate, bytes.base, type, static_cast<int>(bytes.len)).ToLocalChecked();
}

v8::Local<v8::String> text_of(StaticTexts& texts, v8::Isolate* isolate, nghttp2_rcbuf* buffer, v8::NewStringType type) {
  if (!nghttp2_rcbuf_is_static(buffer)) return make_text(isolate, buffer, type);
  v8::Eternal<v8::String>& text = texts.known[nghttp2_rcbuf_get_buf(buffer).base];
  if (text.IsEmpty()) text.Set(isolate, make_text(isolate, buffer, v8::NewStringType::kInternalized));
  return text.Get(isolate);
}

}  // namespace

HeaderBlock::HeaderBlock(v8::Isolate* isolate, v8::Local<v8::Value> text, uint32_t count) {
  if (!text->IsString()) return;
  v8::Local<v8::String> string = text.As<v8::String>();
  bytes_.resize(static_cast<size_t>(string->Length()));
  string->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(bytes_.size()), reinterpret_cast<uint8_t*>(bytes_.data()));
  char* at = bytes_.data();
  const char* end = at + bytes_.size();
  const auto part = [&](uint8_t*& data, size_t& size) {
    auto* nul = static_cast<char*>(std::memchr(at, '\0', static_cast<size_t>(end - at)));
    if (!nul) return false;
    data = reinterpret_cast<uint8_t*>(at);
    size = static_cast<size_t>(nul - at);
    at = nul + 1;
    return true;
  };
  while (at < end) {
    nghttp2_nv field{};
    if (!part(field.name, field.namelen) || !part(field.value, field.valuelen) || at == end) return;
    field.flags = *at++ & NGHTTP2_NV_FLAG_NO_INDEX;
    fields_.push_back(field);
  }
  valid_ = fields_.size() == count;
}

void FieldList::add(nghttp2_rcbuf* name, nghttp2_rcbuf* value, uint8_t flags) {
  nghttp2_rcbuf_incref(name);
  nghttp2_rcbuf_incref(value);
  const bool sensitive = (flags & NGHTTP2_NV_FLAG_NO_INDEX) != 0;
  has_sensitive_ = has_sensitive_ || sensitive;
  list_size_ += nghttp2_rcbuf_get_buf(name).len + nghttp2_rcbuf_get_buf(value).len + kFieldOverhead;
  fields_.push_back({name, value, sensitive});
}

void FieldList::clear() {
  for (const Field& field : fields_) {
    nghttp2_rcbuf_decref(field.name);
    nghttp2_rcbuf_decref(field.value);
  }
  fields_.clear();
  list_size_ = 0;
  has_sensitive_ = false;
}

v8::Local<v8::Array> FieldList::to_array(Realm& js) const {
  auto& texts = Environment::from(js).module_state<StaticTexts>();
  std::vector<v8::Local<v8::Value>> flat;
  flat.reserve(fields_.size() * 2);
  for (const Field& field : fields_) {
    flat.push_back(text_of(texts, js.isolate(), field.name, v8::NewStringType::kInternalized));
    flat.push_back(text_of(texts, js.isolate(), field.value, v8::NewStringType::kNormal));
  }
  return v8::Array::New(js.isolate(), flat.data(), flat.size());
}

v8::Local<v8::Value> FieldList::sensitive(Realm& js) const {
  if (!has_sensitive_) return v8::Undefined(js.isolate());
  auto& texts = Environment::from(js).module_state<StaticTexts>();
  std::vector<v8::Local<v8::Value>> names;
  for (const Field& field : fields_) {
    if (field.sensitive) names.push_back(text_of(texts, js.isolate(), field.name, v8::NewStringType::kInternalized));
  }
  return v8::Array::New(js.isolate(), names.data(), names.size());
}

}  // namespace gyre::http2
