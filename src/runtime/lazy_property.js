'use strict';

/**
 * A property that is made when it is first read or written and is an ordinary one from then on: programs
 * replace what a module exports (mocks, instrumentation), so a bare getter will not do.
 * @param {object} object
 * @param {string} name
 * @param {() => unknown} load
 */
function defineLazy(object, name, load) {
  const settle = (value) => {
    Object.defineProperty(object, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    return value;
  };
  Object.defineProperty(object, name, {
    get: () => settle(load()),
    set: settle,
    enumerable: true,
    configurable: true,
  });
}

module.exports = { defineLazy };
