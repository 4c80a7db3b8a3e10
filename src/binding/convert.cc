#include "binding/convert.h"

#include "engine/typed_array.h"

namespace gyre {

std::string utf8(Realm& js, v8::Local<v8::String> text) {
  const size_t size = text->Utf8LengthV2(js.isolate());
  std::string result(size, '\0');
  text->WriteUtf8V2(js.isolate(), result.data(), size, v8::String::WriteFlags::kReplaceInvalidUtf8);
  return result;
}

std::span<uint8_t> bytes_of(v8::Local<v8::Value> value) {
  // What lies in the engine's heap moves: below, it is moved out of it.
  TypedArrayBytes found;
  if (found.read(value) && !found.in_heap) return {found.data, found.size};
  if (value->IsArrayBufferView()) {
    v8::Local<v8::ArrayBufferView> view = value.As<v8::ArrayBufferView>();
    const size_t length = view->ByteLength();
    if (length == 0) return {};
    return {static_cast<uint8_t*>(view->Buffer()->Data()) + view->ByteOffset(), length};
  }
  if (value->IsArrayBuffer()) {
    v8::Local<v8::ArrayBuffer> buffer = value.As<v8::ArrayBuffer>();
    return {static_cast<uint8_t*>(buffer->Data()), buffer->ByteLength()};
  }
  if (value->IsSharedArrayBuffer()) {
    v8::Local<v8::SharedArrayBuffer> buffer = value.As<v8::SharedArrayBuffer>();
    return {static_cast<uint8_t*>(buffer->Data()), buffer->ByteLength()};
  }
  return {};
}

OwnedBytes owned_bytes_of(v8::Local<v8::Value> value) {
  if (value->IsArrayBufferView()) {
    v8::Local<v8::ArrayBufferView> view = value.As<v8::ArrayBufferView>();
    return {view->Buffer()->GetBackingStore(), view->ByteOffset(), view->ByteLength()};
  }
  if (value->IsArrayBuffer()) {
    v8::Local<v8::ArrayBuffer> buffer = value.As<v8::ArrayBuffer>();
    return {buffer->GetBackingStore(), 0, buffer->ByteLength()};
  }
  if (value->IsSharedArrayBuffer()) {
    v8::Local<v8::SharedArrayBuffer> buffer = value.As<v8::SharedArrayBuffer>();
    return {buffer->GetBackingStore(), 0, buffer->ByteLength()};
  }
  return {};
}

bool from_js(Realm& js, v8::Local<v8::Value> value, bool& out) {
  out = value->BooleanValue(js.isolate());
  return true;
}

bool from_js(Realm& js, v8::Local<v8::Value> value, int32_t& out) {
  return value->Int32Value(js.isolate()->GetCurrentContext()).To(&out);
}

bool from_js(Realm& js, v8::Local<v8::Value> value, uint32_t& out) {
  return value->Uint32Value(js.isolate()->GetCurrentContext()).To(&out);
}

bool from_js(Realm& js, v8::Local<v8::Value> value, int64_t& out) {
  if (value->IsBigInt()) {
    out = value.As<v8::BigInt>()->Int64Value();
    return true;
  }
  return value->IntegerValue(js.isolate()->GetCurrentContext()).To(&out);
}

bool from_js(Realm& js, v8::Local<v8::Value> value, uint64_t& out) {
  if (value->IsBigInt()) {
    out = value.As<v8::BigInt>()->Uint64Value();
    return true;
  }
  int64_t number;
  if (!value->IntegerValue(js.isolate()->GetCurrentContext()).To(&number)) return false;
  out = static_cast<uint64_t>(number);
  return true;
}

bool from_js(Realm& js, v8::Local<v8::Value> value, double& out) {
  return value->NumberValue(js.isolate()->GetCurrentContext()).To(&out);
}

bool from_js(Realm& js, v8::Local<v8::Value> value, std::string& out) {
  if (value->IsArrayBufferView()) {  // a path given as a Buffer: its bytes
    const auto bytes = bytes_of(value);
    out.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return true;
  }
  v8::Local<v8::String> text;
  if (!value->ToString(js.isolate()->GetCurrentContext()).ToLocal(&text)) return false;
  out = utf8(js, text);
  return true;
}

bool from_js(Realm& js, v8::Local<v8::Value> value, std::span<uint8_t>& out) {
  if (!value->IsArrayBufferView() && !value->IsArrayBuffer() && !value->IsSharedArrayBuffer()) {
    return wrong_kind(js, "an ArrayBuffer or a view of one");
  }
  out = bytes_of(value);
  return true;
}

bool from_js(Realm& js, v8::Local<v8::Value> value, OwnedBytes& out) {
  if (!value->IsArrayBufferView() && !value->IsArrayBuffer() && !value->IsSharedArrayBuffer()) {
    return wrong_kind(js, "an ArrayBuffer or a view of one");
  }
  out = owned_bytes_of(value);
  return true;
}

bool wrong_kind(Realm& js, const char* expected) {
  js.throw_coded(ErrorType::TypeError, "ERR_INVALID_ARG_TYPE", std::string("The argument must be ") + expected);
  return false;
}

}  // namespace gyre
