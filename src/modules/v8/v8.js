// node:v8
'use strict';

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { defineLazy } = require('runtime/lazy_property');
const {
  validateBoolean,
  validateFunction,
  validateObject,
  validateOneOf,
  validateString,
  validateUint32,
} = require('runtime/validators');
const native_ = native('v8');
const { DefaultDeserializer, DefaultSerializer, Deserializer, Serializer, deserialize, serialize } =
  require('modules/v8/serdes');

function snapshotOptions(options = {}) {
  validateObject(options, 'options');
  const { exposeInternals = false, exposeNumericValues = false } = options;
  validateBoolean(exposeInternals, 'options.exposeInternals');
  validateBoolean(exposeNumericValues, 'options.exposeNumericValues');
  return [exposeInternals, exposeNumericValues];
}

/** A stream of the JSON of a heap snapshot. */
function getHeapSnapshot(options) {
  const json = native_.heapSnapshot(...snapshotOptions(options));
  const { Readable } = require('node:stream');
  const bytes = Buffer.from(json);
  let at = 0;
  return new Readable({
    read(size) {
      this.push(at < bytes.length ? bytes.subarray(at, (at += size)) : null);
    },
  });
}

/** Writes a heap snapshot to a file and returns its name. */
function writeHeapSnapshot(filename, options) {
  const flags = snapshotOptions(options);
  const path =
    filename === undefined
      ? require('modules/v8/file_name').diagnosticName('Heap', 'heapsnapshot')
      : toPath(filename);
  native_.writeHeapSnapshot(path, ...flags);
  return path;
}

function toPath(value) {
  if (typeof value === 'string') return value;
  if (value instanceof URL) return require('node:url').fileURLToPath(value);
  if (ArrayBuffer.isView(value)) return Buffer.from(value).toString();
  throw new ERR_INVALID_ARG_TYPE('path', ['string', 'Buffer', 'URL'], value);
}

let hasNearHeapLimit = false;

/** Lets V8 write up to `limit` heap snapshots when the heap is nearly full. */
function setHeapSnapshotNearHeapLimit(limit) {
  validateUint32(limit, 'limit', true);
  const { getOptionValue } = require('runtime/options');
  if (hasNearHeapLimit || getOptionValue('--heapsnapshot-near-heap-limit') > 0) return;
  if (process.permission !== undefined) {
    const folder = getOptionValue('--diagnostic-dir') || process.cwd();
    require('runtime/permission').checkPermission('fs.write', folder);
  }
  hasNearHeapLimit = true;
  native_.setNearHeapLimit(limit);
}

let warnedOfQueries = false;

/** How many objects inherit from the prototype of a constructor, or what they look like. */
function queryObjects(ctor, options = {}) {
  validateFunction(ctor, 'constructor');
  validateObject(options, 'options');
  const { format = 'count' } = options;
  validateOneOf(format, 'options.format', ['count', 'summary']);
  if (!warnedOfQueries) {
    warnedOfQueries = true;
    process.emitWarning(
      'v8.queryObjects() is an experimental feature and might change at any time',
      'ExperimentalWarning',
    );
  }
  const { prototype } = ctor;
  if (prototype === null || typeof prototype !== 'object') return format === 'count' ? 0 : [];
  const found = native_.queryObjects(prototype);
  if (format === 'count') return found.length;
  const { inspect } = require('node:util');
  return found.map((object) => inspect(object, { depth: 0 }));
}

function setFlagsFromString(flags) {
  validateString(flags, 'flags');
  native_.setFlags(flags);
}

function isStringOneByteRepresentation(content) {
  validateString(content, 'content');
  return native_.isOneByte(content);
}

function getCppHeapStatistics(detailLevel = 'detailed') {
  validateOneOf(detailLevel, 'detailLevel', ['brief', 'detailed']);
  return native_.cppHeapStatistics(detailLevel === 'detailed');
}

/** Records the garbage collections between start() and stop(). */
class GCProfiler {
  #profiler;

  start() {
    if (this.#profiler !== undefined) return;
    this.#profiler = new native_.GCProfiler();
    this.#profiler.start();
  }

  stop() {
    const json = this.#profiler?.stop();
    this.#profiler = undefined;
    return json === undefined ? undefined : JSON.parse(json);
  }

  [Symbol.dispose]() {
    this.stop();
  }
}

/** A CPU profile that is being taken. */
class SyncCPUProfileHandle {
  #id;

  constructor(id) {
    this.#id = id;
  }

  /** Ends the profile and returns its JSON; undefined the second time. */
  stop() {
    if (this.#id === undefined) return undefined;
    const id = this.#id;
    this.#id = undefined;
    return native_.stopCpuProfile(id);
  }

  [Symbol.dispose]() {
    this.stop();
  }
}

function startCpuProfile() {
  return new SyncCPUProfileHandle(native_.startCpuProfile());
}

module.exports = {
  cachedDataVersionTag: native_.cachedDataVersionTag,
  getHeapSnapshot,
  getHeapStatistics: native_.heapStatistics,
  getHeapSpaceStatistics: native_.heapSpaceStatistics,
  getHeapCodeStatistics: native_.heapCodeStatistics,
  getCppHeapStatistics,
  setFlagsFromString,
  Serializer,
  Deserializer,
  DefaultSerializer,
  DefaultDeserializer,
  deserialize,
  /** Writes the coverage collected so far to the directory NODE_V8_COVERAGE. */
  takeCoverage() {
    require('modules/v8/coverage').takeCoverage();
  },
  /** Ends the collecting of coverage. */
  stopCoverage() {
    require('modules/v8/coverage').stopCoverage();
  },
  serialize,
  writeHeapSnapshot,
  queryObjects,
  setHeapSnapshotNearHeapLimit,
  GCProfiler,
  isStringOneByteRepresentation,
  startCpuProfile,
};

defineLazy(module.exports, 'promiseHooks', () => require('modules/v8/promise_hooks'));
defineLazy(module.exports, 'startupSnapshot', () => require('modules/v8/startup_snapshot').api);
