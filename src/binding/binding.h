// Makes JavaScript functions and classes of C++ ones. A module says what it has:
//
//   Result<std::string> hostname();
//   GYRE_MODULE(os) {
//     b.function<&hostname>("hostname");          // typed: arguments converted left to right
//     b.blocking<&read_whole>("readWhole");       // readWholeSync(...) and readWhole(..., callback?)
//     b.blocking<&find, &find_cached>("find");    // the same, but a job only if find_cached() returns nothing
//     b.raw<&write>("write");                     // sees v8::FunctionCallbackInfo itself
//     b.constant("O_RDONLY", O_RDONLY);
//     b.class_<Timer>("Timer").constructor<double>().method<&Timer::start>("start");
//   }
//
// The same function is run without an isolate to collect the addresses that a snapshot refers to, so
// it may do nothing but call `b`.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/check.h"
#include "binding/convert.h"
#include "binding/job.h"
#include "binding/module.h"
#include "v8-fast-api-calls.h"

namespace gyre {

namespace binding {

// Return values: T, Result<T> or void become a JavaScript value or an exception.
template <typename R>
struct Return {
  static void finish(Realm& js, const v8::FunctionCallbackInfo<v8::Value>& info, R value) {
    info.GetReturnValue().Set(to_js(js, std::move(value)));
  }
};
template <typename T>
struct Return<Result<T>> {
  static void finish(Realm& js, const v8::FunctionCallbackInfo<v8::Value>& info, Result<T> result) {
    if (!result) return js.throw_error(std::move(result).error());
    if constexpr (!std::is_same_v<T, Done>) info.GetReturnValue().Set(to_js(js, std::move(result).value()));
  }
};

template <typename T>
inline constexpr bool kFastArgument =
    std::is_same_v<T, bool> || std::is_same_v<T, int32_t> || std::is_same_v<T, uint32_t> || std::is_same_v<T, double>;

// Converts info[0..] into a tuple, left to right; false when an exception is pending.
template <typename... Args>
bool arguments(Realm& js, const v8::FunctionCallbackInfo<v8::Value>& info, std::tuple<Args...>& out) {
  return [&]<size_t... I>(std::index_sequence<I...>) { return (from_js(js, info[I], std::get<I>(out)) && ...); }
  (std::index_sequence_for<Args...>{});
}

template <typename... Args>
using Values = std::tuple<std::remove_cvref_t<Args>...>;

template <typename R, typename Call, typename Tuple>
void invoke(Realm& js, const v8::FunctionCallbackInfo<v8::Value>& info, Call&& call, Tuple& args) {
  if constexpr (std::is_void_v<R>) {
    std::apply(call, std::move(args));
  } else {
    Return<R>::finish(js, info, std::apply(call, std::move(args)));
  }
}

template <auto Fn, typename F = decltype(Fn)>
struct Native;

// A plain function.
template <auto Fn, typename R, typename... Args>
struct Native<Fn, R (*)(Args...)> {
  static constexpr bool kFast = (kFastArgument<Args> && ...) && (std::is_void_v<R> || kFastArgument<R>);
  static void call(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Realm& js = Realm::from(info.GetIsolate());
    Values<Args...> args;
    if (!arguments(js, info, args)) return;
    invoke<R>(
        js, info, [](auto&&... a) { return Fn(std::forward<decltype(a)>(a)...); }, args);
  }
  static R fast(v8::Local<v8::Object>, Args... args) { return Fn(args...); }

  // The blocking forms.
  static void call_sync(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Realm& js = Realm::from(info.GetIsolate());
    if (js.warns_of_sync_io) [[unlikely]]
      js.warn_of_sync_io();
    call(info);
  }
  template <auto AtOnce>
  static void call_async(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Realm& js = Realm::from(info.GetIsolate());
    Values<Args...> args;
    if (!arguments(js, info, args)) return;
    const char* provider = info[sizeof...(Args)]->IsFunction() ? "FSREQCALLBACK" : "FSREQPROMISE";
    if (info.Data()->IsExternal()) provider = static_cast<const char*>(info.Data().As<v8::External>()->Value());
    auto* job =
        new Job<Fn, AtOnce, R, std::remove_cvref_t<Args>...>(js, info[sizeof...(Args)], provider, std::move(args));
    info.GetReturnValue().Set(job->start());
  }
  static constexpr int kLength = sizeof...(Args);
};

// A plain function that may touch V8.
template <auto Fn, typename R, typename... Args>
struct Native<Fn, R (*)(Realm&, Args...)> {
  static constexpr bool kFast = false;
  static void call(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Realm& js = Realm::from(info.GetIsolate());
    Values<Args...> args;
    if (!arguments(js, info, args)) return;
    invoke<R>(
        js, info, [&](auto&&... a) { return Fn(js, std::forward<decltype(a)>(a)...); }, args);
  }
  static void call_sync(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Realm& js = Realm::from(info.GetIsolate());
    if (js.warns_of_sync_io) [[unlikely]]
      js.warn_of_sync_io();
    call(info);
  }
  static constexpr int kLength = sizeof...(Args);
};

template <typename T>
T* receiver(Realm& js, const v8::FunctionCallbackInfo<v8::Value>& info) {
  T* self = unwrap<T>(info.This());
  if (!self)
    js.throw_coded(ErrorType::TypeError, "ERR_INVALID_THIS",
                   std::string("Value of \"this\" must be of type ") + T::kTag.name);
  return self;
}

// Methods, with and without a Realm&.
template <auto Fn, typename T, typename R, typename... Args>
struct Native<Fn, R (T::*)(Args...)> {
  static void call(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Realm& js = Realm::from(info.GetIsolate());
    T* self = receiver<T>(js, info);
    Values<Args...> args;
    if (!self || !arguments(js, info, args)) return;
    invoke<R>(
        js, info, [&](auto&&... a) { return (self->*Fn)(std::forward<decltype(a)>(a)...); }, args);
  }
  static constexpr int kLength = sizeof...(Args);
};
template <auto Fn, typename T, typename R, typename... Args>
struct Native<Fn, R (T::*)(Args...) const> {
  static void call(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Realm& js = Realm::from(info.GetIsolate());
    const T* self = receiver<T>(js, info);
    Values<Args...> args;
    if (!self || !arguments(js, info, args)) return;
    invoke<R>(
        js, info, [&](auto&&... a) { return (self->*Fn)(std::forward<decltype(a)>(a)...); }, args);
  }
  static constexpr int kLength = sizeof...(Args);
};
template <auto Fn, typename T, typename R, typename... Args>
struct Native<Fn, R (T::*)(Realm&, Args...)> {
  static void call(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Realm& js = Realm::from(info.GetIsolate());
    T* self = receiver<T>(js, info);
    Values<Args...> args;
    if (!self || !arguments(js, info, args)) return;
    invoke<R>(
        js, info, [&](auto&&... a) { return (self->*Fn)(js, std::forward<decltype(a)>(a)...); }, args);
  }
  static constexpr int kLength = sizeof...(Args);
};

// A method that sees FunctionCallbackInfo itself: void (T::*)(const FunctionCallbackInfo&).
template <auto Fn, typename F = decltype(Fn)>
struct RawMethod;
template <auto Fn, typename T>
struct RawMethod<Fn, void (T::*)(const v8::FunctionCallbackInfo<v8::Value>&)> {
  static void call(const v8::FunctionCallbackInfo<v8::Value>& info) {
    T* self = receiver<T>(Realm::from(info.GetIsolate()), info);
    if (self) (self->*Fn)(info);
  }
};

// new T(realm, this, args...): the JavaScript object owns what is made.
template <typename T, typename... Args>
void construct(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  if (!info.IsConstructCall()) {
    js.throw_coded(ErrorType::TypeError, "ERR_CONSTRUCT_CALL_REQUIRED",
                   std::string("Class constructor ") + T::kTag.name + " cannot be invoked without `new`");
    return;
  }
  Values<Args...> args;
  if (!arguments(js, info, args)) return;
  std::apply([&](auto&&... a) { new T(js, info.This(), std::forward<decltype(a)>(a)...); }, std::move(args));
}

}  // namespace binding

template <typename T>
class ClassBuilder;

class Binding {
 public:
  // Binds into `target` ...
  Binding(Realm& realm, v8::Local<v8::Object> target) : realm_(&realm), target_(target) {}
  // ... or only collects the addresses that a snapshot may refer to.
  explicit Binding(std::vector<intptr_t>& references) : references_(&references) {}

  // A function whose C++ signature is the conversion. Signatures of numbers and booleans alone also get
  // a V8 fast-API call.
  template <auto Fn>
  void function(const char* name) {
    using N = binding::Native<Fn>;
    if constexpr (N::kFast) {
      static const v8::CFunction fast = v8::CFunction::Make(&N::fast);
      add(name, &N::call, N::kLength, &fast);
    } else {
      add(name, &N::call, N::kLength);
    }
  }

  // A function that takes v8::FunctionCallbackInfo, for odd or hot signatures; with `fast` a V8
  // fast-API variant (receiver first).
  template <v8::FunctionCallback Fn>
  void raw(const char* name, int length = 0) {
    add(name, Fn, length);
  }
  template <v8::FunctionCallback Fn, auto Fast>
  void raw_fast(const char* name, int length = 0) {
    static const v8::CFunction fast = v8::CFunction::Make(Fast);
    add(name, Fn, length, &fast);
  }

  // A blocking Result-returning C++ function as nameSync(...) and as name(..., callback), one job of
  // the thread pool; without a callback the latter returns a promise. It must not touch V8.
  //
  // `AtOnce` may know the result without blocking: std::optional<R>(const Args&...), on the realm's own
  // thread. Only if it returns nothing there is a job. The result is delivered in a later turn all the same.
  template <auto Fn, auto AtOnce = nullptr>
  void blocking(const char* name) {
    using N = binding::Native<Fn>;
    add((std::string(name) + "Sync").c_str(), &N::call_sync, N::kLength);
    add(name, &N::template call_async<AtOnce>, N::kLength + 1, nullptr, provider_);
  }

  // A function of which --trace-sync-io tells, because it blocks its thread.
  template <auto Fn>
  void synchronous(const char* name) {
    using N = binding::Native<Fn>;
    add(name, &N::call_sync, N::kLength);
  }

  // The async_hooks type of the blocking functions that follow; a string literal.
  void provider(const char* name) { provider_ = name; }

  void constant(const char* name, double value);
  void constant(const char* name, int64_t value) { constant(name, static_cast<double>(value)); }
  void constant(const char* name, int value) { constant(name, static_cast<double>(value)); }
  void constant(const char* name, const char* value);

  // Anything else: `make` runs only when there is an isolate.
  void value(const char* name, const std::function<v8::Local<v8::Value>(Realm&)>& make);

  // A class T : Wrapped with `static constexpr ClassTag kTag`.
  template <typename T>
  ClassBuilder<T> class_(const char* name) {
    return ClassBuilder<T>(*this, name);
  }

 private:
  template <typename T>
  friend class ClassBuilder;

  void add(const char* name, v8::FunctionCallback callback, int length, const v8::CFunction* fast = nullptr,
           const char* data = nullptr);

  Realm* realm_ = nullptr;
  v8::Local<v8::Object> target_;
  std::vector<intptr_t>* references_ = nullptr;
  const char* provider_ = nullptr;
};

// The description of one class, ended (and put on the target) by its destructor.
template <typename T>
class ClassBuilder {
 public:
  ClassBuilder(Binding& b, const char* name) : b_(b), name_(name) {
    if (!b_.realm_) return;
    template_ = v8::FunctionTemplate::New(isolate());
    template_->SetClassName(b_.realm_->name(name));
    template_->InstanceTemplate()->SetInternalFieldCount(Wrapped::kFieldCount);
  }
  ~ClassBuilder() {
    if (!b_.realm_) return;
    Realm& js = *b_.realm_;
    js.templates()[&T::kTag].Reset(isolate(), template_);
    js.set(b_.target_, name_, template_->GetFunction(isolate()->GetCurrentContext()).ToLocalChecked());
  }
  ClassBuilder(const ClassBuilder&) = delete;

  template <typename... Args>
  ClassBuilder& constructor() {
    if (b_.references_) b_.references_->push_back(reinterpret_cast<intptr_t>(&binding::construct<T, Args...>));
    if (b_.realm_) template_->SetCallHandler(&binding::construct<T, Args...>);
    return *this;
  }
  // Methods of a base class that was bound before.
  template <typename Base>
  ClassBuilder& inherit() {
    if (b_.realm_) {
      auto at = b_.realm_->templates().find(&Base::kTag);
      CHECK(at != b_.realm_->templates().end());
      template_->Inherit(at->second.Get(isolate()));
    }
    return *this;
  }
  template <auto Fn>
  ClassBuilder& method(const char* name) {
    return add(name, &binding::Native<Fn>::call, binding::Native<Fn>::kLength);
  }
  template <auto Fn>
  ClassBuilder& raw_method(const char* name, int length = 0) {
    return add(name, &binding::RawMethod<Fn>::call, length);
  }
  // An accessor property computed by a method without arguments.
  template <auto Fn>
  ClassBuilder& getter(const char* name) {
    using N = binding::Native<Fn>;
    if (b_.references_) b_.references_->push_back(reinterpret_cast<intptr_t>(&N::call));
    if (b_.realm_) {
      v8::Local<v8::FunctionTemplate> get = v8::FunctionTemplate::New(isolate(), &N::call);
      template_->PrototypeTemplate()->SetAccessorProperty(b_.realm_->name(name), get);
    }
    return *this;
  }

 private:
  v8::Isolate* isolate() { return b_.realm_->isolate(); }
  ClassBuilder& add(const char* name, v8::FunctionCallback callback, int length) {
    if (b_.references_) b_.references_->push_back(reinterpret_cast<intptr_t>(callback));
    if (b_.realm_) {
      v8::Local<v8::FunctionTemplate> method =
          v8::FunctionTemplate::New(isolate(), callback, {}, {}, length, v8::ConstructorBehavior::kThrow);
      v8::Local<v8::String> key = b_.realm_->name(name);
      method->SetClassName(key);
      template_->PrototypeTemplate()->Set(key, method);
    }
    return *this;
  }

  Binding& b_;
  const char* name_;
  v8::Local<v8::FunctionTemplate> template_;
};

// A new JavaScript object of class T, without running its constructor: for `new T(realm, object, ...)`.
// The class's module must have been loaded (native('name')).
template <typename T>
v8::Local<v8::Object> instance_of(Realm& js) {
  auto at = js.templates().find(&T::kTag);
  CHECK(at != js.templates().end());
  return at->second.Get(js.isolate())
      ->InstanceTemplate()
      ->NewInstance(js.isolate()->GetCurrentContext())
      .ToLocalChecked();
}

// The object of a native module, made at its first use; empty (with an exception) for an unknown name.
v8::MaybeLocal<v8::Object> bind_module(Realm& js, std::string_view name);

// Every address a snapshot may refer to, in an order that depends on nothing but the executable.
void collect_references(std::vector<intptr_t>& references);

}  // namespace gyre
