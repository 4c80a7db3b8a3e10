#include "runtime/wasm_streaming.h"

#include "binding/binding.h"
#include "runtime/environment.h"
#include "v8-wasm.h"

namespace gyre {
namespace {

// One compilation, which takes the bytes of its module as they come.
class WasmStream final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"WasmStream", nullptr};
  WasmStream(Realm& js, v8::Local<v8::Object> object, std::shared_ptr<v8::WasmStreaming> streaming)
      : Wrapped(js, object, kTag), streaming_(std::move(streaming)) {}

  void set_url(std::string url) { streaming_->SetUrl(url.data(), url.size()); }
  void push(std::span<uint8_t> bytes) { streaming_->OnBytesReceived(bytes.data(), bytes.size()); }
  void finish() { streaming_->Finish(); }
  void abort(v8::Local<v8::Value> error) { streaming_->Abort(error); }

 private:
  std::shared_ptr<v8::WasmStreaming> streaming_;
};

}  // namespace

void start_wasm_streaming(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  // No script asks for the module: it only brings the class.
  if (!js.templates().contains(&WasmStream::kTag) && bind_module(js, "wasm_streaming").IsEmpty()) return;
  const auto object = instance_of<WasmStream>(js);
  new WasmStream(js, object, v8::WasmStreaming::Unpack(js.isolate(), info.Data()));
  v8::Local<v8::Value> argv[] = {object, info[0]};
  // The hook never throws: what goes wrong, it tells the stream.
  Environment::from(js).call_hook("streamWasm", 2, argv).IsEmpty();
}

GYRE_MODULE(wasm_streaming) {
  b.class_<WasmStream>("WasmStream")
      .method<&WasmStream::set_url>("setUrl")
      .method<&WasmStream::push>("push")
      .method<&WasmStream::finish>("finish")
      .method<&WasmStream::abort>("abort");
}

}  // namespace gyre
