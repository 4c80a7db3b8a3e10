'use strict';

// Who runs: the async ids, and the resource, of the callback that JavaScript is in. This is the one
// owner of the memory that they share with C++ (AsyncIds in binding/realm.h). What is in here is small
// enough for V8 to make it part of its callers, and the numbers to be constants.

const { asyncFields, asyncHooks, running } = require('runtime/shared');

// Places in asyncFields.
const kExecution = 0;
const kTrigger = 1;
const kLast = 2;
const kDefaultTrigger = 3;

// Places in asyncHooks.
const kInit = 0;
const kBefore = 1;
const kAfter = 2;
const kDestroy = 3;

/** In the place of a resource that is made when somebody asks for it: hardly anybody does. */
const kUnmade = Symbol('unmade');

/** A new async id. */
function newId() {
  return (asyncFields[kLast] += 1);
}

/** The trigger id of a resource that is made now. */
function triggerOfNew() {
  const id = asyncFields[kDefaultTrigger];
  return id < 0 ? asyncFields[kExecution] : id;
}

/**
 * The same number. Ids are doubles; as small integers, the fields of an object that hold them need no
 * memory of their own.
 */
function asInteger(id) {
  const integer = id | 0;
  return integer === id ? integer : id;
}

/** A callback of the resource begins, out of which nothing else runs: no outer one is to be restored. */
function enter(id, triggerId, resource) {
  asyncFields[kExecution] = running.id = id;
  asyncFields[kTrigger] = triggerId;
  running.resource = resource;
}

/** What enter() began has ended. */
function leave() {
  asyncFields[kExecution] = asyncFields[kTrigger] = 0;
  running.resource = undefined;
}

/** Calls `fn` inside of another callback, as one of the resource. */
function runInside(id, triggerId, resource, fn, thisArg, ...args) {
  const outerId = asyncFields[kExecution];
  const outerTriggerId = asyncFields[kTrigger];
  const outerRunningId = running.id;
  const outerResource = running.resource;
  enter(id, triggerId, resource);
  try {
    return Reflect.apply(fn, thisArg, args);
  } finally {
    asyncFields[kExecution] = outerId;
    asyncFields[kTrigger] = outerTriggerId;
    running.id = outerRunningId;
    running.resource = outerResource;
  }
}

/** Whether an enabled hook wants to hear of new resources. */
function hearsInit() {
  return asyncHooks[kInit] > 0;
}

/** Whether an enabled hook wants to hear that callbacks begin or end. */
function hearsCallbacks() {
  return asyncHooks[kBefore] + asyncHooks[kAfter] > 0;
}

/** Whether an enabled hook wants to hear that resources end. */
function hearsDestroy() {
  return asyncHooks[kDestroy] > 0;
}

module.exports = {
  asInteger,
  enter,
  hearsCallbacks,
  hearsDestroy,
  hearsInit,
  kUnmade,
  leave,
  newId,
  runInside,
  triggerOfNew,
};
