// atob() and btoa().
// https://html.spec.whatwg.org/multipage/webappapis.html#atob
'use strict';

const { atob: decode, btoa: encode, kBase64Remainder } = native('buffer');

function invalidCharacter(message) {
  const { DOMException } = require('web/dom/exception');
  return new DOMException(message, 'InvalidCharacterError');
}

/** The base64 of a string whose characters are bytes. */
function btoa(input) {
  const result = encode(input);
  // 1. A character above U+00FF is an error.
  if (result === undefined) throw invalidCharacter('Invalid character');
  return result;
}

/** The bytes, as characters, that a base64 string stands for. */
function atob(input) {
  const result = decode(input);
  // 1-2. What the forgiving decoder refuses is an error.
  if (typeof result === 'string') return result;
  throw invalidCharacter(
    result === kBase64Remainder
      ? 'The string to be decoded is not correctly encoded.'
      : 'Invalid character',
  );
}

module.exports = { atob, btoa };
