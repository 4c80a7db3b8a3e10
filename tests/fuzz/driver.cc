// The runtime as a libFuzzer target: driver NAME [libFuzzer's arguments]. tests/fuzz/targets/NAME.js is a
// function of a Buffer, called with each input; whatever it does not catch is a finding. Gives it
// forgeMessage(bytes), which reads a message that another thread could have posted.
#include <signal.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "binding/binding.h"
#include "engine/platform.h"
#include "runtime/environment.h"
#include "runtime/options.h"
#include "web/messaging/message.h"

extern "C" int LLVMFuzzerRunDriver(int* argc, char*** argv, int (*one_input)(const uint8_t* data, size_t size));

namespace gyre::messaging {

// Messages that no writer wrote. The first byte says how many objects of ours there are, the next how many
// buffers; the parts follow, each behind its size in two bytes.
class Forger {
 public:
  static v8::MaybeLocal<v8::Value> read(Realm& js, std::span<const uint8_t> bytes) {
    static constexpr const char* kIds[] = {"web/blob:deserialize", "modules/perf_hooks/histogram:receiveHistogram",
                                           "web/dom/abort:receiveSignal", "modules/crypto/keys:receiveKey",
                                           "modules/crypto/x509:receiveCertificate"};
    const auto take = [&](size_t size) {
      std::span<const uint8_t> part = bytes.first(std::min(size, bytes.size()));
      bytes = bytes.subspan(part.size());
      return part;
    };
    const auto number = [&] {
      std::span<const uint8_t> byte = take(1);
      return byte.empty() ? size_t{0} : size_t{byte[0]};
    };
    Message message;
    const size_t objects = number() % 3, buffers = number() % 3;
    message.has_exceptions_ = number() % 2 == 1;
    for (size_t i = 0; i < buffers; i++) {
      message.buffers_.push_back(v8::ArrayBuffer::NewBackingStore(js.isolate(), 16));
      // V8 ends the process when the memory of a WebAssembly.Memory ('m') is not one, which no writer does.
      if (std::ranges::find(bytes, 'm') != bytes.end()) continue;
      message.shared_buffers_.push_back(v8::SharedArrayBuffer::NewBackingStore(js.isolate(), 16));
    }
    for (size_t i = 0; i < objects; i++) {
      const std::string id = kIds[number() % std::size(kIds)];
      const size_t size = number() << 8 | number();
      message.objects_.push_back(part_of(take(size), id));
    }
    message.value_ = part_of(bytes, "");
    std::vector<v8::Local<v8::Value>> natives;
    return message.read(js, natives);
  }

 private:
  static Message::Part part_of(std::span<const uint8_t> bytes, std::string id) {
    Message::Part part;
    part.bytes.reset(static_cast<uint8_t*>(std::malloc(bytes.size() + 1)));
    std::copy(bytes.begin(), bytes.end(), part.bytes.get());
    part.size = bytes.size();
    part.id = std::move(id);
    return part;
  }
};

}  // namespace gyre::messaging

namespace gyre {
namespace {

Environment* environment = nullptr;
v8::Global<v8::Function>* target = nullptr;

void forge_message(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  v8::Local<v8::Value> read;
  if (messaging::Forger::read(js, bytes_of(info[0])).ToLocal(&read)) info.GetReturnValue().Set(read);
}

void set_target(const v8::FunctionCallbackInfo<v8::Value>& info) {
  target = new v8::Global<v8::Function>(info.GetIsolate(), info[0].As<v8::Function>());
}

int one_input(const uint8_t* data, size_t size) {
  Environment& env = *environment;
  v8::HandleScope handles(env.isolate());
  v8::Local<v8::Value> bytes = env.buffer(std::vector<uint8_t>(data, data + size));
  env.call(v8::Undefined(env.isolate()), target->Get(env.isolate()), 1, &bytes).IsEmpty();
  uv_run(env.loop(), UV_RUN_NOWAIT);
  return 0;
}

void expose(Environment& env, const char* name, v8::FunctionCallback function) {
  v8::Local<v8::Function> made = v8::Function::New(env.context(), function).ToLocalChecked();
  env.set(env.context()->Global(), name, made);
}

int start(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: fuzz_driver TARGET [OPTION of libFuzzer]... [CORPUS]...\n", stderr);
    return 1;
  }
  signal(SIGPIPE, SIG_IGN);
  argv = uv_setup_args(argc, argv);
  v8::V8::SetFlagsFromString("--js-source-phase-imports");
  v8::V8::SetFlagsFromString("--no-freeze-flags-after-init");
  v8::V8::InitializePlatform(&Platform::get());
  v8::V8::Initialize();
  auto parsed = parse_options({"tests/fuzz/run.js", argv[1]}, nullptr);
  auto options = std::get<ParsedOptions>(std::move(parsed));
  EnvironmentConfig config;
  config.args = {argv[0], "tests/fuzz/run.js", argv[1]};
  config.options = std::make_shared<const ParsedOptions>(std::move(options));
  auto env = Environment::create(std::move(config));
  if (!env) return 1;
  environment = env.get();
  v8::HandleScope handles(env->isolate());
  v8::Context::Scope entered(env->context());
  expose(*env, "forgeMessage", forge_message);
  expose(*env, "setFuzzTarget", set_target);
  {
    CallbackScope scope(*env);
    v8::TryCatch caught(env->isolate());
    env->call_hook("start", 0, nullptr).IsEmpty();
    if (caught.HasCaught()) env->report_exception(caught.Exception(), caught.Message());
  }
  while (!target && uv_run(env->loop(), UV_RUN_ONCE) != 0) {
  }
  if (!target) return 1;
  // What a target throws ends the process: let libFuzzer take it for a crash and keep the input.
  env->at_exit([] { abort(); });
  argv[1] = argv[0];
  argv++;
  argc--;
  return LLVMFuzzerRunDriver(&argc, &argv, one_input);
}

}  // namespace
}  // namespace gyre

int main(int argc, char** argv) { return gyre::start(argc, argv); }
