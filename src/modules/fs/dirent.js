'use strict';

// fs.Dirent: a name in a directory and the type that the directory has on record for it.

const UNKNOWN = 0;
const FILE = 1;
const DIRECTORY = 2;
const LINK = 3;
const FIFO = 4;
const SOCKET = 5;
const CHARACTER = 6;
const BLOCK = 7;

const kType = Symbol('type');

class Dirent {
  constructor(name, path, type) {
    this.name = name;
    this.parentPath = path;
    this[kType] = type;
  }

  isDirectory() {
    return this[kType] === DIRECTORY;
  }

  isFile() {
    return this[kType] === FILE;
  }

  isBlockDevice() {
    return this[kType] === BLOCK;
  }

  isCharacterDevice() {
    return this[kType] === CHARACTER;
  }

  isSymbolicLink() {
    return this[kType] === LINK;
  }

  isFIFO() {
    return this[kType] === FIFO;
  }

  isSocket() {
    return this[kType] === SOCKET;
  }
}

module.exports = { DIRECTORY, Dirent, FILE, kType, LINK, UNKNOWN };
