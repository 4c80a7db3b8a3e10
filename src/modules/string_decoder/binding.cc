// decode(partial, bytes, encoding): the text of the characters that are complete with these bytes.
// flush(partial, encoding): the text of what is held.
#include "binding/binding.h"

#include <algorithm>
#include <array>

#include "modules/buffer/text.h"
#include "modules/string_decoder/partial.h"

namespace gyre::string_decoder {
namespace {

using buffer::Encoding;
using Info = v8::FunctionCallbackInfo<v8::Value>;

// Characters of which the first began in an earlier piece are put together up to this size.
constexpr size_t kPutTogether = 256;

void decode(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  const auto encoding = static_cast<Encoding>(info[2].As<v8::Uint32>()->Value());
  const buffer::Bytes bytes(info[1]);
  std::span<const uint8_t> input = bytes.span();
  std::array<uint8_t, kPutTogether> begun;
  size_t size = 0;
  {
    // What is held may lie in the engine's heap: it is not touched any more when text is made.
    Partial partial(buffer::bytes_in_place(info[0]));
    if (!partial.empty()) {
      if (!partial.complete(input, encoding)) return info.GetReturnValue().SetEmptyString();
      const auto held = partial.held();
      std::copy(held.begin(), held.end(), begun.begin());
      size = held.size();
      partial.clear();
    }
    partial.hold_tail(input, encoding);
  }
  if (size > 0 && size + input.size() <= begun.size()) {
    std::copy(input.begin(), input.end(), begun.begin() + size);
    size += input.size();
    input = {};
  }
  v8::Local<v8::String> first;
  v8::Local<v8::String> rest;
  if (size > 0 && !buffer::decode(isolate, {begun.data(), size}, encoding).ToLocal(&first)) return;
  if (size > 0 && input.empty()) return info.GetReturnValue().Set(first);
  if (!buffer::decode(isolate, input, encoding).ToLocal(&rest)) return;
  info.GetReturnValue().Set(size == 0 ? rest : v8::String::Concat(isolate, first, rest));
}

void flush(const Info& info) {
  const auto encoding = static_cast<Encoding>(info[1].As<v8::Uint32>()->Value());
  Partial partial(buffer::bytes_in_place(info[0]));
  std::array<uint8_t, Partial::kHeldAt> held;
  size_t size = partial.held().size();
  std::copy_n(partial.held().begin(), size, held.begin());
  partial.clear();
  // Half a UTF-16 unit stands for nothing.
  if (encoding == Encoding::Utf16le) size &= ~size_t{1};
  v8::Local<v8::String> text;
  if (buffer::decode(info.GetIsolate(), {held.data(), size}, encoding).ToLocal(&text)) info.GetReturnValue().Set(text);
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
