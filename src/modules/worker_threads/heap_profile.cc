// native('heap_profile'): V8's sampling heap profiler, its result in the form of the inspector protocol.
// https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#type-SamplingHeapProfile
#include <cstdio>
#include <memory>

#include "binding/binding.h"
#include "v8-profiler.h"

namespace gyre::heap_profile {
namespace {

// A JSON string of a V8 string.
std::string quoted(Realm& js, v8::Local<v8::String> text) {
  v8::String::Utf8Value utf8(js.isolate(), text);
  std::string out = "\"";
  for (int i = 0; i < utf8.length(); i++) {
    const unsigned char c = (*utf8)[i];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", c);
      out += escape;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + "\"";
}

void write_node(Realm& js, const v8::AllocationProfile::Node& node, std::string& out) {
  size_t size = 0;
  for (const auto& allocation : node.allocations) size += allocation.size * allocation.count;
  out += "{\"callFrame\":{\"functionName\":" + quoted(js, node.name) + ",\"scriptId\":\"" +
         std::to_string(node.script_id) + "\",\"url\":" + quoted(js, node.script_name) +
         ",\"lineNumber\":" + std::to_string(node.line_number - 1) +
         ",\"columnNumber\":" + std::to_string(node.column_number - 1) + "},\"selfSize\":" + std::to_string(size) +
         ",\"id\":" + std::to_string(node.node_id) + ",\"children\":[";
  bool first = true;
  for (const v8::AllocationProfile::Node* child : node.children) {
    if (!first) out += ',';
    first = false;
    write_node(js, *child, out);
  }
  out += "]}";
}

// False if the profiler runs already.
bool start(Realm& js) { return js.isolate()->GetHeapProfiler()->StartSamplingHeapProfiler(); }

// The profile as JSON, or undefined if none was started.
std::optional<std::string> stop(Realm& js) {
  v8::HandleScope handles(js.isolate());
  v8::HeapProfiler* profiler = js.isolate()->GetHeapProfiler();
  std::unique_ptr<v8::AllocationProfile> profile(profiler->GetAllocationProfile());
  if (!profile) return std::nullopt;
  std::string out = "{\"head\":";
  write_node(js, *profile->GetRootNode(), out);
  out += ",\"samples\":[";
  bool first = true;
  for (const auto& sample : profile->GetSamples()) {
    if (!first) out += ',';
    first = false;
    out += "{\"size\":" + std::to_string(sample.size * sample.count) + ",\"nodeId\":" + std::to_string(sample.node_id) +
           ",\"ordinal\":" + std::to_string(sample.sample_id) + "}";
  }
  out += "]}";
  profile.reset();
  profiler->StopSamplingHeapProfiler();
  return out;
}

}  // namespace

GYRE_MODULE(heap_profile) {
  b.function<&start>("start");
  b.function<&stop>("stop");
}

}  // namespace gyre::heap_profile
