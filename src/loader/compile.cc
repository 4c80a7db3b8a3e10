// native('loader'): files, and the compiling of CommonJS modules and scripts.
#include <dlfcn.h>
#include <zlib.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "binding/binding.h"
#include "loader/decorate.h"
#include "loader/fs_probe.h"
#include "loader/module_host.h"
#include "runtime/environment.h"
#include "runtime/source_excerpt.h"

namespace gyre::loader {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

v8::Local<v8::Value> package_to_js(Realm& js, const PackageFields& fields) {
  v8::Local<v8::Value> values[] = {to_js(js, fields.name), to_js(js, fields.main), to_js(js, fields.type),
                                   to_js(js, fields.exports), to_js(js, fields.imports)};
  return v8::Array::New(js.isolate(), values, 5);
}

// readPackage(path): undefined (no such file), false (not JSON), or the fields as an array.
v8::Local<v8::Value> read_package_fields(Realm& js, std::string path) {
  const auto result = read_package(path);
  if (const auto* fields = std::get_if<PackageFields>(&result)) return package_to_js(js, *fields);
  if (std::holds_alternative<BrokenPackage>(result)) return v8::False(js.isolate());
  return v8::Undefined(js.isolate());
}

v8::MaybeLocal<v8::Function> compile_wrapper(Realm& js, v8::Local<v8::String> text, v8::Local<v8::Value> name,
                                             v8::ScriptCompiler::CachedData* cached, bool* rejected) {
  v8::ScriptOrigin origin(name, 0, 0, false, -1, {}, false, false, false,
                          host_options(js.isolate(), v8::Undefined(js.isolate())));
  v8::ScriptCompiler::Source source(text, origin, cached);
  v8::Local<v8::String> parameters[] = {js.name("exports"), js.name("require"), js.name("module"),
                                        js.name("__filename"), js.name("__dirname")};
  const auto options = cached ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions;
  auto function = v8::ScriptCompiler::CompileFunction(js.context(), &source, 5, parameters, 0, nullptr, options);
  if (cached && rejected) *rejected = source.GetCachedData()->rejected;
  return function;
}

bool parses_as_module(Realm& js, v8::Local<v8::String> text, v8::Local<v8::Value> name) {
  v8::TryCatch ignored(js.isolate());
  v8::ScriptOrigin origin(name, 0, 0, false, -1, {}, false, false, true);
  v8::ScriptCompiler::Source source(text, origin);
  return !v8::ScriptCompiler::CompileModule(js.isolate(), &source).IsEmpty();
}

// Whether a text that is no CommonJS module, because of `error`, is meant as an ES module.
bool is_module_syntax(Realm& js, v8::Local<v8::Value> error, v8::Local<v8::String> text, v8::Local<v8::Value> name) {
  if (!error->IsNativeError()) return false;
  v8::Local<v8::Value> message;
  if (error.As<v8::Object>()->Get(js.context(), js.name("message")).ToLocal(&message) && message->IsString()) {
    // Nothing but a module can mean these, even when it has other mistakes.
    const std::string said = utf8(js, message.As<v8::String>());
    for (std::string_view sure : {"Cannot use import statement outside a module", "Unexpected token 'export'",
                                  "Cannot use 'import.meta' outside a module"}) {
      if (said.find(sure) != std::string::npos) return true;
    }
  }
  // Top-level await, or a variable called like one of the wrapper's: a text that fails as CommonJS
  // and parses as a module is one.
  return parses_as_module(js, text, name);
}

// compileCommonJS(text, filename): the function, or [error, isModule].
// compileCommonJS(text, filename, cachedData): [function, rejected], or [error, isModule].
void compile_common_js(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  v8::Isolate* isolate = js.isolate();
  v8::Local<v8::String> text;
  if (!from_js(js, info[0], text)) return;
  const auto bytes = bytes_of(info[2]);
  v8::ScriptCompiler::CachedData* cached = nullptr;
  if (!bytes.empty()) {
    cached = new v8::ScriptCompiler::CachedData(bytes.data(), static_cast<int>(bytes.size()));
  }

  v8::TryCatch caught(isolate);
  v8::Local<v8::Function> function;
  bool rejected = false;
  if (compile_wrapper(js, text, info[1], cached, &rejected).ToLocal(&function)) {
    if (!cached) return info.GetReturnValue().Set(function);
    v8::Local<v8::Value> both[] = {function, v8::Boolean::New(isolate, rejected)};
    return info.GetReturnValue().Set(v8::Array::New(isolate, both, 2));
  }
  if (caught.HasTerminated()) {
    caught.ReThrow();
    return;
  }
  v8::Local<v8::Value> error = caught.Exception();
  decorate(js, js.context(), error, caught.Message(), "\n");
  v8::Local<v8::Value> both[] = {error, v8::Boolean::New(isolate, is_module_syntax(js, error, text, info[1]))};
  info.GetReturnValue().Set(v8::Array::New(isolate, both, 2));
}

// createFunctionCache(function): its code cache.
v8::Local<v8::Value> create_function_cache(Realm& js, v8::Local<v8::Function> function) {
  std::unique_ptr<v8::ScriptCompiler::CachedData> data(v8::ScriptCompiler::CreateCodeCacheForFunction(function));
  if (!data) return v8::Undefined(js.isolate());
  return js.buffer(std::vector<uint8_t>(data->data, data->data + data->length));
}

// runScript(text, filename, hostId?): compiles and runs a classic script, gives its last value.
void run_script(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  v8::Local<v8::String> text;
  if (!from_js(js, info[0], text)) return;
  v8::TryCatch caught(js.isolate());
  v8::ScriptOrigin origin(info[1], 0, 0, false, -1, {}, false, false, false, host_options(js.isolate(), info[2]));
  v8::ScriptCompiler::Source source(text, origin);
  v8::Local<v8::Script> script;
  v8::Local<v8::Value> result;
  if (!v8::ScriptCompiler::Compile(js.context(), &source).ToLocal(&script)) {
    if (!caught.HasTerminated()) decorate(js, js.context(), caught.Exception(), caught.Message(), "\n");
    caught.ReThrow();
    return;
  }
  if (script->Run(js.context()).ToLocal(&result)) {
    info.GetReturnValue().Set(result);
    return;
  }
  // A worker's errors are not shown there, and their stack is not to be read before they are sent.
  const bool is_shown = Environment::from(js).config().is_main_thread && !caught.HasTerminated();
  if (is_shown) decorate(js, js.context(), caught.Exception(), caught.Message(), "\n");
  caught.ReThrow();
}

// checkScript(text, filename, asModule): throws the syntax error, if there is one.
void check_script(const Info& info) {
  Realm& js = Realm::from(info.GetIsolate());
  v8::Local<v8::String> text;
  if (!from_js(js, info[0], text)) return;
  v8::TryCatch caught(js.isolate());
  bool fine;
  if (info[2]->IsTrue()) {
    v8::ScriptOrigin origin(info[1], 0, 0, false, -1, {}, false, false, true);
    v8::ScriptCompiler::Source source(text, origin);
    fine = !v8::ScriptCompiler::CompileModule(js.isolate(), &source).IsEmpty();
  } else {
    fine = !compile_wrapper(js, text, info[1], nullptr, nullptr).IsEmpty();
  }
  if (fine) return;
  if (!caught.HasTerminated()) decorate(js, js.context(), caught.Exception(), caught.Message(), "\n");
  caught.ReThrow();
}

// containsModuleSyntax(text, filename): would the text be loaded as an ES module?
bool contains_module_syntax(Realm& js, v8::Local<v8::String> text, v8::Local<v8::Value> name) {
  v8::TryCatch caught(js.isolate());
  if (!compile_wrapper(js, text, name, nullptr, nullptr).IsEmpty()) return false;
  return !caught.HasTerminated() && is_module_syntax(js, caught.Exception(), text, name);
}

// checksum(text or bytes): the CRC-32 of the bytes, or of the code units as they lie in memory.
uint32_t checksum(Realm& js, v8::Local<v8::Value> value) {
  const auto crc = [](const void* data, size_t size) {
    return static_cast<uint32_t>(crc32_z(0, static_cast<const Bytef*>(data), size));
  };
  if (!value->IsString()) {
    const auto bytes = bytes_of(value);
    return crc(bytes.data(), bytes.size());
  }
  v8::String::ValueView view(js.isolate(), value.As<v8::String>());
  if (view.is_one_byte()) return crc(view.data8(), view.length());
  return crc(view.data16(), view.length() * 2);
}

// isScript(text, filename): does the text parse as a classic script?
bool is_script(Realm& js, v8::Local<v8::String> text, v8::Local<v8::Value> name) {
  v8::TryCatch ignored(js.isolate());
  v8::ScriptOrigin origin(name);
  v8::ScriptCompiler::Source source(text, origin);
  return !v8::ScriptCompiler::CompileUnboundScript(js.isolate(), &source).IsEmpty();
}

// watchGeneratedCode(callback): callback(text) for each text that eval() or new Function() compiles.
struct GeneratedCode {
  explicit GeneratedCode(Environment&) {}
  v8::Global<v8::Function> callback;
};

v8::ModifyCodeGenerationFromStringsResult on_generated_code(v8::Local<v8::Context> context, v8::Local<v8::Value> source,
                                                            bool) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::HandleScope handles(isolate);
  auto& callback = Environment::from(isolate).module_state<GeneratedCode>().callback;
  v8::TryCatch ignored(isolate);
  if (!callback.IsEmpty() && source->IsString()) {
    callback.Get(isolate)->Call(context, v8::Undefined(isolate), 1, &source).IsEmpty();
  }
  return {true, {}};
}

void watch_generated_code(Realm& js, v8::Local<v8::Function> callback) {
  Environment::from(js).module_state<GeneratedCode>().callback.Reset(js.isolate(), callback);
  js.isolate()->SetModifyCodeGenerationFromStringsCallback(on_generated_code);
  // V8 asks only where generating code is not allowed anyway.
  js.context()->AllowCodeGenerationFromStrings(false);
}

void disallow_generated_code(Realm& js) { js.context()->AllowCodeGenerationFromStrings(false); }

bool is_proxy(v8::Local<v8::Value> value) { return value->IsProxy(); }

// cacheVersionTag(): changes whenever code caches of another build become useless.
uint32_t cache_version_tag() { return v8::ScriptCompiler::CachedDataVersionTag(); }

// openLibrary(path, flags): what the system says against opening the library, undefined when it opens.
// Symbols are bound at once: a missing one is an error then, where a later one would end the process.
std::optional<std::string> open_library(std::string path, int32_t flags) {
  const bool is_mode = (flags & (RTLD_LAZY | RTLD_NOW)) != 0;
  void* library = dlopen(path.c_str(), is_mode ? (flags & ~RTLD_LAZY) | RTLD_NOW : flags);
  if (library == nullptr) return dlerror();
  dlclose(library);
  return std::nullopt;
}

// decorateText(error, excerpt): puts the source lines that `excerpt` shows in front of error.stack, for
// errors that did not come from V8.
void decorate_text(Realm& js, v8::Local<v8::Object> error, std::string excerpt) {
  v8::Local<v8::Context> context = js.context();
  v8::Local<v8::Value> stack;
  if (!error->Get(context, js.name("stack")).ToLocal(&stack) || !stack->IsString()) return;
  const std::string text = excerpt + utf8(js, stack.As<v8::String>());
  if (!error->Set(context, js.name("stack"), js.string(text)).FromMaybe(false)) return;
  v8::Local<v8::Private> mark = v8::Private::ForApi(js.isolate(), js.name(kExcerpt));
  error->SetPrivate(context, mark, v8::String::Empty(js.isolate())).FromMaybe(false);
}

// keepExcerpt(error): remembers the source line that V8 knows for the error, before a script gives it
// another stack.
void keep_excerpt(Realm& js, v8::Local<v8::Value> error) {
  if (!error->IsNativeError()) return;
  v8::Local<v8::Object> object = error.As<v8::Object>();
  v8::Local<v8::Private> key = v8::Private::ForApi(js.isolate(), js.name(kExcerpt));
  if (object->HasPrivate(js.context(), key).FromMaybe(true)) return;
  const std::string text = source_excerpt(js, v8::Exception::CreateMessage(js.isolate(), error));
  object->SetPrivate(js.context(), key, js.string(text)).FromMaybe(false);
}

}  // namespace

}  // namespace gyre::loader

namespace gyre {

GYRE_MODULE(loader) {
  using namespace loader;
  b.function<&module_stat>("moduleStat");
  b.function<&read_source>("readSource");
  b.function<&real_path>("realpath");
  b.function<&nearest_package>("nearestPackage");
  b.function<&read_package_fields>("readPackage");
  b.raw<&compile_common_js>("compileCommonJS", 2);
  b.function<&create_function_cache>("createFunctionCache");
  b.raw<&run_script>("runScript", 2);
  b.raw<&check_script>("checkScript", 2);
  b.function<&checksum>("checksum");
  b.function<&is_script>("isScript");
  b.function<&contains_module_syntax>("containsModuleSyntax");
  b.function<&open_library>("openLibrary");
  b.function<&decorate_text>("decorateText");
  b.function<&keep_excerpt>("keepExcerpt");
  b.function<&cache_version_tag>("cacheVersionTag");
  b.function<&watch_generated_code>("watchGeneratedCode");
  b.function<&disallow_generated_code>("disallowGeneratedCode");
  b.function<&is_proxy>("isProxy");
  b.function<&install_host>("installHost");
}

}  // namespace gyre
