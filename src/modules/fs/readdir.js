'use strict';

// readdir with file types, other encodings or whole trees. Native code lists a tree in one job; it
// returns [directory, names, types] for each directory that it visited, in order of the visit.

const { Buffer } = require('node:buffer');
const { Dirent } = require('modules/fs/dirent');
const { isUint8Array, isUtf8 } = require('modules/fs/arguments');
const binding = native('fs');

/** What readdir has to ask of native code. */
function toRequest(path, options, followLinks) {
  const utf8 = isUtf8(options.encoding);
  return {
    path: options.recursive && isUint8Array(path) ? Buffer.from(path).toString() : path,
    recursive: Boolean(options.recursive),
    followLinks,
    bytes: !utf8,
    // Names are decoded after the directories are joined with them.
    decodeName:
      utf8 || options.encoding === 'buffer' ? null : (name) => name.toString(options.encoding),
    withFileTypes: Boolean(options.withFileTypes),
  };
}

function joinPath(directory, name) {
  if (directory === '') return name;
  if (typeof name === 'string') return `${directory}/${name}`;
  return Buffer.concat([Buffer.from(`${directory}/`), name]);
}

/** The public result - names, buffers or Dirents - of what native code found. */
function toResult(request, directories) {
  const { decodeName, path, withFileTypes } = request;
  if (withFileTypes && directories.length === 1 && !decodeName) {
    const [, names, types] = directories[0];
    return names.map((name, index) => new Dirent(name, path, types[index]));
  }
  const results = [];
  const { join } = require('node:path');
  for (const [directory, names, types] of directories) {
    const parent = directory === '' ? path : join(path, directory);
    for (let index = 0; index < names.length; index++) {
      let name = names[index];
      if (withFileTypes) {
        if (decodeName) name = decodeName(name);
        results.push(new Dirent(name, parent, types[index]));
      } else {
        name = joinPath(directory, name);
        results.push(decodeName ? decodeName(name) : name);
      }
    }
  }
  return results;
}

function readdirSync(path, options) {
  const request = toRequest(path, options, true);
  const { recursive, followLinks, bytes } = request;
  return toResult(request, binding.readdirTypesSync(request.path, bytes, recursive, followLinks));
}

/** Lists a directory in the pool. Promises do not follow links when they return Dirents. */
function readdir(path, options, followLinks, callback) {
  const request = toRequest(path, options, followLinks);
  const { recursive, bytes } = request;
  binding.readdirTypes(request.path, bytes, recursive, followLinks, (error, directories) => {
    if (error) callback(error);
    else callback(null, toResult(request, directories));
  });
}

module.exports = { readdir, readdirSync };
