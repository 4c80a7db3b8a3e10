// The type checks of node:util/types: what V8 knows of a value that script cannot ask.
#include "binding/binding.h"

namespace gyre::types {

using v8::Local;
using v8::Value;

bool is_boxed_primitive(Value* value) {
  return value->IsNumberObject() || value->IsStringObject() || value->IsBooleanObject() || value->IsBigIntObject() ||
         value->IsSymbolObject();
}

bool is_any_array_buffer(Value* value) { return value->IsArrayBuffer() || value->IsSharedArrayBuffer(); }

// One check as an ordinary callback and as a fast-API call.
template <auto Check>
struct TypeCheck {
  static bool test(Local<Value> value) {
    if constexpr (std::is_member_function_pointer_v<decltype(Check)>) {
      return ((*value)->*Check)();
    } else {
      return Check(*value);
    }
  }
  static void call(const v8::FunctionCallbackInfo<Value>& info) { info.GetReturnValue().Set(test(info[0])); }
  static bool fast(Local<v8::Object>, Local<Value> value) { return test(value); }
};

template <auto Check>
void check(Binding& b, const char* name) {
  b.raw_fast<&TypeCheck<Check>::call, &TypeCheck<Check>::fast>(name, 1);
}

GYRE_MODULE(types) {
  check<&is_any_array_buffer>(b, "isAnyArrayBuffer");
  check<&is_boxed_primitive>(b, "isBoxedPrimitive");
  check<&Value::IsArgumentsObject>(b, "isArgumentsObject");
  check<&Value::IsArrayBuffer>(b, "isArrayBuffer");
  check<&Value::IsArrayBufferView>(b, "isArrayBufferView");
  check<&Value::IsAsyncFunction>(b, "isAsyncFunction");
  check<&Value::IsBigInt64Array>(b, "isBigInt64Array");
  check<&Value::IsBigIntObject>(b, "isBigIntObject");
  check<&Value::IsBigUint64Array>(b, "isBigUint64Array");
  check<&Value::IsBooleanObject>(b, "isBooleanObject");
  check<&Value::IsDataView>(b, "isDataView");
  check<&Value::IsDate>(b, "isDate");
  check<&Value::IsExternal>(b, "isExternal");
  check<&Value::IsFloat16Array>(b, "isFloat16Array");
  check<&Value::IsFloat32Array>(b, "isFloat32Array");
  check<&Value::IsFloat64Array>(b, "isFloat64Array");
  check<&Value::IsGeneratorFunction>(b, "isGeneratorFunction");
  check<&Value::IsGeneratorObject>(b, "isGeneratorObject");
  check<&Value::IsInt16Array>(b, "isInt16Array");
  check<&Value::IsInt32Array>(b, "isInt32Array");
  check<&Value::IsInt8Array>(b, "isInt8Array");
  check<&Value::IsMap>(b, "isMap");
  check<&Value::IsMapIterator>(b, "isMapIterator");
  check<&Value::IsModuleNamespaceObject>(b, "isModuleNamespaceObject");
  check<&Value::IsNativeError>(b, "isNativeError");
  check<&Value::IsNumberObject>(b, "isNumberObject");
  check<&Value::IsPromise>(b, "isPromise");
  check<&Value::IsProxy>(b, "isProxy");
  check<&Value::IsRegExp>(b, "isRegExp");
  check<&Value::IsSet>(b, "isSet");
  check<&Value::IsSetIterator>(b, "isSetIterator");
  check<&Value::IsSharedArrayBuffer>(b, "isSharedArrayBuffer");
  check<&Value::IsStringObject>(b, "isStringObject");
  check<&Value::IsSymbolObject>(b, "isSymbolObject");
  check<&Value::IsTypedArray>(b, "isTypedArray");
  check<&Value::IsUint16Array>(b, "isUint16Array");
  check<&Value::IsUint32Array>(b, "isUint32Array");
  check<&Value::IsUint8Array>(b, "isUint8Array");
  check<&Value::IsUint8ClampedArray>(b, "isUint8ClampedArray");
  check<&Value::IsWeakMap>(b, "isWeakMap");
  check<&Value::IsWeakSet>(b, "isWeakSet");
}

}  // namespace gyre::types
