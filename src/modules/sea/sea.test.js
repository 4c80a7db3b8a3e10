'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const sea = require('node:sea');

test('an ordinary program is no single executable application', () => {
  assert.strictEqual(sea.isSea(), false);
});

for (const name of ['getAsset', 'getRawAsset', 'getAssetAsBlob', 'getAssetKeys']) {
  test(`${name} has no assets to give`, () => {
    assert.throws(() => sea[name]('key'), { code: 'ERR_NOT_IN_SINGLE_EXECUTABLE_APPLICATION' });
  });
}

test('the key of an asset is a string', () => {
  assert.throws(() => sea.getAsset(1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => sea.getAsset('key', 1), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('the module exists only with its scheme', () => {
  assert.throws(() => require('sea'), { code: 'MODULE_NOT_FOUND' });
});
