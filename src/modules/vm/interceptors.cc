#include "modules/vm/interceptors.h"

#include <string>

namespace gyre::vm {
namespace {

using v8::Intercepted;

// The two objects behind a global, for one interception.
struct View {
  template <typename T>
  explicit View(const v8::PropertyCallbackInfo<T>& info) : isolate(info.GetIsolate()) {
    // While a context is being made its global has no sandbox yet.
    if (!info.HolderV2()->GetCreationContext(isolate).ToLocal(&context)) return;
    sandbox = sandbox_of(context);
  }
  bool is_ready() const { return !sandbox.IsEmpty(); }

  v8::Isolate* isolate;
  v8::Local<v8::Context> context;
  v8::Local<v8::Object> sandbox;
};

// For element access: the interceptors below work by name.
v8::Local<v8::Name> name_of(v8::Isolate* isolate, uint32_t index) {
  return v8::String::NewFromUtf8(isolate, std::to_string(index).c_str()).ToLocalChecked();
}

// The attributes of a property of the sandbox (or of what it inherits from); nothing if it has none.
v8::Maybe<v8::PropertyAttribute> attributes_in(const View& view, v8::Local<v8::Name> name) {
  return view.sandbox->GetRealNamedPropertyAttributes(view.context, name);
}

Intercepted get(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  View view(info);
  if (!view.is_ready()) return Intercepted::kNo;
  v8::Local<v8::Value> value;
  if (!view.sandbox->GetRealNamedProperty(view.context, name).ToLocal(&value)) {
    // A getter may have thrown; otherwise the context's own global is next.
    return view.isolate->HasPendingException() ? Intercepted::kYes : Intercepted::kNo;
  }
  // Inside the context the sandbox is called globalThis.
  if (value == view.sandbox) value = view.context->Global();
  info.GetReturnValue().Set(value);
  return Intercepted::kYes;
}

// What strict code hears that sets a property which the sandbox has as read-only. Said here, because
// the engine would look for the property in the context's own global.
Intercepted refuse(const View& view, v8::Local<v8::Name> name, bool is_variable) {
  v8::Local<v8::String> text;
  if (!name->ToDetailString(view.context).ToLocal(&text)) return Intercepted::kYes;
  v8::String::Utf8Value utf8(view.isolate, text);
  const std::string said(*utf8, utf8.length());
  const std::string message = is_variable ? "Cannot assign to read only property '" + said + "' of object '#<Object>'"
                                          : "Cannot redefine property: " + said;
  v8::Context::Scope entered(is_variable ? view.context : view.isolate->GetCurrentContext());
  view.isolate->ThrowException(
      v8::Exception::TypeError(v8::String::NewFromUtf8(view.isolate, message.c_str()).ToLocalChecked()));
  return Intercepted::kYes;
}

Intercepted set(v8::Local<v8::Name> name, v8::Local<v8::Value> value, const v8::PropertyCallbackInfo<void>& info) {
  View view(info);
  if (!view.is_ready()) return Intercepted::kNo;
  const v8::Maybe<v8::PropertyAttribute> in_sandbox = attributes_in(view, name);
  if (view.isolate->HasPendingException()) return Intercepted::kYes;
  // `x = 1` as opposed to `this.x = 1`.
  const bool is_variable = info.This() != view.context->Global();
  if (in_sandbox.IsJust() && (in_sandbox.FromJust() & v8::ReadOnly)) {
    return info.ShouldThrowOnError() ? refuse(view, name, is_variable) : Intercepted::kYes;
  }
  if (in_sandbox.IsNothing()) {
    const v8::Maybe<v8::PropertyAttribute> in_global =
        view.context->Global()->GetRealNamedPropertyAttributes(view.context, name);
    const bool declared = in_global.IsJust();
    // NaN, undefined and Infinity: the engine says what assigning to them means.
    if (declared && (in_global.FromJust() & v8::ReadOnly)) return Intercepted::kNo;
    // Strict code may only assign to variables that exist.
    if (!declared && is_variable && info.ShouldThrowOnError() && !value->IsFunction()) {
      return Intercepted::kNo;
    }
  }
  if (view.sandbox->Set(view.context, name, value).IsNothing()) return Intercepted::kYes;
  return Intercepted::kYes;
}

Intercepted query(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Integer>& info) {
  View view(info);
  if (!view.is_ready()) return Intercepted::kNo;
  const v8::Maybe<bool> has = view.sandbox->HasOwnProperty(view.context, name);
  if (has.IsNothing()) return Intercepted::kYes;
  if (!has.FromJust()) return Intercepted::kNo;
  const v8::Maybe<v8::PropertyAttribute> attributes = attributes_in(view, name);
  if (attributes.IsNothing()) return Intercepted::kYes;
  info.GetReturnValue().Set(static_cast<int32_t>(attributes.FromJust()));
  return Intercepted::kYes;
}

Intercepted remove(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Boolean>& info) {
  View view(info);
  if (!view.is_ready()) return Intercepted::kNo;
  // A variable that was declared in the context stays.
  const v8::Maybe<v8::PropertyAttribute> in_global =
      view.context->Global()->GetRealNamedPropertyAttributes(view.context, name);
  if (in_global.IsJust() && (in_global.FromJust() & v8::DontDelete)) {
    info.GetReturnValue().Set(false);
    return Intercepted::kYes;
  }
  const v8::Maybe<bool> deleted = view.sandbox->Delete(view.context, name);
  if (deleted.IsNothing()) return Intercepted::kYes;
  // The global may have one of the same name, which must go, too.
  if (deleted.FromJust()) return Intercepted::kNo;
  info.GetReturnValue().Set(false);
  return Intercepted::kYes;
}

void enumerate_names(const v8::PropertyCallbackInfo<v8::Array>& info) {
  View view(info);
  v8::Local<v8::Array> names;
  if (!view.is_ready()) return;
  if (view.sandbox
          ->GetPropertyNames(view.context, v8::KeyCollectionMode::kOwnOnly, v8::ALL_PROPERTIES,
                             v8::IndexFilter::kSkipIndices, v8::KeyConversionMode::kConvertToString)
          .ToLocal(&names)) {
    info.GetReturnValue().Set(names);
  }
}

void enumerate_indices(const v8::PropertyCallbackInfo<v8::Array>& info) {
  View view(info);
  v8::Local<v8::Array> keys;
  if (!view.is_ready()) return;
  if (!view.sandbox
           ->GetPropertyNames(view.context, v8::KeyCollectionMode::kOwnOnly, v8::SKIP_SYMBOLS,
                              v8::IndexFilter::kIncludeIndices, v8::KeyConversionMode::kKeepNumbers)
           .ToLocal(&keys)) {
    return;
  }
  v8::LocalVector<v8::Value> indices(view.isolate);
  for (uint32_t i = 0; i < keys->Length(); ++i) {
    v8::Local<v8::Value> key;
    if (!keys->Get(view.context, i).ToLocal(&key)) return;
    if (key->IsUint32()) indices.push_back(key);
  }
  info.GetReturnValue().Set(v8::Array::New(view.isolate, indices.data(), indices.size()));
}

// Hands the parts of a descriptor that are given to a new one for the sandbox.
template <typename Use>
void with_copy(const v8::PropertyDescriptor& from, v8::Isolate* isolate, Use use) {
  const auto set_flags = [&](v8::PropertyDescriptor& to) {
    if (from.has_enumerable()) to.set_enumerable(from.enumerable());
    if (from.has_configurable()) to.set_configurable(from.configurable());
  };
  if (from.has_get() || from.has_set()) {
    v8::PropertyDescriptor to(from.has_get() ? from.get() : v8::Undefined(isolate).As<v8::Value>(),
                              from.has_set() ? from.set() : v8::Undefined(isolate).As<v8::Value>());
    set_flags(to);
    use(to);
    return;
  }
  v8::Local<v8::Value> value = from.has_value() ? from.value() : v8::Undefined(isolate).As<v8::Value>();
  if (from.has_writable()) {
    v8::PropertyDescriptor to(value, from.writable());
    set_flags(to);
    use(to);
  } else {
    v8::PropertyDescriptor to(value);
    set_flags(to);
    use(to);
  }
}

Intercepted define(v8::Local<v8::Name> name, const v8::PropertyDescriptor& descriptor,
                   const v8::PropertyCallbackInfo<void>& info) {
  View view(info);
  if (!view.is_ready()) return Intercepted::kNo;
  const v8::Maybe<v8::PropertyAttribute> in_global =
      view.context->Global()->GetRealNamedPropertyAttributes(view.context, name);
  // What cannot be changed in the global itself is for the engine to refuse.
  if (in_global.IsJust() && (in_global.FromJust() & v8::DontDelete) && (in_global.FromJust() & v8::ReadOnly)) {
    return Intercepted::kNo;
  }
  bool defined = true;
  with_copy(descriptor, view.isolate, [&](v8::PropertyDescriptor& copy) {
    defined = view.sandbox->DefineProperty(view.context, name, copy).FromMaybe(true);
  });
  // Refused by the sandbox: the engine says so in its words, after looking at the descriptor there.
  return defined ? Intercepted::kYes : Intercepted::kNo;
}

Intercepted describe(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  View view(info);
  if (!view.is_ready()) return Intercepted::kNo;
  const v8::Maybe<bool> has = view.sandbox->HasOwnProperty(view.context, name);
  if (has.IsNothing()) return Intercepted::kYes;
  if (!has.FromJust()) return Intercepted::kNo;
  v8::Local<v8::Value> descriptor;
  if (view.sandbox->GetOwnPropertyDescriptor(view.context, name).ToLocal(&descriptor)) {
    info.GetReturnValue().Set(descriptor);
  }
  return Intercepted::kYes;
}

Intercepted get_index(uint32_t index, const v8::PropertyCallbackInfo<v8::Value>& info) {
  return get(name_of(info.GetIsolate(), index), info);
}
Intercepted set_index(uint32_t index, v8::Local<v8::Value> value, const v8::PropertyCallbackInfo<void>& info) {
  return set(name_of(info.GetIsolate(), index), value, info);
}
Intercepted query_index(uint32_t index, const v8::PropertyCallbackInfo<v8::Integer>& info) {
  return query(name_of(info.GetIsolate(), index), info);
}
Intercepted remove_index(uint32_t index, const v8::PropertyCallbackInfo<v8::Boolean>& info) {
  return remove(name_of(info.GetIsolate(), index), info);
}
Intercepted define_index(uint32_t index, const v8::PropertyDescriptor& descriptor,
                         const v8::PropertyCallbackInfo<void>& info) {
  return define(name_of(info.GetIsolate(), index), descriptor, info);
}
Intercepted describe_index(uint32_t index, const v8::PropertyCallbackInfo<v8::Value>& info) {
  return describe(name_of(info.GetIsolate(), index), info);
}

}  // namespace

void install_interceptors(v8::Local<v8::ObjectTemplate> global) {
  // So that debuggers may look at globals where they allow no side effects.
  constexpr auto kFlags = v8::PropertyHandlerFlags::kHasNoSideEffect;
  global->SetHandler(
      v8::NamedPropertyHandlerConfiguration(get, set, query, remove, enumerate_names, define, describe, {}, kFlags));
  global->SetHandler(v8::IndexedPropertyHandlerConfiguration(
      get_index, set_index, query_index, remove_index, enumerate_indices, define_index, describe_index, {}, kFlags));
}

}  // namespace gyre::vm
