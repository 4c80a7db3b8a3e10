'use strict';
// v8.deserialize() and v8.Deserializer of any bytes: an error or a value, which can be written again.

const v8 = require('node:v8');

function attempt(read) {
  try {
    return [read()];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return undefined;
  }
}

module.exports = (bytes) => {
  const read = attempt(() => v8.deserialize(bytes));
  if (read) attempt(() => v8.deserialize(v8.serialize(read[0])));
  const reader = new v8.Deserializer(bytes);
  attempt(() => reader.readHeader());
  for (const byte of bytes.subarray(0, 8)) {
    attempt(() => {
      if (byte % 5 === 0) return reader.readUint32();
      if (byte % 5 === 1) return reader.readUint64();
      if (byte % 5 === 2) return reader.readDouble();
      if (byte % 5 === 3) return reader.readRawBytes(byte);
      return reader.readValue();
    });
  }
};
