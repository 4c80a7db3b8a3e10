'use strict';
// Trace events of node.perf.usertiming: the marks and measures of performance.

const { nextId, trace } = require('modules/trace_events/state');

const kGroup = 'node,node.perf,node.perf.usertiming';

let installed = false;
function install() {
  if (installed) return;
  installed = true;
  const { performance } = require('node:perf_hooks');
  const prototype = Object.getPrototypeOf(performance);
  const { mark, measure } = prototype;
  prototype.mark = {
    mark(name, ...rest) {
      const made = Reflect.apply(mark, this, [name, ...rest]);
      trace('R', kGroup, made.name, 0, { startTime: made.startTime });
      return made;
    },
  }.mark;
  prototype.measure = {
    measure(name, ...rest) {
      const made = Reflect.apply(measure, this, [name, ...rest]);
      const id = nextId();
      const { startTime, duration } = made;
      trace('b', kGroup, made.name, id, { startTime, duration });
      trace('e', kGroup, made.name, id);
      return made;
    },
  }.measure;
}

module.exports = { install };
