'use strict';
// Text to bytes and back, each encoding, small and large.
const { measure } = require('./measure');

const shortText = 'hello, world: 42';
const longText = 'The quick brown fox jumps over the lazy dog. '.repeat(1456).slice(0, 65536);
const shortWide = 'h\u00e9llo w\u014frld \u20ac';
const longWide = 'Gr\u00fc\u00dfe aus K\u00f6ln \u20ac \u65e5\u672c\u8a9e, '.repeat(3000);
const bytes = Buffer.from(longText, 'latin1');
const few = bytes.subarray(0, 16);
const wideBytes = Buffer.from(longWide);
const target = Buffer.alloc(4 * 65536);

for (const encoding of ['utf8', 'latin1', 'ascii', 'utf16le', 'hex', 'base64', 'base64url']) {
  const shortEncoded = few.toString(encoding);
  const longEncoded = bytes.toString(encoding);
  const textual = encoding === 'hex' || encoding.startsWith('base64');
  const shortIn = textual ? shortEncoded : shortText;
  const longIn = textual ? longEncoded : longText;
  measure(`buffer from ${encoding} 16`, () => Buffer.from(shortIn, encoding));
  measure(`buffer from ${encoding} 64k`, () => Buffer.from(longIn, encoding));
  measure(`buffer toString ${encoding} 16`, () => few.toString(encoding));
  measure(`buffer toString ${encoding} 64k`, () => bytes.toString(encoding));
  measure(`buffer write ${encoding} 16`, () => target.write(shortIn, 0, encoding));
  measure(`buffer write ${encoding} 64k`, () => target.write(longIn, 0, encoding));
  measure(`buffer byteLength ${encoding} 64k`, () => Buffer.byteLength(longIn, encoding));
}

measure('buffer from string', () => Buffer.from(shortText));
measure('buffer from wide', () => Buffer.from(shortWide));
measure('buffer from wide 64k', () => Buffer.from(longWide));
measure('buffer toString', () => few.toString());
measure('buffer toString wide 64k', () => wideBytes.toString());
measure('buffer toString part', () => bytes.toString('utf8', 16, 32));
measure('buffer write', () => target.write(shortText));
measure('buffer write wide 64k', () => target.write(longWide));
measure('buffer utf8Slice', () => bytes.utf8Slice(0, 16));
measure('buffer latin1Slice', () => bytes.latin1Slice(0, 16));
measure('buffer byteLength wide 64k', () => Buffer.byteLength(longWide));
const bytes64 = bytes.toString('base64');
measure('atob 16', () => atob('aGVsbG8sIHdvcmxkOiA0Mg=='));
measure('btoa 16', () => btoa(shortText));
measure('atob 64k', () => atob(bytes64));
measure('btoa 64k', () => btoa(longText));
