'use strict';

// The watchers of a directory and of all directories below it. inotify watches single directories,
// so that the tree is kept up as directories come and go.

const { basename, join } = require('node:path');
const { DIRECTORY } = require('modules/fs/dirent');
const { uvException } = require('runtime/errors');
const binding = native('fs');
const { FSEvent } = binding;

const INO_FIELD = 7;
const MODE_FIELD = 1;

function isDirectory(fields) {
  return fields !== undefined && (fields[MODE_FIELD] & 0o170000) === 0o040000;
}

class WatchTree {
  #root;
  #persistent;
  #observer;
  #isClosed = false;
  // By the directory's path relative to the root, which itself is ''.
  #watched = new Map();

  /** `observer` is { report(eventType, relativePath), fail(errno, path) }. */
  constructor(root, persistent, observer) {
    this.#root = root;
    this.#persistent = persistent;
    this.#observer = observer;
    const fields = binding.statSync(root, false, false);
    this.#watch('', fields[INO_FIELD]);
    if (isDirectory(fields)) this.#scan('', false);
  }

  ref() {
    for (const { handle } of this.#watched.values()) handle.ref();
  }

  unref() {
    this.#persistent = false;
    for (const { handle } of this.#watched.values()) handle.unref();
  }

  close() {
    this.#isClosed = true;
    for (const { handle } of this.#watched.values()) handle.close();
    this.#watched.clear();
  }

  #locate(relative) {
    return relative === '' ? this.#root : join(this.#root, relative);
  }

  #watch(directory, ino) {
    // Whom a report reaches may close the tree while it still grows.
    if (this.#isClosed) return false;
    const handle = new FSEvent();
    const onChange = (status, eventType, name) => {
      if (this.#watched.get(directory)?.handle !== handle) return;
      if (status < 0) this.#observer.fail(status, this.#locate(directory));
      else this.#onChange(directory, eventType, name === null ? '' : name.toString());
    };
    handle.onchange = onChange;
    const errno = handle.start(this.#locate(directory), this.#persistent);
    if (errno === 0) {
      this.#watched.set(directory, { handle, ino });
      return true;
    }
    handle.close();
    if (directory === '') throw uvException({ errno, syscall: 'watch', path: this.#root });
    // A directory that is gone again needs no watcher; without watchers there is no going on.
    if (errno !== -2 && errno !== -20) this.#observer.fail(errno, this.#locate(directory));
    return false;
  }

  /** Watches what is below `directory`; `announce` tells of entries that came with it. */
  #scan(directory, announce) {
    let listing;
    try {
      [listing] = binding.readdirTypesSync(this.#locate(directory), false, false, false);
    } catch {
      // Not readable, or gone already: nothing below it will be reported.
      return;
    }
    const [, names, types] = listing;
    names.forEach((name, index) => {
      const relative = join(directory, name);
      if (announce && !this.#isClosed) this.#observer.report('rename', relative);
      if (types[index] === DIRECTORY) this.#add(relative, announce);
    });
  }

  #add(directory, announce) {
    const fields = this.#look(directory);
    if (!isDirectory(fields) || this.#watched.has(directory)) return;
    if (this.#watch(directory, fields[INO_FIELD])) this.#scan(directory, announce);
  }

  #look(relative) {
    try {
      return binding.lstatSync(this.#locate(relative), false, true);
    } catch {
      return undefined;
    }
  }

  #drop(directory) {
    const below = `${directory}/`;
    for (const [path, { handle }] of this.#watched) {
      if (path !== directory && !path.startsWith(below)) continue;
      handle.close();
      this.#watched.delete(path);
    }
  }

  #onChange(directory, eventType, name) {
    const relative = join(directory, name);
    // A directory's own end is reported to its watcher too, under its own name; its parent's
    // watcher tells of it better.
    if (directory !== '' && name === basename(directory) && this.#look(relative) === undefined) {
      return;
    }
    this.#observer.report(eventType, relative);
    if (eventType !== 'rename') return;
    const fields = this.#look(relative);
    const known = this.#watched.get(relative);
    if (known && (!isDirectory(fields) || fields[INO_FIELD] !== known.ino)) this.#drop(relative);
    if (isDirectory(fields)) this.#add(relative, true);
  }
}

module.exports = { WatchTree };
