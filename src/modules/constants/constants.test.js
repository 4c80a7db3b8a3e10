'use strict';

const test = require('node:test');
const assert = require('node:assert');
const constants = require('node:constants');
const fs = require('node:fs');
const os = require('node:os');

test('has what os, fs and crypto have', () => {
  assert.strictEqual(constants.ENOENT, os.constants.errno.ENOENT);
  assert.strictEqual(constants.SIGTERM, os.constants.signals.SIGTERM);
  assert.strictEqual(constants.O_RDONLY, fs.constants.O_RDONLY);
  assert.strictEqual(constants.RSA_PKCS1_PADDING, 1);
});

test('cannot be changed', () => {
  assert.ok(Object.isFrozen(constants));
});

test('is an ordinary object', () => {
  assert.ok(
    Object.hasOwn(Object.prototype, 'hasOwnProperty') && constants.hasOwnProperty('O_RDONLY'),
  );
});
