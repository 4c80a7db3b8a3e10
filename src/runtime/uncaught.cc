// How an error that nobody caught is shown: where, the source line with a caret, the error.
#include <string>

#include "binding/convert.h"
#include "runtime/environment.h"
#include "runtime/options.h"
#include "runtime/source_excerpt.h"
#include "runtime/stack_dump.h"

namespace gyre {
namespace {

constexpr int kMaxSourceLine = 1024;

// The excerpt of the source that a source map names, or empty.
std::string mapped_excerpt(Realm& js, v8::Local<v8::Message> message) {
  if (message.IsEmpty()) return "";
  v8::Local<v8::Value> argv[] = {message->GetScriptResourceName(),
                                 v8::Integer::New(js.isolate(), message->GetLineNumber(js.context()).FromMaybe(0)),
                                 v8::Integer::New(js.isolate(), message->GetStartColumn(js.context()).FromMaybe(0))};
  v8::Local<v8::Value> text;
  if (!argv[0]->IsString() || !Environment::from(js).call_hook("formatExcerpt", 3, argv).ToLocal(&text)) return "";
  return text->IsString() ? utf8(js, text.As<v8::String>()) : "";
}

// The excerpt that the error carries, or that of the message.
std::string excerpt_of(Realm& js, v8::Local<v8::Value> error, v8::Local<v8::Message> message) {
  if (error->IsNativeError()) {
    v8::Local<v8::Private> key = v8::Private::ForApi(js.isolate(), js.name(kExcerpt));
    v8::Local<v8::Value> kept;
    if (error.As<v8::Object>()->GetPrivate(js.context(), key).ToLocal(&kept) && kept->IsString()) {
      return utf8(js, kept.As<v8::String>());
    }
  }
  std::string mapped = mapped_excerpt(js, message);
  return mapped.empty() ? source_excerpt(js, message) : mapped;
}

}  // namespace

std::string source_excerpt(Realm& js, v8::Local<v8::Message> message) {
  if (message.IsEmpty()) return "";
  v8::Local<v8::Context> context = js.context();
  v8::Local<v8::Value> name = message->GetScriptOrigin().ResourceName();
  v8::Local<v8::String> line_text;
  if (!name->IsString() || !message->GetSourceLine(context).ToLocal(&line_text)) return "";
  const std::string file = utf8(js, name.As<v8::String>());
  const int line = message->GetLineNumber(context).FromMaybe(0);
  std::string source = utf8(js, line_text);
  if (source.size() > kMaxSourceLine || source.find("node-do-not-add-exception-line") != std::string::npos) return "";
  std::string out = file + ":" + std::to_string(line) + "\n" + source + "\n";
  // Code that is said to begin in the middle of a line has only its own part of the line here.
  const v8::ScriptOrigin origin = message->GetScriptOrigin();
  const int skipped = line == origin.LineOffset() + 1 ? origin.ColumnOffset() : 0;
  const int start = std::max(message->GetStartColumn(context).FromMaybe(0) - skipped, 0);
  const int end = message->GetEndColumn(context).FromMaybe(start + skipped + 1) - skipped;
  const auto length = static_cast<int>(source.size());
  if (start >= length) return out;
  for (int i = 0; i < start; i++) out += source[static_cast<size_t>(i)] == '\t' ? '\t' : ' ';
  for (int i = start; i < std::max(end, start + 1) && i < length + 1; i++) out += '^';
  out += '\n';
  return out;
}

void print_uncaught(Environment& env, v8::Local<v8::Value> error, v8::Local<v8::Message> message) {
  v8::Isolate* isolate = env.isolate();
  v8::HandleScope handles(isolate);
  v8::TryCatch caught(isolate);
  if (!env.config().is_main_thread) {
    // A worker's errors are events of its Worker.
    v8::Local<v8::Value> argv[] = {error};
    env.call_hook("reportFatal", 1, argv).IsEmpty();
    return;
  }
  std::string text = excerpt_of(env, error, message);
  v8::Local<v8::Value> argv[] = {error, env.string(text)};
  v8::Local<v8::Value> shown;
  std::string body;
  if (env.call_hook("formatUncaught", 2, argv).ToLocal(&shown) && shown->IsString()) {
    body = utf8(env, shown.As<v8::String>());
  } else {
    v8::String::Utf8Value fallback(isolate, error);
    body = *fallback ? *fallback : "<error that cannot be shown>";
  }
  if (!text.empty()) text += "\n";
  text += body;
  text += "\n";
  const bool traces = env.options().flag("--trace-uncaught");
  if (traces && !message.IsEmpty() && !message->GetStackTrace().IsEmpty()) {
    text += "Thrown at:\n" + format_frames(env, message->GetStackTrace());
  }
  if (env.options().flag("--extra-info-on-fatal-exception")) text += "\nNode.js v24.21.0\n";
  write_to_stderr(text);
}

}  // namespace gyre
