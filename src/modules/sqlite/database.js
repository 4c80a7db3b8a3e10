'use strict';

const {
  booleanOption,
  coded,
  databasePath,
  kMake,
  makeEnumerable,
  invalidType,
  requireBoolean,
  requireBytes,
  requireFunction,
  requireInteger,
  requireObject,
  requireString,
  stringOption,
} = require('modules/sqlite/checks');
const { limitOptions, makeLimits } = require('modules/sqlite/limits');
const { followSubscribers } = require('modules/sqlite/query_channel');
const { PreparedStatement } = require('modules/sqlite/statement');

const { Database, DETERMINISTIC, DIRECTONLY } = native('sqlite');

// Options of a database that its statements inherit, with what they are by default.
const STATEMENT_OPTIONS = {
  readBigInts: false,
  returnArrays: false,
  allowBareNamedParameters: true,
  allowUnknownNamedParameters: false,
};

let handleOf;

function requireOpen(handle) {
  if (!handle.isOpen()) throw coded(Error, 'ERR_INVALID_STATE', 'database is not open');
}

function functionFlags(options) {
  const deterministic = booleanOption(options, 'deterministic', false);
  const directOnly = booleanOption(options, 'directOnly', false);
  return (deterministic ? DETERMINISTIC : 0) | (directOnly ? DIRECTONLY : 0);
}

function statementOptions(options, inherited) {
  const result = {};
  for (const [name, fallback] of Object.entries(inherited)) {
    result[name] = booleanOption(options, name, fallback);
  }
  return result;
}

/** A connection to a database. */
class ConnectedDatabase {
  #handle = new Database();
  #path;
  #settings;
  #limitOptions;
  #statementOptions;
  #limits;

  static {
    handleOf = (database) => (#handle in database ? database.#handle : undefined);
  }

  constructor(path, options) {
    this.#path = databasePath(path);
    if (options === undefined) options = {};
    else requireObject(options, 'options');
    const shouldOpen = booleanOption(options, 'open', true);
    this.#settings = [
      booleanOption(options, 'readOnly', false),
      booleanOption(options, 'enableForeignKeyConstraints', true),
      booleanOption(options, 'enableDoubleQuotedStringLiterals', false),
      booleanOption(options, 'allowExtension', false),
    ];
    const { timeout = 0 } = options;
    requireInteger(timeout, 'options.timeout');
    this.#statementOptions = statementOptions(options, STATEMENT_OPTIONS);
    this.#settings.push(timeout, booleanOption(options, 'defensive', true));
    this.#limitOptions = limitOptions(options.limits);
    if (shouldOpen) this.open();
  }

  open() {
    this.#handle.open(this.#path, ...this.#settings);
    for (const [id, value] of this.#limitOptions) this.#handle.limit(id, value);
  }

  close() {
    this.#handle.close();
  }

  prepare(sql, options) {
    requireOpen(this.#handle);
    requireString(sql, 'sql');
    let chosen = this.#statementOptions;
    if (options !== undefined) {
      requireObject(options, 'options');
      chosen = statementOptions(options, chosen);
    }
    const statement = this.#handle.prepare(sql);
    for (const [name, value] of Object.entries(chosen)) {
      if (value !== STATEMENT_OPTIONS[name]) statement.setOption(name, value);
    }
    return new PreparedStatement(statement, () => followSubscribers(this, this.#handle));
  }

  exec(sql) {
    requireOpen(this.#handle);
    requireString(sql, 'sql');
    followSubscribers(this, this.#handle);
    this.#handle.exec(sql);
  }

  function(name, options, fn) {
    requireOpen(this.#handle);
    requireString(name, 'name');
    if (arguments.length < 3) {
      fn = options;
      options = {};
    } else {
      requireObject(options, 'options');
    }
    const useBigInts = booleanOption(options, 'useBigIntArguments', false);
    const isVariadic = booleanOption(options, 'varargs', false);
    const flags = functionFlags(options);
    requireFunction(fn, 'function');
    this.#handle.createFunction(name, isVariadic ? -1 : fn.length, flags, useBigInts, fn);
  }

  createTagStore(maxSize) {
    requireOpen(this.#handle);
    const { SQLTagStore } = require('modules/sqlite/tag_store');
    return new SQLTagStore(kMake, this, maxSize);
  }

  location(dbName = 'main') {
    requireOpen(this.#handle);
    requireString(dbName, 'dbName');
    return this.#handle.location(dbName) ?? null;
  }

  aggregate(name, options) {
    requireOpen(this.#handle);
    const start = options.start;
    const { step, inverse, result } = options;
    requireString(name, 'name');
    if (start === undefined) {
      throw invalidType('The "options.start" argument must be a function or a primitive value.');
    }
    requireFunction(step, 'options.step');
    const useBigInts = booleanOption(options, 'useBigIntArguments', false);
    const isVariadic = booleanOption(options, 'varargs', false);
    const flags = functionFlags(options);
    if (inverse !== undefined) requireFunction(inverse, 'options.inverse');
    // Without the state that comes first.
    const count = Math.max(step.length, inverse?.length ?? 0) - 1;
    const parameters = isVariadic ? -1 : Math.max(count, 0);
    this.#handle.createAggregate(name, parameters, flags, useBigInts, start, step, result, inverse);
  }

  createSession(options) {
    requireOpen(this.#handle);
    if (options === undefined) options = {};
    else requireObject(options, 'options');
    const table = stringOption(options, 'table', undefined);
    const db = stringOption(options, 'db', 'main');
    const { OpenSession } = require('modules/sqlite/session');
    return new OpenSession(this.#handle.createSession(table, db));
  }

  applyChangeset(changeset, options) {
    requireOpen(this.#handle);
    requireBytes(changeset, 'changeset');
    if (options === undefined) options = {};
    else requireObject(options, 'options');
    const { onConflict, filter } = options;
    if (onConflict !== undefined) requireFunction(onConflict, 'options.onConflict');
    if (filter !== undefined) requireFunction(filter, 'options.filter');
    return this.#handle.applyChangeset(changeset, filter, onConflict);
  }

  enableLoadExtension(allow) {
    requireOpen(this.#handle);
    requireBoolean(allow, 'allow');
    this.#handle.enableLoadExtension(allow);
  }

  enableDefensive(active) {
    requireOpen(this.#handle);
    requireBoolean(active, 'active');
    this.#handle.enableDefensive(active);
  }

  loadExtension(path, entryPoint) {
    requireOpen(this.#handle);
    requireString(path, 'path');
    if (entryPoint !== undefined) requireString(entryPoint, 'entryPoint');
    this.#handle.loadExtension(path, entryPoint);
  }

  serialize(dbName = 'main') {
    requireOpen(this.#handle);
    requireString(dbName, 'dbName');
    return this.#handle.serialize(dbName);
  }

  deserialize(buffer, options) {
    requireOpen(this.#handle);
    requireBytes(buffer, 'buffer');
    if (buffer.length === 0) {
      throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', 'The "buffer" argument must not be empty.');
    }
    if (options === undefined) options = {};
    else requireObject(options, 'options');
    this.#handle.deserialize(buffer, stringOption(options, 'dbName', 'main'));
  }

  setAuthorizer(callback) {
    requireOpen(this.#handle);
    if (callback !== null && typeof callback !== 'function') {
      throw invalidType('The "callback" argument must be a function or null.');
    }
    this.#handle.setAuthorizer(callback);
  }

  [Symbol.dispose]() {
    if (this.#handle.isOpen()) this.#handle.close();
  }

  get isOpen() {
    return this.#handle.isOpen();
  }

  get isTransaction() {
    return this.#handle.inTransaction();
  }

  get limits() {
    this.#limits ??= makeLimits(this.#handle);
    return this.#limits;
  }
}

makeEnumerable(ConnectedDatabase);
Object.defineProperty(ConnectedDatabase.prototype, Symbol.for('sqlite-type'), {
  value: 'node:sqlite',
  configurable: true,
});

/** The public class: a call without `new` has an error of its own. */
function DatabaseSync(path, options) {
  if (new.target === undefined) {
    const message = 'Cannot call constructor without `new`';
    throw coded(TypeError, 'ERR_CONSTRUCT_CALL_REQUIRED', message);
  }
  return Reflect.construct(ConnectedDatabase, [path, options], new.target);
}
Object.defineProperty(DatabaseSync, 'prototype', {
  value: ConnectedDatabase.prototype,
  writable: false,
});
Object.defineProperty(DatabaseSync, 'length', { value: 0 });
DatabaseSync.prototype.constructor = DatabaseSync;

module.exports = { DatabaseSync, handleOf };
