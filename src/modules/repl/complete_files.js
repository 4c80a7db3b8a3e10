'use strict';

// Completion of what stands in quotes: modules of require() and import(), paths of fs functions.

const fs = require('node:fs');
const path = require('node:path');

const moduleCall = /\b(require|import)\s*\(\s*(['"`])([\w@./:-]*)(['"`])?$/;
const fsCall = /\bfs(?:\.promises)?\.\s*[a-z][a-zA-Z]+\(\s*["'](.*)/;

const importExtensions = ['.mjs', '.cjs', '.js', '.json', '.wasm', '.node'];

// Folders that package managers make for themselves.
const internalFolder = /-\d+\.\d+(?:\.\d+)?|^\.npm$/;

function entriesOf(folder) {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isFolder(entry, folder) {
  if (entry.isDirectory()) return true;
  if (!entry.isSymbolicLink()) return false;
  try {
    return fs.statSync(path.join(folder, entry.name)).isDirectory();
  } catch {
    return false;
  }
}

/** What can be loaded from a folder; `start` is how the names begin. */
function loadable(folder, start, isImport, extensions) {
  const indexes = new Set([...extensions.map((extension) => `index${extension}`), 'package.json']);
  const names = [];
  for (const entry of entriesOf(folder)) {
    const extension = path.extname(entry.name);
    const base = path.basename(entry.name, extension);
    if (internalFolder.test(base)) continue;
    if (isFolder(entry, folder)) {
      names.push(`${start}${entry.name}/`);
      const inside = entriesOf(path.join(folder, entry.name));
      if (inside.some((each) => indexes.has(each.name))) names.push(start + entry.name);
    } else if (extensions.includes(extension)) {
      if (isImport) names.push(start + entry.name);
      else if (start === '' || base !== 'index') names.push(start + base);
    }
  }
  return names;
}

/** The answer inside require(' or import(', or undefined elsewhere. */
function completeModule(repl, line) {
  const match = moduleCall.exec(line);
  if (match === null) return undefined;
  const [, callee, opening, text, closing] = match;
  if (closing !== undefined) return closing === opening ? [[], undefined] : undefined;
  const isImport = callee === 'import';
  const extensions = isImport ? importExtensions : Object.keys(require('node:module')._extensions);
  const start = text.slice(0, text.lastIndexOf('/') + 1);
  let names = [];
  if (text === '.') names = ['./', '../'];
  else if (text === '..') names = ['../'];
  else if (/^\.\.?\//.test(text))
    names = loadable(path.resolve(start), start, isImport, extensions);
  else {
    const { paths } = repl.context.module ?? {};
    for (const folder of paths ?? [])
      names.push(...loadable(path.join(folder, start), start, isImport, extensions));
  }
  const { assemble } = require('modules/repl/complete');
  const { builtinNames, schemeNames } = require('modules/repl/context');
  const groups = text.startsWith('.') ? [] : [schemeNames(), builtinNames()];
  groups.push([...new Set(names)]);
  return [assemble(groups, text), text];
}

/** The answer inside fs.readFile(' and the like, or undefined elsewhere. */
function completePath(repl, line) {
  const match = repl.allowBlockingCompletions ? fsCall.exec(line) : null;
  if (match === null) return undefined;
  const [, file] = match;
  let base = '';
  let entries;
  try {
    entries = fs.readdirSync(file);
  } catch {
    base = path.basename(file);
    entries = entriesOf(path.dirname(file)).map((entry) => entry.name);
  }
  return [entries.filter((name) => name.startsWith(base)).sort(), base];
}

module.exports = { completeModule, completePath };
