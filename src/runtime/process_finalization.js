'use strict';
// process.finalization: callbacks for objects that are alive when the process ends.
// https://nodejs.org/api/process.html#processfinalizationregisterref-callback

const { validateFunction, validateObject } = require('runtime/validators');

let entries; // event name -> Set of { ref: WeakRef, callback }
let registry;

function collected({ set, entry }) {
  set.delete(entry);
}

function run(event) {
  for (const { ref, callback } of entries.get(event)) {
    const object = ref.deref();
    if (object !== undefined) callback(object, event);
  }
  entries.get(event).clear();
}

function registerFor(event, object, callback) {
  validateObject(object, 'obj', { allowArray: true, allowFunction: true });
  validateFunction(callback, 'callback');
  entries ??= new Map();
  registry ??= new FinalizationRegistry(collected);
  let set = entries.get(event);
  if (set === undefined) {
    set = new Set();
    entries.set(event, set);
    process.on(event, () => run(event));
  }
  const entry = { ref: new WeakRef(object), callback };
  set.add(entry);
  registry.register(object, { set, entry }, object);
}

function warnOnce(name) {
  require('modules/vm/experimental').warnOnce(`process.finalization.${name}`);
}

module.exports = {
  finalization: {
    /** Calls `callback(object, 'exit')` at exit if the object is still alive. */
    register(object, callback) {
      warnOnce('register');
      registerFor('exit', object, callback);
    },
    /** The same at 'beforeExit'. */
    registerBeforeExit(object, callback) {
      warnOnce('registerBeforeExit');
      registerFor('beforeExit', object, callback);
    },
    unregister(object) {
      warnOnce('unregister');
      if (entries === undefined) return;
      registry.unregister(object);
      for (const set of entries.values()) {
        for (const entry of set) if (entry.ref.deref() === object) set.delete(entry);
      }
    },
  },
};
