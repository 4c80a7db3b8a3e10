'use strict';

// What the options of the formats mean: defaults, ranges, and how the codecs get them.

const { kMaxLength } = require('node:buffer');
const { constants } = require('modules/zlib/constants');
const {
  ERR_BROTLI_INVALID_PARAM,
  ERR_INVALID_ARG_TYPE,
  ERR_OUT_OF_RANGE,
  ERR_ZSTD_INVALID_PARAM,
} = require('runtime/errors');
const { validateNumber } = require('runtime/validators');

const kUnset = 0xffffffff;

/** A number within a range; undefined and NaN give the default. */
function numberInRange(value, name, lower, upper, fallback) {
  if (value === undefined || Number.isNaN(value)) return fallback;
  validateNumber(value, name);
  if (!Number.isFinite(value)) throw new ERR_OUT_OF_RANGE(name, 'a finite number', value);
  if (value < lower || value > upper) {
    const range = upper === Infinity ? `>= ${lower}` : `>= ${lower} and <= ${upper}`;
    throw new ERR_OUT_OF_RANGE(name, range, value);
  }
  return value;
}

/** Options of every stream; `flushes` names the format's flush codes and their range. */
function readCommonOptions(options, flushes) {
  const { least, most } = flushes;
  return {
    chunkSize: numberInRange(
      options?.chunkSize,
      'options.chunkSize',
      constants.Z_MIN_CHUNK,
      constants.Z_MAX_CHUNK,
      constants.Z_DEFAULT_CHUNK,
    ),
    flush: numberInRange(options?.flush, 'options.flush', least, most, flushes.flush),
    finishFlush: numberInRange(
      options?.finishFlush,
      'options.finishFlush',
      least,
      most,
      flushes.finish,
    ),
    fullFlush: flushes.full,
    maxOutputLength: numberInRange(
      options?.maxOutputLength,
      'options.maxOutputLength',
      1,
      kMaxLength,
      kMaxLength,
    ),
    info: options?.info,
    rejectGarbageAfterEnd: options?.rejectGarbageAfterEnd === true,
  };
}

function toDictionary(dictionary) {
  if (dictionary === undefined || ArrayBuffer.isView(dictionary)) return dictionary;
  if (dictionary instanceof ArrayBuffer || dictionary instanceof SharedArrayBuffer) {
    return new Uint8Array(dictionary);
  }
  throw new ERR_INVALID_ARG_TYPE(
    'options.dictionary',
    ['Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'],
    dictionary,
  );
}

/** Options of the zlib formats. */
function readZlibOptions(options, mode) {
  const {
    INFLATE,
    GUNZIP,
    UNZIP,
    DEFLATERAW,
    Z_MIN_WINDOWBITS,
    Z_MAX_WINDOWBITS,
    Z_DEFAULT_WINDOWBITS,
    Z_MIN_LEVEL,
    Z_MAX_LEVEL,
    Z_DEFAULT_COMPRESSION,
    Z_MIN_MEMLEVEL,
    Z_MAX_MEMLEVEL,
    Z_DEFAULT_MEMLEVEL,
    Z_DEFAULT_STRATEGY,
    Z_FIXED,
    GZIP,
  } = constants;
  let windowBits = Z_DEFAULT_WINDOWBITS;
  const given = options?.windowBits;
  if ((given == null || given === 0) && (mode === INFLATE || mode === GUNZIP || mode === UNZIP)) {
    // 0: as the data's header says.
    windowBits = 0;
  } else if (given != null) {
    // gzip cannot say 8: the library would use 9 and others could not read it.
    const lower = mode === GZIP ? Z_MIN_WINDOWBITS + 1 : Z_MIN_WINDOWBITS;
    windowBits = numberInRange(
      given,
      'options.windowBits',
      lower,
      Z_MAX_WINDOWBITS,
      Z_DEFAULT_WINDOWBITS,
    );
  }
  if (mode === DEFLATERAW && windowBits === 8) windowBits = 9; // the library refuses 8
  return {
    windowBits,
    level: numberInRange(
      options?.level,
      'options.level',
      Z_MIN_LEVEL,
      Z_MAX_LEVEL,
      Z_DEFAULT_COMPRESSION,
    ),
    memLevel: numberInRange(
      options?.memLevel,
      'options.memLevel',
      Z_MIN_MEMLEVEL,
      Z_MAX_MEMLEVEL,
      Z_DEFAULT_MEMLEVEL,
    ),
    strategy: numberInRange(
      options?.strategy,
      'options.strategy',
      Z_DEFAULT_STRATEGY,
      Z_FIXED,
      Z_DEFAULT_STRATEGY,
    ),
    dictionary: toDictionary(options?.dictionary),
  };
}

/** The `params` of brotli and zstd as a table by parameter number. */
function readParams(params, count, InvalidParam) {
  const table = new Uint32Array(count + 1).fill(kUnset);
  for (const name of Object.keys(params ?? {})) {
    const key = Number(name);
    // A number can be written in two ways: the second is refused too.
    if (Number.isNaN(key) || key < 0 || key > count || table[key] !== kUnset) {
      throw new InvalidParam(name);
    }
    const value = params[name];
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      throw new ERR_INVALID_ARG_TYPE('options.params[key]', 'number', value);
    }
    table[key] = value;
  }
  return table;
}

const highest = new Map();

function highestParam(prefix) {
  let most = highest.get(prefix);
  if (most !== undefined) return most;
  most = 0;
  for (const name of Object.keys(constants)) {
    if (name.startsWith(prefix)) most = Math.max(most, constants[name]);
  }
  highest.set(prefix, most);
  return most;
}

function readBrotliParams(options) {
  return readParams(options?.params, highestParam('BROTLI_PARAM_'), ERR_BROTLI_INVALID_PARAM);
}

/** Options of zstd; `prefix` is that of the direction's parameters. */
function readZstdOptions(options, prefix) {
  const pledgedSize = options?.pledgedSrcSize;
  if (pledgedSize != null && typeof pledgedSize !== 'number') {
    const error = new ERR_INVALID_ARG_TYPE('pledgedSrcSize', 'number', pledgedSize);
    error.message = 'pledgedSrcSize must be a number';
    throw error;
  }
  return {
    params: readParams(options?.params, highestParam(prefix), ERR_ZSTD_INVALID_PARAM),
    pledgedSize: pledgedSize ?? undefined,
    dictionary: ArrayBuffer.isView(options?.dictionary) ? options.dictionary : undefined,
  };
}

module.exports = {
  numberInRange,
  readBrotliParams,
  readCommonOptions,
  readZlibOptions,
  readZstdOptions,
};
