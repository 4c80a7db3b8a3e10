'use strict';
// What a module sees that requires one whose code has not finished: the exports so far, with a
// warning for each property that is not there yet.
// https://nodejs.org/api/modules.html#cycles

const isProxy = native('loader').isProxy;

// The prototype of unfinished exports: asked only for what the object does not have itself.
const watcher = new Proxy(Object.prototype, {
  __proto__: null,
  get(target, property, receiver) {
    if (property in target || property === '__esModule')
      return Reflect.get(target, property, receiver);
    warn(property);
    return undefined;
  },
  getOwnPropertyDescriptor(target, property) {
    const found = Reflect.getOwnPropertyDescriptor(target, property);
    if (found !== undefined || property === '__esModule') return found;
    warn(property);
    return undefined;
  },
});

function warn(property) {
  process.emitWarning(
    `Accessing non-existent property '${String(property)}' of module exports inside circular dependency`,
  );
}

/** The exports of `module`, which is still loading. */
function circularExports(module) {
  const { exports } = module;
  if (
    exports &&
    typeof exports === 'object' &&
    !isProxy(exports) &&
    Object.getPrototypeOf(exports) === Object.prototype &&
    // A transpiler that marks its exports at the top of the module takes care of cycles itself.
    !exports.__esModule
  ) {
    Object.setPrototypeOf(exports, watcher);
  }
  return exports;
}

/** `module` has finished: its exports become ordinary. */
function settleCircularExports({ exports }) {
  if (exports && typeof exports === 'object' && !isProxy(exports)) {
    if (Object.getPrototypeOf(exports) === watcher)
      Object.setPrototypeOf(exports, Object.prototype);
  }
}

module.exports = { circularExports, settleCircularExports };
