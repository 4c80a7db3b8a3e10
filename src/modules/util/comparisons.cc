// What deep equality needs of V8: the keys of arrays that are no indices, and bytes.
#include "binding/binding.h"

namespace gyre::comparisons {
namespace {

// The enumerable own keys of `object` that are not array indices.
v8::Local<v8::Value> own_non_index_keys(Realm& js, v8::Local<v8::Object> object, bool with_symbols) {
  int filter = v8::ONLY_ENUMERABLE | (with_symbols ? 0 : v8::SKIP_SYMBOLS);
  v8::Local<v8::Array> keys;
  // A proxy's trap may throw; the exception is then pending and the result unused.
  if (!object
           ->GetPropertyNames(js.context(), v8::KeyCollectionMode::kOwnOnly, static_cast<v8::PropertyFilter>(filter),
                              v8::IndexFilter::kSkipIndices)
           .ToLocal(&keys)) {
    return v8::Undefined(js.isolate());
  }
  return keys;
}

// Fails where a proxy's trap throws.
v8::Maybe<bool> has_only_indices(v8::Local<v8::Context> context, v8::Local<v8::Object> object,
                                 v8::PropertyFilter filter) {
  v8::Local<v8::Array> keys;
  if (!object->GetPropertyNames(context, v8::KeyCollectionMode::kOwnOnly, filter, v8::IndexFilter::kSkipIndices)
           .ToLocal(&keys)) {
    return v8::Nothing<bool>();
  }
  return v8::Just(keys->Length() == 0);
}

// bothOnlyIndices(one, other, withSymbols): whether neither has an enumerable own property but array indices.
void both_only_indices(const v8::FunctionCallbackInfo<v8::Value>& info) {
  const v8::Local<v8::Context> context = info.GetIsolate()->GetCurrentContext();
  const auto filter = static_cast<v8::PropertyFilter>(v8::ONLY_ENUMERABLE | (info[2]->IsTrue() ? 0 : v8::SKIP_SYMBOLS));
  bool none = false;
  if (!has_only_indices(context, info[0].As<v8::Object>(), filter).To(&none)) return;
  if (none && info[0] != info[1] && !has_only_indices(context, info[1].As<v8::Object>(), filter).To(&none)) return;
  info.GetReturnValue().Set(none);
}

}  // namespace

GYRE_MODULE(comparisons) {
  b.function<&own_non_index_keys>("ownNonIndexKeys");
  b.raw<&both_only_indices>("bothOnlyIndices");
}

}  // namespace gyre::comparisons
