// The bytes of typed arrays, read where the engine keeps them: v8::ArrayBufferView::GetContents() and the
// checks before it take longer than most of what node:buffer does with a few bytes.
//
// This knows how V8 lays out a JSTypedArray and a JSArrayBuffer, which its interface does not promise:
// hence the version below, and `tests/native/binding_test.cc`, which compares with the interface.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "v8-internal.h"
#include "v8-local-handle.h"
#include "v8-value.h"
#include "v8-version.h"

static_assert(V8_MAJOR_VERSION == 13 && V8_MINOR_VERSION == 6, "compare the layout below with the new engine's");
#if defined(V8_COMPRESS_POINTERS) || defined(V8_ENABLE_SANDBOX)
#error "The layout below is that of whole pointers."
#endif

namespace gyre {

// Where a typed array's bytes lie. Those of a small one lie in the engine's heap, which moves them when
// it allocates.
struct TypedArrayBytes {
  // Without calling the engine, therefore without making a handle. False for other values and for arrays
  // over memory that is detached or can change its size: those are left to the engine's interface.
  bool read(v8::Local<v8::Value> value);

  uint8_t* data;
  size_t size;
  bool in_heap;
};

namespace typed_array_layout {

constexpr int kType = 0x80d;
constexpr int kBuffer = 0x20;
constexpr int kFlags = 0x28;
constexpr int kByteLength = 0x38;
// The address is the sum of a number and an object, one of which is zero unless the bytes are in the heap.
constexpr int kExternalPointer = 0x48;
constexpr int kBasePointer = 0x50;
// It follows the length of its buffer, or that may become too short for it.
constexpr uint32_t kVariableLength = 3;

constexpr int kBufferFlags = 0x48;
constexpr uint32_t kDetached = 4;

template <typename T>
T field(v8::internal::Address object, int offset) {
  return v8::internal::Internals::ReadRawField<T>(object, offset);
}

}  // namespace typed_array_layout

inline bool TypedArrayBytes::read(v8::Local<v8::Value> value) {
  using namespace typed_array_layout;
  using v8::internal::Address;
  using v8::internal::Internals;
  const Address array = v8::internal::ValueHelper::ValueAsAddress(*value);
  if (!Internals::HasHeapObjectTag(array) || Internals::GetInstanceType(array) != kType) return false;
  if ((field<uint32_t>(array, kFlags) & kVariableLength) != 0) return false;
  if ((field<uint32_t>(field<Address>(array, kBuffer), kBufferFlags) & kDetached) != 0) return false;
  const Address base = field<Address>(array, kBasePointer);
  data = reinterpret_cast<uint8_t*>(field<Address>(array, kExternalPointer) + base);
  size = field<size_t>(array, kByteLength);
  in_heap = base != 0;
  return true;
}

}  // namespace gyre
