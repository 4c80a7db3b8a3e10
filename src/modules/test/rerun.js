'use strict';

// --test-rerun-failures: which tests have passed in an earlier attempt, kept in a file.

/** Names tests by where they are declared; several of one place are counted. */
class Keys {
  #seen = new Map();
  #cwd;

  constructor(cwd) {
    this.#cwd = cwd;
  }

  of({ file, line, column }) {
    const place = `${require('node:path').relative(this.#cwd, file ?? '')}:${line}:${column}`;
    const count = this.#seen.get(place) ?? 0;
    this.#seen.set(place, count + 1);
    return count === 0 ? place : `${place}:(${count})`;
  }
}

function readAttempts(path) {
  const fs = require('node:fs');
  if (!fs.existsSync(path)) return [];
  return JSON.parse(fs.readFileSync(path, 'utf8'));
}

/** What a run knows of the attempts before it. */
class Rerun {
  #path;
  #attempts;
  #passed = {};
  #keys;
  #reportKeys;

  constructor(path, cwd) {
    this.#path = path;
    this.#attempts = readAttempts(path);
    this.#keys = new Keys(cwd);
    this.#reportKeys = new Keys(cwd);
  }

  get attempt() {
    return this.#attempts.length;
  }

  /** In which attempt a test has passed already; undefined if it has not. */
  passedOn(location) {
    const key = this.#keys.of(location);
    return this.#attempts.at(-1)?.[key]?.passed_on_attempt;
  }

  /** Hears of the events of the run. */
  note(type, data) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite') return;
    // Files that stand for themselves have no place in the program.
    if (data.file === undefined || data.isFile) return;
    const key = this.#reportKeys.of(data);
    if (type === 'test:fail') return;
    this.#passed[key] = {
      passed_on_attempt: data.details.passed_on_attempt ?? this.attempt,
      name: data.name,
    };
  }

  /** Adds this attempt to the file. */
  write() {
    const attempts = [...this.#attempts, this.#passed];
    require('node:fs').writeFileSync(this.#path, JSON.stringify(attempts, null, 2));
  }
}

module.exports = { Rerun };
