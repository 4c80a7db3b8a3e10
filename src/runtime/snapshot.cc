// Makes the startup snapshot and the code cache, at build time.
#include "runtime/snapshot.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "binding/binding.h"
#include "engine/builtins.h"
#include "runtime/array_buffer_memory.h"
#include "runtime/environment.h"
#include "runtime/environment_variables.h"
#include "runtime/lazy_property.h"
#include "runtime/options.h"

namespace gyre {
namespace {

// The realm of the isolate that becomes the snapshot: no loop runs in it.
class SnapshotRealm final : public Realm {
 public:
  explicit SnapshotRealm(v8::Isolate* isolate) : Realm(isolate, nullptr) {}
  ~SnapshotRealm() override { reset_handles(); }
  void enter(v8::Local<v8::Context> context) { set_context(context); }
  void release() { reset_handles(); }
  void drain() override {}
  void report_exception(v8::Local<v8::Value>, v8::Local<v8::Message>) override {}
};

void print_failure(v8::Isolate* isolate, v8::Local<v8::Context> context, v8::TryCatch& caught) {
  v8::String::Utf8Value text(isolate, caught.StackTrace(context).FromMaybe(caught.Exception()));
  std::fprintf(stderr, "gyre: a start-up script failed: %s\n", *text ? *text : "?");
}

bool write_file(const char* path, const void* data, size_t size) {
  FILE* file = std::fopen(path, "wb");
  if (!file) return false;
  const bool ok = std::fwrite(data, 1, size, file) == size;
  return std::fclose(file) == 0 && ok;
}

// Lines "start ID POSITION" (called by an empty program) and "later ID POSITION": see tools/startup_profile.py.
bool read_profile(const char* file, EagerFunctions& at_start, EagerFunctions& later) {
  std::ifstream in(file);
  if (!in) {
    std::fprintf(stderr, "gyre: %s cannot be read\n", file);
    return false;
  }
  std::string when, id;
  int position;
  while (in >> when >> id >> position) {
    if (const Builtin* builtin = find_builtin(id)) (when == "start" ? at_start : later).add(*builtin, position);
  }
  return true;
}

}  // namespace

std::vector<uint8_t> make_code_cache(const EagerFunctions& eager, const v8::StartupData& snapshot) {
  compile_eagerly(&eager);
  v8::Isolate* isolate = v8::Isolate::Allocate();
  Platform::get().add_isolate(isolate);
  const auto memory = ArrayBufferMemory::make();
  v8::Isolate::CreateParams params;
  params.array_buffer_allocator = memory.get();
  params.external_references = external_references();
  params.snapshot_blob = &snapshot;
  v8::Isolate::Initialize(isolate, params);
  std::vector<uint8_t> out(kBuiltinCount * 8);
  {
    v8::Isolate::Scope entered(isolate);
    v8::HandleScope handles(isolate);
    v8::Local<v8::Context> context = v8::Context::New(isolate);
    v8::Context::Scope in_context(context);
    for (size_t i = 0; i < kBuiltinCount; i++) {
      v8::HandleScope inner(isolate);
      v8::TryCatch caught(isolate);
      v8::Local<v8::Script> script;
      if (!compile_builtin_script(context, kBuiltins[i]).ToLocal(&script)) {
        std::fprintf(stderr, "gyre: %s does not compile\n", kBuiltins[i].id);
        print_failure(isolate, context, caught);
        return {};
      }
      std::unique_ptr<v8::ScriptCompiler::CachedData> data(
          v8::ScriptCompiler::CreateCodeCache(script->GetUnboundScript()));
      if (!data) continue;
      while (out.size() % 16) out.push_back(0);
      const uint32_t entry[2] = {static_cast<uint32_t>(out.size()), static_cast<uint32_t>(data->length)};
      std::memcpy(out.data() + i * 8, entry, sizeof entry);
      out.insert(out.end(), data->data, data->data + data->length);
    }
  }
  Platform::get().drain_workers();
  isolate->Dispose();
  Platform::get().remove_isolate(isolate);
  return out;
}

bool use_startup_files(const char* snapshot_file, const char* cache_file) {
  // They live as long as the process.
  static std::string snapshot, cache;
  const auto read = [](const char* path, std::string& text) {
    std::ifstream in(path, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(in), {});
    return !text.empty();
  };
  if (!read(snapshot_file, snapshot) || !read(cache_file, cache)) return false;
  set_startup_data(snapshot, {reinterpret_cast<const uint8_t*>(cache.data()), cache.size()});
  return true;
}

const intptr_t* external_references() {
  static const auto* references = [] {
    auto* list = new std::vector<intptr_t>;
    collect_references(*list);
    add_builtin_references(*list);
    add_environment_references(*list);
    list->push_back(lazy_property_reference());
    list->push_back(0);
    return list;
  }();
  return references->data();
}

int build_snapshot(const char* snapshot_file, const char* cache_file, const char* profile_file) {
  EagerFunctions at_start, later;
  if (profile_file && !read_profile(profile_file, at_start, later)) return 1;
  compile_eagerly(&at_start);
  v8::Isolate* isolate = v8::Isolate::Allocate();
  Platform::get().add_isolate(isolate);
  const auto memory = ArrayBufferMemory::make();
  v8::Isolate::CreateParams params;
  params.array_buffer_allocator = memory.get();
  params.external_references = external_references();
  v8::StartupData blob{nullptr, 0};
  {
    v8::SnapshotCreator creator(isolate, params);
    {
      v8::HandleScope handles(isolate);
      isolate->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
      // vm contexts start from this one.
      creator.SetDefaultContext(v8::Context::New(isolate));
      v8::Local<v8::Context> context = v8::Context::New(isolate);
      v8::Context::Scope entered(context);
      SnapshotRealm realm(isolate);
      realm.enter(context);
      v8::TryCatch caught(isolate);
      const Builtin* bootstrap = find_builtin("runtime/bootstrap");
      CHECK(bootstrap);
      v8::Local<v8::Function> function;
      v8::Local<v8::Object> loader;
      if (!bind_module(realm, "builtins").ToLocal(&loader) ||
          !compile_builtin(context, *bootstrap).ToLocal(&function)) {
        print_failure(isolate, context, caught);
        return 1;
      }
      v8::Local<v8::Object> hooks = v8::Object::New(isolate);
      v8::Local<v8::Value> argv[] = {hooks, v8::Undefined(isolate), v8::Undefined(isolate), loader};
      if (function->Call(context, v8::Undefined(isolate), 4, argv).IsEmpty()) {
        print_failure(isolate, context, caught);
        return 1;
      }
      isolate->PerformMicrotaskCheckpoint();
      CHECK(creator.AddContext(context) == kMainContextIndex);
      CHECK(creator.AddData(context, hooks) == kHooksIndex);
      realm.release();
    }
    blob = creator.CreateBlob(v8::SnapshotCreator::FunctionCodeHandling::kKeep);
    Platform::get().drain_workers();
  }
  Platform::get().remove_isolate(isolate);
  if (!blob.data) {
    std::fprintf(stderr, "gyre: V8 made no snapshot\n");
    return 1;
  }
  const bool written = write_file(snapshot_file, blob.data, blob.raw_size);
  const std::vector<uint8_t> cache = make_code_cache(later, blob);
  delete[] blob.data;
  if (!written || cache.empty() || !write_file(cache_file, cache.data(), cache.size())) {
    std::fprintf(stderr, "gyre: the snapshot could not be written\n");
    return 1;
  }
  return 0;
}

}  // namespace gyre
