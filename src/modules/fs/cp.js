'use strict';

// fs.cp. The algorithm is written once, as a generator that yields each file operation; cpSync
// answers with the synchronous native function, cp with the asynchronous one.

const {
  ERR_FS_CP_DIR_TO_NON_DIR,
  ERR_FS_CP_EEXIST,
  ERR_FS_CP_EINVAL,
  ERR_FS_CP_FIFO_PIPE,
  ERR_FS_CP_NON_DIR_TO_DIR,
  ERR_FS_CP_SOCKET,
  ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY,
  ERR_FS_CP_UNKNOWN,
  ERR_FS_EISDIR,
  ERR_INCOMPATIBLE_OPTION_PAIR,
  ERR_INVALID_RETURN_VALUE,
} = require('runtime/errors');
const {
  validateBoolean,
  validateFunction,
  validateInteger,
  validateObject,
} = require('runtime/validators');
const { dirname, isAbsolute, join, parse, resolve, sep } = require('node:path');
const { toPath } = require('modules/fs/arguments');
const { toStats } = require('modules/fs/stats');
const binding = native('fs');

const EEXIST = 17;
const ENOTDIR = 20;
const EISDIR = 21;
const EINVAL = 22;

const DEFAULTS = {
  dereference: false,
  errorOnExist: false,
  filter: undefined,
  force: true,
  mode: 0,
  preserveTimestamps: false,
  recursive: false,
  verbatimSymlinks: false,
};

function toOptions(options) {
  if (options === undefined) return { ...DEFAULTS };
  validateObject(options, 'options');
  options = { ...DEFAULTS, ...options };
  for (const name of [
    'dereference',
    'errorOnExist',
    'force',
    'preserveTimestamps',
    'recursive',
    'verbatimSymlinks',
  ]) {
    validateBoolean(options[name], `options.${name}`);
  }
  options.mode ??= 0;
  validateInteger(options.mode, 'mode', 0, 7);
  if (options.dereference && options.verbatimSymlinks) {
    throw new ERR_INCOMPATIBLE_OPTION_PAIR('dereference', 'verbatimSymlinks');
  }
  if (options.filter !== undefined) validateFunction(options.filter, 'options.filter');
  return options;
}

function failure(Kind, code, errno, message, path) {
  return new Kind({ code, errno, message, path, syscall: 'cp' });
}

// What cpSync refuses from the start it tells in one sentence, without the fields of a system call.
function refusal(options, [Kind, name, code, errno], message, path, sentence) {
  if (!options.isSync) return failure(Kind, code, errno, message, path);
  const error = new Error(sentence);
  error.code = name;
  return error;
}

const INVALID = [ERR_FS_CP_EINVAL, 'ERR_FS_CP_EINVAL', 'EINVAL', EINVAL];
const NOT_A_DIRECTORY = [ERR_FS_CP_DIR_TO_NON_DIR, 'ERR_FS_CP_DIR_TO_NON_DIR', 'EISDIR', EISDIR];
const A_DIRECTORY = [ERR_FS_CP_NON_DIR_TO_DIR, 'ERR_FS_CP_NON_DIR_TO_DIR', 'ENOTDIR', ENOTDIR];
const NOT_RECURSIVE = [ERR_FS_EISDIR, 'ERR_FS_EISDIR', 'EISDIR', EISDIR];

const capitalized = (text) => text[0].toUpperCase() + text.slice(1);

function isSame(one, other) {
  return other.ino !== 0n && one.ino === other.ino && one.dev === other.dev;
}

/** Whether `path` is `directory` or lies below it, by name. */
function isWithin(directory, path) {
  const outer = resolve(directory);
  const inner = resolve(path);
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

function* statOf(path, options, quiet) {
  return toStats(yield [options.dereference ? 'stat' : 'lstat', path, true, quiet]);
}

/** The stats of both ends, when what they are allows the one to be copied to the other. */
function* checkPair(src, dest, options) {
  const srcStats = yield* statOf(src, options, false);
  const destStats = yield* statOf(dest, options, true);
  if (destStats !== undefined) {
    if (isSame(srcStats, destStats)) {
      const message = 'src and dest cannot be the same';
      throw refusal(options, INVALID, message, dest, `${message} ${dest}`);
    }
    if (srcStats.isDirectory() && !destStats.isDirectory()) {
      const message = `cannot overwrite non-directory ${dest} with directory ${src}`;
      throw refusal(options, NOT_A_DIRECTORY, message, dest, capitalized(message));
    }
    if (!srcStats.isDirectory() && destStats.isDirectory()) {
      const message = `cannot overwrite directory ${dest} with non-directory ${src}`;
      throw refusal(options, A_DIRECTORY, message, dest, capitalized(message));
    }
  }
  if (srcStats.isDirectory() && isWithin(src, dest)) throw intoItself(src, dest, options);
  return { srcStats, destStats };
}

function intoItself(src, dest, options) {
  const message = `cannot copy ${src} to a subdirectory of self ${dest}`;
  const sentence = `Cannot copy ${src}/ to a subdirectory of self ${dest}`;
  return refusal(options, INVALID, message, dest, sentence);
}

/** Looks for the source among the parents of the destination, where links may have hidden it. */
function* checkParents(src, srcStats, dest, options) {
  const { root } = parse(resolve(dest));
  const srcParent = resolve(dirname(src));
  for (let parent = resolve(dirname(dest)); parent !== srcParent && parent !== root; ) {
    const stats = toStats(yield ['stat', parent, true, true]);
    if (stats !== undefined && isSame(srcStats, stats)) throw intoItself(src, dest, options);
    parent = dirname(parent);
  }
}

/** Whether the filter lets this pair pass. */
function* isWanted(src, dest, options) {
  return options.filter === undefined || Boolean(yield ['filter', options.filter, src, dest]);
}

function* copyRoot(src, dest, options) {
  if (!(yield* isWanted(src, dest, options))) return;
  const { srcStats, destStats } = yield* checkPair(src, dest, options);
  yield* checkParents(src, srcStats, dest, options);
  const parent = dirname(dest);
  if (toStats(yield ['stat', parent, true, true]) === undefined) yield ['mkdirAll', parent, 0o777];
  yield* copyEntry(src, dest, srcStats, destStats, options);
}

function* copyEntry(src, dest, srcStats, destStats, options) {
  if (srcStats.isDirectory()) {
    if (!options.recursive) {
      const sentence = `Recursive option not enabled, cannot copy a directory: ${src}/`;
      throw refusal(options, NOT_RECURSIVE, `${src} is a directory (not copied)`, src, sentence);
    }
    yield* copyDirectory(src, dest, srcStats, destStats, options);
  } else if (srcStats.isFile() || srcStats.isCharacterDevice() || srcStats.isBlockDevice()) {
    yield* copyFile(src, dest, srcStats, destStats, options);
  } else if (srcStats.isSymbolicLink()) {
    yield* copyLink(src, dest, destStats, options);
  } else if (srcStats.isSocket()) {
    throw failure(ERR_FS_CP_SOCKET, 'EINVAL', EINVAL, `cannot copy a socket file: ${dest}`, dest);
  } else if (srcStats.isFIFO()) {
    throw failure(ERR_FS_CP_FIFO_PIPE, 'EINVAL', EINVAL, `cannot copy a FIFO pipe: ${dest}`, dest);
  } else {
    const message = `cannot copy an unknown file type: ${dest}`;
    throw failure(ERR_FS_CP_UNKNOWN, 'EINVAL', EINVAL, message, dest);
  }
}

function* copyDirectory(src, dest, srcStats, destStats, options) {
  if (destStats === undefined) yield ['mkdir', dest, 0o777];
  for (const name of yield ['readdir', src, false]) {
    const from = join(src, name);
    const to = join(dest, name);
    if (!(yield* isWanted(from, to, options))) continue;
    const pair = yield* checkPair(from, to, options);
    yield* copyEntry(from, to, pair.srcStats, pair.destStats, options);
  }
  // Only now: a directory that may not be written could not have been filled.
  if (destStats === undefined) yield ['chmod', dest, Number(srcStats.mode) & 0o7777];
}

function* copyFile(src, dest, srcStats, destStats, options) {
  if (destStats !== undefined) {
    if (!options.force) {
      if (!options.errorOnExist) return;
      throw failure(ERR_FS_CP_EEXIST, 'EEXIST', EEXIST, `${dest} already exists`, dest);
    }
    yield ['unlink', dest];
  }
  yield ['copyFile', src, dest, options.mode];
  if (options.preserveTimestamps) yield ['copyTimes', src, dest];
  yield ['chmod', dest, Number(srcStats.mode) & 0o7777];
}

/** The target of a link as an absolute path, or as it is where links are copied verbatim. */
function* targetOf(link, verbatim) {
  const target = (yield ['readlink', link]).toString();
  return verbatim || isAbsolute(target) ? target : resolve(dirname(link), target);
}

function* copyLink(src, dest, destStats, options) {
  const target = yield* targetOf(src, options.verbatimSymlinks);
  if (destStats === undefined || !destStats.isSymbolicLink()) {
    // Over a file this fails, as it should: a link replaces links only.
    yield ['symlink', target, dest];
    return;
  }
  const destTarget = yield* targetOf(dest, false);
  const targetStats = toStats(yield ['stat', src, true, true]);
  if (targetStats?.isDirectory()) {
    const absolute = resolve(dirname(src), target);
    if (isWithin(absolute, destTarget)) throw intoItself(absolute, destTarget, options);
    // Without the old link the new one would lead nowhere.
    if (isWithin(destTarget, absolute)) {
      const message = `cannot overwrite ${destTarget} with ${absolute}`;
      throw failure(ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY, 'EINVAL', EINVAL, message, dest);
    }
  }
  yield ['unlink', dest];
  yield ['symlink', target, dest];
}

function answerSync([operation, ...args]) {
  if (operation !== 'filter') return binding[`${operation}Sync`](...args);
  const [filter, src, dest] = args;
  const wanted = filter(src, dest);
  if (typeof wanted?.then === 'function') {
    throw new ERR_INVALID_RETURN_VALUE('boolean', 'filter', wanted);
  }
  return wanted;
}

function answer([operation, ...args]) {
  if (operation !== 'filter') return binding[operation](...args);
  const [filter, src, dest] = args;
  return filter(src, dest);
}

function cpSync(src, dest, options) {
  options = toOptions(options);
  options.isSync = true;
  const copying = copyRoot(toPath(src, 'src'), toPath(dest, 'dest'), options);
  for (let step = copying.next(); !step.done; ) {
    let value;
    try {
      value = answerSync(step.value);
    } catch (error) {
      step = copying.throw(error);
      continue;
    }
    step = copying.next(value);
  }
}

async function run(copying) {
  for (let step = copying.next(); !step.done; ) {
    let value;
    try {
      value = await answer(step.value);
    } catch (error) {
      step = copying.throw(error);
      continue;
    }
    step = copying.next(value);
  }
}

async function cpPromise(src, dest, options) {
  options = toOptions(options);
  await run(copyRoot(toPath(src, 'src'), toPath(dest, 'dest'), options));
}

function cp(src, dest, options, callback) {
  options = toOptions(options);
  run(copyRoot(toPath(src, 'src'), toPath(dest, 'dest'), options)).then(
    () => process.nextTick(callback, null),
    (error) => process.nextTick(callback, error),
  );
}

module.exports = { cp, cpPromise, cpSync };
