// What TextEncoder and TextDecoder ask of C++.
#include "binding/binding.h"

#include <cstring>

#include "base/simdutf.h"
#include "modules/buffer/encoded.h"
#include "modules/buffer/text.h"
#include "web/encoding/decoder.h"

namespace gyre::encoding {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;
using buffer::Bytes;
using buffer::Characters;
using buffer::Encoding;

// encodeUtf8(string): a Uint8Array with memory of its own.
void encode_utf8(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::ArrayBuffer> memory;
  if (buffer::encode_to_memory(isolate, info[0].As<v8::String>(), Encoding::Utf8).ToLocal(&memory)) {
    return info.GetReturnValue().Set(v8::Uint8Array::New(memory, 0, memory->ByteLength()));
  }
  Realm::from(isolate).throw_coded(ErrorType::RangeError, "ERR_MEMORY_ALLOCATION_FAILED",
                                   "Array buffer allocation failed");
}

void write_progress(buffer::Progress progress, v8::Local<v8::Value> array) {
  auto* out = reinterpret_cast<uint32_t*>(buffer::writable_bytes(array).data());
  out[0] = static_cast<uint32_t>(progress.read);
  out[1] = static_cast<uint32_t>(progress.written);
}

// encodeInto(string, target, progress): units read and bytes written, into a Uint32Array with memory of its own.
void encode_into(const Info& info) {
  const auto target = buffer::writable_bytes(info[1]);
  buffer::Progress progress;
  {
    const Characters characters(info.GetIsolate(), info[0].As<v8::String>());
    progress = buffer::encode_utf8(characters.text(), target);
  }
  write_progress(progress, info[2]);
}

void fast_encode_into(v8::Local<v8::Value>, const v8::FastOneByteString& string, v8::Local<v8::Value> target,
                      v8::Local<v8::Value> array, v8::FastApiCallbackOptions& options) {
  const buffer::Text text(reinterpret_cast<const uint8_t*>(string.data), string.length);
  uint8_t in_heap[Bytes::kMaxInHeap];
  const auto contents = target.As<v8::ArrayBufferView>()->GetContents(v8::MemorySpan<uint8_t>(in_heap));
  const auto progress = buffer::encode_utf8(text, {contents.data(), contents.size()});
  write_progress(progress, array);
  if (contents.data() == in_heap) {
    // A small array is written to when it has got a buffer, which may move the string.
    const v8::HandleScope handles(options.isolate);
    std::memcpy(buffer::writable_bytes(target).data(), in_heap, progress.written);
  }
}

// decodeUtf8(bytes, ignoreBom, fatal): all of the text, or undefined if a fatal decoder refuses it.
void decode_utf8(const Info& info) {
  const Bytes source(info[0]);
  auto bytes = source.span();
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  auto encoding = Encoding::Utf8;
  if (info[2]->IsTrue()) {
    if (simdutf::validate_ascii(text, bytes.size())) {
      encoding = Encoding::Latin1;
    } else if (!simdutf::validate_utf8(text, bytes.size())) {
      return;
    }
  }
  if (!info[1]->IsTrue() && bytes.size() >= 3 && std::memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    bytes = bytes.subspan(3);
  }
  v8::Local<v8::String> result;
  if (buffer::decode(info.GetIsolate(), bytes, encoding).ToLocal(&result)) {
    info.GetReturnValue().Set(result);
  }
}

// new StreamDecoder(name, ignoreBom, fatal): keeps its state between chunks.
class StreamDecoder : public Wrapped {
 public:
  static constexpr ClassTag kTag{"StreamDecoder", nullptr};

  StreamDecoder(Realm& realm, v8::Local<v8::Object> object, const std::string& name, bool ignore_bom, bool fatal)
      : Wrapped(realm, object, kTag),
        is_utf8_(name == "utf-8"),
        is_utf16le_(name == "utf-16le"),
        ignores_bom_(ignore_bom),
        decoder_(Decoder::open(name.c_str(), fatal ? Errors::Fatal : Errors::Replace,
                               ignore_bom ? Bom::Keep : Bom::Remove)) {}

  // Whether the encoding exists.
  bool ok() { return decoder_.has_value(); }

  // decode(bytes, flush): the text, or undefined for ill-formed input of a fatal decoder.
  void decode(const Info& info) {
    const Bytes bytes(info[0]);
    const bool flush = info[1]->IsTrue();
    const bool is_whole = is_fresh_ && flush;
    is_fresh_ = flush;
    if (is_utf8_ && !holds_bytes_ && decode_ascii(info, bytes.span(), flush)) return;
    if (!bytes.span().empty()) holds_bytes_ = bytes.span().back() >= 0x80;
    if (flush) holds_bytes_ = false;
    if (is_utf16le_ && is_whole && decode_utf16le(info, bytes.span())) return;
    if (decoder_->is_latin1(bytes.span())) {
      v8::Local<v8::String> same;
      if (buffer::decode(info.GetIsolate(), bytes.span(), Encoding::Latin1).ToLocal(&same)) {
        info.GetReturnValue().Set(same);
      }
      return;
    }
    const auto text = decoder_->decode(bytes.span(), flush);
    if (!text) {
      is_fresh_ = true;
      holds_bytes_ = false;
      return;
    }
    v8::Local<v8::String> result;
    if (v8::String::NewFromTwoByte(info.GetIsolate(), reinterpret_cast<const uint16_t*>(text->data()),
                                   v8::NewStringType::kNormal, static_cast<int>(text->size()))
            .ToLocal(&result)) {
      info.GetReturnValue().Set(result);
    }
  }

 private:
  // ASCII needs no converter where none of the bytes before is waited with.
  bool decode_ascii(const Info& info, std::span<const uint8_t> bytes, bool flush) {
    if (bytes.empty() || !simdutf::validate_ascii(reinterpret_cast<const char*>(bytes.data()), bytes.size())) {
      return false;
    }
    decoder_->pass_start(flush);
    v8::Local<v8::String> text;
    if (buffer::decode(info.GetIsolate(), bytes, Encoding::Latin1).ToLocal(&text)) info.GetReturnValue().Set(text);
    return true;
  }

  // Well-formed UTF-16 that is all of a text needs no converter, as the engine's strings are such.
  bool decode_utf16le(const Info& info, std::span<const uint8_t> bytes) {
    const auto* units = reinterpret_cast<const char16_t*>(bytes.data());
    size_t count = bytes.size() / 2;
    if (bytes.size() % 2 != 0 || reinterpret_cast<uintptr_t>(units) % alignof(char16_t) != 0 ||
        count > v8::String::kMaxLength || !simdutf::validate_utf16le(units, count)) {
      return false;
    }
    if (!ignores_bom_ && count > 0 && units[0] == 0xfeff) {
      units++;
      count--;
    }
    v8::Local<v8::String> text;
    if (v8::String::NewFromTwoByte(info.GetIsolate(), reinterpret_cast<const uint16_t*>(units),
                                   v8::NewStringType::kNormal, static_cast<int>(count))
            .ToLocal(&text)) {
      info.GetReturnValue().Set(text);
    }
    return true;
  }

  const bool is_utf8_;
  const bool is_utf16le_;
  const bool ignores_bom_;
  // Whether nothing of a stream came before.
  bool is_fresh_ = true;
  // Whether the converter may wait for the rest of a character.
  bool holds_bytes_ = false;
  std::optional<Decoder> decoder_;
};

}  // namespace

GYRE_MODULE(encoding) {
  b.raw<&encode_utf8>("encodeUtf8");
  b.raw_fast<&encode_into, &fast_encode_into>("encodeInto");
  b.raw<&decode_utf8>("decodeUtf8");
  b.class_<StreamDecoder>("StreamDecoder")
      .constructor<std::string, bool, bool>()
      .method<&StreamDecoder::ok>("ok")
      .raw_method<&StreamDecoder::decode>("decode");
}

}  // namespace gyre::encoding
