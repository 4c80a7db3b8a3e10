// Properties that look like data from the start and whose value is made when it is first asked for.
#include "runtime/lazy_property.h"

#include "base/check.h"
#include "binding/binding.h"
#include "runtime/environment.h"

namespace gyre {
namespace {

// V8 puts the result into the place of the property, so this runs once for each. The function that makes
// the value cannot come as data: what a snapshot keeps of such a property may not refer to a context.
void load(v8::Local<v8::Name>, const v8::PropertyCallbackInfo<v8::Value>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  CHECK(js.loop());  // there is no Environment while a snapshot is made
  v8::Local<v8::Value> argv[] = {info.Data()};
  v8::Local<v8::Value> value;
  if (Environment::from(js).call_hook("loadLazyProperty", 1, argv).ToLocal(&value)) info.GetReturnValue().Set(value);
}

// define(object, name, enumerable, number): the hook loadLazyProperty(number) gives the value.
void define(Realm& js, v8::Local<v8::Object> target, v8::Local<v8::String> name, bool enumerable, int32_t number) {
  const auto attributes = enumerable ? v8::PropertyAttribute::None : v8::PropertyAttribute::DontEnum;
  const auto data = v8::Integer::New(js.isolate(), number);
  target->SetLazyDataProperty(js.isolate()->GetCurrentContext(), name, load, data, attributes).Check();
}

}  // namespace

intptr_t lazy_property_reference() { return reinterpret_cast<intptr_t>(&load); }

GYRE_MODULE(lazy_property) { b.function<&define>("define"); }

}  // namespace gyre
