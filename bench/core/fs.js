'use strict';

// What a program does with files and folders, each in the three forms: synchronous, with a
// callback, with a promise.

const fs = require('node:fs');
const { measure, measureAsync } = require('./measure');
const { called, scratch } = require('./scratch');

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
  measure('stat sync', () => fs.statSync(file));
  measure('stat missing sync', () => fs.statSync(missing, { throwIfNoEntry: false }));
  measure('access sync', () => fs.accessSync(file));
  measure('exists sync', () => fs.existsSync(file));
  measure('exists missing sync', () => fs.existsSync(missing));
  measure('open and close sync', () => fs.closeSync(fs.openSync(file)));
  const fd = fs.openSync(files.large, 'r+');
  measure('read 16 KB sync', () => fs.readSync(fd, memory, 0, memory.length, 0));
  measure('write 16 KB sync', () => fs.writeSync(fd, data.large, 0, memory.length, 0));
  fs.closeSync(fd);
  for (const size of Object.keys(sizes)) {
    measure(`readFile ${size} sync`, () => fs.readFileSync(files[size]));
    measure(`readFile ${size} utf8 sync`, () => fs.readFileSync(files[size], 'utf8'));
  }
  for (const size of Object.keys(sizes)) {
    measure(`writeFile ${size} sync`, () => fs.writeFileSync(written, data[size]));
  }
  measure('readdir sync', () => fs.readdirSync(listed));
  measure('readdir types sync', () => fs.readdirSync(listed, { withFileTypes: true }));
  measure('mkdtemp and rm sync', () => fs.rmSync(fs.mkdtempSync(prefix), { recursive: true }));
}

async function withCallbacks() {
  await measureAsync('stat callback', () => called((done) => fs.stat(file, done)));
  await measureAsync('access callback', () => called((done) => fs.access(file, done)));
  await measureAsync('open and close callback', () =>
    called((done) => {
      fs.open(file, (error, fd) => {
        if (error) done(error);
        else fs.close(fd, done);
      });
    }),
  );
  const fd = fs.openSync(files.large, 'r+');
  await measureAsync('read 16 KB callback', () =>
    called((done) => fs.read(fd, memory, 0, memory.length, 0, done)),
  );
  await measureAsync('write 16 KB callback', () =>
    called((done) => fs.write(fd, data.large, 0, memory.length, 0, done)),
  );
  fs.closeSync(fd);
  for (const size of Object.keys(sizes)) {
    await measureAsync(`readFile ${size} callback`, () =>
      called((done) => fs.readFile(files[size], done)),
    );
  }
  for (const size of Object.keys(sizes)) {
    await measureAsync(`writeFile ${size} callback`, () =>
      called((done) => fs.writeFile(written, data[size], done)),
    );
  }
  await measureAsync('readdir callback', () => called((done) => fs.readdir(listed, done)));
  await measureAsync('mkdtemp and rm callback', () =>
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
  await measureAsync('stat promise', () => promises.stat(file));
  await measureAsync('access promise', () => promises.access(file));
  await measureAsync('open and close promise', async () => {
    const handle = await promises.open(file);
    await handle.close();
  });
  const handle = await promises.open(files.large, 'r+');
  await measureAsync('read 16 KB promise', () => handle.read(memory, 0, memory.length, 0));
  await measureAsync('write 16 KB promise', () => handle.write(data.large, 0, memory.length, 0));
  await handle.close();
  for (const size of Object.keys(sizes)) {
    await measureAsync(`readFile ${size} promise`, () => promises.readFile(files[size]));
    await measureAsync(`readFile ${size} utf8 promise`, () =>
      promises.readFile(files[size], 'utf8'),
    );
  }
  await measureAsync('readFile small promise, 32 at once', () =>
    Promise.all(Array.from({ length: 32 }, () => promises.readFile(file))),
  );
  for (const size of Object.keys(sizes)) {
    await measureAsync(`writeFile ${size} promise`, () => promises.writeFile(written, data[size]));
  }
  await measureAsync('readdir promise', () => promises.readdir(listed));
  await measureAsync('readdir types promise', () =>
    promises.readdir(listed, { withFileTypes: true }),
  );
  await measureAsync('mkdtemp and rm promise', async () => {
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
