'use strict';

// node:stream: making streams, moving chunks through them, and files by stream.

const fs = require('node:fs');
const { Duplex, PassThrough, Readable, Transform, Writable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { measure, measureAsync } = require('./measure');
const { called, scratch } = require('./lib/scratch');

const { join } = scratch('streams');
const OBJECTS = 10_000;
const CHUNKS = 2000;
const chunk = Buffer.alloc(16 * 1024, 'x');

/** A stream of `count` chunks. */
function source(count, value, options) {
  let left = count;
  return new Readable({
    ...options,
    read() {
      this.push(left-- > 0 ? value : null);
    },
  });
}

function sink(options) {
  return new Writable({ ...options, write: (_chunk, _encoding, done) => done() });
}

const objects = { objectMode: true };
const object = { id: 1 };

async function chunks() {
  await measureAsync('stream for await over 10k objects', async () => {
    let seen = 0;
    for await (const value of source(OBJECTS, object, objects)) seen += value.id;
    if (seen !== OBJECTS) throw new Error('chunks are missing');
  });
  await measureAsync('stream for await over Readable.from of 10k', async () => {
    const values = new Array(OBJECTS).fill(object);
    let seen = 0;
    for await (const value of Readable.from(values)) seen += value.id;
    if (seen !== OBJECTS) throw new Error('chunks are missing');
  });
  await measureAsync('stream data events of 10k objects', () =>
    called((done) =>
      source(OBJECTS, object, objects)
        .on('data', () => {})
        .on('end', done),
    ),
  );
  await measureAsync('stream write 10k objects', () =>
    called((done) => {
      const writable = sink(objects);
      for (let i = 0; i < OBJECTS; i++) writable.write(object);
      writable.end(done);
    }),
  );
  await measureAsync('stream write 10k objects, later done', () =>
    called((done) => {
      const writable = new Writable({
        ...objects,
        write: (_chunk, _encoding, next) => process.nextTick(next),
      });
      for (let i = 0; i < OBJECTS; i++) writable.write(object);
      writable.end(done);
    }),
  );
  await measureAsync('stream pipe of 2k buffers', () =>
    called((done) => source(CHUNKS, chunk).pipe(sink()).on('finish', done)),
  );
  await measureAsync('stream pipeline of 2k buffers, Transform', () =>
    pipeline(
      source(CHUNKS, chunk),
      new Transform({ transform: (value, _encoding, done) => done(null, value) }),
      sink(),
    ),
  );
  await measureAsync('stream pipeline of 10k objects, 3 Transforms', () => {
    const step = () =>
      new Transform({ ...objects, transform: (value, _encoding, done) => done(null, value) });
    return pipeline(source(OBJECTS, object, objects), step(), step(), step(), sink(objects));
  });
  await measureAsync('stream pipeline of 10k objects, async generator', () =>
    pipeline(
      source(OBJECTS, object, objects),
      async function* (values) {
        for await (const value of values) yield value;
      },
      sink(objects),
    ),
  );
  await measureAsync('stream map, filter, toArray of 10k objects', () =>
    source(OBJECTS, object, objects)
      .map((value) => value.id)
      .filter((id) => id === 1)
      .toArray(),
  );
}

function creation() {
  const options = { read() {}, write: (_chunk, _encoding, done) => done() };
  measure('stream new Readable', () => new Readable(options));
  measure('stream new Writable', () => new Writable(options));
  measure('stream new Duplex', () => new Duplex(options));
  measure('stream new Transform', () => new Transform({ transform: options.write }));
  measure('stream new PassThrough', () => new PassThrough());
}

async function files() {
  const large = join('large');
  const copy = join('copy');
  fs.writeFileSync(large, Buffer.alloc(64 * 1024 * 1024, 'x'));
  await measureAsync('stream read 64 MB by stream', () =>
    called((done) =>
      fs
        .createReadStream(large)
        .on('data', () => {})
        .on('end', done)
        .on('error', done),
    ),
  );
  await measureAsync('stream read 64 MB by stream, for await', async () => {
    let size = 0;
    for await (const part of fs.createReadStream(large)) size += part.length;
    if (size !== 64 * 1024 * 1024) throw new Error('bytes are missing');
  });
  await measureAsync('stream copy 64 MB by pipeline', () =>
    pipeline(fs.createReadStream(large), fs.createWriteStream(copy)),
  );
  await measureAsync('stream copy 64 MB by pipe', () =>
    called((done) => fs.createReadStream(large).pipe(fs.createWriteStream(copy)).on('close', done)),
  );
  await measureAsync('stream copy 64 MB by pipeline, Transform', () =>
    pipeline(
      fs.createReadStream(large),
      new Transform({ transform: (value, _encoding, done) => done(null, value) }),
      fs.createWriteStream(copy),
    ),
  );
  const small = join('small');
  fs.writeFileSync(small, 'x'.repeat(1024));
  await measureAsync('stream read 1 KB by stream', () =>
    called((done) =>
      fs
        .createReadStream(small)
        .on('data', () => {})
        .on('close', done)
        .on('error', done),
    ),
  );
  await measureAsync('stream write 1 KB by stream', () =>
    called((done) => fs.createWriteStream(copy).on('close', done).end(chunk.subarray(0, 1024))),
  );
}

async function main() {
  creation();
  await chunks();
  await files();
}

main();
