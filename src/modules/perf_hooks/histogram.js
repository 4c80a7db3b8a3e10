'use strict';

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_THIS,
  ERR_METHOD_NOT_IMPLEMENTED,
  ERR_OUT_OF_RANGE,
} = require('runtime/errors');
const { validateBoolean, validateInteger, validateNumber, validateObject } =
  require('runtime/validators');
const { Histogram: Handle, LoopDelay } = native('histogram');

const { kClone } = require('runtime/symbols');

const kCreate = Symbol('create');
const kInspect = Symbol.for('nodejs.util.inspect.custom');

function checkPercentile(percentile) {
  validateNumber(percentile, 'percentile');
  if (Number.isNaN(percentile) || percentile <= 0 || percentile > 100) {
    throw new ERR_OUT_OF_RANGE('percentile', '> 0 && <= 100', percentile);
  }
}

// Set inside the classes.
let handleOf;
let isRecordable;

/** https://nodejs.org/api/perf_hooks.html#class-histogram */
class Histogram {
  #handle;

  constructor(token = undefined, handle = undefined) {
    if (token !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#handle = handle;
  }

  static {
    handleOf = (value) =>
      typeof value === 'object' && value !== null && #handle in value ? value.#handle : undefined;
  }

  get #own() {
    if (!(#handle in this)) throw new ERR_INVALID_THIS('Histogram');
    return this.#handle;
  }

  get count() {
    return this.#own.count();
  }

  get countBigInt() {
    return this.#own.countBigInt();
  }

  ccdf(value) {
    return 1 - this.cdf(value);
  }

  cdf(value) {
    validateNumber(value, 'value');
    return this.#own.cdf(value);
  }

  countAt(value) {
    validateNumber(value, 'value');
    return this.#own.countAt(value);
  }

  get min() {
    return this.#own.min();
  }

  get minBigInt() {
    return this.#own.minBigInt();
  }

  get max() {
    return this.#own.max();
  }

  get maxBigInt() {
    return this.#own.maxBigInt();
  }

  get mean() {
    return this.#own.mean();
  }

  get exceeds() {
    return this.#own.exceeds();
  }

  get exceedsBigInt() {
    return this.#own.exceedsBigInt();
  }

  get stddev() {
    return this.#own.stddev();
  }

  get skewness() {
    return this.#own.skewness();
  }

  get kurtosis() {
    return this.#own.kurtosis();
  }

  get ewmaMean() {
    return this.#own.ewmaMean();
  }

  get ewmaStddev() {
    return this.#own.ewmaStddev();
  }

  get ewmaErrorRate() {
    return this.#own.ewmaErrorRate();
  }

  burnRate(sloTarget) {
    const handle = this.#own;
    validateNumber(sloTarget, 'sloTarget');
    if (!(sloTarget > 0 && sloTarget < 1)) {
      throw new ERR_OUT_OF_RANGE('sloTarget', '> 0 && < 1', sloTarget);
    }
    return handle.ewmaErrorRate() / (1 - sloTarget);
  }

  percentile(percentile) {
    checkPercentile(percentile);
    return this.#own.percentile(percentile);
  }

  percentileBigInt(percentile) {
    checkPercentile(percentile);
    return this.#own.percentileBigInt(percentile);
  }

  percentilesAt(percentiles) {
    return new Map([...percentiles].map((at) => [at, this.percentile(at)]));
  }

  #percentileMap(convert) {
    const flat = this.#own.percentiles();
    const map = new Map();
    for (let i = 0; i < flat.length; i += 2) map.set(flat[i], convert(flat[i + 1]));
    return map;
  }

  get percentiles() {
    return this.#percentileMap(Number);
  }

  get percentilesBigInt() {
    return this.#percentileMap((value) => value);
  }

  reset() {
    this.#own.reset();
  }

  toJSON() {
    return {
      count: this.count,
      min: this.min,
      max: this.max,
      mean: this.mean,
      exceeds: this.exceeds,
      stddev: this.stddev,
      skewness: this.skewness,
      kurtosis: this.kurtosis,
      ewmaMean: this.ewmaMean,
      ewmaStddev: this.ewmaStddev,
      ewmaErrorRate: this.ewmaErrorRate,
      percentiles: Object.fromEntries(this.percentiles),
    };
  }

  [kClone]() {
    if (!(#handle in this)) return undefined;
    return {
      deserializeInfo: 'modules/perf_hooks/histogram:receiveHistogram',
      data: { handle: this.#handle, recordable: isRecordable(this) },
    };
  }

  [kInspect](depth, options) {
    if (depth < 0) return `[${this.constructor.name}]`;
    const { inspect } = require('modules/util/inspect');
    const { min, max, mean, exceeds, stddev, skewness, kurtosis, count, percentiles } = this;
    const shown = { min, max, mean, exceeds, stddev, skewness, kurtosis, count, percentiles };
    const inner = { ...options, depth: options.depth === null ? null : options.depth - 1 };
    return `Histogram ${inspect(shown, inner)}`;
  }
}

/** https://nodejs.org/api/perf_hooks.html#class-recordablehistogram-extends-histogram */
class RecordableHistogram extends Histogram {
  // Its own brand: a histogram of the event loop's delay is one, but not recordable.
  #recordable;

  static {
    isRecordable = (value) => typeof value === 'object' && value !== null && #recordable in value;
  }

  #check() {
    if (!(#recordable in this)) throw new ERR_INVALID_THIS('RecordableHistogram');
    return handleOf(this);
  }

  record(value) {
    const handle = this.#check();
    if (typeof value === 'bigint') {
      if (value < 1n || value > 2n ** 63n - 1n) {
        const error = new ERR_OUT_OF_RANGE('value', '>= 1', value);
        error.message = 'value is out of range';
        throw error;
      }
      handle.record(Number(value));
      return;
    }
    validateInteger(value, 'val', 1);
    handle.record(value);
  }

  recordDelta() {
    this.#check().recordDelta();
  }

  recordCorrected(value, interval) {
    const handle = this.#check();
    validateInteger(value, 'val', 1);
    validateInteger(interval, 'expectedInterval', 1);
    handle.recordCorrected(value, interval);
  }

  subtract(other) {
    const handle = this.#check();
    checkRecordable(other);
    handle.subtract(handleOf(other));
  }

  add(other) {
    const handle = this.#check();
    checkRecordable(other);
    handle.add(handleOf(other));
  }
}

function checkRecordable(other) {
  if (!isRecordable(other)) throw new ERR_INVALID_ARG_TYPE('other', 'RecordableHistogram', other);
}

// What the API also has, and this histogram not yet.
for (const name of [
  'ksTest',
  'welchTest',
  'mannWhitneyTest',
  'cohensD',
  'cliffsD',
  'linearBuckets',
  'logBuckets',
  'percentileCI',
]) {
  Object.defineProperty(Histogram.prototype, name, {
    __proto__: null,
    configurable: true,
    writable: true,
    value: {
      [name]() {
        throw new ERR_METHOD_NOT_IMPLEMENTED(`histogram.${name}()`);
      },
    }[name],
  });
}

/** https://nodejs.org/api/perf_hooks.html#class-eldhistogram-extends-histogram */
class ELDHistogram extends Histogram {
  #delay;
  #enabled = false;

  constructor(token, handle, resolution) {
    super(token, handle);
    this.#delay = new LoopDelay(handle, resolution);
  }

  enable() {
    if (!(#delay in this)) throw new ERR_INVALID_THIS('ELDHistogram');
    if (this.#enabled) return false;
    this.#enabled = true;
    this.#delay.start(true);
    return true;
  }

  disable() {
    if (!(#delay in this)) throw new ERR_INVALID_THIS('ELDHistogram');
    if (!this.#enabled) return false;
    this.#enabled = false;
    this.#delay.stop();
    return true;
  }

  [Symbol.dispose]() {
    this.disable();
  }
}

function asNumber(value, name) {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw new ERR_INVALID_ARG_TYPE(name, 'number', value);
  }
  return Number(value);
}

/** https://nodejs.org/api/perf_hooks.html#perf_hookscreatehistogramoptions */
function createHistogram(options = {}) {
  validateObject(options, 'options');
  const { lowest = 1, highest = Number.MAX_SAFE_INTEGER, figures = 3 } = options;
  const low = asNumber(lowest, 'options.lowest');
  const high = asNumber(highest, 'options.highest');
  validateInteger(low, 'options.lowest', 1, Number.MAX_SAFE_INTEGER);
  if (typeof highest === 'bigint') {
    if (highest < 2n * BigInt(low)) throw new ERR_INVALID_ARG_VALUE('options.highest', highest);
  } else {
    validateInteger(high, 'options.highest', 2 * low, Number.MAX_SAFE_INTEGER);
  }
  validateInteger(figures, 'options.figures', 1, 5);
  const { halfLife = 0, threshold = 0 } = options;
  validateNumber(halfLife, 'options.halfLife', 0);
  validateNumber(threshold, 'options.threshold', 0);
  return new RecordableHistogram(kCreate, new Handle(low, high, figures, halfLife, threshold));
}

/** https://nodejs.org/api/perf_hooks.html#perf_hooksmonitoreventloopdelayoptions */
function monitorEventLoopDelay(options = {}) {
  validateObject(options, 'options');
  const { resolution = 10, samplePerIteration = false } = options;
  validateInteger(resolution, 'options.resolution', 1);
  validateBoolean(samplePerIteration, 'options.samplePerIteration');
  if (samplePerIteration) {
    throw new ERR_METHOD_NOT_IMPLEMENTED('monitorEventLoopDelay({ samplePerIteration })');
  }
  return new ELDHistogram(kCreate, new Handle(1, 3.6e12, 3, 0, 0), resolution);
}

function receiveHistogram({ handle, recordable }) {
  return recordable ? new RecordableHistogram(kCreate, handle) : new Histogram(kCreate, handle);
}

module.exports = {
  Histogram,
  createHistogram,
  isRecordable,
  monitorEventLoopDelay,
  receiveHistogram,
};
