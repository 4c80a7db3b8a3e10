// native('messaging'): structured cloning, message ports.
#include "base/check.h"
#include "binding/binding.h"
#include "web/messaging/message.h"
#include "web/messaging/port.h"

namespace gyre::messaging {
namespace {

// structuredClone(value, transfer)
void structured_clone(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  TransferList transfer;
  Message message;
  if (!from_js(js, info[1], transfer) || !message.write(js, info[0], transfer, {})) return;
  v8::Local<v8::Value> value;
  std::vector<v8::Local<v8::Value>> moved;
  if (message.read(js, moved).ToLocal(&value)) info.GetReturnValue().Set(value);
}

// The two ends of a new channel.
v8::Local<v8::Value> make_channel(Realm& js) {
  auto channel = std::make_shared<Channel>(false);
  v8::Local<v8::Value> ends[] = {MessagePort::make(js, std::make_unique<PortEnd>(channel)),
                                 MessagePort::make(js, std::make_unique<PortEnd>(channel))};
  return v8::Array::New(js.isolate(), ends, 2);
}

v8::Local<v8::Value> join_broadcast(Realm& js, std::string name) {
  return MessagePort::make(js, std::make_unique<PortEnd>(broadcast_channel(name)));
}

void set_hooks(Realm& js, v8::Local<v8::Function> data_clone_error, v8::Local<v8::Function> receive,
               v8::Local<v8::Value> clone_symbol, v8::Local<v8::Function> revive) {
  Hooks& hooks = messaging::hooks(js);
  v8::Isolate* isolate = js.isolate();
  hooks.data_clone_error.Reset(isolate, data_clone_error);
  hooks.receive.Reset(isolate, receive);
  hooks.revive.Reset(isolate, revive);
  hooks.clone_symbol.Reset(isolate, clone_symbol.As<v8::Symbol>());
  hooks.uncloneable.Reset(isolate, v8::Private::New(isolate));
  hooks.object_prototype.Reset(isolate, v8::Object::New(isolate)->GetPrototypeV2());
}

void set_delivery(Realm& js, v8::Local<v8::Function> deliver) {
  hooks(js).deliver.Reset(js.isolate(), deliver);
  hooks(js).onclose.Reset(js.isolate(), js.name("onclose"));
}

void mark_as_uncloneable(Realm& js, v8::Local<v8::Object> object) {
  Hooks& hooks = messaging::hooks(js);
  hooks.any_uncloneable = true;
  object->SetPrivate(js.context(), hooks.uncloneable.Get(js.isolate()), v8::True(js.isolate())).Check();
}

// The same in all threads, as messages go between them.
std::string exception_mark() {
  static const std::string mark = [] {
    uint64_t bits[2];
    CHECK(uv_random(nullptr, nullptr, bits, sizeof bits, 0, nullptr) == 0);
    return "DOMException " + std::to_string(bits[0]) + std::to_string(bits[1]) + ' ';
  }();
  return mark;
}

}  // namespace

// isOrdinary(object): whether it is an array or has nothing but properties, as far as the engine knows.
bool is_ordinary(v8::Local<v8::Value> value) {
  const v8::Value& it = **value;
  if (!it.IsObject()) return false;
  if (it.IsArray()) return true;
  return !(it.IsProxy() || it.IsFunction() || it.IsArgumentsObject() || it.IsDate() || it.IsRegExp() || it.IsMap() ||
           it.IsSet() || it.IsNativeError() || it.IsArrayBuffer() || it.IsSharedArrayBuffer() ||
           it.IsArrayBufferView() || it.IsNumberObject() || it.IsStringObject() || it.IsBooleanObject() ||
           it.IsBigIntObject() || it.IsSymbolObject() || it.IsPromise() || it.IsWeakMap() || it.IsWeakSet() ||
           it.IsWeakRef() || it.IsMapIterator() || it.IsSetIterator() || it.IsGeneratorObject() ||
           it.IsModuleNamespaceObject() || it.IsExternal() || it.IsWasmModuleObject() || it.IsWasmMemoryObject() ||
           value.As<v8::Object>()->InternalFieldCount() > 0);
}

// As soon as one object is marked as uncloneable, all have to be looked at more closely.
bool is_ordinary(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  return is_ordinary(value) && !hooks(Realm::from(isolate)).any_uncloneable;
}

void js_is_ordinary(const v8::FunctionCallbackInfo<v8::Value>& info) {
  info.GetReturnValue().Set(is_ordinary(info.GetIsolate(), info[0]));
}
bool fast_is_ordinary(v8::Local<v8::Value>, v8::Local<v8::Value> value, v8::FastApiCallbackOptions& options) {
  return is_ordinary(options.isolate, value);
}

GYRE_MODULE(messaging) {
  b.raw_fast<&js_is_ordinary, &fast_is_ordinary>("isOrdinary");
  b.raw<&structured_clone>("structuredClone");
  b.function<&make_channel>("makeChannel");
  b.function<&join_broadcast>("joinBroadcast");
  b.function<&set_hooks>("setHooks");
  b.function<&set_delivery>("setDelivery");
  b.function<&mark_as_uncloneable>("markAsUncloneable");
  b.function<&exception_mark>("exceptionMark");
  b.function<&note_exception>("noteException");
  auto port = b.class_<MessagePort>("Port");
  port.raw_method<&MessagePort::post_message>("postMessage", 3)
      .raw_method<&MessagePort::post_text>("postText", 2)
      .method<&MessagePort::post_copy>("postCopy")
      .method<&MessagePort::start>("start")
      .method<&MessagePort::stop>("stop")
      .method<&MessagePort::drain>("drain")
      .method<&MessagePort::shut>("shut")
      .method<&MessagePort::is_attached>("isAttached")
      .method<&MessagePort::leave>("leave")
      .method<&MessagePort::receive>("receive")
      .method<&MessagePort::move>("move")
      .method<&MessagePort::enter_context>("enterContext");
  MessagePort::bind_methods(port);
}

}  // namespace gyre::messaging
