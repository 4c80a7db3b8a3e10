// The class Zlib of native('zlib'): a codec that works on the thread pool or at once, and the
// functions and numbers beside it.
#include "binding/binding.h"

#include <zlib.h>

#include "binding/array_memory.h"
#include "loop/work_pool.h"
#include "modules/buffer/text.h"
#include "modules/zlib/codec.h"
#include "modules/zlib/constants.h"
#include "modules/zlib/deflate_whole.h"
#include "runtime/environment.h"

namespace gyre::zlib {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

std::vector<uint8_t> copy_bytes(v8::Local<v8::Value> value) {
  const auto bytes = bytes_of(value);
  return {bytes.begin(), bytes.end()};
}

std::vector<uint32_t> copy_parameters(v8::Local<v8::Value> value) {
  const auto bytes = bytes_of(value);
  const auto* numbers = reinterpret_cast<const uint32_t*>(bytes.data());
  return {numbers, numbers + bytes.size() / sizeof(uint32_t)};
}

size_t to_size(v8::Local<v8::Value> value) { return static_cast<size_t>(value.As<v8::Number>()->Value()); }

v8::Local<v8::Value> to_buffer(Realm& js, Output output) {
  return js.buffer(backing_store_of(js.isolate(), std::move(output.block), output.size), 0, output.size);
}

CodedError zstd_refusal(const Failure& why) {
  return {ErrorType::Error,
          why.code == "ERR_ZLIB_INITIALIZATION_FAILED" ? "ERR_ZLIB_INITIALIZATION_FAILED"
                                                       : "ERR_ZLIB_DICTIONARY_LOAD_FAILED",
          why.message};
}

// What deflate takes with default options: the collector shall know that a stream is not small.
constexpr int64_t kTypicalSize = 256 * 1024;

// new Zlib(mode, state). After a write, state[0] is the room that is left and state[1] the input.
// An asynchronous one then calls onwritten(), onwhole(buffer, rest) or onerror(message, errno, code).
class CodecStream final : public AsyncWrapped {
 public:
  static constexpr ClassTag kTag{"Zlib", &AsyncWrapped::kTag};

  CodecStream(Realm& realm, v8::Local<v8::Object> object, int32_t mode, v8::Local<v8::Value> state)
      : AsyncWrapped(realm, object, kTag, "ZLIB"),
        mode_(static_cast<Mode>(mode)),
        state_memory_(owned_bytes_of(state)) {
    realm.isolate()->AdjustAmountOfExternalAllocatedMemory(kTypicalSize);
  }
  ~CodecStream() override { realm().isolate()->AdjustAmountOfExternalAllocatedMemory(-kTypicalSize); }

  void init_zlib(int32_t window_bits, int32_t level, int32_t memory_level, int32_t strategy,
                 v8::Local<v8::Value> dictionary, bool one_member) {
    codec_ = make_zlib(mode_, {window_bits, level, memory_level, strategy, copy_bytes(dictionary), one_member});
  }

  Result<Done> init_brotli(v8::Local<v8::Value> parameters) {
    codec_ = make_brotli(mode_, copy_parameters(parameters));
    if (codec_) return Done{};
    return CodedError{ErrorType::Error, "ERR_ZLIB_INITIALIZATION_FAILED", "Initialization failed"};
  }

  Result<Done> init_zstd(v8::Local<v8::Value> parameters, v8::Local<v8::Value> pledged_size,
                         v8::Local<v8::Value> dictionary) {
    ZstdOptions options{copy_parameters(parameters), std::nullopt, copy_bytes(dictionary)};
    if (pledged_size->IsNumber()) options.pledged_size = to_size(pledged_size);
    Failure why;
    codec_ = make_zstd(mode_, std::move(options), why);
    if (codec_) return Done{};
    return zstd_refusal(why);
  }

  // write(flush, input, inputOffset, inputLength, output, outputOffset, outputLength)
  void write(const Info& info) {
    if (!ready(info)) return;
    auto work = read_arguments(info);
    work->run = [](Codec& codec, Work& work) { work.failure = codec.run(work.cursor, work.flush); };
    start(std::move(work));
  }

  // The same at once; whether it succeeded (otherwise onerror() was called).
  void write_sync(const Info& info) {
    if (!ready(info)) return;
    auto work = read_arguments(info);
    work->failure = codec_->run(work->cursor, work->flush);
    tell_state(work->cursor);
    if (work->failure) tell_failure(*work->failure);
  }

  // whole(flush, input, most)
  void whole(const Info& info) {
    if (!ready(info)) return;
    auto work = read_whole_arguments(info);
    work->is_whole = true;
    work->run = [](Codec& codec, Work& work) {
      work.failure = run_whole(codec, work.input.span(), work.flush, work.most, work.result);
    };
    start(std::move(work));
  }

  void params(int32_t level, int32_t strategy) {
    if (!codec_ || working_) return;
    if (auto failure = codec_->set_params(level, strategy)) tell_failure(*failure);
  }

  void reset() {
    if (!codec_ || working_) return;
    if (auto failure = codec_->reset()) tell_failure(*failure);
  }

  // Frees the codec, after the write that may be under way.
  void close() {
    closed_ = true;
    if (!working_) codec_.reset();
  }

  void dispose() override { close(); }

 private:
  struct Work final : PoolWork {
    void run_in_pool() override { run(*stream->codec_, *this); }
    void back_on_loop() override {
      const std::unique_ptr<Work> self(this);
      stream->finish(*self);
    }

    CodecStream* stream = nullptr;
    Cursor cursor;
    int flush = 0;
    size_t most = 0;
    bool is_whole = false;
    OwnedBytes input;
    OwnedBytes output;
    void (*run)(Codec&, Work&) = nullptr;
    std::optional<Failure> failure;
    Whole result;
  };

  bool ready(const Info& info) {
    if (codec_ && !working_ && !closed_) return true;
    realm().throw_coded(ErrorType::Error, working_ ? "ERR_INTERNAL_ASSERTION" : "ERR_ZLIB_BINDING_CLOSED",
                        working_ ? "write already in progress" : "zlib binding closed");
    return false;
  }

  std::unique_ptr<Work> read_arguments(const Info& info) {
    auto work = std::make_unique<Work>();
    work->flush = info[0].As<v8::Int32>()->Value();
    work->input = owned_bytes_of(info[1]);
    work->output = owned_bytes_of(info[4]);
    work->cursor = {work->input.data() + to_size(info[2]), to_size(info[3]), work->output.data() + to_size(info[5]),
                    to_size(info[6])};
    return work;
  }

  std::unique_ptr<Work> read_whole_arguments(const Info& info) {
    auto work = std::make_unique<Work>();
    work->flush = info[0].As<v8::Int32>()->Value();
    work->input = owned_bytes_of(info[1]);
    work->most = to_size(info[2]);
    return work;
  }

  void start(std::unique_ptr<Work> work) {
    working_ = true;
    pin();
    realm().pending_jobs++;
    work->stream = this;
    realm().pool_work().submit(work.release());
  }

  void finish(Work& work) {
    working_ = false;
    realm().pending_jobs--;
    if (closed_) codec_.reset();
    if (realm().can_call_into_js()) {
      v8::HandleScope handles(realm().isolate());
      v8::Context::Scope entered(realm().context());
      tell_state(work.cursor);
      if (work.failure && !closed_) {
        tell_failure_later(*work.failure);
      } else if (work.is_whole) {
        v8::Local<v8::Value> argv[] = {to_buffer(realm(), std::move(work.result.output)),
                                       v8::Number::New(realm().isolate(), static_cast<double>(work.result.rest))};
        call_back(realm().name("onwhole"), 2, argv);
      } else {
        call_back(realm().name("onwritten"), 0, nullptr);
      }
    }
    unpin();
  }

  void tell_state(const Cursor& cursor) {
    auto* state = reinterpret_cast<uint32_t*>(state_memory_.data());
    state[0] = static_cast<uint32_t>(cursor.out_left);
    state[1] = static_cast<uint32_t>(cursor.in_left);
  }

  // onerror(message, errno, code), for a call that script is waiting on ...
  void tell_failure(const Failure& failure) {
    v8::Local<v8::Value> argv[] = {realm().string(failure.message), v8::Integer::New(realm().isolate(), failure.number),
                                   realm().string(failure.code)};
    v8::Local<v8::Context> context = realm().isolate()->GetCurrentContext();
    v8::Local<v8::Value> handler;
    if (!object()->Get(context, realm().name("onerror")).ToLocal(&handler)) return;
    if (!handler->IsFunction()) return;
    // What it throws goes to the caller of this method.
    static_cast<void>(handler.As<v8::Function>()->Call(context, object(), 3, argv).IsEmpty());
  }
  // ... and from the event loop.
  void tell_failure_later(const Failure& failure) {
    v8::Local<v8::Value> argv[] = {realm().string(failure.message), v8::Integer::New(realm().isolate(), failure.number),
                                   realm().string(failure.code)};
    call_back(realm().name("onerror"), 3, argv);
  }

  const Mode mode_;
  OwnedBytes state_memory_;
  std::unique_ptr<Codec> codec_;
  bool working_ = false;
  bool closed_ = false;
};

uint32_t crc32_of(v8::Local<v8::Value> data, uint32_t start) {
  const buffer::Bytes bytes(data);
  if (bytes.span().empty()) return start;  // zlib takes a null pointer for "begin"
  return crc32_whole(start, bytes.span());
}

// crc32(bytes, start)
void crc32(const Info& info) { info.GetReturnValue().Set(crc32_of(info[0], info[1].As<v8::Uint32>()->Value())); }

uint32_t fast_crc32(v8::Local<v8::Value>, v8::Local<v8::Value> bytes, uint32_t start) { return crc32_of(bytes, start); }

// Work that script waits for needs no stream object. What a codec gives back: the bytes, or a list
// [message, errno, code], or, where the input must end with the data, how much lies behind that.
bool run_for_script(const Info& info, Codec& codec, int first_argument, bool must_end) {
  Realm& js = Realm::from(info.GetIsolate());
  const int flush = info[first_argument].As<v8::Int32>()->Value();
  const OwnedBytes input = owned_bytes_of(info[first_argument + 1]);
  Whole result;
  if (const auto failure = run_whole(codec, input.span(), flush, to_size(info[first_argument + 2]), result)) {
    v8::Local<v8::Value> why[] = {js.string(failure->message), v8::Integer::New(js.isolate(), failure->number),
                                  js.string(failure->code)};
    info.GetReturnValue().Set(v8::Array::New(js.isolate(), why, 3));
    return false;
  }
  if (must_end && result.rest > 0) {
    info.GetReturnValue().Set(static_cast<double>(result.rest));
    return false;
  }
  info.GetReturnValue().Set(to_buffer(js, std::move(result.output)));
  return true;
}

// Codecs with default settings, one for each mode that was used: making one costs more than small work.
struct IdleCodecs {
  explicit IdleCodecs(Environment&) {}
  std::unique_ptr<Codec> of_mode[static_cast<size_t>(Mode::Unzip) + 1];
};

int32_t to_int(v8::Local<v8::Value> value) { return value.As<v8::Int32>()->Value(); }

// zlibWhole(mode, windowBits, level, memLevel, strategy, dictionary, mustEnd, flush, input, most)
void zlib_whole(const Info& info) {
  const auto mode = static_cast<Mode>(to_int(info[0]));
  const bool must_end = info[6]->IsTrue();
  const bool is_default = to_int(info[1]) % MAX_WBITS == 0 && to_int(info[2]) == Z_DEFAULT_COMPRESSION &&
                          to_int(info[3]) == 8 && to_int(info[4]) == Z_DEFAULT_STRATEGY && info[5]->IsUndefined() &&
                          !must_end;
  std::unique_ptr<Codec> codec;
  auto& idle = Environment::from(info.GetIsolate()).module_state<IdleCodecs>().of_mode[static_cast<size_t>(mode)];
  if (is_default) codec = std::move(idle);
  if (!codec) {
    codec = make_zlib(
        mode, {to_int(info[1]), to_int(info[2]), to_int(info[3]), to_int(info[4]), copy_bytes(info[5]), must_end});
  }
  if (run_for_script(info, *codec, 7, must_end) && is_default && !codec->reset()) idle = std::move(codec);
}

// brotliWhole(mode, parameters, mustEnd, flush, input, most)
void brotli_whole(const Info& info) {
  const auto codec = make_brotli(static_cast<Mode>(to_int(info[0])), copy_parameters(info[1]));
  if (codec) {
    run_for_script(info, *codec, 3, info[2]->IsTrue());
  } else {
    Realm::from(info.GetIsolate())
        .throw_coded(ErrorType::Error, "ERR_ZLIB_INITIALIZATION_FAILED", "Initialization failed");
  }
}

// zstdWhole(mode, parameters, pledgedSize | undefined, dictionary, mustEnd, flush, input, most)
void zstd_whole(const Info& info) {
  ZstdOptions options{copy_parameters(info[1]), std::nullopt, copy_bytes(info[3])};
  if (info[2]->IsNumber()) options.pledged_size = to_size(info[2]);
  Failure why;
  const auto codec = make_zstd(static_cast<Mode>(to_int(info[0])), std::move(options), why);
  if (codec) {
    run_for_script(info, *codec, 5, info[4]->IsTrue());
  } else {
    const CodedError error = zstd_refusal(why);
    Realm::from(info.GetIsolate()).throw_coded(error.type, error.code, error.message);
  }
}

}  // namespace

GYRE_MODULE(zlib) {
  b.raw_fast<&crc32, &fast_crc32>("crc32");
  b.raw<&zlib_whole>("zlibWhole");
  b.raw<&brotli_whole>("brotliWhole");
  b.raw<&zstd_whole>("zstdWhole");
  add_constants(b);
  b.class_<CodecStream>("Zlib")
      .constructor<int32_t, v8::Local<v8::Value>>()
      .method<&CodecStream::init_zlib>("initZlib")
      .method<&CodecStream::init_brotli>("initBrotli")
      .method<&CodecStream::init_zstd>("initZstd")
      .raw_method<&CodecStream::write>("write", 7)
      .raw_method<&CodecStream::write_sync>("writeSync", 7)
      .raw_method<&CodecStream::whole>("whole", 3)
      .method<&CodecStream::params>("params")
      .method<&CodecStream::reset>("reset")
      .method<&CodecStream::close>("close");
}

}  // namespace gyre::zlib
