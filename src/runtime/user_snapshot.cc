// Snapshots that programs make of themselves (--build-snapshot) and start from (--snapshot-blob).
#include <stdlib.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/check.h"
#include "engine/builtins.h"
#include "runtime/array_buffer_memory.h"
#include "runtime/environment.h"
#include "runtime/options.h"
#include "runtime/snapshot.h"

namespace gyre {
namespace {

constexpr size_t kProgramContextIndex = 1;
constexpr int kStartupSnapshotFailure = 14;  // https://nodejs.org/api/process.html#exit-codes

// The file: this, the addresses of the tags of the classes whose templates lie in the snapshot's data, V8's blob, and
// the code cache.
struct FileHeader {
  char magic[8] = {'g', 'y', 'r', 'e', 's', 'n', 'a', 'p'};
  uint64_t executable = 0;  // the snapshot refers to places in the executable that made it
  uint64_t classes = 0;
  uint64_t blob_size = 0;
  uint64_t code_cache_size = 0;
};

// What this process starts from, if it is not the executable's own snapshot. Set before any thread starts.
struct Loaded {
  std::string file;
  v8::StartupData blob{nullptr, 0};
  std::vector<uint64_t> classes;
} loaded;

// FNV-1a of the snapshot that lies in the executable, and where it lies.
uint64_t executable_identity() {
  static const uint64_t identity = [] {
    const v8::StartupData own = embedded_snapshot();
    uint64_t hash = 0xcbf29ce484222325;
    const auto mix = [&](uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3; };
    for (int i = 0; i < own.raw_size; i++) mix(static_cast<uint8_t>(own.data[i]));
    struct stat info {};
    stat("/proc/self/exe", &info);
    for (const uint64_t number : {reinterpret_cast<uint64_t>(own.data), static_cast<uint64_t>(info.st_size)}) {
      for (int shift = 0; shift < 64; shift += 8) mix(static_cast<uint8_t>(number >> shift));
    }
    return hash;
  }();
  return identity;
}

// Objects with something of ours behind them come back as empty shells: their methods refuse.
v8::StartupData drop_internal_field(v8::Local<v8::Object>, int, void*) { return {nullptr, 0}; }

}  // namespace

v8::StartupData startup_snapshot() { return loaded.blob.data ? loaded.blob : embedded_snapshot(); }

size_t program_context_index() { return loaded.blob.data ? kProgramContextIndex : kMainContextIndex; }

std::string use_user_snapshot(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return "Cannot open " + path;
  loaded.file.assign(std::istreambuf_iterator<char>(in), {});
  FileHeader header;
  const FileHeader expected;
  const std::string& file = loaded.file;
  if (file.size() < sizeof header) return path + " is not a snapshot";
  std::memcpy(&header, file.data(), sizeof header);
  if (std::memcmp(header.magic, expected.magic, sizeof header.magic) != 0) return path + " is not a snapshot";
  if (header.executable != executable_identity()) return path + " was made by another build of Gyre";
  size_t left = file.size() - sizeof header;
  if (header.classes > left / sizeof(uint64_t)) return path + " is damaged";
  left -= header.classes * sizeof(uint64_t);
  if (header.blob_size > left || header.blob_size > INT32_MAX || header.code_cache_size != left - header.blob_size) {
    return path + " is damaged";
  }
  loaded.classes.resize(header.classes);
  std::memcpy(loaded.classes.data(), file.data() + sizeof header, header.classes * sizeof(uint64_t));
  const char* start = file.data() + file.size() - left;
  const v8::StartupData blob{start, static_cast<int>(header.blob_size)};
  if (!blob.IsValid()) return path + " is damaged";
  loaded.blob = blob;
  const char* debug = getenv("NODE_DEBUG_NATIVE");
  if (debug && std::strstr(debug, "CODE_CACHE")) {
    std::fprintf(stderr, "snapshot contains %zu code cache\n", header.code_cache_size > 0 ? kBuiltinCount : 0);
  }
  set_startup_data({}, {reinterpret_cast<const uint8_t*>(start + header.blob_size), header.code_cache_size});
  return "";
}

void Environment::restore_templates() {
  if (!config_.is_main_thread) return;
  for (size_t i = 0; i < loaded.classes.size(); i++) {
    v8::Local<v8::FunctionTemplate> made;
    if (isolate()->GetDataFromSnapshotOnce<v8::FunctionTemplate>(i).ToLocal(&made)) {
      templates()[reinterpret_cast<const void*>(loaded.classes[i])].Reset(isolate(), made);
    }
  }
}

int Environment::write_snapshot(const std::string& path) {
  v8::Isolate* isolate = this->isolate();
  bool with_code_cache = true;
  v8::Global<v8::Context> program;
  v8::Global<v8::Object> hooks;
  std::vector<std::pair<const void*, v8::Global<v8::FunctionTemplate>>> classes;
  {
    v8::HandleScope handles(isolate);
    CallbackScope scope(*this);
    v8::Local<v8::Value> wanted;
    if (call_hook("prepareSnapshot", 0, nullptr).ToLocal(&wanted)) with_code_cache = wanted->BooleanValue(isolate);
    if (stopping_) return exit_code_;
    program.Reset(isolate, context());
    hooks.Reset(isolate, hooks_);
    for (auto& [tag, made] : templates()) classes.emplace_back(tag, std::move(made));
    templates().clear();
  }
  set_can_call_into_js(false);
  tear_down();
  Platform::get().drain_workers();

  FileHeader header;
  std::vector<uint64_t> tags;
  {
    v8::HandleScope handles(isolate);
    const v8::SerializeInternalFieldsCallback drop(drop_internal_field);
    snapshot_creator_->SetDefaultContext(v8::Context::New(isolate));
    v8::Local<v8::Context> plain;
    v8::Local<v8::Object> plain_hooks;
    if (!v8::Context::FromSnapshot(isolate, kMainContextIndex).ToLocal(&plain) ||
        !plain->GetDataFromSnapshotOnce<v8::Object>(kHooksIndex).ToLocal(&plain_hooks)) {
      return kStartupSnapshotFailure;
    }
    CHECK(snapshot_creator_->AddContext(plain, drop) == kMainContextIndex);
    CHECK(snapshot_creator_->AddContext(program.Get(isolate), drop) == kProgramContextIndex);
    CHECK(snapshot_creator_->AddData(plain, plain_hooks) == kHooksIndex);
    CHECK(snapshot_creator_->AddData(program.Get(isolate), hooks.Get(isolate)) == kHooksIndex);
    for (auto& [tag, made] : classes) {
      CHECK(snapshot_creator_->AddData(made.Get(isolate)) == tags.size());
      tags.push_back(reinterpret_cast<uint64_t>(tag));
    }
    program.Reset();
    hooks.Reset();
    classes.clear();
  }
  const v8::StartupData blob = snapshot_creator_->CreateBlob(v8::SnapshotCreator::FunctionCodeHandling::kKeep);
  if (!blob.data) {
    std::fprintf(stderr, "%s: the program's memory cannot be written into a snapshot\n", config_.args[0].c_str());
    return 1;
  }
  snapshot_creator_.reset();
  const ArrayBufferMemory::Owner memory(&ArrayBufferMemory::of(isolate));
  isolate->Dispose();
  Platform::get().remove_isolate(isolate);
  const std::vector<uint8_t> cache = with_code_cache ? make_code_cache(EagerFunctions(), blob) : std::vector<uint8_t>();
  header.code_cache_size = cache.size();
  header.executable = executable_identity();
  header.classes = tags.size();
  header.blob_size = static_cast<uint64_t>(blob.raw_size);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(&header), sizeof header);
  out.write(reinterpret_cast<const char*>(tags.data()), static_cast<std::streamsize>(tags.size() * sizeof(uint64_t)));
  out.write(blob.data, blob.raw_size);
  out.write(reinterpret_cast<const char*>(cache.data()), static_cast<std::streamsize>(cache.size()));
  out.close();
  delete[] blob.data;
  if (!out) {
    std::fprintf(stderr, "Cannot write the snapshot to %s\n", path.c_str());
    return 1;
  }
  return exit_code_;
}

}  // namespace gyre
