#include "loader/decorate.h"

#include <string>

#include "binding/convert.h"
#include "runtime/source_excerpt.h"

namespace gyre::loader {

void decorate(Realm& js, v8::Local<v8::Context> context, v8::Local<v8::Value> error, v8::Local<v8::Message> message,
              const char* gap) {
  if (!error->IsNativeError() || message.IsEmpty()) return;
  v8::Local<v8::Object> object = error.As<v8::Object>();
  v8::Local<v8::Private> mark = v8::Private::ForApi(js.isolate(), js.name(kExcerpt));
  if (object->HasPrivate(context, mark).FromMaybe(true)) return;
  const std::string excerpt = source_excerpt(js, message);
  // Error.prepareStackTrace is the program's, and may throw: that is not the error to tell of.
  v8::TryCatch caught(js.isolate());
  v8::Local<v8::Value> stack;
  if (excerpt.empty() || !object->Get(context, js.name("stack")).ToLocal(&stack) || !stack->IsString()) {
    return;
  }
  const std::string text = excerpt + gap + utf8(js, stack.As<v8::String>());
  if (object->Set(context, js.name("stack"), js.string(text)).FromMaybe(false)) {
    object->SetPrivate(context, mark, v8::String::Empty(js.isolate())).FromMaybe(false);
  }
}

}  // namespace gyre::loader
