// node:test/reporters
'use strict';

function lazily(name) {
  return {
    configurable: true,
    enumerable: true,
    get: () => require(`modules/test/reporters/${name}`)[name],
  };
}

/** A reporter that writes an lcov file of the coverage, and nothing of the tests. */
function lcov(options) {
  const { LcovReporter } = require('modules/test/reporters/lcov');
  return new LcovReporter(options);
}

/** The default reporter. */
function spec(options) {
  return require('modules/test/reporters/spec').spec(options);
}

Object.defineProperties(module.exports, {
  dot: lazily('dot'),
  junit: lazily('junit'),
  spec: { configurable: true, enumerable: true, value: spec },
  tap: lazily('tap'),
  lcov: { configurable: true, enumerable: true, value: lcov },
});
