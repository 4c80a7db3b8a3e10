// How an error that nobody caught is shown: where, the source line with a caret, the error.
#include <optional>
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

bool is_error(Environment& env, v8::Local<v8::Value> value) {
  if (value->IsNativeError()) return true;
  if (!value->IsObject()) return false;
  return value.As<v8::Object>()->HasOwnProperty(env.context(), env.name("stack")).FromMaybe(false);
}

// What util.inspect() shows of an object that was thrown; nothing if the object keeps it from that.
std::optional<std::string> inspected(Environment& env, v8::Local<v8::Value> error) {
  v8::Local<v8::Value> argv[] = {error};
  v8::Local<v8::Value> text;
  if (!env.call_hook("formatUncaught", 1, argv).ToLocal(&text) || !text->IsString()) return std::nullopt;
  return utf8(env, text.As<v8::String>());
}

// Any value in few words; symbols have none.
std::string plain_text(Environment& env, v8::Local<v8::Value> value) {
  v8::Local<v8::String> text;
  if (value->IsSymbol() || !value->ToDetailString(env.context()).ToLocal(&text)) return "";
  if (value->IsObject() && !value->IsFunction()) return "[object Object]";
  return utf8(env, text);
}

std::string trace_hint(Environment& env) {
  std::string program = env.config().args.empty() ? "node" : env.config().args[0];
  program.erase(0, program.rfind('/') + 1);
  return "(Use `" + program + " --trace-uncaught ...` to show where the exception was thrown)\n";
}

}  // namespace

std::string source_excerpt(Realm& js, v8::Local<v8::Message> message) {
  if (message.IsEmpty()) return "";
  v8::Local<v8::Context> context = js.context();
  v8::Local<v8::Value> name = message->GetScriptOrigin().ResourceName();
  v8::Local<v8::String> line_text;
  if (!message->GetSourceLine(context).ToLocal(&line_text)) return "";
  const std::string file = name->IsString() ? utf8(js, name.As<v8::String>()) : "<anonymous_script>";
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
  const bool traces = env.options().flag("--trace-uncaught");
  // Without an error there is no stack: the option that would tell is named.
  const std::optional<std::string> body = error->IsObject() ? inspected(env, error) : std::nullopt;
  if (body && is_error(env, error)) {
    text += (text.empty() ? "" : "\n") + *body + '\n';
  } else if (body) {
    text = '\n' + text + *body + '\n';
  } else {
    text = '\n' + text + plain_text(env, error) + '\n';
    if (!traces) text += trace_hint(env);
  }
  if (traces && !message.IsEmpty() && !message->GetStackTrace().IsEmpty()) {
    text += "Thrown at:\n" + format_frames(env, message->GetStackTrace()) + '\n';
  }
  write_to_stderr(text);
  v8::Local<v8::Value> argv[] = {error};
  env.call_hook("reportUncaught", 1, argv).IsEmpty();
  if (env.options().flag("--extra-info-on-fatal-exception")) write_to_stderr("\nNode.js v24.21.0\n");
}

}  // namespace gyre
