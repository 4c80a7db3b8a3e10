'use strict';

// --cpu-prof and --heap-prof: what the inspector records while the program runs goes to a file when
// it ends.

const fs = require('node:fs');
const { basename, join } = require('node:path');
const { getOptionValue } = require('runtime/options');

/**
 * A session that answers at once. It is not closed, since that would end coverage, which all
 * sessions have in common.
 */
class Session {
  #connection;
  #answer;

  constructor() {
    const { Connection } = native('inspector');
    this.#connection = new Connection((message) => {
      this.#answer = message;
    });
  }

  post(method, params = {}) {
    this.#connection.dispatch(JSON.stringify({ id: 1, method, params }));
    return JSON.parse(this.#answer).result;
  }
}

function write(folder, name, content) {
  try {
    if (folder) fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(join(folder, name), JSON.stringify(content));
  } catch (error) {
    process._rawDebug(`${join(folder, name)}: Failed to write: ${error.message}`);
  }
}

/** Writes to the folder and file that the options --`kind`-dir and --`kind`-name say. */
function writeProfile(kind, prefix, profile) {
  const { diagnosticName } = require('modules/v8/file_name');
  const folder = getOptionValue(`--${kind}-dir`);
  const name = getOptionValue(`--${kind}-name`).replaceAll('${pid}', String(process.pid));
  const extension = prefix === 'CPU' ? 'cpuprofile' : 'heapprofile';
  const file = diagnosticName(prefix, extension);
  if (folder) write(folder, name || basename(file), profile);
  else write(getOptionValue('--diagnostic-dir'), name || basename(file), profile);
}

function recordCPU() {
  const session = new Session();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', {
    interval: getOptionValue('--cpu-prof-interval') || 1000,
  });
  session.post('Profiler.start');
  return () => {
    const { profile } = session.post('Profiler.stop');
    writeProfile('cpu-prof', 'CPU', profile);
  };
}

function recordHeap() {
  const session = new Session();
  session.post('HeapProfiler.enable');
  session.post('HeapProfiler.startSampling', {
    samplingInterval: getOptionValue('--heap-prof-interval'),
  });
  return () => {
    const { profile } = session.post('HeapProfiler.stopSampling');
    writeProfile('heap-prof', 'Heap', profile);
  };
}

/** Calls `finish` at the end of the thread, also where a signal of the program's own ends it. */
function atEnd(finish) {
  native('inspector').atEnd(finish);
  require('runtime/lifecycle').addKillHook(finish);
}

/** Begins to record what the command line asks for. */
function start() {
  let finishers = [];
  if (getOptionValue('--cpu-prof')) finishers.push(recordCPU());
  if (getOptionValue('--heap-prof')) finishers.push(recordHeap());
  atEnd(() => {
    const all = finishers;
    finishers = [];
    for (const finish of all) finish();
  });
}

module.exports = { atEnd, start };
