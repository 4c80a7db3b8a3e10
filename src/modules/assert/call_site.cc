// The line of source that a failed assertion stands on.
#include <string>

#include "binding/binding.h"

namespace gyre::assertion {
namespace {

// The text of line `number` (from 1) of `source`.
std::string line_of(v8::Isolate* isolate, v8::Local<v8::String> source, int number) {
  v8::String::Utf8Value text(isolate, source);
  std::string_view rest(*text, text.length());
  for (int line = 1; line < number; ++line) {
    size_t end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return std::string(rest);
}

// { line, column } of the frame `depth` calls above the one that calls this; undefined if there is
// no such frame or its source is not kept.
v8::Local<v8::Value> call_site(Realm& js, int32_t depth) {
  v8::Isolate* isolate = js.isolate();
  v8::Local<v8::StackTrace> trace = v8::StackTrace::CurrentStackTrace(isolate, depth + 1);
  if (trace->GetFrameCount() <= depth) return v8::Undefined(isolate);
  v8::Local<v8::StackFrame> frame = trace->GetFrame(isolate, depth);
  v8::Local<v8::String> source = frame->GetScriptSource();
  if (source.IsEmpty()) return v8::Undefined(isolate);
  v8::Local<v8::Object> site = v8::Object::New(isolate);
  js.set(site, "line", to_js(js, line_of(isolate, source, frame->GetLineNumber())));
  js.set(site, "column", v8::Number::New(isolate, frame->GetColumn() - 1));
  return site;
}

}  // namespace

GYRE_MODULE(assert) { b.function<&call_site>("callSite"); }

}  // namespace gyre::assertion
