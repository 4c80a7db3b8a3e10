'use strict';
// Which files of a set change? A folder is watched for all of its files, because editors replace
// files rather than write to them.

const { watch, statSync } = require('node:fs');
const path = require('node:path');

// Saving a file makes several events.
const kQuietTime = 200;

class FileChanges {
  #files = new Set();
  #watchers = new Map(); // folder -> FSWatcher
  #trees = [];
  #listener;
  #timer;

  /** @param {(file: string) => void} listener called once for changes that come close together */
  constructor(listener) {
    this.#listener = listener;
  }

  /** Watches one file, which need not exist. */
  addFile(file) {
    if (this.#files.has(file)) return;
    this.#files.add(file);
    const folder = path.dirname(file);
    if (this.#watchers.has(folder)) return;
    try {
      this.#watchers.set(folder, this.#watch(folder, false));
    } catch (error) {
      // A folder that is missing cannot tell when it comes.
      if (error.code !== 'ENOENT') throw error;
    }
  }

  /** Watches a file, or a folder with everything below it. */
  addPath(name) {
    const full = path.resolve(name);
    if (!statSync(full, { throwIfNoEntry: false })?.isDirectory()) this.addFile(full);
    else this.#trees.push(this.#watch(full, true));
  }

  #watch(folder, recursive) {
    return watch(folder, { recursive }, (_type, name) => {
      const file = name === null ? folder : path.join(folder, name);
      if (recursive || this.#files.has(file)) this.#note(file);
    });
  }

  #note(file) {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#listener(file);
    }, kQuietTime);
  }

  /** Forgets the single files; what addPath() was given stays. */
  clearFiles() {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    this.#files.clear();
  }

  close() {
    this.clearFiles();
    for (const watcher of this.#trees) watcher.close();
    clearTimeout(this.#timer);
  }
}

module.exports = { FileChanges };
