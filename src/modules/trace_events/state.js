'use strict';
// Which categories of trace events are wanted, and what produces the events of each.

const { isMainThread } = require('runtime/process_state');

// All categories that a program can ask for.
const kCategories = [
  'node',
  'node.async_hooks',
  'node.bootstrap',
  'node.console',
  'node.fs.async',
  'node.fs.sync',
  'node.fs_dir.async',
  'node.fs_dir.sync',
  'node.http',
  'node.net.native',
  'node.perf',
  'node.perf.usertiming',
  'v8',
];

// How often each category is asked for: by the command line, by each enabled Tracing object.
const asked = new Map();
const emit = (...event) => native('trace_events').emit(...event);

/** Whether events of a group ("node,node.http") are wanted: one of its categories is enough. */
function isEnabled(group) {
  return group.split(',').some((category) => asked.has(category));
}

/** The categories that are asked for, sorted. */
const enabledCategories = () => [...asked.keys()].sort();

function enable(categories) {
  for (const category of categories) asked.set(category, (asked.get(category) ?? 0) + 1);
  producers();
}

function disable(categories) {
  for (const category of categories) {
    const left = asked.get(category) - 1;
    if (left > 0) asked.set(category, left);
    else asked.delete(category);
  }
  producers();
}

// By the group of their events; each is told whether it is wanted.
const kProducers = {
  'node,node.async_hooks': (on) => require('modules/trace_events/async_hooks').toggle(on),
  'node,node.console': (on) => on && require('modules/trace_events/console').install(),
  'node,node.fs,node.fs.sync': (on) => on && require('modules/trace_events/fs').installSync(),
  'node,node.fs,node.fs.async': (on) => on && require('modules/trace_events/fs').installAsync(),
  'node,node.fs_dir,node.fs_dir.async': (on) =>
    on && require('modules/trace_events/fs').installAsync(),
  'node,node.http': (on) => on && require('modules/trace_events/http').install(),
  'node,node.net,node.net.native': (on) => on && require('modules/trace_events/net').install(),
  'node,node.perf,node.perf.usertiming': (on) =>
    on && require('modules/trace_events/usertiming').install(),
};

function producers() {
  for (const [group, toggle] of Object.entries(kProducers)) toggle(isEnabled(group));
}

/** Adds an event if its group is wanted. `args` is an object, or nothing. */
function trace(phase, group, name, id = 0, args = undefined) {
  if (!isEnabled(group)) return;
  emit(phase, group, name, id, args === undefined ? '{}' : JSON.stringify(args));
}

let lastId = 0;

/** Facts about this thread and, on the main one, the process. */
function describeThread(name) {
  const { emitMetadata } = native('trace_events');
  emitMetadata('thread_name', JSON.stringify({ name }));
  if (!isMainThread) return;
  const { arch, platform, release, title, versions } = process;
  emitMetadata('process_name', JSON.stringify({ name: title }));
  emitMetadata('version', JSON.stringify({ node: versions.node }));
  const facts = { versions, arch, platform, release };
  emitMetadata('node', JSON.stringify({ process: facts }));
}

let recording = false;

/** Begins to write to files, once. */
function record() {
  if (recording) return;
  recording = true;
  const { getOptionValue } = require('runtime/options');
  const pattern = getOptionValue('--trace-event-file-pattern');
  native('trace_events').start(pattern, isEnabled('node,node.bootstrap'));
  describeThread('JavaScriptMainThread');
}

module.exports = {
  kCategories,
  describeThread,
  disable,
  enable,
  enabledCategories,
  isEnabled,
  nextId: () => ++lastId,
  record,
  trace,
};
