// native('v8'): what V8 says of its heap.
#include <cppgc/heap-statistics.h>
#include <v8-cppgc.h>
#include <v8-profiler.h>
#include <v8-statistics.h>

#include <string>
#include <vector>

#include "binding/binding.h"
#include "modules/v8/heap.h"

namespace gyre::heap {
namespace {

void put(Realm& js, v8::Local<v8::Object> object, const char* key, double value) {
  js.set(object, key, v8::Number::New(js.isolate(), value));
}

v8::Local<v8::Value> heap_statistics(Realm& js) {
  v8::HeapStatistics heap;
  js.isolate()->GetHeapStatistics(&heap);
  v8::Local<v8::Object> out = v8::Object::New(js.isolate());
  put(js, out, "total_heap_size", heap.total_heap_size());
  put(js, out, "total_heap_size_executable", heap.total_heap_size_executable());
  put(js, out, "total_physical_size", heap.total_physical_size());
  put(js, out, "total_available_size", heap.total_available_size());
  put(js, out, "used_heap_size", heap.used_heap_size());
  put(js, out, "heap_size_limit", heap.heap_size_limit());
  put(js, out, "malloced_memory", heap.malloced_memory());
  put(js, out, "peak_malloced_memory", heap.peak_malloced_memory());
  put(js, out, "does_zap_garbage", heap.does_zap_garbage() ? 1 : 0);
  put(js, out, "number_of_native_contexts", heap.number_of_native_contexts());
  put(js, out, "number_of_detached_contexts", heap.number_of_detached_contexts());
  put(js, out, "total_global_handles_size", heap.total_global_handles_size());
  put(js, out, "used_global_handles_size", heap.used_global_handles_size());
  put(js, out, "external_memory", heap.external_memory());
  return out;
}

v8::Local<v8::Value> heap_space_statistics(Realm& js) {
  v8::Isolate* isolate = js.isolate();
  std::vector<v8::Local<v8::Value>> spaces;
  for (size_t i = 0; i < isolate->NumberOfHeapSpaces(); ++i) {
    v8::HeapSpaceStatistics space;
    isolate->GetHeapSpaceStatistics(&space, i);
    v8::Local<v8::Object> out = v8::Object::New(isolate);
    js.set(out, "space_name", js.string(space.space_name()));
    put(js, out, "space_size", space.space_size());
    put(js, out, "space_used_size", space.space_used_size());
    put(js, out, "space_available_size", space.space_available_size());
    put(js, out, "physical_space_size", space.physical_space_size());
    spaces.push_back(out);
  }
  return v8::Array::New(isolate, spaces.data(), spaces.size());
}

v8::Local<v8::Value> heap_code_statistics(Realm& js) {
  v8::HeapCodeStatistics code;
  js.isolate()->GetHeapCodeAndMetadataStatistics(&code);
  v8::Local<v8::Object> out = v8::Object::New(js.isolate());
  put(js, out, "code_and_metadata_size", code.code_and_metadata_size());
  put(js, out, "bytecode_and_metadata_size", code.bytecode_and_metadata_size());
  put(js, out, "external_script_source_size", code.external_script_source_size());
  put(js, out, "cpu_profiler_metadata_size", code.cpu_profiler_metadata_size());
  return out;
}

v8::Local<v8::Object> bare_object(Realm& js) {
  return v8::Object::New(js.isolate(), v8::Null(js.isolate()), nullptr, nullptr, 0);
}

v8::Local<v8::Value> strings(Realm& js, const std::vector<std::string>& values) { return to_js(js, values); }

v8::Local<v8::Value> page_statistics(Realm& js, const cppgc::HeapStatistics::PageStatistics& page) {
  v8::Local<v8::Object> out = bare_object(js);
  put(js, out, "committed_size_bytes", page.committed_size_bytes);
  put(js, out, "resident_size_bytes", page.resident_size_bytes);
  put(js, out, "used_size_bytes", page.used_size_bytes);
  std::vector<v8::Local<v8::Value>> objects;
  for (const auto& statistics : page.object_statistics) {
    v8::Local<v8::Object> entry = bare_object(js);
    put(js, entry, "allocated_bytes", statistics.allocated_bytes);
    put(js, entry, "object_count", statistics.object_count);
    objects.push_back(entry);
  }
  js.set(out, "object_statistics", v8::Array::New(js.isolate(), objects.data(), objects.size()));
  return out;
}

v8::Local<v8::Value> space_statistics(Realm& js, const cppgc::HeapStatistics::SpaceStatistics& space) {
  v8::Local<v8::Object> out = bare_object(js);
  js.set(out, "name", js.string(space.name));
  put(js, out, "committed_size_bytes", space.committed_size_bytes);
  put(js, out, "resident_size_bytes", space.resident_size_bytes);
  put(js, out, "used_size_bytes", space.used_size_bytes);
  std::vector<v8::Local<v8::Value>> pages;
  for (const auto& page : space.page_stats) pages.push_back(page_statistics(js, page));
  js.set(out, "page_stats", v8::Array::New(js.isolate(), pages.data(), pages.size()));
  v8::Local<v8::Object> free_list = bare_object(js);
  const auto numbers = [&](const std::vector<size_t>& values) {
    std::vector<double> copy(values.begin(), values.end());
    return to_js(js, copy);
  };
  js.set(free_list, "bucket_size", numbers(space.free_list_stats.bucket_size));
  js.set(free_list, "free_count", numbers(space.free_list_stats.free_count));
  js.set(free_list, "free_size", numbers(space.free_list_stats.free_size));
  js.set(out, "free_list_stats", free_list);
  return out;
}

// cppHeapStatistics(detailed): of the heap of C++ objects that V8 traces; undefined without one.
v8::Local<v8::Value> cpp_heap_statistics(Realm& js, bool detailed) {
  v8::Local<v8::Object> out = bare_object(js);
  cppgc::HeapStatistics heap;
  if (v8::CppHeap* cpp_heap = js.isolate()->GetCppHeap()) {
    heap = cpp_heap->CollectStatistics(detailed ? cppgc::HeapStatistics::kDetailed : cppgc::HeapStatistics::kBrief);
  }
  put(js, out, "committed_size_bytes", heap.committed_size_bytes);
  put(js, out, "resident_size_bytes", heap.resident_size_bytes);
  put(js, out, "used_size_bytes", heap.used_size_bytes);
  std::vector<v8::Local<v8::Value>> spaces;
  for (const auto& space : heap.space_stats) spaces.push_back(space_statistics(js, space));
  js.set(out, "space_statistics", v8::Array::New(js.isolate(), spaces.data(), spaces.size()));
  js.set(out, "type_names", strings(js, heap.type_names));
  js.set(out, "detail_level", js.string(detailed ? "detailed" : "brief"));
  return out;
}

class ByPrototype final : public v8::QueryObjectPredicate {
 public:
  ByPrototype(v8::Local<v8::Context> context, v8::Local<v8::Object> prototype)
      : context_(context), prototype_(prototype) {}
  bool Filter(v8::Local<v8::Object> object) override {
    for (v8::Local<v8::Value> at = object->GetPrototypeV2(); at->IsObject();
         at = at.As<v8::Object>()->GetPrototypeV2()) {
      if (at == prototype_) return true;
    }
    return false;
  }

 private:
  v8::Local<v8::Context> context_;
  v8::Local<v8::Object> prototype_;
};

// queryObjects(prototype): the objects on the heap that inherit from it.
v8::Local<v8::Value> query_objects(Realm& js, v8::Local<v8::Object> prototype) {
  std::vector<v8::Global<v8::Object>> found;
  ByPrototype predicate(js.context(), prototype);
  js.isolate()->GetHeapProfiler()->QueryObjects(js.context(), &predicate, &found);
  std::vector<v8::Local<v8::Value>> out;
  for (auto& object : found) out.push_back(object.Get(js.isolate()));
  return v8::Array::New(js.isolate(), out.data(), out.size());
}

void set_flags(std::string flags) { v8::V8::SetFlagsFromString(flags.c_str(), flags.size()); }

uint32_t cached_data_version_tag() { return v8::ScriptCompiler::CachedDataVersionTag(); }

bool is_one_byte(v8::Local<v8::String> text) { return text->IsOneByte(); }

}  // namespace
}  // namespace gyre::heap

namespace gyre {

GYRE_MODULE(v8) {
  using namespace heap;
  b.function<&heap_statistics>("heapStatistics");
  b.function<&heap_space_statistics>("heapSpaceStatistics");
  b.function<&heap_code_statistics>("heapCodeStatistics");
  b.function<&cpp_heap_statistics>("cppHeapStatistics");
  b.function<&query_objects>("queryObjects");
  b.function<&set_flags>("setFlags");
  b.function<&cached_data_version_tag>("cachedDataVersionTag");
  b.function<&is_one_byte>("isOneByte");
  bind_profiles(b);
}

}  // namespace gyre
