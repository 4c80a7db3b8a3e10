#include "modules/sqlite/values.h"

#include <cstring>

namespace gyre::sqlite {

namespace {

constexpr int64_t kMaxSafeInteger = 9007199254740991;

v8::MaybeLocal<v8::Value> integer_to_js(Realm& js, int64_t value, bool as_bigint) {
  if (as_bigint) return v8::BigInt::New(js.isolate(), value);
  if (value >= -kMaxSafeInteger && value <= kMaxSafeInteger) {
    return v8::Number::New(js.isolate(), static_cast<double>(value));
  }
  js.throw_coded(ErrorType::RangeError, "ERR_OUT_OF_RANGE",
                 "Value is too large to be represented as a JavaScript number: " + std::to_string(value));
  return {};
}

v8::Local<v8::Value> text_to_js(Realm& js, const unsigned char* text, int size) {
  return js.string({reinterpret_cast<const char*>(text), static_cast<size_t>(size)});
}

// The bytes of a view or a buffer, shared ones too.
std::span<uint8_t> span_of(v8::Local<v8::Value> value) {
  if (value->IsSharedArrayBuffer()) {
    auto buffer = value.As<v8::SharedArrayBuffer>();
    return {static_cast<uint8_t*>(buffer->Data()), buffer->ByteLength()};
  }
  return bytes_of(value);
}

}  // namespace

bool is_bytes(v8::Local<v8::Value> value) {
  return value->IsArrayBufferView() || value->IsArrayBuffer() || value->IsSharedArrayBuffer();
}

v8::Local<v8::Value> bytes_to_js(Realm& js, const void* data, size_t size) {
  v8::Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(js.isolate(), size);
  if (size > 0) std::memcpy(buffer->Data(), data, size);
  return v8::Uint8Array::New(buffer, 0, size);
}

v8::MaybeLocal<v8::Value> column_to_js(Realm& js, sqlite3_stmt* statement, int column, bool as_bigint) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return integer_to_js(js, sqlite3_column_int64(statement, column), as_bigint);
    case SQLITE_FLOAT: return v8::Number::New(js.isolate(), sqlite3_column_double(statement, column));
    case SQLITE_TEXT: {
      const unsigned char* text = sqlite3_column_text(statement, column);
      return text_to_js(js, text, sqlite3_column_bytes(statement, column));
    }
    case SQLITE_BLOB: {
      const void* data = sqlite3_column_blob(statement, column);
      return bytes_to_js(js, data, sqlite3_column_bytes(statement, column));
    }
    default: return v8::Null(js.isolate());
  }
}

v8::MaybeLocal<v8::Value> value_to_js(Realm& js, sqlite3_value* value, bool as_bigint) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return integer_to_js(js, sqlite3_value_int64(value), as_bigint);
    case SQLITE_FLOAT: return v8::Number::New(js.isolate(), sqlite3_value_double(value));
    case SQLITE_TEXT: {
      const unsigned char* text = sqlite3_value_text(value);
      return text_to_js(js, text, sqlite3_value_bytes(value));
    }
    case SQLITE_BLOB: {
      const void* data = sqlite3_value_blob(value);
      return bytes_to_js(js, data, sqlite3_value_bytes(value));
    }
    default: return v8::Null(js.isolate());
  }
}

int bind_value(Realm& js, sqlite3_stmt* statement, int index, v8::Local<v8::Value> value) {
  if (value->IsNumber()) return sqlite3_bind_double(statement, index, value.As<v8::Number>()->Value());
  if (value->IsString()) {
    std::string text = utf8(js, value.As<v8::String>());
    return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  if (value->IsNull()) return sqlite3_bind_null(statement, index);
  if (value->IsBoolean()) return sqlite3_bind_int(statement, index, value->IsTrue());
  if (value->IsBigInt()) {
    bool lossless = false;
    int64_t number = value.As<v8::BigInt>()->Int64Value(&lossless);
    if (lossless) return sqlite3_bind_int64(statement, index, number);
    js.throw_coded(ErrorType::TypeError, "ERR_INVALID_ARG_VALUE", "BigInt value is too large to bind.");
    return kThrown;
  }
  if (is_bytes(value)) {
    std::span<uint8_t> bytes = span_of(value);
    // A null pointer would bind NULL.
    const void* data = bytes.empty() ? "" : static_cast<const void*>(bytes.data());
    return sqlite3_bind_blob64(statement, index, data, bytes.size(), SQLITE_TRANSIENT);
  }
  js.throw_coded(ErrorType::TypeError, "ERR_INVALID_ARG_TYPE",
                 "Provided value cannot be bound to SQLite parameter " + std::to_string(index) + ".");
  return kThrown;
}

void set_result(Realm& js, sqlite3_context* context, v8::Local<v8::Value> value) {
  if (value->IsNullOrUndefined()) {
    sqlite3_result_null(context);
  } else if (value->IsNumber()) {
    sqlite3_result_double(context, value.As<v8::Number>()->Value());
  } else if (value->IsString()) {
    std::string text = utf8(js, value.As<v8::String>());
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } else if (value->IsBoolean()) {
    sqlite3_result_int(context, value->IsTrue());
  } else if (is_bytes(value)) {
    std::span<uint8_t> bytes = span_of(value);
    sqlite3_result_blob64(context, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  } else if (value->IsBigInt()) {
    bool lossless = false;
    int64_t number = value.As<v8::BigInt>()->Int64Value(&lossless);
    if (lossless) {
      sqlite3_result_int64(context, number);
    } else {
      sqlite3_result_error(context, "BigInt value is too large for SQLite", -1);
    }
  } else if (value->IsPromise()) {
    sqlite3_result_error(context, "Asynchronous user-defined functions are not supported", -1);
  } else {
    sqlite3_result_error(context, "Returned JavaScript value cannot be converted to a SQLite value", -1);
  }
}

v8::Local<v8::Value> make_error(Realm& js, int code, const char* message) {
  v8::Local<v8::Object> error = v8::Exception::Error(js.string(message)).As<v8::Object>();
  js.set(error, "code", js.name("ERR_SQLITE_ERROR"));
  js.set(error, "errcode", to_js(js, static_cast<int32_t>(code)));
  js.set(error, "errstr", js.string(sqlite3_errstr(code)));
  return error;
}

}  // namespace gyre::sqlite
