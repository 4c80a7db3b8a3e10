// ES modules as JavaScript sees them: a ModuleWrap is the face of one v8::Module, source text or
// synthetic. Which module an import means is decided in JavaScript; here modules are compiled,
// linked to what JavaScript found, instantiated and evaluated.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "binding/realm.h"
#include "binding/wrapped.h"

namespace gyre::loader {

class ModuleWrap final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"ModuleWrap", nullptr};

  ModuleWrap(Realm& realm, v8::Local<v8::Object> object, v8::Local<v8::Context> context, v8::Local<v8::Module> module,
             v8::Local<v8::Value> url);
  ~ModuleWrap() override;

  // Where a source text module comes from. `host_id` is the symbol under which dynamic imports of
  // the module find their handler, or undefined for the default loader.
  struct Origin {
    v8::Local<v8::Value> url;
    int line = 0;
    int column = 0;
    v8::Local<v8::Value> host_id;
  };

  // Compiles a source text module in `context`. Empty with an exception for a syntax error, whose
  // stack then shows the source line. `rejected` says whether V8 refused the cached data.
  static v8::MaybeLocal<v8::Object> compile(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::String> source,
                                            const Origin& origin, v8::ScriptCompiler::CachedData* cached,
                                            bool* rejected);

  // A module with these exports, given their values by `steps` (called with the wrap as receiver).
  static v8::Local<v8::Object> synthetic(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::String> url,
                                         const std::vector<v8::Local<v8::String>>& names,
                                         v8::Local<v8::Function> steps);

  // The wrap of a module, or nullptr.
  static ModuleWrap* find(Realm& js, v8::Local<v8::Module> module);

  v8::Local<v8::Module> module() const { return module_.Get(realm().isolate()); }
  v8::Local<v8::Context> context() const { return context_.Get(realm().isolate()); }

  // [[specifier, phase, attributes, line, column], ...]; phase 1 is the source phase, 2 evaluation.
  v8::Local<v8::Value> requests(Realm& js);
  // The modules that requests() asks for, in its order.
  void link(const v8::FunctionCallbackInfo<v8::Value>& info);
  void instantiate(const v8::FunctionCallbackInfo<v8::Value>& info);
  // A promise of undefined; settled when the graph is synchronous.
  void evaluate(const v8::FunctionCallbackInfo<v8::Value>& info);
  void get_namespace(const v8::FunctionCallbackInfo<v8::Value>& info);
  int32_t status(Realm& js);
  v8::Local<v8::Value> error(Realm& js);
  bool is_graph_async(Realm& js);
  bool has_top_level_await(Realm& js);
  void set_export(const v8::FunctionCallbackInfo<v8::Value>& info);
  // What `import source` of this module gives.
  void set_source(Realm& js, v8::Local<v8::Object> source);
  v8::Local<v8::Value> create_cached_data(Realm& js);
  // One text for each top-level await that has not come back: place, line, carets.
  v8::Local<v8::Value> stalled_awaits(Realm& js);
  v8::Local<v8::Value> source_mapping_url(Realm& js);

 private:
  struct Link {
    std::string key;  // specifier and attributes
    v8::Global<v8::Object> wrap;
  };

  static v8::MaybeLocal<v8::Module> resolve_module(v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                                                   v8::Local<v8::FixedArray> attributes,
                                                   v8::Local<v8::Module> referrer);
  static v8::MaybeLocal<v8::Object> resolve_source(v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                                                   v8::Local<v8::FixedArray> attributes,
                                                   v8::Local<v8::Module> referrer);
  static v8::MaybeLocal<v8::Value> run_synthetic(v8::Local<v8::Context> context, v8::Local<v8::Module> module);
  static ModuleWrap* linked(v8::Local<v8::String> specifier, v8::Local<v8::FixedArray> attributes,
                            v8::Local<v8::Module> referrer);

  v8::Global<v8::Context> context_;
  v8::Global<v8::Module> module_;
  v8::Global<v8::Function> steps_;
  v8::Global<v8::Object> source_;
  std::vector<Link> links_;
  int hash_;
};

}  // namespace gyre::loader
