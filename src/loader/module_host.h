// What the isolate asks its host about modules: import(), import.meta, and which wrap a module has.
#pragma once

#include <unordered_map>

#include "binding/realm.h"

namespace gyre {
class Environment;
}

namespace gyre::loader {

class ModuleWrap;

struct ModuleHost {
  explicit ModuleHost(Environment&) {}
  static ModuleHost& of(Realm& js);

  std::unordered_multimap<int, ModuleWrap*> wraps;  // by identity hash
  v8::Global<v8::Function> import_dynamically;
  v8::Global<v8::Function> initialize_meta;
  v8::Global<v8::Function> prepare_shadow_realm;
};

// { __proto__: null, key: value, ... } of import attributes that come in groups of `stride`.
v8::Local<v8::Object> attributes_object(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::FixedArray> attributes,
                                        int stride);

// Called once when a program starts:
//   importDynamically(hostId, referrer name, specifier, attributes, phase) -> promise
//   initializeMeta(wrap, meta)
//   prepareShadowRealm(global) -> the host id of code in a new ShadowRealm
void install_host(Realm& js, v8::Local<v8::Function> import_dynamically, v8::Local<v8::Function> initialize_meta,
                  v8::Local<v8::Function> prepare_shadow_realm);

// What code is compiled with, so that its import() finds the handler of `id` (a symbol) or, for
// anything else, the default loader.
v8::Local<v8::Data> host_options(v8::Isolate* isolate, v8::Local<v8::Value> id);

}  // namespace gyre::loader
