'use strict';
// Memory that script and C++ share. C++ takes the addresses when a thread starts, so these arrays
// must lie in ArrayBuffers of their own (small typed arrays would live inside V8's moving heap).

module.exports = {
  // Execution id, trigger id, last id given, default trigger id (-1: the execution id).
  asyncFields: new Float64Array(new ArrayBuffer(4 * 8)),
  // How many enabled async hooks have init, before, after, destroy, promiseResolve.
  asyncHooks: new Uint32Array(new ArrayBuffer(5 * 4)),
  // The resource of the JavaScript callback that runs, with its id; C++ knows those of its own. Ids are
  // doubles: with one from the start, V8 keeps them in place.
  running: { id: NaN, resource: undefined },
};
module.exports.asyncFields[2] = 1;
module.exports.asyncFields[3] = -1;
