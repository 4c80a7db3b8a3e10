'use strict';
const { measure } = require('./measure');

const buffer = Buffer.alloc(64, 0x41);

for (const type of [
  'UInt8',
  'Int8',
  'UInt16LE',
  'UInt16BE',
  'Int16LE',
  'UInt32LE',
  'UInt32BE',
  'Int32LE',
  'Int32BE',
]) {
  const read = `read${type}`;
  const write = `write${type}`;
  measure(`buffer ${read}`, new Function('b', `return () => b.${read}(8);`)(buffer));
  measure(`buffer ${write}`, new Function('b', `return () => b.${write}(65, 8);`)(buffer));
}
for (const type of ['FloatLE', 'FloatBE', 'DoubleLE', 'DoubleBE']) {
  measure(`buffer read${type}`, new Function('b', `return () => b.read${type}(8);`)(buffer));
  measure(`buffer write${type}`, new Function('b', `return () => b.write${type}(1.5, 8);`)(buffer));
}
measure('buffer readUIntBE 6', () => buffer.readUIntBE(8, 6));
measure('buffer readIntLE 3', () => buffer.readIntLE(8, 3));
measure('buffer writeUIntBE 6', () => buffer.writeUIntBE(0x1234567890, 8, 6));
measure('buffer readBigUInt64LE', () => buffer.readBigUInt64LE(8));
measure('buffer readBigInt64BE', () => buffer.readBigInt64BE(8));
measure('buffer writeBigUInt64LE', () => buffer.writeBigUInt64LE(123456789n, 8));
