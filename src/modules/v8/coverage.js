'use strict';

// Which parts of the program ran, written as JSON files to the directory NODE_V8_COVERAGE.

let session;
let directory;

/** Whether coverage can be collected at all: it comes from the inspector. */
function canCollect() {
  return process.features.inspector === true;
}

/** Sends the profiler a command; the inspector of this thread answers at once. */
function post(method, params) {
  let failure;
  let answer;
  session.post(method, params, (error, result) => {
    failure = error;
    answer = result;
  });
  if (failure) throw failure;
  return answer;
}

/** Begins to count; `target` is where takeCoverage() and the end of the process write to. */
function startCoverage(target) {
  directory = target;
  if (session !== undefined) return;
  const { Session } = require('node:inspector');
  session = new Session();
  session.connect();
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
}

/** Whether what ran is being counted. */
function isCollecting() {
  return session !== undefined;
}

/** Writes what has been counted since the last time, and begins to count anew. */
function takeCoverage() {
  if (session === undefined || !directory) return;
  const { result } = post('Profiler.takePreciseCoverage');
  const timestamp = Date.now();
  const { threadId } = require('node:worker_threads');
  const fs = require('node:fs');
  const name = `coverage-${process.pid}-${timestamp}-${threadId}.json`;
  const ofProgram = result.filter(({ url }) => url !== '' && !url.startsWith('node:'));
  try {
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(
      require('node:path').join(directory, name),
      JSON.stringify({ result: ofProgram, timestamp }),
    );
  } catch (error) {
    process._rawDebug(`Failed to write coverage to ${directory}: ${error.message}`);
  }
}

/** Ends the counting; nothing will be written any more. */
function stopCoverage() {
  if (session === undefined) return;
  post('Profiler.stopPreciseCoverage');
  session.disconnect();
  session = undefined;
}

/** Counts from now until the process ends, as the environment asks for. */
function startFromEnvironment() {
  if (!canCollect()) return;
  const target = require('node:path').resolve(process.env.NODE_V8_COVERAGE);
  // Processes that are started with another working directory write to the same place.
  process.env.NODE_V8_COVERAGE = target;
  startCoverage(target);
  writeAtExit();
}

function signalName(signal) {
  if (typeof signal === 'string') return signal;
  const { signals } = require('node:os').constants;
  return Object.keys(signals).find((name) => signals[name] === signal) ?? '';
}

let writesAtExit = false;

/** Writes the coverage when the process ends. */
function writeAtExit() {
  if (writesAtExit) return;
  writesAtExit = true;
  // After all listeners for the exit: what they run counts, too.
  require('runtime/lifecycle').setExitedHook(takeCoverage);
  const { reallyExit } = process;
  process.reallyExit = (code) => {
    takeCoverage();
    reallyExit.call(process, code);
  };
  // A signal to this process that nobody listens for is most likely its end.
  const { kill } = process;
  process.kill = (pid, signal = 'SIGTERM') => {
    const isOwn = Math.abs(pid) === process.pid || pid === 0 || pid === -1;
    if (isOwn && signal !== 0 && process.listenerCount(signalName(signal)) === 0) takeCoverage();
    return kill.call(process, pid, signal);
  };
}

module.exports = {
  canCollect,
  isCollecting,
  startCoverage,
  startFromEnvironment,
  stopCoverage,
  takeCoverage,
  writeAtExit,
};
