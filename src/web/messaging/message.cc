#include "web/messaging/message.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "binding/convert.h"
#include "binding/wrapped.h"
#include "runtime/environment.h"
#include "v8-wasm.h"

namespace gyre::messaging {
namespace {

// How an object that V8 does not know is written: by its place among the payloads, or among the
// parts of the message that are objects of ours.
enum HostKind : uint32_t { kNative, kScript, kPlain };

}  // namespace

Hooks& hooks(Realm& js) { return Environment::from(js).module_state<Hooks>(); }

void throw_data_clone_error(Realm& js, std::string_view message) {
  v8::Local<v8::Context> context = js.isolate()->GetCurrentContext();
  v8::Local<v8::Value> argv[] = {js.string(message)};
  v8::Local<v8::Value> error;
  if (hooks(js)
          .data_clone_error.Get(js.isolate())
          ->Call(context, v8::Undefined(js.isolate()), 1, argv)
          .ToLocal(&error)) {
    js.isolate()->ThrowException(error);
  }
}

bool from_js(Realm& js, v8::Local<v8::Value> value, TransferList& out) {
  if (!value->IsArray()) return true;
  v8::Local<v8::Context> context = js.isolate()->GetCurrentContext();
  const auto part = [&](uint32_t index) {
    return value.As<v8::Array>()->Get(context, index).ToLocalChecked().As<v8::Array>();
  };
  v8::Local<v8::Array> objects = part(0), hosts = part(1), descriptions = part(2);
  for (uint32_t i = 0; i < objects->Length(); i++) {
    out.objects.push_back(objects->Get(context, i).ToLocalChecked().As<v8::Object>());
  }
  for (uint32_t i = 0; i < hosts->Length(); i++) {
    out.hosts.push_back(hosts->Get(context, i).ToLocalChecked().As<v8::Object>());
    out.descriptions.push_back(descriptions->Get(context, i).ToLocalChecked());
  }
  return true;
}

class Writer final : public v8::ValueSerializer::Delegate {
 public:
  Writer(Realm& js, Hooks& hooks, Message& message, TransferList& transfer)
      : js_(js), hooks_(hooks), message_(message), transfer_(transfer) {}

  void ThrowDataCloneError(v8::Local<v8::String> text) override {
    v8::String::Utf8Value utf8(js_.isolate(), text);
    throw_data_clone_error(js_, {*utf8, static_cast<size_t>(utf8.length())});
  }

  bool HasCustomHostObject(v8::Isolate*) override { return true; }

  v8::Maybe<bool> IsHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) override {
    if (object->InternalFieldCount() > 0) return v8::Just(true);
    if (is_uncloneable(object)) return v8::Just(true);
    if (std::ranges::find(transfer_.hosts, object) != transfer_.hosts.end()) return v8::Just(true);
    // Objects of no class are by far the most: none of them says how it is cloned.
    v8::Local<v8::Value> prototype = object->GetPrototypeV2();
    if (!prototype->IsObject()) return v8::Just(false);
    if (hooks_.object_prototype == prototype) return v8::Just(false);
    v8::Local<v8::Value> description;
    if (!describe(object).ToLocal(&description)) return v8::Nothing<bool>();
    if (description->IsUndefined()) return v8::Just(false);
    // V8 writes it next, and once.
    pending_.Reset(isolate, object);
    pending_description_.Reset(isolate, description);
    return v8::Just(true);
  }

  bool is_uncloneable(v8::Local<v8::Object> object) {
    v8::Isolate* isolate = js_.isolate();
    return hooks_.any_uncloneable &&
           object->HasPrivate(isolate->GetCurrentContext(), hooks_.uncloneable.Get(isolate)).FromMaybe(false);
  }

  // What the object says of how it is cloned; undefined if it is like any other.
  v8::MaybeLocal<v8::Value> describe(v8::Local<v8::Object> object) {
    v8::Local<v8::Context> context = js_.isolate()->GetCurrentContext();
    v8::Local<v8::Value> method;
    if (!object->Get(context, hooks_.clone_symbol.Get(js_.isolate())).ToLocal(&method)) return {};
    if (!method->IsFunction()) return v8::Undefined(js_.isolate());
    return method.As<v8::Function>()->Call(context, object, 0, nullptr);
  }

  // Writes a value as a part of the message, within the writing of another one or on its own.
  bool write_part(v8::Local<v8::Value> value, Message::Part& part) {
    v8::ValueSerializer serializer(js_.isolate(), this);
    v8::ValueSerializer* outer = std::exchange(serializer_, &serializer);
    for (size_t i = 0; i < buffers_.size(); i++) serializer.TransferArrayBuffer(i, buffers_[i]);
    if (block_) serializer.TransferArrayBuffer(buffers_.size(), transfer_.block);
    serializer.WriteHeader();
    const bool written = serializer.WriteValue(js_.isolate()->GetCurrentContext(), value).IsJust();
    serializer_ = outer;
    if (!written) return false;
    auto [data, size] = serializer.Release();
    part.bytes.reset(data);
    part.size = size;
    return true;
  }

  bool write_described(v8::Local<v8::Object> description, Message::Part& part) {
    v8::Local<v8::Context> context = js_.isolate()->GetCurrentContext();
    v8::Local<v8::Value> id, data;
    return description->Get(context, js_.name("deserializeInfo")).ToLocal(&id) &&
           description->Get(context, js_.name("data")).ToLocal(&data) && from_js(js_, id, part.id) &&
           write_part(data, part);
  }

  // Called in the middle of V8's writing of an error, after its tag: its parts follow in any order, and
  // an 'm' with a string is its message.
  void write_message(v8::Local<v8::String> text) {
    message_.has_exceptions_ = true;
    serializer_->WriteRawBytes("m", 1);
    serializer_->WriteValue(js_.isolate()->GetCurrentContext(), text).Check();
  }

  v8::Maybe<bool> WriteHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    auto host = std::ranges::find(transfer_.hosts, object);
    v8::Local<v8::Value> description;
    if (host != transfer_.hosts.end()) {
      description = transfer_.descriptions[host - transfer_.hosts.begin()];
    } else if (pending_ == object) {
      description = pending_description_.Get(js_.isolate());
    }
    if (!description.IsEmpty()) {
      if (description->IsObject()) {
        Message::Part part;
        if (!write_described(description.As<v8::Object>(), part)) return v8::Nothing<bool>();
        message_.objects_.push_back(std::move(part));
        serializer_->WriteUint32(kScript);
        serializer_->WriteUint32(static_cast<uint32_t>(message_.objects_.size() - 1));
        return v8::Just(true);
      }
    } else if (Wrapped* wrapped = Wrapped::of_any_class(js_, object)) {
      auto moved = std::ranges::find(natives_, object);
      if (moved != natives_.end()) {
        write_native(moved - natives_.begin());
        return v8::Just(true);
      }
      if (std::shared_ptr<Payload> payload = wrapped->clone()) {
        cloned_.push_back(std::move(payload));
        write_native(natives_.size() + cloned_.size() - 1);
        return v8::Just(true);
      }
      throw_missing();
      return v8::Nothing<bool>();
    }
    // An object without anything native behind it, but with properties that C++ brings (process.env).
    if (description.IsEmpty() && object->InternalFieldCount() == 0 && !is_uncloneable(object)) {
      return write_properties(object);
    }
    throw_data_clone_error(js_, "Cannot clone object of unsupported type.");
    return v8::Nothing<bool>();
  }

  v8::Maybe<bool> write_properties(v8::Local<v8::Object> object) {
    v8::Local<v8::Context> context = js_.isolate()->GetCurrentContext();
    v8::Local<v8::Object> copy = v8::Object::New(js_.isolate());
    v8::Local<v8::Array> keys;
    if (!object->GetOwnPropertyNames(context).ToLocal(&keys)) return v8::Nothing<bool>();
    for (uint32_t i = 0; i < keys->Length(); i++) {
      v8::Local<v8::Value> key, value;
      if (!keys->Get(context, i).ToLocal(&key) || !object->Get(context, key).ToLocal(&value))
        return v8::Nothing<bool>();
      copy->Set(context, key, value).Check();
    }
    serializer_->WriteUint32(kPlain);
    return serializer_->WriteValue(context, copy);
  }

  v8::Maybe<uint32_t> GetSharedArrayBufferId(v8::Isolate* isolate, v8::Local<v8::SharedArrayBuffer> buffer) override {
    for (size_t i = 0; i < shared_.size(); i++) {
      if (shared_[i] == buffer) return v8::Just(static_cast<uint32_t>(i));
    }
    shared_.emplace_back(js_.isolate(), buffer);
    message_.shared_buffers_.push_back(buffer->GetBackingStore());
    return v8::Just(static_cast<uint32_t>(shared_.size() - 1));
  }

  v8::Maybe<uint32_t> GetWasmModuleTransferId(v8::Isolate*, v8::Local<v8::WasmModuleObject> module) override {
    message_.wasm_modules_.push_back(module->GetCompiledModule());
    return v8::Just(static_cast<uint32_t>(message_.wasm_modules_.size() - 1));
  }

  bool AdoptSharedValueConveyor(v8::Isolate*, v8::SharedValueConveyor&& conveyor) override {
    if (message_.shared_values_) return false;  // another part of the message has one
    message_.shared_values_.emplace(std::move(conveyor));
    return true;
  }

  // OPTIMIZATION: the serializer would copy its bytes, and the deserializer again.
  void copy_block() {
    if (transfer_.block.IsEmpty()) return;
    const size_t size = transfer_.block->ByteLength();
    block_ = v8::ArrayBuffer::NewBackingStore(js_.isolate(), size, v8::BackingStoreInitializationMode::kUninitialized);
    memcpy(block_->Data(), transfer_.block->Data(), size);
  }

  // Announces what is moved; the moving itself is done when all else has succeeded.
  bool announce(v8::Local<v8::Object> source) {
    for (v8::Local<v8::Object> object : transfer_.objects) {
      if (object->IsArrayBuffer()) {
        auto buffer = object.As<v8::ArrayBuffer>();
        if (!buffer->IsDetachable() || buffer->WasDetached()) {
          throw_data_clone_error(js_, "An ArrayBuffer is detached and could not be cloned.");
          return false;
        }
        if (std::ranges::find(buffers_, buffer) != buffers_.end()) {
          throw_data_clone_error(js_, "Transfer list contains duplicate ArrayBuffer");
          return false;
        }
        buffers_.push_back(buffer);
        continue;
      }
      if (object == source) {
        throw_data_clone_error(js_, "Transfer list contains source port");
        return false;
      }
      if (std::ranges::find(natives_, object) != natives_.end()) {
        throw_data_clone_error(js_, "Transfer list contains duplicate MessagePort");
        return false;
      }
      natives_.push_back(object);
    }
    return true;
  }

  bool finish() {
    for (v8::Local<v8::Object> native : natives_) {
      Wrapped* wrapped = Wrapped::of_any_class(js_, native);
      std::shared_ptr<Payload> payload = wrapped ? wrapped->transfer() : nullptr;
      if (!payload) {
        throw_data_clone_error(js_, "MessagePort in transfer list is already detached");
        return false;
      }
      message_.payloads_.push_back(std::move(payload));
    }
    message_.moved_ = natives_.size();
    for (auto& payload : cloned_) message_.payloads_.push_back(std::move(payload));
    for (v8::Local<v8::ArrayBuffer> buffer : buffers_) {
      message_.buffers_.push_back(buffer->GetBackingStore());
      if (buffer->Detach(v8::Local<v8::Value>()).IsNothing()) return false;
    }
    if (block_) message_.buffers_.push_back(std::move(block_));
    return true;
  }

 private:
  void write_native(size_t index) {
    serializer_->WriteUint32(kNative);
    serializer_->WriteUint32(static_cast<uint32_t>(index));
  }

  void throw_missing() {
    v8::Local<v8::Value> argv[] = {v8::Undefined(js_.isolate())};
    v8::Local<v8::Value> error;
    if (hooks(js_)
            .data_clone_error.Get(js_.isolate())
            ->Call(js_.isolate()->GetCurrentContext(), v8::Undefined(js_.isolate()), 1, argv)
            .ToLocal(&error)) {
      js_.isolate()->ThrowException(error);
    }
  }

  Realm& js_;
  Hooks& hooks_;
  Message& message_;
  TransferList& transfer_;
  std::vector<v8::Local<v8::ArrayBuffer>> buffers_;
  std::vector<v8::Local<v8::Object>> natives_;
  std::shared_ptr<v8::BackingStore> block_;
  std::vector<std::shared_ptr<Payload>> cloned_;
  // Handles of V8's making, which end with its scopes: what is kept of them is kept globally.
  std::vector<v8::Global<v8::SharedArrayBuffer>> shared_;
  v8::Global<v8::Object> pending_;
  v8::Global<v8::Value> pending_description_;
  v8::ValueSerializer* serializer_ = nullptr;  // that writes now
};

bool Message::write(Realm& js, v8::Local<v8::Value> value, TransferList& transfer, v8::Local<v8::Object> source) {
  v8::HandleScope handles(js.isolate());
  Hooks& hooks = messaging::hooks(js);
  Writer writer(js, hooks, *this, transfer);
  writer.copy_block();
  Writer* outer = std::exchange(hooks.writer, &writer);
  const bool written = writer.announce(source) && writer.write_part(value, value_);
  hooks.writer = outer;
  return written && writer.finish();
}

void note_exception(Realm& js, v8::Local<v8::String> text) {
  if (!hooks(js).writer) return;
  // The getter of the name is on top of the stack. Below it is whoever cloned the value, unless script
  // that V8 has called meanwhile asks.
  v8::Isolate* isolate = js.isolate();
  v8::Local<v8::StackTrace> stack = v8::StackTrace::CurrentStackTrace(isolate, 3, v8::StackTrace::kScriptName);
  for (int i = 0; i < stack->GetFrameCount(); i++) {
    v8::String::Utf8Value script(isolate, stack->GetFrame(isolate, i)->GetScriptName());
    const std::string_view name(*script ? *script : "");
    if (name.ends_with("web/dom/exception")) continue;
    if (name.starts_with("node:internal/web/messaging/")) {
      hooks(js).writer->write_message(text);
    }
    return;
  }
}

class Reader final : public v8::ValueDeserializer::Delegate {
 public:
  Reader(Realm& js, Message& message, v8::Local<v8::Function> receive)
      : js_(js), message_(message), is_main_(receive.IsEmpty()) {
    receive_ = is_main_ ? hooks(js).receive.Get(js.isolate()) : receive;
  }

  // Makes all native objects, buffers, and objects of ours, in the order in which they need one another.
  bool prepare() {
    v8::Isolate* isolate = js_.isolate();
    for (const auto& payload : message_.payloads_) {
      v8::Local<v8::Object> object;
      if (!payload->receive(js_).ToLocal(&object)) return false;
      natives.push_back(object);
    }
    for (const auto& store : message_.buffers_) buffers_.push_back(v8::ArrayBuffer::New(isolate, store));
    for (const auto& store : message_.shared_buffers_) shared_.push_back(v8::SharedArrayBuffer::New(isolate, store));
    for (Message::Part& part : message_.objects_) {
      v8::Local<v8::Value> object;
      if (!read_part(part).ToLocal(&object) || !object->IsObject()) return false;
      objects_.push_back(object.As<v8::Object>());
    }
    return true;
  }

  v8::MaybeLocal<v8::Value> read_part(Message::Part& part) {
    v8::ValueDeserializer deserializer(js_.isolate(), part.bytes.get(), part.size, this);
    deserializer_ = &deserializer;
    v8::MaybeLocal<v8::Value> value = read_part(part, deserializer);
    deserializer_ = nullptr;
    return value;
  }

  v8::MaybeLocal<v8::Value> read_part(Message::Part& part, v8::ValueDeserializer& deserializer) {
    v8::Isolate* isolate = js_.isolate();
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    for (size_t i = 0; i < buffers_.size(); i++) deserializer.TransferArrayBuffer(i, buffers_[i]);
    v8::Local<v8::Value> value;
    if (deserializer.ReadHeader(context).IsNothing() || !deserializer.ReadValue(context).ToLocal(&value)) return {};
    if (message_.has_exceptions_ && is_main_) {
      v8::Local<v8::Value> revived[] = {value};
      if (hooks(js_).revive.Get(isolate)->Call(context, v8::Undefined(isolate), 1, revived).IsEmpty()) return {};
    }
    if (part.id.empty()) return value;
    v8::Local<v8::Value> argv[] = {js_.string(part.id), value};
    return receive_->Call(context, v8::Undefined(isolate), 2, argv);
  }

  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
    uint32_t kind, index;
    if (!deserializer_->ReadUint32(&kind)) return {};
    if (kind == kPlain) {
      v8::Local<v8::Value> value;
      if (!deserializer_->ReadValue(isolate->GetCurrentContext()).ToLocal(&value) || !value->IsObject()) return {};
      return value.As<v8::Object>();
    }
    if (!deserializer_->ReadUint32(&index)) return {};
    const auto& all = kind == kNative ? natives : objects_;
    if (index >= all.size()) return {};
    return all[index];
  }

  v8::MaybeLocal<v8::WasmModuleObject> GetWasmModuleFromId(v8::Isolate* isolate, uint32_t id) override {
    if (id >= message_.wasm_modules_.size()) return {};
    return v8::WasmModuleObject::FromCompiledModule(isolate, message_.wasm_modules_[id]);
  }

  v8::MaybeLocal<v8::SharedArrayBuffer> GetSharedArrayBufferFromId(v8::Isolate*, uint32_t id) override {
    if (id >= shared_.size()) return {};
    return shared_[id];
  }

  const v8::SharedValueConveyor* GetSharedValueConveyor(v8::Isolate*) override {
    return message_.shared_values_ ? &*message_.shared_values_ : nullptr;
  }

  std::vector<v8::Local<v8::Object>> natives;

 private:
  Realm& js_;
  Message& message_;
  bool is_main_;
  v8::Local<v8::Function> receive_;
  std::vector<v8::Local<v8::ArrayBuffer>> buffers_;
  std::vector<v8::Local<v8::SharedArrayBuffer>> shared_;
  std::vector<v8::Local<v8::Object>> objects_;
  v8::ValueDeserializer* deserializer_ = nullptr;
};

v8::MaybeLocal<v8::Value> Message::read(Realm& js, std::vector<v8::Local<v8::Value>>& moved,
                                        v8::Local<v8::Function> receive) {
  if (!copy_.IsEmpty()) return copy_.Get(js.isolate());
  if (format_ != Format::Serialized) return read_text(js);
  Reader reader(js, *this, receive);
  v8::Local<v8::Value> value;
  if (!reader.prepare() || !reader.read_part(value_).ToLocal(&value)) return {};
  for (size_t i = 0; i < moved_; i++) moved.push_back(reader.natives[i]);
  return value;
}

std::shared_ptr<Message> Message::local(Realm& js, v8::Local<v8::Value> copy) {
  auto message = std::make_shared<Message>();
  message->copy_.Reset(js.isolate(), copy);
  return message;
}

std::shared_ptr<Message> Message::text(Realm& js, v8::Local<v8::String> text, bool is_json) {
  auto message = std::make_shared<Message>();
  v8::String::ValueView view(js.isolate(), text);
  const bool is_one_byte = view.is_one_byte();
  const size_t size = view.length() * (is_one_byte ? 1 : sizeof(uint16_t));
  message->format_ = is_one_byte ? Format::OneByteText : Format::TwoByteText;
  message->is_json_ = is_json;
  message->value_.bytes.reset(static_cast<uint8_t*>(malloc(std::max<size_t>(size, 1))));
  message->value_.size = size;
  CHECK(message->value_.bytes != nullptr);
  memcpy(message->value_.bytes.get(), is_one_byte ? static_cast<const void*>(view.data8()) : view.data16(), size);
  return message;
}

v8::MaybeLocal<v8::Value> Message::read_text(Realm& js) const {
  const uint8_t* bytes = value_.bytes.get();
  const int size = static_cast<int>(value_.size);
  v8::MaybeLocal<v8::String> made =
      format_ == Format::OneByteText
          ? v8::String::NewFromOneByte(js.isolate(), bytes, v8::NewStringType::kNormal, size)
          : v8::String::NewFromTwoByte(js.isolate(), reinterpret_cast<const uint16_t*>(bytes),
                                       v8::NewStringType::kNormal, size / static_cast<int>(sizeof(uint16_t)));
  v8::Local<v8::String> text;
  if (!is_json_ || !made.ToLocal(&text)) return made;
  return v8::JSON::Parse(js.isolate()->GetCurrentContext(), text);
}

void Message::leave_thread(Realm& js) {
  if (copy_.IsEmpty()) return;
  v8::HandleScope handles(js.isolate());
  TransferList nothing;
  // It is plain throughout, so that nothing of it calls script or could be refused.
  CHECK(write(js, copy_.Get(js.isolate()), nothing, {}));
  copy_.Reset();
}

std::shared_ptr<Message> Message::closing() {
  // The same for all, as nothing of it ever changes.
  static const std::shared_ptr<Message> closing = [] {
    auto message = std::make_shared<Message>();
    message->is_closing_ = true;
    return message;
  }();
  return closing;
}

}  // namespace gyre::messaging
