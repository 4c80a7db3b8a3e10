// The read* and write* methods: integers, floating-point numbers and bigints at an offset.
// https://nodejs.org/docs/latest-v24.x/api/buffer.html#bufreadbigint64beoffset and the following
'use strict';

const { ERR_BUFFER_OUT_OF_BOUNDS, ERR_OUT_OF_RANGE } = require('runtime/errors');
const { validateNumber } = require('runtime/validators');

// Floating-point numbers and bigints are taken apart by laying words of 32 bits over them.
const doubleCell = new Float64Array(1);
const words = new Uint32Array(doubleCell.buffer);
const floatCell = new Float32Array(doubleCell.buffer, 0, 1);
const unsignedCell = new BigUint64Array(doubleCell.buffer);
const signedCell = new BigInt64Array(doubleCell.buffer);

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

function get32LE(buffer, at) {
  return buffer[at] | (buffer[at + 1] << 8) | (buffer[at + 2] << 16) | (buffer[at + 3] << 24);
}

function get32BE(buffer, at) {
  return (buffer[at] << 24) | (buffer[at + 1] << 16) | (buffer[at + 2] << 8) | buffer[at + 3];
}

function readInt32LE(offset = 0) {
  checkOffset(this, offset, 4);
  return get32LE(this, offset);
}

function readInt32BE(offset = 0) {
  checkOffset(this, offset, 4);
  return get32BE(this, offset);
}

function checkVariable(buffer, offset, byteLength) {
  // Unlike elsewhere, offset has no default here.
  if (offset === undefined) validateNumber(offset, 'offset');
  if (!(byteLength >= 1 && byteLength <= 6 && Number.isInteger(byteLength))) {
    failByteLength(byteLength);
  }
  checkOffset(buffer, offset, byteLength);
}

// Up to six bytes stay exact in a double: 32 bits from `at` on in steps of `step`, and the rest.
function readVariable(buffer, at, step, byteLength) {
  let low = buffer[at];
  if (byteLength > 1) low |= buffer[at + step] << 8;
  if (byteLength > 2) low |= buffer[at + 2 * step] << 16;
  if (byteLength <= 3) return low;
  low = (low | (buffer[at + 3 * step] << 24)) >>> 0;
  if (byteLength === 4) return low;
  let high = buffer[at + 4 * step];
  if (byteLength === 6) high |= buffer[at + 5 * step] << 8;
  return high * 2 ** 32 + low;
}

function readUIntLE(offset, byteLength) {
  checkVariable(this, offset, byteLength);
  return readVariable(this, offset, 1, byteLength);
}

function readUIntBE(offset, byteLength) {
  checkVariable(this, offset, byteLength);
  return readVariable(this, offset + byteLength - 1, -1, byteLength);
}

function asSigned(value, byteLength) {
  const half = 2 ** (byteLength * 8 - 1);
  return value >= half ? value - half * 2 : value;
}

function readIntLE(offset, byteLength) {
  checkVariable(this, offset, byteLength);
  return asSigned(readVariable(this, offset, 1, byteLength), byteLength);
}

function readIntBE(offset, byteLength) {
  checkVariable(this, offset, byteLength);
  return asSigned(readVariable(this, offset + byteLength - 1, -1, byteLength), byteLength);
}

function loadWordsLE(buffer, offset) {
  checkOffset(buffer, offset, 8);
  words[0] = get32LE(buffer, offset);
  words[1] = get32LE(buffer, offset + 4);
}

function loadWordsBE(buffer, offset) {
  checkOffset(buffer, offset, 8);
  words[0] = get32BE(buffer, offset + 4);
  words[1] = get32BE(buffer, offset);
}

function readBigUInt64LE(offset = 0) {
  loadWordsLE(this, offset);
  return unsignedCell[0];
}

function readBigUInt64BE(offset = 0) {
  loadWordsBE(this, offset);
  return unsignedCell[0];
}

function readBigInt64LE(offset = 0) {
  loadWordsLE(this, offset);
  return signedCell[0];
}

function readBigInt64BE(offset = 0) {
  loadWordsBE(this, offset);
  return signedCell[0];
}

// Writers convert first: valueOf may run script, and every check has to see the same number.
function checkWrite(buffer, value, offset, size, signed) {
  const limit = signed ? 2 ** (size * 8 - 1) : 2 ** (size * 8);
  if (value > limit - 1 || value < (signed ? -limit : 0)) failValue(value, size, signed);
  checkOffset(buffer, offset, size);
}

// The counterpart of readVariable().
function writeVariable(buffer, value, at, step, size) {
  buffer[at] = value;
  if (size > 1) buffer[at + step] = value >>> 8;
  if (size > 2) buffer[at + 2 * step] = value >>> 16;
  if (size > 3) buffer[at + 3 * step] = value >>> 24;
  if (size <= 4) return;
  const high = Math.floor(value / 2 ** 32);
  buffer[at + 4 * step] = high;
  if (size === 6) buffer[at + 5 * step] = high >>> 8;
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

function checkVariableWrite(buffer, value, offset, byteLength, signed) {
  if (!(byteLength >= 1 && byteLength <= 6 && Number.isInteger(byteLength))) {
    failByteLength(byteLength);
  }
  checkWrite(buffer, value, offset, byteLength, signed);
}

function putLE(buffer, value, offset, byteLength, signed) {
  value = +value;
  checkVariableWrite(buffer, value, offset, byteLength, signed);
  writeVariable(buffer, Math.trunc(value), offset, 1, byteLength);
  return offset + byteLength;
}

function putBE(buffer, value, offset, byteLength, signed) {
  value = +value;
  checkVariableWrite(buffer, value, offset, byteLength, signed);
  writeVariable(buffer, Math.trunc(value), offset + byteLength - 1, -1, byteLength);
  return offset + byteLength;
}

function writeUIntLE(value, offset, byteLength) {
  return putLE(this, value, offset, byteLength, false);
}

function writeUIntBE(value, offset, byteLength) {
  return putBE(this, value, offset, byteLength, false);
}

function writeIntLE(value, offset, byteLength) {
  return putLE(this, value, offset, byteLength, true);
}

function writeIntBE(value, offset, byteLength) {
  return putBE(this, value, offset, byteLength, true);
}

function failBig(value, signed) {
  const range = signed ? '>= -(2n ** 63n) and < 2n ** 63n' : '>= 0n and < 2n ** 64n';
  throw new ERR_OUT_OF_RANGE('value', range, value);
}

// Lays a bigint into `words`, if it has 64 bits at most and the place for it exists.
function storeBig(buffer, value, offset, signed) {
  if (typeof value !== 'bigint') {
    // A number is compared, and then refused as no bigint.
    if (signed ? value >= 2 ** 63 || value < -(2 ** 63) : value >= 2 ** 64 || value < 0) {
      failBig(value, signed);
    }
    checkOffset(buffer, offset, 8);
    value &= 0xffffffffn;
  } else if (signed ? BigInt.asIntN(64, value) !== value : BigInt.asUintN(64, value) !== value) {
    failBig(value, signed);
  }
  checkOffset(buffer, offset, 8);
  unsignedCell[0] = value;
}

function putBigLE(buffer, value, offset, signed) {
  storeBig(buffer, value, offset, signed);
  put32LE(buffer, words[0], offset);
  return put32LE(buffer, words[1], offset + 4);
}

function putBigBE(buffer, value, offset, signed) {
  storeBig(buffer, value, offset, signed);
  put32BE(buffer, words[1], offset);
  return put32BE(buffer, words[0], offset + 4);
}

function writeBigUInt64LE(value, offset = 0) {
  return putBigLE(this, value, offset, false);
}

function writeBigUInt64BE(value, offset = 0) {
  return putBigBE(this, value, offset, false);
}

function writeBigInt64LE(value, offset = 0) {
  return putBigLE(this, value, offset, true);
}

function writeBigInt64BE(value, offset = 0) {
  return putBigBE(this, value, offset, true);
}

function readFloatLE(offset = 0) {
  checkOffset(this, offset, 4);
  words[0] = get32LE(this, offset);
  return floatCell[0];
}

function readFloatBE(offset = 0) {
  checkOffset(this, offset, 4);
  words[0] = get32BE(this, offset);
  return floatCell[0];
}

function readDoubleLE(offset = 0) {
  loadWordsLE(this, offset);
  return doubleCell[0];
}

function readDoubleBE(offset = 0) {
  loadWordsBE(this, offset);
  return doubleCell[0];
}

function writeFloatLE(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 4);
  floatCell[0] = value;
  return put32LE(this, words[0], offset);
}

function writeFloatBE(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 4);
  floatCell[0] = value;
  return put32BE(this, words[0], offset);
}

function writeDoubleLE(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 8);
  doubleCell[0] = value;
  put32LE(this, words[0], offset);
  return put32LE(this, words[1], offset + 4);
}

function writeDoubleBE(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 8);
  doubleCell[0] = value;
  put32BE(this, words[1], offset);
  return put32BE(this, words[0], offset + 4);
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
