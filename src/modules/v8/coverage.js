'use strict';

// Which parts of the program ran, written as JSON files to the directory NODE_V8_COVERAGE.

let session;
let directory;
let lastTime = 0;

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
  // Each time has a file of its own.
  const timestamp = Math.max(Date.now(), lastTime + 1);
  lastTime = timestamp;
  const { threadId } = require('node:worker_threads');
  const { coveredMaps } = require('loader/source_map/cache');
  const fs = require('node:fs');
  const name = `coverage-${process.pid}-${timestamp}-${threadId}.json`;
  const ofProgram = result.filter(({ url }) => url !== '' && !url.startsWith('node:'));
  try {
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(
      require('node:path').join(directory, name),
      JSON.stringify({ result: ofProgram, timestamp, 'source-map-cache': coveredMaps() }),
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

/** Writes what has been counted, and begins as from nothing when it is asked to next. */
function finishCoverage() {
  takeCoverage();
  stopCoverage();
  directory = undefined;
  writesAtExit = false;
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

let writesAtExit = false;

/** Writes the coverage when the process ends. */
function writeAtExit() {
  if (writesAtExit) return;
  writesAtExit = true;
  require('modules/inspector/recorder').atEnd(takeCoverage);
}

module.exports = {
  canCollect,
  finishCoverage,
  isCollecting,
  startCoverage,
  startFromEnvironment,
  stopCoverage,
  takeCoverage,
  writeAtExit,
};
