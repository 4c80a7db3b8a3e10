// decode(partial, bytes, encoding): the text of the characters that are complete with these bytes.
// flush(partial, encoding): the text of what is held.
#include "binding/binding.h"

#include "modules/buffer/text.h"
#include "modules/string_decoder/partial.h"

namespace gyre::string_decoder {
namespace {

using buffer::Encoding;
using Info = v8::FunctionCallbackInfo<v8::Value>;

void decode(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  const auto encoding = static_cast<Encoding>(info[2].As<v8::Uint32>()->Value());
  Partial partial(bytes_of(info[0]));
  const buffer::Bytes bytes(info[1]);
  std::span<const uint8_t> input = bytes.span();
  v8::Local<v8::String> first;
  if (!partial.empty()) {
    if (!partial.complete(input, encoding)) return info.GetReturnValue().SetEmptyString();
    if (!buffer::decode(isolate, partial.held(), encoding).ToLocal(&first)) return;
    partial.clear();
  }
  partial.hold_tail(input, encoding);
  if (input.empty()) {
    if (first.IsEmpty())
      info.GetReturnValue().SetEmptyString();
    else
      info.GetReturnValue().Set(first);
    return;
  }
  v8::Local<v8::String> text;
  if (!buffer::decode(isolate, input, encoding).ToLocal(&text)) return;
  info.GetReturnValue().Set(first.IsEmpty() ? text : v8::String::Concat(isolate, first, text));
}

void flush(const Info& info) {
  const auto encoding = static_cast<Encoding>(info[1].As<v8::Uint32>()->Value());
  Partial partial(bytes_of(info[0]));
  std::span<const uint8_t> held = partial.held();
  // Half a UTF-16 unit stands for nothing.
  if (encoding == Encoding::Utf16le) held = held.first(held.size() & ~size_t{1});
  v8::Local<v8::String> text;
  const bool ok = buffer::decode(info.GetIsolate(), held, encoding).ToLocal(&text);
  partial.clear();
  if (ok) info.GetReturnValue().Set(text);
}

}  // namespace

GYRE_MODULE(string_decoder) {
  b.raw<&decode>("decode", 3);
  b.raw<&flush>("flush", 2);
  b.constant("kSize", static_cast<int>(Partial::kSize));
  b.constant("kHeldAt", static_cast<int>(Partial::kHeldAt));
  b.constant("kMissingAt", static_cast<int>(Partial::kMissingAt));
}

}  // namespace gyre::string_decoder
