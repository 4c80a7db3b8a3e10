#include "loader/module_wrap.h"

#include <utility>

#include "binding/binding.h"
#include "loader/decorate.h"
#include "loader/module_host.h"
#include "runtime/source_excerpt.h"

namespace gyre::loader {
namespace {

// Import attributes come as [key, value, offset, ...] in a module and [key, value, ...] in import().
std::string request_key(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                        v8::Local<v8::FixedArray> attributes) {
  std::string key = utf8(js, specifier);
  for (int i = 0; i + 1 < attributes->Length(); i += 3) {
    for (int part = i; part < i + 2; part++) {
      key += '\0';
      key += utf8(js, attributes->Get(context, part).As<v8::String>());
    }
  }
  return key;
}

}  // namespace

ModuleWrap::ModuleWrap(Realm& realm, v8::Local<v8::Object> object, v8::Local<v8::Context> context,
                       v8::Local<v8::Module> module, v8::Local<v8::Value> url)
    : Wrapped(realm, object, kTag),
      context_(realm.isolate(), context),
      module_(realm.isolate(), module),
      hash_(module->GetIdentityHash()) {
  // Defined, not assigned: Object.prototype may carry a setter.
  object->CreateDataProperty(context, realm.name("url"), url).FromMaybe(false);
  ModuleHost::of(realm).wraps.emplace(hash_, this);
}

ModuleWrap::~ModuleWrap() {
  auto& wraps = ModuleHost::of(realm()).wraps;
  const auto [begin, end] = wraps.equal_range(hash_);
  for (auto at = begin; at != end; ++at) {
    if (at->second != this) continue;
    wraps.erase(at);
    break;
  }
}

ModuleWrap* ModuleWrap::find(Realm& js, v8::Local<v8::Module> module) {
  const auto [begin, end] = ModuleHost::of(js).wraps.equal_range(module->GetIdentityHash());
  for (auto at = begin; at != end; ++at) {
    if (at->second->module_ == module) return at->second;
  }
  return nullptr;
}

v8::MaybeLocal<v8::Object> ModuleWrap::compile(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::String> text,
                                               const Origin& origin, v8::ScriptCompiler::CachedData* cached,
                                               bool* rejected) {
  v8::Isolate* isolate = js.isolate();
  v8::EscapableHandleScope handles(isolate);
  v8::Context::Scope entered(context);
  v8::TryCatch caught(isolate);
  v8::ScriptOrigin script(origin.url, origin.line, origin.column, true, -1, {}, false, false, true,
                          host_options(isolate, origin.host_id));
  v8::ScriptCompiler::Source source(text, script, cached);
  const auto options = cached ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions;
  v8::Local<v8::Module> module;
  const bool compiled = v8::ScriptCompiler::CompileModule(isolate, &source, options).ToLocal(&module);
  if (cached && rejected) *rejected = source.GetCachedData()->rejected;
  if (!compiled) {
    if (!caught.HasTerminated()) decorate(js, context, caught.Exception(), caught.Message(), "\n");
    caught.ReThrow();
    return {};
  }
  v8::Local<v8::Object> object = instance_of<ModuleWrap>(js);
  new ModuleWrap(js, object, context, module, origin.url);
  return handles.Escape(object);
}

v8::Local<v8::Object> ModuleWrap::synthetic(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::String> url,
                                            const std::vector<v8::Local<v8::String>>& names,
                                            v8::Local<v8::Function> steps) {
  v8::EscapableHandleScope handles(js.isolate());
  v8::Context::Scope entered(context);
  v8::Local<v8::Module> module = v8::Module::CreateSyntheticModule(
      js.isolate(), url, v8::MemorySpan<const v8::Local<v8::String>>(names.data(), names.size()), run_synthetic);
  v8::Local<v8::Object> object = instance_of<ModuleWrap>(js);
  auto* wrap = new ModuleWrap(js, object, context, module, url);
  wrap->steps_.Reset(js.isolate(), steps);
  return handles.Escape(object);
}

v8::MaybeLocal<v8::Value> ModuleWrap::run_synthetic(v8::Local<v8::Context> context, v8::Local<v8::Module> module) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  Realm& js = Realm::from(isolate);
  ModuleWrap* wrap = find(js, module);
  CHECK(wrap);
  v8::TryCatch caught(isolate);
  v8::Local<v8::Function> steps = wrap->steps_.Get(isolate);
  if (steps->Call(context, wrap->object(), 0, nullptr).IsEmpty()) {
    caught.ReThrow();
    return {};
  }
  v8::Local<v8::Promise::Resolver> done;
  if (!v8::Promise::Resolver::New(context).ToLocal(&done)) return {};
  done->Resolve(context, v8::Undefined(isolate)).FromMaybe(false);
  return done->GetPromise();
}

v8::Local<v8::Value> ModuleWrap::requests(Realm& js) {
  v8::Isolate* isolate = js.isolate();
  v8::Local<v8::Context> context = this->context();
  v8::Local<v8::Module> module = this->module();
  std::vector<v8::Local<v8::Value>> out;
  if (!module->IsSourceTextModule()) return v8::Array::New(isolate, 0);
  v8::Local<v8::FixedArray> requests = module->GetModuleRequests();
  for (int i = 0; i < requests->Length(); i++) {
    v8::Local<v8::ModuleRequest> request = requests->Get(context, i).As<v8::ModuleRequest>();
    v8::Location place = module->SourceOffsetToLocation(request->GetSourceOffset());
    v8::Local<v8::Value> fields[] = {
        request->GetSpecifier(), v8::Integer::New(isolate, static_cast<int>(request->GetPhase())),
        attributes_object(js, context, request->GetImportAttributes(), 3),
        v8::Integer::New(isolate, place.GetLineNumber()), v8::Integer::New(isolate, place.GetColumnNumber())};
    out.push_back(v8::Array::New(isolate, fields, 5));
  }
  return v8::Array::New(isolate, out.data(), out.size());
}

void ModuleWrap::link(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm& js = realm();
  v8::Local<v8::Context> context = this->context();
  v8::Local<v8::Array> wraps;
  if (!from_js(js, info[0], wraps)) return;
  v8::Local<v8::FixedArray> requests = module()->GetModuleRequests();
  CHECK(static_cast<int>(wraps->Length()) == requests->Length());
  links_.clear();
  for (int i = 0; i < requests->Length(); i++) {
    v8::Local<v8::ModuleRequest> request = requests->Get(context, i).As<v8::ModuleRequest>();
    v8::Local<v8::Value> wrap;
    if (!wraps->Get(context, i).ToLocal(&wrap)) return;
    CHECK(gyre::unwrap<ModuleWrap>(wrap));
    links_.push_back({request_key(js, context, request->GetSpecifier(), request->GetImportAttributes()),
                      v8::Global<v8::Object>(js.isolate(), wrap.As<v8::Object>())});
  }
}

ModuleWrap* ModuleWrap::linked(v8::Local<v8::String> specifier, v8::Local<v8::FixedArray> attributes,
                               v8::Local<v8::Module> referrer) {
  Realm& js = Realm::from(v8::Isolate::GetCurrent());
  if (ModuleWrap* wrap = find(js, referrer)) {
    const std::string key = request_key(js, js.context(), specifier, attributes);
    for (const Link& link : wrap->links_) {
      if (link.key == key) return gyre::unwrap<ModuleWrap>(link.wrap.Get(js.isolate()));
    }
  }
  js.throw_coded(ErrorType::Error, "ERR_VM_MODULE_LINK_FAILURE",
                 "request for '" + utf8(js, specifier) + "' is not yet fulfilled");
  return nullptr;
}

v8::MaybeLocal<v8::Module> ModuleWrap::resolve_module(v8::Local<v8::Context>, v8::Local<v8::String> specifier,
                                                      v8::Local<v8::FixedArray> attributes,
                                                      v8::Local<v8::Module> referrer) {
  ModuleWrap* wrap = linked(specifier, attributes, referrer);
  if (!wrap) return {};
  return wrap->module();
}

v8::MaybeLocal<v8::Object> ModuleWrap::resolve_source(v8::Local<v8::Context>, v8::Local<v8::String> specifier,
                                                      v8::Local<v8::FixedArray> attributes,
                                                      v8::Local<v8::Module> referrer) {
  ModuleWrap* wrap = linked(specifier, attributes, referrer);
  if (!wrap) return {};
  if (wrap->source_.IsEmpty()) {
    Realm& js = wrap->realm();
    v8::Local<v8::Value> url;
    std::string name;
    if (wrap->object()->Get(js.context(), js.name("url")).ToLocal(&url) && url->IsString()) {
      name = utf8(js, url.As<v8::String>());
    }
    js.throw_error(CodedError{ErrorType::SyntaxError, "ERR_SOURCE_PHASE_NOT_DEFINED",
                              "Source phase import object is not defined for module " + name});
    return {};
  }
  return wrap->source_.Get(wrap->realm().isolate());
}

void ModuleWrap::instantiate(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = this->context();
  v8::TryCatch caught(isolate);
  if (module()->InstantiateModule(context, resolve_module, resolve_source).FromMaybe(false)) return;
  if (caught.HasCaught() && !caught.HasTerminated()) {
    decorate(realm(), context, caught.Exception(), caught.Message(), "");
  }
  caught.ReThrow();
}

void ModuleWrap::evaluate(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Local<v8::Value> promise;
  if (module()->Evaluate(context()).ToLocal(&promise)) info.GetReturnValue().Set(promise);
}

void ModuleWrap::get_namespace(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Local<v8::Module> module = this->module();
  if (module->GetStatus() < v8::Module::kInstantiated) {
    realm().throw_coded(ErrorType::Error, "ERR_MODULE_NOT_INSTANTIATED", "Module is not instantiated");
    return;
  }
  info.GetReturnValue().Set(module->GetModuleNamespace());
}

int32_t ModuleWrap::status(Realm&) { return module()->GetStatus(); }

v8::Local<v8::Value> ModuleWrap::error(Realm& js) {
  v8::Local<v8::Module> module = this->module();
  if (module->GetStatus() != v8::Module::kErrored) return v8::Undefined(js.isolate());
  return module->GetException();
}

bool ModuleWrap::is_graph_async(Realm&) { return module()->IsGraphAsync(); }

bool ModuleWrap::has_top_level_await(Realm&) {
  v8::Local<v8::Module> module = this->module();
  return module->IsSourceTextModule() && module->HasTopLevelAwait();
}

void ModuleWrap::set_export(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Local<v8::String> name;
  if (!from_js(realm(), info[0], name)) return;
  // A name that the module does not have throws a ReferenceError.
  module()->SetSyntheticModuleExport(info.GetIsolate(), name, info[1]).FromMaybe(false);
}

void ModuleWrap::set_source(Realm& js, v8::Local<v8::Object> source) { source_.Reset(js.isolate(), source); }

v8::Local<v8::Value> ModuleWrap::create_cached_data(Realm& js) {
  v8::Local<v8::Module> module = this->module();
  if (!module->IsSourceTextModule() || module->GetStatus() >= v8::Module::kEvaluating) {
    return v8::Undefined(js.isolate());
  }
  std::unique_ptr<v8::ScriptCompiler::CachedData> data(
      v8::ScriptCompiler::CreateCodeCache(module->GetUnboundModuleScript()));
  if (!data) return js.buffer(std::vector<uint8_t>());
  return js.buffer(std::vector<uint8_t>(data->data, data->data + data->length));
}

v8::Local<v8::Value> ModuleWrap::stalled_awaits(Realm& js) {
  const auto [modules, messages] = module()->GetStalledTopLevelAwaitMessages(js.isolate());
  std::vector<v8::Local<v8::Value>> out;
  for (v8::Local<v8::Message> message : messages) {
    out.push_back(js.string(source_excerpt(js, message)));
  }
  return v8::Array::New(js.isolate(), out.data(), out.size());
}

v8::Local<v8::Value> ModuleWrap::source_mapping_url(Realm& js) {
  v8::Local<v8::Module> module = this->module();
  if (!module->IsSourceTextModule() || module->GetStatus() >= v8::Module::kEvaluating) {
    return v8::Undefined(js.isolate());
  }
  return module->GetUnboundModuleScript()->GetSourceMappingURL();
}

namespace {

// The context of a global object that script gave, or the main one.
v8::Local<v8::Context> context_of(Realm& js, v8::Local<v8::Value> global) {
  v8::Local<v8::Context> context;
  if (global->IsObject() && global.As<v8::Object>()->GetCreationContext(js.isolate()).ToLocal(&context)) {
    return context;
  }
  return js.context();
}

// compileModule(url, text, hostId?, cachedData?, global?): a wrap, with `cachedDataRejected` when
// there was cached data.
void compile_module(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  v8::Local<v8::String> text;
  if (!from_js(js, info[1], text)) return;
  const auto bytes = bytes_of(info[3]);
  v8::ScriptCompiler::CachedData* cached = nullptr;
  if (!bytes.empty()) {
    cached = new v8::ScriptCompiler::CachedData(bytes.data(), static_cast<int>(bytes.size()));
  }
  bool rejected = false;
  v8::Local<v8::Object> wrap;
  if (!ModuleWrap::compile(js, context_of(js, info[4]), text, {info[0], 0, 0, info[2]}, cached, &rejected)
           .ToLocal(&wrap)) {
    return;
  }
  if (cached) js.set(wrap, "cachedDataRejected", v8::Boolean::New(js.isolate(), rejected));
  info.GetReturnValue().Set(wrap);
}

// createSynthetic(url, names, steps, global?): a wrap whose exports steps.call(wrap) sets.
v8::Local<v8::Value> create_synthetic(Realm& js, v8::Local<v8::String> url, std::vector<v8::Local<v8::String>> names,
                                      v8::Local<v8::Function> steps, v8::Local<v8::Value> global) {
  return ModuleWrap::synthetic(js, context_of(js, global), url, names, steps);
}

}  // namespace

}  // namespace gyre::loader

namespace gyre {

GYRE_MODULE(module_wrap) {
  using namespace loader;
  b.class_<ModuleWrap>("ModuleWrap")
      .method<&ModuleWrap::requests>("requests")
      .raw_method<&ModuleWrap::link>("link", 1)
      .raw_method<&ModuleWrap::instantiate>("instantiate")
      .raw_method<&ModuleWrap::evaluate>("evaluate")
      .raw_method<&ModuleWrap::get_namespace>("getNamespace")
      .method<&ModuleWrap::status>("status")
      .method<&ModuleWrap::error>("error")
      .method<&ModuleWrap::is_graph_async>("isGraphAsync")
      .method<&ModuleWrap::has_top_level_await>("hasTopLevelAwait")
      .raw_method<&ModuleWrap::set_export>("setExport", 2)
      .method<&ModuleWrap::set_source>("setSource")
      .method<&ModuleWrap::create_cached_data>("createCachedData")
      .method<&ModuleWrap::stalled_awaits>("stalledAwaits")
      .method<&ModuleWrap::source_mapping_url>("sourceMappingURL");
  b.raw<&compile_module>("compileModule", 2);
  b.function<&create_synthetic>("createSynthetic");
  b.constant("kUninstantiated", v8::Module::kUninstantiated);
  b.constant("kInstantiating", v8::Module::kInstantiating);
  b.constant("kInstantiated", v8::Module::kInstantiated);
  b.constant("kEvaluating", v8::Module::kEvaluating);
  b.constant("kEvaluated", v8::Module::kEvaluated);
  b.constant("kErrored", v8::Module::kErrored);
  b.constant("kSourcePhase", static_cast<int>(v8::ModuleImportPhase::kSource));
  b.constant("kEvaluationPhase", static_cast<int>(v8::ModuleImportPhase::kEvaluation));
}

}  // namespace gyre
