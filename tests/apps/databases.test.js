'use strict';
// Drivers of databases against real servers: pg, mysql2, redis and ioredis; BSON, MongoDB's format, alone.

const test = require('node:test');
const assert = require('node:assert');
const { workspace, run } = require('../support/workspace.js');
const { startPostgres, startRedis, startMariadb } = require('../support/servers.js');

async function check(t, { port, certFile }, script) {
  const folder = workspace(t, 'databases', { 'main.mjs': script });
  const { code, stdout, stderr } = await run(folder, ['main.mjs', String(port), String(certFile)]);
  assert.deepStrictEqual([stdout, code], ['done\n', 0], stderr);
}

test('pg: passwords, types, prepared statements, transactions, pools, cursors of notifications', async (t) => {
  const server = await startPostgres(t);
  if (!server) return t.skip('there is no PostgreSQL server here (package postgresql)');
  await check(
    t,
    server,
    `
    import assert from 'node:assert';
    import { once } from 'node:events';
    import { readFileSync } from 'node:fs';
    import pg from 'pg';
    const options = { host: '127.0.0.1', port: Number(process.argv[2]), user: 'tester', password: 'secret', database: 'postgres' };
    await assert.rejects(new pg.Client({ ...options, password: 'wrong' }).connect(), { code: '28P01' });
    const client = new pg.Client(options);
    await client.connect();
    await client.query('create table notes (id serial primary key, text text, tags text[], data jsonb, bytes bytea, at timestamptz, price numeric, big bigint)');
    const bytes = Buffer.from([0, 1, 254, 255]);
    const insert = 'insert into notes (text, tags, data, bytes, at, price, big) values ($1, $2, $3, $4, $5, $6, $7) returning id';
    const values = ['grüße \\u{1f600}', ['a', 'b,c'], { deep: [1, null] }, bytes, new Date(1e12), '1.50', 2n ** 60n];
    const { rows: [{ id }], rowCount } = await client.query({ name: 'add', text: insert, values });
    assert.deepStrictEqual([id, rowCount], [1, 1]);
    await client.query({ name: 'add', text: insert, values });
    const { rows: [row], fields } = await client.query('select * from notes where id = $1', [1]);
    assert.deepStrictEqual(row, { id: 1, text: values[0], tags: values[1], data: values[2], bytes, at: values[4], price: '1.50', big: String(values[6]) });
    assert.strictEqual(fields[3].name, 'data');
    await assert.rejects(client.query('select nothing from nowhere'), { code: '42P01', routine: 'parserOpenTable' });
    await client.query('begin');
    await client.query('delete from notes');
    await client.query('rollback');
    assert.strictEqual((await client.query('select count(*)::int as n from notes')).rows[0].n, 2);
    const { rows } = await client.query({ text: 'select i, repeat($1, 100) as text from generate_series(1, 20000) i', values: ['x'], rowMode: 'array' });
    assert.deepStrictEqual([rows.length, rows.at(-1)[0], rows[0][1].length], [20000, 20000, 100]);
    await client.query('listen news');
    const told = once(client, 'notification');
    const pool = new pg.Pool({ ...options, max: 4 });
    const sums = await Promise.all(Array.from({ length: 50 }, (_, n) => pool.query('select $1::int + 1 as n', [n])));
    assert.strictEqual(sums.reduce((sum, each) => sum + each.rows[0].n, 0), 1275);
    assert.ok(pool.totalCount <= 4);
    await pool.query("notify news, 'something'");
    assert.strictEqual((await told)[0].payload, 'something');
    const slow = pool.query('select pg_sleep(30)').catch((error) => error);
    await client.query("select pg_sleep(0.1)");
    await client.query("select pg_cancel_backend(pid) from pg_stat_activity where query like 'select pg_sleep(30)%' and pid <> pg_backend_pid()");
    assert.strictEqual((await slow).code, '57014');
    const secure = new pg.Client({ ...options, ssl: { ca: readFileSync(process.argv[3]) } });
    await secure.connect();
    const { rows: [{ ssl, version }] } = await secure.query('select ssl, version from pg_stat_ssl where pid = pg_backend_pid()');
    assert.deepStrictEqual([ssl, version], [true, 'TLSv1.3']);
    await assert.rejects(new pg.Client({ ...options, ssl: true }).connect(), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    await Promise.all([pool.end(), client.end(), secure.end()]);
    console.log('done');`,
  );
});

test('mysql2: passwords, types, prepared statements, transactions, streams, pools', async (t) => {
  const server = await startMariadb(t);
  if (!server) return t.skip('there is no MariaDB server here (package mariadb-server)');
  await check(
    t,
    server,
    `
    import assert from 'node:assert';
    import { readFileSync } from 'node:fs';
    import mysql from 'mysql2/promise';
    const options = { host: '127.0.0.1', port: Number(process.argv[2]), user: 'tester', password: 'secret', database: 'test' };
    await assert.rejects(mysql.createConnection({ ...options, password: 'wrong' }), { code: 'ER_ACCESS_DENIED_ERROR' });
    const db = await mysql.createConnection(options);
    await db.query('create table notes (id int auto_increment primary key, text varchar(100) character set utf8mb4, data json, bytes blob, at datetime(3), price decimal(8,2), big bigint) engine=InnoDB');
    const at = new Date(1e12 + 123);
    const bytes = Buffer.from([0, 1, 254, 255]);
    const insert = 'insert into notes (text, data, bytes, at, price, big) values (?, ?, ?, ?, ?, ?)';
    const values = ['grüße \\u{1f600}', JSON.stringify({ deep: [1] }), bytes, at, '1.50', 42];
    const [{ insertId, affectedRows }] = await db.execute(insert, values);
    assert.deepStrictEqual([insertId, affectedRows], [1, 1]);
    for (const way of ['query', 'execute']) {
      const [[row]] = await db[way]('select text, bytes, at, price, big from notes where id = ?', [1]);
      assert.deepStrictEqual({ ...row }, { text: values[0], bytes, at, price: '1.50', big: 42 });
    }
    await assert.rejects(db.query('select * from nowhere'), { code: 'ER_NO_SUCH_TABLE', sqlState: '42S02' });
    await db.beginTransaction();
    await db.query('delete from notes');
    await db.rollback();
    assert.strictEqual((await db.query('select count(*) as n from notes'))[0][0].n, 1);
    let count = 0;
    const stream = db.connection.query("with recursive s as (select 1 as i union all select i + 1 from s where i < 1000) select i, repeat('x', 1000) as t from s").stream({ highWaterMark: 5 });
    for await (const row of stream) { count += 1; assert.strictEqual(row.t.length, 1000); }
    assert.strictEqual(count, 1000);
    const pool = mysql.createPool({ ...options, connectionLimit: 3 });
    const sums = await Promise.all(Array.from({ length: 30 }, (_, n) => pool.execute('select ? + 1 as n', [n])));
    assert.strictEqual(sums.reduce((sum, [[row]]) => sum + Number(row.n), 0), 465);
    const secure = await mysql.createConnection({ ...options, ssl: { ca: readFileSync(process.argv[3]) } });
    const [[{ Value }]] = await secure.query("show status like 'Ssl_cipher'");
    assert.match(Value, /^TLS_/);
    await assert.rejects(mysql.createConnection({ ...options, ssl: {} }), { code: 'HANDSHAKE_SSL_ERROR' });
    await Promise.all([pool.end(), db.end(), secure.end()]);
    console.log('done');`,
  );
});

test('redis and ioredis: passwords, types, pipelines, transactions, scripts, channels, streams', async (t) => {
  const server = await startRedis(t);
  if (!server) return t.skip('there is no Redis server here (package redis-server)');
  await check(
    t,
    server,
    `
    import assert from 'node:assert';
    import { createClient, RESP_TYPES } from 'redis';
    import Redis from 'ioredis';
    const port = Number(process.argv[2]);
    const client = createClient({ url: 'redis://:secret@127.0.0.1:' + port });
    await client.connect();
    await client.set('a', 'grüße', { EX: 100 });
    assert.strictEqual(await client.get('a'), 'grüße');
    assert.ok((await client.ttl('a')) > 90);
    await client.hSet('h', { one: '1', two: '2' });
    assert.deepStrictEqual({ ...(await client.hGetAll('h')) }, { one: '1', two: '2' });
    assert.deepStrictEqual(await client.multi().incr('n').incrBy('n', 5).get('n').exec(), [1, 6, '6']);
    const bytes = Buffer.alloc(300000, 'abc');
    await client.set('b', bytes);
    assert.ok((await client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }).get('b')).equals(bytes));
    assert.deepStrictEqual(await Promise.all(Array.from({ length: 500 }, (_, i) => client.incr('count'))), Array.from({ length: 500 }, (_, i) => i + 1));
    await assert.rejects(client.sendCommand(['NOPE']), /unknown command/);
    const subscriber = client.duplicate();
    await subscriber.connect();
    const heard = new Promise((resolve) => subscriber.subscribe('news', resolve));
    while (!(await client.publish('news', 'something'))) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.strictEqual(await heard, 'something');
    await Promise.all([client.close(), subscriber.close()]);

    const io = new Redis({ port, password: 'secret' });
    assert.deepStrictEqual(await io.pipeline().set('x', 1).incr('x').get('x').exec(), [[null, 'OK'], [null, 2], [null, '2']]);
    io.defineCommand('double', { numberOfKeys: 1, lua: "return redis.call('incrby', KEYS[1], redis.call('get', KEYS[1]))" });
    assert.strictEqual(await io.double('x'), 4);
    await io.mset(Object.fromEntries(Array.from({ length: 100 }, (_, i) => ['many:' + i, i])));
    let seen = 0;
    for await (const keys of io.scanStream({ match: 'many:*', count: 10 })) seen += keys.length;
    assert.strictEqual(seen, 100);
    await io.xadd('log', '*', 'level', 'info');
    const [[, [[, fields]]]] = await io.xread('BLOCK', 100, 'STREAMS', 'log', '0');
    assert.deepStrictEqual(fields, ['level', 'info']);
    assert.strictEqual(await io.blpop('empty', 0.1), null);
    await io.quit();
    const refused = new Redis({ port, password: 'wrong', retryStrategy: null, lazyConnect: true });
    refused.on('error', () => {});
    await assert.rejects(refused.connect().then(() => refused.ping()), /WRONGPASS|Connection is closed/);
    refused.disconnect();
    console.log('done');`,
  );
});

test('bson: documents through bytes and extended JSON', async (t) => {
  await check(
    t,
    {},
    `
    import assert from 'node:assert';
    import { BSON, ObjectId, Binary, Long, Decimal128, Timestamp, UUID } from 'bson';
    const id = new ObjectId();
    const document = { _id: id, text: 'grüße', at: new Date(5), list: [1, 2.5, null, true], deep: { re: /a+/i }, bytes: new Binary(Buffer.from([1, 2])),
      long: Long.fromBigInt(2n ** 60n), exact: Decimal128.fromString('1.10'), uuid: new UUID(), stamp: new Timestamp({ t: 1, i: 2 }) };
    const bytes = BSON.serialize(document);
    const back = BSON.deserialize(bytes, { promoteLongs: false });
    assert.strictEqual(back._id.toHexString(), id.toHexString());
    assert.deepStrictEqual([back.text, back.at, back.deep.re, back.list], [document.text, document.at, document.deep.re, document.list]);
    assert.deepStrictEqual([back.long.toBigInt(), back.exact.toString(), back.uuid.toString()], [2n ** 60n, '1.10', document.uuid.toString()]);
    assert.deepStrictEqual(BSON.serialize(BSON.EJSON.parse(BSON.EJSON.stringify(document, { relaxed: false }), { relaxed: false })), bytes);
    assert.throws(() => BSON.deserialize(bytes.subarray(0, 20)), BSON.BSONError);
    assert.ok(Math.abs(id.getTimestamp() - Date.now()) < 60_000);
    console.log('done');`,
  );
});
