#include "loader/module_host.h"

#include <vector>

#include "base/check.h"
#include "loader/module_wrap.h"
#include "runtime/disable_proto.h"
#include "runtime/environment.h"

namespace gyre::loader {
namespace {

// Where the global object of a ShadowRealm keeps its host id.
v8::Local<v8::Private> shadow_realm_key(Realm& js) {
  return v8::Private::ForApi(js.isolate(), js.name("gyre:shadow_realm"));
}

v8::Local<v8::Value> shadow_realm_id(Realm& js, v8::Local<v8::Context> context) {
  v8::Local<v8::Value> id;
  if (context->Global()->GetPrivate(context, shadow_realm_key(js)).ToLocal(&id)) return id;
  return v8::Undefined(js.isolate());
}

v8::MaybeLocal<v8::Context> make_shadow_realm(v8::Local<v8::Context> initiator) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::EscapableHandleScope handles(isolate);
  Realm& js = Realm::from(isolate);
  v8::Local<v8::Context> context = v8::Context::New(isolate);
  context->SetSecurityToken(initiator->GetSecurityToken());
  disable_proto(Environment::from(js), context);
  v8::Local<v8::Value> argv[] = {context->Global()};
  v8::Local<v8::Value> id;
  v8::Local<v8::Function> prepare = ModuleHost::of(js).prepare_shadow_realm.Get(isolate);
  if (!prepare->Call(js.context(), v8::Undefined(isolate), 1, argv).ToLocal(&id)) return {};
  if (context->Global()->SetPrivate(context, shadow_realm_key(js), id).IsNothing()) return {};
  return handles.Escape(context);
}

v8::MaybeLocal<v8::Promise> import_with_phase(v8::Local<v8::Context> context, v8::Local<v8::Data> host_options,
                                              v8::Local<v8::Value> resource_name, v8::Local<v8::String> specifier,
                                              v8::ModuleImportPhase phase, v8::Local<v8::FixedArray> attributes) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::EscapableHandleScope handles(isolate);
  Realm& js = Realm::from(isolate);
  ModuleHost& host = ModuleHost::of(js);

  v8::Local<v8::Value> id = v8::Undefined(isolate);
  if (host_options->IsFixedArray()) {
    v8::Local<v8::FixedArray> options = host_options.As<v8::FixedArray>();
    if (options->Length() > 0) id = options->Get(context, 0).As<v8::Value>();
  }
  if (context != js.context() && id->IsUndefined()) id = shadow_realm_id(js, context);
  v8::Local<v8::Value> argv[] = {id, resource_name, specifier, attributes_object(js, context, attributes, 2),
                                 v8::Integer::New(isolate, static_cast<int>(phase))};
  v8::Local<v8::Value> result;
  {
    v8::TryCatch caught(isolate);
    if (host.import_dynamically.Get(isolate)->Call(context, v8::Undefined(isolate), 5, argv).ToLocal(&result)) {
      CHECK(result->IsPromise());
      if (context == js.context()) return handles.Escape(result.As<v8::Promise>());
      // The code that asks gets a promise of its own context.
      v8::Local<v8::Promise::Resolver> own;
      if (!v8::Promise::Resolver::New(context).ToLocal(&own)) return {};
      own->Resolve(context, result).FromMaybe(false);
      return handles.Escape(own->GetPromise());
    }
    if (!caught.CanContinue()) {
      caught.ReThrow();
      return {};
    }
    result = caught.Exception();
  }
  // import() never throws: it gives a rejected promise.
  v8::Local<v8::Promise::Resolver> failed;
  if (!v8::Promise::Resolver::New(context).ToLocal(&failed)) return {};
  failed->Reject(context, result).FromMaybe(false);
  return handles.Escape(failed->GetPromise());
}

v8::MaybeLocal<v8::Promise> import_module(v8::Local<v8::Context> context, v8::Local<v8::Data> host_options,
                                          v8::Local<v8::Value> resource_name, v8::Local<v8::String> specifier,
                                          v8::Local<v8::FixedArray> attributes) {
  return import_with_phase(context, host_options, resource_name, specifier, v8::ModuleImportPhase::kEvaluation,
                           attributes);
}

void initialize_import_meta(v8::Local<v8::Context> context, v8::Local<v8::Module> module, v8::Local<v8::Object> meta) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::HandleScope handles(isolate);
  Realm& js = Realm::from(isolate);
  ModuleWrap* wrap = ModuleWrap::find(js, module);
  if (!wrap) return;
  v8::Local<v8::Value> argv[] = {wrap->object(), meta};
  // V8 cannot take an exception here; what throws leaves import.meta as far as it came.
  v8::TryCatch caught(isolate);
  ModuleHost::of(js).initialize_meta.Get(isolate)->Call(context, v8::Undefined(isolate), 2, argv).IsEmpty();
  if (caught.HasTerminated()) caught.ReThrow();
}

}  // namespace

ModuleHost& ModuleHost::of(Realm& js) { return Environment::from(js).module_state<ModuleHost>(); }

v8::Local<v8::Object> attributes_object(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::FixedArray> attributes,
                                        int stride) {
  std::vector<v8::Local<v8::Name>> names;
  std::vector<v8::Local<v8::Value>> values;
  for (int i = 0; i + 1 < attributes->Length(); i += stride) {
    names.push_back(attributes->Get(context, i).As<v8::String>());
    values.push_back(attributes->Get(context, i + 1).As<v8::String>());
  }
  return v8::Object::New(js.isolate(), v8::Null(js.isolate()), names.data(), values.data(), names.size());
}

v8::Local<v8::Data> host_options(v8::Isolate* isolate, v8::Local<v8::Value> id) {
  v8::Local<v8::PrimitiveArray> options = v8::PrimitiveArray::New(isolate, 1);
  v8::Local<v8::Primitive> none = v8::Undefined(isolate);
  options->Set(isolate, 0, !id.IsEmpty() && id->IsSymbol() ? id.As<v8::Primitive>() : none);
  return options;
}

void install_host(Realm& js, v8::Local<v8::Function> import_dynamically, v8::Local<v8::Function> initialize_meta,
                  v8::Local<v8::Function> prepare_shadow_realm) {
  v8::Isolate* isolate = js.isolate();
  ModuleHost& host = ModuleHost::of(js);
  host.import_dynamically.Reset(isolate, import_dynamically);
  host.initialize_meta.Reset(isolate, initialize_meta);
  isolate->SetHostImportModuleDynamicallyCallback(import_module);
  isolate->SetHostImportModuleWithPhaseDynamicallyCallback(import_with_phase);
  host.prepare_shadow_realm.Reset(isolate, prepare_shadow_realm);
  isolate->SetHostInitializeImportMetaObjectCallback(initialize_import_meta);
  isolate->SetHostCreateShadowRealmContextCallback(make_shadow_realm);
}

}  // namespace gyre::loader
