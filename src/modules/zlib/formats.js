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
const { Zlib: Codec } = native('zlib');

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

/** A class that can also be called without `new`, as old programs do. */
function define(name, Base, open, mode) {
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

const Deflate = define('Deflate', Zlib, openZlib, constants.DEFLATE);
const Inflate = define('Inflate', Zlib, openZlib, constants.INFLATE);
const Gzip = define('Gzip', Zlib, openZlib, constants.GZIP);
const Gunzip = define('Gunzip', Zlib, openZlib, constants.GUNZIP);
const DeflateRaw = define('DeflateRaw', Zlib, openZlib, constants.DEFLATERAW);
const InflateRaw = define('InflateRaw', Zlib, openZlib, constants.INFLATERAW);
const Unzip = define('Unzip', Zlib, openZlib, constants.UNZIP);
const BrotliCompress = define('BrotliCompress', Brotli, openBrotli, constants.BROTLI_ENCODE);
const BrotliDecompress = define('BrotliDecompress', Brotli, openBrotli, constants.BROTLI_DECODE);

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
};
