'use strict';

const {
  coded,
  illegalConstructor,
  invalidType,
  kMake,
  makeEnumerable,
} = require('modules/sqlite/checks');

const DEFAULT_CAPACITY = 1000;

/** Prepared statements by their text, the least recently used ones dropped first. */
class SQLTagStore {
  #database;
  #capacity = DEFAULT_CAPACITY;
  #statements = new Map();

  constructor(token, database, maxSize) {
    if (token !== kMake) throw illegalConstructor();
    this.#database = database;
    if (maxSize === undefined) return;
    const message = 'The "maxSize" argument must be a positive integer.';
    if (!Number.isInteger(maxSize)) throw invalidType(message);
    if (maxSize < 1) throw coded(RangeError, 'ERR_OUT_OF_RANGE', message);
    this.#capacity = maxSize;
  }

  #statementFor(strings) {
    if (!Array.isArray(strings) || !strings.every((part) => typeof part === 'string')) {
      throw invalidType('First argument must be an array of strings (template literal).');
    }
    const sql = strings.join('?');
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      if (this.#statements.size >= this.#capacity) {
        this.#statements.delete(this.#statements.keys().next().value);
      }
    } else {
      // What is used goes to the end.
      this.#statements.delete(sql);
    }
    this.#statements.set(sql, statement);
    return statement;
  }

  // A value of the template is never an object of named parameters: an empty one in front says so.
  #execute(method, strings, values) {
    return this.#statementFor(strings)[method]({}, ...values);
  }

  get(strings, ...values) {
    return this.#execute('get', strings, values);
  }

  all(strings, ...values) {
    return this.#execute('all', strings, values);
  }

  iterate(strings, ...values) {
    return this.#execute('iterate', strings, values);
  }

  run(strings, ...values) {
    return this.#execute('run', strings, values);
  }

  clear() {
    this.#statements.clear();
  }

  get capacity() {
    return this.#capacity;
  }

  get db() {
    return this.#database;
  }

  get size() {
    return this.#statements.size;
  }
}

makeEnumerable(SQLTagStore);

module.exports = { SQLTagStore };
