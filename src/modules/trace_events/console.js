'use strict';
// Trace events of node.console: time(), timeLog(), timeEnd(), count() and countReset().

const { nextId, trace } = require('modules/trace_events/state');

const kGroup = 'node,node.console';
const timers = new Map(); // label -> id
const counts = new Map();

const kBefore = {
  time(label) {
    if (timers.has(label)) return;
    timers.set(label, nextId());
    trace('b', kGroup, `time::${label}`, timers.get(label));
  },
  timeLog(label, ...data) {
    if (!timers.has(label)) return;
    const args = data.length > 0 ? { data: data.map(String) } : undefined;
    trace('n', kGroup, `time::${label}`, timers.get(label), args);
  },
  timeEnd(label) {
    if (!timers.has(label)) return;
    trace('e', kGroup, `time::${label}`, timers.get(label));
    timers.delete(label);
  },
  count(label) {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    trace('C', kGroup, `count::${label}`, 0, { data: counts.get(label) });
  },
  countReset(label) {
    counts.delete(label);
    trace('C', kGroup, `count::${label}`, 0, { data: 0 });
  },
};

let installed = false;
function install() {
  if (installed) return;
  installed = true;
  for (const [name, before] of Object.entries(kBefore)) {
    const original = console[name];
    console[name] = {
      [name](label = 'default', ...rest) {
        before(`${label}`, ...rest);
        return Reflect.apply(original, this, [label, ...rest]);
      },
    }[name];
  }
}

module.exports = { install };
