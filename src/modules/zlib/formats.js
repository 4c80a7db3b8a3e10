'use strict';

// The classes of the formats.

const { ZlibBase, changeParams } = require('modules/zlib/stream');
const { constants } = require('modules/zlib/constants');
const {
  readBrotliParams,
  readCommonOptions,
  readZlibOptions,
  readZstdOptions,
} = require('modules/zlib/options');
const { Zlib: Codec, brotliWhole, zlibWhole, zstdWhole } = native('zlib');

const zlibFlushes = {
  least: constants.Z_NO_FLUSH,
  most: constants.Z_BLOCK,
  flush: constants.Z_NO_FLUSH,
  finish: constants.Z_FINISH,
  full: constants.Z_FULL_FLUSH,
};
const brotliFlushes = {
  least: constants.BROTLI_OPERATION_PROCESS,
  most: constants.BROTLI_OPERATION_EMIT_METADATA,
  flush: constants.BROTLI_OPERATION_PROCESS,
  finish: constants.BROTLI_OPERATION_FINISH,
  full: constants.BROTLI_OPERATION_FLUSH,
};
const zstdFlushes = {
  least: constants.ZSTD_e_continue,
  most: constants.ZSTD_e_end,
  flush: constants.ZSTD_e_continue,
  finish: constants.ZSTD_e_end,
  full: constants.ZSTD_e_flush,
};

function makeCodec(mode) {
  const state = new Uint32Array(2);
  const codec = new Codec(mode, state);
  // The room and the input that the last write has left.
  Object.defineProperty(codec, 'state', { value: state });
  return codec;
}

/** Checks options of a zlib format and makes its codec. */
function openZlib(options, mode) {
  const settings = readCommonOptions(options, zlibFlushes);
  const own = readZlibOptions(options, mode);
  const codec = makeCodec(mode);
  codec.initZlib(
    own.windowBits,
    own.level,
    own.memLevel,
    own.strategy,
    own.dictionary,
    settings.rejectGarbageAfterEnd,
  );
  return { codec, settings, own };
}

function openBrotli(options, mode) {
  const params = readBrotliParams(options);
  const settings = readCommonOptions(options, brotliFlushes);
  const codec = makeCodec(mode);
  codec.initBrotli(params);
  return { codec, settings };
}

function openZstd(options, mode) {
  const prefix = mode === constants.ZSTD_COMPRESS ? 'ZSTD_c_' : 'ZSTD_d_';
  const own = readZstdOptions(options, prefix);
  const settings = readCommonOptions(options, zstdFlushes);
  const codec = makeCodec(mode);
  codec.initZstd(own.params, own.pledgedSize, own.dictionary);
  return { codec, settings };
}

// The three do all of `bytes` at once, without a codec that script would see: the result is that of
// the native functions.

function wholeZlib(options, mode, bytes) {
  const settings = readCommonOptions(options, zlibFlushes);
  const own = readZlibOptions(options, mode);
  return zlibWhole(
    mode,
    own.windowBits,
    own.level,
    own.memLevel,
    own.strategy,
    own.dictionary,
    settings.rejectGarbageAfterEnd,
    settings.finishFlush,
    bytes,
    settings.maxOutputLength,
  );
}

function wholeBrotli(options, mode, bytes) {
  const params = readBrotliParams(options);
  const settings = readCommonOptions(options, brotliFlushes);
  const { rejectGarbageAfterEnd, finishFlush, maxOutputLength } = settings;
  return brotliWhole(mode, params, rejectGarbageAfterEnd, finishFlush, bytes, maxOutputLength);
}

function wholeZstd(options, mode, bytes) {
  const prefix = mode === constants.ZSTD_COMPRESS ? 'ZSTD_c_' : 'ZSTD_d_';
  const own = readZstdOptions(options, prefix);
  const settings = readCommonOptions(options, zstdFlushes);
  return zstdWhole(
    mode,
    own.params,
    own.pledgedSize,
    own.dictionary,
    settings.rejectGarbageAfterEnd,
    settings.finishFlush,
    bytes,
    settings.maxOutputLength,
  );
}

function inherit(Class, Base) {
  Object.setPrototypeOf(Class.prototype, Base.prototype);
  Object.setPrototypeOf(Class, Base);
}

function Zlib(options, mode) {
  const { codec, settings, own } = openZlib(options, mode);
  ZlibBase.call(this, options, codec, settings);
  this._level = own.level;
  this._strategy = own.strategy;
  this._mode = mode;
}
inherit(Zlib, ZlibBase);

Zlib.prototype.params = function params(level, strategy, callback) {
  changeParams(this, level, strategy, callback);
};

function Brotli(options, mode) {
  const { codec, settings } = openBrotli(options, mode);
  ZlibBase.call(this, options, codec, settings);
}
inherit(Brotli, Zlib);

class Zstd extends ZlibBase {
  constructor(options, mode) {
    const { codec, settings } = openZstd(options, mode);
    super(options, codec, settings);
  }
}

const openers = new Map();
const wholes = new Map();

/** A class that can also be called without `new`, as old programs do. */
function define(name, Base, open, whole, mode) {
  const Class = {
    [name]: function (options) {
      if (!(this instanceof Class)) {
        warnOfCall(name);
        return new Class(options);
      }
      Reflect.apply(Base, this, [options, mode]);
    },
  }[name];
  Object.defineProperty(Class, 'name', { value: name });
  inherit(Class, Base);
  openers.set(Class, (options) => open(options, mode));
  wholes.set(Class, (options, bytes) => whole(options, mode, bytes));
  return Class;
}

let warned = false;
function warnOfCall(name) {
  if (warned) return;
  warned = true;
  process.emitWarning(
    `Instantiating ${name} without the 'new' keyword has been deprecated.`,
    'DeprecationWarning',
    'DEP0184',
  );
}

const Deflate = define('Deflate', Zlib, openZlib, wholeZlib, constants.DEFLATE);
const Inflate = define('Inflate', Zlib, openZlib, wholeZlib, constants.INFLATE);
const Gzip = define('Gzip', Zlib, openZlib, wholeZlib, constants.GZIP);
const Gunzip = define('Gunzip', Zlib, openZlib, wholeZlib, constants.GUNZIP);
const DeflateRaw = define('DeflateRaw', Zlib, openZlib, wholeZlib, constants.DEFLATERAW);
const InflateRaw = define('InflateRaw', Zlib, openZlib, wholeZlib, constants.INFLATERAW);
const Unzip = define('Unzip', Zlib, openZlib, wholeZlib, constants.UNZIP);
const BrotliCompress = define(
  'BrotliCompress',
  Brotli,
  openBrotli,
  wholeBrotli,
  constants.BROTLI_ENCODE,
);
const BrotliDecompress = define(
  'BrotliDecompress',
  Brotli,
  openBrotli,
  wholeBrotli,
  constants.BROTLI_DECODE,
);

class ZstdCompress extends Zstd {
  constructor(options) {
    super(options, constants.ZSTD_COMPRESS);
  }
}
class ZstdDecompress extends Zstd {
  constructor(options) {
    super(options, constants.ZSTD_DECOMPRESS);
  }
}
openers.set(ZstdCompress, (options) => openZstd(options, constants.ZSTD_COMPRESS));
openers.set(ZstdDecompress, (options) => openZstd(options, constants.ZSTD_DECOMPRESS));

wholes.set(ZstdCompress, (options, bytes) => wholeZstd(options, constants.ZSTD_COMPRESS, bytes));
wholes.set(ZstdDecompress, (options, bytes) =>
  wholeZstd(options, constants.ZSTD_DECOMPRESS, bytes),
);

/**
 * All of `bytes` through a class, at once: (options, bytes) => a Buffer, or a list [message, errno,
 * code], or how many bytes lie behind the end of the data where none may.
 */
function wholeOf(Class) {
  return wholes.get(Class);
}

/** { codec, settings } of a class for work without a stream. */
function openCodec(Class, options) {
  return openers.get(Class)(options);
}

module.exports = {
  BrotliCompress,
  BrotliDecompress,
  Deflate,
  DeflateRaw,
  Gunzip,
  Gzip,
  Inflate,
  InflateRaw,
  Unzip,
  ZstdCompress,
  ZstdDecompress,
  openCodec,
  wholeOf,
};
