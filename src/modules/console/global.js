'use strict';

// The global console: a Console on process.stdout and process.stderr, which are not opened before
// something is written.

const { Console, initialize, methods } = require('modules/console/console_class');
const { engineConsole } = require('runtime/globals');

/** A property that is one of process's streams until a program sets another. */
function defineStream(target, name, streamName) {
  let replaced;
  Object.defineProperty(target, name, {
    get: () => replaced ?? process[streamName],
    set: (stream) => {
      replaced = stream;
    },
    configurable: true,
  });
}

const own = Object.create({});
Object.assign(own, methods);
initialize(own, { ignoreErrors: true, colorMode: 'auto', groupIndentation: 2 });
// The standard's methods, which only the global console claims to have, have no required arguments.
for (const name of ['assert', 'dir', 'table']) {
  Object.defineProperty(own[name], 'length', { value: 0 });
}
own.Console = Console;
// What only the engine can do: profiles, tasks, and consoles with a name for the inspector.
for (const name of ['profile', 'profileEnd', 'timeStamp', 'context', 'createTask']) {
  if (engineConsole?.[name] !== undefined) own[name] = engineConsole[name];
}
// The engine's tasks come with the inspector; without one, nobody sees the name of a task.
own.createTask ??= function createTask(name) {
  if (typeof name !== 'string' || name === '') {
    throw new Error('First argument must be a non-empty string.');
  }
  return {
    run(callback) {
      if (typeof callback !== 'function') throw new Error('First argument must be a function.');
      return callback();
    },
  };
};
defineStream(own, '_stdout', 'stdout');
defineStream(own, '_stderr', 'stderr');

let mirrored = false;

/** From now on the engine's console, which the inspector's clients read, gets every message too. */
function mirror() {
  if (mirrored || engineConsole === undefined) return;
  mirrored = true;
  const { callBoth } = native('inspector');
  for (const name of Object.keys(engineConsole)) {
    const report = engineConsole[name];
    const write = own[name];
    if (typeof report !== 'function' || report === write) continue;
    own[name] = write === undefined ? report : callBoth.bind(own, report, write);
    Object.defineProperty(own[name], 'name', { value: name });
  }
}

module.exports = { console: own, mirror };
