// The layers below the runtime by themselves: an isolate without a snapshot, functions and classes bound into it, and
// scripts that call them; the shapes that V8 gives objects. Prints one line a check; exits 1 when one failed.
#include "binding/binding.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "binding/handle.h"
#include "engine/platform.h"
#include "engine/shape.h"
#include "engine/typed_array.h"
#include "runtime/array_buffer_memory.h"
#include "runtime/environment.h"

namespace gyre {
namespace {

int failures = 0;

void check(bool ok, const char* what) {
  std::printf("%s  %s\n", ok ? "ok    " : "FAILED", what);
  if (!ok) failures++;
}

// A realm of its own loop, without the runtime.
class TestRealm final : public Realm {
 public:
  TestRealm(v8::Isolate* isolate, uv_loop_t* loop, v8::Local<v8::Context> context) : Realm(isolate, loop) {
    set_context(context);
    isolate->AddMessageListener([](v8::Local<v8::Message> message, v8::Local<v8::Value> error) {
      from(v8::Isolate::GetCurrent()).report_exception(error, message);
    });
  }
  ~TestRealm() override { reset_handles(); }
  void drain() override {
    drains++;
    isolate()->PerformMicrotaskCheckpoint();
  }
  void report_exception(v8::Local<v8::Value> error, v8::Local<v8::Message>) override {
    reported = utf8(*this, error->ToString(context()).ToLocalChecked());
  }
  int drains = 0;
  std::string reported;
};

double add(double a, int32_t b) { return a + b; }
std::string greet(std::string name) { return "hello, " + name; }
bool negate(bool value) { return !value; }
int32_t sum(std::vector<int32_t> numbers) {
  int32_t total = 0;
  for (int32_t number : numbers) total += number;
  return total;
}
std::string or_default(std::optional<std::string> text) { return text.value_or("none"); }
int32_t first_byte(std::span<uint8_t> bytes) { return bytes.empty() ? -1 : bytes[0]; }
Result<int32_t> fails(int32_t kind) {
  if (kind == 0) return SystemError{UV_ENOENT, "open", "/nowhere"};
  if (kind == 1) return CodedError{ErrorType::RangeError, "ERR_OUT_OF_RANGE", "too far"};
  return kind;
}
Result<std::string> read_length(OwnedBytes bytes, std::string suffix) {
  if (bytes.size() == 0) return SystemError{UV_EINVAL, "read"};
  return std::to_string(bytes.size()) + suffix;
}

int counters_alive = 0;
class Counter final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"Counter", nullptr};
  Counter(Realm& js, v8::Local<v8::Object> object, int32_t start) : Wrapped(js, object, kTag), value_(start) {
    counters_alive++;
  }
  ~Counter() override { counters_alive--; }
  int32_t next() { return ++value_; }
  int32_t value() const { return value_; }

 private:
  int32_t value_;
};

class Ticker final : public HandleWrapped<uv_timer_t> {
 public:
  static constexpr ClassTag kTag{"Ticker", &HandleWrapped<uv_timer_t>::kTag};
  Ticker(Realm& js, v8::Local<v8::Object> object) : HandleWrapped(js, object, kTag, "TICKER") {
    CHECK(uv_timer_init(js.loop(), handle()) == 0);
    opened();
  }
  void start() {
    uv_timer_start(
        handle(),
        [](uv_timer_t* timer) {
          auto* self = static_cast<Ticker*>(from(timer));
          v8::HandleScope handles(self->realm().isolate());
          v8::Context::Scope entered(self->realm().context());
          self->call_back(self->realm().name("ontick"), 0, nullptr);
        },
        1, 0);
  }
};

void bind_probe(Binding& b) {
  b.function<&add>("add");
  b.function<&greet>("greet");
  b.function<&negate>("negate");
  b.function<&sum>("sum");
  b.function<&or_default>("orDefault");
  b.function<&first_byte>("firstByte");
  b.function<&fails>("fails");
  b.blocking<&read_length>("readLength");
  b.constant("ANSWER", 42);
  b.class_<Counter>("Counter").constructor<int32_t>().method<&Counter::next>("next").getter<&Counter::value>("value");
  auto ticker = b.class_<Ticker>("Ticker");
  ticker.constructor<>().method<&Ticker::start>("start");
  Ticker::bind_methods(ticker);
}

struct Script {
  Realm& js;
  // The value of a script as text; "throws: ..." for an exception, with its code.
  std::string operator()(const char* source) const {
    v8::HandleScope handles(js.isolate());
    v8::TryCatch caught(js.isolate());
    v8::Local<v8::Script> script;
    v8::Local<v8::Value> value;
    if (v8::Script::Compile(js.context(), js.string(source)).ToLocal(&script) &&
        script->Run(js.context()).ToLocal(&value)) {
      return utf8(js, value->ToString(js.context()).ToLocalChecked());
    }
    std::string code;
    v8::Local<v8::Value> field;
    if (caught.Exception()->IsObject() &&
        caught.Exception().As<v8::Object>()->Get(js.context(), js.name("code")).ToLocal(&field)) {
      code = utf8(js, field->ToString(js.context()).ToLocalChecked());
    }
    return "throws: " + code + " " + utf8(js, caught.Exception()->ToString(js.context()).ToLocalChecked());
  }
};

// Compares what TypedArrayBytes reads with what the engine's interface tells.
bool reads_typed_array(TestRealm& js, const char* source) {
  const v8::HandleScope handles(js.isolate());
  const auto script = v8::Script::Compile(js.context(), js.string(source)).ToLocalChecked();
  const auto view = script->Run(js.context()).ToLocalChecked().As<v8::ArrayBufferView>();
  TypedArrayBytes bytes;
  if (!bytes.read(view) || bytes.in_heap == view->HasBuffer()) return false;
  uint8_t copy[64];
  const auto contents = view->GetContents(v8::MemorySpan<uint8_t>(copy));
  if (bytes.size != contents.size() || std::memcmp(bytes.data, contents.data(), bytes.size) != 0) return false;
  // The same once the bytes have left the heap.
  auto* const outside = static_cast<uint8_t*>(view->Buffer()->Data()) + view->ByteOffset();
  return bytes.read(view) && !bytes.in_heap && bytes.data == outside && bytes.size == view->ByteLength();
}

bool leaves_to_engine(TestRealm& js, const char* source) {
  const v8::HandleScope handles(js.isolate());
  const auto script = v8::Script::Compile(js.context(), js.string(source)).ToLocalChecked();
  return !TypedArrayBytes().read(script->Run(js.context()).ToLocalChecked());
}

void check_typed_arrays(TestRealm& js) {
  check(reads_typed_array(js, "new Uint8Array([1, 2, 3])"), "the bytes of an array in the heap");
  check(reads_typed_array(js, "new Float64Array([1.5, -2])"), "of wider elements");
  check(reads_typed_array(js, "new Uint8Array(1000).fill(7)"), "of an array outside the heap");
  check(reads_typed_array(js, "new Uint16Array(new Uint8Array(1000).fill(7).buffer, 8, 3)"), "of a part");
  check(reads_typed_array(js, "new Uint8Array(new SharedArrayBuffer(10), 1).fill(7)"), "of shared memory");
  check(leaves_to_engine(js, "new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 }))"), "not of resizable memory");
  check(leaves_to_engine(js, "new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 }), 2, 3)"), "nor of its parts");
  check(leaves_to_engine(js, "new Uint8Array(new SharedArrayBuffer(8, { maxByteLength: 16 }))"), "nor if it is shared");
  check(leaves_to_engine(js, "{ const a = new Uint8Array(99); a.buffer.transfer(); a; }"), "nor of detached memory");
  for (const char* source : {"new DataView(new ArrayBuffer(8))", "new ArrayBuffer(8)", "[1]", "({})", "1", "'text'"}) {
    check(leaves_to_engine(js, source), source);
  }
}

void run_checks(TestRealm& js) {
  const Script run{js};
  check_typed_arrays(js);
  v8::Local<v8::Object> probe = v8::Object::New(js.isolate());
  {
    Binding b(js, probe);
    bind_probe(b);
  }
  js.set(js.context()->Global(), "probe", probe);

  check(run("probe.add(1.5, 2)") == "3.5", "numbers go both ways");
  check(run("for (let i = 0; i < 100000; i++) probe.add(i, 1); probe.add(1, 1)") == "2",
        "a hot call of numbers alone gives the same through the fast path");
  check(run("probe.add({ valueOf() { throw new RangeError('no'); } }, 1)") == "throws: undefined RangeError: no",
        "an argument's exception stops the call");
  check(run("probe.greet('gr\\u00fc\\u00dfe \\u{1f30a}')") == "hello, gr\u00fc\u00dfe \U0001f30a", "text is UTF-8");
  check(run("probe.negate('')") == "true", "booleans convert by truth");
  check(run("probe.sum([1, 2, 3])") == "6", "lists convert");
  check(run("probe.sum(5)").starts_with("throws: ERR_INVALID_ARG_TYPE"), "what is no list is refused");
  check(run("probe.orDefault(undefined) + probe.orDefault('x')") == "nonex", "optional arguments");
  check(run("probe.firstByte(new Uint8Array([7, 8]).subarray(1))") == "8", "a view's bytes begin at its offset");
  check(run("probe.firstByte('text')").starts_with("throws: ERR_INVALID_ARG_TYPE"), "what has no bytes is refused");
  check(run("probe.fails(5)") == "5", "a Result's value");
  check(run("probe.fails(0)") == "throws: ENOENT Error: ENOENT: no such file or directory, open '/nowhere'",
        "a system error has code, message and path");
  check(run("probe.fails(1)") == "throws: ERR_OUT_OF_RANGE RangeError: too far", "a coded error has its class");
  check(run("probe.ANSWER") == "42", "constants");

  check(run("const c = new probe.Counter(5); c.next(); c.next(); c.value") == "7", "objects keep their state");
  check(run("probe.Counter(1)").starts_with("throws: ERR_CONSTRUCT_CALL_REQUIRED"), "a class wants new");
  check(run("c.next.call({})").starts_with("throws: ERR_INVALID_THIS"), "a method refuses another object");
  check(run("for (let i = 0; i < 1000; i++) new probe.Counter(i); 'made'") == "made", "many objects");
  js.isolate()->RequestGarbageCollectionForTesting(v8::Isolate::kFullGarbageCollection);
  check(counters_alive <= 2, "collected objects delete what they own");

  check(run("probe.readLengthSync(new Uint8Array(3), '!')") == "3!", "the blocking form waits");
  check(run("probe.readLengthSync(new Uint8Array(0), '')") == "throws: EINVAL Error: EINVAL: invalid argument, read",
        "the blocking form throws");
  run("var got = ''; probe.readLength(new Uint8Array(4), '?', (error, value) => { got += `${error}${value}`; });"
      "probe.readLength(new Uint8Array(0), '', (error) => { got += error.code; });"
      "probe.readLength(new Uint8Array(5), '').then((value) => { got += value; });"
      "probe.readLength(new Uint8Array(1), '', () => { throw new Error('from a callback'); });");
  uv_run(js.loop(), UV_RUN_DEFAULT);
  const std::string got = run("got");
  check(got.find("null4?") != std::string::npos && got.find("EINVAL") != std::string::npos &&
            got.find("5") != std::string::npos,
        "a job calls back with an error or a value, or fulfils a promise");
  check(js.reported == "Error: from a callback", "an exception in a callback is reported");
  check(js.drains >= 4, "the queues are drained behind each callback");

  run("var ticked = 0, closed = 0; { const t = new probe.Ticker(); t.ontick = () => { ticked++; t.close(() => "
      "closed++); }; t.start(); }");
  js.isolate()->RequestGarbageCollectionForTesting(v8::Isolate::kFullGarbageCollection);
  uv_run(js.loop(), UV_RUN_DEFAULT);
  check(run("`${ticked} ${closed}`") == "1 1",
        "an open handle outlives its last reference, and says when it is closed");
  run("new probe.Ticker(); 0");  // left open: the realm closes it
}

void check_shapes(TestRealm& js) {
  const auto value = [&](const char* source) {
    v8::Local<v8::Script> script = v8::Script::Compile(js.context(), js.string(source)).ToLocalChecked();
    return script->Run(js.context()).ToLocalChecked();
  };
  const auto shape_of = [&](v8::Local<v8::Value> object) {
    return gyre::shape_of(object, value("Object.prototype"), value("Array.prototype"));
  };
  const auto kind = [&](const char* source) { return static_cast<ObjectKind>(shape_of(value(source)) & kKindMask); };
  const auto has = [&](const char* source, uint32_t facts) { return (shape_of(value(source)) & facts) == facts; };
  const auto lacks = [&](const char* source, uint32_t facts) { return (shape_of(value(source)) & facts) == 0; };
  const auto count = [&](const char* source) { return shape_of(value(source)) >> kCountShift; };
  const auto pair = [&](const char* one, const char* other) { return shape_of_pair(value(one), value(other)); };

  check(shape_of(value("1")) == 0 && shape_of(value("'x'")) == 0, "primitives have no shape");
  check(kind("({})") == ObjectKind::Object && kind("[]") == ObjectKind::Array && kind("new Map") == ObjectKind::Map &&
            kind("new Set") == ObjectKind::Set && kind("new Date") == ObjectKind::Date &&
            kind("/x/") == ObjectKind::RegExp && kind("new Error") == ObjectKind::Error &&
            kind("Promise.resolve()") == ObjectKind::Promise && kind("new Int8Array") == ObjectKind::TypedArray &&
            kind("() => {}") == ObjectKind::Function,
        "kinds of objects");
  check(kind("new Proxy({}, {})") == ObjectKind::Other && kind("(() => {}).bind()") == ObjectKind::Other &&
            kind("globalThis") == ObjectKind::Other,
        "nothing is said of proxies, bound functions and the global object");
  check(has("({ a: 1, b: 2 })", kStringKeys | kDataOnly | kOnlyNames) && count("({ a: 1, b: 2 })") == 2, "plain data");
  check(lacks("({ a: 1, [Symbol()]: 2 })", kStringKeys), "an enumerable symbol shows");
  check(has("Object.defineProperty({ a: 1 }, Symbol(), { value: 1 })", kStringKeys) &&
            count("Object.defineProperty({ a: 1 }, Symbol(), { value: 1 })") == 1,
        "a hidden one does not");
  check(lacks("Object.defineProperty({}, 'a', { get() {}, enumerable: true })", kDataOnly), "an accessor shows");
  check(lacks("Object.defineProperty([1], 0, { get() {} })", kDataOnly), "so does one at an index");
  check(lacks("({ 0: 1, a: 2 })", kOnlyNames | kOnlyIndices), "an index among names");
  check(lacks("const slow = { a: 1, b: 2 }; delete slow.a; slow", kStringKeys | kDataOnly), "dictionaries are unknown");
  check(has("[1, 'a', 2.5]", kPacked | kOnlyIndices | kDataOnly) && lacks("[1, , 2]", kPacked), "holes of arrays");
  check(has("[1, 2]", kIntegers) && lacks("[1, 'a']", kIntegers) && lacks("[1, 2.5]", kIntegers), "integers");
  check(lacks("Object.assign([1], { a: 1 })", kOnlyIndices), "arrays with names");
  value("class Hidden { #a = 1; b = 2 }");
  check(has("new Hidden", kStringKeys) && count("new Hidden") == 1, "private fields are no properties");
  value("class P { constructor() { this.a = 1; } }");
  check((pair("new P", "new P") & (kSameShape | kSamePrototype)) == (kSameShape | kSamePrototype),
        "objects of one constructor have one shape");
  check(!(pair("({ a: 1 })", "({ __proto__: { b: 1 }, a: 1 })") & (kSameShape | kSamePrototype)),
        "objects of two prototypes have not");
  check(!(pair("({ a: 1 })", "({ a: 1, b: 2 })") & kSameCount), "nor those with more properties");
  check(has("({ a: 1 })", kOrdinary | kNoneHidden) && has("[1]", kOrdinary | kNoneHidden) &&
            lacks("Object.create([])", kOrdinary) && lacks("new P", kOrdinary) && lacks("new Map", kOrdinary),
        "objects and arrays as literals make them");
  check(lacks("Object.defineProperty({ a: 1 }, 'b', { value: 1 })", kNoneHidden) &&
            lacks("Object.defineProperty([1], 'b', { value: 1 })", kNoneHidden),
        "hidden properties");
  check(pair("({})", "[]") == 0, "a pair of two kinds has no shape");
}

void check_array_buffer_memory() {
  auto memory = ArrayBufferMemory::make();
  // Two rounds: the second gets what the first gave back.
  for (int round = 0; round < 2; round++) {
    std::vector<std::pair<uint8_t*, size_t>> pieces;
    size_t sum = 0;
    bool is_clear = true;
    bool is_whole = true;
    for (size_t length = 1; length < 9000; length += length < 200 ? 1 : 61) {
      const bool cleared = length % 2 == 0;
      auto* const data =
          static_cast<uint8_t*>(cleared ? memory->Allocate(length) : memory->AllocateUninitialized(length));
      if (cleared) is_clear &= std::count(data, data + length, 0) == static_cast<ptrdiff_t>(length);
      std::memset(data, static_cast<int>(length % 251), length);
      pieces.emplace_back(data, length);
      sum += length;
    }
    for (const auto& [data, length] : pieces) {
      is_whole &= std::count(data, data + length, length % 251) == static_cast<ptrdiff_t>(length);
    }
    check(is_clear, "memory of ArrayBuffers is cleared where asked for");
    check(is_whole, "no two pieces overlap");
    check(memory->bytes() == sum, "the bytes of ArrayBuffers are counted");
    std::thread([&] {
      for (const auto& [data, length] : pieces) memory->Free(data, length);
    }).join();
    check(memory->bytes() == 0, "what another thread gives back is counted, too");
  }
  memory->trim();
  // The sanitizer sees if the memory goes before its last piece, or never.
  ArrayBufferMemory& left = *memory;
  void* const last = left.Allocate(100);
  memory.reset();
  left.Free(last, 100);
}

}  // namespace
}  // namespace gyre

int main() {
  using namespace gyre;
  v8::V8::SetFlagsFromString("--expose-gc");
  v8::V8::InitializePlatform(&Platform::get());
  v8::V8::Initialize();
  uv_loop_t loop;
  uv_loop_init(&loop);
  v8::Isolate* isolate = v8::Isolate::Allocate();
  Platform::get().add_isolate(isolate);
  const auto memory = ArrayBufferMemory::make();
  v8::Isolate::CreateParams params;
  params.array_buffer_allocator = memory.get();
  v8::Isolate::Initialize(isolate, params);
  {
    v8::Isolate::Scope entered(isolate);
    v8::HandleScope handles(isolate);
    v8::Local<v8::Context> context = v8::Context::New(isolate);
    v8::Context::Scope in_context(context);
    TestRealm js(isolate, &loop, context);
    run_checks(js);
    check_shapes(js);
    check_array_buffer_memory();
    js.dispose_wrapped();
    check(counters_alive == 0, "a realm that ends deletes what is left");
  }
  check(uv_loop_close(&loop) == 0, "no handle is left behind");
  Platform::get().drain_workers();
  isolate->Dispose();
  Platform::get().remove_isolate(isolate);
  std::printf("%s\n", failures ? "native tests: failed" : "native tests: all passed");
  return failures ? 1 : 0;
}
