'use strict';

const { describe, test } = require('node:test');
const assert = require('node:assert');
const diagnostics = require('node:diagnostics_channel');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { DatabaseSync, Session, StatementSync, backup, constants } = require('node:sqlite');

function tableOfTwo() {
  const db = new DatabaseSync(':memory:');
  db.exec(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t (name) VALUES ('a'), ('b')",
  );
  return db;
}

const plain = (row) => ({ ...row });

describe('statements', () => {
  test('bind by position, by name and by number', () => {
    const db = new DatabaseSync(':memory:');
    assert.deepStrictEqual(plain(db.prepare('SELECT ? AS a, ? AS b').get('x', 42)), {
      a: 'x',
      b: 42,
    });
    assert.deepStrictEqual(plain(db.prepare('SELECT :a AS a, $b AS b').get({ a: 1, $b: 2 })), {
      a: 1,
      b: 2,
    });
    assert.throws(() => db.prepare('SELECT :a').get({ z: 1 }), { code: 'ERR_INVALID_STATE' });
    assert.throws(
      () => db.prepare('SELECT $k, @k').get({ k: 1 }),
      /conflicting names '\$k' and '@k'/,
    );
    assert.throws(() => db.prepare('SELECT ?').get(Symbol()), {
      code: 'ERR_INVALID_ARG_TYPE',
      message: 'Provided value cannot be bound to SQLite parameter 1.',
    });
  });

  test('keep the types of values', () => {
    const db = new DatabaseSync(':memory:');
    const statement = db.prepare('SELECT ? AS a, ? AS b, ? AS c, ? AS d');
    const bytes = new Uint8Array([1, 2]);
    const row = statement.get(null, 1.5, 'text', bytes);
    assert.deepStrictEqual(plain(row), { a: null, b: 1.5, c: 'text', d: bytes });
    const big = db.prepare('SELECT 9007199254740993 AS n');
    assert.throws(() => big.get(), { code: 'ERR_OUT_OF_RANGE' });
    big.setReadBigInts(true);
    assert.strictEqual(big.get().n, 9007199254740993n);
  });

  test('run says what changed', () => {
    const db = tableOfTwo();
    const result = db.prepare("INSERT INTO t (name) VALUES ('c')").run();
    assert.deepStrictEqual(result, { changes: 1, lastInsertRowid: 3 });
  });

  test('iterate reads as it goes, and another execution ends it', () => {
    const db = tableOfTwo();
    const statement = db.prepare('SELECT id FROM t');
    assert.deepStrictEqual(
      statement
        .iterate()
        .map(({ id }) => id)
        .toArray(),
      [1, 2],
    );
    const iterator = statement.iterate();
    iterator.next();
    statement.all();
    assert.throws(() => iterator.next(), { code: 'ERR_INVALID_STATE' });
  });

  test('errors carry the codes of SQLite', () => {
    const db = tableOfTwo();
    assert.throws(() => db.exec('INSERT INTO t (id) VALUES (1)'), {
      code: 'ERR_SQLITE_ERROR',
      errcode: 1555,
      errstr: 'constraint failed',
      message: 'UNIQUE constraint failed: t.id',
    });
  });
});

describe('callbacks', () => {
  test('functions are called from SQL, and what they throw is thrown', () => {
    const db = new DatabaseSync(':memory:');
    db.function('double', (n) => n * 2);
    assert.strictEqual(db.prepare('SELECT double(21) AS n').get().n, 42);
    db.function('fail', () => {
      throw new RangeError('no');
    });
    assert.throws(() => db.prepare('SELECT fail()').get(), { name: 'RangeError', message: 'no' });
  });

  test('aggregates work over groups and windows', () => {
    const db = tableOfTwo();
    db.aggregate('total_of', {
      start: 0,
      step: (sum, n) => sum + n,
      inverse: (sum, n) => sum - n,
    });
    assert.strictEqual(db.prepare('SELECT total_of(id) AS n FROM t').get().n, 3);
    const windows = db.prepare(
      'SELECT total_of(id) OVER (ORDER BY id ROWS 0 PRECEDING) AS n FROM t',
    );
    assert.deepStrictEqual(
      windows.all().map(({ n }) => n),
      [1, 2],
    );
  });

  test('an authorizer can refuse', () => {
    const db = tableOfTwo();
    db.setAuthorizer((action) =>
      action === constants.SQLITE_DELETE ? constants.SQLITE_DENY : constants.SQLITE_OK,
    );
    assert.throws(() => db.exec('DELETE FROM t'), /not authorized/);
    db.setAuthorizer(null);
    db.exec('DELETE FROM t');
  });
});

test('changesets carry changes from one database to another', () => {
  const [from, to] = [tableOfTwo(), tableOfTwo()];
  const session = from.createSession();
  from.exec("UPDATE t SET name = 'z' WHERE id = 1");
  assert.strictEqual(to.applyChangeset(session.changeset()), true);
  assert.strictEqual(to.prepare('SELECT name FROM t WHERE id = 1').get().name, 'z');
  // The row is not what it was any more: a conflict, which aborts.
  assert.strictEqual(to.applyChangeset(session.changeset()), false);
});

test('a tag store reuses the statements of templates', () => {
  const sql = tableOfTwo().createTagStore(2);
  assert.strictEqual(sql.get`SELECT name FROM t WHERE id = ${1}`.name, 'a');
  assert.strictEqual(sql.get`SELECT name FROM t WHERE id = ${2}`.name, 'b');
  assert.strictEqual(sql.size, 1);
  sql.all`SELECT 1`;
  sql.all`SELECT 2`;
  assert.strictEqual(sql.size, 2);
});

// Node has this channel since 24.22.
const hasChannel = process.versions.gyre !== undefined;

test('a diagnostics channel tells of each statement', { skip: !hasChannel }, () => {
  const db = tableOfTwo();
  const seen = [];
  const listener = ({ sql, database, duration }) => {
    assert.strictEqual(database, db);
    assert.ok(duration >= 0);
    seen.push(sql);
  };
  diagnostics.subscribe('sqlite.db.query', listener);
  db.prepare('SELECT ? AS a').get(1);
  diagnostics.unsubscribe('sqlite.db.query', listener);
  db.prepare('SELECT 2').get();
  assert.deepStrictEqual(seen, ['SELECT 1.0 AS a']);
});

test('a serialized database can be loaded', () => {
  const copy = new DatabaseSync(':memory:');
  copy.deserialize(tableOfTwo().serialize());
  assert.strictEqual(copy.prepare('SELECT count(*) AS n FROM t').get().n, 2);
});

test('limits can be read, lowered and reset', () => {
  const db = new DatabaseSync(':memory:', { limits: { sqlLength: 50 } });
  assert.throws(() => db.exec(`SELECT '${'x'.repeat(50)}'`), { code: 'ERR_SQLITE_ERROR' });
  db.limits.sqlLength = Number.POSITIVE_INFINITY;
  db.exec(`SELECT '${'x'.repeat(50)}'`);
});

test('a closed database refuses everything', () => {
  const db = tableOfTwo();
  const statement = db.prepare('SELECT 1');
  db.close();
  assert.strictEqual(db.isOpen, false);
  assert.throws(() => db.exec(''), { code: 'ERR_INVALID_STATE', message: 'database is not open' });
  assert.throws(() => statement.get(), { message: 'statement has been finalized' });
});

test('backup copies a database into a file and tells of its progress', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sqlite-'));
  const steps = [];
  const file = path.join(folder, 'copy.db');
  const pages = await backup(tableOfTwo(), file, { rate: 1, progress: (step) => steps.push(step) });
  assert.strictEqual(pages, 2);
  assert.deepStrictEqual(steps, [{ totalPages: 2, remainingPages: 1 }]);
  const copy = new DatabaseSync(file, { readOnly: true });
  assert.strictEqual(copy.prepare('SELECT count(*) AS n FROM t').get().n, 2);
  copy.close();
  fs.rmSync(folder, { recursive: true });
});

test('statements and sessions cannot be made by a program', () => {
  for (const Class of [StatementSync, Session]) {
    assert.throws(() => new Class(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
    assert.throws(() => Class(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  }
  assert.ok(new DatabaseSync(':memory:').prepare('SELECT 1') instanceof StatementSync);
});
