// Values between C++ and JavaScript, by C++ type. A conversion from JavaScript can run script
// (valueOf), so it takes a Realm& and can fail with a pending exception.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "binding/realm.h"
#include "binding/wrapped.h"

namespace gyre {

// Bytes of an ArrayBufferView that stay valid off the JavaScript thread: the backing store is pinned.
class OwnedBytes {
 public:
  OwnedBytes() = default;
  OwnedBytes(std::shared_ptr<v8::BackingStore> store, size_t offset, size_t size)
      : store_(std::move(store)), offset_(offset), size_(size) {}
  uint8_t* data() const { return store_ ? static_cast<uint8_t*>(store_->Data()) + offset_ : nullptr; }
  size_t size() const { return size_; }
  std::span<uint8_t> span() const { return {data(), size_}; }

 private:
  std::shared_ptr<v8::BackingStore> store_;
  size_t offset_ = 0;
  size_t size_ = 0;
};

// Bytes that JavaScript receives as a Latin-1 string (one byte, one code unit).
struct Latin1 {
  std::string bytes;
};

// The UTF-8 of a string; lone surrogates become U+FFFD.
std::string utf8(Realm& js, v8::Local<v8::String> text);

// The bytes of an ArrayBufferView or ArrayBuffer, valid as long as the object is and no script runs.
// Empty for other values.
std::span<uint8_t> bytes_of(v8::Local<v8::Value> value);
OwnedBytes owned_bytes_of(v8::Local<v8::Value> value);

bool from_js(Realm& js, v8::Local<v8::Value> value, bool& out);
bool from_js(Realm& js, v8::Local<v8::Value> value, int32_t& out);
bool from_js(Realm& js, v8::Local<v8::Value> value, uint32_t& out);
bool from_js(Realm& js, v8::Local<v8::Value> value, int64_t& out);
bool from_js(Realm& js, v8::Local<v8::Value> value, uint64_t& out);
bool from_js(Realm& js, v8::Local<v8::Value> value, double& out);
bool from_js(Realm& js, v8::Local<v8::Value> value, std::string& out);
bool from_js(Realm& js, v8::Local<v8::Value> value, std::span<uint8_t>& out);
bool from_js(Realm& js, v8::Local<v8::Value> value, OwnedBytes& out);

// A handle type takes only its own kind of value: anything else is a TypeError.
bool wrong_kind(Realm& js, const char* expected);
inline bool from_js(Realm&, v8::Local<v8::Value> value, v8::Local<v8::Value>& out) {
  out = value;
  return true;
}
inline bool from_js(Realm& js, v8::Local<v8::Value> value, v8::Local<v8::Object>& out) {
  if (!value->IsObject()) return wrong_kind(js, "an object");
  out = value.As<v8::Object>();
  return true;
}
inline bool from_js(Realm& js, v8::Local<v8::Value> value, v8::Local<v8::Function>& out) {
  if (!value->IsFunction()) return wrong_kind(js, "a function");
  out = value.As<v8::Function>();
  return true;
}
inline bool from_js(Realm& js, v8::Local<v8::Value> value, v8::Local<v8::Array>& out) {
  if (!value->IsArray()) return wrong_kind(js, "an array");
  out = value.As<v8::Array>();
  return true;
}
inline bool from_js(Realm& js, v8::Local<v8::Value> value, v8::Local<v8::String>& out) {
  if (!value->IsString()) return wrong_kind(js, "a string");
  out = value.As<v8::String>();
  return true;
}

template <typename T>
requires std::is_base_of_v<Wrapped, T>
bool from_js(Realm& js, v8::Local<v8::Value> value, T*& out) {
  out = unwrap<T>(value);
  return out ? true : wrong_kind(js, T::kTag.name);
}

template <typename T>
bool from_js(Realm& js, v8::Local<v8::Value> value, std::optional<T>& out) {
  if (value->IsNullOrUndefined()) return true;
  return from_js(js, value, out.emplace());
}

template <typename T>
bool from_js(Realm& js, v8::Local<v8::Value> value, std::vector<T>& out) {
  if (!value->IsArray()) return wrong_kind(js, "an array");
  v8::Local<v8::Array> array = value.As<v8::Array>();
  out.resize(array->Length());
  for (uint32_t i = 0; i < array->Length(); i++) {
    v8::Local<v8::Value> element;
    if (!array->Get(js.isolate()->GetCurrentContext(), i).ToLocal(&element)) return false;
    if (!from_js(js, element, out[i])) return false;
  }
  return true;
}

// JavaScript from C++: to_js(js, value). A type of a module brings its own to_js beside it.
inline v8::Local<v8::Value> to_js(Realm& js, bool value) { return v8::Boolean::New(js.isolate(), value); }
inline v8::Local<v8::Value> to_js(Realm& js, int32_t value) { return v8::Integer::New(js.isolate(), value); }
inline v8::Local<v8::Value> to_js(Realm& js, uint32_t value) {
  return v8::Integer::NewFromUnsigned(js.isolate(), value);
}
inline v8::Local<v8::Value> to_js(Realm& js, int64_t value) {
  return v8::Number::New(js.isolate(), static_cast<double>(value));
}
inline v8::Local<v8::Value> to_js(Realm& js, uint64_t value) {
  return v8::Number::New(js.isolate(), static_cast<double>(value));
}
inline v8::Local<v8::Value> to_js(Realm& js, double value) { return v8::Number::New(js.isolate(), value); }
inline v8::Local<v8::Value> to_js(Realm& js, std::string_view value) { return js.string(value); }
inline v8::Local<v8::Value> to_js(Realm& js, const std::string& value) { return js.string(value); }
inline v8::Local<v8::Value> to_js(Realm& js, const Latin1& value) { return js.latin1(value.bytes); }
inline v8::Local<v8::Value> to_js(Realm& js, Done) { return v8::Undefined(js.isolate()); }
inline v8::Local<v8::Value> to_js(Realm& js, std::vector<uint8_t> value) { return js.buffer(std::move(value)); }
template <typename T>
v8::Local<v8::Value> to_js(Realm&, v8::Local<T> value) {
  return value;
}
template <typename T>
v8::Local<v8::Value> to_js(Realm& js, const std::optional<T>& value) {
  if (!value) return v8::Undefined(js.isolate());
  return to_js(js, *value);
}
template <typename T>
requires(!std::is_same_v<T, uint8_t>) v8::Local<v8::Value> to_js(Realm& js, const std::vector<T>& values) {
  std::vector<v8::Local<v8::Value>> elements;
  elements.reserve(values.size());
  for (const auto& value : values) elements.push_back(to_js(js, value));
  return v8::Array::New(js.isolate(), elements.data(), elements.size());
}

}  // namespace gyre
