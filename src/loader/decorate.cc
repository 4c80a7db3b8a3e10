#include "loader/decorate.h"

#include <algorithm>
#include <string>

#include "binding/convert.h"

namespace gyre::loader {

std::string source_excerpt(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::Message> message) {
  v8::Local<v8::String> line_text;
  v8::Local<v8::Value> name = message->GetScriptResourceName();
  if (!name->IsString() || !message->GetSourceLine(context).ToLocal(&line_text)) return "";
  const std::string line = utf8(js, line_text);
  const int number = message->GetLineNumber(context).FromMaybe(0);
  const size_t length = static_cast<size_t>(line_text->Length());
  const size_t start = std::min<size_t>(std::max(message->GetStartColumn(), 0), length);
  const size_t end = std::min<size_t>(std::max<int>(message->GetEndColumn(), start + 1), length + 1);

  std::string out = utf8(js, name.As<v8::String>()) + ":" + std::to_string(number) + "\n" + line + "\n";
  // Tabs before the place are kept, so that the carets stand under it however wide a tab is.
  v8::String::Value units(js.isolate(), line_text);
  for (size_t i = 0; i < start; i++) out += (*units)[i] == '\t' ? '\t' : ' ';
  out.append(end > start ? end - start : 1, '^');
  return out;
}

void decorate(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::Value> error,
              v8::Local<v8::Message> message, const char* gap) {
  if (!error->IsNativeError() || message.IsEmpty()) return;
  v8::Local<v8::Object> object = error.As<v8::Object>();
  v8::Local<v8::Private> mark = v8::Private::ForApi(js.isolate(), js.name(kDecorated));
  if (object->HasPrivate(context, mark).FromMaybe(true)) return;
  const std::string excerpt = source_excerpt(js, context, message);
  v8::Local<v8::Value> stack;
  if (excerpt.empty() || !object->Get(context, js.name("stack")).ToLocal(&stack) || !stack->IsString()) {
    return;
  }
  const std::string text = excerpt + gap + utf8(js, stack.As<v8::String>());
  if (object->Set(context, js.name("stack"), js.string(text)).FromMaybe(false)) {
    object->SetPrivate(context, mark, v8::True(js.isolate())).FromMaybe(false);
  }
}

}  // namespace gyre::loader
