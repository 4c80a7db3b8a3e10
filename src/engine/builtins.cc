#include "engine/builtins.h"

#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"

extern "C" {
extern const char gyre_snapshot_begin[], gyre_snapshot_end[];
extern const uint8_t gyre_code_cache_begin[], gyre_code_cache_end[];
}

namespace gyre {
namespace {

// Text that lies in the executable for good: V8 reads it in place and never frees it.
class LatinSource final : public v8::String::ExternalOneByteStringResource {
 public:
  explicit LatinSource(const Builtin& builtin) : builtin_(builtin) {}
  const char* data() const override { return builtin_.begin; }
  size_t length() const override { return builtin_.end - builtin_.begin; }
  void Dispose() override {}

 private:
  const Builtin& builtin_;
};

class WideSource final : public v8::String::ExternalStringResource {
 public:
  explicit WideSource(const Builtin& builtin) : builtin_(builtin) {}
  const uint16_t* data() const override { return reinterpret_cast<const uint16_t*>(builtin_.begin); }
  size_t length() const override { return (builtin_.end - builtin_.begin) / 2; }
  void Dispose() override {}

 private:
  const Builtin& builtin_;
};

struct Source {
  std::unique_ptr<LatinSource> latin;
  std::unique_ptr<WideSource> wide;
};

// One resource a built-in for the life of the process: isolates of all threads share them.
const std::vector<Source>& sources() {
  static const auto* all = [] {
    auto* list = new std::vector<Source>(kBuiltinCount);
    for (size_t i = 0; i < kBuiltinCount; i++) {
      if (kBuiltins[i].wide) {
        (*list)[i].wide = std::make_unique<WideSource>(kBuiltins[i]);
      } else {
        (*list)[i].latin = std::make_unique<LatinSource>(kBuiltins[i]);
      }
    }
    return list;
  }();
  return *all;
}

v8::MaybeLocal<v8::String> source_text(v8::Isolate* isolate, const Builtin& builtin) {
  const Source& source = sources()[builtin_index(builtin)];
  if (source.wide) return v8::String::NewExternalTwoByte(isolate, source.wide.get());
  return v8::String::NewExternalOneByte(isolate, source.latin.get());
}

constexpr std::string_view kWrapperHead = "(function (exports, require, module, native, process) {";

// Set while the build makes the snapshot and the code cache, on its only thread.
const EagerFunctions* eager_functions = nullptr;

struct StartupData {
  std::span<const char> snapshot;
  std::span<const uint8_t> code_cache;
} startup_data;

// What the cache holds of a built-in, for V8 to own; null if it holds nothing.
v8::ScriptCompiler::CachedData* cached_code(const Builtin& builtin) {
  const auto cache = embedded_code_cache();
  if (cache.size() < kBuiltinCount * 8) return nullptr;
  uint32_t entry[2];
  std::memcpy(entry, cache.data() + builtin_index(builtin) * 8, sizeof entry);
  if (entry[1] == 0 || entry[0] + size_t{entry[1]} > cache.size()) return nullptr;
  return new v8::ScriptCompiler::CachedData(cache.data() + entry[0], static_cast<int>(entry[1]));
}

// V8's options on the command line may make the cache unfit; anything else is a fault of the build that only
// shows as slowness, so there is a way to see it: NODE_DEBUG_NATIVE=CODE_CACHE.
void tell_rejected(const std::string& script) {
  const char* wanted = getenv("NODE_DEBUG_NATIVE");
  if (wanted && std::strstr(wanted, "CODE_CACHE")) {
    std::fprintf(stderr, "code cache of %s rejected\n", script.c_str());
  }
}

}  // namespace

const Builtin* find_builtin(std::string_view id) {
  const Builtin* end = kBuiltins + kBuiltinCount;
  const Builtin* at =
      std::lower_bound(kBuiltins, end, id, [](const Builtin& b, std::string_view name) { return b.id < name; });
  return at != end && at->id == id ? at : nullptr;
}

const std::set<int>* EagerFunctions::of(const Builtin& builtin) const {
  const auto at = positions_.find(builtin_index(builtin));
  return at == positions_.end() ? nullptr : &at->second;
}

void compile_eagerly(const EagerFunctions* functions) { eager_functions = functions; }

v8::MaybeLocal<v8::Script> compile_builtin_script(v8::Local<v8::Context> context, const Builtin& builtin) {
  using Compiler = v8::ScriptCompiler;
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::EscapableHandleScope scope(isolate);
  v8::Local<v8::String> text;
  if (!source_text(isolate, builtin).ToLocal(&text)) return {};
  const std::string name = std::string("node:") + (*builtin.public_name ? builtin.public_name : "internal/") +
                           (*builtin.public_name ? "" : builtin.id);
  // The first line begins with the head of the wrapper.
  v8::ScriptOrigin origin(
      v8::String::NewFromUtf8(isolate, name.c_str(), v8::NewStringType::kInternalized).ToLocalChecked(), 0,
      -static_cast<int>(kWrapperHead.size()));

  v8::MaybeLocal<v8::Script> script;
  if (const std::set<int>* eager = eager_functions ? eager_functions->of(builtin) : nullptr) {
    const auto listed = [](int position, void* data) { return static_cast<std::set<int>*>(data)->contains(position); };
    Compiler::Source source(text, origin, listed, const_cast<std::set<int>*>(eager));
    script = Compiler::Compile(context, &source, Compiler::kConsumeCompileHints);
  } else {
    Compiler::Source source(text, origin, eager_functions ? nullptr : cached_code(builtin));  // owns the cached data
    const Compiler::CachedData* cached = source.GetCachedData();
    script = Compiler::Compile(context, &source, cached ? Compiler::kConsumeCodeCache : Compiler::kNoCompileOptions);
    if (cached && cached->rejected) tell_rejected(name);
  }
  return scope.EscapeMaybe(script);
}

v8::MaybeLocal<v8::Function> compile_builtin(v8::Local<v8::Context> context, const Builtin& builtin) {
  v8::EscapableHandleScope scope(v8::Isolate::GetCurrent());
  v8::Local<v8::Script> script;
  v8::Local<v8::Value> function;
  if (!compile_builtin_script(context, builtin).ToLocal(&script) || !script->Run(context).ToLocal(&function)) return {};
  CHECK(function->IsFunction());
  return scope.Escape(function.As<v8::Function>());
}

v8::StartupData embedded_snapshot() {
  if (!startup_data.snapshot.empty()) {
    return {startup_data.snapshot.data(), static_cast<int>(startup_data.snapshot.size())};
  }
  return {gyre_snapshot_begin, static_cast<int>(gyre_snapshot_end - gyre_snapshot_begin)};
}

std::span<const uint8_t> embedded_code_cache() {
  if (startup_data.code_cache.data()) return startup_data.code_cache;
  return {gyre_code_cache_begin, gyre_code_cache_end};
}

void set_startup_data(std::span<const char> snapshot, std::span<const uint8_t> code_cache) {
  startup_data = {snapshot, code_cache};
}

void add_builtin_references(std::vector<intptr_t>& references) {
  for (const Source& source : sources()) {
    references.push_back(source.wide ? reinterpret_cast<intptr_t>(source.wide.get())
                                     : reinterpret_cast<intptr_t>(source.latin.get()));
  }
}

}  // namespace gyre
