// native('serdes'): V8's value serializer, whose host objects script writes and reads.
#include <v8-value-serializer.h>

#include <cstdlib>
#include <cstring>
#include <memory>

#include "binding/binding.h"

namespace gyre::serdes {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// A function that a subclass may have put on the object; empty if it has not.
v8::MaybeLocal<v8::Function> hook(Realm& js, v8::Local<v8::Object> self, const char* name) {
  v8::Local<v8::Value> value;
  if (!self->Get(js.context(), js.name(name)).ToLocal(&value) || !value->IsFunction()) return {};
  return value.As<v8::Function>();
}

class Serializer final : public Wrapped, private v8::ValueSerializer::Delegate {
 public:
  static constexpr ClassTag kTag{"Serializer", nullptr};
  Serializer(Realm& realm, v8::Local<v8::Object> object)
      : Wrapped(realm, object, kTag), serializer_(realm.isolate(), this) {}

  void write_header() { serializer_.WriteHeader(); }
  void write_value(const Info& info) {
    bool written;
    if (serializer_.WriteValue(realm().context(), info[0]).To(&written)) info.GetReturnValue().Set(written);
  }
  v8::Local<v8::Value> release_buffer(Realm& js) {
    const auto [data, size] = serializer_.Release();
    std::unique_ptr<v8::BackingStore> store = v8::ArrayBuffer::NewBackingStore(
        data, size, [](void* bytes, size_t, void*) { std::free(bytes); }, nullptr);
    return js.buffer(std::move(store), 0, size);
  }
  void transfer_array_buffer(Realm& js, uint32_t id, v8::Local<v8::Object> buffer) {
    if (!buffer->IsArrayBuffer()) {
      js.throw_coded(ErrorType::TypeError, "ERR_INVALID_ARG_TYPE", "arrayBuffer must be an ArrayBuffer");
      return;
    }
    serializer_.TransferArrayBuffer(id, buffer.As<v8::ArrayBuffer>());
  }
  void write_uint32(uint32_t value) { serializer_.WriteUint32(value); }
  void write_uint64(uint32_t high, uint32_t low) { serializer_.WriteUint64(static_cast<uint64_t>(high) << 32 | low); }
  void write_double(double value) { serializer_.WriteDouble(value); }
  void write_raw_bytes(const Info& info) {
    if (!info[0]->IsArrayBufferView() && !info[0]->IsArrayBuffer()) {
      realm().throw_coded(ErrorType::TypeError, "ERR_INVALID_ARG_TYPE", "source must be a TypedArray or a DataView");
      return;
    }
    const auto bytes = bytes_of(info[0]);
    serializer_.WriteRawBytes(bytes.data(), bytes.size());
  }
  void treat_views_as_host_objects(bool mode) { serializer_.SetTreatArrayBufferViewsAsHostObjects(mode); }

 private:
  void ThrowDataCloneError(v8::Local<v8::String> message) override {
    Realm& js = realm();
    v8::Local<v8::Function> make;
    v8::Local<v8::Value> argv[] = {message};
    v8::Local<v8::Value> error;
    if (hook(js, object(), "_getDataCloneError").ToLocal(&make)) {
      if (make->Call(js.context(), object(), 1, argv).ToLocal(&error)) js.isolate()->ThrowException(error);
      return;
    }
    js.isolate()->ThrowException(v8::Exception::Error(message));
  }

  v8::Maybe<bool> WriteHostObject(v8::Isolate* isolate, v8::Local<v8::Object> input) override {
    Realm& js = realm();
    v8::Local<v8::Function> write;
    if (!hook(js, object(), "_writeHostObject").ToLocal(&write)) {
      if (isolate->HasPendingException()) return v8::Nothing<bool>();
      return v8::ValueSerializer::Delegate::WriteHostObject(isolate, input);
    }
    v8::Local<v8::Value> argv[] = {input};
    if (write->Call(js.context(), object(), 1, argv).IsEmpty()) return v8::Nothing<bool>();
    return v8::Just(true);
  }

  v8::Maybe<uint32_t> GetSharedArrayBufferId(v8::Isolate* isolate, v8::Local<v8::SharedArrayBuffer> buffer) override {
    Realm& js = realm();
    v8::Local<v8::Function> get;
    if (!hook(js, object(), "_getSharedArrayBufferId").ToLocal(&get)) {
      if (isolate->HasPendingException()) return v8::Nothing<uint32_t>();
      return v8::ValueSerializer::Delegate::GetSharedArrayBufferId(isolate, buffer);
    }
    v8::Local<v8::Value> argv[] = {buffer};
    v8::Local<v8::Value> id;
    if (!get->Call(js.context(), object(), 1, argv).ToLocal(&id)) return v8::Nothing<uint32_t>();
    return id->Uint32Value(js.context());
  }

  // What release_buffer() hands to an ArrayBuffer is freed with free().
  void* ReallocateBufferMemory(void* old, size_t size, size_t* actual) override {
    *actual = size;
    return std::realloc(old, size);
  }
  void FreeBufferMemory(void* buffer) override { std::free(buffer); }

  v8::ValueSerializer serializer_;
};

class Deserializer final : public Wrapped, private v8::ValueDeserializer::Delegate {
 public:
  static constexpr ClassTag kTag{"Deserializer", nullptr};
  Deserializer(Realm& realm, v8::Local<v8::Object> object, OwnedBytes bytes)
      : Wrapped(realm, object, kTag),
        bytes_(std::move(bytes)),
        deserializer_(realm.isolate(), bytes_.data(), bytes_.size(), this) {}

  void read_header(const Info& info) {
    bool read;
    if (deserializer_.ReadHeader(realm().context()).To(&read)) info.GetReturnValue().Set(read);
  }
  void read_value(const Info& info) {
    v8::Local<v8::Value> value;
    if (deserializer_.ReadValue(realm().context()).ToLocal(&value)) info.GetReturnValue().Set(value);
  }
  uint32_t wire_format_version() { return deserializer_.GetWireFormatVersion(); }
  void transfer_array_buffer(Realm& js, uint32_t id, v8::Local<v8::Object> buffer) {
    if (buffer->IsArrayBuffer()) {
      deserializer_.TransferArrayBuffer(id, buffer.As<v8::ArrayBuffer>());
    } else if (buffer->IsSharedArrayBuffer()) {
      deserializer_.TransferSharedArrayBuffer(id, buffer.As<v8::SharedArrayBuffer>());
    } else {
      js.throw_coded(ErrorType::TypeError, "ERR_INVALID_ARG_TYPE",
                     "arrayBuffer must be an ArrayBuffer or SharedArrayBuffer");
    }
  }
  Result<uint32_t> read_uint32() {
    uint32_t value;
    if (!deserializer_.ReadUint32(&value)) return failed("ReadUint32() failed");
    return value;
  }
  Result<std::vector<uint32_t>> read_uint64() {
    uint64_t value;
    if (!deserializer_.ReadUint64(&value)) return failed("ReadUint64() failed");
    return std::vector<uint32_t>{static_cast<uint32_t>(value >> 32), static_cast<uint32_t>(value)};
  }
  Result<double> read_double() {
    double value;
    if (!deserializer_.ReadDouble(&value)) return failed("ReadDouble() failed");
    return value;
  }
  // The offset of the bytes in what is read from.
  Result<double> read_raw_bytes(double length) {
    const void* data;
    if (length < 0 || !deserializer_.ReadRawBytes(static_cast<size_t>(length), &data)) {
      return failed("ReadRawBytes() failed");
    }
    return static_cast<double>(static_cast<const uint8_t*>(data) - bytes_.data());
  }

 private:
  static gyre::Error failed(const char* message) { return CodedError{ErrorType::Error, "", message}; }

  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
    Realm& js = realm();
    v8::Local<v8::Function> read;
    if (!hook(js, object(), "_readHostObject").ToLocal(&read)) {
      if (isolate->HasPendingException()) return {};
      return v8::ValueDeserializer::Delegate::ReadHostObject(isolate);
    }
    v8::Isolate::AllowJavascriptExecutionScope allowed(isolate);
    v8::Local<v8::Value> value;
    if (!read->Call(js.context(), object(), 0, nullptr).ToLocal(&value)) return {};
    if (!value->IsObject()) {
      isolate->ThrowException(v8::Exception::TypeError(js.string("readHostObject must return an object")));
      return {};
    }
    return value.As<v8::Object>();
  }

  OwnedBytes bytes_;
  v8::ValueDeserializer deserializer_;
};

}  // namespace
}  // namespace gyre::serdes

namespace gyre {

GYRE_MODULE(serdes) {
  using namespace serdes;
  b.class_<Serializer>("Serializer")
      .constructor<>()
      .method<&Serializer::write_header>("writeHeader")
      .raw_method<&Serializer::write_value>("writeValue", 1)
      .method<&Serializer::release_buffer>("releaseBuffer")
      .method<&Serializer::transfer_array_buffer>("transferArrayBuffer")
      .method<&Serializer::write_uint32>("writeUint32")
      .method<&Serializer::write_uint64>("writeUint64")
      .method<&Serializer::write_double>("writeDouble")
      .raw_method<&Serializer::write_raw_bytes>("writeRawBytes", 1)
      .method<&Serializer::treat_views_as_host_objects>("_setTreatArrayBufferViewsAsHostObjects");
  b.class_<Deserializer>("Deserializer")
      .constructor<OwnedBytes>()
      .raw_method<&Deserializer::read_header>("readHeader")
      .raw_method<&Deserializer::read_value>("readValue")
      .method<&Deserializer::wire_format_version>("getWireFormatVersion")
      .method<&Deserializer::transfer_array_buffer>("transferArrayBuffer")
      .method<&Deserializer::read_uint32>("readUint32")
      .method<&Deserializer::read_uint64>("readUint64")
      .method<&Deserializer::read_double>("readDouble")
      .method<&Deserializer::read_raw_bytes>("_readRawBytes");
}

}  // namespace gyre
