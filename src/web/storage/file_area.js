'use strict';
// Items in an SQLite file, which is opened (and made) at the first use. Other processes may change it
// at any time, so nothing of it is remembered.

const { kQuota } = require('web/storage/memory_area');

// Tables, columns and triggers are Node's: texts are UTF-16, and the file itself counts its bytes.
const kSchema = `
  CREATE TABLE IF NOT EXISTS nodejs_webstorage(
    key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY(key)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS nodejs_webstorage_state(
    max_size INTEGER NOT NULL DEFAULT ${kQuota},
    total_size INTEGER NOT NULL,
    schema_version INTEGER NOT NULL DEFAULT 0,
    single_row_ INTEGER NOT NULL DEFAULT 1 CHECK(single_row_ = 1),
    PRIMARY KEY(single_row_)
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_insert AFTER INSERT ON nodejs_webstorage BEGIN
    UPDATE nodejs_webstorage_state SET total_size = total_size + length(NEW.key) + length(NEW.value);
    SELECT RAISE(ABORT, 'QuotaExceeded') FROM nodejs_webstorage_state WHERE total_size > max_size;
  END;
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_update AFTER UPDATE ON nodejs_webstorage BEGIN
    UPDATE nodejs_webstorage_state SET total_size = total_size
      - length(OLD.key) - length(OLD.value) + length(NEW.key) + length(NEW.value);
    SELECT RAISE(ABORT, 'QuotaExceeded') FROM nodejs_webstorage_state WHERE total_size > max_size;
  END;
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_delete AFTER DELETE ON nodejs_webstorage BEGIN
    UPDATE nodejs_webstorage_state SET total_size = total_size - length(OLD.key) - length(OLD.value);
  END;
  INSERT OR IGNORE INTO nodejs_webstorage_state (total_size, schema_version) VALUES (0, 1);`;

const encode = (text) => Buffer.from(text, 'utf16le');
const decode = (bytes) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf16le');

/** The same interface as MemoryArea. */
class FileArea {
  #path;
  #database;
  #statements = new Map();

  constructor(path) {
    this.#path = path;
  }

  #open() {
    if (this.#database !== undefined) return;
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(this.#path, { timeout: 1000 });
    const isNew =
      database
        .prepare("SELECT 1 FROM sqlite_schema WHERE name = 'nodejs_webstorage_state'")
        .get() === undefined;
    if (isNew) {
      database.exec("PRAGMA encoding = 'UTF-16le'; PRAGMA journal_mode = WAL;");
      database.exec(`BEGIN IMMEDIATE; ${kSchema} COMMIT;`);
    }
    this.#database = database;
    // The last one to close the file removes the log beside it.
    process.once('exit', () => database.close());
  }

  #statement(sql) {
    this.#open();
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  get size() {
    return this.#statement('SELECT count(*) AS count FROM nodejs_webstorage').get().count;
  }

  keys() {
    const rows = this.#statement('SELECT key FROM nodejs_webstorage ORDER BY rowid').all();
    return rows.map(({ key }) => decode(key));
  }

  get(key) {
    const row = this.#statement('SELECT value FROM nodejs_webstorage WHERE key = ?').get(
      encode(key),
    );
    return row === undefined ? null : decode(row.value);
  }

  set(key, value) {
    const statement = this.#statement(
      'INSERT INTO nodejs_webstorage (key, value) VALUES (?, ?) ' +
        'ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    try {
      statement.run(encode(key), encode(value));
      return true;
    } catch (error) {
      if (error.message === 'QuotaExceeded') return false;
      throw error;
    }
  }

  remove(key) {
    this.#statement('DELETE FROM nodejs_webstorage WHERE key = ?').run(encode(key));
  }

  clear() {
    this.#statement('DELETE FROM nodejs_webstorage').run();
  }
}

module.exports = { FileArea };
