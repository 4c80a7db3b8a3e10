'use strict';
// The module compile cache: V8's code of modules, and TypeScript without its types, kept on disk.
// https://nodejs.org/api/module.html#module-compile-cache
//
// A file of the cache is a header of five 32-bit numbers (version tag, size of the source, size of
// the data, checksum of the source, checksum of the data) and the data. Its name is a checksum of the
// kind and the path of the module.

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateBoolean, validateString } = require('runtime/validators');
const { currentCache, setCurrentCache } = require('loader/compile_cache_state');
const { fileURLToPath } = require('loader/file_urls');
const { resolve } = require('loader/paths');
const compiler = native('loader');

const STATUS = { FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 };
const HEADER_SIZE = 20;

function log(text) {
  if (process.env.NODE_DEBUG_NATIVE?.includes('COMPILE_CACHE')) {
    process._rawDebug(`[compile cache] ${text}`);
  }
}

const hex = (number) => number.toString(16).padStart(8, '0');

class CompileCache {
  #folder;
  #isPortable;
  // Entries by file name: { kind, path, source, data, make, isFresh }.
  #entries = new Map();

  constructor(folder, isPortable) {
    this.#folder = folder;
    this.#isPortable = isPortable;
  }

  get folder() {
    return this.#folder;
  }

  /** compileCommonJS of native('loader'), with the cache. */
  compileCommonJS(source, filename) {
    const entry = this.#open('CommonJS', filename, source);
    if (entry?.data === undefined) {
      const body = compiler.compileCommonJS(source, filename);
      if (typeof body === 'function') this.#fill(entry, () => compiler.createFunctionCache(body));
      return body;
    }
    const result = compiler.compileCommonJS(source, filename, entry.data);
    const [body, rejected] = result;
    if (typeof body !== 'function') return result;
    if (rejected) this.#fill(entry, () => compiler.createFunctionCache(body));
    else this.#accept(entry);
    return body;
  }

  /** compileModule of native('module_wrap'), with the cache. */
  compileModule(url, source, compile) {
    const entry = this.#open('ESM', url, source);
    const wrap = compile(url, source, undefined, entry?.data);
    if (entry === undefined) return wrap;
    if (entry.data === undefined || wrap.cachedDataRejected) {
      // Once a module has run V8 no longer gives its code.
      const data = wrap.createCachedData();
      this.#fill(entry, () => data);
    } else {
      this.#accept(entry);
    }
    delete wrap.cachedDataRejected;
    return wrap;
  }

  /** `strip(source, filename)`, with the cache. */
  stripTypes(source, filename, strip) {
    const { transformsTypes } = require('loader/flags');
    const kind = transformsTypes() ? 'TransformedTypeScriptWithSourceMaps' : 'StrippedTypeScript';
    const entry = this.#open(kind, filename, source);
    const { Buffer } = require('node:buffer');
    if (entry?.data !== undefined) {
      log(`retrieving transpile cache for ${kind} ${filename}...success`);
      return Buffer.from(entry.data).toString();
    }
    log(`no transpile cache for ${kind} ${filename}`);
    const code = strip(source, filename);
    if (entry !== undefined) {
      log(`saving transpilation cache for ${kind} ${filename}`);
      entry.make = () => Buffer.from(code);
      entry.isFresh = true;
    }
    return code;
  }

  #open(kind, path, source) {
    const key = this.#keyOf(path);
    if (key === undefined) return undefined;
    const name = hex(compiler.checksum(`${kind} ${key}`));
    const known = this.#entries.get(name);
    if (known !== undefined) return undefined;
    const sum = compiler.checksum(source);
    const entry = { name, kind, path, size: source.length, sum, data: undefined, isFresh: false };
    this.#entries.set(name, entry);
    entry.data = this.#read(entry);
    return entry;
  }

  // What names the module in the cache: in a portable cache its path as seen from there.
  #keyOf(path) {
    const file = path.startsWith('file:') ? fileURLToPath(path) : path;
    if (!this.#isPortable) return file;
    if (!file.startsWith('/')) return undefined;
    const { relative } = require('node:path');
    return relative(this.#folder, file);
  }

  #read({ name, kind, path, size, sum }) {
    const file = `${this.#folder}/${name}`;
    const started = `reading cache from ${file} for ${kind} ${path}...`;
    const fs = require('node:fs');
    let bytes;
    try {
      bytes = fs.readFileSync(file);
    } catch (error) {
      log(`${started} ${error.code}`);
      return undefined;
    }
    if (bytes.length < HEADER_SIZE || bytes.readUInt32LE(0) !== compiler.cacheVersionTag()) {
      log(`${started} version mismatch`);
      return undefined;
    }
    const data = bytes.subarray(HEADER_SIZE);
    if (bytes.readUInt32LE(4) !== size || bytes.readUInt32LE(12) !== sum) {
      log(`${started} code hash mismatch: expected ${sum}, actual ${bytes.readUInt32LE(12)}`);
      return undefined;
    }
    if (
      bytes.readUInt32LE(8) !== data.length ||
      bytes.readUInt32LE(16) !== compiler.checksum(data)
    ) {
      log(`${started} cache hash mismatch`);
      return undefined;
    }
    log(`${started} success, size=${data.length}`);
    return data;
  }

  #fill(entry, make) {
    if (entry === undefined) return;
    const state = entry.data === undefined ? 'was not initialized' : 'was rejected';
    log(`V8 code cache for ${entry.kind} ${entry.path} ${state}, initializing the in-memory entry`);
    entry.make = make;
    entry.isFresh = true;
  }

  #accept({ kind, path }) {
    log(`V8 code cache for ${kind} ${path} was accepted, keeping the in-memory entry`);
  }

  /** Writes what is new. Failures do not matter: the cache is only there to be faster. */
  flush() {
    for (const entry of this.#entries.values()) {
      if (entry.isFresh) this.#write(entry);
      else if (entry.data !== undefined) {
        log(`skip persisting ${entry.kind} ${entry.path} because cache was the same`);
      }
    }
  }

  #write(entry) {
    const { kind, path, name, size, sum } = entry;
    const file = `${this.#folder}/${name}`;
    const temporary = `${file}.${process.pid}`;
    const fs = require('node:fs');
    const { Buffer } = require('node:buffer');
    let outcome = 'success';
    try {
      const data = entry.make();
      if (data === undefined) return;
      const header = Buffer.alloc(HEADER_SIZE);
      header.writeUInt32LE(compiler.cacheVersionTag(), 0);
      header.writeUInt32LE(size, 4);
      header.writeUInt32LE(data.length, 8);
      header.writeUInt32LE(sum, 12);
      header.writeUInt32LE(compiler.checksum(data), 16);
      fs.writeFileSync(temporary, Buffer.concat([header, data]));
      fs.renameSync(temporary, file);
      entry.isFresh = false;
      entry.data = data;
    } catch (error) {
      outcome = `failed: ${error.code ?? error.message}`;
    }
    log(`writing cache for ${kind} ${path} to ${file}...${outcome}`);
  }
}

// Caches of other builds, machines and users lie beside each other.
function subfolder() {
  const user = typeof process.getuid === 'function' ? process.getuid() : 0;
  return `${process.version}-${process.arch}-${hex(compiler.cacheVersionTag())}-${user}`;
}

function enable(directory, isPortable) {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return { status: STATUS.DISABLED };
  const active = currentCache();
  if (active !== undefined) return { status: STATUS.ALREADY_ENABLED, directory: active.folder };

  const base = resolve('', directory);
  const folder = `${base}/${subfolder()}`;
  if (process.permission !== undefined) {
    const { permission } = process;
    for (const [scope, word] of [
      ['fs.write', 'write'],
      ['fs.read', 'read'],
    ]) {
      if (permission.has(scope, folder)) continue;
      const message = `Skipping compile cache because ${word} permission for ${folder} is not granted`;
      log(message);
      return { status: STATUS.FAILED, message };
    }
  }
  try {
    require('node:fs').mkdirSync(folder, { recursive: true });
  } catch (error) {
    const message = `Cannot create cache directory: ${error.message}`;
    log(message);
    return { status: STATUS.FAILED, message };
  }
  const cache = new CompileCache(folder, isPortable);
  setCurrentCache(cache);
  process.on('exit', () => cache.flush());
  return { status: STATUS.ENABLED, directory: base };
}

function isPortableByEnvironment() {
  return process.env.NODE_COMPILE_CACHE_PORTABLE === '1';
}

/** module.enableCompileCache */
function enableCompileCache(options) {
  let directory;
  let isPortable;
  if (typeof options === 'object' && options !== null) {
    ({ directory, portable: isPortable } = options);
    if (directory !== undefined) validateString(directory, 'options.directory');
    if (isPortable !== undefined) validateBoolean(isPortable, 'options.portable');
  } else if (options === undefined || typeof options === 'string') {
    directory = options;
  } else {
    throw new ERR_INVALID_ARG_TYPE('options', ['string', 'object'], options);
  }
  directory ||= process.env.NODE_COMPILE_CACHE;
  directory ||= `${require('node:os').tmpdir()}/node-compile-cache`;
  return enable(directory, isPortable ?? isPortableByEnvironment());
}

/** NODE_COMPILE_CACHE=directory */
function enableFromEnvironment() {
  enable(process.env.NODE_COMPILE_CACHE, isPortableByEnvironment());
}

/** module.flushCompileCache */
function flushCompileCache() {
  currentCache()?.flush();
  log('module.flushCompileCache() finished.');
}

/** module.getCompileCacheDir */
function getCompileCacheDir() {
  return currentCache()?.folder;
}

module.exports = {
  enableCompileCache,
  enableFromEnvironment,
  flushCompileCache,
  getCompileCacheDir,
};
