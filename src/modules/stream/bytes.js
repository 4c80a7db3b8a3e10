'use strict';

const { Buffer } = require('node:buffer');

/** The same memory as `view` (any ArrayBufferView), seen as a Buffer. */
function viewToBuffer(view) {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
).get;

/** Whether `value` is a Uint8Array of any realm. */
function isUint8Array(value) {
  return (
    value instanceof Uint8Array ||
    (ArrayBuffer.isView(value) && typedArrayTag.call(value) === 'Uint8Array')
  );
}

module.exports = { viewToBuffer, isUint8Array };
