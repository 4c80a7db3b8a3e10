#include "runtime/disable_proto.h"

#include "runtime/options.h"

namespace gyre {
namespace {

void refuse(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm::from(info.GetIsolate())
      .throw_coded(ErrorType::Error, "ERR_PROTO_ACCESS",
                   "Accessing Object.prototype.__proto__ has been disallowed with --disable-proto=throw");
}

}  // namespace

void disable_proto(Environment& env, v8::Local<v8::Context> context) {
  const std::string mode = env.options().text("--disable-proto");
  if (mode.empty()) return;
  v8::Context::Scope entered(context);
  v8::Local<v8::Object> prototype = v8::Object::New(env.isolate())->GetPrototypeV2().As<v8::Object>();
  v8::Local<v8::String> name = env.name("__proto__");
  if (mode == "delete") {
    prototype->Delete(context, name).Check();
    return;
  }
  v8::Local<v8::Function> thrower = v8::Function::New(context, refuse).ToLocalChecked();
  v8::PropertyDescriptor descriptor(thrower, thrower);
  descriptor.set_enumerable(false);
  descriptor.set_configurable(true);
  prototype->DefineProperty(context, name, descriptor).Check();
}

}  // namespace gyre
