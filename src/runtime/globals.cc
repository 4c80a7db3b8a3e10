// Properties that look like data from the start and whose value is made when it is first asked for.
#include "runtime/globals.h"

#include "base/check.h"
#include "binding/binding.h"
#include "runtime/environment.h"

namespace gyre {
namespace {

// V8 puts the result into the place of the property, so this runs once for each. The function that it
// calls cannot come as data: what a snapshot keeps of such a property may not refer to a context.
void load(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  CHECK(js.loop());  // there is no Environment while a snapshot is made
  v8::Local<v8::Value> argv[] = {name};
  v8::Local<v8::Value> value;
  if (Environment::from(js).call_hook("loadGlobal", 1, argv).ToLocal(&value)) info.GetReturnValue().Set(value);
}

// defineLazy(object, name, enumerable): the hook loadGlobal(name) gives the value.
void define_lazy(Realm& js, v8::Local<v8::Object> target, v8::Local<v8::String> name, bool enumerable) {
  const auto attributes = enumerable ? v8::PropertyAttribute::None : v8::PropertyAttribute::DontEnum;
  target->SetLazyDataProperty(js.isolate()->GetCurrentContext(), name, load, {}, attributes).Check();
}

}  // namespace

intptr_t lazy_global_reference() { return reinterpret_cast<intptr_t>(&load); }

GYRE_MODULE(globals) { b.function<&define_lazy>("defineLazy"); }

}  // namespace gyre
