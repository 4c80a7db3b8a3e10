'use strict';

// v8.promiseHooks: functions that V8 calls when promises are made, settle, and run callbacks.

const { validateObject, validatePlainFunction } = require('runtime/validators');
const { setExtraHooks } = require('runtime/promise_hooks');

const { raise } = native('errors');

const kNames = ['init', 'before', 'after', 'settled'];
const lists = { init: [], before: [], after: [], settled: [] };

function dispatcher(name) {
  const list = lists[name];
  if (list.length === 0) return undefined;
  return (promise, parent) => {
    for (const hook of list) {
      try {
        hook(promise, parent);
      } catch (error) {
        // The promise that the hook is told of goes on.
        raise(error, false);
      }
    }
  };
}

function update() {
  setExtraHooks(...kNames.map(dispatcher));
}

function add(name, hook) {
  lists[name] = [...lists[name], hook];
  update();
  return () => {
    const at = lists[name].indexOf(hook);
    if (at === -1) return;
    lists[name] = lists[name].toSpliced(at, 1);
    update();
  };
}

function adder(name) {
  const argument = `${name}Hook`;
  return (hook) => {
    validatePlainFunction(hook, argument);
    return add(name, hook);
  };
}

/** Adds several hooks; the function returned takes them away. */
function createHook(callbacks = {}) {
  validateObject(callbacks, 'callbacks');
  const stops = [];
  for (const name of kNames) {
    const hook = callbacks[name];
    if (hook === undefined) continue;
    validatePlainFunction(hook, `${name}Hook`);
    stops.push([name, hook]);
  }
  const removers = stops.map(([name, hook]) => add(name, hook));
  return () => {
    for (const remove of removers) remove();
  };
}

module.exports = {
  createHook,
  onInit: adder('init'),
  onBefore: adder('before'),
  onAfter: adder('after'),
  onSettled: adder('settled'),
};
