'use strict';
// TextDecoder of every encoding: however a text is split, it decodes to the same. The first bytes choose
// the encoding, the options, and where to split.

const assert = require('node:assert');

const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'ibm866',
  'iso-8859-2',
  'iso-8859-3',
  'iso-8859-4',
  'iso-8859-5',
  'iso-8859-6',
  'iso-8859-7',
  'iso-8859-8',
  'iso-8859-8-i',
  'iso-8859-10',
  'iso-8859-13',
  'iso-8859-14',
  'iso-8859-15',
  'iso-8859-16',
  'koi8-r',
  'koi8-u',
  'macintosh',
  'windows-874',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'x-mac-cyrillic',
  'gbk',
  'gb18030',
  'big5',
  'euc-jp',
  'iso-2022-jp',
  'shift_jis',
  'euc-kr',
  'x-user-defined',
];

function attempt(decode) {
  try {
    return decode();
  } catch (error) {
    assert.strictEqual(error.code, 'ERR_ENCODING_INVALID_ENCODED_DATA');
    return undefined;
  }
}

module.exports = (bytes) => {
  if (bytes.length < 4) return;
  const encoding = ENCODINGS[bytes[0] % ENCODINGS.length];
  const options = { fatal: (bytes[1] & 1) !== 0, ignoreBOM: (bytes[1] & 2) !== 0 };
  const text = bytes.subarray(4);
  const whole = attempt(() => new TextDecoder(encoding, options).decode(text));
  if (whole !== undefined) assert.ok(whole.isWellFormed());

  const decoder = new TextDecoder(encoding, options);
  const step = 1 + (bytes[2] % 17);
  const parts = () => {
    let out = '';
    let at = Math.min(bytes[3], text.length);
    out += decoder.decode(text.subarray(0, at), { stream: true });
    for (; at < text.length; at += step) {
      out += decoder.decode(text.subarray(at, at + step), { stream: true });
    }
    return out + decoder.decode();
  };
  assert.strictEqual(attempt(parts), whole);
  // It is as new, whether or not it has failed.
  assert.strictEqual(
    attempt(() => decoder.decode(text)),
    whole,
  );
};
