// The shapes of objects, for what walks over objects of any kind: inspection and comparison.
#include "engine/shape.h"

#include "binding/binding.h"

namespace gyre::shapes {

void shape(const v8::FunctionCallbackInfo<v8::Value>& info) {
  info.GetReturnValue().Set(shape_of(info[0], info[1], info[2]));
}

int32_t shape_fast(v8::Local<v8::Object>, v8::Local<v8::Value> value, v8::Local<v8::Value> object_prototype,
                   v8::Local<v8::Value> array_prototype) {
  return shape_of(value, object_prototype, array_prototype);
}

void pair(const v8::FunctionCallbackInfo<v8::Value>& info) {
  info.GetReturnValue().Set(shape_of_pair(info[0], info[1]));
}

int32_t pair_fast(v8::Local<v8::Object>, v8::Local<v8::Value> one, v8::Local<v8::Value> other) {
  return shape_of_pair(one, other);
}

GYRE_MODULE(shapes) {
  b.raw_fast<&shape, &shape_fast>("shapeOf", 3);
  b.raw_fast<&pair, &pair_fast>("shapeOfPair", 2);
  const auto number = [&](const char* name, auto value) { b.constant(name, static_cast<int64_t>(value)); };
  number("kKindMask", kKindMask);
  number("kObject", ObjectKind::Object);
  number("kArray", ObjectKind::Array);
  number("kMap", ObjectKind::Map);
  number("kSet", ObjectKind::Set);
  number("kDate", ObjectKind::Date);
  number("kRegExp", ObjectKind::RegExp);
  number("kError", ObjectKind::Error);
  number("kPromise", ObjectKind::Promise);
  number("kTypedArray", ObjectKind::TypedArray);
  number("kFunction", ObjectKind::Function);
  number("kStringKeys", kStringKeys);
  number("kDataOnly", kDataOnly);
  number("kPacked", kPacked);
  number("kOnlyIndices", kOnlyIndices);
  number("kOnlyNames", kOnlyNames);
  number("kNoneHidden", kNoneHidden);
  number("kOrdinary", kOrdinary);
  number("kIntegers", kIntegers);
  number("kSameCount", kSameCount);
  number("kSameShape", kSameShape);
  number("kSamePrototype", kSamePrototype);
  number("kCountShift", kCountShift);
}

}  // namespace gyre::shapes
