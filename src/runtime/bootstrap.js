'use strict';
// Runs once, at build time, into the startup snapshot. What it leaves behind is what every program
// starts with; its exports are the hooks that C++ calls. `native` here is the native module "builtins".

const { compile, bind, scripts } = native;

const ids = new Set();
const publicIds = new Map();
for (const [id, name] of scripts()) {
  ids.add(id);
  if (name !== '') publicIds.set(name, id);
}

const modules = new Map();
const natives = new Map([['builtins', native]]);

function loadNative(name) {
  let object = natives.get(name);
  if (object === undefined) {
    object = bind(name);
    requireBuiltin('runtime/lay_out').layOut(object);
    natives.set(name, object);
  }
  return object;
}

// Every script has it as a parameter: a program may declare a variable of that name (`let process`
// in the REPL), which must not become ours. runtime/process.js makes of it what it is.
const processObject = {};

// require() of the standard library: 'node:fs' for a public module, 'modules/fs/streams' for a file.
function requireBuiltin(id) {
  let loaded = modules.get(id);
  if (loaded !== undefined) return loaded.exports;
  const path = id.startsWith('node:') ? publicIds.get(id.slice(5)) : id;
  if (path !== id) {
    if (path === undefined) throw new Error(`No such built-in module: ${id}`);
    loaded = modules.get(path);
  }
  if (loaded === undefined) {
    loaded = { exports: {}, id: path };
    modules.set(path, loaded);
    try {
      const script = compile(path);
      script.call(
        loaded.exports,
        loaded.exports,
        requireBuiltin,
        loaded,
        loadNative,
        processObject,
      );
    } catch (error) {
      modules.delete(path);
      throw error;
    }
  }
  if (path !== id) modules.set(id, loaded);
  return loaded.exports;
}

// Which modules exist and which are loaded: for the loaders.
modules.set('runtime/builtins', {
  exports: {
    publicIds,
    has: (id) => ids.has(id),
    isLoaded: (name) => modules.has(publicIds.get(name)),
    requireBuiltin,
  },
});

const stackTraces = requireBuiltin('runtime/stack_traces');
stackTraces.install();
const shared = requireBuiltin('runtime/shared');
requireBuiltin('runtime/process');
const globals = requireBuiltin('runtime/globals');
globals.install(processObject);
const ticks = requireBuiltin('runtime/task_queue');
const rejections = requireBuiltin('runtime/rejections');
const timers = requireBuiltin('runtime/timers');
const lifecycle = requireBuiltin('runtime/lifecycle');

for (const id of [
  'node:events',
  'node:path',
  'runtime/async_hooks',
  'node:buffer',
  'node:fs',
  'loader/main',
]) {
  if (id.startsWith('node:') ? publicIds.has(id.slice(5)) : ids.has(id)) requireBuiltin(id);
}

Object.assign(exports, {
  tickInfo: ticks.tickInfo,
  immediateInfo: timers.immediateInfo,
  asyncFields: shared.asyncFields,
  asyncHooks: shared.asyncHooks,
  bufferPrototype: publicIds.has('buffer')
    ? requireBuiltin('node:buffer').Buffer.prototype
    : undefined,
  processTicksAndRejections: ticks.processTicksAndRejections,
  prepareInspector: () => requireBuiltin('modules/inspector/listening').prepareProgram(),
  followAsyncTasks: (on) => requireBuiltin('modules/inspector/async_stacks').follow(on),
  openInspector: () => requireBuiltin('modules/inspector/listening').openOnSignal(),
  drainLater: () => timers.setImmediate(() => {}),
  processTimers: timers.processTimers,
  processImmediates: timers.processImmediates,
  promiseReject: rejections.promiseReject,
  loadLazyProperty: requireBuiltin('runtime/lazy_property').loadLazyProperty,
  start: lifecycle.start,
  prepareSnapshot: lifecycle.prepareSnapshot,
  emitBeforeExit: lifecycle.emitBeforeExit,
  emitExit: lifecycle.emitExit,
  getExitCode: lifecycle.getExitCode,
  onUncaughtException: lifecycle.onUncaughtException,
  formatUncaught: lifecycle.formatUncaught,
  warnFromEngine: lifecycle.warnFromEngine,
  reportUncaught: (error) => requireBuiltin('runtime/report/process_report').reportUncaught(error),
  reportFatal: lifecycle.reportFatal,
  emitWarning: (text) => processObject.emitWarning(text),
  formatStack: stackTraces.formatStack,
  formatExcerpt: stackTraces.formatExcerpt,
  streamWasm: (stream, source) => requireBuiltin('web/wasm/streaming').streamWasm(stream, source),
});
