'use strict';

// Values as bytes, in V8's format.

const { ERR_CONSTRUCT_CALL_REQUIRED, ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { Deserializer: NativeDeserializer, Serializer } = native('serdes');

/** Errors for what cannot be serialized; subclasses may use another class. */
Serializer.prototype._getDataCloneError = Error;

/** Reads values from bytes that a Serializer wrote. */
function Deserializer(buffer) {
  if (new.target === undefined) throw new ERR_CONSTRUCT_CALL_REQUIRED('Deserializer');
  if (!ArrayBuffer.isView(buffer)) {
    const error = new ERR_INVALID_ARG_TYPE('buffer', ['TypedArray', 'DataView'], buffer);
    error.message = 'buffer must be a TypedArray or a DataView';
    throw error;
  }
  const self = Reflect.construct(NativeDeserializer, [buffer], new.target);
  self.buffer = buffer;
  return self;
}
Object.setPrototypeOf(Deserializer, NativeDeserializer);
Deserializer.prototype = Object.create(NativeDeserializer.prototype, {
  constructor: { configurable: true, writable: true, value: Deserializer },
  readRawBytes: {
    configurable: true,
    writable: true,
    value: function readRawBytes(length) {
      const { buffer } = this;
      const offset = buffer.byteOffset + this._readRawBytes(length);
      return Buffer.from(buffer.buffer, offset, length);
    },
  },
});

// How DefaultSerializer numbers the kinds of views; 10 is Buffer. By name, as a program that builds a snapshot of
// itself has not got all of them while it does.
const kViews = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'DataView',
  'Buffer',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
];
const kBuffer = 10;

const { get: viewTag } = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
);

function kindOf(view) {
  if (Buffer.isBuffer(view)) return kBuffer;
  const name = viewTag.call(view) ?? 'DataView';
  return kViews.indexOf(name);
}

/** Writes only the part of an ArrayBuffer that a view shows. */
class DefaultSerializer extends Serializer {
  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(view) {
    const kind = ArrayBuffer.isView(view) ? kindOf(view) : -1;
    if (kind === -1) {
      throw new this._getDataCloneError(
        `Unserializable host object: ${require('node:util').inspect(view)}`,
      );
    }
    this.writeUint32(kind);
    this.writeUint32(view.byteLength);
    this.writeRawBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }
}

/** Reads what DefaultSerializer writes. */
class DefaultDeserializer extends Deserializer {
  _readHostObject() {
    const kind = this.readUint32();
    const length = this.readUint32();
    const offset = this._readRawBytes(length) + this.buffer.byteOffset;
    if (kind === kBuffer) {
      return Buffer.from(new Uint8Array(this.buffer.buffer, offset, length));
    }
    const Class = globalThis[kViews[kind]];
    const size = Class.BYTES_PER_ELEMENT ?? 1;
    if (offset % size === 0) return new Class(this.buffer.buffer, offset, length / size);
    // Views begin at multiples of their elements' size: elsewhere the bytes are copied.
    const copy = Buffer.allocUnsafeSlow(length);
    copy.set(new Uint8Array(this.buffer.buffer, offset, length));
    return new Class(copy.buffer, copy.byteOffset, length / size);
  }
}

/** The bytes of a value. */
function serialize(value) {
  const serializer = new DefaultSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

/** The value of such bytes. */
function deserialize(buffer) {
  const { isAnyArrayBuffer } = require('node:util/types');
  if (isAnyArrayBuffer(buffer)) buffer = new Uint8Array(buffer);
  if (!ArrayBuffer.isView(buffer)) {
    throw new ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], buffer);
  }
  const deserializer = new DefaultDeserializer(buffer);
  deserializer.readHeader();
  return deserializer.readValue();
}

module.exports = {
  DefaultDeserializer,
  DefaultSerializer,
  Deserializer,
  Serializer,
  deserialize,
  serialize,
};
