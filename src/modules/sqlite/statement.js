'use strict';

const { makeEnumerable, publicClass, requireBoolean } = require('modules/sqlite/checks');

function setOption(statement, name, enabled, argument = name) {
  requireBoolean(enabled, argument);
  statement.setOption(name, enabled);
}

/** A prepared statement, made by DatabaseSync.prototype.prepare(). */
class PreparedStatement {
  #statement;
  #beforeExecution;

  constructor(statement, beforeExecution) {
    this.#statement = statement;
    this.#beforeExecution = beforeExecution;
  }

  iterate(...parameters) {
    this.#beforeExecution();
    const iteration = this.#statement.start(...parameters);
    return makeIterator(this.#statement, iteration);
  }

  all(...parameters) {
    this.#beforeExecution();
    return this.#statement.all(...parameters);
  }

  get(...parameters) {
    this.#beforeExecution();
    return this.#statement.get(...parameters);
  }

  run(...parameters) {
    this.#beforeExecution();
    return this.#statement.run(...parameters);
  }

  columns() {
    return this.#statement.columns();
  }

  setAllowBareNamedParameters(enabled) {
    setOption(this.#statement, 'allowBareNamedParameters', enabled);
  }

  setAllowUnknownNamedParameters(enabled) {
    setOption(this.#statement, 'allowUnknownNamedParameters', enabled, 'enabled');
  }

  setReadBigInts(enabled) {
    setOption(this.#statement, 'readBigInts', enabled);
  }

  setReturnArrays(enabled) {
    setOption(this.#statement, 'returnArrays', enabled);
  }

  get sourceSQL() {
    return this.#statement.sourceSQL();
  }

  get expandedSQL() {
    return this.#statement.expandedSQL();
  }

  close() {
    this.#statement.close();
  }

  [Symbol.dispose]() {
    if (!this.#statement.isFinalized()) this.#statement.close();
  }
}

makeEnumerable(PreparedStatement);
const StatementSync = publicClass(PreparedStatement, 'StatementSync');

let makeIterator;

/** The rows of one execution, as they are asked for. */
class StatementSyncIterator extends Iterator {
  #statement;
  #iteration;
  #isDone = false;

  static {
    makeIterator = (statement, iteration) => {
      const iterator = new StatementSyncIterator();
      iterator.#statement = statement;
      iterator.#iteration = iteration;
      return iterator;
    };
  }

  next() {
    const row = this.#isDone ? undefined : this.#statement.next(this.#iteration);
    if (row !== undefined) return { __proto__: null, done: false, value: row };
    this.#isDone = true;
    return { __proto__: null, done: true, value: null };
  }

  return() {
    if (!this.#isDone) this.#statement.stop(this.#iteration);
    this.#isDone = true;
    return { __proto__: null, done: true, value: null };
  }
}

makeEnumerable(StatementSyncIterator);

module.exports = { PreparedStatement, StatementSync };
