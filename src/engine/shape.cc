#include "engine/shape.h"

// V8 describes its own layout to debuggers that read a dead process, in constants that its archive exports. Taken
// from there they follow the V8 that is linked, and a V8 without them does not link.
#define LAYOUT(name) extern "C" int v8dbg_##name;  // NOLINT
LAYOUT(class_Map__bit_field2__char)
LAYOUT(class_Map__bit_field3__int)
LAYOUT(class_Map__prototype__Object)
LAYOUT(class_Map__instance_descriptors__Tagged_DescriptorArray_)
LAYOUT(class_DescriptorArray__header_size__uintptr_t)
LAYOUT(class_FixedArrayBase__length__SMI)
LAYOUT(class_JSObject__elements__Object)
LAYOUT(FirstJSFunctionType)
LAYOUT(LastJSFunctionType)
LAYOUT(bit_field2_elements_kind_mask)
LAYOUT(bit_field2_elements_kind_shift)
LAYOUT(bit_field3_is_dictionary_map_shift)
LAYOUT(bit_field3_number_of_own_descriptors_mask)
LAYOUT(bit_field3_number_of_own_descriptors_shift)
LAYOUT(elements_dictionary_elements)
LAYOUT(elements_fast_elements)
LAYOUT(elements_fast_holey_elements)
LAYOUT(prop_attributes_DONT_ENUM)
LAYOUT(prop_attributes_mask)
LAYOUT(prop_attributes_shift)
LAYOUT(prop_desc_details)
LAYOUT(prop_desc_key)
LAYOUT(prop_desc_size)
LAYOUT(prop_kind_Accessor)
LAYOUT(prop_kind_mask)
LAYOUT(type_JSArray__JS_ARRAY_TYPE)
LAYOUT(type_JSDate__JS_DATE_TYPE)
LAYOUT(type_JSError__JS_ERROR_TYPE)
LAYOUT(type_JSMap__JS_MAP_TYPE)
LAYOUT(type_JSObject__JS_OBJECT_TYPE)
LAYOUT(type_JSPromise__JS_PROMISE_TYPE)
LAYOUT(type_JSRegExp__JS_REG_EXP_TYPE)
LAYOUT(type_JSSet__JS_SET_TYPE)
LAYOUT(type_JSTypedArray__JS_TYPED_ARRAY_TYPE)
LAYOUT(type_Symbol__SYMBOL_TYPE)
#undef LAYOUT

namespace gyre {
namespace {

using v8::internal::Address;
using V8 = v8::internal::Internals;

// More own properties than this are not gone through.
constexpr uint32_t kMostDescriptors = 64;

ObjectKind kind_of(int instance_type) {
  if (instance_type == v8dbg_type_JSObject__JS_OBJECT_TYPE) return ObjectKind::Object;
  if (instance_type == v8dbg_type_JSArray__JS_ARRAY_TYPE) return ObjectKind::Array;
  if (instance_type == v8dbg_type_JSMap__JS_MAP_TYPE) return ObjectKind::Map;
  if (instance_type == v8dbg_type_JSSet__JS_SET_TYPE) return ObjectKind::Set;
  if (instance_type == v8dbg_type_JSDate__JS_DATE_TYPE) return ObjectKind::Date;
  if (instance_type == v8dbg_type_JSRegExp__JS_REG_EXP_TYPE) return ObjectKind::RegExp;
  if (instance_type == v8dbg_type_JSError__JS_ERROR_TYPE) return ObjectKind::Error;
  if (instance_type == v8dbg_type_JSPromise__JS_PROMISE_TYPE) return ObjectKind::Promise;
  if (instance_type == v8dbg_type_JSTypedArray__JS_TYPED_ARRAY_TYPE) return ObjectKind::TypedArray;
  if (instance_type >= v8dbg_FirstJSFunctionType && instance_type <= v8dbg_LastJSFunctionType) {
    return ObjectKind::Function;
  }
  return ObjectKind::Other;
}

Address address_of(v8::Local<v8::Value> value) { return v8::internal::ValueHelper::ValueAsAddress(*value); }

bool is_dictionary(Address map) {
  const auto bits = V8::ReadRawField<uint32_t>(map, v8dbg_class_Map__bit_field3__int);
  return (bits >> v8dbg_bit_field3_is_dictionary_map_shift) & 1;
}

uint32_t facts_of_elements(Address object, Address map) {
  const auto bits = V8::ReadRawField<uint8_t>(map, v8dbg_class_Map__bit_field2__char);
  const int kind = (bits & v8dbg_bit_field2_elements_kind_mask) >> v8dbg_bit_field2_elements_kind_shift;
  // Kinds of elements that are plain values come in pairs, without and with holes, below those in dictionaries.
  if (kind >= v8dbg_elements_dictionary_elements) return 0;
  uint32_t facts = kDataOnly;
  if (kind < v8dbg_elements_fast_elements) facts |= kIntegers;
  if ((kind ^ v8dbg_elements_fast_holey_elements) & 1) facts |= kPacked;
  const Address elements = V8::ReadTaggedPointerField(object, v8dbg_class_JSObject__elements__Object);
  const Address length = V8::ReadTaggedSignedField(elements, v8dbg_class_FixedArrayBase__length__SMI);
  if (V8::SmiValue(length) == 0) facts |= kOnlyNames;
  return facts;
}

uint32_t facts_of_names(Address map, ObjectKind kind) {
  const auto bits = V8::ReadRawField<uint32_t>(map, v8dbg_class_Map__bit_field3__int);
  const uint32_t count =
      (bits & v8dbg_bit_field3_number_of_own_descriptors_mask) >> v8dbg_bit_field3_number_of_own_descriptors_shift;
  if (count > kMostDescriptors) return 0;
  uint32_t facts = kStringKeys | kDataOnly;
  uint32_t enumerable = 0;
  uint32_t hidden = 0;
  const Address descriptors =
      V8::ReadTaggedPointerField(map, v8dbg_class_Map__instance_descriptors__Tagged_DescriptorArray_);
  for (uint32_t i = 0; i < count; i++) {
    const int at = v8dbg_class_DescriptorArray__header_size__uintptr_t +
                   static_cast<int>(i) * v8dbg_prop_desc_size * v8::internal::kApiTaggedSize;
    const int details = V8::SmiValue(
        V8::ReadTaggedSignedField(descriptors, at + v8dbg_prop_desc_details * v8::internal::kApiTaggedSize));
    const int attributes = (details & v8dbg_prop_attributes_mask) >> v8dbg_prop_attributes_shift;
    if (attributes & v8dbg_prop_attributes_DONT_ENUM) {
      hidden++;
      continue;
    }
    enumerable++;
    if ((details & v8dbg_prop_kind_mask) == v8dbg_prop_kind_Accessor) facts &= ~kDataOnly;
    const Address key =
        V8::ReadTaggedPointerField(descriptors, at + v8dbg_prop_desc_key * v8::internal::kApiTaggedSize);
    if (V8::GetInstanceType(key) == v8dbg_type_Symbol__SYMBOL_TYPE) facts &= ~kStringKeys;
  }
  if (enumerable == 0) facts |= kOnlyIndices;
  if (hidden == (kind == ObjectKind::Array ? 1 : 0)) facts |= kNoneHidden;
  return facts | enumerable << kCountShift;
}

uint32_t with_elements(uint32_t shape, Address object, Address map) {
  if (shape >> kCountShift == 0 && !(shape & kStringKeys)) return shape;
  const uint32_t elements = facts_of_elements(object, map);
  return (shape & (elements | ~kDataOnly)) | (elements & ~kDataOnly);
}

// What a hidden class alone tells.
uint32_t shape_of_map(Address map) {
  const ObjectKind kind = kind_of(V8::ReadRawField<uint16_t>(map, V8::kMapInstanceTypeOffset));
  if (kind == ObjectKind::Other || is_dictionary(map)) return static_cast<uint32_t>(kind);
  return static_cast<uint32_t>(kind) | facts_of_names(map, kind);
}

}  // namespace

uint32_t shape_of(v8::Local<v8::Value> value, v8::Local<v8::Value> object_prototype,
                  v8::Local<v8::Value> array_prototype) {
  const Address object = address_of(value);
  const Address map = V8::LoadMap(object);
  if (map == v8::internal::kNullAddress) return 0;
  uint32_t shape = with_elements(shape_of_map(map), object, map);
  const auto kind = static_cast<ObjectKind>(shape & kKindMask);
  if (kind == ObjectKind::Object || kind == ObjectKind::Array) {
    const Address prototype = V8::ReadTaggedPointerField(map, v8dbg_class_Map__prototype__Object);
    if (prototype == address_of(kind == ObjectKind::Object ? object_prototype : array_prototype)) shape |= kOrdinary;
  }
  return shape;
}

uint32_t shape_of_pair(v8::Local<v8::Value> one, v8::Local<v8::Value> other) {
  const Address first = address_of(one);
  const Address second = address_of(other);
  const Address map = V8::LoadMap(first);
  const Address other_map = V8::LoadMap(second);
  if (map == v8::internal::kNullAddress || other_map == v8::internal::kNullAddress) return 0;
  uint32_t shape = shape_of_map(map);
  uint32_t other_shape = map == other_map ? shape : shape_of_map(other_map);
  if (shape == 0 || ((shape ^ other_shape) & kKindMask)) return 0;
  shape = with_elements(shape, first, map);
  other_shape = with_elements(other_shape, second, other_map);
  uint32_t facts = shape & (other_shape | (~0u << kCountShift));
  if (V8::ReadTaggedPointerField(map, v8dbg_class_Map__prototype__Object) ==
      V8::ReadTaggedPointerField(other_map, v8dbg_class_Map__prototype__Object)) {
    facts |= kSamePrototype;
  }
  if (!(facts & kStringKeys)) return facts;
  if (shape >> kCountShift == other_shape >> kCountShift) facts |= kSameCount;
  if (map == other_map) facts |= kSameShape;
  return facts;
}

}  // namespace gyre
