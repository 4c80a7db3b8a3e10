// What deep equality needs of V8: the keys of arrays that are no indices, and bytes.
#include <cstring>
#include <span>

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

bool equal_bytes(std::span<uint8_t> one, std::span<uint8_t> other) {
  return one.size() == other.size() && (one.empty() || std::memcmp(one.data(), other.data(), one.size()) == 0);
}

}  // namespace

GYRE_MODULE(comparisons) {
  b.function<&own_non_index_keys>("ownNonIndexKeys");
  b.function<&equal_bytes>("equalBytes");
}

}  // namespace gyre::comparisons
