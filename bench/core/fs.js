'use strict';

// What a program does with files and folders, each in the three forms: synchronous, with a
// callback, with a promise.

const fs = require('node:fs');
const { measure, measureAsync } = require('./measure');
const { called, scratch } = require('./lib/scratch');

const { folder, join } = scratch('fs');
const sizes = { small: 1024, medium: 64 * 1024, large: 8 * 1024 * 1024 };
const files = {};
const data = {};
for (const [name, size] of Object.entries(sizes)) {
  files[name] = join(name);
  data[name] = Buffer.alloc(size, 'abcdefghijklmnopqrstuvwxyz012345');
  fs.writeFileSync(files[name], data[name]);
}
const listed = join('listed');
fs.mkdirSync(listed);
for (let i = 0; i < 100; i++) fs.writeFileSync(join('listed', `file-${i}.txt`), '');
const missing = join('missing');
const written = join('written');
const prefix = join('made-');
const memory = Buffer.alloc(16 * 1024);
const file = files.small;

function synchronous() {
  measure('fs stat sync', () => fs.statSync(file));
  measure('fs stat missing sync', () => fs.statSync(missing, { throwIfNoEntry: false }));
  measure('fs access sync', () => fs.accessSync(file));
  measure('fs exists sync', () => fs.existsSync(file));
  measure('fs exists missing sync', () => fs.existsSync(missing));
  measure('fs open and close sync', () => fs.closeSync(fs.openSync(file)));
  const fd = fs.openSync(files.large, 'r+');
  measure('fs read 16 KB sync', () => fs.readSync(fd, memory, 0, memory.length, 0));
  measure('fs write 16 KB sync', () => fs.writeSync(fd, data.large, 0, memory.length, 0));
  fs.closeSync(fd);
  for (const size of Object.keys(sizes)) {
    measure(`fs readFile ${size} sync`, () => fs.readFileSync(files[size]));
    measure(`fs readFile ${size} utf8 sync`, () => fs.readFileSync(files[size], 'utf8'));
  }
  for (const size of Object.keys(sizes)) {
    measure(`fs writeFile ${size} sync`, () => fs.writeFileSync(written, data[size]));
  }
  measure('fs readdir sync', () => fs.readdirSync(listed));
  measure('fs readdir types sync', () => fs.readdirSync(listed, { withFileTypes: true }));
  measure('fs mkdtemp and rm sync', () => fs.rmSync(fs.mkdtempSync(prefix), { recursive: true }));
}

async function withCallbacks() {
  await measureAsync('fs stat callback', () => called((done) => fs.stat(file, done)));
  await measureAsync('fs access callback', () => called((done) => fs.access(file, done)));
  await measureAsync('fs open and close callback', () =>
    called((done) => {
      fs.open(file, (error, fd) => {
        if (error) done(error);
        else fs.close(fd, done);
      });
    }),
  );
  const fd = fs.openSync(files.large, 'r+');
  await measureAsync('fs read 16 KB callback', () =>
    called((done) => fs.read(fd, memory, 0, memory.length, 0, done)),
  );
  await measureAsync('fs write 16 KB callback', () =>
    called((done) => fs.write(fd, data.large, 0, memory.length, 0, done)),
  );
  fs.closeSync(fd);
  for (const size of Object.keys(sizes)) {
    await measureAsync(`fs readFile ${size} callback`, () =>
      called((done) => fs.readFile(files[size], done)),
    );
  }
  for (const size of Object.keys(sizes)) {
    await measureAsync(`fs writeFile ${size} callback`, () =>
      called((done) => fs.writeFile(written, data[size], done)),
    );
  }
  await measureAsync('fs readdir callback', () => called((done) => fs.readdir(listed, done)));
  await measureAsync('fs mkdtemp and rm callback', () =>
    called((done) => {
      fs.mkdtemp(prefix, (error, made) => {
        if (error) done(error);
        else fs.rm(made, { recursive: true }, done);
      });
    }),
  );
}

async function withPromises() {
  const { promises } = fs;
  await measureAsync('fs stat promise', () => promises.stat(file));
  await measureAsync('fs access promise', () => promises.access(file));
  await measureAsync('fs open and close promise', async () => {
    const handle = await promises.open(file);
    await handle.close();
  });
  const handle = await promises.open(files.large, 'r+');
  await measureAsync('fs read 16 KB promise', () => handle.read(memory, 0, memory.length, 0));
  await measureAsync('fs write 16 KB promise', () => handle.write(data.large, 0, memory.length, 0));
  await handle.close();
  for (const size of Object.keys(sizes)) {
    await measureAsync(`fs readFile ${size} promise`, () => promises.readFile(files[size]));
    await measureAsync(`fs readFile ${size} utf8 promise`, () =>
      promises.readFile(files[size], 'utf8'),
    );
  }
  await measureAsync('fs readFile small promise, 32 at once', () =>
    Promise.all(Array.from({ length: 32 }, () => promises.readFile(file))),
  );
  for (const size of Object.keys(sizes)) {
    await measureAsync(`fs writeFile ${size} promise`, () =>
      promises.writeFile(written, data[size]),
    );
  }
  await measureAsync('fs readdir promise', () => promises.readdir(listed));
  await measureAsync('fs readdir types promise', () =>
    promises.readdir(listed, { withFileTypes: true }),
  );
  await measureAsync('fs mkdtemp and rm promise', async () => {
    await promises.rm(await promises.mkdtemp(prefix), { recursive: true });
  });
}

async function main() {
  if (!fs.existsSync(folder)) throw new Error('no folder to measure in');
  synchronous();
  await withCallbacks();
  await withPromises();
}

main();
