'use strict';
// Errors with codes, as the public API throws them.
const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');

function thrownBy(fn) {
  try {
    fn();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}

test('a coded error is an ordinary error with a code', () => {
  const error = thrownBy(() => path.join(5));
  assert.ok(error instanceof TypeError);
  assert.strictEqual(error.constructor, TypeError);
  assert.strictEqual(error.name, 'TypeError');
  assert.deepStrictEqual(Object.keys(error), ['code']);
  assert.ok(!Object.hasOwn(error, 'name'));
  assert.strictEqual(String(error), `TypeError [ERR_INVALID_ARG_TYPE]: ${error.message}`);
  assert.ok(
    error.stack.startsWith(
      'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string.',
    ),
  );
});

test('messages name what was expected and what came', () => {
  const message = (value) => thrownBy(() => Buffer.from(value)).message;
  assert.match(message(5), /Received type number \(5\)$/);
  assert.match(message(undefined), /Received undefined$/);
  assert.match(
    message(() => {}),
    /Received function $/,
  );
  assert.match(thrownBy(() => path.join(new Date())).message, /Received an instance of Date$/);
  assert.match(
    thrownBy(() => path.join('x', Symbol('a'))).message,
    /Received type symbol \(Symbol\(a\)\)$/,
  );
});

test('numbers out of range are shown with separators once they are long', () => {
  const error = thrownBy(() => Buffer.alloc(4).writeUInt32BE(2 ** 40));
  assert.strictEqual(error.code, 'ERR_OUT_OF_RANGE');
  assert.ok(error instanceof RangeError);
  assert.match(error.message, /Received 1_099_511_627_776$/);
});

test('a failed system call has its name, number, call and path', () => {
  const error = thrownBy(() => fs.openSync('/no/such/file'));
  assert.strictEqual(error.message, "ENOENT: no such file or directory, open '/no/such/file'");
  const { code, errno, syscall, path: file } = error;
  assert.deepStrictEqual(
    { code, errno, syscall, file },
    {
      code: 'ENOENT',
      errno: -2,
      syscall: 'open',
      file: '/no/such/file',
    },
  );
});
