// Data that reaches cryptography as a string or as bytes.
#pragma once

#include <functional>

#include "binding/convert.h"
#include "modules/buffer/text.h"
#include "modules/crypto/openssl.h"

namespace gyre::crypto {

// Calls use(ByteView) with the bytes of a view, or of a string in the encoding whose number is
// `encoding`. No script runs meanwhile.
template <typename Use>
auto with_bytes(v8::Isolate* isolate, v8::Local<v8::Value> data, v8::Local<v8::Value> encoding, Use use) {
  if (!data->IsString()) {
    const buffer::Bytes bytes(data);
    return use(ByteView(bytes.span()));
  }
  const auto id = static_cast<buffer::Encoding>(encoding->IsUint32() ? encoding.As<v8::Uint32>()->Value() : 0);
  uint8_t small[1024];
  ByteVector large;
  ByteView bytes;
  {
    const buffer::Characters characters(isolate, data.As<v8::String>());
    const buffer::Text text = characters.text();
    if (text.length() * 3 <= sizeof small) {
      bytes = {small, buffer::encode(text, id, small)};
    } else {
      large = buffer::encode(text, id);
      bytes = large;
    }
  }
  return use(bytes);
}

// Bytes as JavaScript wants them: a Buffer if `encoding` is undefined, else a string.
inline v8::Local<v8::Value> output(Realm& js, ByteVector bytes, v8::Local<v8::Value> encoding) {
  if (!encoding->IsUint32()) return to_js(js, std::move(bytes));
  const auto id = static_cast<buffer::Encoding>(encoding.As<v8::Uint32>()->Value());
  v8::Local<v8::String> text;
  if (buffer::decode(js.isolate(), bytes, id).ToLocal(&text)) return text;
  return v8::Undefined(js.isolate());
}

// The bytes of a view as a copy that another thread may use while script changes the original.
struct Copied {
  ByteVector bytes;
  operator ByteView() const { return bytes; }
  size_t size() const { return bytes.size(); }
  const uint8_t* data() const { return bytes.data(); }
};
inline bool from_js(Realm&, v8::Local<v8::Value> value, Copied& out) {
  const buffer::Bytes bytes(value);
  out.bytes.assign(bytes.span().begin(), bytes.span().end());
  return true;
}

}  // namespace gyre::crypto
