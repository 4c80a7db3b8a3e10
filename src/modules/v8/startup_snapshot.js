'use strict';
// v8.startupSnapshot, and the two moments of a program's own snapshot: before its memory is written
// (--build-snapshot, see snapshot_builder.js) and after it was restored (--snapshot-blob).
// https://nodejs.org/api/v8.html#startup-snapshot-api

const {
  ERR_DUPLICATE_STARTUP_SNAPSHOT_MAIN_FUNCTION,
  ERR_NOT_BUILDING_SNAPSHOT,
} = require('runtime/errors');
const { validateFunction } = require('runtime/validators');

let building = false;
const beforeWriting = [];
const afterRestoring = [];
let main;
let keptTraceLimit;
let withCodeCache = true;

function checkBuilding() {
  if (!building) throw new ERR_NOT_BUILDING_SNAPSHOT();
}

function add(list, callback, data) {
  checkBuilding();
  validateFunction(callback, 'callback');
  list.push([callback, data]);
}

function runAll(list) {
  for (const [callback, data] of list.splice(0)) callback(data);
}

/** Called by the builder before the program runs. */
function begin(options) {
  building = true;
  withCodeCache = options.withCodeCache;
  // V8 sets it as a process starts, and leaves it out of one that writes a snapshot.
  Error.stackTraceLimit = defaultTraceLimit();
  require('runtime/lifecycle').setSnapshotHooks(prepare, restored);
}

// The program's loop has ended: what belongs to this process alone must not be found in the next. Returns whether
// the file shall hold compiled code.
function prepare() {
  runAll(beforeWriting);
  const { stackTraceLimit } = Error;
  if (stackTraceLimit !== defaultTraceLimit()) {
    process.emitWarning(
      'Error.stackTraceLimit has been modified by the snapshot builder script.' +
        ' It will be preserved after snapshot deserialization.',
    );
    // The warning is shown in a tick, and nothing turns the loop any more.
    require('runtime/task_queue').processTicksAndRejections();
    keptTraceLimit = stackTraceLimit;
  }
  delete Error.stackTraceLimit;
  building = false;
  require('modules/inspector/listening').leaveProgram();
  for (const name of ['stdin', 'stdout', 'stderr']) process[name] = undefined;
  process.env = {};
  require('runtime/process_state').cwd = undefined;
  require('runtime/options').refreshOptions();
  require('runtime/warnings').startAnew();
  require('loader/package_json').forgetAll();
  if (require('runtime/builtins').isLoaded('dns')) {
    require('modules/dns/resolver').forgetDefaultResolver();
  }
  return withCodeCache;
}

function defaultTraceLimit() {
  const given = process.execArgv.findLast((each) => /^--stack[-_]trace[-_]limit=/.test(each));
  return given === undefined ? 10 : Number(given.slice(given.indexOf('=') + 1));
}

// In the process that starts from the file, in place of a program's start.
function restored() {
  if (keptTraceLimit !== undefined) Error.stackTraceLimit = keptTraceLimit;
  const loader = require('loader/main');
  if (main === undefined) {
    runAll(afterRestoring);
    return loader.run();
  }
  loader.prepare();
  runAll(afterRestoring);
  const [callback, data] = main;
  callback(data);
}

module.exports = {
  begin,
  api: {
    addDeserializeCallback: (callback, data) => add(afterRestoring, callback, data),
    addSerializeCallback: (callback, data) => add(beforeWriting, callback, data),
    setDeserializeMainFunction(callback, data) {
      checkBuilding();
      validateFunction(callback, 'callback');
      if (main !== undefined) throw new ERR_DUPLICATE_STARTUP_SNAPSHOT_MAIN_FUNCTION();
      main = [callback, data];
    },
    isBuildingSnapshot: () => building,
  },
};
