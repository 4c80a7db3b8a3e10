'use strict';

// A folder for a program's files, which goes when the program ends.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/** Makes the folder; join(...names) gives a path in it. */
exports.scratch = function scratch(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `bench-${name}-`));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  return { folder, join: (...names) => path.join(folder, ...names) };
};

/** A promise of what fn(callback) hands to its callback. */
exports.called = function called(fn) {
  return new Promise((resolve, reject) => {
    fn((error, value) => {
      if (error) reject(error);
      else resolve(value);
    });
  });
};
