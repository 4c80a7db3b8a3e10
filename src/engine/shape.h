// What V8's hidden classes tell of an object, at the price of a few loads.
#pragma once

#include <cstdint>

#include "v8.h"

namespace gyre {

// What an object is, by its instance type. `Other` is everything without a name here, proxies and
// objects with interceptors among them, of which nothing is promised.
enum class ObjectKind : uint32_t { Other, Object, Array, Map, Set, Date, RegExp, Error, Promise, TypedArray, Function };

// Facts about the own properties, or-ed to the kind. Absence means "not known".
enum ShapeFact : uint32_t {
  // No enumerable own property has a symbol for a key.
  kStringKeys = 1 << 4,
  // No own property is an accessor, but of those that are hidden.
  kDataOnly = 1 << 5,
  // All array indices below the length are there.
  kPacked = 1 << 6,
  // No enumerable own property but array indices.
  kOnlyIndices = 1 << 7,
  // No array indices.
  kOnlyNames = 1 << 8,
  // No own property is hidden, but an array's length.
  kNoneHidden = 1 << 9,
  // An Object whose prototype is the first that was asked for, or an Array whose prototype is the second.
  kOrdinary = 1 << 10,
  // All array indices hold small integers.
  kIntegers = 1 << 14,
  // Of a pair: as many enumerable own properties that are no indices.
  kSameCount = 1 << 11,
  // Of a pair: one hidden class, thus the same prototype and the same own names in one order.
  kSameShape = 1 << 12,
  // Of a pair: one prototype.
  kSamePrototype = 1 << 13,
};
inline constexpr uint32_t kKindMask = 15;
// Where the facts are known at all, the number of enumerable own properties that are no indices stands above them.
inline constexpr uint32_t kCountShift = 16;

// Kind and facts of an object; 0 for a primitive. Neither allocates nor runs script. The prototypes say what is
// ordinary in the context that asks.
uint32_t shape_of(v8::Local<v8::Value> value, v8::Local<v8::Value> object_prototype,
                  v8::Local<v8::Value> array_prototype);

// What holds for both of two objects; 0 unless they are of one kind. The count is the first one's.
uint32_t shape_of_pair(v8::Local<v8::Value> one, v8::Local<v8::Value> other);

}  // namespace gyre
