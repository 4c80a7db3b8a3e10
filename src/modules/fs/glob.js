'use strict';

// fs.glob: walks directories along compiled patterns. The walk is written once, as a generator that
// yields what it asks of the file system; globSync and the asynchronous forms answer it their way.
//
// A directory is visited together with the states it was reached in: a state is an alternative of a
// pattern and the position of the segment that the directory's entries are compared with.

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateFunction, validateObject, validateString, validateStringArray } =
  require('runtime/validators');
const { basename, dirname, isAbsolute, join, relative, resolve } = require('node:path');
const { compileGlob, GLOBSTAR, matchesCompiled, matchesSegment } = require('modules/path/glob');
const { isUrl, toPath } = require('modules/fs/arguments');
const { DIRECTORY, Dirent, LINK } = require('modules/fs/dirent');
const binding = native('fs');

const MATCH = Symbol('match');
const TYPE_OF_MODE = {
  0o100000: 1,
  0o040000: 2,
  0o120000: 3,
  0o010000: 4,
  0o140000: 5,
  0o020000: 6,
  0o060000: 7,
};
const MODE_FIELD = 1;

function typeOfFields(fields) {
  return fields === undefined ? undefined : TYPE_OF_MODE[fields[MODE_FIELD] & 0o170000];
}

/** What `exclude` says of a path: a function of an entry's name, or patterns of paths. */
function toExclusion(exclude, cwd) {
  if (exclude == null) return null;
  if (typeof exclude === 'function') return { test: exclude, matches: () => false };
  if (!Array.isArray(exclude)) {
    throw new ERR_INVALID_ARG_TYPE('options.exclude', ['function', 'string[]'], exclude);
  }
  validateStringArray(exclude, 'options.exclude');
  const absolutes = [];
  const relatives = [];
  for (const pattern of exclude) {
    const isRooted = pattern.startsWith('/');
    const plain = pattern.replace(/^(?:\.\/+)+/, '');
    for (const segments of compileGlob(plain)) {
      const list = isRooted ? absolutes : relatives;
      list.push(segments);
      // 'a/**' leaves out the directory itself too.
      if (segments.length > 1 && segments.at(-1) === GLOBSTAR) list.push(segments.slice(0, -1));
    }
  }
  return {
    test: null,
    matches(path) {
      const full = resolve(cwd, path);
      const local = isAbsolute(path) ? relative(cwd, path) : path;
      return (
        matchesCompiled(absolutes, full) || matchesCompiled(relatives, local === '' ? '.' : local)
      );
    },
  };
}

class Walk {
  constructor(patterns, options = {}) {
    validateObject(options, 'options');
    const { exclude, withFileTypes = false, followSymlinks = false } = options;
    let cwd = options.cwd ?? '.';
    if (isUrl(cwd)) cwd = toPath(cwd);
    validateString(cwd, 'options.cwd');
    if (typeof patterns === 'object') {
      validateStringArray(patterns, 'patterns');
    } else {
      validateString(patterns, 'patterns');
      patterns = [patterns];
    }
    this.cwd = cwd;
    this.root = resolve(cwd);
    this.withFileTypes = Boolean(withFileTypes);
    this.followSymlinks = Boolean(followSymlinks);
    this.exclusion = toExclusion(exclude, this.root);
    // What names nothing but the starting point matches nothing.
    this.alternatives = patterns
      .flatMap(compileGlob)
      .filter(
        (segments) =>
          segments.some((each) => each !== '' && each !== '.' && each !== '..') ||
          (segments.length > 1 && segments[0] === ''),
      );
    this.queue = [];
    this.visited = new Map();
    this.found = new Set();
  }

  *run() {
    this.alternatives.forEach((segments, alternative) => {
      const isRooted = segments.length > 1 && segments[0] === '';
      this.enqueue(isRooted ? '/' : '', alternative, isRooted ? 1 : 0);
    });
    for (let item = this.queue.shift(); item !== undefined; item = this.queue.shift()) {
      yield* this.visit(item.path, item.states);
    }
  }

  enqueue(path, alternative, position) {
    const last = this.queue.at(-1);
    if (last?.path === path) last.states.push([alternative, position]);
    else this.queue.push({ path, states: [[alternative, position]] });
  }

  /** Where a path of the walk is in the file system. */
  locate(path) {
    return isAbsolute(path) ? path : join(this.cwd, path) || '.';
  }

  child(directory, name) {
    if (directory === '') return name;
    return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
  }

  parent(directory) {
    const parent = join(directory, '..');
    return parent === '.' ? '' : parent;
  }

  direntOf(path, type) {
    const shown = path === '' ? '.' : path;
    const parent = dirname(shown);
    return new Dirent(basename(shown), isAbsolute(shown) ? parent : join(this.cwd, parent), type);
  }

  /** Whether an entry is left out, and with it everything below. */
  excludes(path, type) {
    if (this.exclusion === null) return false;
    const { test, matches } = this.exclusion;
    if (test !== null)
      return Boolean(test(this.withFileTypes ? this.direntOf(path, type) : basename(path)));
    return matches(path);
  }

  *emit(path, type) {
    const shown = path === '' ? '.' : path;
    if (this.found.has(shown)) return;
    if (this.withFileTypes) {
      type ??= typeOfFields(yield ['lstat', this.locate(path), false, true]);
      if (type === undefined) return;
    }
    if (this.exclusion !== null && this.exclusion.test === null && this.exclusion.matches(shown))
      return;
    this.found.add(shown);
    yield [MATCH, this.withFileTypes ? this.direntOf(path, type) : shown];
  }

  /** Follows what needs no look at the entries; returns the states that do. */
  *advance(path, states, isDirectory) {
    const pending = [...states];
    const active = [];
    let seen = this.visited.get(path);
    if (seen === undefined) this.visited.set(path, (seen = new Set()));
    for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
      const [alternative, position] = state;
      const key = `${alternative},${position}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const segments = this.alternatives[alternative];
      const segment = segments[position];
      const isLast = position === segments.length - 1;
      if (segment === GLOBSTAR) {
        active.push(state);
        if (!isLast) pending.push([alternative, position + 1]);
        else if (isDirectory) yield* this.emit(path);
      } else if (segment === '.' || segment === '') {
        if (!isLast) pending.push([alternative, position + 1]);
        else if (isDirectory) yield* this.emit(path);
      } else if (segment === '..') {
        const parent = this.parent(path);
        if (isLast) yield* this.emit(parent);
        else this.enqueue(parent, alternative, position + 1);
      } else {
        active.push(state);
      }
    }
    return active;
  }

  *visit(path, states) {
    const isDirectory = (yield* this.followedType(path)) === DIRECTORY;
    const active = yield* this.advance(path, states, isDirectory);
    if (!isDirectory || active.length === 0) return;
    const needsEntries = active.some(
      ([alternative, position]) => typeof this.alternatives[alternative][position] !== 'string',
    );
    let entries = null;
    if (needsEntries) {
      const listing = yield ['readdirTypes', this.locate(path), false, false, false];
      if (listing === undefined) return;
      const [[, names, types]] = listing;
      entries = new Map(names.map((name, index) => [name, types[index]]));
    }
    for (const [alternative, position] of active) {
      const segment = this.alternatives[alternative][position];
      if (typeof segment === 'string') {
        yield* this.matchLiteral(path, entries, alternative, position);
      } else {
        for (const [name, type] of entries) {
          if (segment === GLOBSTAR) yield* this.descend(path, name, type, alternative, position);
          else if (matchesSegment(segment, name))
            yield* this.match(path, name, type, alternative, position);
        }
      }
    }
  }

  *followedType(path) {
    return typeOfFields(yield ['stat', this.locate(path), false, true]);
  }

  *matchLiteral(path, entries, alternative, position) {
    const segments = this.alternatives[alternative];
    const name = segments[position];
    const child = this.child(path, name);
    const type =
      entries?.get(name) ?? typeOfFields(yield ['lstat', this.locate(child), false, true]);
    if (type === undefined || this.excludes(child, type)) return;
    if (position === segments.length - 1) {
      yield* this.emit(child, type);
      return;
    }
    // Behind a leading `**` no link is followed, not even one that the pattern names.
    const behindLeadingStar = position === 1 && segments[0] === GLOBSTAR;
    if (type === DIRECTORY || (type === LINK && !behindLeadingStar)) {
      this.enqueue(child, alternative, position + 1);
    }
  }

  *match(path, name, type, alternative, position) {
    const child = this.child(path, name);
    if (this.excludes(child, type)) return;
    if (position === this.alternatives[alternative].length - 1) yield* this.emit(child, type);
    else if (type === DIRECTORY) this.enqueue(child, alternative, position + 1);
  }

  /** One step of `**`: any name but a hidden one. */
  *descend(path, name, type, alternative, position) {
    if (name.startsWith('.')) return;
    const child = this.child(path, name);
    if (this.excludes(child, type)) return;
    const isLast = position === this.alternatives[alternative].length - 1;
    if (isLast) yield* this.emit(child, type);
    if (type === DIRECTORY) {
      this.enqueue(child, alternative, position);
    } else if (type === LINK) {
      if (this.followSymlinks) {
        if (yield* this.isSafeToFollow(path, child)) this.enqueue(child, alternative, position);
      } else if (!isLast && position > 0 && (yield* this.followedType(child)) === DIRECTORY) {
        // The walk does not continue in what a link points to, but the rest of the pattern may
        // match there - unless `**` comes first.
        this.enqueue(child, alternative, position + 1);
      }
    }
  }

  /** Whether a link leads to a directory that the walk is not inside of already. */
  *isSafeToFollow(path, link) {
    if ((yield* this.followedType(link)) !== DIRECTORY) return false;
    const here = yield ['resolvePath', resolve(this.locate(path))];
    const target = yield ['resolvePath', resolve(this.locate(link))];
    return (
      here !== undefined &&
      target !== undefined &&
      here !== target &&
      !here.startsWith(`${target}/`)
    );
  }
}

function globSync(pattern, options) {
  const walking = new Walk(pattern, options).run();
  const matches = [];
  for (let step = walking.next(); !step.done; ) {
    const [operation, ...args] = step.value;
    let value;
    if (operation === MATCH) {
      matches.push(args[0]);
    } else {
      try {
        value = binding[`${operation}Sync`](...args);
      } catch {
        // What cannot be read holds no match.
      }
    }
    step = walking.next(value);
  }
  return matches;
}

async function* iterate(walk) {
  const walking = walk.run();
  for (let step = walking.next(); !step.done; ) {
    const [operation, ...args] = step.value;
    let value;
    if (operation === MATCH) {
      yield args[0];
    } else {
      try {
        value = await binding[operation](...args);
      } catch {
        // What cannot be read holds no match.
      }
    }
    step = walking.next(value);
  }
}

async function* globIterator(pattern, options) {
  yield* iterate(new Walk(pattern, options));
}

function globWithCallback(pattern, options, callback) {
  validateFunction(callback, 'cb');
  const walk = new Walk(pattern, options);
  const collect = async () => {
    const matches = [];
    for await (const match of iterate(walk)) matches.push(match);
    return matches;
  };
  collect().then(
    (matches) => process.nextTick(callback, null, matches),
    (error) => process.nextTick(callback, error),
  );
}

/** A test of names against one glob pattern, for the `ignore` option of fs.watch. */
function toNameTest(pattern) {
  const compiled = compileGlob(pattern);
  return (name) => matchesCompiled(compiled, name);
}

module.exports = { globIterator, globSync, globWithCallback, toNameTest };
