'use strict';

// run() in watch mode: what changes runs again.

const kIgnored = /(^|[\\/])(node_modules|\.git)([\\/]|$)/;
// What programs are made of; tests may write other files.
const kSource = /\.([cm]?[jt]s|json|node|wasm)$/;
const kQuietTime = 200;

// Tests may mock the timers: ours are those from before.
const { setTimeout: setTimer, clearTimeout: clearTimer } = globalThis;

/** Collects the files that change below some folders until it is quiet again. */
class Changes {
  #watchers;
  #files = new Set();
  #timer;
  #next = Promise.withResolvers();

  constructor(folders) {
    const fs = require('node:fs');
    const path = require('node:path');
    this.#watchers = folders.map((folder) =>
      fs.watch(folder, { recursive: true }, (_type, name) => {
        if (name !== null && kSource.test(name) && !kIgnored.test(name))
          this.#note(path.join(folder, name));
      }),
    );
  }

  #note(file) {
    this.#files.add(file);
    clearTimer(this.#timer);
    this.#timer = setTimer(() => this.#tell(), kQuietTime);
  }

  // That files are gone is no reason to run anything.
  #tell() {
    const files = [...this.#files].filter((file) => require('node:fs').existsSync(file));
    this.#files.clear();
    if (files.length === 0) return;
    this.#next.resolve(files);
    this.#next = Promise.withResolvers();
  }

  /** The files of the next change; undefined once it is closed. */
  next() {
    return this.#next.promise;
  }

  close() {
    clearTimer(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
    this.#next.resolve(undefined);
  }
}

/** The test files there are now. */
function listFiles({ files, globPatterns, cwd }) {
  const path = require('node:path');
  const { findTestFiles } = require('modules/test/discovery');
  const names = files ?? findTestFiles(globPatterns, cwd);
  return names.map((name) => path.resolve(cwd, name));
}

/** Test files that changed run alone; for anything else that changed, all do. */
function affected(changed, options) {
  const all = listFiles(options);
  const own = all.filter((file) => changed.includes(file));
  return own.length > 0 ? own : all;
}

/** Calls `runOnce(files)`, and again whenever something changes, until the signal aborts. */
async function watch(options, stream, runOnce) {
  const path = require('node:path');
  const folders = options.files
    ? listFiles(options).map((file) => path.dirname(file))
    : [options.cwd];
  const changes = new Changes([...new Set(folders)]);
  options.signal?.addEventListener('abort', () => changes.close(), { once: true });
  if (options.signal?.aborted) changes.close();
  let files = listFiles(options);
  while (!options.signal?.aborted) {
    // What changes from here on runs after this.
    const next = changes.next();
    await runOnce(files);
    stream.report('test:watch:drained');
    const changed = await next;
    if (changed === undefined) break;
    files = affected(changed, options);
    stream.report('test:watch:restarted');
  }
  stream.end();
}

module.exports = { watch };
