// The read* and write* methods: integers, floating-point numbers and bigints at an offset.
// https://nodejs.org/docs/latest-v24.x/api/buffer.html#bufreadbigint64beoffset and the following
'use strict';

const { ERR_BUFFER_OUT_OF_BOUNDS, ERR_OUT_OF_RANGE } = require('runtime/errors');
const { validateNumber } = require('runtime/validators');

// Floating-point numbers are taken apart by laying bytes over them.
const doubleCell = new Float64Array(1);
const doubleBytes = new Uint8Array(doubleCell.buffer);
const floatCell = new Float32Array(1);
const floatBytes = new Uint8Array(floatCell.buffer);

/** Throws for an offset at which `size` bytes do not fit into a buffer of `length` bytes. */
function failOffset(offset, length, size) {
  validateNumber(offset, 'offset');
  // Infinity passes: it is out of range rather than fractional.
  if (Math.floor(offset) !== offset) failInteger('offset', offset);
  if (length < size) throw new ERR_BUFFER_OUT_OF_BOUNDS();
  throw new ERR_OUT_OF_RANGE('offset', `>= 0 and <= ${length - size}`, offset);
}

function failInteger(name, value) {
  throw new ERR_OUT_OF_RANGE(name, 'an integer', value);
}

/** Throws for a number of bytes other than 1 to 6. */
function failByteLength(byteLength) {
  validateNumber(byteLength, 'byteLength');
  if (Math.floor(byteLength) !== byteLength) failInteger('byteLength', byteLength);
  throw new ERR_OUT_OF_RANGE('byteLength', '>= 1 and <= 6', byteLength);
}

/** Throws for an integer that `size` bytes cannot hold. */
function failValue(value, size, signed) {
  const bits = size * 8;
  let range;
  if (size > 4) {
    range = signed ? `>= -(2 ** ${bits - 1}) and < 2 ** ${bits - 1}` : `>= 0 and < 2 ** ${bits}`;
  } else if (signed) {
    range = `>= ${-(2 ** (bits - 1))} and <= ${2 ** (bits - 1) - 1}`;
  } else {
    range = `>= 0 and <= ${2 ** bits - 1}`;
  }
  throw new ERR_OUT_OF_RANGE('value', range, value);
}

function checkOffset(buffer, offset, size) {
  // An element that exists on both ends proves the range without knowing the length.
  if (
    typeof offset !== 'number' ||
    buffer[offset] === undefined ||
    buffer[offset + size - 1] === undefined
  ) {
    failOffset(offset, buffer.length, size);
  }
}

function readUInt8(offset = 0) {
  validateNumber(offset, 'offset');
  const value = this[offset];
  if (value === undefined) failOffset(offset, this.length, 1);
  return value;
}

function readUInt16LE(offset = 0) {
  checkOffset(this, offset, 2);
  return this[offset] | (this[offset + 1] << 8);
}

function readUInt16BE(offset = 0) {
  checkOffset(this, offset, 2);
  return (this[offset] << 8) | this[offset + 1];
}

function readUInt32LE(offset = 0) {
  checkOffset(this, offset, 4);
  return (
    (this[offset] |
      (this[offset + 1] << 8) |
      (this[offset + 2] << 16) |
      (this[offset + 3] << 24)) >>>
    0
  );
}

function readUInt32BE(offset = 0) {
  checkOffset(this, offset, 4);
  return (
    ((this[offset] << 24) |
      (this[offset + 1] << 16) |
      (this[offset + 2] << 8) |
      this[offset + 3]) >>>
    0
  );
}

function readInt8(offset = 0) {
  validateNumber(offset, 'offset');
  const value = this[offset];
  if (value === undefined) failOffset(offset, this.length, 1);
  return (value << 24) >> 24;
}

function readInt16LE(offset = 0) {
  checkOffset(this, offset, 2);
  return ((this[offset] | (this[offset + 1] << 8)) << 16) >> 16;
}

function readInt16BE(offset = 0) {
  checkOffset(this, offset, 2);
  return (((this[offset] << 8) | this[offset + 1]) << 16) >> 16;
}

function readInt32LE(offset = 0) {
  checkOffset(this, offset, 4);
  return (
    this[offset] | (this[offset + 1] << 8) | (this[offset + 2] << 16) | (this[offset + 3] << 24)
  );
}

function readInt32BE(offset = 0) {
  checkOffset(this, offset, 4);
  return (
    (this[offset] << 24) | (this[offset + 1] << 16) | (this[offset + 2] << 8) | this[offset + 3]
  );
}

function checkVariable(buffer, offset, byteLength) {
  // Unlike elsewhere, offset has no default here.
  if (offset === undefined) validateNumber(offset, 'offset');
  if (!(byteLength >= 1 && byteLength <= 6 && Number.isInteger(byteLength))) {
    failByteLength(byteLength);
  }
  checkOffset(buffer, offset, byteLength);
}

// Up to six bytes stay exact in a double; multiplication replaces shifts, which end at 32 bits.
function readUIntLE(offset, byteLength) {
  checkVariable(this, offset, byteLength);
  let value = 0;
  for (let i = byteLength - 1; i >= 0; i--) value = value * 256 + this[offset + i];
  return value;
}

function readUIntBE(offset, byteLength) {
  checkVariable(this, offset, byteLength);
  let value = 0;
  for (let i = 0; i < byteLength; i++) value = value * 256 + this[offset + i];
  return value;
}

function asSigned(value, byteLength) {
  const half = 2 ** (byteLength * 8 - 1);
  return value >= half ? value - half * 2 : value;
}

function readIntLE(offset, byteLength) {
  return asSigned(readUIntLE.call(this, offset, byteLength), byteLength);
}

function readIntBE(offset, byteLength) {
  return asSigned(readUIntBE.call(this, offset, byteLength), byteLength);
}

function readBigUInt64LE(offset = 0) {
  checkOffset(this, offset, 8);
  const low = readUInt32LE.call(this, offset);
  return (BigInt(readUInt32LE.call(this, offset + 4)) << 32n) + BigInt(low);
}

function readBigUInt64BE(offset = 0) {
  checkOffset(this, offset, 8);
  const high = readUInt32BE.call(this, offset);
  return (BigInt(high) << 32n) + BigInt(readUInt32BE.call(this, offset + 4));
}

function readBigInt64LE(offset = 0) {
  checkOffset(this, offset, 8);
  const low = readUInt32LE.call(this, offset);
  return (BigInt(readInt32LE.call(this, offset + 4)) << 32n) + BigInt(low);
}

function readBigInt64BE(offset = 0) {
  checkOffset(this, offset, 8);
  const high = readInt32BE.call(this, offset);
  return (BigInt(high) << 32n) + BigInt(readUInt32BE.call(this, offset + 4));
}

// Writers convert first: valueOf may run script, and every check has to see the same number.
function checkWrite(buffer, value, offset, size, signed) {
  const limit = signed ? 2 ** (size * 8 - 1) : 2 ** (size * 8);
  if (value > limit - 1 || value < (signed ? -limit : 0)) failValue(value, size, signed);
  checkOffset(buffer, offset, size);
}

function putLE(buffer, value, offset, size) {
  for (let i = 0; i < size; i++) {
    buffer[offset + i] = value;
    value = Math.floor(value / 256);
  }
  return offset + size;
}

function putBE(buffer, value, offset, size) {
  for (let i = size - 1; i >= 0; i--) {
    buffer[offset + i] = value;
    value = Math.floor(value / 256);
  }
  return offset + size;
}

function put16LE(buffer, value, offset) {
  buffer[offset] = value;
  buffer[offset + 1] = value >>> 8;
  return offset + 2;
}

function put16BE(buffer, value, offset) {
  buffer[offset] = value >>> 8;
  buffer[offset + 1] = value;
  return offset + 2;
}

function put32LE(buffer, value, offset) {
  buffer[offset] = value;
  buffer[offset + 1] = value >>> 8;
  buffer[offset + 2] = value >>> 16;
  buffer[offset + 3] = value >>> 24;
  return offset + 4;
}

function put32BE(buffer, value, offset) {
  buffer[offset] = value >>> 24;
  buffer[offset + 1] = value >>> 16;
  buffer[offset + 2] = value >>> 8;
  buffer[offset + 3] = value;
  return offset + 4;
}

function writeUInt8(value, offset = 0) {
  value = +value;
  checkWrite(this, value, offset, 1, false);
  this[offset] = value;
  return offset + 1;
}

function writeInt8(value, offset = 0) {
  value = +value;
  checkWrite(this, value, offset, 1, true);
  this[offset] = value;
  return offset + 1;
}

function writeUInt16LE(value, offset = 0) {
  value = +value;
  checkWrite(this, value, offset, 2, false);
  return put16LE(this, value, offset);
}

function writeUInt16BE(value, offset = 0) {
  value = +value;
  checkWrite(this, value, offset, 2, false);
  return put16BE(this, value, offset);
}

function writeInt16LE(value, offset = 0) {
  value = +value;
  checkWrite(this, value, offset, 2, true);
  return put16LE(this, value, offset);
}

function writeInt16BE(value, offset = 0) {
  value = +value;
  checkWrite(this, value, offset, 2, true);
  return put16BE(this, value, offset);
}

function writeUInt32LE(value, offset = 0) {
  value = +value;
  checkWrite(this, value, offset, 4, false);
  return put32LE(this, value, offset);
}

function writeUInt32BE(value, offset = 0) {
  value = +value;
  checkWrite(this, value, offset, 4, false);
  return put32BE(this, value, offset);
}

function writeInt32LE(value, offset = 0) {
  value = +value;
  checkWrite(this, value, offset, 4, true);
  return put32LE(this, value, offset);
}

function writeInt32BE(value, offset = 0) {
  value = +value;
  checkWrite(this, value, offset, 4, true);
  return put32BE(this, value, offset);
}

function writeVariable(buffer, value, offset, byteLength, signed, put) {
  if (!(byteLength >= 1 && byteLength <= 6 && Number.isInteger(byteLength))) {
    failByteLength(byteLength);
  }
  value = +value;
  checkWrite(buffer, value, offset, byteLength, signed);
  value = Math.trunc(value);
  return put(buffer, value, offset, byteLength);
}

function writeUIntLE(value, offset, byteLength) {
  return writeVariable(this, value, offset, byteLength, false, putLE);
}

function writeUIntBE(value, offset, byteLength) {
  return writeVariable(this, value, offset, byteLength, false, putBE);
}

function writeIntLE(value, offset, byteLength) {
  return writeVariable(this, value, offset, byteLength, true, putLE);
}

function writeIntBE(value, offset, byteLength) {
  return writeVariable(this, value, offset, byteLength, true, putBE);
}

function checkBig(buffer, value, offset, signed) {
  const minimum = signed ? -(2n ** 63n) : 0n;
  const maximum = signed ? 2n ** 63n : 2n ** 64n;
  if (value >= maximum || value < minimum) {
    const range = signed ? '>= -(2n ** 63n) and < 2n ** 63n' : '>= 0n and < 2n ** 64n';
    throw new ERR_OUT_OF_RANGE('value', range, value);
  }
  checkOffset(buffer, offset, 8);
}

function putBigLE(buffer, value, offset) {
  put32LE(buffer, Number(value & 0xffffffffn), offset);
  return put32LE(buffer, Number((value >> 32n) & 0xffffffffn), offset + 4);
}

function putBigBE(buffer, value, offset) {
  put32BE(buffer, Number((value >> 32n) & 0xffffffffn), offset);
  return put32BE(buffer, Number(value & 0xffffffffn), offset + 4);
}

function writeBigUInt64LE(value, offset = 0) {
  checkBig(this, value, offset, false);
  return putBigLE(this, value, offset);
}

function writeBigUInt64BE(value, offset = 0) {
  checkBig(this, value, offset, false);
  return putBigBE(this, value, offset);
}

function writeBigInt64LE(value, offset = 0) {
  checkBig(this, value, offset, true);
  return putBigLE(this, value, offset);
}

function writeBigInt64BE(value, offset = 0) {
  checkBig(this, value, offset, true);
  return putBigBE(this, value, offset);
}

function readFloatLE(offset = 0) {
  checkOffset(this, offset, 4);
  for (let i = 0; i < 4; i++) floatBytes[i] = this[offset + i];
  return floatCell[0];
}

function readFloatBE(offset = 0) {
  checkOffset(this, offset, 4);
  for (let i = 0; i < 4; i++) floatBytes[3 - i] = this[offset + i];
  return floatCell[0];
}

function readDoubleLE(offset = 0) {
  checkOffset(this, offset, 8);
  for (let i = 0; i < 8; i++) doubleBytes[i] = this[offset + i];
  return doubleCell[0];
}

function readDoubleBE(offset = 0) {
  checkOffset(this, offset, 8);
  for (let i = 0; i < 8; i++) doubleBytes[7 - i] = this[offset + i];
  return doubleCell[0];
}

function writeFloatLE(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 4);
  floatCell[0] = value;
  for (let i = 0; i < 4; i++) this[offset + i] = floatBytes[i];
  return offset + 4;
}

function writeFloatBE(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 4);
  floatCell[0] = value;
  for (let i = 0; i < 4; i++) this[offset + i] = floatBytes[3 - i];
  return offset + 4;
}

function writeDoubleLE(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 8);
  doubleCell[0] = value;
  for (let i = 0; i < 8; i++) this[offset + i] = doubleBytes[i];
  return offset + 8;
}

function writeDoubleBE(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 8);
  doubleCell[0] = value;
  for (let i = 0; i < 8; i++) this[offset + i] = doubleBytes[7 - i];
  return offset + 8;
}

/** Every method by its name, the aliases spelled `Uint` among them. */
const methods = {
  readBigUInt64LE,
  readBigUInt64BE,
  readBigUint64LE: readBigUInt64LE,
  readBigUint64BE: readBigUInt64BE,
  readBigInt64LE,
  readBigInt64BE,
  writeBigUInt64LE,
  writeBigUInt64BE,
  writeBigUint64LE: writeBigUInt64LE,
  writeBigUint64BE: writeBigUInt64BE,
  writeBigInt64LE,
  writeBigInt64BE,
  readUIntLE,
  readUInt32LE,
  readUInt16LE,
  readUInt8,
  readUIntBE,
  readUInt32BE,
  readUInt16BE,
  readUintLE: readUIntLE,
  readUint32LE: readUInt32LE,
  readUint16LE: readUInt16LE,
  readUint8: readUInt8,
  readUintBE: readUIntBE,
  readUint32BE: readUInt32BE,
  readUint16BE: readUInt16BE,
  readIntLE,
  readInt32LE,
  readInt16LE,
  readInt8,
  readIntBE,
  readInt32BE,
  readInt16BE,
  writeUIntLE,
  writeUInt32LE,
  writeUInt16LE,
  writeUInt8,
  writeUIntBE,
  writeUInt32BE,
  writeUInt16BE,
  writeUintLE: writeUIntLE,
  writeUint32LE: writeUInt32LE,
  writeUint16LE: writeUInt16LE,
  writeUint8: writeUInt8,
  writeUintBE: writeUIntBE,
  writeUint32BE: writeUInt32BE,
  writeUint16BE: writeUInt16BE,
  writeIntLE,
  writeInt32LE,
  writeInt16LE,
  writeInt8,
  writeIntBE,
  writeInt32BE,
  writeInt16BE,
  readFloatLE,
  readFloatBE,
  readDoubleLE,
  readDoubleBE,
  writeFloatLE,
  writeFloatBE,
  writeDoubleLE,
  writeDoubleBE,
};

module.exports = { methods };
