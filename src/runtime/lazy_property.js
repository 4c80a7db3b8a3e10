'use strict';
// Properties whose values are made when they are first asked for.

const { define } = native('lazy_property');
const { enqueueMicrotask } = native('task_queue');
const { layOut } = require('runtime/lay_out');

const properties = [];

/**
 * Defines a property that `load` gives a value when it is first looked at. To programs it is an ordinary
 * one from the start: mocks and instrumentation look at the descriptor of what they replace, and leave
 * alone what is an accessor.
 * @param {object} object
 * @param {string} name
 * @param {() => unknown} load
 * @param {boolean} [enumerable]
 */
function defineLazy(object, name, load, enumerable = true) {
  define(object, name, enumerable, properties.push({ object, load }) - 1);
}

/** The value of a lazy property: called by the engine, once. */
function loadLazyProperty(number) {
  const { object, load } = properties[number];
  const value = load();
  // The engine is about to put the value into the place of the property, which undoes the object's layout.
  if (object !== globalThis) enqueueMicrotask(() => layOut(object));
  return value;
}

module.exports = { defineLazy, loadLazyProperty };
